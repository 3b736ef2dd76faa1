"""The matrix M of a number u'Mu that is written with the column u at both ends, part by part."""

from __future__ import annotations

from functools import reduce

from theory import terms as t
from theory.terms import Term, rewrite
from theory.terms.lettering import free_names


def fresh_column(rows: t.Dimension, *terms: Term) -> t.Symbol:
    """A column of that size that stands in none of the terms."""
    taken = {symbol.name for term in terms for symbol in rewrite.free_symbols(term)}
    return t.Symbol(next(free_names("u", taken)), (rows, 1))


def matrix_of(term: Term, u: t.Symbol) -> Term | None:
    """M, with the parts that the term has: A'B A of (A u)'B (A u), and A' Diag(w) A of (A u o A u)'w. None where the
    term is written in another way."""
    match term:
        case t.Sum(terms):
            parts = [matrix_of(part, u) for part in terms]
            return None if None in parts else t.add(*(part for part in parts if part is not None))
        case t.Scale(scalar, body) if u not in rewrite.free_symbols(scalar):
            inner = matrix_of(body, u)
            return None if inner is None else t.scale(scalar, inner)
        case t.Product((t.Transpose(t.Hadamard(one, other)), *rest)) if one == other and _linear(one, u):
            weights = reduce(t.matmul, rest)
            if u in rewrite.free_symbols(weights) or weights.shape[1] != 1:
                return None
            half = _without(one, u)
            return _product(t.transpose(half), t.diag(weights), half)
        case t.Product((first, *rest)) if _linear(first, u) and _linear(rest[-1], u):
            if any(u in rewrite.free_symbols(middle) for middle in rest[:-1]):
                return None
            return _product(*(_without(factor, u) for factor in (first, *rest)))
    return None


def _linear(term: Term, u: t.Symbol) -> bool:
    """Is it a sum of products with u at one end of each, as it is or transposed?"""
    match term:
        case t.Transpose(body):
            return _linear(body, u)
        case t.Sum(terms):
            return all(_linear(part, u) for part in terms)
        case t.Scale(scalar, body):
            return u not in rewrite.free_symbols(scalar) and _linear(body, u)
        case t.Product((*before, last)):
            return last == u and all(u not in rewrite.free_symbols(factor) for factor in before)
    return term == u


def _without(term: Term, u: t.Symbol) -> Term:
    """The term with the identity in the place of u."""
    if isinstance(term, t.Product):
        return _product(*(_without(factor, u) for factor in term.factors))
    return t.Eye(u.rows) if term == u else rewrite.rebuild(term, lambda part: _without(part, u))


def _product(*factors: Term) -> Term:
    """The product without identities beside others."""
    left = [factor for factor in factors if not isinstance(factor, t.Eye)]
    return reduce(t.matmul, left) if left else factors[0]
