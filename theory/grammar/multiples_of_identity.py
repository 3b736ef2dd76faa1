"""`S <= L I`: where one side of an inequality is a capital letter beside I, the letter is a number.

A capital letter is a matrix by convention; one that is multiplied by I, and by nothing else, would not be written so.
"""

from __future__ import annotations

import re

from theory.grammar.conventions import kind_of
from theory.grammar.declaring import Name, Names
from theory.grammar.extents import SCALAR
from theory.grammar.tokens import plain_letters

_SIDE = re.compile(r"\s*(?:\d[\d./]*\s*\*?\s*)?(?P<name>[A-Za-z]\w*)\s*\*?\s*I(?:_\w+|\[[^\]]*\])?\s*")
_RELATION = re.compile(r"[<>]=?|=<")


def declare_multiples(names: Names, text: str) -> None:
    """Make numbers of the names that are multiplied by I on one side of an inequality, if nothing is said of them."""
    sides = _RELATION.split(plain_letters(text))
    for side in sides if len(sides) == 2 else ():
        found = _SIDE.fullmatch(side)
        name = found["name"] if found else ""
        if kind_of(name) == "matrix" and name != "I" and name not in names.known:
            names.known[name] = Name(name, "symbol", SCALAR)
