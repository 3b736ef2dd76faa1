"""E[exp(a'x)] = exp(a'mu + a'S a/2) under a normal law that is assumed: what follows, what does not, and when."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import theory as c
from tests.gaussian_setting import (
    CENTRED,
    NUMBER,
    OTHER,
    SHIFTED,
    A,
    E,
    S,
    T,
    a,
    b,
    center,
    d,
    m,
    mu,
    phi,
    q,
    s,
    variance,
    x,
    y,
    z,
)
from tests.soundness.test_line_checker import one_line, theorem
from theory import DIFFERENTIATE, Identity, SteinIdentity, equal, gaussian, start
from theory.statements.claims import Gaussian, assumption_text
from theory.statements.premises import ISSERLIS, premises
from theory.terms import Term
from verify.exact.deciding import decide
from verify.exact.drawing import draw
from verify.exact.outcomes import Outcome
from verify.proof.lines_on_matrices import observe
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import add_gaussian, normal_form

exp, g = c.exp, c.real("g")
HALF = q(S, a) / 2
TRUE = {
    "centred": (E(exp(s)), exp(HALF), CENTRED),
    "shifted": (E(exp(s)), exp(a.T @ mu + HALF), SHIFTED),
    "turned": (E(exp(-x.T @ a)), exp(-a.T @ mu + HALF), SHIFTED),
    "times a number": (E(exp(g * s)), exp(g**2 * HALF), CENTRED),
    "times a number that is made": (E(exp(phi(g) * s)), exp(phi(g) ** 2 * HALF), CENTRED),
    "a matrix between": (E(exp(a.T @ A @ x)), exp(a.T @ A @ S @ A.T @ a / 2), CENTRED),
    "two factors": (E(exp(s) * exp(b.T @ x)), exp((a + b).T @ mu + q(S, a + b) / 2), SHIFTED),
    "a sum": (E(exp((a - b).T @ x)), exp((a - b).T @ mu + q(S, a - b) / 2), SHIFTED),
    "a root": (E(c.sqrt(exp(s))), exp(a.T @ mu / 2 + q(S, a) / 8), SHIFTED),
    "a quotient": (E(exp(s) / exp(b.T @ x)), exp((a - b).T @ mu + q(S, a - b) / 2), SHIFTED),
    "it cancels": (E(exp(s) / exp(s)), c.number(1), SHIFTED),
    "what does not vary": (E(exp(s + a.T @ b) * phi(g) * b), exp(a.T @ b + HALF) * phi(g) * b, CENTRED),
    "a matrix beside": (E(exp(s) * c.eye(m)), exp(HALF) * c.eye(m), CENTRED),
    "the variance": (E(exp(s) ** 2) - E(exp(s)) ** 2, (exp(q(S, a)) - 1) * exp(q(S, a)), CENTRED),
    "a singular law": (E(exp(s)), exp((a.T @ b) ** 2 / 2), gaussian(x, mean=0, covariance=b @ b.T)),
    "no law at all": (E(exp(s)), exp(a.T @ mu), gaussian(x, mean=mu, covariance=c.zero(d, d))),
    "a number": (c.E(exp(g * z), z), exp(g * center + g**2 * variance / 2), NUMBER),
    "a number and a column": (c.E(exp(z) * a, z), exp(center + variance / 2) * a, NUMBER),
    "a logarithm": (c.log(E(exp(s))), HALF, CENTRED),
}
NEAR = {  # beside the true one above that has the same name
    "centred": exp(q(S, a)),
    "shifted": exp(HALF),
    "turned": exp(a.T @ mu + HALF),
    "times a number": exp(g * HALF),
    "a matrix between": exp(a.T @ A @ S @ a / 2),
    "two factors": exp((a + b).T @ mu + q(S, a) / 2 + q(S, b) / 2),
    "a sum": exp((a + b).T @ mu + q(S, a - b) / 2),
    "a root": exp(a.T @ mu / 2 + q(S, a) / 4),
    "a quotient": exp((a - b).T @ mu + q(S, a + b) / 2),
    "a singular law": exp(a.T @ b / 2),
    "a number": exp(g * center + g * variance / 2),
    "the variance": (exp(q(S, a)) - 1) * exp(HALF),
}


@pytest.mark.parametrize("name", TRUE)
def test_it_follows_where_the_law_is_assumed_and_cited(name: str) -> None:
    left, right, law = TRUE[name]
    assert one_line(left, right, law, assumptions=(law,)) == ""
    assert one_line(right, left, law, assumptions=(law,)) == ""
    if name != "it cancels":
        assert one_line(left, right, assumptions=(law,)) != ""
    assert "does not assume" in one_line(left, right, law)


@pytest.mark.parametrize("name", NEAR)
def test_what_is_nearly_so_does_not_follow(name: str) -> None:
    left, _, law = TRUE[name]
    assert one_line(left, NEAR[name], law, assumptions=(law,)) != ""


@pytest.mark.parametrize("name", TRUE)
def test_means_that_are_integrated_agree(name: str) -> None:
    """At instances of one entry, where components know nothing of the rule."""
    left, right, law = TRUE[name]
    integrated = name not in ("a root", "a quotient", "it cancels")  # which may be undefined, for all that growth knows
    assert outcomes(Identity(left, right), law) == {Outcome.AGREE if integrated else Outcome.UNKNOWN}
    if name in NEAR and integrated:
        assert Outcome.DIFFERENT in outcomes(Identity(left, NEAR[name]), law)


def outcomes(claim: Identity, *laws: Gaussian, count: int = 4) -> set[Outcome]:
    found = []
    for seed in range(4 * count):
        instance = draw(claim, laws, {"d": 1, "m": 1}, Random(seed), "small")
        if instance is not None and len(found) < count:
            found.append(decide(claim, laws, instance).outcome)
    assert len(found) == count
    return set(found)


# ---- its conditions, from both sides ------------------------------------------------------------------------
def test_the_moments_of_order_two_are_not_enough() -> None:
    given_ = (equal(E(x), c.zero(d)), equal(E(x @ x.T), S))
    assert one_line(E(exp(s)), exp(HALF), *given_, assumptions=given_) != ""


def test_the_law_of_another_vector_says_nothing() -> None:
    assert one_line(E(exp(s)), exp(HALF), OTHER, assumptions=(OTHER,)) != ""
    assert one_line(c.E(exp(a.T @ y), y), exp(q(T, a) / 2), OTHER, assumptions=(OTHER,)) == ""


STAYS = {  # what another factor makes of it, and what would be said
    "a function": (E(exp(s) * phi(s)), exp(HALF) * E(phi(s))),
    "a polynomial": (E(exp(s) * s**2), exp(HALF) * q(S, a)),
    "a column": (E(exp(s) * x), c.zero(d)),
    "a square below": (E(exp(x.T @ x)), exp(c.trace(S) / 2)),
    "a form below": (E(exp(q(A))), exp(c.trace(A @ S) / 2)),
    "a product below": (E(exp(s * (b.T @ x))), exp(HALF)),
    "a column below": (E(E(exp(phi(x).T @ x))), E(exp(q(S, phi(x)) / 2))),
    "a function below": (E(exp(phi(s))), exp(phi(HALF))),
    "x in its own direction": (E(exp(phi(b.T @ x) * s)), exp(HALF)),
    "an absolute value below": (E(exp(abs(s))), exp(HALF)),
    "a power below": (E(exp(s**2)), exp(HALF)),
    "an inverse below": (E(exp(1 / s)), exp(1 / HALF)),
}


@pytest.mark.parametrize("name", STAYS)
def test_nothing_else_varies_with_the_vector(name: str) -> None:
    left, right = STAYS[name]
    assert one_line(left, right, CENTRED, assumptions=(CENTRED,)) != ""
    ctx = Context()
    add_gaussian(ctx, "law", CENTRED)
    normal_form(ctx, left)
    assert not ctx.used


def test_another_vector_may_stand_beside_it() -> None:
    """Of a'x + b'y the mean over x is exp(b'y) times a number, whatever y is."""
    both = (CENTRED, OTHER)
    inner, other = exp(s + b.T @ y), exp(b.T @ y)
    assert one_line(c.E(E(inner), y), exp(HALF) * c.E(other, y), CENTRED, assumptions=both) == ""
    assert one_line(c.E(E(inner), y), exp(HALF + q(T, b) / 2), *both, assumptions=both) == ""
    twice = c.E(E(exp(s * (b.T @ y))), y)
    assert one_line(twice, c.E(exp((b.T @ y) ** 2 * HALF), y), CENTRED, assumptions=both) == ""
    assert one_line(twice, exp(q(T, b) * HALF), *both, assumptions=both) != ""


def test_with_polynomials_it_follows_by_parts() -> None:
    stein = SteinIdentity(exp(s), x, c.zero(d), S)
    assert one_line(E(exp(s) * x), exp(HALF) * S @ a, DIFFERENTIATE, CENTRED, stein, assumptions=(CENTRED,)) == ""


def test_the_law_and_what_is_known_of_it_are_premises() -> None:
    left, right, law = TRUE["shifted"]
    case = theorem(Identity(left, right), start(left).equals(right, law), (law,))
    [part] = observe(case).parts
    assert set(part.lines[0].used) == {assumption_text(law)}
    assert ISSERLIS in premises(case)


# ---- random exponents -----------------------------------------------------------------------------------------
columns = st.sampled_from([a, b, -2 * a, a - b, A @ a, A.T @ b, g * a, c.zero(d) + b])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(columns, st.integers(-2, 3)), min_size=1, max_size=3), st.integers(0, 10**6))
def test_products_of_powers_have_the_mean_of_their_sum(parts: list[tuple[Term, int]], seed: int) -> None:
    body, direction = c.number(1), c.zero(d)
    for column, power in parts:
        body, direction = body * exp(column.T @ x) ** power, direction + power * column
    claim = Identity(E(body), exp(direction.T @ mu + q(S, direction) / 2))
    assert one_line(claim.left, claim.right, SHIFTED, assumptions=(SHIFTED,)) == ""
    instance = draw(claim, (SHIFTED,), {"d": 1}, Random(seed), "small")
    assert instance is None or decide(claim, (SHIFTED,), instance).outcome is not Outcome.DIFFERENT
