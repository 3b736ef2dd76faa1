"""Dual numbers over any number system: values with their partial derivatives, nested for second derivatives.

Knows nothing of terms, and nothing of the differential of `theory`, which it is there to check.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic

from verify.exact.number_system import NumberSystem, UncertainError, UndefinedError, UnsupportedError, V


@dataclass(slots=True)
class Jet(Generic[V]):
    """A value and its partial derivatives along the seeded directions; `slopes` is empty for a constant.

    Nothing changes one; to say so to Python takes three times as long for each of millions.
    """

    value: V
    slopes: tuple[V, ...] = ()


class Jets(Generic[V]):
    """Dual numbers over a number system: itself a number system, so it nests."""

    def __init__(self, inner: NumberSystem[V], directions: int) -> None:
        self.inner = inner
        self.directions = directions

    def seed(self, value: V, direction: int) -> Jet[V]:
        """The coordinate of this direction."""
        unit = (self.inner.rational(Fraction(int(i == direction))) for i in range(self.directions))
        return Jet(value, tuple(unit))

    def slopes(self, a: Jet[V]) -> tuple[V, ...]:
        """Partial derivatives, zeros written out."""
        return a.slopes or (self.inner.rational(Fraction(0)),) * self.directions

    def _chain(self, value: V, a: Jet[V], derivative: Callable[[], V]) -> Jet[V]:
        if not a.slopes:
            return Jet(value)
        factor = derivative()
        return Jet(value, tuple([self.inner.mul(factor, e) for e in a.slopes]))

    def rational(self, value: Fraction) -> Jet[V]:
        return Jet(self.inner.rational(value))

    def add(self, a: Jet[V], b: Jet[V]) -> Jet[V]:
        value = self.inner.add(a.value, b.value)
        if not a.slopes or not b.slopes:
            return Jet(value, a.slopes or b.slopes)
        return Jet(value, tuple([self.inner.add(x, y) for x, y in zip(a.slopes, b.slopes, strict=True)]))

    def neg(self, a: Jet[V]) -> Jet[V]:
        return Jet(self.inner.neg(a.value), tuple([self.inner.neg(e) for e in a.slopes]))

    def mul(self, a: Jet[V], b: Jet[V]) -> Jet[V]:
        n = self.inner
        value = n.mul(a.value, b.value)
        if not b.slopes:
            return Jet(value, tuple([n.mul(e, b.value) for e in a.slopes]))
        if not a.slopes:
            return Jet(value, tuple([n.mul(a.value, e) for e in b.slopes]))
        pairs = zip(a.slopes, b.slopes, strict=True)
        return Jet(value, tuple([n.add(n.mul(x, b.value), n.mul(a.value, y)) for x, y in pairs]))

    def power(self, a: Jet[V], exponent: Fraction) -> Jet[V]:
        n = self.inner
        value = n.power(a.value, exponent)
        if exponent == 0:
            return Jet(value)
        if a.slopes and exponent.denominator > 1 and exponent > 1:
            try:
                n.power(a.value, Fraction(-1))
            except UndefinedError:
                raise UncertainError("a root of 0, and nothing says that its base is not negative nearby") from None
        return self._chain(value, a, lambda: n.mul(n.rational(exponent), n.power(a.value, exponent - 1)))

    def absolute(self, a: Jet[V]) -> Jet[V]:
        n = self.inner
        value = n.absolute(a.value)
        return self._chain(value, a, lambda: n.mul(a.value, n.power(value, Fraction(-1))))

    def special(self, name: str, a: Jet[V]) -> Jet[V]:
        value = self.inner.special(name, a.value)
        return self._chain(value, a, lambda: value if name == "exp" else self.inner.power(a.value, Fraction(-1)))

    def largest_eigenvalue(self, a: Sequence[Sequence[Jet[V]]]) -> Jet[V]:
        if any(entry.slopes for row in a for entry in row):
            raise UnsupportedError("the largest eigenvalue has no derivative where it is a multiple one")
        return Jet(self.inner.largest_eigenvalue([[entry.value for entry in row] for row in a]))

    def apply(self, function: str, order: int, a: Jet[V]) -> Jet[V]:
        value = self.inner.apply(function, order, a.value)
        return self._chain(value, a, lambda: self.inner.apply(function, order + 1, a.value))

    def partial(self, field: str, indices: tuple[int, ...], at: Sequence[Jet[V]]) -> Jet[V]:
        n, values = self.inner, [a.value for a in at]
        result = Jet(n.partial(field, indices, values))
        for i, a in enumerate(at):
            if a.slopes:
                factor = n.partial(field, tuple(sorted((*indices, i))), values)
                result = self.add(result, Jet(n.rational(Fraction(0)), tuple(n.mul(factor, e) for e in a.slopes)))
        return result
