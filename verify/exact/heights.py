"""How near to 0 an expression in radicals can come without being 0: heights of numbers as a number system.

A height bounds every conjugate of an algebraic number U/L from above, for algebraic integers U and L. An expression
with radicals of degrees k that is not 0 is at least 1/(u^(D-1) l), D the product of the k (Burnikel, Funke, Mehlhorn,
Schirra, Schmitt 2009, "A separation bound for real algebraic expressions"). Values of functions such as tanh have no
such bound. Knows nothing of terms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import Any

from flint import fmpq

from verify.exact.activations import ACTIVATIONS, MONOMIALS, Piecewise, field_partial
from verify.exact.balls import Balls
from verify.exact.number_system import UndefinedError, UnsupportedError


@dataclass(slots=True)  # frozen, it would take three times as long to make
class Height:
    """|U| <= 2^above and |L| <= 2^below for all conjugates; `roots` are the radicals in it by degree and radicand.

    `ident` tells expressions apart.
    """

    above: int
    below: int
    roots: frozenset[tuple[int, int]]
    ident: int

    @property
    def gap(self) -> int:
        """b such that the number is 0 if it is less than 2^-b in size."""
        return (prod(k for k, _ in self.roots) - 1) * max(self.above, 0) + max(self.below, 0) + 1


Number = Any  # flint.fmpq, the number itself while it is rational, or a Height


@dataclass
class Heights:
    """The number system of heights; `functions` as of `Balls`. `largest` is the largest gap that a decision needs.

    Raises UnsupportedError for a function whose values have no height.
    """

    functions: Mapping[str, str]
    largest: int = 0
    _idents: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def _ident(self, *key: Any) -> int:
        return self._idents.setdefault(key, len(self._idents))

    def of(self, a: Number) -> Height:
        """The height, also of a rational."""
        if type(a) is Height:
            return a
        p, q = int(a.p), int(a.q)
        return Height(abs(p).bit_length(), q.bit_length() if q != 1 else 0, frozenset(), self._ident("q", p, q))

    def rational(self, value: Fraction) -> Number:
        return fmpq(value.numerator, value.denominator)

    def add(self, a: Number, b: Number) -> Number:
        if type(a) is fmpq:
            if type(b) is fmpq:
                return a + b
            if a == 0:
                return b
        elif type(b) is fmpq and b == 0:
            return a
        a, b = self.of(a), self.of(b)
        above = max(a.above + b.below, b.above + a.below) + 1
        return self._joined("+", a, b, above, a.below + b.below)

    def mul(self, a: Number, b: Number) -> Number:
        if type(a) is fmpq and (type(b) is fmpq or a == 0):
            return a * b if type(b) is fmpq else a
        if type(b) is fmpq and b == 0:
            return b
        a, b = self.of(a), self.of(b)
        return self._joined("*", a, b, a.above + b.above, a.below + b.below)

    def _joined(self, sign: str, a: Height, b: Height, above: int, below: int) -> Height:
        ident = self._ident(sign, *sorted((a.ident, b.ident)))
        return Height(above, below, a.roots | b.roots, ident)

    def neg(self, a: Number) -> Number:
        return -a if type(a) is fmpq else Height(a.above, a.below, a.roots, self._ident("-", a.ident))

    def power(self, a: Number, exponent: Fraction) -> Number:
        n, k = exponent.numerator, exponent.denominator
        if n == 0:
            return fmpq(1)
        if type(a) is fmpq and k in (1, 2):
            root = Balls(64, {}).power(a, exponent)  # a rational again, or a ball
            if type(root) is fmpq:
                return root
        a = self.of(a)
        if k > 1 or n < 0:
            self.largest = max(self.largest, a.gap)
        if k > 1:
            a = self._root(a, k)
        above, below = (a.above, a.below) if n > 0 else (a.below, a.above)
        return Height(above * abs(n), below * abs(n), a.roots, self._ident("^", a.ident, n))

    def _root(self, a: Height, k: int) -> Height:
        """(U/L)^(1/k) as (U L^(k-1))^(1/k) / L or U / (U^(k-1) L)^(1/k)."""
        first = (-(-(a.above + (k - 1) * a.below) // k), a.below)
        second = (a.above, -(-((k - 1) * a.above + a.below) // k))
        above, below = min(first, second, key=sum)
        return Height(above, below, a.roots | {(k, a.ident)}, self._ident("root", k, a.ident))

    def absolute(self, a: Number) -> Number:
        return abs(a) if type(a) is fmpq else Height(a.above, a.below, a.roots, self._ident("abs", a.ident))

    def special(self, name: str, a: Number) -> Number:
        raise UnsupportedError(f"values of {name} have no height")

    def largest_eigenvalue(self, a: Sequence[Sequence[Number]]) -> Number:
        raise UnsupportedError("eigenvalues have no height")

    def apply(self, function: str, order: int, a: Number) -> Number:
        name = self.functions[function]
        if name in MONOMIALS:
            degree = MONOMIALS[name]
            factor = fmpq(prod(range(degree - order + 1, degree + 1)) if order <= degree else 0)
            return self.mul(factor, self.power(a, Fraction(max(degree - order, 0))))
        derivative = ACTIVATIONS[name].derivative
        if not isinstance(derivative, Piecewise):
            raise UnsupportedError(f"values of {name} have no height")
        height = self.of(a)
        self.largest = max(self.largest, height.gap + 8)
        if type(a) is fmpq:
            return derivative(order, a)
        spare = max((abs(e.numerator) + e.denominator).bit_length() for e in derivative.numbers)
        return Height(a.above + spare, a.below + spare, a.roots, self._ident(name, order, a.ident))

    def partial(self, field: str, indices: tuple[int, ...], at: Sequence[Number]) -> Number:
        plain = Heights({"sin": "sin"}, self.largest, self._idents)
        found: Number = field_partial(self.functions[field], plain, indices, at)
        self.largest = max(self.largest, plain.largest)
        return found


@dataclass(slots=True)
class Known:
    """A rational or a ball, with the height of what it encloses."""

    real: Any
    height: Number


@dataclass
class Algebraic:
    """Balls beside heights: what a ball cannot tell from 0 is 0 where its height leaves nothing else."""

    balls: Balls
    heights: Heights

    def settled(self, a: Known) -> Any:
        """The number, an exact 0 if it is less than any number of its height that is not 0."""
        if type(a.real) is fmpq or not a.real.contains(0):
            return a.real
        return fmpq(0) if a.real.abs_upper() * fmpq(2) ** self.heights.of(a.height).gap < 1 else a.real

    def rational(self, value: Fraction) -> Known:
        return Known(self.balls.rational(value), self.heights.rational(value))

    def add(self, a: Known, b: Known) -> Known:
        return Known(self.balls.add(a.real, b.real), self.heights.add(a.height, b.height))

    def mul(self, a: Known, b: Known) -> Known:
        if a is b:
            return Known(self.balls.mul(a.real, a.real), self.heights.mul(a.height, b.height))
        return Known(self.balls.mul(a.real, b.real), self.heights.mul(a.height, b.height))

    def neg(self, a: Known) -> Known:
        return Known(self.balls.neg(a.real), self.heights.neg(a.height))

    def power(self, a: Known, exponent: Fraction) -> Known:
        base = self.settled(a) if exponent < 0 or exponent.denominator > 1 else a.real
        if type(base) is fmpq and base == 0:
            if exponent < 0:
                raise UndefinedError(f"0 to the power {exponent}")
            return self.rational(Fraction(int(exponent == 0)))
        return Known(self.balls.power(base, exponent), self.heights.power(a.height, exponent))

    def absolute(self, a: Known) -> Known:
        return Known(self.balls.absolute(a.real), self.heights.absolute(a.height))

    def special(self, name: str, a: Known) -> Known:
        return Known(self.balls.special(name, a.real), self.heights.special(name, a.height))

    def largest_eigenvalue(self, a: Sequence[Sequence[Known]]) -> Known:
        raise UnsupportedError("eigenvalues have no height")

    def apply(self, function: str, order: int, a: Known) -> Known:
        return Known(self.balls.apply(function, order, a.real), self.heights.apply(function, order, a.height))

    def partial(self, field: str, indices: tuple[int, ...], at: Sequence[Known]) -> Known:
        real = self.balls.partial(field, indices, [a.real for a in at])
        return Known(real, self.heights.partial(field, indices, [a.height for a in at]))
