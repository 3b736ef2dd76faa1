"""Integrals at a point: SciPy's values beside what is known of them, and what is left to mpmath."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import pytest
import sympy as sp

from verify.by_sympy import definite_integrals, real_numbers
from verify.by_sympy.definite_integrals import InaccurateError

a, x, y, z = sp.symbols("a x y z", real=True)
DENSITY = sp.exp(-(z**2) / 2) / sp.sqrt(2 * sp.pi)


@pytest.mark.parametrize(
    ("body", "limits", "expected"),
    [
        (z**2, (z, 0, a), 9.0),
        (z**4 * DENSITY, (z, -sp.oo, sp.oo), 3.0),
        (1 / sp.sqrt(z), (z, 0, a), 2 * math.sqrt(3)),  # infinite at an end
        (sp.Integral(x * y, (y, 0, x)), (x, 0, a), 81 / 8),
        (sp.Integral(sp.exp(-x * y), (y, 0, sp.oo)), (x, 1, a), math.log(3)),
        (sp.Integral(sp.Integral(sp.S.One, (z, 0, y)), (y, 0, x)), (x, 0, a), 4.5),
        (sp.S.Zero, (z, 0, 1), 0.0),
        (sp.Integral(sp.cos(y), (y, 0, sp.pi)), (x, 0, 1), 0.0),
    ],
)  # fmt: skip
def test_values_are_those_that_are_known(body: Any, limits: tuple[Any, Any, Any], expected: float) -> None:
    found = definite_integrals.integral(sp.Integral(body, limits), {a: mpmath.mpf(3)})
    assert found == pytest.approx(expected, rel=1e-11, abs=1e-12)


@pytest.mark.parametrize(
    "body", [1 / z, sp.sin(1 / z) / z, sp.sqrt(z - 2), 1 / (z - sp.Rational(1, 3)) ** 2, sp.Abs(z - sp.Rational(1, 3))]
)
def test_what_is_not_reached_is_said(body: Any) -> None:
    with pytest.raises((InaccurateError, TypeError, ValueError)):
        definite_integrals.integral(sp.Integral(body, (z, 0, 1)), {})


def test_mpmath_is_asked_where_scipy_does_not_say_that_it_is_near_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    def inaccurate(*_: Any) -> float:
        raise InaccurateError

    whole = sp.Integral(z**2, (z, 0, a))
    scalars, point = real_numbers.Scalars(), {a: 3}
    near, *_ = scalars.at(whole, sp.S(9), point)  # type: ignore[arg-type]
    monkeypatch.setattr(definite_integrals, "integral", inaccurate)
    again, *_ = scalars.at(whole, sp.S(9), point)  # type: ignore[arg-type]
    assert near == pytest.approx(9, rel=1e-13)
    assert again == pytest.approx(9, rel=1e-13)


def test_sides_with_an_integral_are_known_to_fewer_digits() -> None:
    digits = [real_numbers.Scalars().at(side, sp.S(9), {})[2] for side in (sp.S(9), sp.Integral(z**2, (z, 0, 3)))]
    assert digits == [real_numbers.DIGITS, real_numbers.DIGITS_OF_INTEGRALS]
