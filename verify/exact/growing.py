"""How fast a term grows in one real number t: |v(t)| <= size (1 + |t|)^degree e^(rate |t|) for every real t.

A number system of components, of whose entries some vary with t (`Growth`) and the others are numbers or balls. What
has no row here is refused, so that whatever has a bound is defined at every t, and continuous.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Any

from flint import arb, fmpq

from theory.terms.known_functions import KNOWN
from verify.exact.activations import ACTIVATIONS, MONOMIALS, field_partial
from verify.exact.balls import Balls
from verify.exact.number_system import UnsupportedError

BOUNDED = ("tanh", "sin", "sin2", "erf", "sigmoid", "softplus", "gelu", "silu", "hardtanh")  # or a derivative of it is
LINES = ("relu", "leaky_relu", "abs", "gelu", "silu")  # no further from 0 than their argument
HIGHEST = 64  # degree
NONE = arb(0)


@dataclass(frozen=True, slots=True)
class Growth:
    """`size` and `rate` are nonnegative balls, of which the upper ends count."""

    size: Any
    degree: int = 0
    rate: Any = NONE


def along(mean: Any, deviation: Any) -> Growth:
    """|mean + deviation t| <= (|mean| + deviation)(1 + |t|)."""
    return Growth(abs(arb(mean)) + abs(arb(deviation)), 1)


@dataclass(frozen=True)
class Growing:
    """Bounds of what varies; what does not is computed in balls."""

    balls: Balls

    def rational(self, value: Fraction) -> Any:
        return self.balls.rational(value)

    def add(self, a: Any, b: Any) -> Any:
        if not _varies(a, b):
            return self.balls.add(a, b)
        a, b = of(a), of(b)
        return Growth(a.size + b.size, max(a.degree, b.degree), a.rate.max(b.rate))

    def mul(self, a: Any, b: Any) -> Any:
        if not _varies(a, b):
            return self.balls.mul(a, b)
        a, b = of(a), of(b)
        if a.degree + b.degree > HIGHEST:
            raise UnsupportedError(f"a mean over a normal law of what grows as a power above {HIGHEST}")
        return Growth(a.size * b.size, a.degree + b.degree, a.rate + b.rate)

    def neg(self, a: Any) -> Any:
        return a if _varies(a) else self.balls.neg(a)

    def power(self, a: Any, exponent: Fraction) -> Any:
        if not _varies(a):
            return self.balls.power(a, exponent)
        if exponent.denominator > 1 or exponent < 0:
            raise UnsupportedError("a mean over a normal law of a quotient or a root is not computed")
        result: Any = fmpq(1)
        for _ in range(min(int(exponent), HIGHEST + 1)):
            result = self.mul(result, a)
        return result

    def absolute(self, a: Any) -> Any:
        return a if _varies(a) else self.balls.absolute(a)

    def special(self, name: str, a: Any) -> Any:
        if not _varies(a):
            return self.balls.special(name, a)
        if name != "exp" or a.degree > 1 or not a.rate == 0:
            raise UnsupportedError(f"a mean over a normal law of {name} of what is no straight line is not computed")
        return Growth(a.size.exp(), 0, a.size if a.degree else NONE)  # exp(|v|), |v| <= size (1 + |t|)

    def largest_eigenvalue(self, a: Sequence[Sequence[Any]]) -> Any:
        if _varies(*(entry for row in a for entry in row)):
            raise UnsupportedError("a mean over a normal law of a largest eigenvalue is not computed")
        return self.balls.largest_eigenvalue(a)

    def apply(self, function: str, order: int, a: Any) -> Any:
        if not _varies(a):
            return self.balls.apply(function, order, a)
        name = concrete(self.balls, function)
        if name in MONOMIALS:
            left = max(MONOMIALS[name] - order, 0)
            factor = Fraction(factorial(MONOMIALS[name]), factorial(left)) if order <= MONOMIALS[name] else Fraction(0)
            return self.mul(self.rational(factor), self.power(a, Fraction(left)))
        if name == "exp":
            return self.special("exp", a)
        if name in BOUNDED and (sup := ACTIVATIONS[name].sup(order)) is not None:
            return Growth(arb(fmpq(sup.numerator, sup.denominator)))
        if order == 0 and name in LINES:
            return a
        if order == 0 and name == "softplus":  # |log(1 + e^v)| <= log 2 + |v|
            return self.add(a, Growth(arb(1)))
        raise UnsupportedError(f"a mean over a normal law of {name}, or of its derivative {order}, is not computed")

    def partial(self, field: str, indices: tuple[int, ...], at: Sequence[Any]) -> Any:
        if not _varies(*at):
            return self.balls.partial(field, indices, at)
        return field_partial(concrete(self.balls, field), self, indices, at)


def concrete(balls: Balls, name: str) -> str:
    """What a function of the claim is at the instance."""
    return name if name in KNOWN else balls.functions[name]


def of(a: Any) -> Growth:
    """A bound of what varies or does not."""
    return a if isinstance(a, Growth) else Growth(abs(arb(a)))


def _varies(*entries: Any) -> bool:
    return any(isinstance(entry, Growth) for entry in entries)


def beyond(growth: Growth, far: int) -> Any:
    """At least the mean over N(0, 1) of what grows so, on |t| >= far; None where this far it may still grow.

    With t = far + u, (1 + t)^degree <= (1 + far)^degree e^(degree u/(1 + far)) and the density is at most that at `far`
    times e^(-far u), so that what is left under the integral falls as e^(-fall u).
    """
    fall = far - growth.rate - arb(fmpq(growth.degree, 1 + far))
    if not fall > 1:
        return None
    top = growth.size * arb(1 + far) ** growth.degree * (growth.rate * far - arb(far) ** 2 / 2).exp()
    return 2 * top / (fall * (2 * arb.pi()).sqrt())
