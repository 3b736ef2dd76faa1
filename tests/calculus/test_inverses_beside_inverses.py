"""N W L^-1 and L^-1 W N for N = (c L + r W)^-1: (L^-1 - c N) / r, within numbers too, and nothing else."""

from __future__ import annotations

from functools import reduce

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

import theory as c
from tests.soundness.test_line_checker import one_line
from theory import terms as t
from theory.terms import Term
from verify.proof.matrices import inverses
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal, normal_form
from verify.proof.matrices.unform import to_term

n = c.dimension("n")
S, T = c.positive_definite("S", n), c.positive_definite("T", n)
A, B = c.invertible("A", n), c.matrix("B", n)
u, v = c.vector("u", n), c.vector("v", n)
a, b, k, r = c.positive("a"), c.real("b", nonzero=True), c.negative("k"), c.real("r")
N = c.inverse(2 * S + 3 * T)
inv, eye = c.inverse, c.eye(n)


@pytest.mark.parametrize(("left", "right"), [
    (inv(S) @ T @ N, (inv(S) - 2 * N) / 3), (N @ T @ inv(S), (inv(S) - 2 * N) / 3),
    (inv(T) @ S @ N, (inv(T) - 3 * N) / 2), (N @ S @ inv(T), (inv(T) - 3 * N) / 2),
    (inv(A) @ B @ inv(A + B), inv(A) - inv(A + B)), (inv(A + B) @ B @ inv(A), inv(A) - inv(A + B)),
    (inv(A.T) @ B @ inv(A.T + B), inv(A.T) - inv(A.T + B)),
    (inv(A) @ inv(A + 2 * eye), (inv(A) - inv(A + 2 * eye)) / 2),
    (inv(3 * S + eye) @ inv(S), inv(S) - 3 * inv(3 * S + eye)),
    (inv(S) @ inv(S + a * eye), (inv(S) - inv(S + a * eye)) / a),
    (inv(3 * S + b * T) @ T @ inv(S), (inv(S) - 3 * inv(3 * S + b * T)) / b),
    (inv(S) @ T @ inv(S + a * b**2 * T), (inv(S) - inv(S + a * b**2 * T)) / (a * b**2)),
    (inv(A) @ B @ inv(A - k * B), -(inv(A) - inv(A - k * B)) / k),
])  # fmt: skip
def test_it_is_decided_between_columns(left: Term, right: Term) -> None:
    assert equal(u.T @ left @ v, u.T @ right @ v, Context()) is Answer.EQUAL
    assert equal(u.T @ left @ v, 2 * (u.T @ right @ v), Context()) is not Answer.EQUAL
    assert equal(u.T @ left @ v, u.T @ (right + N) @ v, Context()) is not Answer.EQUAL


@pytest.mark.parametrize(("left", "right"), [
    (inv(A.T) @ B @ inv(A + B), inv(A) - inv(A + B)), (inv(A) @ B @ inv(A - B), inv(A) - inv(A - B)),
    (inv(A) @ B.T @ inv(A + B), inv(A) - inv(A + B)), (inv(S) @ T @ inv(S + a * T), inv(S) - inv(S + a * T)),
    (inv(S) @ T @ inv(S + T + A), inv(S) - inv(S + T + A)), (inv(A) @ B @ inv(A) @ inv(A + B), inv(A) - inv(A + B)),
    (inv(S + T + A) @ S @ inv(A), inv(A) - inv(S + T + A)), (inv(S + T + A) @ T @ inv(A), inv(A) - inv(S + T + A)),
    (inv(S + A + T) @ S @ inv(T), inv(T) - inv(S + A + T)), (inv(S + A + T) @ A @ inv(T), inv(T) - inv(S + A + T)),
    (T @ N @ inv(S), (inv(S) - 2 * N) / 3), (S @ N @ inv(T), (inv(T) - 3 * N) / 2),
    (inv(S) @ N @ T, (inv(S) - 2 * N) / 3), (inv(T) @ N @ S, (inv(T) - 3 * N) / 2),
    (inv(A.T) @ inv(A + eye), inv(A.T) - inv(A + eye)), (inv(S) @ inv(S + a * eye), (inv(S) - inv(S + eye)) / a),
    (B @ inv(A + B) @ inv(A), inv(A) - inv(A + B)), (inv(A) @ inv(A + B) @ B, inv(A) - inv(A + B)),
])  # fmt: skip
def test_what_only_looks_like_it_is_not(left: Term, right: Term) -> None:
    assert equal(u.T @ left @ v, u.T @ right @ v, Context()) is not Answer.EQUAL


