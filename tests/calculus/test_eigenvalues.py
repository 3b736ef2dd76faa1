"""Largest eigenvalues: of diagonal matrices of roots, and what is taken away from a number because it is >= 0."""

from __future__ import annotations

from fractions import Fraction

import pytest

import theory as c
from theory.terms import Term
from verify.proof.matrices.eigenvalues import without_excesses
from verify.proof.matrices.forms import CannotDecide, Context
from verify.proof.matrices.normal_form import Answer, equal, normal_form

n = c.dimension("n")
p, v, S, top = c.vector("p", n, positive=True), c.vector("v", n), c.symmetric("S", n), c.largest_eigenvalue
R, PHI, HALF = c.diag(c.activation("rsqrt")(p)), c.diag(c.activation("phi")(p)), Fraction(1, 2)


def same(left: Term, right: Term) -> bool:
    """Have two terms one normal form, before anything is written otherwise?"""
    context = Context()
    return normal_form(context, left) == normal_form(context, right)


@pytest.mark.parametrize(
    ("matrix", "value"),
    [
        (R, (-1 / top(-c.diag(p))) ** HALF),
        (-R, -((1 / top(c.diag(p))) ** HALF)),
        (R @ R, -1 / top(-c.diag(p))),
        (-R @ R, -1 / top(c.diag(p))),
    ],
    ids=str,
)
def test_of_roots_it_is_that_of_an_inverse(matrix: Term, value: Term) -> None:
    assert same(top(matrix), value)


@pytest.mark.parametrize("matrix", [PHI, PHI @ PHI, R @ R @ R, R @ PHI])
def test_of_other_values_it_stays_what_it_is(matrix: Term) -> None:
    ((((_, exponent),), word),) = normal_form(Context(), top(matrix)).terms
    assert (exponent, word) == (1, ())


def test_an_excess_is_taken_away_at_once_only_if_eager() -> None:
    context = Context()
    length, form = v.T @ v, v.T @ S @ v
    alone, less = (normal_form(context, term) for term in (top(S) * length, top(S) * length - form))
    assert without_excesses(context, alone) == alone
    assert without_excesses(context, less).is_zero
    assert without_excesses(context, alone, eager=True) == normal_form(context, form)


a, b = c.positive("a"), c.positive("b")
SQUARE = v @ v.T


@pytest.mark.parametrize(("matrix", "value"), [
    (a / (a + b) * S + b / (a + b) * S, top(S)),
    (a**2 / (a + b) * S - b**2 / (a + b) * S + b * S, a * top(S)),
    ((v.T @ v) / (a + v.T @ v) * SQUARE - SQUARE, -a / (a + v.T @ v) * -top(-SQUARE)),
    ((a + b) ** -2 * (a**2 + 2 * a * b + b**2) * S, top(S)),
    (S / (a + b) - (a + b) * S / (a + b) ** 2 + c.eye(n), c.number(1)),
])  # fmt: skip
def test_what_a_matrix_is_divided_by_goes_where_it_is_a_factor(matrix: Term, value: Term) -> None:
    assert equal(top(matrix), value) is Answer.EQUAL
    assert equal(top(matrix), value + 1) is not Answer.EQUAL


@pytest.mark.parametrize(("matrix", "value"), [
    (c.real("r") * S, c.real("r") * top(S)),  # L(-S) is not -L(S)
    (S / (a - b), top(S) / (a - b)),
    (a / (a + b) * S - b / (a + b) * S, (a - b) / (a + b) * top(S)),
])  # fmt: skip
def test_what_may_be_negative_is_no_factor(matrix: Term, value: Term) -> None:
    assert equal(top(matrix), value) is not Answer.EQUAL


def test_of_what_comes_to_nothing_once_it_is_multiplied_out() -> None:
    nothing = a / (a + b) * v + b / (a + b) * v - v
    assert equal(c.activation("relu")(nothing), c.zero(n)) is Answer.EQUAL
    with pytest.raises(CannotDecide, match="log of 0"):
        normal_form(Context(), c.activation("log")(nothing))


@pytest.mark.parametrize("power", [2, 4, -2, 1, 3, -3])
def test_an_even_power_of_what_has_no_sign_leaves_and_an_odd_one_stays(power: int) -> None:
    scale = c.real("a") ** power
    assert same(top(scale * S), scale * top(S)) is (power % 2 == 0)
