"""Determinants in order, traces above logarithms of determinants: on both sides of what that asks for, and random sums.

What is called nonnegative of random sums, most of which are of no sign, is so at every instance that is drawn.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from random import Random

import pytest
from calculus.drawn import holds_at_one, how_many_are_so, is_called

import theory as c
from theory import (
    Bound,
    det,
    dimension,
    eye,
    invertible,
    log,
    matrix,
    nonnegative,
    positive,
    real,
    symmetric,
    trace,
    vector,
)
from theory import inverse as inv
from theory import positive_definite as definite
from theory import positive_semidefinite as psd
from theory.terms import Sum, Term
from verify.proof.matrices import order

n, m = dimension("n"), dimension("m")
S, T, U = definite("S", n), definite("T", n), definite("U", m)
P, Q = psd("P", n), psd("Q", n)
Z, K, A = symmetric("Z", n), matrix("K", n, n), matrix("A", n, m)
F, G = invertible("F", n), invertible("G", n)
u, p, q, s = vector("u", n), positive("p"), nonnegative("q"), real("s")
one = eye(n)


def called(term: Term) -> bool:
    return is_called(order.nonnegative, term)


def holds(term: Term, seed: int) -> bool:
    return holds_at_one(Bound(c.number(0), term), {"n": 3, "m": 2}, seed)


SIDES = {  # what is >= 0, and what is so no longer
    "of a sum": (det(P + Q) - det(P), det(P) - det(P + Q)),
    "the smaller is semidefinite": (det(S + P) - det(S), det(Z + P) - det(Z)),
    "the difference is semidefinite": (det(S + P) - det(S), det(S + Z) - det(S)),
    "no more of it": (det(P + Q) - det(P), det(P + Q) - 2 * det(P)),
    "less of it": (2 * det(P + Q) - det(P), -det(P)),
    "above that of I": (det(one + P) - 1, det(one + Z) - 1),
    "above that of I, not of 0": (det(one + S) - 1, det(S) - 1),
    "above that of I, no more": (det(one + P) - 1, det(one + P) - 2),
    "a product": (det(one + A @ A.T) - 1, det(one - A @ A.T) - 1),
    "times a number": (q * det(P + Q) - q * det(P), s * det(P + Q) - s * det(P)),
    "of one size": (det(S + P) - det(S), det(S + P) - det(U)),
    "no power": (det(P + Q) - det(P), det(P + Q) ** 2 - det(P)),
    "logarithm": (trace(S) - n - log(det(S)), trace(S) - 2 * n - log(det(S))),
    "less of the logarithm": (2 * trace(S) - 2 * n - 2 * log(det(S)), trace(S) - n - 2 * log(det(S))),
    "and n": (trace(S) - n - log(det(S)), trace(S) - log(det(S)) - n - 1),
    "of a sum that is definite": (trace(S) + trace(P) - n - log(det(S + P)), trace(S) + trace(Z) - n - log(det(S + Z))),
    "of I and more": (trace(P) - log(det(one + P)), trace(Z) - log(det(one + Z))),
    "not of an inverse": (trace(S) - n - log(det(S)), trace(S) - n + log(det(S))),
    "of two": (trace(S @ T) - n - log(det(S)) - log(det(T)), trace(S @ T) - n - log(det(S)) + log(det(T))),
    "of two, one inverted": (
        trace(inv(S) @ T) - n - log(det(T)) + log(det(S)),
        trace(inv(S) @ T) - n - log(det(S)) + log(det(T)),
    ),
    "of two, both definite": (
        trace(S @ T) - n - log(det(S)) - log(det(T)),
        trace(S @ Z) - n - log(det(S)) - log(det(Z)),
    ),
    "of two, times a number": (
        q * trace(S @ T) - q * n - q * log(det(S)) - q * log(det(T)),
        s * trace(S @ T) - s * n - s * log(det(S)) - s * log(det(T)),
    ),
    "of the size of the matrix": (trace(U) - m - log(det(U)), trace(U) - n - log(det(U))),
    "of one size, of multiples of I": (det(S + q * one) - det(q * one), det(S + q * one) - det(q * eye(m))),
    "of two at once": (det(S + T) + 2 * det(S + P) - 3 * det(S), det(S + T) + det(S + P) - 3 * det(S)),
    "no product": (det(S + P) - det(S), det(S + P) - det(S) * det(T)),
    "no product of another": (det(T + P) - det(T), det(T + P) - det(S) * det(T)),
    "no square": (det(S + P) - det(S), det(S + P) - det(S) ** 2),
    "more than the logarithm": (2 * trace(S) - n - log(det(S)), trace(S) / 2 - n - log(det(S))),
    "of that logarithm": (trace(S) - n - log(det(S)), trace(S) - n - log(1 + det(S))),
    "one logarithm of two": (trace(S @ T) + trace(S) - n - log(det(S)), trace(S @ T) - n - log(det(S))),
    "one of two, inverted": (trace(inv(S) @ T) + trace(T) - n - log(det(T)), trace(inv(S) @ T) - n - log(det(T))),
    "of two, in the middle of the word": (
        trace(S @ F.T @ G @ T @ G.T @ F) - n - log(det(F @ S @ F.T)) - log(det(G @ T @ G.T)),
        trace(S @ K.T @ G @ T @ G.T @ K) - n - log(det(K @ S @ K.T)) - log(det(G @ T @ G.T)),
    ),
    "and a square": (trace(S) - n - log(det(S)) + u.T @ u, trace(S) - n - log(det(S)) - u.T @ u),
}


@pytest.mark.parametrize("name", SIDES)
def test_what_the_order_asks_for_must_be_there(name: str) -> None:
    within, beyond = SIDES[name]
    assert called(within)
    assert not called(beyond)
    assert all(holds(within, seed) for seed in range(6))


def test_of_powers_nothing_is_asked() -> None:
    """A root is defined where it is 0, and its quotient by itself is not."""
    assert not called(det(S + P) ** 2 - det(S + P) * det(S))


NUMBERS = [
    det(S), det(T), det(P), det(Z), det(K), det(S + T), det(S + P), det(P + Q), det(S + Z), det(one + P), det(one + S),
    det(P + Q + S), det(one + A @ A.T), det(S) * det(T), det(S) ** 2, c.number(1), p, q,
]  # fmt: skip
LOGARITHMS = [
    log(det(S)), log(det(T)), log(det(S + T)), log(det(S + P)), log(det(one + P)), log(det(S @ T)), log(p),
]  # fmt: skip
TRACES = [
    trace(S), trace(T), trace(P), trace(S @ T), trace(inv(S) @ T), trace(T @ inv(S)), trace(inv(S)), trace(S @ P),
    trace(S @ T @ S), n, c.number(1), trace(S @ S),
]  # fmt: skip
FACTORS = [c.number(1), c.number(1), c.number(2), q, s, det(S), p]


def a_sum(coins: Random) -> Term:
    """One to five multiples of numbers of one kind, with signs."""
    kinds = coins.choice([[NUMBERS], [NUMBERS], [LOGARITHMS, TRACES]])
    terms = [coins.choice(kinds[i % len(kinds)]) for i in range(coins.randint(2, 5))]
    factor = coins.choice(FACTORS)
    return reduce(add, [coins.choice([1, -1, 1, -1, 2]) * factor * term for term in terms])


def near_one(coins: Random) -> Term:
    """One of the differences above with one of its terms changed, left out, or a second of it."""
    term = coins.choice([within for within, _ in SIDES.values()])
    parts = list(term.terms) if isinstance(term, Sum) else [term]
    place = coins.randrange(len(parts))
    parts[place] = coins.choice([parts[place], -parts[place], 2 * parts[place], coins.choice(NUMBERS)])
    return reduce(add, [*parts, *([coins.choice([1, -1]) * coins.choice(TRACES)] if coins.random() < 0.3 else [])])


@pytest.mark.parametrize("part", range(4))
@pytest.mark.parametrize("made", [a_sum, near_one])
def test_what_is_called_nonnegative_is_so(made: object, part: int) -> None:
    assert callable(made)
    seeds = range(500 * part, 500 * part + 500)
    terms = ((seed, made(Random(f"determinants {seed}"))) for seed in seeds)
    assert how_many_are_so(terms, called, holds, 4) > 10
