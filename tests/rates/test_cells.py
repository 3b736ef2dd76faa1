"""The picture of the breaks in the plane of (y_1, y_2): what is in order, what coincides, what cannot be told."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import pairwise

import pytest
from flint import acb, arb, ctx

from verify.rates.directions import CannotSeparateError, curves_at, directions
from verify.rates.polar import _acos, _sqrt
from verify.rates.quadrature import Work
from verify.rates.tensor import integrate_rectangle

ONE = Fraction(1)


def test_directions_that_coincide_are_one_if_that_is_proven() -> None:
    """At n = 3 the lines y_1 = 1 and y_2 = 1 meet on the circle, in the direction in which the half circle begins."""
    with ctx.workprec(150):
        found = directions([-ONE, ONE], 3)
    assert [len(d.left_by) for d in found] == [2, 1, 0, 1, 2]
    angles = [float(d.angle.mid()) for d in found]
    half = math.acos(-1 / 3) / 2
    assert angles[0] == pytest.approx(half)
    assert angles[2] == pytest.approx(half + math.pi / 2)
    assert angles[4] == pytest.approx(half + math.pi)


def test_directions_that_cannot_be_told_apart_are_refused() -> None:
    close = [ONE, ONE + Fraction(1, 10**60)]
    with ctx.workprec(100), pytest.raises(CannotSeparateError):
        directions(close, 6)
    with ctx.workprec(400):
        found = directions(close, 6)
        assert all(a.angle < b.angle for a, b in pairwise(found))


def test_curves_come_from_the_centre_outwards() -> None:
    with ctx.workprec(100):
        found = curves_at(arb("0.8"), [-ONE, Fraction(1, 2), ONE], 8)
        assert {(c.unit, c.b) for c in found} == {(1, Fraction(1, 2)), (1, ONE), (2, Fraction(1, 2)), (2, ONE)}
        radii = [float(c.b) / math.cos(0.8 - float(c.centre.mid())) for c in found]
        assert radii == sorted(radii)
        with pytest.raises(CannotSeparateError):
            curves_at(directions([ONE], 8)[0].angle, [ONE], 8)  # where two curves cross


def test_boxes_over_cuts_are_not_finite() -> None:
    with ctx.workprec(64):
        for place in (1.2, -1.2, 1.0):
            assert not _acos(acb(arb(place, 0.1), arb(0, 0.1))).is_finite()
        assert _acos(acb(arb(0.5, 0.1), arb(0, 0.1))).is_finite()
        assert not _sqrt(acb(arb(-1, 0.1), arb(0, 0.1))).is_finite()


@pytest.mark.parametrize("tolerance", ["1e-4", "1e-30"])
def test_rectangles(tolerance: str) -> None:
    """int int of e^(xu)/(x + u + 1/8) on [0, 1]^2 against a plain sum; wide balls are right too."""
    with ctx.workprec(150):

        def f(u):  # type: ignore[no-untyped-def]
            return lambda x: ((x * u).exp() / (x + u + arb(1) / 8),)

        half = (arb(1) / 2, arb(1) / 2)
        [found] = integrate_rectangle(f, half, half, arb(tolerance), Work(10**6))
        places = [(i + 0.5) / 400 for i in range(400)]
        coarse = sum(math.exp(x * u) / (x + u + 0.125) for x in places for u in places) / 400**2
        assert abs(float(found.mid()) - coarse) < 1e-3
        assert found.rad() < 100 * float(tolerance)
        [fine] = integrate_rectangle(f, half, half, arb("1e-35"), Work(10**6))
        assert found.contains(fine.mid())
