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
    """Each way in which the body of a limit at oo may be continued to t = 0; none for anything else."""
    if not isinstance(limit, t.Limit) or limit.at != t.Special("oo"):
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
