"""Derivatives against difference quotients at 300 bits, sup bounds against a grid, no overflow far out."""

from __future__ import annotations

import pytest
from flint import arb, ctx, fmpq

from verify.exact.activations import ACTIVATIONS, apply_activation, concrete
from verify.exact.number_system import UnsupportedError

POINTS = [fmpq(-7, 2), fmpq(-1, 3), fmpq(0), fmpq(1, 5), fmpq(2)]


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("order", [0, 1, 2])
def test_each_derivative_is_the_slope_of_the_one_before(name: str, order: int) -> None:
    step = fmpq(1, 10**30)
    with ctx.workprec(300):
        for point in POINTS:
            rise = arb(apply_activation(name, order, point + step)) - apply_activation(name, order, point - step)
            assert abs(rise / (2 * step) - apply_activation(name, order + 1, point)) < 1e-50


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


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("exponent", [150, -150])
def test_no_overflow(name: str, exponent: int) -> None:
    far = fmpq(10) ** exponent
    with ctx.workprec(640):
        for order in range(4):
            for point in (far, -far):
                assert arb(apply_activation(name, order, point)).is_finite()


@pytest.mark.parametrize("name", ACTIVATIONS)
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
        concrete("relu")
