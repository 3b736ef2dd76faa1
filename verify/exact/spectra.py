"""Rational bounds of the spectrum of a rational symmetric matrix, certified by exact elimination."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from flint import fmpq

from verify.exact.assumptions import positive_semidefinite
from verify.exact.instances import Rows


def _shifted(table: Rows, shift: Fraction, sign: int) -> list[list[Any]]:
    rows = enumerate(table)
    entries = [[sign * e - (sign * shift if i == j else 0) for j, e in enumerate(row)] for i, row in rows]
    return [[fmpq(e.numerator, e.denominator) for e in row] for row in entries]


def largest_eigenvalue_bound(table: Rows) -> Fraction:
    """A rational L with table <= L I, certified exactly and within about 2^-20 of the largest eigenvalue."""
    return -smallest_eigenvalue_bound(tuple(tuple(-e for e in row) for row in table))


def smallest_eigenvalue_bound(table: Rows) -> Fraction:
    """A rational mu with mu I <= table, certified exactly; positive if the table is positive definite."""

    def below(mu: Fraction) -> bool:
        return positive_semidefinite(_shifted(table, mu, 1), definite=False) is True

    high = min(row[i] for i, row in enumerate(table))
    if below(high):
        return high  # the smallest diagonal entry, as for diagonal matrices
    low = min(row[i] - sum(abs(e) for j, e in enumerate(row) if j != i) for i, row in enumerate(table))  # Gershgorin
    if low <= 0 and positive_semidefinite(_shifted(table, Fraction(0), 1), definite=True) is True:
        low = _positive_start(table, high, below)
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return simplest_between(low - abs(low) / 2**20, low)


def _positive_start(table: Rows, high: Fraction, below: Callable[[Fraction], bool]) -> Fraction:
    low = high
    while not below(low):
        low /= 16
    return low


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
