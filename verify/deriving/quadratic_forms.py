"""The matrix M of a number u'Mu that is written with the column u at both ends, part by part; and of a trace."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from theory import terms as t
from theory.terms import Term, rewrite
from theory.terms.lettering import free_names
from verify.deriving.sites import HALF, Site
from verify.deriving.visible import matrix
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices import signs
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Coefficient, Monomial, Word
from verify.proof.matrices.unform import to_term


def fresh_column(rows: t.Dimension, *terms: Term) -> t.Symbol:
    """A column of that size that stands in none of the terms."""
    taken = {symbol.name for term in terms for symbol in rewrite.free_symbols(term)}
    return t.Symbol(next(free_names("u", taken)), (rows, 1))


def matrices_of(term: Term, u: t.Symbol) -> Iterator[Term]:
    """M as `matrix_of` has it; and where sums in it would be taken apart, with twice the half of each."""
    whole = matrix_of(term, u)
    if whole is not None:
        yield whole
        parts = [matrix_of(part, u) for part in term.terms] if isinstance(term, t.Sum) else []
        if any(isinstance(part, t.Sum) for part in parts):
            halves = [t.scale(t.Number(HALF), part) for part in parts if part is not None]
            yield t.add(*(half for half in halves for _ in range(2)))


def matrix_of(term: Term, u: t.Symbol) -> Term | None:
    """M, with the parts that the term has: A'B A of (A u)'B (A u), A' Diag(w) A of (A u o A u)'w and Diag(w) of
    w'Diag(u) u. None where the term is written in another way."""
    match term:
        case t.Sum(terms):
            parts = [matrix_of(part, u) for part in terms]
            return None if None in parts else t.add(*(part for part in parts if part is not None))
        case t.Scale(scalar, body) if u not in rewrite.free_symbols(scalar):
            inner = matrix_of(body, u)
            return None if inner is None else t.scale(scalar, inner)
        case t.Scale(scalar, body) if u not in rewrite.free_symbols(body):
            return matrix_of(t.Scale(body, scalar), u)
        case t.Scale(one, other) if is_linear(one, u) and is_linear(other, u):
            rows = without(one, u), without(other, u)
            return t.scale(t.Number(HALF), _product(rows[0].T, rows[1]) + _product(rows[1].T, rows[0]))
        case t.Power(base, exponent) if exponent == 2 and is_linear(base, u):
            row = without(base, u)
            return _product(t.transpose(row), row)
        case t.Product((t.Transpose(t.Hadamard(one, other)), *rest)) if one == other and is_linear(one, u):
            weights = reduce(t.matmul, rest)
            if u in rewrite.free_symbols(weights) or weights.shape[1] != 1:
                return None
            half = without(one, u)
            return _product(t.transpose(half), t.diag(weights), half)
        case t.Product((*before, t.Hadamard(one, other))) if before and one == other == u:
            row = reduce(t.matmul, before)
            return None if u in rewrite.free_symbols(row) else t.diag(t.transpose(row))
        case t.Product((*before, t.Diag(inner), last)) if before and inner == last == u:
            row = reduce(t.matmul, before)
            return None if u in rewrite.free_symbols(row) else t.diag(t.transpose(row))
        case t.Product((first, *rest)) if is_linear(first, u) and is_linear(rest[-1], u):
            if any(u in rewrite.free_symbols(middle) for middle in rest[:-1]):
                return None
            return _product(*(without(factor, u) for factor in (first, *rest)))
    return None


def traces_as_matrices(site: Site) -> Iterator[tuple[Term, Term]]:
    """W and M where all of a difference is tr(W M): W is I, or a semidefinite factor of each of its traces."""
    parts: list[tuple[Monomial, Word, Coefficient]] = []
    for (monomial, _), value in site.form.terms.items():
        found = [(atom, word) for atom, _ in monomial if (word := _traced(site.ctx, atom)) is not None]
        if len(found) != 1 or dict(monomial)[found[0][0]] != 1:
            return
        parts.append((f.merge(monomial, ((found[0][0], -1),)), found[0][1], value))
    first = next((word for _, word, _ in parts if word), ())
    shared = [n for n in dict.fromkeys(first) if all(n in word for _, word, _ in parts)]
    for weight in (None, *(n for n in shared if signs.factor_semidefinite(site.ctx, n))) if first else ():
        rows = site.ctx.factors[first[0] if weight is None else weight].shape[0]
        terms: f.Terms = {}
        for monomial, word, value in parts:
            turn = 0 if weight is None else word.index(weight)
            turned = (word[turn:] + word[:turn])[0 if weight is None else 1 :]
            if turned and site.ctx.factors[turned[0]].shape[0] != rows:
                return
            f.accumulate(terms, (monomial, turned), value)
        body = to_term(site.ctx, Form((rows, rows), terms))
        yield t.Eye(body.rows) if weight is None else matrix(site.ctx, weight), body


def _traced(ctx: Context, atom: int) -> Word | None:
    """The word of a trace, and that of I for a dimension."""
    what = ctx.atoms[atom].what
    if isinstance(what, k.Trace):
        return what.word
    return () if isinstance(what, k.Named) and what.symbol.has(t.Property.DIMENSION) else None


def is_linear(term: Term, u: t.Symbol) -> bool:
    """Is it a sum of products with u at one end of each, as it is or transposed, or of columns times such numbers?"""
    match term:
        case t.Transpose(body):
            return is_linear(body, u)
        case t.Sum(terms):
            return all(is_linear(part, u) for part in terms)
        case t.Scale(scalar, body) if u in rewrite.free_symbols(scalar):
            return u not in rewrite.free_symbols(body) and body.shape[1] == 1 and is_linear(scalar, u)
        case t.Scale(_, body):
            return is_linear(body, u)
        case t.Product((first, *rest)) if term.is_scalar and u in rewrite.free_symbols(first):
            return is_linear(t.transpose(first), u) and all(u not in rewrite.free_symbols(factor) for factor in rest)
        case t.Product((*before, last)):
            return is_linear(last, u) and all(u not in rewrite.free_symbols(factor) for factor in before)
    return term == u


def without(term: Term, u: t.Symbol) -> Term:
    """M where a linear term is M u, or of the transposed one u'M."""
    match term:
        case t.Scale(scalar, body) if u in rewrite.free_symbols(scalar):
            return _product(body, without(scalar, u))
        case t.Product((first, *rest)) if term.is_scalar and u in rewrite.free_symbols(first):
            return _product(t.transpose(_product(*rest)), without(t.transpose(first), u))
        case t.Product(factors):
            return _product(*(without(factor, u) for factor in factors))
    return t.Eye(u.rows) if term == u else rewrite.rebuild(term, lambda part: without(part, u))


def _product(*factors: Term) -> Term:
    """The product without identities beside others."""
    left = [factor for factor in factors if not isinstance(factor, t.Eye)]
    return reduce(t.matmul, left) if left else factors[0]
