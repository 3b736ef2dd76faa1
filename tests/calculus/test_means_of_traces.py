"""E[s tr(V)] = tr(E[s V]): both sides of the rule, and random words under a trace and E."""

from __future__ import annotations

from functools import reduce
from operator import matmul
from random import Random

import pytest
from calculus.drawn import holds_at_one
from hypothesis import given, settings
from hypothesis import strategies as st

import theory as c
from theory import Identity
from theory.terms import Term
from verify.proof.matrices.forms import CannotDecide, Context
from verify.proof.matrices.normal_form import Answer, equal

d = c.dimension("d")
x, y, w, u = c.random_vector("x", d), c.random_vector("y", d), c.vector("w", d), c.vector("u", d)
A, B, phi, f, tr = c.matrix("A", d), c.matrix("B", d), c.activation("phi"), c.scalar_field("f", d), c.trace
H, s = f.hessian(x), phi(w.T @ x)


def E(term: Term) -> Term:
    return c.E(term, x)


TRUE = {
    "a Hessian": (E(tr(H)), tr(E(H))),
    "a matrix beside": (E(tr(A @ H)), tr(A @ E(H))),
    "on both sides": (E(tr(A @ H @ B)), tr(B @ A @ E(H))),
    "beside a number": (E(s * tr(H)), tr(E(s * H))),
    "beside two": (E(s * f(x) * tr(A @ H)), tr(A @ E(s * f(x) * H))),
    "beside a linear number": (E((u.T @ x) * tr(H)), tr(E((u.T @ x) * H))),
    "what does not vary": (E(phi(w.T @ u) * tr(H) * u), phi(w.T @ u) * tr(E(H)) * u),
    "two of them that vary": (E(tr(H @ A @ f.hessian(phi(x)))), tr(A @ E(f.hessian(phi(x)) @ H))),
    "another vector beside": (c.E(E(tr(H) * f(y)), y), tr(E(H)) * c.E(f(y), y)),
    "a sum": (E(tr(H + s * A)), tr(E(H)) + E(s) * tr(A)),
}
FALSE = {
    "a square": (E(tr(H) ** 2), tr(E(H)) ** 2),
    "a square of which one is lost": (E(tr(H) ** 2), tr(E(H))),
    "two traces": (E(tr(H) * tr(A @ H)), tr(E(H)) * tr(A @ E(H))),
    "beside what varies": (E(s * tr(H)), E(s) * tr(E(H))),
    "a column that varies": (E(tr(H) * x), tr(E(H)) * E(x)),
    "a column that varies, under a second mean": (E(E(tr(H) * x)), tr(E(H)) * E(x)),
    "another rotation": (E(tr(A @ H @ B)), tr(A @ B @ E(H))),
    "an inverse": (E(1 / (1 + tr(H) ** 2)), 1 / (1 + tr(E(H)) ** 2)),
}


@pytest.mark.parametrize("name", TRUE)
def test_a_trace_leaves_the_mean(name: str) -> None:
    left, right = TRUE[name]
    assert equal(left, right, Context()) is Answer.EQUAL


@pytest.mark.parametrize("name", FALSE)
def test_nothing_that_varies_leaves_with_it(name: str) -> None:
    left, right = FALSE[name]
    assert equal(left, right, Context()) is not Answer.EQUAL
    assert not all(holds_at_one(Identity(left, right), {"d": 2}, seed) for seed in range(12))


FACTORS = [A, B, A.T, H, f.hessian(phi(x)), c.diag(phi(x)), x @ x.T, c.diag(w), phi(x) @ w.T]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(FACTORS), min_size=1, max_size=4), st.booleans(), st.integers(0, 10**6))
def test_random_words_have_the_mean_of_their_trace(factors: list[Term], beside: bool, seed: int) -> None:
    word = reduce(matmul, factors)
    body = s * tr(word) if beside else tr(word)
    wanted = tr(E(s * word if beside else word))
    try:
        found = equal(E(body), wanted, Context())
    except CannotDecide:
        return
    assert found is not Answer.DIFFERENT
    turned = reduce(matmul, [*factors[1:], factors[0]])
    assert equal(E(body), E(s * tr(turned) if beside else tr(turned)), Context()) is Answer.EQUAL
    shifted = (
        Identity(E(body), tr(E(word)) * E(s)) if beside else Identity(E(body), tr(reduce(matmul, map(E, factors))))
    )
    if equal(shifted.left, shifted.right, Context()) is Answer.EQUAL:
        assert holds_at_one(shifted, {"d": 2}, seed)
    assert holds_at_one(Identity(E(body), wanted), {"d": 2}, Random(seed).randrange(10**6))
