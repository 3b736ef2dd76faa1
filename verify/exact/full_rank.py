"""Products that are assumed to be of full rank: none of their factors may be narrower than that."""

from __future__ import annotations

from collections.abc import Iterator

from theory import terms as t
from theory.statements.claims import Assumption, Equal
from theory.terms import Dimension, Property, Term

_REGULAR = frozenset({Property.POSITIVE_DEFINITE, Property.INVERTIBLE, Property.ORTHOGONAL, Property.PERMUTATION})
_NOT_ZERO = frozenset({Property.POSITIVE, Property.NEGATIVE, Property.NONZERO})


def ranks(assumption: Assumption) -> Iterator[tuple[Dimension, Term]]:
    """What the rank of a product is at most, and what it is equal to, where that is invertible: of U'U = I the rows
    of U and I. Nothing meets the assumption where the first is less than the size of the second."""
    if not isinstance(assumption, Equal):
        return
    for product, value in ((assumption.left, assumption.right), (assumption.right, assumption.left)):
        body = product.body if isinstance(product, t.Scale) else product
        if isinstance(body, t.Product) and _invertible(value):
            within = dict.fromkeys(factor.shape[1] for factor in body.factors[:-1])
            yield from ((size, value) for size in within if size != value.shape[0])


def _invertible(term: Term) -> bool:
    match term:
        case t.Eye():
            return True
        case t.Scale(t.Number(value), t.Eye()):
            return value != 0
        case t.Scale(t.Symbol() as factor, t.Eye()):
            return bool(factor.properties & _NOT_ZERO)
        case t.Symbol():
            return not term.is_scalar and bool(term.properties & _REGULAR)
    return False
