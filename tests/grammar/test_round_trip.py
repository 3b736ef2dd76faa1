"""What the text printer prints, the grammar reads back: over the catalogue, and over terms that Hypothesis writes."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from hypothesis import assume, given
from hypothesis import strategies as st

from theory import (
    E,
    activation,
    dimension,
    eye,
    gradient,
    hessian,
    jacobian,
    matrix,
    norm,
    number,
    ones,
    positive_definite,
    random_vector,
    real,
    scalar_field,
    vector,
)  # fmt: skip
from theory.grammar.misread import MisreadError
from theory.grammar.stating import names_of, reread
from theory.statements.claims import assumption_terms
from theory.statements.setting import Matrices
from theory.terms import CalculusError, Term, absolute, diag, hadamard, inverse, trace
from theory.terms.text import text
from verify.loading import loader
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal

SAME_TREE = 190  # of the 212 sides in the catalogue at least so many come back as the very tree, all as their value


@cache
def sides() -> tuple[Term, ...]:
    """Both sides of every claim of the catalogue that speaks of matrices, and of every equality that it assumes."""
    theorems = [theorem for theorem in loader.load([]) if type(theorem.setting) is Matrices]
    return tuple(side for t in theorems for part in t.parts for side in (part.claim.left, part.claim.right))


def again(term: Term) -> Term:
    return reread(text(term), names_of([term]), term.shape)


def test_the_catalogue_reads_back() -> None:
    same = 0
    for side in sides():
        back = again(side)
        assert back.shape == side.shape
        assert text(back) == text(side) or equal(back, side, Context()) is Answer.EQUAL, text(side)
        same += back == side
    assert len(sides()) >= 212
    assert same >= SAME_TREE


def test_what_the_catalogue_assumes_reads_back() -> None:
    for theorem in loader.load([]):
        for assumption in theorem.assumptions if type(theorem.setting) is Matrices else ():
            for term in assumption_terms(assumption):
                back = again(term)
                assert text(back) == text(term) or equal(back, term, Context()) is Answer.EQUAL, text(term)


d, m = dimension("d"), dimension("m")
x, y, w = vector("x", d), vector("y", d), random_vector("w", d)
A, S = matrix("A", d, d), positive_definite("S", d)
a, b = real("a"), real("b")
phi, L = activation("phi"), scalar_field("L", d)
NUMBERS = st.sampled_from([Fraction(2), Fraction(-1), Fraction(1, 2), Fraction(-3, 4), Fraction(5)])


def _scalars(depth: int) -> st.SearchStrategy[Term]:
    leaves: st.SearchStrategy[Term] = st.sampled_from([a, b, d]) | NUMBERS.map(number)
    if depth == 0:
        return leaves
    inner, columns, squares = _scalars(depth - 1), _columns(depth - 1), _squares(depth - 1)
    two = st.tuples(inner, inner)
    return st.one_of(
        leaves,
        two.map(lambda p: p[0] + p[1]),
        two.map(lambda p: p[0] - p[1]),
        two.map(lambda p: p[0] * p[1]),
        two.map(lambda p: p[0] / p[1]),
        inner.map(absolute),
        st.tuples(inner, st.sampled_from([2, 3, -1, Fraction(1, 2), Fraction(-3, 2)])).map(lambda p: p[0] ** p[1]),
        st.tuples(columns, columns).map(lambda p: p[0].T @ p[1]),
        st.tuples(columns, squares, columns).map(lambda p: p[0].T @ p[1] @ p[2]),
        columns.map(norm),
        squares.map(trace),
        columns.map(L),
        inner.map(phi.prime),
        st.tuples(inner, columns).map(lambda p: E(p[0] * (p[1].T @ w), w)),
    )


def _columns(depth: int) -> st.SearchStrategy[Term]:
    leaves: st.SearchStrategy[Term] = st.sampled_from([x, y, ones(d)])
    if depth == 0:
        return leaves
    inner = _columns(depth - 1)
    return st.one_of(
        leaves,
        st.tuples(inner, inner).map(lambda p: p[0] - p[1]),
        st.tuples(inner, inner).map(lambda p: hadamard(*p)),
        st.tuples(_scalars(depth - 1), inner).map(lambda p: p[0] * p[1]),
        st.tuples(inner, _scalars(depth - 1)).map(lambda p: p[0] / p[1]),
        st.tuples(_squares(depth - 1), inner).map(lambda p: p[0] @ p[1]),
        inner.map(phi),
        inner.map(L.gradient),
        _scalars(depth - 1).map(lambda s: gradient(s, x)),
        st.tuples(_scalars(depth - 1), inner).map(lambda p: gradient(p[0], x, at=p[1])),
    )


def _squares(depth: int) -> st.SearchStrategy[Term]:
    leaves: st.SearchStrategy[Term] = st.sampled_from([A, S, eye(d)])
    if depth == 0:
        return leaves
    inner = _squares(depth - 1)
    return st.one_of(
        leaves,
        inner.map(lambda t: t.T),
        inner.map(inverse),
        st.tuples(inner, inner).map(lambda p: p[0] + p[1]),
        st.tuples(inner, inner).map(lambda p: p[0] @ p[1]),
        _columns(depth - 1).map(diag),
        _columns(depth - 1).map(L.hessian),
        _columns(depth - 1).map(lambda c: jacobian(c, x)),
        _scalars(depth - 1).map(lambda s: hessian(s, x)),
        st.tuples(_columns(depth - 1), _columns(depth - 1)).map(lambda p: p[0] @ p[1].T),
    )


@given(st.deferred(lambda: _scalars(3) | _columns(3) | _squares(3)))
def test_what_is_read_is_printed_and_read_as_the_same_term(term: Term) -> None:
    """Printing forgets in which order factors were gathered: 2 (a a) is 2 a a. What has no such brackets comes back."""
    try:
        first = again(term)
    except MisreadError as problem:
        assume("below a line of division" not in problem.expected)  # 1 / (2 - 2) is refused
        raise
    assert first.shape == term.shape
    second = again(first)
    assert again(second) == second
    try:
        answer = equal(first, term, Context())
    except CalculusError:
        return
    assert answer is not Answer.DIFFERENT, text(term)
