"""Rational points of a given length, in all directions or among those that meet linear equations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import islice, product
from math import isqrt

from verify.exact.instances import Rows

SMALL = 6  # entries of a point that is sought among all with entries -1, 0 and 1
TRIED = 50  # first squares of a sum that is sought


def on_sphere(entries: Sequence[Fraction], square: Fraction) -> Rows | None:
    """A rational point v with v'v = square: the entries if they are one, otherwise one that the search for sums of
    squares finds, reflected across the entries; None where there is none, or none was found."""
    if sum(e * e for e in entries) == square:
        return tuple((e,) for e in entries)
    found = _sum_of_squares(square.numerator * square.denominator, len(entries))
    if found is None:
        return None
    point = [Fraction(e, square.denominator) for e in found]
    return tuple((e,) for e in reflected(point, entries))


def _sum_of_squares(whole: int, count: int) -> list[int] | None:
    """Whole numbers, the largest first, of which the squares sum to this one; None if there are none."""
    if count == 1 or whole == 0 or isqrt(whole) ** 2 == whole:
        return [isqrt(whole), *[0] * (count - 1)] if isqrt(whole) ** 2 == whole else None
    for first in islice(range(isqrt(whole), 0, -1), TRIED):
        if (rest := _sum_of_squares(whole - first * first, count - 1)) is not None:
            return [first, *rest]
    return None


def reflected(point: Sequence[Fraction], normal: Sequence[Fraction]) -> list[Fraction]:
    """The mirror image of a point, across what is orthogonal to a vector; itself if that is 0."""
    square = sum((e * e for e in normal), Fraction(0))
    if not square:
        return list(point)
    along = 2 * sum((p * e for p, e in zip(point, normal, strict=True)), Fraction(0)) / square
    return [p - along * e for p, e in zip(point, normal, strict=True)]


def on_sphere_within(
    there: Sequence[Fraction], square: Fraction, asked: Callable[[Sequence[Fraction]], list[Fraction]]
) -> Rows | None:
    """A rational point v with v'v = square that meets equations linear in v without a constant, as 1'v = 0 is: a small
    one of the right length, reflected across a point that meets them. `asked` is what the sides of the equations differ
    by at a point. None where none is found, or the equations are others."""
    size, nothing = len(there), asked([Fraction(0)] * len(there))
    columns = [asked([Fraction(i == j) for j in range(size)]) for i in range(size)]
    if not nothing or any(nothing) or any(asked(there)) or any(len(one) != len(nothing) for one in columns):
        return None
    for entries in _small_points(size):
        if any(sum(e * x for e, x in zip(entries, row, strict=True)) for row in zip(*columns, strict=True)):
            continue
        scale = square / sum(e * e for e in entries)
        root = Fraction(isqrt(scale.numerator), isqrt(scale.denominator))
        if root * root == scale:
            return tuple((e,) for e in reflected([root * e for e in entries], there))
    return None


def _small_points(size: int) -> Iterator[tuple[int, ...]]:
    """Points other than 0 with entries -1, 0 and 1, those without 0 first, and with one entry that outweighs others."""
    if size <= SMALL:
        yield from sorted(product((1, -1, 0), repeat=size), key=lambda point: point.count(0))[: 3**size - 1]
    yield from ((1,) * (k - 1) + (1 - k,) + (0,) * (size - k) for k in range(2, size + 1))
