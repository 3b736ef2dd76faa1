"""What is true because a dimension is at least 1, or wherever its sides are defined, is shown; what is false is not."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory import Bound, Identity, dimension, eye, inverse, matrix, nonnegative, real, sqrt, symmetric, vector, zero
from theory.statements.claims import Claim
from verify.adversary.deciding.one_line_more import equal_where_defined, shown

m, d = dimension("m"), dimension("d")
v, S, lam, t = vector("v", d), symmetric("S", d), nonnegative("lam"), real("t")


@pytest.mark.parametrize(
    "claim",
    [
        Bound(sqrt(m) / 2, m),
        Bound(sqrt(m), m),
        Bound(zero(), sqrt(m) - 1),
        Bound(sqrt(m) * (v.T @ v), m * (v.T @ v)),
    ],
    ids=str,
)
def test_a_dimension_is_at_least_one(claim: Claim) -> None:
    assert shown(claim, ())


@pytest.mark.parametrize(
    "claim",
    [
        Bound(m, 2 * sqrt(m)),
        Bound(zero(), sqrt(m) - Fraction(3, 2)),
        Bound(zero(), m - 2),
        Bound(m * t, m**2),
        Bound(sqrt(m), m - sqrt(m) / 100),
    ],
    ids=str,
)
def test_what_fails_at_some_dimension_is_not_shown(claim: Claim) -> None:
    assert not shown(claim, ())


def test_identities_that_hold_wherever_their_sides_do() -> None:
    ridge = S + lam * eye(d)
    assert equal_where_defined(Identity(inverse(ridge) @ ridge, eye(d)), ())
    assert equal_where_defined(Identity(t / t, t**0), ())
    assert equal_where_defined(Identity(sqrt(v.T @ v), sqrt(-v.T @ v)), ())
    assert not equal_where_defined(Identity(sqrt(t**2), t), ())
    assert not equal_where_defined(Identity(sqrt(v.T @ v), -sqrt(v.T @ v)), ())
    wide = matrix("X", m, d)
    gram = wide.T @ wide
    assert not equal_where_defined(Identity(wide @ inverse(gram) @ wide.T, eye(m)), ())
    assert not equal_where_defined(Bound(t, t), ())
