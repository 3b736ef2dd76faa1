"""The words that every page uses and no reader can guess, each in a sentence: once, for whoever prints them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

VERDICTS: Mapping[str, str] = MappingProxyType(
    {
        "proved": "every line was accepted by the checker, or boxes in ball arithmetic cover the whole range",
        "supported": "whatever was looked at agrees, and no proof covers every case",
        "undecided": "the evidence says neither yes nor no",
        "refuted": "a counterexample, or a measurement, speaks against it",
    }
)
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "proved": VERDICTS["proved"],
        "enclosed": "computed in ball arithmetic: an interval that certainly holds the value",
        "supported": f"{VERDICTS['supported']}; of a measurement that is the most there is",
        "undecided": VERDICTS["undecided"],
        "refuted": VERDICTS["refuted"],
        "hypothesis not derived": "what is assumed of the networks spoken of, such as infinite width, and no line "
        "derives; inherited by all that uses the theorem, or speaks of what it says",
        "axiom": "what proofs use and no line derives, such as the fundamental theorem of calculus; each is listed "
        "with what rests on it",
        "derived twice": "SymPy, by code that shares nothing with the checker, says each line as well: everywhere, or, "
        "where the page says so, at points or sizes alone",
        "instance": "sizes, numbers and functions that satisfy the assumptions, at which both sides were computed",
        "near miss": "a false neighbour of the statement that its author wrote down; a counterexample, certified in "
        "ball arithmetic, must refute it",
        "mutant": "a neighbour made by machine, by one slip of the hand: a sign, a factor, an assumption left out",
        "found out": "refuted, or shown to be true as well (equivalent)",
        "excused": "a mutant that is not found out, and of which a sentence of the author says why: it is true too, "
        "it claims nothing, or it is false where no search reaches; nothing checks that sentence",
        "erratum": "a statement as it was printed; it must come out refuted, and what is true instead proved",
    }
)
