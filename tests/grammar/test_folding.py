"""Bases of powers as a term has them: the same value, and visibly defined."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory import dimension, eye, ones, positive, sqrt, vector
from theory.terms.text import text
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal
from verify.running.answering import carried_out
from verify.running.folding import folded

m = dimension("m")
y, eps = vector("y", m), positive("eps")
CENTRED = y - ones(m) @ ones(m).T @ y / m
VARIANCE = CENTRED.T @ CENTRED / m + eps
SPREAD = m * (y.T @ y) + m**2 * eps - (ones(m).T @ y) ** 2  # m^2 times the variance


@pytest.mark.parametrize("exponent", [Fraction(1, 2), Fraction(-1, 2), Fraction(-3, 2), Fraction(-1)])
def test_a_multiple_is_put_back_with_its_dimension_beside_it(exponent: Fraction) -> None:
    result = folded(SPREAD**exponent * y, y / sqrt(VARIANCE), ())
    assert equal(result, SPREAD**exponent * y, Context()) is Answer.EQUAL
    root = f"^{-exponent}" if exponent.denominator == 1 else f"^({abs(exponent)})"
    assert f"({text(VARIANCE)}){root}" in text(result) or exponent == -1
    assert text(SPREAD) not in text(result)


def test_what_is_no_multiple_stays() -> None:
    term = (y.T @ y + eps) ** Fraction(-1, 2) * y
    assert folded(term, y / sqrt(VARIANCE), ()) == term


def test_powers_of_a_dimension_are_gathered() -> None:
    result = folded(m**2 / SPREAD ** Fraction(3, 2) * (eye(m) @ y), y / sqrt(VARIANCE), ())
    assert text(result).startswith("I[m] y / (m * (")


def test_where_nothing_can_be_carried_out_there_is_nothing() -> None:
    assert carried_out(2 * y, ()) == 2 * y
