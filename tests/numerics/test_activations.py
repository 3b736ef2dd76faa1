"""The library of activations: derivatives against autograd, suprema against the functions, magnitudes above values."""

import pytest
import torch

from numerics import activations

POINTS = torch.linspace(-7, 7, 281, dtype=torch.float64)


def points_of(name: str) -> torch.Tensor:
    """Where it is defined."""
    return POINTS[POINTS > 0] if activations.LIBRARY[name].of_positive else POINTS


@pytest.mark.parametrize("name", [name for name, a in activations.LIBRARY.items() if a.of_positive])
def test_what_is_of_positive_numbers_has_no_value_elsewhere(name: str) -> None:
    assert name not in activations.names(0)
    for order in range(4):
        assert not torch.isfinite(activations.derivative(name, order, torch.tensor([-2.0, -0.5, 0.0]))).any()


@pytest.mark.parametrize("name", activations.LIBRARY)
def test_derivatives_are_those_of_torch(name: str) -> None:
    points = points_of(name)
    away = torch.stack([kink != points for kink in (0.0, *activations.LIBRARY[name].kinks)]).all(0)
    argument = points[away].clone().requires_grad_()
    value = activations.derivative(name, 0, argument)
    for order in range(1, 5):
        if not value.requires_grad:
            value = torch.zeros_like(argument)
        else:
            (value,) = torch.autograd.grad(value.sum(), argument, create_graph=True)
        torch.testing.assert_close(value, activations.derivative(name, order, argument), rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("name", activations.LIBRARY)
def test_suprema_bound_the_derivatives_and_are_nearly_reached(name: str) -> None:
    fine = torch.linspace(-40, 40, 80_001, dtype=torch.float64)
    for order, supremum in activations.LIBRARY[name].suprema:
        largest = activations.derivative(name, order, fine).abs().max().item()
        assert 0.99 * supremum <= largest <= supremum


def test_suprema_are_rounded_up_in_each_precision() -> None:
    for dtype in (torch.float32, torch.float64):
        for name in activations.names(1, bounded=1):
            rounded = activations.supremum(name, 1, dtype)
            assert rounded >= dict(activations.LIBRARY[name].suprema)[1]
            assert torch.tensor(rounded, dtype=dtype).item() == rounded


@pytest.mark.parametrize("name", activations.LIBRARY)
def test_magnitudes_are_at_least_the_values(name: str) -> None:
    points = points_of(name)
    values, summed = activations.magnitudes(name, 4, points)
    for order, (value, size) in enumerate(zip(values, summed, strict=True)):
        torch.testing.assert_close(value, activations.derivative(name, order, points).abs(), rtol=1e-12, atol=1e-15)
        assert (size >= value * (1 - 1e-12)).all()


def test_choices_respect_smoothness_and_bounds() -> None:
    assert "relu" in activations.names(0)
    assert "relu" not in activations.names(1)
    assert "cube" not in activations.names(1, bounded=1)
