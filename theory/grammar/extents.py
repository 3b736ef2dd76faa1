"""How many rows and columns: sizes that are not known yet, and what makes two of them one.

A size of which nothing is said stands for every number, so it is never made 1: a column stays a column. Only the
literals 0 and 1, which people write for the zero and the ones of any shape, have sizes that may become 1.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from theory.terms import Symbol


@dataclass(eq=False)
class Size:
    """One size: a number or a declared dimension if it is known, made of others, else the size that it was made one
    with."""

    value: int | str | None = None
    loose: bool = False
    symbol: Symbol | None = None  # the dimension, once it has a name
    sign: str = ""  # of a size that is the sum or the product of parts
    parts: tuple[Size, ...] = ()

    _same: Size | None = None

    def known(self) -> Size:
        """The size that stands for all that are one with this."""
        here = self
        while here._same is not None:
            here = here._same
        return here

    @property
    def is_one(self) -> bool:
        return self.known().value == 1

    @property
    def is_open(self) -> bool:
        """Is nothing said of it?"""
        here = self.known()
        return here.value is None and not here.parts

    def __str__(self) -> str:
        here = self.known()
        if here.parts:
            return here.sign.join(map(str, here.parts))
        return "?" if here.value is None else str(here.value)


ONE = Size(1)
Extent = tuple[Size, Size]  # rows and columns
SCALAR: Extent = (ONE, ONE)


def unify(first: Size, second: Size) -> bool:
    """Make two sizes one, if they can be."""
    a, b = first.known(), second.known()
    if a is b:
        return True
    if a.parts and b.parts:
        return _unify_parts(a, b)
    if not a.is_open and not b.is_open:
        return a.value == b.value is not None
    if not a.is_open:
        a, b = b, a
    if (b.value == 1 and not a.loose) or _within(a, b):
        return False
    if b.is_open:
        b.loose = a.loose and b.loose
    a._same = b
    return True


def _unify_parts(a: Size, b: Size) -> bool:
    """Part by part, unless they are the same parts in another order."""
    if a.sign != b.sign:
        return False
    first, second = _flat(a, a.sign), _flat(b, b.sign)
    if "?" not in str(a) and Counter(map(str, first)) == Counter(map(str, second)):
        return True
    return len(first) == len(second) and all(unify(p, q) for p, q in zip(first, second, strict=True))


def _flat(size: Size, sign: str) -> list[Size]:
    """The parts of a size, with those of sums in a sum and of products in a product."""
    here = size.known()
    return [x for part in here.parts for x in _flat(part, sign)] if here.sign == sign else [here]


def _within(part: Size, whole: Size) -> bool:
    return any(part is other.known() or _within(part, other.known()) for other in whole.parts)


def made_of(sign: str, *sizes: Size) -> Size:
    """The sum (+) or the product (*) of sizes."""
    parts = [size for size in sizes if not (sign == "*" and size.is_one)]
    if len(parts) < 2:
        return parts[0] if parts else ONE
    return Size(sign=sign, parts=tuple(parts))


def same(first: Extent, second: Extent) -> bool:
    """Make two extents one, if they can be."""
    return unify(first[0], second[0]) and unify(first[1], second[1])


def is_scalar(extent: Extent) -> bool:
    return extent[0].is_one and extent[1].is_one


def is_column(extent: Extent) -> bool:
    return extent[1].is_one and not extent[0].is_one


def is_row(extent: Extent) -> bool:
    return extent[0].is_one and not extent[1].is_one


def in_words(extent: Extent) -> str:
    """What a reader calls such a thing: a scalar, a column, a row, a matrix; with its sizes where they are known."""
    rows, columns = (str(size) for size in extent)
    if is_scalar(extent):
        return "a scalar"
    if is_column(extent):
        return "a column" + (f" of {rows}" if rows != "?" else "")
    if is_row(extent):
        return "a row" + (f" of {columns}" if columns != "?" else "")
    return "a matrix" + (f" of {rows} x {columns}" if (rows, columns) != ("?", "?") else "")