def test_what_may_be_0_is_not_divided_by() -> None:
    """S^-1 T (S + r T)^-1 is S^-1 T S^-1 at r = 0, and nothing over 0."""
    left, over = inv(S) @ T @ inv(S + r**2 * T), (inv(S) - inv(S + r**2 * T)) / r**2
    assert equal(u.T @ left @ v, u.T @ over @ v, Context()) is not Answer.EQUAL
    assert "may be undefined" in one_line(left, over, c.ALGEBRA)
    assert one_line(r**2 * left, inv(S) - inv(S + r**2 * T), c.ALGEBRA) == ""  # cleared from the ends


def test_what_is_divided_by_under_a_binder_is_its_own() -> None:
    """In the derivative the letter is where it is put, and is positive as the point is."""
    bound = c.gradient(u.T @ inv(S) @ inv(S + a * eye) @ v, a, at=b**2)
    assert "may be undefined" not in one_line(bound, bound, c.ALGEBRA)
    whole = c.gradient((u.T @ (inv(S) - inv(S + a * eye)) @ v) / a, a, at=b**2)
    assert one_line(bound, whole, c.DIFFERENTIATE) == ""
    other = c.gradient((u.T @ (inv(S) - inv(S + a * eye)) @ v) / a, a, at=2 * b**2)
    assert one_line(bound, other, c.DIFFERENTIATE) != ""


def test_what_is_not_shown_to_be_invertible_is_refused() -> None:
    """B is any matrix: B^-1 A (A + B)^-1 says nothing where B is not invertible."""
    left, right = inv(B) @ S @ inv(S + T), inv(B) @ S @ inv(S + T)
    assert "may be undefined" in one_line(left, right, c.ALGEBRA)
    P = c.positive_semidefinite("P", n)
    assert "may be undefined" in one_line(inv(P) @ S @ inv(S + P), inv(P) - inv(S + P), c.ALGEBRA)
    assert one_line(inv(S) @ P @ inv(S + P), inv(S) - inv(S + P), c.ALGEBRA) == ""


def test_of_what_takes_too_long_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inverses, "MOST_CLEARED", 1)
    assert equal(inv(A + B), inv(A + B.T)) is not Answer.EQUAL


VALUES = {
    "S": np.array([[3.0, 1.0], [1.0, 2.0]]), "T": np.array([[1.0, -0.5], [-0.5, 4.0]]),
    "A": np.array([[1.0, 2.0], [-1.0, 1.0]]), "B": np.array([[0.5, 1.0], [3.0, -2.0]]),
}  # fmt: skip


def value(term: Term) -> np.ndarray:
    match term:
        case t.Number(number):
            return np.array(float(number))
        case t.Symbol(name):
            return VALUES[name]
        case t.Eye():
            return np.eye(2)
        case t.Sum(terms):
            return sum((value(one) for one in terms), np.zeros((2, 2)))
        case t.Scale(scalar, body):
            return value(scalar) * value(body)
        case t.Product(factors):
            return reduce(np.matmul, map(value, factors))
        case t.Inverse(body):
            return np.linalg.inv(value(body))
        case t.Transpose(body):
            return value(body).T
    raise AssertionError(term)


LETTERS = [S, T, inv(S), inv(T), N, inv(S + T), A, B, inv(A), inv(A + B), inv(B + A.T), inv(S - 4 * T)]
LETTERS += [inv(S + eye), inv(2 * A - 3 * eye), inv(inv(S) + eye)]


@given(some.lists(some.sampled_from(LETTERS), min_size=2, max_size=5))
def test_products_keep_their_values(factors: list[Term]) -> None:
    term = reduce(t.matmul, factors)
    ctx = Context()
    assert np.allclose(value(to_term(ctx, normal_form(ctx, term))), value(term), rtol=1e-8, atol=1e-8)
