"""Entries of sums, read as they are written: squares entry by entry and diagonals of semidefinite matrices have none
below 0, and with something above 0 added they are above 0. Both sides of each, and at random."""

from __future__ import annotations

from functools import reduce
from operator import add
from random import Random

import pytest
from calculus.drawn import holds_at_one, how_many_are_so, is_called

import theory as c
from theory import Below, Bound, diag, hadamard
from theory.terms import Term
from verify.proof.matrices import order

m, d = c.dimension("m"), c.dimension("d")
X, Y, B = c.matrix("X", m, d), c.matrix("Y", m, d), c.matrix("B", m, m)
P, N = c.positive_definite("P", m), c.positive_semidefinite("N", m)
u, v, y, z = c.vector("u", m), c.vector("v", m), c.vector("y", m, positive=True), c.vector("z", m, nonnegative=True)
p, q, a = c.positive("p"), c.nonnegative("q"), c.real("a")
e, one, columns, eye = c.basis_vector("e", m), c.ones(m), c.ones(d), c.eye(m)
CENTRE = c.eye(d) - columns @ columns.T / d
XC, YC = X @ CENTRE, Y @ CENTRE


def any_entry_of(column: Term) -> Term:
    return e.T @ column


def positive(term: Term) -> bool:
    return is_called(order.positive, any_entry_of(term))


def nonnegative(term: Term) -> bool:
    return is_called(order.nonnegative, any_entry_of(term))


SIDES = {  # of the first each entry is above 0, of the second not
    "layer norm": (hadamard(XC, XC) @ columns / d + p * one, hadamard(XC, XC) @ columns / d + q * one),
    "of two matrices": (hadamard(XC, XC) @ columns + p * one, hadamard(XC, YC) @ columns + p * one),
    "weighted": (hadamard(XC, XC) @ c.ones(d) * q + y, hadamard(XC, XC) @ c.ones(d) * a + y),
    "taken away": (p * one + hadamard(u - v, u - v), p * one - hadamard(u - v, u - v)),
    "nothing above 0": (z + hadamard(u - v, u - v) + y, z + hadamard(u - v, u - v) + u),
    "below a sum": (diag(y) @ (hadamard(u - v, u - v) + one), diag(z) @ (hadamard(u - v, u - v) + one)),
    "turned": (hadamard(XC.T, XC.T).T @ columns + y, hadamard(XC.T, YC.T).T @ columns + y),
    "without a sign before it": (y + N @ N @ N @ one * 0 + one, B @ (hadamard(u - v, u - v) + one)),
    "diagonals": (hadamard(X @ CENTRE @ X.T, eye) @ one + y, hadamard(X @ Y.T, eye) @ one + y),
    "diagonals of sums": (hadamard(N + u @ u.T, eye) @ one + y, hadamard(N - u @ u.T, eye) @ one + y),
    "I first": (hadamard(eye, N + u @ u.T) @ one + y, hadamard(eye, N + u @ v.T) @ one + y),
    "no other part": (hadamard(P + N, eye) @ one + y, hadamard(P + N, P - N) @ one + y),
    "of columns without a sign": (hadamard(z + y, y + y) + hadamard(y, z), hadamard(z + y, u - v) + y),
}


@pytest.mark.parametrize("name", SIDES)
def test_entries_are_above_0(name: str) -> None:
    above, not_above = SIDES[name]
    assert positive(above)
    assert not positive(not_above)
    assert all(holds(Below(c.number(0), any_entry_of(above)), seed) for seed in range(6))


def holds(claim: Below | Bound, seed: int) -> bool:
    return holds_at_one(claim, {"m": 3, "d": 3}, seed)


SQUARES = [XC, YC, X, X - Y, u - v, one - u, u - v + y]
WHOLE = [B, N - eye, P + N, N + u @ u.T, N - u @ u.T, X @ CENTRE @ X.T, X @ Y.T, P - u @ u.T]


def a_column(coins: Random) -> Term:
    """Sums of squares of entries, of their near misses, of diagonals, and of columns; with numbers before them."""

    def part() -> Term:
        kind = coins.randrange(5)
        if kind == 0:
            one_, other = (coins.choice(SQUARES) for _ in range(2))
            other = one_ if coins.random() < 0.7 or one_.shape != other.shape else other
            found = hadamard(one_, other)
            found = found @ columns if found.shape[1] == d else found
        elif kind == 1:
            found = hadamard(coins.choice(WHOLE), eye if coins.random() < 0.8 else coins.choice(WHOLE)) @ one
        else:
            found = coins.choice([one, y, z, u, v, hadamard(y, z), hadamard(y, u)])
        return coins.choice([1, 1, 1, 1, 2, p, q, -1, a, p / d]) * found

    column = reduce(add, [part() for _ in range(coins.randint(1, 3))])
    return coins.choice([column, column, diag(coins.choice([y, z, u])) @ column, coins.choice([N, B, P]) @ column])


@pytest.mark.parametrize("part", range(2))
def test_what_is_called_above_0_is_so(part: int) -> None:
    terms = ((seed, a_column(Random(f"entries {seed}"))) for seed in range(600 * part, 600 * part + 600))
    found = how_many_are_so(terms, positive, lambda t, seed: holds(Below(c.number(0), any_entry_of(t)), seed), 5)
    assert found > 20


@pytest.mark.parametrize("part", range(2))
def test_what_is_called_not_below_0_is_so(part: int) -> None:
    terms = ((seed, a_column(Random(f"entries, {seed}"))) for seed in range(600 * part, 600 * part + 600))
    found = how_many_are_so(terms, nonnegative, lambda t, seed: holds(Bound(c.number(0), any_entry_of(t)), seed), 5)
    assert found > 50


def test_a_product_of_many_sums_is_not_multiplied_out() -> None:
    def raised(times: int) -> Term:
        return reduce(lambda column, _: diag(y + z) @ column, range(times), hadamard(u - v, u - v) + y)

    assert positive(raised(2))
    row = reduce(lambda left, _: left @ diag(hadamard(XC, XC) @ columns + y), range(5), e.T)
    assert order._over_a_sum((row, X + Y, XC.T + YC.T, u - v + y)) is not None
    assert order._over_a_sum((e.T, *(N + P + c.eye(m) for _ in range(3)))) is None
