"""Norms of products: |x'U V x| <= |U| |V| x'x, on both sides of what that asks for, and random sums of such.

What is called semidefinite of random sums, most of which are of no sign, is so at every instance that is drawn.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from random import Random

import pytest
from calculus.drawn import holds_at_one, how_many_are_so, is_called

import theory as c
from theory import Bound, dimension, eye, matrix, nonnegative, norm, real, symmetric, vector
from theory.terms import Term
from theory.terms.symbols import operator_norm
from verify.proof.matrices import order

n, m = dimension("n"), dimension("m")
A, B, S, K = matrix("A", n, m), matrix("B", n, m), symmetric("S", n), matrix("K", n, n)
u, v, s, q = vector("u", n), vector("v", n), real("s"), nonnegative("q")
one, a, b, k = eye(n), operator_norm(A), operator_norm(B), operator_norm(K)


def called(term: Term) -> bool:
    return is_called(order.semidefinite, term)


def holds(term: Term, seed: int) -> bool:
    return holds_at_one(Bound(c.number(0), v.T @ term @ v), {"n": 3, "m": 3}, seed)


SIDES = {  # what is semidefinite, and what is so no longer
    "two factors": (2 * a * b * one - A @ B.T - B @ A.T, a * b * one - A @ B.T - B @ A.T),
    "with the other sign": (2 * a * b * one + A @ B.T + B @ A.T, 2 * a * one + A @ B.T + B @ A.T),
    "one factor": (2 * k * one - K - K.T, k * one - K - K.T),
    "a symmetric one": (operator_norm(S) * one - S, operator_norm(S) * one - 2 * S),
    "three factors": (2 * k * a * b * one - K @ A @ B.T - B @ A.T @ K.T, 2 * k * a * one - K @ A @ B.T - B @ A.T @ K.T),
    "of a product": (
        2 * operator_norm(A @ B.T) * k * one - K @ A @ B.T - B @ A.T @ K.T,
        operator_norm(A @ B.T) * k * one - K @ A @ B.T - B @ A.T @ K.T,
    ),
    "columns": (2 * norm(u) * norm(v) * one - u @ v.T - v @ u.T, norm(u) * norm(v) * one - u @ v.T - v @ u.T),
    "a multiple": (2 * q * k * one - q * K - q * K.T, 2 * s * k * one - s * K - s * K.T),
    "more than enough": (3 * q * k * one - q * K - q * K.T + S @ S, k * one - q * K - q * K.T),
    "two words": (
        2 * (a * b + k) * one - A @ B.T - B @ A.T - K - K.T,
        2 * a * b * one - A @ B.T - B @ A.T - K - K.T,
    ),
    "not of its transpose": (2 * k * one - K - K.T, 2 * k * one - 2 * K - K.T),
}


@pytest.mark.parametrize("name", SIDES)
def test_the_norms_must_be_there(name: str) -> None:
    within, beyond = SIDES[name]
    assert called(within)
    assert not called(beyond)
    assert all(holds(within, seed) for seed in range(6))


WORDS = [
    K + K.T,
    S,
    A @ B.T + B @ A.T,
    A @ A.T,
    K @ K.T,
    K @ S + S @ K.T,
    u @ u.T,
    u @ v.T + v @ u.T,
    K @ K + (K @ K).T,
]
NUMBERS = [
    a,
    b,
    k,
    a * b,
    a**2,
    k**2,
    operator_norm(S),
    operator_norm(S) * k,
    u.T @ u,
    norm(u) * norm(v),
    c.number(1),
    q,
]
MULTIPLES = [1, -1, 2, -2, 3, -1]


def a_sum(coins: Random) -> Term:
    """Some multiples of I by norms, and one to three symmetric words with signs."""
    numbers = [coins.choice([1, 1, 2, 4]) * coins.choice(NUMBERS) * one for _ in range(coins.randint(1, 3))]
    words = [coins.choice(MULTIPLES) * coins.choice(WORDS) for _ in range(coins.randint(1, 3))]
    return reduce(add, [*numbers, *words])


@pytest.mark.parametrize("part", range(4))
def test_what_is_called_semidefinite_is_so(part: int) -> None:
    seeds = range(1000 * part, 1000 * part + 1000)
    terms = ((seed, a_sum(Random(f"norms of products {seed}"))) for seed in seeds)
    assert how_many_are_so(terms, called, holds, 4) > 20
