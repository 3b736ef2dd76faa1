"""Instances of statements on normal laws: finite laws with their moments, and what those say nothing of."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

import theory as c
from tests.gaussian_setting import (
    CENTRED,
    NEAR,
    NO_POLYNOMIALS,
    OTHER,
    SHIFTED,
    TRUE,
    A,
    E,
    H,
    K,
    S,
    a,
    b,
    d,
    mu,
    phi,
    q,
    tr,
    x,
    y,
)
from theory import Bound, Identity, NearMiss, Theorem, equal, interchange, start
from theory.terms.rewrite import derivatives_needed, functions_in
from verify.adversary.mutating.mutants_of_theorems import given_up
from verify.exact.activations import FIELDS, POLYNOMIAL_FIELDS, POLYNOMIALS, apply_activation
from verify.exact.assumptions import check
from verify.exact.balls import Balls
from verify.exact.deciding import decide
from verify.exact.drawing import draw
from verify.exact.gaussian_laws import (
    DIRECTIONS,
    MOST_ORDER,
    ORDER,
    around,
    beyond,
    degree_in,
    gaussian_law,
    order_for,
    stands_for,
)
from verify.exact.instances import Instance, Law
from verify.exact.outcomes import Outcome
from verify.proof.door import check as checked
from verify.proof.door import establish
from verify.proof.kernel import Verdict
from verify.rules import enclosure, sampling
from verify.settings import Budget, Settings

HALF = Fraction(1, 2)
FEW = {"degree 6": 4}  # whose laws have hundreds of points


def outcomes(claim, *laws, count=12) -> list[Outcome]:
    """What instances that meet the assumptions say of a claim."""
    rng, found = Random(5), []
    for number in range(3 * count):
        sizes = {"d": 1 + number % 3, "m": 1 + number % 2}
        instance = draw(claim, laws, sizes, rng, "small" if number % 2 else "general")
        if instance is not None:
            met = check(instance, claim, laws).holds
            assert met is True or beyond(claim, laws, instance.functions)
            found.append(decide(claim, laws, instance).outcome)
    assert len(found) >= count
    return found


@pytest.mark.parametrize("name", TRUE)
def test_instances_agree_with_what_is_true(name):
    left, right, law = TRUE[name]
    assert set(outcomes(Identity(left, right), law, count=FEW.get(name, 12))) == {Outcome.AGREE}


@pytest.mark.parametrize("name", NEAR)
def test_what_is_nearly_so_is_refuted(name):
    left, _, law = TRUE[name]
    assert Outcome.DIFFERENT in outcomes(Identity(left, NEAR[name]), law, count=FEW.get(name, 12))


@pytest.mark.parametrize(("left", "right"), NO_POLYNOMIALS)
def test_of_what_is_no_polynomial_finite_laws_say_nothing_but_where_the_instance_has_one(left, right):
    """At one entry its mean is integrated; at two or more it is left open, but where the law has one point."""
    claim = Identity(left, right)
    found = set(outcomes(claim, CENTRED, count=12))
    steins = phi in functions_in(right)
    if phi not in functions_in(left):
        assert Outcome.UNKNOWN in found
        assert not decided_far_out(claim, CENTRED)
    else:
        assert Outcome.UNKNOWN not in found
        assert (Outcome.DIFFERENT in found) != (steins and derivatives_needed(right, function=phi) == 1)


def decided_far_out(claim, law) -> bool:
    """Is anything said of vectors of two entries that vary?"""
    rng, found = Random(9), []
    while len(found) < 6:
        instance = draw(claim, (law,), {"d": 2, "m": 1}, rng, "general")
        if instance is not None and len(instance.laws["x"].points) > 1:
            found.append(decide(claim, (law,), instance).outcome)
    return set(found) != {Outcome.UNKNOWN}


def test_moments_of_order_two_alone_are_those_of_other_laws_too():
    left, right, _ = TRUE["|x|^4"]
    given = (equal(E(x), c.zero(d)), equal(E(x @ x.T), c.eye(d)))
    assert Outcome.DIFFERENT in outcomes(Identity(left, right), *given)


def test_derivatives_leave_the_law_where_it_is():
    moved = c.gradient(E((a.T @ x) ** 4), a)
    assert set(outcomes(Identity(moved, 12 * q(S, a) * S @ a), CENTRED, interchange(x))) == {Outcome.AGREE}
    still = c.gradient(E(x.T @ x) + mu.T @ mu, mu)
    assert set(outcomes(Identity(still, 2 * mu), SHIFTED)) == {Outcome.AGREE}


# ---- instances ----------------------------------------------------------------------------------------------
TRUE_AT_TEN, FALSE_AT_TEN = (Identity(E((a.T @ x) ** 10), k * q(S, a) ** 5) for k in (945, 944))


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        (TRUE_AT_TEN, Verdict.SUPPORTED),
        (FALSE_AT_TEN, Verdict.REFUTED),
        (Bound(E((a.T @ x) ** 10), 944 * q(S, a) ** 5), Verdict.REFUTED),
    ],
)
def test_at_a_degree_that_the_laws_do_not_reach_means_are_integrated(claim, verdict):
    assert not decided_far_out(claim, CENTRED)
    assert (Outcome.DIFFERENT in outcomes(claim, CENTRED, count=6)) == (verdict is Verdict.REFUTED)
    lie = Identity(claim.left, 16 * q(S, a) ** 5)
    whole = Theorem("sandbox.ten", claim, near_misses={"another": lie}, assumptions=(CENTRED,), docstring="Ten.")
    assert establish(enclosure.observe(whole, Settings(Budget.QUICK))).verdict is verdict


def test_a_law_of_order_5_says_nothing_of_degree_6():
    short, long = Identity(E((a.T @ x) ** 4), 3 * q(S, a) ** 2), Identity(E((a.T @ x) ** 6), 15 * q(S, a) ** 3)
    given, sizes = (CENTRED,), {"d": 1}
    one = {"S": ((Fraction(1),),), "a": ((Fraction(1),),)}
    nothing = ((Fraction(0),),)
    for order, met in ((ORDER, None), (MOST_ORDER, True)):
        law = gaussian_law(nothing, one["S"], order)
        assert law is not None
        instance = Instance(sizes, one, {"x": law})
        assert check(instance, short, given).holds is True
        assert check(instance, long, given).holds is met
        expected = Outcome.AGREE if met else Outcome.UNKNOWN
        assert decide(long, given, instance).outcome is expected
    assert [order_for(claim, given, {}) for claim in (short, long)] == [ORDER, MOST_ORDER]


def test_an_assumption_beyond_that_degree_is_never_met():
    claim = Identity(E(x.T @ x), tr(S))
    given = (CENTRED, equal(E((a.T @ x) ** 10), q(S, a) ** 5))
    instance = draw(claim, (CENTRED,), {"d": 1}, Random(0))
    assert instance is not None
    full = replace(instance, values={**instance.values, "a": ((Fraction(1),),)})
    assert check(full, claim, given).holds is None
    assert check(full, claim, (CENTRED,)).holds is True


@pytest.mark.parametrize(
    ("term", "degree"),
    [
        (q(A), 2),
        (q(A) ** 2 * (a.T @ x), 5),
        (x @ x.T @ A @ x @ x.T, 4),
        (tr(A @ x @ x.T), 2),
        (c.diag(x) @ A @ x, 2),
        (a.T @ b, 0),
        (phi(a.T @ b) * (a.T @ x), 1),
        (c.E((x.T @ y) ** 3, y), 3),
        (E(q(A)) * (a.T @ x), 1),
        ((1 + x.T @ x) ** 3, 6),
        ((1 + x.T @ x) ** 5, 10),
        (phi(a.T @ x), None),
        (abs(a.T @ x), None),
        ((a.T @ x) ** -1, None),
        (c.sqrt(x.T @ x), None),
        (c.exp(a.T @ x), None),
        (c.gradient((a.T @ b) ** 2, b, at=x), 2),
        (c.det(c.eye(d) + x @ x.T), None),
    ],
)
def test_the_degree_of_a_polynomial_is_read_off(term, degree):
    """Without a function that is a polynomial at the instance."""
    assert degree_in(term, x, {}) == degree
    claim = Identity(c.E(term, x), c.zero(*term.shape))
    said = beyond(claim, (CENTRED,), {})
    assert bool(said) == (degree is None or degree > MOST_ORDER)
    assert beyond(claim, (), {}) == beyond(claim, (OTHER,), {}) == ""


f = c.scalar_field("f", d)


@pytest.mark.parametrize(
    ("term", "functions", "degree"),
    [
        (phi(a.T @ x), {"phi": "identity"}, 1),
        (phi(a.T @ x), {"phi": "square"}, 2),
        (phi(a.T @ x) ** 2, {"phi": "cube"}, 6),
        (phi.prime(q(A)), {"phi": "cube"}, 4),
        (phi.second(a.T @ x), {"phi": "identity"}, 0),
        (c.diag(phi(x)) @ phi(x), {"phi": "tall"}, 6),
        (phi(a.T @ x), {"phi": "tanh"}, None),
        (phi(a.T @ x), {"psi": "cube"}, None),
        (phi(abs(a.T @ x)), {"phi": "square"}, None),
        (f(x), {"f": "wells"}, 4),
        (f.gradient(A @ x) @ x.T, {"f": "cubic"}, 3),
        (f.hessian(x), {"f": "tilted"}, 0),
        (f(x), {"f": "sine"}, None),
        (c.gradient(phi(a.T @ b) * (a.T @ b), b, at=x), {"phi": "square"}, 3),
        (c.gradient(phi(a.T @ b), b, at=x), {"phi": "tanh"}, None),
    ],
)
def test_the_degree_with_a_polynomial_for_a_function_is_no_less_than_it_is(term, functions, degree):
    assert degree_in(term, x, functions) == degree


def test_the_degrees_of_functions_are_these():
    """Exactly: the difference of that order is not 0, the next is."""
    numbers = Balls(64, {})
    for name, degree in POLYNOMIALS.items():
        values = [apply_activation(name, 0, fmpq(k)) for k in range(degree + 2)]
        assert _order(values) == degree
    for name, degree in POLYNOMIAL_FIELDS.items():
        values = [FIELDS[name](numbers, [fmpq(k), fmpq(2 * k)]) for k in range(degree + 2)]
        assert _order(values) == degree


def _order(values):
    """The largest order of a difference of equidistant values that is not 0."""
    order = 0
    for k in range(1, len(values)):
        values = [b - a for a, b in pairwise(values)]
        order = k if any(v != 0 for v in values) else order
    return order


rationals = st.fractions(-4, 4, max_denominator=5)


@settings(max_examples=60, deadline=None)
@given(st.data(), st.sampled_from([(1, ORDER), (2, ORDER), (3, ORDER), (4, ORDER), (1, MOST_ORDER), (2, MOST_ORDER)]))
def test_a_law_has_the_moments_that_it_stands_for(data, chosen):
    size, order = chosen
    columns = data.draw(st.integers(1, size))
    rows = [[data.draw(rationals) for _ in range(columns)] for _ in range(size)]
    covariance = tuple(tuple(sum((e * g for e, g in zip(p, r, strict=True)), Fraction(0)) for r in rows) for p in rows)
    mean = tuple((data.draw(rationals),) for _ in range(size))
    law = gaussian_law(mean, covariance, order)
    assert law is not None
    assert stands_for(law, mean, covariance, order) is True
    assert stands_for(law, mean, covariance, order + 1) is not any(map(any, covariance))
    assert stands_for(law, tuple((e + 1,) for (e,) in mean), covariance) is False
    wider = tuple(tuple(e + (i == j) for j, e in enumerate(row)) for i, row in enumerate(covariance))
    assert stands_for(law, mean, wider) is False


def test_a_law_of_the_same_covariance_does_not_stand_for_it():
    one, nothing = ((Fraction(1),),), ((Fraction(0),),)
    coin = Law(((Fraction(1),), (Fraction(-1),)), (HALF, HALF))
    assert stands_for(coin, nothing, one) is False
    made = gaussian_law(nothing, one)
    assert made is not None
    assert [int(row[0]) for row in made.points] == [1, -1, 2, -2, 0]
    fourth, sixth = (sum(w * p**k for w, (p,) in zip(made.weights, made.points, strict=True)) for k in (4, 6))
    assert (fourth, sixth == 15) == (3, False)  # so that degree 6 must not be judged by it


def test_no_law_where_the_covariance_is_none():
    nothing = ((Fraction(0),), (Fraction(0),))
    assert gaussian_law(nothing, ((Fraction(-1), Fraction(0)), (Fraction(0), Fraction(1)))) is None
    assert gaussian_law(nothing, ((Fraction(1), Fraction(1)), (Fraction(0), Fraction(1)))) is None
    for order, most in DIRECTIONS.items():
        eye = tuple(tuple(Fraction(i == j) for j in range(most + 1)) for i in range(most + 1))
        assert gaussian_law(((Fraction(0),),) * (most + 1), eye, order) is None
    assert (
        stands_for(Law(((Fraction(0),) * 7,), (Fraction(1),)), ((Fraction(0),),) * 7, ((Fraction(0),) * 7,) * 7) is None
    )


@given(st.fractions(min_value=Fraction(1, 10**6), max_value=10**6), st.integers(0, 8))
def test_a_root_lies_between_two_numbers(value, bits):
    near, far = around(value, bits)
    assert 0 < near**2 <= value <= far**2
    assert near == far or far - near <= near * Fraction(1, 2**bits)


def test_a_covariance_that_is_no_covariance_meets_nothing():
    claim = Identity(E(x.T @ x), tr(H))
    law = replace(CENTRED, covariance=H)
    for number in range(20):
        instance = draw(claim, (law,), {"d": 2}, Random(number))
        assert instance is None or check(instance, claim, (law,)).holds is True


# ---- a theorem ----------------------------------------------------------------------------------------------
LEFT, RIGHT, _ = TRUE["two symmetric forms"]
WHOLE = Theorem(
    "sandbox.isserlis",
    Identity(LEFT, RIGHT),
    start(LEFT).equals(RIGHT, CENTRED),
    near_misses={
        "one pairing only": Identity(LEFT, tr(H @ S) * tr(K @ S) + tr(H @ S @ K @ S)),
        "of any law": NearMiss(Identity(LEFT, RIGHT), without=(CENTRED,)),
    },
    assumptions=(CENTRED,),
    docstring="The product of two forms.",
)


def test_a_theorem_is_proved_and_enclosed_and_samples_say_nothing_of_it():
    assert establish(checked(WHOLE)).verdict is Verdict.PROVED
    found = enclosure.observe(WHOLE, Settings(Budget.QUICK))
    assert establish(found).verdict is Verdict.SUPPORTED
    sampled = sampling.observe(WHOLE, Settings(Budget.QUICK), "float64")
    assert (sampled.satisfied, sampled.witness) == (0, None)
    assert "no law of samples is normal" in sampled.not_evaluated


def test_without_the_law_it_is_another_claim():
    dropped = [mutant for mutant in given_up(WHOLE, WHOLE.parts[0]) if mutant.dropped == CENTRED]
    assert len(dropped) == 1
    assert Outcome.DIFFERENT in outcomes(Identity(LEFT, RIGHT))


def test_no_moment_defines_what_the_law_is_made_from():
    claim = Identity(E((a.T @ x) ** 4), 3 * q(S, a) ** 2)
    assert set(outcomes(claim, CENTRED, equal(E(x @ x.T), S))) == {Outcome.AGREE}
    bound = c.nonnegative("bound")
    given = (CENTRED, equal(E((a.T @ x) ** 2), bound))
    assert set(outcomes(Identity(claim.left, 3 * bound**2), *given)) == {Outcome.AGREE}
