"""Improper integrals from 0 to oo: c x^(p-1) exp(-rate x^q) times sines, cosines, erf, with q >= 1 and p, rate > 0.

In v = log x the body is entire, so quadrature is quick. Beyond R, where x^(p-1) exp(-rate x^q) <= exp(-rate x / 2), the
rest is at most |c| 2/rate exp(-rate R / 2); below r it is at most |c| r^p / p.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from theory import terms as t
from theory.terms import Symbol, Term, rewrite
from verify.exact.number_system import UncertainError

Ball = Any
Inner = Callable[[Term], Ball]
Function = Callable[[Any, bool], Any]  # of a complex ball; is it to be analytic there?
Outer = Callable[[Term], Function]
Quadrature = Callable[[Function, Any, Any], Ball]
FARTHEST = 2**40


@dataclass(frozen=True)
class Shape:
    """The body is coefficient x^(p-1) exp(-rate x^q) times the factors of `bounded`, each at most 1 in size."""

    coefficient: Ball
    p: Ball
    rate: Ball
    q: Ball
    bounded: tuple[tuple[Term, int], ...]

    def settled(self, reach: Ball) -> bool:
        """Is x^(p-1) exp(-rate x^q) <= exp(-rate x / 2) for all x >= reach?

        (p - 1) log x <= rate x / 2 holds from a reach > e on if it holds there, because log x / x falls from e on.
        """
        if not reach > 3:
            return False
        return bool(self.p <= 1 or (self.p - 1) * reach.log() <= self.rate * reach / 2)


def improper(term: t.Integral, evaluate: Inner, at: Outer, integrate: Quadrature) -> Ball:
    """The integral as a real ball. `evaluate` gives what does not vary; `at(term)` a bounded factor at complex balls x.

    The body must be known to be defined on 0 < x < oo.
    Raises UncertainError if the body has another shape.
    """
    shape = _shape(term, evaluate)
    if shape.coefficient == 0:
        return arb(0)
    if not shape.p * 100 > 1:  # below it the part near 0 is too long
        raise UncertainError("x^(p-1) is not integrated from 0 for p up to 1/100")
    bounded = [(at(factor), exponent) for factor, exponent in shape.bounded]
    bits = ctx.prec
    near = arb(2) ** -(int(float((bits / shape.p).mid())) + 2)
    reach = 4
    while not shape.settled(arb(reach)) or not shape.rate * reach / 2 > bits:
        reach *= 2
        if reach > FARTHEST:
            raise UncertainError("the tail of an integral is too long")

    def integrand(v: Any, analytic: bool) -> Any:
        value = (shape.p * v - shape.rate * (shape.q * v).exp()).exp()
        for factor, exponent in bounded:
            for _ in range(exponent):
                value *= factor(v.exp(), analytic)
        return value

    # the ends are any two numbers: only the bounds for the rest must know where they lie
    low, high = near.log().mid(), arb(reach).log().mid()
    middle = integrate(integrand, low, high)
    below = (shape.p * low).exp() / shape.p
    last = high.exp().lower()
    if not shape.settled(last):
        raise UncertainError("the tail of an integral is not bounded")
    beyond = 2 / shape.rate * (-shape.rate * last / 2).exp()
    return shape.coefficient * (middle + arb(0, (below + beyond).abs_upper()))


def _shape(term: t.Integral, evaluate: Inner) -> Shape:
    x = term.variable
    coefficient, p = arb(1), arb(1)
    rate, q = arb(0), arb(0)
    bounded: list[tuple[Term, int]] = []
    for factor, exponent in _factors(term.body, 1):
        if not rewrite.depends_on(factor, x):
            coefficient *= evaluate(t.power(factor, Fraction(exponent)))
        elif factor == x:
            p += exponent
        elif isinstance(factor, t.Special) and _is_power_of(factor, x) and exponent == 1:
            p += evaluate(factor.arguments[1])
        elif isinstance(factor, t.Special) and factor.name == "exp":
            part, power = _decay(factor.arguments[0], x, evaluate)
            if rate != 0 and not power == q:
                raise UncertainError("the body of an improper integral has several exponentials")
            rate, q = rate + exponent * part, power
        elif isinstance(factor, t.Special) and factor.name in ("sin", "cos", "erf") and exponent > 0:
            bounded.append((factor, exponent))
        else:
            raise UncertainError("the body of an improper integral has no known shape")
    if coefficient == 0:
        return Shape(coefficient, p, rate, q, ())
    if not p > 0 or not rate > 0 or not q >= 1:
        raise UncertainError("the body of an improper integral has no known shape")
    return Shape(coefficient, p, rate, q, tuple(bounded))


def _is_power_of(factor: t.Special, x: Symbol) -> bool:
    """Is this x^a with an exponent that does not vary with x?"""
    return factor.name == "pow" and factor.arguments[0] == x and not rewrite.depends_on(factor.arguments[1], x)


def _factors(term: Term, exponent: int) -> list[tuple[Term, int]]:
    match term:
        case t.Scale() | t.Product():
            return [pair for child in term.children for pair in _factors(child, exponent)]
        case t.Power(base, inner) if inner.denominator == 1:
            return _factors(base, exponent * int(inner))
        case _:
            return [(term, exponent)]


def _decay(argument: Term, x: Symbol, evaluate: Inner) -> tuple[Ball, Ball]:
    """(rate, q) of an argument -rate x^q."""
    rate, q = arb(-1), arb(0)
    for factor, exponent in _factors(argument, 1):
        if not rewrite.depends_on(factor, x):
            rate *= evaluate(t.power(factor, Fraction(exponent)))
        elif factor == x:
            q += exponent
        elif isinstance(factor, t.Special) and _is_power_of(factor, x) and exponent == 1:
            q += evaluate(factor.arguments[1])
        else:
            raise UncertainError("the exponent of an improper integral has no known shape")
    return rate, q
