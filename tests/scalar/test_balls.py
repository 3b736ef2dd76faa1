"""Powers of balls: they hold the power of every number, around 0 as elsewhere, and say where there is none."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from theory import Identity, Numbers, Theorem, number, pi, real, sqrt
from verify.exact.instances import Instance, scalar
from verify.exact.number_system import UncertainError, UndefinedError
from verify.exact.scalar_balls import evaluate, rational
from verify.exact.scalar_deciding import decide

x, a = real("x"), real("a")
F = Fraction
SHARES = st.fractions(min_value=-1, max_value=1, max_denominator=64)


@given(st.integers(-3, 3), st.integers(0, 3), SHARES, st.integers(1, 9))
def test_a_power_holds_the_power_of_every_number(middle, radius, share, exponent):
    """Also where the midpoint is 0, of which flint's own power is nan."""
    found = evaluate(x**exponent, {x: arb(middle, radius)})
    assert found.contains(rational((middle + share * radius) ** exponent))
    assert exponent % 2 or abs(middle) > radius or found >= 0


def test_a_square_near_0_agrees():
    third = {"x": scalar(F(1, 3)), "a": scalar(F(-1, 3))}
    for exponent in (2, 3):
        claim = Identity((x + a) ** exponent, number(0))
        theorem = Theorem(
            "user.square",
            claim,
            setting=Numbers(),
            near_misses={"one": Identity(x + a, number(1))},
            docstring="A square.",
        )
        assert decide(claim, theorem, Instance({}, third, {}, {})).outcome == "agree"


@pytest.mark.parametrize(
    ("term", "problem"),
    [
        (1 / x, UncertainError),
        (sqrt(x), UncertainError),
        (1 / a, UndefinedError),
        (1 / sqrt(a), UndefinedError),
        (sqrt(a - pi), UndefinedError),
    ],
)
def test_what_is_not_defined_has_no_power(term, problem):
    with ctx.workprec(128), pytest.raises(problem):
        evaluate(term, {x: arb(0, 1), a: arb(0)})
