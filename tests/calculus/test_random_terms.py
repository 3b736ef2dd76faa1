"""The normal form and the differential against components: random terms, two algorithms, one value.

A random term, its normal form turned back into a term, and both evaluated in balls at a random rational instance by
code that shares nothing with the normal form. The same for derivatives, which components take by jets.

`pytest -m long tests/calculus/test_random_terms.py` draws 5,000 of each, larger ones too and others every time, which
takes some minutes; `--hypothesis-seed=n` draws them again.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import theory as c
from theory import Identity
from theory.terms import Term
from verify.exact.deciding import decide
from verify.exact.drawing import draw
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import CannotDecide, Context
from verify.proof.matrices.normal_form import normal_form
from verify.proof.matrices.unform import to_term

n = c.dimension("n")
A, B = c.matrix("A", n), c.matrix("B", n)
P = c.permutation("P", n)
S, Q, M = c.positive_definite("S", n), c.projector("Q", n), c.symmetric("M", n)
u, v, w = c.vector("u", n), c.vector("v", n), c.vector("w", n, nonzero=True)
x = c.random_vector("x", n)
a, p, k = c.real("a"), c.positive("p"), c.negative("k")
phi, L = c.activation("phi"), c.scalar_field("L", n)

numbers = st.sampled_from([Fraction(1), Fraction(-1), Fraction(2), Fraction(1, 2), Fraction(-3, 2)])


def scalars(depth: int, random: bool) -> st.SearchStrategy[Term]:
    leaves = st.sampled_from([a, p, k]) | numbers.map(c.number)
    if depth == 0:
        return leaves
    inner, columns, matrices = scalars(depth - 1, random), vectors(depth - 1, random), squares(depth - 1)
    options = [
        leaves,
        st.builds(lambda s, t: s + t, inner, inner),
        st.builds(lambda s, t: s - t, inner, inner),
        st.builds(lambda s, t: s * t, inner, inner),
        st.builds(lambda s, t: s.T @ t, columns, columns),
        st.builds(lambda s, m, t: s.T @ m @ t, columns, matrices, columns),
        st.builds(c.trace, matrices),
        st.builds(c.det, matrices),
        st.builds(lambda s: s**2, inner),
        st.builds(lambda s: c.sqrt(s**2 + p), inner),
        st.builds(lambda s: 1 / (1 + s**2), inner),
        st.builds(abs, inner),
        st.builds(phi, inner),
        st.builds(L, columns),
        st.sampled_from([1 / c.norm(w), c.norm_in(w, S), 1 / (w.T @ S @ w), p ** Fraction(-3, 2)]),
    ]
    if not random:
        options.append(st.builds(lambda s: c.E(s, over=x), scalars(depth - 1, True)))
    return st.one_of(options)


def vectors(depth: int, random: bool) -> st.SearchStrategy[Term]:
    leaves = st.sampled_from([u, v, w, c.ones(n)] + ([x] if random else []))
    if depth == 0:
        return leaves
    inner, matrices = vectors(depth - 1, random), squares(depth - 1)
    options = [
        leaves,
        st.builds(lambda s, t: s + t, inner, inner),
        st.builds(lambda s, t: s * t, scalars(depth - 1, random), inner),
        st.builds(lambda m, t: m @ t, matrices, inner),
        st.builds(c.hadamard, inner, inner),
        st.builds(phi, inner),
        st.builds(L.gradient, inner),
    ]
    if not random:
        options.append(st.builds(lambda s: c.E(s, over=x), vectors(depth - 1, True)))
    return st.one_of(options)


def squares(depth: int) -> st.SearchStrategy[Term]:
    leaves = st.sampled_from([A, B, S, Q, M, P, c.eye(n), c.inverse(S), w @ u.T, c.diag(u)])
    if depth == 0:
        return leaves
    inner = squares(depth - 1)
    return st.one_of(
        leaves,
        st.builds(lambda s, t: s + t, inner, inner),
        st.builds(lambda s, t: s @ t, inner, inner),
        st.builds(lambda s: s.T, inner),
        st.builds(c.hadamard, inner, inner),
        st.builds(lambda s, t: s * t, scalars(depth - 1, False), inner),
    )


def agrees(left: Term, right: Term, seed: int, size: int) -> bool:
    """Are the two values the same at a drawn instance? Instances where a side is undefined say nothing."""
    claim = Identity(left, right)
    instance = draw(claim, (), {"n": size}, Random(seed))
    if instance is None:
        return True
    return decide(claim, (), instance).outcome != "different"


quick = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
long = settings(max_examples=5_000, derandomize=False, deadline=None, suppress_health_check=list(HealthCheck))
seeds, sizes = st.integers(0, 2**20), st.integers(1, 3)
terms = st.one_of(scalars(3, False), vectors(2, False), squares(2))


def has_one_value(term: Term, seed: int, size: int) -> None:
    ctx = Context()
    assert agrees(term, to_term(ctx, normal_form(ctx, term)), seed, size)


def is_its_jet(derivative: Term, seed: int, size: int) -> None:
    """The derivative carried out by the calculus; that it cannot decide is an answer, a wrong derivative is not."""
    ctx = Context(differentiate=carry_out, interchange=frozenset({x}))
    try:
        carried_out = to_term(ctx, normal_form(ctx, derivative))
    except (CannotDecide, c.CalculusError):
        return
    assert agrees(derivative, carried_out, seed, size)


@given(term=terms, seed=seeds, size=sizes)
@quick
def test_a_term_and_its_normal_form_have_one_value(term, seed, size):
    has_one_value(term, seed, size)


@pytest.mark.long
@given(term=st.one_of(terms, vectors(3, False), squares(3)), seed=seeds, size=sizes)
@long
def test_a_term_and_its_normal_form_have_one_value_at_length(term, seed, size):
    has_one_value(term, seed, size)


@given(body=scalars(2, False), variable=st.sampled_from([u, w, A, a, p]), seed=seeds)
@quick
def test_a_gradient_and_its_jet_have_one_value(body, variable, seed):
    is_its_jet(c.gradient(body, variable), seed, 2)


@pytest.mark.long
@given(body=scalars(2, False) | scalars(3, False), variable=st.sampled_from([u, w, A, a, p]), seed=seeds, size=sizes)
@long
def test_a_gradient_and_its_jet_have_one_value_at_length(body, variable, seed, size):
    is_its_jet(c.gradient(body, variable), seed, size)


@given(body=vectors(2, False), variable=st.sampled_from([u, w]), seed=seeds)
@quick
def test_a_jacobian_and_its_jet_have_one_value(body, variable, seed):
    is_its_jet(c.jacobian(body, variable), seed, 2)


@pytest.mark.long
@given(body=vectors(2, False) | vectors(3, False), variable=st.sampled_from([u, w]), seed=seeds, size=sizes)
@long
def test_a_jacobian_and_its_jet_have_one_value_at_length(body, variable, seed, size):
    is_its_jet(c.jacobian(body, variable), seed, size)


@given(term=scalars(2, False), seed=seeds)
@quick
def test_the_test_can_fail(term, seed):
    """A planted slip of one part in a million, larger where the term is large, is told apart wherever it is defined."""
    claim = Identity(term, term + (1 + term**2) / 10**6)
    instance = draw(claim, (), {"n": 2}, Random(seed))
    if instance is not None:
        assert decide(claim, (), instance).outcome != "agree"
