"""A power that is no whole number is of what is >= 0, and is >= 0 itself; of whole powers nothing of that is known."""

from __future__ import annotations

from fractions import Fraction

import pytest

import theory as c
from tests.soundness.test_line_checker import one_line
from theory import surplus
from theory.terms import Term
from verify.proof.matrices import order
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal

n = c.dimension("n")
r, s, a = c.real("r"), c.real("s"), c.positive("a")
x, w = c.vector("x", n), c.vector("w", n)
SPREAD = n * (x.T @ x) - (c.ones(n).T @ x) ** 2 + a  # positive, which the sum of its parts does not show
THIRD = Fraction(1, 3)


@pytest.mark.parametrize("number", [c.sqrt(r), r**THIRD, SPREAD ** Fraction(-1, 2)], ids=str)
def test_its_size_is_itself(number: Term) -> None:
    assert equal(abs(number), number) is Answer.EQUAL
    assert equal(abs(number * s), number * abs(s)) is Answer.EQUAL
    assert equal(abs(number * (w.T @ x)) ** 2, (number * (w.T @ x)) ** 2) is Answer.EQUAL
    assert order.nonnegative(Context(), number, ())
    assert order.nonnegative(Context(), number * abs(s) + s**2, ())
    assert not order.nonnegative(Context(), number * s, ())
    assert not order.nonnegative(Context(), -number, ())
    assert not order.positive(Context(), number)


@pytest.mark.parametrize("number", [r, r**3, 1 / (r + s), (r + s) ** -3, r - s], ids=str)
def test_of_a_whole_power_it_is_not(number: Term) -> None:
    assert equal(abs(number), number) is not Answer.EQUAL
    assert not order.nonnegative(Context(), number, ())


@pytest.mark.parametrize("square", [r**2, r**2 * s**4, (r - s) ** -2, (w.T @ x) ** 2, r**-2], ids=str)
@pytest.mark.parametrize("exponent", [Fraction(1, 4), Fraction(3, 4), Fraction(1, 6)])
def test_a_root_of_a_square_says_nothing_of_what_is_squared(square: Term, exponent: Fraction) -> None:
    """(r^2)^(1/4) is |r|^(1/2), and not a root of r, although 2/4 is no whole number."""
    power = square**exponent * square**exponent
    half = abs(c.sqrt(square)) if exponent == Fraction(1, 4) else square ** (2 * exponent)
    assert equal(power, half) is Answer.EQUAL
    for turned in (r, -r, r - s, w.T @ x, 1 / r):
        assert equal(power, turned) is not Answer.EQUAL
    assert order.nonnegative(Context(), power, ())
    assert not order.nonnegative(Context(), r + power - square ** (2 * exponent), ())


def test_what_was_false_of_a_very_negative_number_is_refused() -> None:
    """|a| <= a + exp(exp(6)) fails at a = -10^176, further out than instances go."""
    bound = r + c.exp(c.exp(c.number(6)))
    left = (r**2) ** Fraction(1, 4) * (r**2 + 0) ** Fraction(1, 4)
    assert one_line(left, bound, surplus(c.exp(c.exp(c.number(6)))), relation="<=") != ""
    assert one_line(left, abs(r), c.ALGEBRA) == ""


def test_a_root_is_not_shown_to_be_defined_by_its_sign() -> None:
    """r may be negative: neither of its roots stands in a proof, on which side soever."""
    assert "may be undefined" in one_line(c.zero(), c.sqrt(r), surplus(c.sqrt(r)), relation="<=")
    assert "may be undefined" in one_line(abs(c.sqrt(r)), c.sqrt(r), c.ALGEBRA)
    assert "may be undefined" in one_line(c.zero(), r**THIRD, surplus(r**THIRD), relation="<=")
    assert "may be undefined" in one_line(r, c.sqrt(r) * c.sqrt(r), c.ALGEBRA)
    assert "may be undefined" in one_line(c.sqrt(c.sqrt(r)) ** 4, r, c.ALGEBRA)
    assert one_line(c.zero(), c.sqrt(a + r**2), surplus(c.sqrt(a + r**2)), relation="<=") == ""


def test_of_a_root_of_a_product_the_rest_may_be_negative() -> None:
    """(r^2 s)^(1/2) is 0 at r = 0, whatever s is."""
    product = c.sqrt(r**2 * (s + 1))
    assert "may be undefined" in one_line(product, abs(r) * c.sqrt(s + 1), c.ALGEBRA)
    assert equal(abs(product), product) is Answer.EQUAL
