"""Bodies of integrals at complex balls, a row a node: not finite where one is to be analytic and may not be."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import acb, arb, fmpq

from theory import terms as t
from theory.terms import Term
from verify.exact.balls import ball_power
from verify.exact.number_system import UncertainError


def complex_function(body: Term, inner: Mapping[Term, Any]) -> Callable[[Any, bool], Any]:
    """The body as a function of its variable; `inner` gives every largest part that does not vary with it.

    It is written out once, as one step for each node that is another than those before, and not walked at every ball.
    Raises UncertainError for a node without a row, before anything is integrated: it would be tried again and again.
    """
    steps: list[_Step] = []
    last = _written(body, inner, steps, {})

    def run(z: Any, analytic: bool) -> Any:
        values: list[Any] = []
        for step in steps:
            values.append(step(values, z, analytic))
        return values[last]

    return run


_Step = Callable[[list[Any], Any, bool], Any]  # from what came before it, the variable, and what is asked


def _written(term: Term, inner: Mapping[Term, Any], steps: list[_Step], places: dict[Term, int]) -> int:
    """The place of a term's value among the steps, to which those are added that it still needs."""
    if term not in places:
        step = _step(term, inner, lambda part: _written(part, inner, steps, places))
        places[term] = len(steps)
        steps.append(step)
    return places[term]


def _step(term: Term, inner: Mapping[Term, Any], place: Callable[[Term], int]) -> _Step:
    """The body at a complex ball; not finite where it may not be analytic and that is asked for."""
    if term in inner:
        constant = acb(inner[term])
        return lambda values, z, analytic: constant
    match term:
        case t.Symbol():
            return lambda values, z, analytic: z
        case t.Sum(terms):
            return _joined(acb(0), operator.add, [place(item) for item in terms])
        case t.Scale() | t.Product():
            return _joined(acb(1), operator.mul, [place(factor) for factor in term.children])
        case t.Power(base, exponent):
            under = place(base)
            return lambda values, z, analytic: _complex_power(values[under], exponent, analytic)
        case t.Abs(body):
            inside = place(body)
            return lambda values, z, analytic: values[inside].real_abs(analytic=analytic)
        case t.Special("sin" | "cos" | "exp" | "erf", arguments):
            function, at = getattr(acb, term.name), place(arguments[0])
            return lambda values, z, analytic: function(values[at])
        case t.Special("log", arguments):
            number = place(arguments[0])
            return lambda values, z, analytic: values[number].log(analytic=analytic)
        case t.Special("pow", arguments):
            first, second = map(place, arguments)
            return lambda values, z, analytic: values[first].pow(values[second], analytic=analytic)
    name = term.name if isinstance(term, t.Special) else type(term).__name__
    raise UncertainError(f"no integral over {name} is computed")


def _joined(start: Any, operation: Callable[[Any, Any], Any], places: list[int]) -> _Step:
    """All of them, left to right."""

    def step(values: list[Any], z: Any, analytic: bool) -> Any:
        result = start
        for place in places:
            result = operation(result, values[place])
        return result

    return step


def _complex_power(base: Any, exponent: Fraction, analytic: bool) -> Any:
    """A rational power of a complex ball, principal where it is a root; 1 for the power 0, as everywhere."""
    n, root = exponent.numerator, exponent.denominator
    if n == 0:
        return acb(1)
    if root > 1 and not analytic and n > 0 and base.contains(acb(0)):
        size = arb(0, ball_power(abs(base).upper(), exponent).upper())  # the logarithm has no bounds there
        return acb(size, size)
    if root > 1:
        return base.pow(acb(arb(fmpq(n, root))), analytic=analytic)
    if n < 0:
        return acb("nan") if base.contains(acb(0)) else _whole_power(1 / base, -n)
    return _whole_power(base, n)


def _whole_power(a: Any, n: int) -> Any:
    """a^n for n >= 1 by repeated squaring."""
    if n == 1:
        return a
    half = _whole_power(a, n // 2)
    return half * half * a if n % 2 else half * half
