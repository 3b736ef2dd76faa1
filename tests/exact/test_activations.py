"""Derivatives against difference quotients at 300 bits, sup bounds against a grid, no overflow far out."""

from __future__ import annotations

import pytest
from flint import arb, ctx, fmpq

from verify.exact.activations import ACTIVATIONS, TALL, apply_activation, concrete
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError

SMOOTH = [name for name, function in ACTIVATIONS.items() if function.smooth]
OF_POSITIVE = [name for name in SMOOTH if ACTIVATIONS[name].of_positive]
KINKED = [name for name in ACTIVATIONS if name not in SMOOTH]
POINTS = [fmpq(-7, 2), fmpq(-1, 3), fmpq(0), fmpq(1, 5), fmpq(2)]


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("order", [0, 1, 2])
def test_each_derivative_is_the_slope_of_the_one_before(name: str, order: int) -> None:
    step = fmpq(1, 10**30)
    with ctx.workprec(640):
        for point in (point for point in POINTS if point > 0 or name not in OF_POSITIVE):
            rise = arb(apply_activation(name, order, point + step)) - apply_activation(name, order, point - step)
            assert abs(rise / (2 * step) - apply_activation(name, order + 1, point)) < 1e-50 * (
                TALL if name == "tall" else 1
            )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_sup_bounds_hold_and_tight_ones_are_reached(name: str) -> None:
    function = concrete(name)
    for order, sup in enumerate(function.sups):
        if sup is None:
            continue
        bound = fmpq(sup.numerator, sup.denominator)
        values = [abs(arb(function.derivative(order, fmpq(i, 8)))) for i in range(-240, 241)]
        assert all(not value > bound for value in values)
        if order in function.tight:
            assert any(value >= bound * fmpq(98, 100) for value in values)


def test_known_values() -> None:
    with ctx.workprec(200):
        assert apply_activation("sigmoid", 1, fmpq(0)).contains(fmpq(1, 4))
        assert apply_activation("softplus", 0, fmpq(0)).overlaps(arb(2).log())
        assert apply_activation("gelu", 1, fmpq(0)).contains(fmpq(1, 2))
        assert apply_activation("silu", 2, fmpq(0)).contains(fmpq(1, 2))
        assert apply_activation("erf", 1, fmpq(0)).overlaps(2 / arb.pi().sqrt())
    assert apply_activation("cube", 2, fmpq(1, 2)) == 3
    assert apply_activation("identity", 2, fmpq(5)) == 0


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("exponent", [150, -150])
def test_no_overflow(name: str, exponent: int) -> None:
    far = fmpq(10) ** exponent
    with ctx.workprec(640):
        for order in range(4):
            for point in (far,) if name in OF_POSITIVE else (far, -far):
                assert arb(apply_activation(name, order, point)).is_finite()


@pytest.mark.parametrize("name", OF_POSITIVE)
@pytest.mark.parametrize("order", range(4))
def test_what_is_of_positive_numbers_has_no_value_elsewhere(name: str, order: int) -> None:
    for point in (fmpq(0), fmpq(-1, 3), arb(-2), arb(0)):
        with pytest.raises(UndefinedError, match="not positive"):
            apply_activation(name, order, point)
    with pytest.raises(UncertainError, match="positive"):
        apply_activation(name, order, arb(0, "1e-20"))
    exact, ball = apply_activation(name, order, fmpq(9, 4)), apply_activation(name, order, arb(9) / 4)
    assert arb(exact).overlaps(ball)
    assert isinstance(exact, fmpq) or (name, order) == ("log", 0)


@pytest.mark.parametrize("name", [name for name in SMOOTH if name not in OF_POSITIVE])
def test_balls_around_zero_have_a_value(name: str) -> None:
    around = arb(0, "1e-20")
    for order in range(4):
        value = arb(apply_activation(name, order, around))
        assert value.is_finite()
        assert value.overlaps(arb(apply_activation(name, order, fmpq(0))))


def test_orders_that_are_not_known_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="up to order 3"):
        apply_activation("tanh", 4, fmpq(1))
    with pytest.raises(KeyError, match="known are identity"):
        concrete("elu")


@pytest.mark.parametrize("name", KINKED)
def test_kinks_have_values_and_no_derivative(name: str) -> None:
    function = concrete(name).derivative
    kinks = [fmpq(-1), fmpq(1)] if name == "hardtanh" else [fmpq(0)]
    for kink in kinks:
        assert function(0, kink) == (function(0, kink - 1) if name == "hardtanh" and kink < 0 else kink)
        with pytest.raises(UndefinedError, match="kink"):
            function(1, kink)
        with pytest.raises(UncertainError, match="kink"):
            function(1, arb(kink, "1e-20"))
        assert arb(function(0, arb(kink, "1e-20"))).overlaps(arb(function(0, kink)))
    for point in (fmpq(-5, 2), fmpq(1, 3), fmpq(7, 2)):
        slope = (function(0, point + fmpq(1, 10**9)) - function(0, point)) * 10**9
        assert function(1, point) == slope
        assert arb(function(1, arb(point))).overlaps(arb(slope))
        assert function(2, point) == 0
