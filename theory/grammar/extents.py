"""How many rows and columns: sizes that are not known yet, and what makes two of them one.

A size of which nothing is said stands for every number, so it is never made 1: a column stays a column. Only the
literals 0 and 1, which people write for the zero and the ones of any shape, have sizes that may become 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from itertools import product as product_of
from math import prod

from theory.terms import Dimension, Symbol
from theory.terms.size_arithmetic import plus, times
from theory.terms.symbols import dimension


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
            texts = [(str(part), part.known().sign == "+" != here.sign) for part in here.parts]
            return here.sign.join(f"({text})" if bracketed else text for text, bracketed in texts)
        return "?" if here.value is None else str(here.value)


MOST_PRODUCTS = 64  # of a size with parts that are not known yet
ONE = Size(1)
Extent = tuple[Size, Size]  # rows and columns
SCALAR: Extent = (ONE, ONE)


def unify(first: Size, second: Size) -> bool:
    """Make two sizes one, if they can be."""
    a, b = first.known(), second.known()
    if a is b:
        return True
    if (a.parts and not b.is_open) or (b.parts and not a.is_open):
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
    """Product by product and factor by factor, unless they are equal as polynomials: (m + n) k is n k + m k."""
    if "?" not in f"{a}{b}":
        return as_dimension(a) == as_dimension(b)
    if max(_count(a), _count(b)) > MOST_PRODUCTS:
        return False
    first, second = _products(a), _products(b)
    return len(first) == len(second) and all(
        len(one) == len(other) and all(unify(p, q) for p, q in zip(one, other, strict=True))
        for one, other in zip(first, second, strict=True)
    )


def _count(size: Size) -> int:
    """How many products a size is the sum of."""
    here = size.known()
    counts = [_count(part) for part in here.parts]
    return sum(counts) if here.sign == "+" else prod(counts)


def _products(size: Size) -> list[list[Size]]:
    """The products that a size is the sum of, in order, each as its factors; none of them is 1."""
    here = size.known()
    if here.sign == "+":
        return [product for part in here.parts for product in _products(part)]
    if here.sign == "*":
        return [list(chain(*factors)) for factors in product_of(*map(_products, here.parts))]
    return [[] if here.is_one else [here]]


def as_dimension(size: Size) -> Dimension:
    """A size as terms take it; where nothing is said of it, 1: only literals have such sizes, and they are numbers."""
    here = size.known()
    if here.parts:
        return (plus if here.sign == "+" else times)(*map(as_dimension, here.parts))
    if here.value is None:
        return 1
    return dimension(here.value) if isinstance(here.value, str) else here.value


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
