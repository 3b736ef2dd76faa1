"""120 statements of general dimension as textbooks have them, half of them true, and what `check` makes of each.

    *.toml        the statements by topic: the text, its options, whether it holds, where such a statement is found
    statements    what stands there, and the answer to one of them
    page          docs/corpus.md

They were chosen before anyone looked at what the program makes of them, and none was taken out since. A statement that
holds was derived by hand; one that does not is false at an instance of size 1 or 2 that is found by hand as well.
"""
