"""`S <= L I`, `eta L <= 1`, `1/L`: capital letters that are numbers, as a matrix would not stand there.

A capital letter is a matrix by convention. One that is multiplied by I and by nothing else on one side of an inequality
is a number, as is one that is compared with a number other than 0, or divided by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from theory.grammar.conventions import kind_of
from theory.grammar.declaring import Name, Names
from theory.grammar.extents import SCALAR, is_scalar
from theory.grammar.tokens import plain_letters

_NAME = r"[A-Za-z]\w*"
_UNIT = re.compile(rf"\s*(?:\d[\d./]*\s*\*?\s*)?(?P<name>{_NAME})\s*\*?\s*I(?:_\w+|\[[^\]]*\])?\s*")
_BELOW = re.compile(rf"/\s*(?P<name>{_NAME})(?![\w'^(\[])")
_RELATION = re.compile(r"[<>]=?|=<")
_PRODUCT = re.compile(rf"\s*(?:\d[\d./]*|{_NAME})(?:\s*\*?\s*{_NAME})*\s*")


def declare_capital_numbers(names: Names, text: str) -> None:
    """Make numbers of the capital letters that stand so in a text, if nothing is said of them."""
    letters = plain_letters(text)
    for name in (*_multiplied(letters), *_compared(names, letters), *_divided(letters)):
        if kind_of(name) == "matrix" and name != "I" and name not in names.known:
            names.known[name] = Name(name, "symbol", SCALAR)


def _multiplied(letters: str) -> Iterator[str]:
    sides = _RELATION.split(letters)
    found = [_UNIT.fullmatch(side) for side in sides] if len(sides) == 2 else []
    yield from (side["name"] for side in found if side)


def _compared(names: Names, letters: str) -> Iterator[str]:
    """The letters of a product of scalars and one capital letter, beside such a product or a number other than 0."""
    sides = _RELATION.split(letters)
    products = [_letters_of(names, side) for side in sides] if len(sides) == 2 else [None]
    if all(one is not None and len(one) < 2 for one in products):
        yield from (name for one in products if one for name in one)


def _letters_of(names: Names, side: str) -> list[str] | None:
    """The capital letters of a product of names, of which the others are scalars; None of another side, and of 0."""
    if not _PRODUCT.fullmatch(side) or (side.strip() and not side.strip().strip("0.")):
        return None
    found = re.findall(_NAME, side)
    capital = [name for name in found if kind_of(name) == "matrix" and name not in names.known]
    others = [name for name in found if name not in capital]
    return capital if all(_is_scalar(names, name) for name in others) and "I" not in found else None


def _is_scalar(names: Names, name: str) -> bool:
    known = names.known.get(name)
    return kind_of(name) == "scalar" if known is None else known.kind == "symbol" and is_scalar(known.extent)


def _divided(letters: str) -> Iterator[str]:
    yield from (found["name"] for found in _BELOW.finditer(letters))
