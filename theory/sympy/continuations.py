"""Limits at infinity, with the help of SymPy: the body as a quotient of polynomials in t = 1/(n - offset).

What is proposed here is a reason for a line, and the line checker decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from theory import terms as t
from theory.statements.derivation import Extension
from theory.terms import Symbol, Term, rewrite

OFFSETS, REACHES = (0, 1, 2, 3), (1, 4, 100)
FAULTS = Exception  # SymPy raises of many kinds: a proposal that does not come is none


def continuations(limit: Term) -> Iterator[Extension]:
    """Each way in which a quotient of polynomials may be continued to t = 0, for its limit at oo; none of anything
    else, for which intervals next to 0 would be halved without end."""
    if not isinstance(limit, t.Limit) or limit.at != t.Special("oo") or not _rational(rewrite.unfold(limit.body)):
        return
    s = Symbol("s", (1, 1))
    for offset in OFFSETS:
        try:
            near = t.Number(Fraction(offset)) + t.power(s, Fraction(-1))
            body = rewrite.substitute(rewrite.unfold(limit.body), {limit.variable: near})
            term = read_like(_cancelled(body), body)
        except FAULTS:
            continue
        yield from (Extension(term, s, Fraction(offset), Fraction(1, reach)) for reach in REACHES)


def _rational(term: Term) -> bool:
    """Is it made of numbers and symbols by sums, products and whole powers alone?"""
    plain = (t.Number, Symbol, t.Sum, t.Scale, t.Product)
    return all(
        isinstance(node, plain) or (isinstance(node, t.Power) and node.exponent.denominator == 1)
        for node in t.walk(term)
    )


def read_like(expression: Any, like: Term) -> Term:
    """The expression as a term over the symbols of another."""
    from theory.sympy.read_expressions import from_sympy

    known = {s.name: s for s in rewrite.free_symbols(like)}
    return _renamed(from_sympy(expression), known)


def _renamed(term: Term, known: dict[str, Symbol]) -> Term:
    if isinstance(term, Symbol):
        return known.get(term.name, term)
    return rewrite.rebuild(term, lambda child: _renamed(child, known))


def _cancelled(term: Term) -> Any:
    import sympy as sp

    from theory.sympy.write_expressions import to_sympy

    return sp.cancel(sp.together(to_sympy(term)))
