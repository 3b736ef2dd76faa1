"""What a statement on matrices may speak of, and what one on real scalars: checkers have no rows for other nodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from theory import terms as t
from theory.statements.claims import Claim
from theory.terms import Term

ALGEBRA = (t.Number, t.Symbol, t.Sum, t.Scale, t.Product, t.Power, t.Abs, t.Trace, t.Transpose, t.Call, t.Derivative)
_ANALYSIS = (t.Special, t.Integral, t.Limit, t.GrowthRate)


def nodes_of(*terms: Term) -> Iterator[Term]:
    """Every node of terms, those in the bodies of their definitions included, the same object once.

    Objects, and not equals: a node of a class of somebody's own may call itself equal to another.
    """
    waiting, seen = [*reversed(terms)], dict[int, Term]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen[id(node)] = node
        yield node
        waiting.extend(reversed(node.children))
        if isinstance(node, t.Call):
            waiting.append(node.definition.body)


def sides_of(claims: Iterable[Claim]) -> list[Term]:
    """Both sides of each."""
    return [side for claim in claims for side in (claim.left, claim.right)]


def foreign_to_matrices(terms: Iterable[Term]) -> str:
    """The first function of analysis in statements on matrices, in words; nothing if there is none."""
    analysis = (node for node in nodes_of(*terms) if isinstance(node, _ANALYSIS))
    found = next((n for n in analysis if not isinstance(n, t.Special) or n.name not in t.ON_MATRICES), None)
    if found is None:
        return ""
    name = found.name if isinstance(found, t.Special) else type(found).__name__
    return (
        f"expected terms of vectors, matrices and numbers, got {name} in {found!r}. Remedy: a theorem with "
        "setting=Numbers(...), on real symbols; a smooth function of entries is activation('phi')."
    )


def foreign_to_scalars(terms: Iterable[Term]) -> str:
    """The first node in statements on scalars that is no real number or function of theory, in words."""
    for node in nodes_of(*terms):
        if not isinstance(node, (*ALGEBRA, *_ANALYSIS)) or not node.is_scalar:
            return (
                f"expected real numbers and functions of theory, got {type(node).__name__} {node!r}. Remedy: "
                "setting=Matrices(), for matrices and activations; or exp, log, sin, ... from theory."
            )
    return ""
