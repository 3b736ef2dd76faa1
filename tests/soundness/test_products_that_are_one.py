"""A product of square matrices that is assumed to be c I is c I in every rotation; of others that is not so."""

from __future__ import annotations

import pytest

import theory as c
from tests.soundness.test_line_checker import one_line
from theory.statements.claims import Equal
from theory.terms import Term

d, m = c.dimension("d"), c.dimension("m")
W, A, B = c.matrix("W", d), c.matrix("A", d), c.matrix("B", d)
U, V = c.matrix("U", m, d), c.matrix("V", d, m)
S = c.positive_definite("S", d)
P = c.positive_semidefinite("P", d)
a = c.real("a")
one, wide = c.eye(d), c.eye(m)
WHITENS = c.equal(W @ S @ W.T, one)


@pytest.mark.parametrize(("assumed", "left", "right"), [
    (WHITENS, W.T @ W, c.inverse(S)), (WHITENS, S @ W.T @ W, one), (WHITENS, W.T @ W @ S, one),
    (c.equal(A @ B, one), B @ A, one), (c.equal(A @ B, -2 * one), B @ A, -2 * one),
    (c.equal(W @ W.T, one), W.T @ W, one),
    (c.equal(A @ B @ W, one), B @ W @ A, one), (c.equal(A @ B @ W, one), W @ A @ B, one),
    (c.equal(W @ P @ W.T, one), P @ W.T @ W, one),
])  # fmt: skip
def test_it_may_be_turned(assumed: Equal, left: Term, right: Term) -> None:
    assert one_line(left, right, assumed, assumptions=(assumed,)) == ""
    assert one_line(left, right) != ""
    assert one_line(left, 2 * right, assumed, assumptions=(assumed,)) != ""


@pytest.mark.parametrize(("assumed", "left", "right"), [
    (c.equal(U.T @ U, one), U @ U.T, wide), (c.equal(V @ U, one), U @ V, wide),
    (c.equal(A @ B, c.zero(d, d)), B @ A, c.zero(d, d)),
    (c.equal(A @ B, a * one), B @ A, a * one), (c.equal(A @ B, S), B @ A, S), (c.equal(A @ B, one + W), B @ A, one + W),
    (c.equal(V @ U @ A, one), U @ A @ V, wide), (c.equal(A @ B @ W, one), B @ A @ W, one),
])  # fmt: skip
def test_it_may_not(assumed: Equal, left: Term, right: Term) -> None:
    """A B = a I says nothing of B A where a may be 0."""
    assert one_line(left, right, assumed, assumptions=(assumed,)) != ""
