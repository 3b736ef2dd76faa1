"""Laws of one mean and covariance: those that are assumed of several columns, or given, are met by each."""

from __future__ import annotations

from random import Random

import pytest

from theory import (
    E,
    dimension,
    eye,
    inverse,
    matrix,
    number,
    orthogonal,
    positive_definite,
    random_vector,
    symmetric,
    vector,
)
from theory.statements.claims import Assumption, Bound, equal
from theory.terms import Symbol, Term
from verify.exact.drawing import complete, draw, satisfied
from verify.exact.laws import congruence, mean_of, moved, second_moment, spread_of
from verify.exact.planning import plan

d = dimension("d")
x, y, u, S = random_vector("x", d), random_vector("y", d), vector("u", d), symmetric("S", d)
P = positive_definite("P", d)


def spread(z: Symbol, mean: Term, covariance: Term) -> tuple[Assumption, Assumption]:
    return equal(E(z, z), mean), equal(E((z - mean) @ (z - mean).T, z), covariance)


BOTH = Bound(number(0), E(E((x - y).T @ (x - y), x), y))


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize(
    "assumptions",
    [
        (*spread(x, u, S), *spread(y, u, S)),
        (*spread(x, u, S), *spread(y, -2 * u, 3 * S)),
        (*spread(x, u, eye(d)), *spread(y, 2 * u, eye(d))),
    ],
)
def test_each_law_has_the_moments_that_are_assumed(assumptions: tuple[Assumption, ...], size: int) -> None:
    found = [
        draw(BOTH, assumptions, {"d": size}, Random(seed), style) for seed in range(8) for style in ("small", "edge")
    ]
    held = [one for one in found if one is not None and satisfied(one, BOTH, assumptions).holds]
    assert len(held) >= 12
    assert any(one.laws["x"] != one.laws["y"] for one in held)
    for one in held:
        assert complete(one, BOTH, assumptions) == one


def test_a_law_is_moved_to_its_mean() -> None:
    one = draw(BOTH, spread(x, u, eye(d)), {"d": 2}, Random(1), "small")
    assert one is not None
    law = moved(one.laws["x"], [-e for e in mean_of(one.laws["x"])])
    assert mean_of(law) == [0, 0]
    assert second_moment(law) == ((1, 0), (0, 1))


def test_a_mean_without_a_covariance_around_it_is_no_spread() -> None:
    around = equal(E((x - u) @ (x - u).T, x), S)
    assert spread_of(x, (around,)) is None
    assert spread_of(x, (equal(E(x, x), 2 * u), around)) is None
    assert spread_of(x, (equal(E(x, x), u), around)) == (u, S)
    assert spread_of(y, (equal(E(x, x), u), around)) is None
    assert not plan((equal(E(x, x), u), around)).solved


# ---- a matrix that is whitened ------------------------------------------------------------------------------
W, R, A = matrix("W", d, d), orthogonal("R", d), matrix("A", d, dimension("m"))


def test_a_congruence_defines_what_stands_in_its_middle() -> None:
    found = congruence(equal(W @ S @ W.T, eye(d)))
    assert found == (S, inverse(W) @ eye(d) @ inverse(W).T)
    assert congruence(equal(W.T @ S @ W, 2 * eye(d))) == (S, inverse(W.T) @ (2 * eye(d)) @ inverse(W.T).T)
    for other in (W @ S @ W, S @ S @ S, A.T @ S @ A, R @ S @ R.T, W @ W @ W.T):
        assert congruence(equal(other, eye(other.rows))) is None
    assert congruence(equal(W @ S @ W.T, S)) is None


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("given", [(equal(W @ S @ W.T, eye(d)),), (equal(W.T @ W, inverse(P)), equal(S, P))])
def test_a_law_is_whitened_by_a_matrix(given: tuple[Assumption, ...], size: int) -> None:
    claim = Bound(number(0), E((W @ x).T @ (W @ x), x))
    assumptions = (equal(E(x @ x.T, x), S), *given)
    found = [draw(claim, assumptions, {"d": size}, Random(seed), "small") for seed in range(12)]
    held = [one for one in found if one is not None and satisfied(one, claim, assumptions).holds]
    assert len(held) >= 6
    assert any(second_moment(one.laws["x"]) != second_moment(held[0].laws["x"]) for one in held)
