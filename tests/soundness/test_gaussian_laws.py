"""A normal law that is assumed: what follows from it in one line, what does not, and under which conditions."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import theory as c
from tests.gaussian_setting import (
    CENTRED,
    NEAR,
    NO_POLYNOMIALS,
    NUMBER,
    OTHER,
    SHIFTED,
    TRUE,
    WHITE,
    A,
    B,
    E,
    H,
    K,
    S,
    T,
    a,
    b,
    center,
    d,
    mu,
    phi,
    q,
    s,
    tr,
    variance,
    x,
    y,
    z,
)
from tests.soundness.test_line_checker import one_line, theorem
from theory import DIFFERENTIATE, Identity, equal, gaussian, interchange, start
from theory.statements.claims import assumption_terms, assumption_text
from theory.statements.premises import ISSERLIS, premises
from theory.terms import CalculusError, Property, ShapeError, Symbol, Term
from verify.exact.deciding import decide
from verify.exact.drawing import draw
from verify.exact.gaussian_laws import degree_in
from verify.exact.outcomes import Outcome
from verify.proof.lines_on_matrices import observe
from verify.proof.matrices.forms import CannotDecide, Context
from verify.proof.matrices.gaussian_moments import DEGREE
from verify.proof.matrices.normal_form import Answer, add_gaussian, normal_form
from verify.proof.matrices.normal_form import equal as equal_in
from verify.proof.matrices.unform import to_term


@pytest.mark.parametrize("name", TRUE)
def test_moments_of_a_normal_law_follow_where_it_is_assumed_and_cited(name):
    left, right, law = TRUE[name]
    assert one_line(left, right, law, assumptions=(law,)) == ""
    assert one_line(right, left, law, assumptions=(law,)) == ""
    assert one_line(left, right, assumptions=(law,)) != ""
    assert "does not assume" in one_line(left, right, law)


@pytest.mark.parametrize("name", NEAR)
def test_what_is_nearly_so_does_not_follow(name):
    left, _, law = TRUE[name]
    assert one_line(left, NEAR[name], law, assumptions=(law,)) != ""


# ---- side conditions, from both sides -----------------------------------------------------------------------
def test_the_moments_of_order_two_are_not_enough():
    left, right, _ = TRUE["|x|^4"]
    given = (equal(E(x), c.zero(d)), equal(E(x @ x.T), c.eye(d)))
    assert one_line(left, right, *given, assumptions=given) != ""


def test_the_law_is_that_of_one_vector():
    left, right = c.E((a.T @ y) ** 4, y), 3 * q(S, a) ** 2
    assert one_line(left, right, CENTRED, assumptions=(CENTRED,)) != ""
    law = replace(CENTRED, over=y)
    assert one_line(left, right, law, assumptions=(law,)) == ""


def test_two_vectors_that_are_independent():
    both = (CENTRED, OTHER)
    left, right = c.E(E((x.T @ y) ** 4), y), 3 * tr(S @ T) ** 2 + 6 * tr(S @ T @ S @ T)
    assert one_line(left, right, *both, assumptions=both) == ""
    assert one_line(left, 9 * tr(S @ T) ** 2, *both, assumptions=both) != ""
    assert one_line(left, right, CENTRED, assumptions=both) != ""
    assert one_line(E(c.E((x.T @ y) ** 4, y)), right, *both, assumptions=both) == ""


def test_a_vector_of_which_nothing_is_assumed_stands_beside_it():
    left, right = c.E(E((x.T @ y) ** 4), y), 3 * c.E(q(S, y) ** 2, y)
    assert one_line(left, right, CENTRED, assumptions=(CENTRED,)) == ""
    assert one_line(left, 3 * c.E(q(S, y), y) ** 2, CENTRED, assumptions=(CENTRED,)) != ""


@pytest.mark.parametrize("degree", [7, 8])
def test_beyond_the_degree_nothing_is_known(degree):
    moment = c.E((z - center) ** degree, z)
    right = c.zero() if degree % 2 else 105 * variance**4
    assert one_line(moment, right, NUMBER, assumptions=(NUMBER,)) != ""
    assert one_line(E((a.T @ x) ** degree), c.zero() if degree % 2 else 105 * q(S, a) ** 4, CENTRED,
                    assumptions=(CENTRED,)) != ""  # fmt: skip


@pytest.mark.parametrize(("left", "right"), NO_POLYNOMIALS)
def test_what_is_no_polynomial_stays_as_it_is(left, right):
    assert one_line(left, right, CENTRED, assumptions=(CENTRED,)) != ""


above = Symbol("above", (1, 1), frozenset({Property.RANDOM, Property.POSITIVE}))


@pytest.mark.parametrize(
    ("left", "right", "law"),
    [
        (E(q(A) * (x.T @ x) ** -1), tr(A @ S), CENTRED),
        (E((b.T @ x) ** -1), c.number(1), CENTRED),
        (E(c.norm(x) ** 3), c.zero(), CENTRED),
        (E(q(A) * c.norm(x)), tr(A @ S), CENTRED),
        (c.E(z**-1, z), c.zero(), gaussian(z, mean=0, covariance=variance)),
        (
            c.E(z ** Fraction(3, 2), z),
            variance * c.E(z ** Fraction(-1, 2), z) / 2,
            gaussian(z, mean=0, covariance=variance),
        ),
        (
            c.E(above ** Fraction(3, 2), above),  # no normal law has this number, of which each power is defined
            variance * c.E(above ** Fraction(-1, 2), above) / 2,
            gaussian(above, mean=0, covariance=variance),
        ),
        (c.E(z * phi(z), z), c.zero(), gaussian(z, mean=0, covariance=variance)),
        (c.E(phi(z), z), center, NUMBER),
        (c.E(z * phi(z * a), z), center * c.E(phi(z * a), z), NUMBER),
    ],
)
def test_other_powers_and_functions_stay_whether_they_are_defined_or_not(left, right, law):
    ctx = Context()
    add_gaussian(ctx, "the law", law)
    assert equal_in(left, right, ctx) is not Answer.EQUAL
    assert any(isinstance(node, c.terms.Expectation) for node in c.terms.walk(to_term(ctx, normal_form(ctx, left))))


def test_a_law_that_was_of_no_use_is_not_named():
    left = E(2 * phi(a.T @ x))
    found = theorem(Identity(left, 2 * E(phi(a.T @ x))), start(left).equals(2 * E(phi(a.T @ x)), CENTRED), (CENTRED,))
    (part,) = observe(found).parts
    assert part.lines[0].accepted
    assert part.lines[0].used == ()


def test_a_derivative_in_a_vector_that_does_not_enter_the_law():
    laws = (CENTRED, interchange(x))
    left, right = c.gradient(E((a.T @ x) ** 4), a), 12 * q(S, a) * S @ a
    assert one_line(left, right, DIFFERENTIATE, CENTRED, assumptions=laws) == ""


def test_a_derivative_in_the_mean_does_not_move_the_law():
    left = c.gradient(E(x.T @ x) + mu.T @ mu, mu)
    assert one_line(left, 2 * mu, DIFFERENTIATE, SHIFTED, assumptions=(SHIFTED,)) == ""
    assert one_line(left, 4 * mu, DIFFERENTIATE, SHIFTED, assumptions=(SHIFTED,)) != ""


def test_sides_that_a_law_may_tie_are_not_said_to_differ():
    """That A B is a covariance makes it symmetric, and two laws of one vector make S = T."""
    left, right = a.T @ A @ B @ b, b.T @ A @ B @ a
    assert equal_in(left, right) is Answer.DIFFERENT
    ctx = Context()
    add_gaussian(ctx, "the law", gaussian(x, mean=0, covariance=A @ B))
    assert equal_in(left, right, ctx) is Answer.UNKNOWN
    ctx = Context()
    for law in (CENTRED, replace(CENTRED, covariance=T)):
        add_gaussian(ctx, assumption_text(law), law)
    assert equal_in(tr(S), tr(T), ctx) is Answer.UNKNOWN


def test_a_line_says_that_it_rests_on_the_law():
    left, right, law = TRUE["|x|^4"]
    found = theorem(Identity(left, right), start(left).equals(right, law), (law,))
    (part,) = observe(found).parts
    assert part.lines[0].used == (assumption_text(law),) == ("x ~ N(0, I[d])",)
    assert ISSERLIS in premises(found)


def test_a_term_that_is_defined_by_the_law_rests_on_it_where_no_line_cites_it():
    """1/E[x'x] is defined since E[x'x] = d, which is shown with all assumptions."""
    left, law = E(x.T @ x) / E(x.T @ x), WHITE
    found = theorem(Identity(left, c.number(1)), start(left).equals(c.number(1), c.ALGEBRA), (law,))
    assert observe(found).parts[0].lines[0].accepted
    assert ISSERLIS in premises(found)
    bare = replace(found, assumptions=())
    assert not observe(bare).parts[0].lines[0].accepted
    assert ISSERLIS not in premises(bare)


def test_a_theorem_that_is_cited_brings_its_law_along():
    left, right, law = TRUE["two symmetric forms"]
    cited = theorem(Identity(left, right), start(left).equals(right, law), (law,))
    put = cited.at({H: K})
    assert one_line(E(q(K) * q(K)), tr(K @ S) ** 2 + 2 * tr(K @ S @ K @ S), put, assumptions=(law,)) == ""
    assert "assumes x ~ N(0, S)" in one_line(E(q(K) * q(K)), tr(K @ S) ** 2 + 2 * tr(K @ S @ K @ S), put)
    white = cited.at({S: c.eye(d)})
    assert one_line(E(q(H) * q(K)), tr(H) * tr(K) + 2 * tr(H @ K), white, assumptions=(WHITE,)) == ""
    assert one_line(E(q(H) * q(K)), tr(H) * tr(K) + 2 * tr(H @ K), white, assumptions=(law,)) != ""


def test_a_law_made_otherwise_than_by_its_constructor_is_refused():
    forged = replace(CENTRED)
    object.__setattr__(forged, "mean", y)
    with pytest.raises(CannotDecide, match="random"):
        add_gaussian(Context(), "forged", forged)
    for part, value in (("mean", c.ones(d).T), ("covariance", mu)):
        forged = replace(CENTRED)
        object.__setattr__(forged, part, value)
        with pytest.raises(CannotDecide, match="another shape"):
            add_gaussian(Context(), "forged", forged)


def test_what_was_asked_before_a_law_is_asked_again():
    left, right, law = TRUE["|x|^4"]
    ctx = Context()
    assert equal_in(left, right, ctx) is Answer.UNKNOWN
    add_gaussian(ctx, "the law", law)
    assert equal_in(left, right, ctx) is Answer.EQUAL


@pytest.mark.parametrize(
    ("over", "mean", "covariance", "error"),
    [
        (a, 0, S, CalculusError),
        (x, y, S, CalculusError),
        (x, E(x), S, CalculusError),
        (x, 0, x @ x.T, CalculusError),
        (x, 0, c.matrix("M", d), CalculusError),
        (x, 0, H, CalculusError),
        (z, 0, c.real("v"), CalculusError),
        (x, 1, S, ShapeError),
        (x, mu.T, S, ShapeError),
        (x, 0, s**2, ShapeError),
        (x, 0, 1.5, CalculusError),
    ],
)
def test_what_is_no_normal_law_is_refused(over, mean, covariance, error):
    with pytest.raises(error):
        gaussian(over, mean=mean, covariance=covariance)


def test_it_speaks_of_its_vector_under_e():
    assert assumption_terms(SHIFTED) == (E(x), mu, S)


# ---- random polynomials -------------------------------------------------------------------------------------
numbers = st.sampled_from(
    [a.T @ x, b.T @ x, x.T @ x, q(A), q(B), q(H), x.T @ A @ mu, a.T @ b, a.T @ (x - mu), c.number(2)]
)
columns = st.sampled_from([x, A @ x, B.T @ x, x - mu, a])


@st.composite
def polynomials(draw_: st.DrawFn) -> Term:
    """A number, a column or a matrix that is a polynomial of x of degree 8 at most."""
    whole: Term = draw_(numbers)
    for _ in range(draw_(st.integers(0, 2))):
        whole = whole * draw_(numbers) if draw_(st.booleans()) else whole + draw_(numbers)
    kind = draw_(st.integers(0, 3))
    if kind == 1:
        whole = whole * draw_(columns)
    if kind == 2:
        whole = whole * (draw_(columns) @ draw_(columns).T)
    if kind == 3:
        whole = whole * tr(A @ draw_(columns) @ draw_(columns).T)
    return whole


@settings(max_examples=120, deadline=None)
@given(polynomials(), st.sampled_from([CENTRED, SHIFTED, WHITE]), st.integers(0, 10**6))
def test_the_rewrite_agrees_with_the_exact_sum_over_a_law(body, law, seed):
    degree = degree_in(body, x, {})
    assert degree is not None
    left = E(body)
    ctx = Context()
    add_gaussian(ctx, "the law", law)
    right = to_term(ctx, normal_form(ctx, left))
    if degree <= DEGREE:
        assert x not in [node.over for node in c.terms.walk(right) if isinstance(node, c.terms.Expectation)]
    claim = Identity(left, right)
    instance = draw(claim, (law,), {"d": 1 + seed % 3}, Random(seed), "small")
    if instance is not None:
        assert decide(claim, (law,), instance).outcome is Outcome.AGREE
