"""Statements as one types them on one line, read into terms: `grad(|A x|^2, x) = 2 A'A x`.

    tokens          letters to tokens: which bar opens, which name is applied, what Unicode means
    syntax          tokens to a tree, by the grammar that stands there
    extents         how many rows and columns, by unification
    conventions     what a name means of which nothing is said
    declared_words  the words of a declaration, and what they say together
    declaring       the names of a statement, what is declared of them, and the symbols they become
    readings        what is read of some letters, and how a term will be made of it
    arithmetic      what the signs mean
    applying        what names before brackets mean
    meaning         the table of both
    stating         a claim with what it assumes

Nothing here computes, judges, or evaluates a text as a program. Every refusal is a `MisreadError`, with its
place.
"""
