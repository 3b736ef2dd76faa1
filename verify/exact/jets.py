"""Dual numbers over any number system: values with their partial derivatives, nested for second derivatives.

Knows nothing of terms, and nothing of the differential of `theory`, which it is there to check.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic

from verify.exact.number_system import NumberSystem, UncertainError, UndefinedError, UnsupportedError, V

ZERO, ONE = Fraction(0), Fraction(1)


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
        unit = (self.inner.rational(ONE if i == direction else ZERO) for i in range(self.directions))
        return Jet(value, tuple(unit))

    def slopes(self, a: Jet[V]) -> tuple[V, ...]:
        """Partial derivatives, zeros written out."""
        return a.slopes or (self.inner.rational(ZERO),) * self.directions

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
            return Jet(value, tuple([n.mul(e, b.value) for e in a.slopes]) if a.slopes else ())
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
            raise UnsupportedError("derivatives of a largest eigenvalue are not evaluated, but for a diagonal matrix")
        return Jet(self.inner.largest_eigenvalue([[entry.value for entry in row] for row in a]))

    def largest(self, entries: Sequence[Jet[V]]) -> Jet[V]:
        """The largest of several numbers: the one that is more than all others, which it is nearby as well."""
        if len(entries) > 1 and not any(entry.slopes for entry in entries):
            zero = self.inner.rational(Fraction(0))
            rows = [[a.value if i == j else zero for j in range(len(entries))] for i, a in enumerate(entries)]
            return Jet(self.inner.largest_eigenvalue(rows))
        for i, one in enumerate(entries):
            others = [other for j, other in enumerate(entries) if j != i]
            below = [other for other in others if self._more(one.value, other.value)]
            beside = [other for other in others if self._same(one.value, other.value)]
            if len(below) == len(others):
                return one
            if len(below) + len(beside) == len(others) and any(self._turns(one, other) for other in beside):
                raise UndefinedError("the largest entry has no derivative where two entries are the largest")
        raise UnsupportedError("the largest entry, where no entry is certainly more than all others")

    def _difference(self, a: V, b: V, exponent: Fraction) -> V:
        return self.inner.power(self.inner.add(a, self.inner.neg(b)), exponent)

    def _more(self, a: V, b: V) -> bool:
        """Is a certainly more than b?"""
        try:
            self._difference(a, b, Fraction(-1, 2))
        except (UndefinedError, UncertainError):
            return False
        return True

    def _same(self, a: V, b: V) -> bool:
        """Are they certainly one number?"""
        try:
            self._difference(a, b, Fraction(-1))
        except UndefinedError:
            return True
        except UncertainError:
            return False
        return False

    def _differ(self, a: V, b: V) -> bool:
        """Are they certainly two numbers?"""
        try:
            self._difference(a, b, Fraction(-1))
        except (UndefinedError, UncertainError):
            return False
        return True

    def _turns(self, a: Jet[V], b: Jet[V]) -> bool:
        """Has the larger of two numbers of one value a kink, since they certainly rise by different slopes?"""
        return any(self._differ(x, y) for x, y in zip(self.slopes(a), self.slopes(b), strict=True))

    def apply(self, function: str, order: int, a: Jet[V]) -> Jet[V]:
        value = self.inner.apply(function, order, a.value)
        return self._chain(value, a, lambda: self.inner.apply(function, order + 1, a.value))

    def partial(self, field: str, indices: tuple[int, ...], at: Sequence[Jet[V]]) -> Jet[V]:
        n, values = self.inner, [a.value for a in at]
        result = Jet(n.partial(field, indices, values))
        for i, a in enumerate(at):
            if a.slopes:
                factor = n.partial(field, tuple(sorted((*indices, i))), values)
                result = self.add(result, Jet(n.rational(ZERO), tuple([n.mul(factor, e) for e in a.slopes])))
        return result
