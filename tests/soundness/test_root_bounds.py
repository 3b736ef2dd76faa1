"""One number below another by their squares, within a line: with both conditions, and refused without either."""

from __future__ import annotations

import pytest

import theory as c
from tests.soundness.test_line_checker import one_line
from theory import CauchySchwarz, MeanValue, RootBound, surplus
from theory.statements.claims import Assumption
from theory.statements.derivation import Reason
from theory.statements.premises import premises
from theory.terms import CalculusError, Term
from verify.proof.lines_on_matrices import observe

n = c.dimension("n")
u, v = c.vector("u", n), c.vector("v", n)
a, b, K = c.real("a"), c.nonnegative("b"), c.nonnegative("K")
x = c.random_vector("x", n)
phi = c.activation("phi")
BOUNDED = c.sup_bound(phi, 1, K)
LEMMA = CauchySchwarz(u, v, c.eye(n))


def length(column: Term) -> Term:
    return c.sqrt(column.T @ column)


def line(*reasons: Reason, gap: Term, assumptions: tuple[Assumption, ...] = ()) -> str:
    """Why a line from 0 to the gap is not accepted; nothing where it is."""
    return one_line(c.zero(), gap, surplus(gap), *reasons, assumptions=assumptions, relation="<=")


TRIANGLE = RootBound(length(u + v), length(u) + length(v), 2 * LEMMA.gap)


def test_the_triangle_inequality_in_a_sum() -> None:
    gap = b * TRIANGLE.gap + a**2
    assert line(LEMMA, TRIANGLE, gap=gap) == ""
    assert "the certificate is not visibly nonnegative" in line(LEMMA, gap=gap)
    assert "the certificate is not visibly nonnegative" in line(LEMMA, TRIANGLE, gap=a * TRIANGLE.gap)
    assert "the certificate is not visibly nonnegative" in line(LEMMA, TRIANGLE, gap=-TRIANGLE.gap)


def test_what_the_certificate_rests_on_stands_before_it() -> None:
    assert "a bound by squares needs what is >= 0" in line(TRIANGLE, gap=TRIANGLE.gap)
    assert "a bound by squares needs what is >= 0" in line(TRIANGLE, LEMMA, gap=TRIANGLE.gap)


def test_the_upper_number_is_not_negative() -> None:
    """b^2 - a^2 = 0 for b = -a: 0 <= -b is false though the squares are in order."""
    assert line(RootBound(-b, b, c.zero()), gap=2 * b) == ""
    turned = RootBound(b, -b, c.zero())
    assert "a bound by squares needs what is >= 0; not visible: -b" in line(turned, gap=turned.gap)
    unknown = RootBound(b, a, a**2 - b**2)
    assert "a bound by squares needs what is >= 0" in line(
        unknown, c.at_most(b**2, a**2), gap=unknown.gap, assumptions=(c.at_most(b**2, a**2),)
    )


def test_the_squares_are_in_order() -> None:
    wrong = RootBound(a, b, b**2 - a**2)
    assert "a bound by squares needs what is >= 0" in line(wrong, gap=wrong.gap)
    assumed = c.at_most(a**2, b**2)
    assert line(assumed, wrong, gap=wrong.gap, assumptions=(assumed,)) == ""


def test_the_certificate_is_the_difference_of_the_squares() -> None:
    other = RootBound(a, b, a**2)
    assert "the difference of the squares and its certificate" in line(other, gap=other.gap)
    turned = RootBound(length(u) + length(v), length(u + v), 2 * LEMMA.gap)
    assert "the difference of the squares and its certificate" in line(LEMMA, turned, gap=turned.gap)


@pytest.mark.parametrize("lemma", [
    RootBound(a / a, c.number(1), c.number(1) - a**2 / a**2),
    RootBound(c.number(0), a**2 / a, a**2),
    RootBound(c.number(0), c.number(1), a / a),
])  # fmt: skip
def test_what_may_be_undefined_is_refused(lemma: RootBound) -> None:
    assert "may be undefined" in line(lemma, gap=a**2 + 1)


def test_a_root_of_what_may_be_negative_is_refused() -> None:
    lemma = RootBound(c.number(0), c.sqrt(a), a)
    assert "may be undefined" in line(lemma, gap=b)


def test_under_a_mean_and_with_a_bound_of_a_slope() -> None:
    lemma = MeanValue(phi, 1, K, x, u)
    apart = phi(x) - phi(u)
    below = RootBound(length(apart), K * length(x - u), c.ones(n).T @ lemma.gap)
    gap = c.E(below.gap, x)
    assert line(lemma, below, gap=gap, assumptions=(BOUNDED,)) == ""
    assert "which the theorem does not assume" in line(lemma, below, gap=gap)


def test_it_is_no_bound_of_columns() -> None:
    with pytest.raises(CalculusError, match="a bound by squares"):
        RootBound(u, v, c.zero())


def test_it_is_told_what_it_rests_on() -> None:
    gap = TRIANGLE.gap + a**2
    theorem = c.Theorem(
        "sandbox.roots", c.Bound(c.zero(), gap), c.start(c.zero()).at_most(gap, surplus(gap), LEMMA, TRIANGLE),
        near_misses={"turned": c.Bound(gap, c.zero())}, docstring="a case",
    )  # fmt: skip
    [seen] = observe(theorem).parts[0].lines
    assert seen.accepted
    assert RootBound.premise in seen.used
    assert RootBound.premise in premises(theorem)
