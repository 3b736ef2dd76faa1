"""Balls and torch draw functions from one list: the same names, values, derivatives, kinks and bounds."""

from collections.abc import Callable
from fractions import Fraction
from itertools import product

import pytest
import torch
from flint import arb, ctx, fmpq

from numerics import activations, fields
from theory.terms.known_functions import of_positive
from verify.exact.activations import (
    ACTIVATIONS,
    BESIDE_NORMAL_LAWS,
    CONSTANT_FIELDS,
    CONSTANTS,
    FIELDS,
    HIGHEST_ORDER,
    TOO_TALL,
    Piecewise,
    apply_activation,
    field_partial,
)
from verify.exact.balls import Balls

POINTS = (-2.75, -1.5, -0.625, -0.0625, 0.1875, 0.75, 1.25, 3.0)
COLUMN = (0.5, -1.25, 0.75)


def test_the_lists_are_one() -> None:
    not_in_torch = (*TOO_TALL, *BESIDE_NORMAL_LAWS, *CONSTANTS, *CONSTANT_FIELDS)
    assert [name for name in ACTIVATIONS if name not in not_in_torch] == list(activations.LIBRARY)
    assert [name for name in FIELDS if name not in not_in_torch] == list(fields.NAMES)
    assert {"sin2", "relu"} <= set(activations.LIBRARY)
    assert set(TOO_TALL) <= {*ACTIVATIONS, *FIELDS}


@pytest.mark.parametrize("name", activations.LIBRARY)
def test_an_activation_is_the_same_function(name: str) -> None:
    points = [p for p in POINTS if p > 0 or not ACTIVATIONS[name].of_positive]
    argument = torch.tensor(points, dtype=torch.float64)
    with ctx.workprec(128):
        for order in range(HIGHEST_ORDER + 1 if ACTIVATIONS[name].smooth else 2):
            exact = [float(arb(apply_activation(name, order, _rational(p))).mid()) for p in points]
            found = activations.derivative(name, order, argument)
            torch.testing.assert_close(found, torch.tensor(exact, dtype=torch.float64), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", activations.LIBRARY)
def test_its_bounds_are_the_same_and_no_float_lies_below_one(name: str) -> None:
    library, exact = activations.LIBRARY[name], ACTIVATIONS[name]
    known = {order: sup for order, sup in enumerate(exact.sups) if sup is not None}
    bounds = {order: bound for order, bound in library.suprema if exact.smooth or order == 0}
    assert set(bounds) == set(known)
    for order, sup in known.items():
        assert sup <= Fraction(bounds[order]) <= sup * (1 + Fraction(1, 2**50))
        for dtype in (torch.float32, torch.float64):
            assert sup <= Fraction(activations.supremum(name, order, dtype)) <= sup * (1 + Fraction(1, 2**22))


@pytest.mark.parametrize("name", activations.LIBRARY)
def test_its_kinks_are_the_same(name: str) -> None:
    derivative = ACTIVATIONS[name].derivative
    kinks = tuple(map(float, derivative.kinks)) if isinstance(derivative, Piecewise) else ()
    assert activations.LIBRARY[name].kinks == kinks
    assert (activations.LIBRARY[name].smoothness > 0) == ACTIVATIONS[name].smooth
    assert activations.LIBRARY[name].of_positive == ACTIVATIONS[name].of_positive == of_positive(name)


DERIVATIVES: tuple[Callable[[str, torch.Tensor], torch.Tensor], ...] = (fields.value, fields.gradient, fields.hessian)


@pytest.mark.parametrize("name", fields.NAMES)
def test_a_field_is_the_same_function(name: str) -> None:
    column = torch.tensor([COLUMN], dtype=torch.float64)
    numbers = Balls(128, {"sin": "sin"})
    with numbers.active():
        at = [arb(_rational(e)) for e in COLUMN]
        for order, derivative in enumerate(DERIVATIVES):
            found = derivative(name, column)[0]
            assert found.shape == (len(COLUMN),) * order
            for indices in product(range(3), repeat=order):
                exact = float(arb(field_partial(name, numbers, indices, at)).mid())
                assert float(found[indices]) == pytest.approx(exact, rel=1e-12, abs=1e-13)


def _rational(value: float) -> fmpq:
    return fmpq(*Fraction(value).as_integer_ratio())
