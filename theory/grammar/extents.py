"""How many rows and columns: sizes that are not known yet, and what makes two of them one.

A size of which nothing is said stands for every number, so it is never made 1: a column stays a column. Only the
literals 0 and 1, which people write for the zero and the ones of any shape, have sizes that may become 1.
"""

from __future__ import annotations

from dataclasses import dataclass

from theory.terms import Symbol


@dataclass(eq=False)
class Size:
    """One size: a number or a declared dimension if it is known, else the size that it was made one with."""

    value: int | str | None = None
    loose: bool = False
    symbol: Symbol | None = None  # the dimension, once it has a name

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

    def __str__(self) -> str:
        value = self.known().value
        return "?" if value is None else str(value)


ONE = Size(1)
Extent = tuple[Size, Size]  # rows and columns
SCALAR: Extent = (ONE, ONE)


def unify(first: Size, second: Size) -> bool:
    """Make two sizes one, if they can be."""
    a, b = first.known(), second.known()
    if a is b:
        return True
    if a.value is not None and b.value is not None:
        return a.value == b.value
    if a.value is not None:
        a, b = b, a
    if b.value == 1 and not a.loose:
        return False
    if b.value is None:
        b.loose = a.loose and b.loose
    a._same = b
    return True


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
