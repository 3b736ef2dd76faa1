"""Scalar terms evaluated in ball arithmetic, at points and on boxes: a second algorithm beside the zero test.

Values are real balls. Integrals are computed by certified quadrature in complex balls, with proven bounds for what lies
near 0 and beyond the last point of an improper one. What cannot be enclosed raises UncertainError.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import acb, arb, fmpq

from theory.calculus import rewrite
from theory.calculus import terms as t
from theory.calculus.terms import Symbol, Term
from theory.scalar.differential import carried_out, derivative_of
from theory.scalar.reading import infinite
from verify.exact.balls import ball_power
from verify.exact.number_system import UncertainError, UndefinedError
from verify.scalar.tails import improper

Ball = Any
Values = Mapping[Term, Ball]  # of symbols and of growth rates, which have no formula
ZERO = Fraction(0)


def rational(value: Fraction) -> Ball:
    """The number as a real ball of the precision in use."""
    return arb(fmpq(value.numerator, value.denominator))


def evaluate(term: Term, values: Values, limits: Mapping[t.Limit, Term] | None = None) -> Ball:
    """A real ball around the term. `limits` gives a term equal to each limit that occurs.

    Raises UncertainError if the ball has no finite bounds, UndefinedError where the term is certainly undefined.
    """
    result = _real(term, values, limits or {})
    if not result.is_finite():
        raise UncertainError("a ball without finite bounds")
    return result


def _real(term: Term, values: Values, limits: Mapping[t.Limit, Term]) -> Ball:
    match term:
        case t.Number(value):
            return rational(value)
        case t.Symbol() | t.GrowthRate():
            if term not in values:
                raise KeyError(f"the instance gives no value for {term!r}")
            return values[term]
        case t.Sum(terms):
            total = arb(0)
            for item in terms:
                total += _real(item, values, limits)
            return total
        case t.Scale(scalar, body):
            return _real(scalar, values, limits) * _real(body, values, limits)
        case t.Product(factors):
            result = arb(1)
            for factor in factors:
                result *= _real(factor, values, limits)
            return result
        case t.Power(base, exponent):
            return ball_power(_real(base, values, limits), exponent)
        case t.Abs(body):
            return abs(_real(body, values, limits))
        case t.Call():
            return _real(rewrite.unfold(term, frozenset({term.definition})), values, limits)
        case t.Derivative(body, variable, at, "gradient"):
            return _real(rewrite.substitute(derivative_of(body, variable), {variable: at}), values, limits)
        case t.Limit():
            if term not in limits:
                raise UncertainError("a limit is not evaluated at points")
            return _real(limits[term], values, limits)
        case t.Integral():
            return _integral(term, values, limits)
        case t.Special(name, arguments):
            return _special(name, [_real(a, values, limits) for a in arguments])
    raise TypeError(f"scalar balls: no row for {type(term).__name__}")


def _special(name: str, arguments: list[Ball]) -> Ball:
    if name == "pi":
        return arb.pi()
    a = arguments[0]
    match name:
        case "sin" | "cos" | "exp" | "erf":
            return getattr(a, name)()
        case "arccos":
            if abs(a) > 1:
                raise UndefinedError("arccos outside [-1, 1]")
            return a.acos()
        case "log" | "pow" | "Gamma":
            if a <= 0:
                raise UndefinedError(f"{name} at a number that is not positive")
            if not a > 0:
                raise UncertainError(f"{name} at a ball that reaches 0")
            if name == "Gamma":
                return a.gamma()
            return a.log() if name == "log" else (a.log() * arguments[1]).exp()
    raise TypeError(f"scalar balls: no row for {name}")


# ---- integrals ----------------------------------------------------------------------------------------------
def _integral(folded: t.Integral, values: Values, limits: Mapping[t.Limit, Term]) -> Ball:
    term = carried_out(folded)
    assert isinstance(term, t.Integral)
    if infinite(term.upper):

        def at(factor: Term, x: Any) -> Any:
            inner = {node: _real(node, values, limits) for node in _constants(factor, term.variable)}
            return _complex(factor, term.variable, x, False, inner)

        return improper(term, lambda part: _real(part, values, limits), at)
    ends = [_real(end, values, limits) for end in (term.lower, term.upper)]
    return _between(term, values, limits, ends[0], ends[1])


def _between(term: t.Integral, values: Values, limits: Mapping[t.Limit, Term], low: Ball, high: Ball) -> Ball:
    """Certified quadrature; the ends may be balls, their width counts through a bound of the body near them."""
    body = term.body
    inner = {node: _real(node, values, limits) for node in _constants(body, term.variable)}

    def integrand(z: Any, analytic: bool) -> Any:
        try:
            return _complex(body, term.variable, z, analytic, inner)
        except (UncertainError, ZeroDivisionError):
            return acb("nan")

    total = acb.integral(integrand, acb(low.mid()), acb(high.mid())).real
    for end in (low, high):
        if not end.is_exact():
            size = abs(integrand(acb(end), False)).upper()
            total += arb(0, size * end.rad())
    return total


def _constants(body: Term, variable: Symbol) -> list[Term]:
    """The largest parts of a body that do not vary with the variable."""
    if not rewrite.depends_on(body, variable):
        return [body]
    if isinstance(body, t.Integral | t.Call | t.Derivative | t.Limit):
        raise UncertainError("an integral within an integral that varies with it")
    return [part for child in body.children for part in _constants(child, variable)]


def _complex(term: Term, x: Symbol, z: Any, analytic: bool, inner: Mapping[Term, Ball]) -> Any:
    """The body at a complex ball; not finite where it may not be analytic and that is asked for."""
    if term in inner:
        return acb(inner[term])
    match term:
        case t.Symbol():
            return z
        case t.Sum(terms):
            total = acb(0)
            for item in terms:
                total += _complex(item, x, z, analytic, inner)
            return total
        case t.Scale() | t.Product():
            result = acb(1)
            for factor in term.children:
                result *= _complex(factor, x, z, analytic, inner)
            return result
        case t.Power(base, exponent):
            value = _complex(base, x, z, analytic, inner)
            if exponent.denominator == 1:
                return value ** int(exponent)
            return value.pow(acb(rational(exponent)), analytic=analytic)
        case t.Special("sin" | "cos" | "exp" | "erf", arguments):
            return getattr(_complex(arguments[0], x, z, analytic, inner), term.name)()
        case t.Special("log", arguments):
            return _complex(arguments[0], x, z, analytic, inner).log(analytic=analytic)
        case t.Special("pow", arguments):
            base, power = (_complex(a, x, z, analytic, inner) for a in arguments)
            return base.pow(power, analytic=analytic)
    raise UncertainError(f"no complex row for {type(term).__name__}")
