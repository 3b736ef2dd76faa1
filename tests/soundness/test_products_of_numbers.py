"""exp(d log(c)) = det(c I) = c^d for a dimension d, and exp(1'log(v)) = det(Diag(v)), wherever the logarithms are
defined; log(det(Diag(v))) = 1'log(v) where each entry of v is positive. Of other numbers and columns nothing is."""

from __future__ import annotations

from fractions import Fraction

import pytest

import theory as c
from tests.soundness.test_line_checker import one_line
from theory.terms import Term
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal, normal_form
from verify.proof.matrices.unform import to_term

d, n, t = c.dimension("d"), c.dimension("n"), c.steps("t")
a, b, r = c.positive("a"), c.positive("b"), c.real("r")
S = c.positive_definite("S", d)
I = c.eye(d)  # noqa: E741 - the field's notation
log, exp, det = c.log, c.exp, c.det
MEAN = c.trace(S) / d


@pytest.mark.parametrize(("left", "right"), [
    (exp(d * log(a)), det(a * I)), (exp(2 * (d * log(a))), det(a * I) ** 2), (exp(-(d * log(a))), det(I / a)),
    (exp(d * log(a * b)), det(a * I) * det(b * I)), (exp(d * log(a) + r), det(a * I) * exp(r)),
    (exp(d * log(c.number(6))), det(6 * I)), (exp(d * log(MEAN)), det(MEAN * I)), (exp(n * log(a)), det(a * c.eye(n))),
    (exp(d * log(a + b)), det((a + b) * I)), (log(exp(d * log(a))), d * log(a)),
])  # fmt: skip
def test_it_is_decided(left: Term, right: Term) -> None:
    assert equal(left, right, Context()) is Answer.EQUAL
    assert one_line(left, right, c.ALGEBRA) == ""


@pytest.mark.parametrize(("left", "right"), [
    (exp(d * log(a)), a), (exp(d * log(a)), det(b * I)), (exp(d * log(a)), det(a * c.eye(n))),
    (exp(n * log(a)), det(a * I)), (exp(d * log(a)), det(2 * a * I)), (exp(2 * (d * log(a))), det(a * I)),
    (exp(d * d * log(a)), det(a * I)), (exp(d * log(a) * log(a)), det(a * I)), (exp(d * log(a) * log(b)), det(a * I)),
    (exp(r * log(a)), det(a * I)), (exp(t * log(a)), det(a * I)), (exp(log(a) / d), det(a * I)),
    (exp(r * d * log(a)), det(a * I)), (exp(b * d * log(a)), det(a * I)), (exp(d * n * log(a)), det(a * I)),
    (exp(d * log(a) / 2), c.number(1)), (exp(Fraction(3, 2) * (d * log(a))), det(a * I)),
    (exp(-(d * log(a)) / 2), c.number(1)),
])  # fmt: skip
def test_what_is_something_else_is_not(left: Term, right: Term) -> None:
    assert equal(left, right, Context()) is not Answer.EQUAL


def test_a_number_of_unknown_sign_has_no_logarithm() -> None:
    """(-1)^d is 1 for an even d: exp(d log(r)) is no way to write r^d."""
    assert "may be undefined" in one_line(exp(d * log(r)), det(r * I), c.ALGEBRA)


def test_a_number_of_steps_is_the_size_of_nothing() -> None:
    """exp(t log(a)) is told as it stands: no matrix has t rows."""
    ctx, term = Context(), exp(t * log(a))
    assert equal(to_term(ctx, normal_form(ctx, term)), term, Context()) is Answer.EQUAL


def test_half_a_dimension_stays_as_it_is() -> None:
    half = exp(d * log(a) / 2)
    assert equal(half, half, Context()) is Answer.EQUAL
    assert equal(half * half, det(a * I), Context()) is not Answer.DIFFERENT


# ---- products of entries ------------------------------------------------------------------------------------
P = c.positive_semidefinite("P", d)
p, q, v, w = c.vector("p", d, positive=True), c.vector("q", d, positive=True), c.vector("v", d), c.vector("w", d)
A = c.matrix("A", d)
one = c.ones(d)


def diagonal(matrix: Term) -> Term:
    return c.hadamard(matrix, I) @ one


@pytest.mark.parametrize(("left", "right"), [
    (exp(one.T @ log(p)), det(c.diag(p))), (exp(log(p).T @ one), det(c.diag(p))),
    (exp(2 * (one.T @ log(p))), det(c.diag(p)) ** 2), (exp(one.T @ log(diagonal(S))), det(c.diag(diagonal(S)))),
    (log(det(c.diag(diagonal(S)))), one.T @ log(diagonal(S))), (log(det(c.diag(p))), one.T @ log(p)),
    (exp(one.T @ log(p) + one.T @ log(q)), det(c.diag(p)) * det(c.diag(q))),
])  # fmt: skip
def test_products_of_entries(left: Term, right: Term) -> None:
    assert equal(left, right, Context()) is Answer.EQUAL
    assert one_line(left, right, c.ALGEBRA) == ""


@pytest.mark.parametrize(("left", "right"), [
    (exp(one.T @ log(p)), det(c.diag(q))), (exp(v.T @ log(p)), det(c.diag(p))), (exp(q.T @ log(p)), det(c.diag(p))),
    (exp(one.T @ p), det(c.diag(p))), (exp(one.T @ log(p)), 2 * det(c.diag(p))),
    (exp(one.T @ c.activation("log").prime(p)), det(c.diag(p))),
    (exp(one.T @ c.activation("phi")(p)), det(c.diag(p))), (log(det(c.diag(v))), one.T @ log(v)),
    (log(det(c.diag(diagonal(P)))), one.T @ log(diagonal(P))),
    (log(det(c.diag(diagonal(S)))), one.T @ log(diagonal(2 * S))),
    (exp((one.T @ log(p)) ** 2), det(c.diag(p))), (exp(1 / (one.T @ log(p))), det(c.diag(p))),
    (exp(one.T @ log(p) / 2), c.number(1)), (exp(one.T @ A @ log(p)), det(c.diag(p))),
    (exp(one.T @ log(p + q)), det(c.diag(p))), (exp(one.T @ log(p + q)), det(c.diag(q))),
    (exp(one.T @ log(c.hadamard(v, w))), det(c.diag(v))), (exp(one.T @ log(c.hadamard(v, w))), det(c.diag(w))),
    (exp(one.T @ log(-v)), det(c.diag(v))),
])  # fmt: skip
def test_what_is_no_product_of_entries(left: Term, right: Term) -> None:
    assert equal(left, right, Context()) is not Answer.EQUAL


def test_entries_that_may_vanish_have_no_logarithms() -> None:
    for column in (v, diagonal(P)):
        assert "may be undefined" in one_line(exp(one.T @ log(column)), det(c.diag(column)), c.ALGEBRA)


def test_negative_numbers_stay_with_the_column_that_they_make_positive() -> None:
    """Of -k y and k l y each entry is positive, and of neither is exp(1'log(.)) the product of the entries of y."""
    k, l = c.negative("k"), c.negative("l")  # noqa: E741 - beside k
    for column in (-k * p, k * l * p, -k * c.exp(v), k * l * c.exp(v)):
        product = exp(one.T @ log(column))
        assert one_line(product, product + 0 * product, c.ALGEBRA) == ""
        for other in (p, c.exp(v), -1 * p):
            assert equal(product, det(c.diag(other)), Context()) is not Answer.EQUAL
