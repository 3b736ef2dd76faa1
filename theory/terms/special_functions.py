"""Constructors of analysis that a theorem file uses: pi, sin, arccos, exp, Gamma, integrals, limits."""

from __future__ import annotations

from theory.terms import Activation, CalculusError, GrowthRate, Integral, Limit, Special, Symbol, Term, as_term, rewrite
from theory.terms.known_functions import SMOOTH

pi = Special("pi")
oo = Special("oo")


def sin(x: object) -> Term:
    """The sine of a number."""
    return Special("sin", (as_term(x),))


def cos(x: object) -> Term:
    """The cosine of a number."""
    return Special("cos", (as_term(x),))


def arccos(x: object) -> Term:
    """The angle in [0, pi] whose cosine is x, for x in [-1, 1]."""
    return Special("arccos", (as_term(x),))


def exp(x: object) -> Term:
    """e^x of a number; of each entry of anything larger."""
    return _of_entries("exp", x)


def log(x: object) -> Term:
    """The natural logarithm of a number > 0; of each entry of anything larger."""
    return _of_entries("log", x)


def _of_entries(name: str, x: object) -> Term:
    term = as_term(x)
    return Special(name, (term,)) if term.is_scalar else Activation(name, SMOOTH, name)(term)


def erf(x: object) -> Term:
    """2/sqrt(pi) times the integral of exp(-s^2) from 0 to x."""
    return Special("erf", (as_term(x),))


def Gamma(x: object) -> Term:  # noqa: N802 - the field's notation
    """Euler's Gamma function, for x > 0."""
    return Special("Gamma", (as_term(x),))


def raised(base: object, exponent: object) -> Term:
    """base^exponent for a positive base and any real exponent. Rational exponents are written base**Fraction(p, q)."""
    return Special("pow", (as_term(base), as_term(exponent)))


def integral(body: Term, variable: Symbol, lower: object, upper: object) -> Term:
    """The integral of the body in a plain scalar symbol. Raises CalculusError for any other variable."""
    bound_body, bound = _bound(body, variable)
    return Integral(bound_body, bound, as_term(lower), as_term(upper))


def limit(body: Term, variable: Symbol, at: object) -> Term:
    """The limit of the body as the variable tends to `at`, which may be oo."""
    bound_body, bound = _bound(body, variable)
    return Limit(bound_body, bound, as_term(at))


def growth_rate(phi: Activation, batch: object) -> Term:
    """lambda(phi, B), the growth per layer of the squared gradient norm behind batch norm; batch oo for its limit."""
    return GrowthRate(phi, as_term(batch))


def _bound(body: Term, variable: Symbol) -> tuple[Term, Symbol]:
    if not isinstance(variable, Symbol) or not variable.is_scalar or not body.is_scalar:
        raise CalculusError(f"integrals and limits are of scalars in a scalar symbol; got {body!r} in {variable!r}.")
    return rewrite.bind(body, variable)
