"""What components are computed in: the protocol of a number system, and the three ways an operation can fail.

Knows nothing of terms. Balls, rational functions and jets over either are number systems.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Protocol, TypeVar

V = TypeVar("V")


class UndefinedError(ArithmeticError):
    """Certainly without a value: a negative power of 0, a root of a negative number."""


class UncertainError(ArithmeticError):
    """Cannot be told apart from a point without a value at this precision."""


class UnsupportedError(ArithmeticError):
    """Outside what this number system can write down."""


class NumberSystem(Protocol[V]):
    """What entries can do. Operations raise one of the errors above rather than return nonsense."""

    def rational(self, value: Fraction) -> V: ...
    def add(self, a: V, b: V) -> V: ...
    def mul(self, a: V, b: V) -> V: ...
    def neg(self, a: V) -> V: ...
    def power(self, a: V, exponent: Fraction) -> V: ...
    def absolute(self, a: V) -> V: ...
    def special(self, name: str, a: V) -> V: ...  # exp or log
    def largest_eigenvalue(self, a: Sequence[Sequence[V]]) -> V: ...  # of a symmetric matrix
    def apply(self, function: str, order: int, a: V) -> V: ...
    def partial(self, field: str, indices: tuple[int, ...], at: Sequence[V]) -> V: ...
