"""|v| - v and |v| + v of sums v have no negative entry, and nothing more is said of them; products of what is seen."""

from __future__ import annotations

from fractions import Fraction

import pytest

import theory as c
from theory.terms import Term
from theory.terms.symbols import smallest_eigenvalue
from verify.proof.matrices import order
from verify.proof.matrices.forms import Context

n = c.dimension("n")
x, y, z, p = c.vector("x", n), c.vector("y", n), c.vector("z", n), c.vector("p", n, positive=True)
a, b = c.real("a"), c.positive("b")
A = c.matrix("A", n)
S, T = c.positive_semidefinite("S", n), c.positive_semidefinite("T", n)
abs_ = c.activation("abs")
apart = abs_(x - y)
HALF = Fraction(1, 2)


@pytest.mark.parametrize("term", [
    apart - (x - y), apart + x - y, apart + (y - x), 3 * apart - 3 * x + 3 * y, HALF * apart + HALF * (x - y),
    abs_(x - 2 * y + z) - x + 2 * y - z, abs_(A @ x - y) + A @ x - y, apart - x + y + abs_(x + z) + x + z,
    apart + x - y + p, abs_(x) - x, abs_(x) + x,
])  # fmt: skip
def test_it_is_seen(term: Term) -> None:
    assert order.entrywise(Context(), term, ())
    assert order.nonnegative(Context(), p.T @ term, ())


@pytest.mark.parametrize("term", [
    apart - x - y, apart - 2 * (x - y), apart + 2 * (x - y), apart - x, HALF * apart - x + y, apart + x - 2 * y,
    -apart + x - y, -apart - x + y, abs_(x + y) - (x - y), apart - x + y - z, apart + x - y - p,
    p.T @ z * apart - p.T @ z * (x - y), apart - x + y + abs_(x + z) - x + z, -abs_(x) + x,
    a * apart - x + y, b * apart - x + y, a * apart - a * (x - y), b * abs_(x) - x, abs_(a * x + y) - x - y,
    abs_(b * x + y) - x - y, abs_(b * x + y) + x + y, abs_(x) + abs_(y) - abs_(b * x + y),
])  # fmt: skip
def test_it_is_not_seen(term: Term) -> None:
    assert not order.entrywise(Context(), term, ())
    assert not order.nonnegative(Context(), p.T @ term, ())


def test_sizes_of_entries_are_not_those_of_the_transpose() -> None:
    """|A|' - A has negative entries; a row of sizes is one as the column is."""
    q = c.vector("q", n, positive=True)
    for table, seen in ((abs_(A) - A, True), (abs_(A) + A, True), (abs_(A).T - A, False), (abs_(A).T + A, False),
                        (abs_(A.T) - A, False), (abs_(A) - A.T, False)):  # fmt: skip
        assert order.entrywise(Context(), table, ()) is seen
        assert order.nonnegative(Context(), p.T @ table @ q, ()) is seen
    assert order.entrywise(Context(), abs_(x).T + p.T, ())
    assert not order.entrywise(Context(), abs_(x).T - p.T, ())


def test_weights_of_unknown_sign_are_refused() -> None:
    assert not order.nonnegative(Context(), z.T @ (apart - x + y), ())


def test_a_factor_that_is_not_negative_as_it_is_written() -> None:
    """lambda_min is -1 times a largest eigenvalue: neither factor of that product is >= 0 alone."""
    first, second = smallest_eigenvalue(S), smallest_eigenvalue(T)
    assert order.nonnegative(Context(), first * second, ())
    assert not order.nonnegative(Context(), -1 * (first * second), ())
    assert not order.nonnegative(Context(), first * smallest_eigenvalue(A + A.T), ())
