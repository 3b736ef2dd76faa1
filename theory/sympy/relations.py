"""Claims from SymPy's relations, and claims and derivation lines as relations that SymPy has not evaluated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import sympy as sp

from theory.statements.claims import Below, Bound, Claim, Identity
from theory.statements.derivation import Derivation
from theory.sympy.read_expressions import from_sympy, require_one_name_each
from theory.sympy.write_expressions import to_sympy
from theory.terms import CalculusError, Term

_CLAIMS: Mapping[type, Callable[[Term, Term], Claim]] = {
    sp.Eq: Identity,
    sp.Le: Bound,
    sp.Ge: lambda left, right: Bound(right, left),
    sp.Lt: Below,
    sp.Gt: lambda left, right: Below(right, left),
}
_RELATIONS: Mapping[str, Any] = {"=": sp.Eq, "<=": sp.Le, "<": sp.Lt}


def claim_from_sympy(relation: Any) -> Claim:
    """An Identity of an Eq, a Bound of <= or >=, a Below of < or >. Raises CalculusError for a truth value."""
    build = _CLAIMS.get(type(relation))
    if build is None:
        evaluated = isinstance(relation, sp.logic.boolalg.BooleanAtom)
        raise CalculusError(
            f"expected an Eq, <= or < between two expressions, got {relation!s:.200} ({type(relation).__name__})"
            f"{': SymPy has already evaluated it, and a truth value is no claim' if evaluated else ''}. "
            "Remedy: sympy.Eq(left, right, evaluate=False), or Identity(left, right) with the two sides themselves."
        )
    require_one_name_each(relation.lhs, relation.rhs)
    return build(from_sympy(relation.lhs), from_sympy(relation.rhs))


def relation(claim: Claim, *, unfold: bool = False) -> Any:
    """A claim as an Eq, Le or Lt that SymPy has not evaluated."""
    return _related(claim.relation, *(to_sympy(side, unfold=unfold) for side in (claim.left, claim.right)))


def lines(derivation: Derivation, *, unfold: bool = False) -> list[Any]:
    """Every line of a derivation as an Eq or Le between the term above and its own; `sympy.latex` prints each."""
    terms = [derivation.start, *(line.term for line in derivation.lines)]
    written = [to_sympy(term, unfold=unfold) for term in terms]
    signs = [line.relation for line in derivation.lines]
    return [_related(sign, above, below) for sign, (above, below) in zip(signs, pairwise(written), strict=True)]


def _related(sign: str, left: Any, right: Any) -> Any:
    return _RELATIONS[sign](left, right, evaluate=False)
