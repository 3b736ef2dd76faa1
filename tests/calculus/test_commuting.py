"""Products of semidefinite matrices that commute are semidefinite: on both sides of what that asks for, and at random.

A matrix that is assumed to lie below another comes as a fact, and what is drawn is drawn under that assumption.
"""

from __future__ import annotations

from functools import reduce
from operator import matmul
from random import Random

import pytest
from calculus.drawn import is_called

from theory import (
    Bound,
    at_most,
    dimension,
    eye,
    inverse,
    largest_eigenvalue,
    matrix,
    number,
    real,
    symmetric,
    trace,
    vector,
)
from theory import positive_definite as definite
from theory import positive_semidefinite as psd
from theory.terms import Term
from theory.terms.text import text
from verify.exact.deciding import Outcome, decide
from verify.exact.drawing import draw
from verify.proof.matrices import order

n = dimension("n")
S, P, D, Z, K = psd("S", n), psd("P", n), definite("D", n), symmetric("Z", n), matrix("K", n, n)
u, v, high, low = vector("u", n), vector("v", n), real("b"), real("a")
one = eye(n)
GIVEN = (at_most(Z, high * one), at_most(low * one, Z))
ABOVE, BELOW = high * one - Z, Z - low * one
FACTS = tuple(order.Fact(name, gap) for name, gap in (("above", ABOVE), ("below", BELOW)))
EXCESS = largest_eigenvalue(S) * one - S


def called(term: Term) -> bool:
    return is_called(order.nonnegative if term.is_scalar else order.semidefinite, term, FACTS)


def holds(term: Term, seed: int) -> bool:
    """Is it so, as far as one instance tells: w'A w >= 0 of a matrix A?"""
    w = vector("w", n)
    claim = Bound(number(0), term if term.is_scalar else w.T @ term @ w)
    coins = Random(seed)
    instance = draw(claim, GIVEN, {"n": coins.randint(1, 3)}, coins)
    return instance is None or decide(claim, GIVEN, instance).outcome is not Outcome.DIFFERENT


SIDES = {  # what is so, and what is so no longer
    "one matrix": (ABOVE @ BELOW, ABOVE @ (Z + low * one)),
    "both are semidefinite": (ABOVE @ BELOW, -ABOVE @ BELOW),
    "they commute": (ABOVE @ ABOVE @ BELOW, ABOVE @ S),
    "two declared ones do not commute": (S @ S, S @ P),
    "with its largest eigenvalue": (S @ EXCESS, P @ EXCESS),
    "with an inverse": (D @ inverse(D + one), D @ inverse(S + one)),
    "three": (S @ EXCESS @ S, S @ EXCESS @ Z),
    "around a column": (u.T @ ABOVE @ BELOW @ u, u.T @ ABOVE @ BELOW @ v),
    "around a matrix": (K.T @ S @ EXCESS @ K, K.T @ S @ EXCESS @ S @ P @ K),
    "around a column, one alone": (u.T @ ABOVE @ ABOVE @ BELOW @ u, u.T @ ABOVE @ P @ BELOW @ u),
    "with a third in a trace": (trace(P @ S @ EXCESS), trace(Z @ S @ EXCESS)),
    "not of others in a trace": (trace(P @ S), trace(P @ S @ D)),
}


@pytest.mark.parametrize("name", SIDES)
def test_they_must_commute(name: str) -> None:
    within, beyond = SIDES[name]
    assert called(within)
    assert not called(beyond)
    assert all(holds(within, seed) for seed in range(6))


PARTS = [
    S,
    P,
    D,
    Z,
    ABOVE,
    BELOW,
    EXCESS,
    S + one,
    D + S,
    inverse(D),
    Z + one,
    high * one + Z,
    inverse(S + one),
    one - S,
]
ENDS = [(None, None), (u, u), (u, v), (K, K), (v, v)]


def a_product(coins: Random) -> Term:
    """Two to four matrices side by side, often of two kinds, between two columns or matrices, or in a trace."""
    few = [coins.choice(PARTS) for _ in range(2)]
    middle = reduce(matmul, [coins.choice(coins.choice([few, PARTS])) for _ in range(coins.randint(2, 4))])
    left, right = coins.choice(ENDS)
    if left is None or right is None:
        return coins.choice([middle, trace(middle), -middle])
    return left.T @ middle @ right


@pytest.mark.parametrize("part", range(4))
def test_what_is_called_so_is_so(part: int) -> None:
    found = 0
    for seed in range(400 * part, 400 * part + 400):
        term = a_product(Random(f"commuting {seed}"))
        if called(term):
            found += 1
            assert all(holds(term, seed + i) for i in range(6)), text(term)
    assert found > 20
