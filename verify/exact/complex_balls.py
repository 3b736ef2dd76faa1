"""Bodies of integrals at complex balls, a row a node: not finite where one is to be analytic and may not be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import acb, arb, fmpq

from theory import terms as t
from theory.terms import Term
from verify.exact.balls import ball_power
from verify.exact.number_system import UncertainError

_COMPLEX = ("sin", "cos", "exp", "erf", "log", "pow")


def complex_function(body: Term, inner: Mapping[Term, Any]) -> Callable[[Any, bool], Any]:
    """The body as a function of its variable; `inner` gives every largest part that does not vary with it.

    Raises UncertainError for a node without a row, before anything is integrated.
    """
    _require_rows(body, inner)
    return lambda z, analytic: _complex(body, z, analytic, inner)


def _require_rows(term: Term, inner: Mapping[Term, Any]) -> None:
    """Before anything is integrated: a body without a row would be tried again and again."""
    if term in inner:
        return
    known = isinstance(term, t.Symbol | t.Sum | t.Scale | t.Product | t.Power | t.Abs)
    if not known and not (isinstance(term, t.Special) and term.name in _COMPLEX):
        name = term.name if isinstance(term, t.Special) else type(term).__name__
        raise UncertainError(f"no integral over {name} is computed")
    for child in term.children:
        _require_rows(child, inner)


def _complex(term: Term, z: Any, analytic: bool, inner: Mapping[Term, Any]) -> Any:
    """The body at a complex ball; not finite where it may not be analytic and that is asked for."""
    if term in inner:
        return acb(inner[term])
    match term:
        case t.Symbol():
            return z
        case t.Sum(terms):
            total = acb(0)
            for item in terms:
                total += _complex(item, z, analytic, inner)
            return total
        case t.Scale() | t.Product():
            result = acb(1)
            for factor in term.children:
                result *= _complex(factor, z, analytic, inner)
            return result
        case t.Power(base, exponent):
            return _complex_power(_complex(base, z, analytic, inner), exponent, analytic)
        case t.Abs(body):
            return _complex(body, z, analytic, inner).real_abs(analytic=analytic)
        case t.Special("sin" | "cos" | "exp" | "erf", arguments):
            return getattr(_complex(arguments[0], z, analytic, inner), term.name)()
        case t.Special("log", arguments):
            return _complex(arguments[0], z, analytic, inner).log(analytic=analytic)
        case t.Special("pow", arguments):
            base, power = (_complex(a, z, analytic, inner) for a in arguments)
            return base.pow(power, analytic=analytic)
    raise TypeError(f"complex balls: no row for {type(term).__name__}")


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
