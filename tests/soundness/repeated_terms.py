"""Random recursions: powers of matrices and numbers beside what may commute with them, and steps that lead anywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from hypothesis import strategies as st

import theory as c
from tests.soundness.random_terms import (
    A,
    B,
    G,
    M,
    N,
    Q,
    Rot,
    S,
    a,
    b,
    k,
    n,
    p,
    q,
    scalars,
    squares,
    u,
    v,
    vectors,
    w,
)
from theory.terms import CalculusError, Definition, Symbol, Term

t, s = c.steps("t"), c.steps("s")
counts = st.sampled_from([t, t, s, t + 1, s + t, 2 * t])
state, other, number = c.vector("y", n), c.vector("h", n), c.real("r")
table = c.matrix("Y", n)


def _of_one_letter(letter: Term) -> list[Term]:
    """What commutes with a letter, and what only looks so."""
    inverse = [c.inverse(letter)] if letter in (G, Rot, S) else []
    polynomials = [letter, letter.T, letter @ letter, c.eye(n) - a * letter, letter + letter @ letter, 2 * letter]
    polynomials += [*inverse, letter + letter.T, letter @ letter.T, letter + B, B @ letter, c.eye(n), p * c.eye(n)]
    return [*polynomials, *(base**count for base in polynomials for count in (t, s, t + 1)), B]


families = [_of_one_letter(letter) for letter in (A, G, Rot, S, M, N, Q, A.T)]
words = st.sampled_from(families).flatmap(lambda found: st.lists(st.sampled_from(found), min_size=2, max_size=5))
products = words.map(lambda factors: reduce(lambda x, y: x @ y, factors))
powers = st.builds(lambda base, count: base**count, squares(1) | products, counts)
turned = st.one_of(products, products.map(lambda m: m.T), powers, st.builds(lambda x, y: x @ y, products, powers))
tables = st.one_of(
    turned,
    st.builds(lambda x, y: x - y, turned, turned),
    st.builds(c.hadamard, products, products),
    st.builds(lambda m, r, times: c.iterate(m @ table + r, table, c.eye(n), times), squares(1), squares(0), counts),
)
columns = st.one_of(
    st.builds(lambda m, x: m @ x, turned, vectors(0)),
    st.builds(
        lambda m, x, y, times: c.iterate(m @ state + x, state, y, times), squares(0), vectors(0), vectors(1), counts
    ),
    st.builds(lambda x, times: c.iterate(c.hadamard(state, x), state, w, times), vectors(0), counts),
    st.builds(
        lambda m, x, y, times: c.iterates({state: (state - other, x), other: (a * other + m @ state, y)}, times)[0],
        squares(0),
        vectors(0),
        vectors(0),
        counts,
    ),
)
numbers = st.one_of(
    st.builds(lambda base, times: base**times, scalars(1), counts),
    st.builds(lambda base, times, scale: scale * base**times, scalars(1), counts, scalars(1)),
    turned.map(c.trace),
    turned.map(c.det),
    st.builds(lambda m, x, y: x.T @ m @ y, turned, vectors(0), vectors(0)),
    st.builds(lambda x, y, times: c.iterate(x * number + y, number, p, times), scalars(1), scalars(1), counts),
    st.builds(lambda x, times: c.iterate(number * number + x, number, q, times), scalars(0), counts),
)
repeated = st.one_of(tables, columns, numbers)
# what may have a sign
_bases = st.sampled_from([p, q, k, a, p + q, p - q, a * a, p * k, c.exp(b)])
_forms = [S, N, M, Q, S + N, A.T @ A, p * S, -S, A, S @ N, p * c.eye(n) + q * N, M @ M, c.inverse(S)]
_factors = st.sampled_from([c.number(1), c.number(-1), p + 0, q + 0, k + 0, a + 0])
signed = st.builds(
    lambda x, y: x * y,
    _factors,
    st.one_of(
        st.builds(lambda base, times: base**times, _bases, counts),
        st.builds(
            lambda base, times, x: x.T @ base**times @ x, st.sampled_from(_forms), counts, st.sampled_from([u, v, w])
        ),
        st.builds(lambda base, times: c.trace(base**times), st.sampled_from([S, N, M, S + N, A, G, Q]), counts),
        st.builds(lambda base, times: c.det(base**times), st.sampled_from([S, N, M, G, Rot, S + A.T @ A]), counts),
    ),
)

# binders of few letters in one another, some of them in definitions, so that letters and binders meet
_letters = [c.real("z"), c.real("g"), c.real("m")]


def binders(depth: int) -> st.SearchStrategy[Term]:
    """Numbers of three letters, with derivatives, recursions and definitions in one another."""
    plain = st.sampled_from([*_letters, *_letters, c.number(0), c.number(1), c.number(-1), p])
    if depth == 0:
        return plain
    inner, letter = binders(depth - 1), st.sampled_from(_letters)
    return st.one_of(
        plain,
        st.builds(lambda x, y: x + y, inner, inner),
        st.builds(lambda x, y: x - y, inner, inner),
        st.builds(lambda x, y: x * y, inner, inner),
        st.builds(c.sqrt, inner),
        st.builds(lambda x: 1 / x, inner),
        st.builds(abs, inner),
        st.builds(_built, st.just(c.gradient), inner, letter, inner),
        st.builds(lambda body, x, at: _built(c.gradient, body * 0 + x, x, at), inner, letter, inner),
        st.builds(_built, st.just(c.iterate), inner, letter, inner, st.sampled_from([1, 1, 2, t])),
        st.builds(_defined, inner, letter, inner),
    )


def _built(make: Callable[..., Term], body: Term, *rest: object) -> Term:
    """Or the body, where a letter is fixed in a definition."""
    try:
        return make(body, *rest)
    except CalculusError:
        return body


def _defined(body: Term, letter: Symbol, at: Term) -> Term:
    """The body as a definition in the letter; or the body, where the letter is fixed in a definition that it uses."""
    return _built(lambda term: Definition("D", (letter,), term)(at), body)
