"""Integrals that are known and not derived here, each with its conditions and its place in the literature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from theory import terms as t
from theory.statements.derivation import KnownIntegral
from theory.terms import CalculusError, Symbol, Term, as_term
from theory.terms.lettering import free_names
from theory.terms.special_functions import Gamma, cos, exp, integral, oo, pi, raised
from theory.terms.symbols import real


@dataclass(frozen=True)
class Known:
    """left = right where every term of `positive` is positive."""

    left: Term
    right: Term
    positive: tuple[Term, ...]
    label: str
    source: str


def _gamma(x: Symbol, p: Term, rate: Term, q: Term) -> Known:
    return Known(
        integral(raised(x, p - 1) * exp(-rate * raised(x, q)), x, 0, oo),
        Gamma(p / q) / (q * raised(rate, p / q)),
        (p, rate, q),
        "Euler's integral for the Gamma function",
        "DLMF 5.9.1",
    )


def _gaussian_cosine(x: Symbol, b: Term, rate: Term) -> Known:
    return Known(
        integral(cos(b * x) * exp(-rate * x**2), x, 0, oo),
        (pi / rate) ** Fraction(1, 2) * exp(-(b**2) / (4 * rate)) / 2,
        (rate,),
        "the Fourier transform of the Gaussian",
        "DLMF 7.7.1",
    )


KNOWN: Mapping[str, tuple[int, Callable[..., Known]]] = MappingProxyType(
    {"gamma": (3, _gamma), "gaussian cosine": (2, _gaussian_cosine)}
)


def instantiate(reason: KnownIntegral) -> Known:
    """The integral that a reason names. Raises CalculusError for an unknown name or a wrong number of parameters."""
    count, make = KNOWN.get(reason.name, (0, None))
    if make is None or len(reason.parameters) != count:
        raise CalculusError(
            f"expected a known integral ({', '.join(KNOWN)}), got {reason.name!r} with {len(reason.parameters)} "
            "parameters."
        )
    taken = {s.name for term in reason.parameters for s in t.walk(term) if isinstance(s, Symbol)}
    return make(real(next(free_names("x", taken))), *reason.parameters)


def gamma_integral(p: object, rate: object, q: object = 1) -> KnownIntegral:
    """x^(p-1) exp(-rate x^q) from 0 to oo is Gamma(p/q) / (q rate^(p/q)), for positive p, rate and q."""
    return KnownIntegral("gamma", (as_term(p), as_term(rate), as_term(q)))


def gaussian_cosine(b: object, rate: object) -> KnownIntegral:
    """cos(b x) exp(-rate x^2) from 0 to oo is sqrt(pi/rate) exp(-b^2/(4 rate)) / 2, for a positive rate."""
    return KnownIntegral("gaussian cosine", (as_term(b), as_term(rate)))
