"""Rational bounds of the spectrum of a rational symmetric matrix, certified by exact elimination."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import fmpq

from verify.exact.assumptions import fraction, positive_semidefinite
from verify.exact.instances import Rows


def largest_eigenvalue_bound(table: Rows) -> Fraction:
    """A rational L with table <= L I, certified exactly and within about 2^-20 of the largest eigenvalue."""
    return -smallest_eigenvalue_bound(tuple(tuple(-e for e in row) for row in table))


@lru_cache(maxsize=256)  # whoever changes one symbol at a time asks for the bounds of the others again
def smallest_eigenvalue_bound(table: Rows) -> Fraction:
    """A rational mu with mu I <= table, certified exactly; positive if the table is positive definite."""
    entries = [[fmpq(e.numerator, e.denominator) for e in row] for row in table]

    def below(mu: Any, *, strictly: bool = False) -> bool:
        shifted = [[e - mu if i == j else e for j, e in enumerate(row)] for i, row in enumerate(entries)]
        return positive_semidefinite(shifted, definite=strictly) is True

    high = min(row[i] for i, row in enumerate(entries))
    if below(high):
        return fraction(high)  # the smallest diagonal entry, as for diagonal matrices
    # the discs of Gershgorin
    low = min(row[i] - sum((abs(e) for j, e in enumerate(row) if j != i), fmpq(0)) for i, row in enumerate(entries))
    if low <= 0 and below(fmpq(0), strictly=True):
        low = high
        while not below(low):
            low /= 16
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    end = fraction(low)
    return simplest_between(end - abs(end) / 2**20, end)


def simplest_between(low: Fraction, high: Fraction) -> Fraction:
    """The rational of smallest denominator in [low, high]."""
    if low > high:
        raise ValueError(f"expected low <= high, got {low} and {high}.")
    if low <= 0 <= high:
        return Fraction(0)
    if high < 0:
        return -simplest_between(-high, -low)
    floor = low.numerator // low.denominator
    if floor == low:
        return low
    if floor + 1 <= high:
        return Fraction(floor + 1)
    return floor + 1 / simplest_between(1 / (high - floor), 1 / (low - floor))
