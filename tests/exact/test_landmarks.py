"""Claims that are false at one number, or between two numbers 10^-30 apart, are tried there."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

import theory as c
from theory import Bound, Identity, Part, Theorem, at_most
from verify.proof.kernel import Verdict, establish
from verify.rules.enclosure import observe
from verify.settings import Budget, Settings

r, s, p = c.real("r"), c.real("s"), c.positive("p")
LOW = Fraction(1358024680353, 10**12)
HIGH = LOW + Fraction(1, 10**30)
BUMP = abs(r - c.number(LOW)) + abs(r - c.number(HIGH)) - abs(2 * r - c.number(LOW + HIGH))
TINY = c.number(Fraction(1, 10**20))

FALSE = {
    "between two numbers": (Identity(BUMP, 0 * r), ()),
    "beside a scalar": (Identity(BUMP, s * BUMP), ()),
    "at one number": (Bound(TINY, (r - Fraction(12345, 678)) ** 2), ()),
    "where two symbols meet": (Bound(TINY, (r - 3 * s - Fraction(1, 7)) ** 2), ()),
    "in a definition": (Bound(TINY, c.define("g", (s,), (s - Fraction(5, 11)) ** 2)(r)), ()),
    "under an assumption": (Bound(TINY, (r - Fraction(12345, 678)) ** 2), (at_most(r, p),)),
}


def evidence(claim, assumptions):
    case = Theorem(
        "sandbox.landmark",
        parts=(Part("", claim, None),),
        near_misses={"another": Identity(claim.left, claim.right + claim.left)},
        assumptions=assumptions,
        docstring="a case",
    )
    return establish(observe(case, Settings(budget=Budget.QUICK)))


@pytest.mark.parametrize("name", FALSE)
def test_a_claim_is_tried_where_a_part_of_it_vanishes(name):
    assert evidence(*FALSE[name]).verdict is Verdict.REFUTED


def test_a_true_claim_is_not_accused_there():
    for claim in (
        Bound(0 * r, (r - LOW) ** 2),
        Identity(abs(r - LOW), abs(LOW - r)),
        Identity((r - s) ** 0, 1 + 0 * r),
    ):
        assert evidence(claim, ()).verdict is Verdict.SUPPORTED


M = c.dimension("m")


@pytest.mark.parametrize(
    "claim",
    [Bound(M, c.number(1000)), Bound(1 - 1 / M, c.number(Fraction(999, 1000))), Bound(M, c.number(10**9))],
    ids=repr,
)
def test_a_dimension_that_is_only_a_number_goes_beyond_what_the_claim_writes(claim):
    assert evidence(claim, ()).verdict is Verdict.REFUTED


D = c.dimension("d")
X, ONE = c.vector("x", D), c.ones(D)
T, PHI = c.real("t"), c.activation("phi")


@pytest.mark.parametrize(
    "claim",
    [
        Bound(ONE.T @ ONE, c.number(500)),
        Bound((X.T @ ONE) ** 2, 2000 * (X.T @ X)),
        Bound(PHI(T) ** 2, 10**6 * (1 + T**2) ** 3),
    ],
    ids=repr,
)
def test_vectors_get_long_and_functions_large(claim):
    assert evidence(claim, ()).verdict is Verdict.REFUTED


def test_a_counterexample_in_long_vectors_has_no_more_entries_than_it_needs():
    assert json.loads(evidence(Bound(ONE.T @ ONE, c.number(500)), ()).witness)["instance"]["sizes"] == {"d": 501}
