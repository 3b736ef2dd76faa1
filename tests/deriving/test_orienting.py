"""Assumed equalities are turned into rewrites that say the same, or left as they are."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from theory import E, dimension, equal, matrix, random_vector, real, vector
from theory.grammar.stating import read
from theory.statements.claims import Assumption, Equal, Identity
from theory.terms import largest_eigenvalue
from verify.deriving import propose
from verify.deriving.orienting import oriented
from verify.exact.drawing import draw, satisfied
from verify.running import answering

d = dimension("d")
x, u = random_vector("x", d), vector("u", d)
A, B, S = matrix("A", d, d), matrix("B", d, d), matrix("S", d, d)
a, b = real("a"), real("b")
MEAN = equal(E(x), u)
COVARIANCE = equal(E((x - u) @ (x - u).T), S)


def test_a_covariance_is_a_rewrite_as_it_stands() -> None:
    assert oriented((MEAN, COVARIANCE)) == (MEAN, COVARIANCE)


def test_the_others_are_used_in_turning() -> None:
    [mean, turned] = oriented((MEAN, equal(E(x) + A @ E(x), B @ u)))
    assert mean == MEAN
    assert isinstance(turned, Equal)
    assert (repr(turned.left), repr(turned.right)) == ("A u", "B u - u")


@pytest.mark.parametrize(
    "given", [(MEAN,), (equal(E(x @ x.T), S),), (equal(A.T @ A, S),), (equal(A, B + S),)], ids=repr
)
def test_a_rewrite_stays(given: tuple[Assumption, ...]) -> None:
    assert oriented(given) == given


def test_a_sum_of_numbers_and_one_of_matrices() -> None:
    assert oriented((equal(a * b - 2 * a, b),)) == (equal(a * b, 2 * a + b),)
    [turned] = oriented((equal(A.T @ A + 2 * B, S),))
    assert isinstance(turned, Equal)
    assert (turned.left, repr(turned.right)) == (A.T @ A, "S - 2 * B")


def test_an_equality_of_dimensions_is_for_those_who_choose_them() -> None:
    n = dimension("n")
    assert oriented((equal(n + d, 5),)) == (equal(n + d, 5),)


@pytest.mark.parametrize("let", [[], ["S: positive definite"]])
def test_what_is_turned_has_instances_that_meet_what_was_typed(let: list[str]) -> None:
    typed = read("E[|x|^2] = tr(S)", let=let, law=["x: E[x] = u, E[(x - u)(x - u)'] = S"])
    turned = oriented(typed.assumptions)
    claim = typed.claim
    assert claim is not None
    rng = Random(7)
    found = [i for _ in range(12) if (i := draw(claim, turned, {"d": 2}, rng, "general")) is not None]
    met = [i for i in found if satisfied(i, claim, turned).holds]
    assert len(met) >= 6
    assert all(satisfied(i, claim, typed.assumptions).holds for i in met)
    assert len({law.points for i in met for law in i.laws.values()}) >= 6


@pytest.mark.parametrize(("right", "verdict"), [("tr(A S) + u'A u", "proved"), ("tr(A S)", "refuted")])
def test_the_mean_of_a_quadratic_form(right: str, verdict: str) -> None:
    found = read(f"E[x'A x] = {right}", law=["x: E[x] = u, E[(x - u)(x - u)'] = S"])
    assert found.claim is not None
    answer = answering.answer(answering.stated(found.claim, found.assumptions, title="quadratic form"))
    assert answer.verdict.value == verdict


def test_a_claim_with_a_turned_assumption_is_the_same_claim() -> None:
    claim = Identity(E(x.T @ x), Fraction(1) * a)
    theorem = answering.stated(claim, (MEAN, COVARIANCE), title="as it was")
    assert theorem.parts[0].claim == claim


NAMED = [
    ("x'S x <= L |x|^2", "S: symmetric; L: scalar", "lambda_max(S) = L"),
    ("S <= L I", "S: symmetric; L: scalar", "lambda_max(S) = L"),
    ("c |x|^2 <= x'S x", "S: symmetric; c: scalar", "lambda_min(S) = c"),
    ("|A x| <= L |x|", "L: scalar", "opnorm(A) = L"),
]


@pytest.mark.parametrize("turned", [False, True], ids=["as typed", "turned"])
@pytest.mark.parametrize(("says", "let", "given"), NAMED)
def test_a_name_for_an_eigenvalue_is_used_whichever_side_it_stands_on(
    says: str, let: str, given: str, turned: bool
) -> None:
    given = " = ".join(reversed(given.split(" = "))) if turned else given
    found = read(says, let=[let], assume=[given])
    assert found.claim is not None
    theorem = answering.stated(found.claim, found.assumptions, title="named")
    assert isinstance(theorem.assumptions[0], Equal)
    assert theorem.assumptions[0].left.shape == (1, 1)
    assert propose(theorem).complete


@pytest.mark.parametrize(
    ("says", "given"), [("L |x|^2 <= x'S x", "lambda_max(S) = L"), ("x'S x <= L |x|^2", "lambda_min(S) = L")]
)
def test_what_is_false_of_it_is_refuted_at_instances_that_meet_it(says: str, given: str) -> None:
    found = read(says, let=["S: symmetric; L: scalar"], assume=[given])
    assert found.claim is not None
    answer = answering.answer(answering.stated(found.claim, found.assumptions, title="named"))
    assert answer.verdict.value == "refuted"


def test_of_two_eigenvalues_with_one_name_the_first_is_turned() -> None:
    given = (equal(largest_eigenvalue(S), a), equal(largest_eigenvalue(A.T @ A), a))
    assert oriented(given) == (equal(a, largest_eigenvalue(S)), given[1])
    kept = (equal(largest_eigenvalue(S), a), equal(a, b))
    assert oriented(kept) == kept
    assert oriented((equal(A.T @ A, S),)) == (equal(A.T @ A, S),)
