"""Limits at infinity of quotients of polynomials, evaluated where no line of the theorem gives them.

SymPy proposes how the body is continued to 1/n = 0, and the line checker accepts it or not: what is said here of a
limit is what a line of a derivation would have said.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache

from theory import terms as t
from theory.statements.claims import Identity
from theory.statements.derivation import Line
from theory.statements.ranges import Range
from theory.statements.setting import Numbers
from theory.statements.theorem import Theorem
from theory.terms import CalculusError, Symbol, Term, rewrite
from verify.proof.lines_on_numbers import check_line
from verify.proof.numbers.intervals import domain_of, sign_of

HIGHEST = 4  # power of n that a body is held against, to see that it grows without bound
ZERO = t.Number(Fraction(0))


def value_of(limit: t.Limit, domain: Mapping[Symbol, Range]) -> Term | None:
    """A term equal to the limit on the domain, None where none was found."""
    return _value(limit, _ranges(limit, domain))


def diverges(limit: t.Limit, domain: Mapping[Symbol, Range]) -> bool:
    """Is there no limit, wherever on the domain? The body is n^k, k > 0, times what tends to a number that is not 0."""
    return _diverges(limit, _ranges(limit, domain))


def _ranges(limit: t.Limit, domain: Mapping[Symbol, Range]) -> tuple[Range, ...] | None:
    symbols = sorted(rewrite.free_symbols(limit), key=lambda s: s.name)
    return tuple(domain[s] for s in symbols) if all(s in domain for s in symbols) else None


@lru_cache(maxsize=512)
def _value(limit: t.Limit, ranges: tuple[Range, ...] | None) -> Term | None:
    if ranges is None or not _rational(rewrite.unfold(limit.body)):  # else intervals next to 0 are halved without end
        return None
    from theory.sympy.continuations import continuations

    try:
        stated = Theorem(
            "limits.line",
            Identity(limit, ZERO),
            near_misses={"n": Identity(limit, limit + 1)},
            docstring="A limit.",
            setting=Numbers(ranges),
        )
    except CalculusError:
        return None
    for extension in continuations(limit):
        try:
            value = rewrite.substitute(extension.term, {extension.variable: ZERO})
            if check_line(stated, 1, limit, Line("=", value, (extension,))).accepted:
                return value
        except (CalculusError, ArithmeticError):
            continue
    return None


def _rational(term: Term) -> bool:
    """Is it made of numbers and symbols by sums, products and whole powers alone?"""
    plain = (t.Number, Symbol, t.Sum, t.Scale, t.Product)
    return all(
        isinstance(node, plain) or (isinstance(node, t.Power) and node.exponent.denominator == 1)
        for node in t.walk(term)
    )


@lru_cache(maxsize=512)
def _diverges(limit: t.Limit, ranges: tuple[Range, ...] | None) -> bool:
    if ranges is None or limit.at != t.Special("oo"):
        return False
    domain = domain_of({found.symbol: found for found in ranges})
    for power in range(1, HIGHEST + 1):
        body = t.scale(t.power(limit.variable, Fraction(-power)), limit.body)
        slower = t.Limit(body, limit.variable, limit.at)
        value = _value(slower, ranges)
        if value is not None:
            return sign_of(value, domain) in (">", "<")
    return False
