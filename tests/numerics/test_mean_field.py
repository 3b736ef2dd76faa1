"""The mean-field picture in numbers: the sphere, moments over all pairs, the forward map and its fixed point."""

from __future__ import annotations

import math

import pytest
import torch

from numerics.experiments.cells import Checkpoint, Result
from numerics.experiments.measurements import measurement
from numerics.experiments.sphere import Draws, ForwardMap, Functional, measure, ratio
from numerics.mean_field import departure, forward, moments, normalised, on_the_sphere, standard_normal


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("batch", [4, 7])
def test_the_sphere(batch):
    y = on_the_sphere(200_000, batch, generator())
    torch.testing.assert_close(y.sum(1), torch.zeros(len(y), dtype=y.dtype), atol=1e-12, rtol=0)
    torch.testing.assert_close(y.square().sum(1), torch.full((len(y),), float(batch), dtype=y.dtype))
    # E y_1^2 = 1, E y_1 y_2 = -1/(B - 1), E y_1^4 = 3(B - 1)/(B + 1)
    assert float((y[:, 0] * y[:, 1]).mean()) == pytest.approx(-1 / (batch - 1), abs=0.01)
    assert float(y[:, 2].pow(4).mean()) == pytest.approx(3 * (batch - 1) / (batch + 1), abs=0.04)


@pytest.mark.parametrize(("count", "batch"), [(1, 16), (6, 8), (5, 32), (3, 7), (1000, 8)])
def test_normal_numbers_are_those_of_torch(count, batch):
    ours, theirs = generator(5), generator(5)
    for _ in range(2):  # the stream goes on from the same place
        expected = torch.randn(count, batch, generator=theirs, dtype=torch.float64)
        torch.testing.assert_close(standard_normal(count, batch, ours), expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("phi", [torch.tanh, torch.relu, torch.nn.functional.gelu])
def test_moments_are_means_over_samples_and_pairs(phi):
    y = on_the_sphere(3, 5, generator(1))
    found = moments(phi, y)
    for row, batch in enumerate(y):
        at = batch.clone().requires_grad_()
        phi(at).sum().backward()
        value, slope = phi(batch), at.grad
        pairs = [(i, j) for i in range(5) for j in range(5) if i != j]
        product = sum(value[i] * value[j] for i, j in pairs) / len(pairs)
        single = sum((4 - batch[i] ** 2) * slope[i] ** 2 for i in range(5)) / 5
        mixed = sum((1 + batch[i] * batch[j]) * slope[i] * slope[j] for i, j in pairs) / len(pairs)
        torch.testing.assert_close(found.square[row], value.square().mean())
        torch.testing.assert_close(found.product[row], product)
        torch.testing.assert_close(found.numerator[row], single + mixed)


def test_the_forward_map_at_its_fixed_point_and_away_from_it():
    centre = torch.eye(6, dtype=torch.float64) - 1 / 6
    image = forward(torch.relu, centre, 200_000, generator(2))
    assert departure(image) < 0.02
    assert float(image.diagonal().mean()) == pytest.approx(0.5, abs=0.01)
    line = torch.arange(6, dtype=torch.float64)[:, None]
    assert departure(line @ line.T) > 0.8
    torch.testing.assert_close(normalised(7 * line.T + 2), normalised(line.T))
    flat = forward(lambda t: t, line @ line.T, 1000, generator(3))  # a line through 0 stays what it is
    torch.testing.assert_close(flat, normalised(line.T).T @ normalised(line.T))


def test_a_ratio_has_the_error_of_the_delta_method():
    bottom = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
    exact = ratio(3 * bottom, bottom)
    assert (exact.value, exact.standard_error, exact.count, exact.freedom) == (3.0, 0.0, 3, 2)
    draws = (
        torch.randn(2, 400, 50, generator=generator(4), dtype=torch.float64) / 10
        + torch.tensor([2.0, 4.0])[:, None, None]
    )
    found = [ratio(top, low) for top, low in zip(*draws, strict=True)]
    spread = torch.tensor([f.value for f in found]).std()
    assert float(spread) == pytest.approx(sum(f.standard_error for f in found) / len(found), rel=0.15)
    assert sum(abs(f.value - 0.5) < 2 * f.standard_error for f in found) > 360


def test_a_run_does_not_depend_on_chunks(monkeypatch):
    from numerics.experiments import sphere

    settings = Draws("tanh", 5, 100, 3)
    whole = measure(settings, Checkpoint(None))
    assert measure(settings, Checkpoint(None)) == whole
    assert len({*whole["square"]}) == 3
    monkeypatch.setattr(sphere, "CHUNK", 64)
    assert math.isfinite(measure(settings, Checkpoint(None))["numerator"][0])


def test_measured_by_name():
    settings = {"quantity": "mean square", "activation": "identity", "batch": 4, "samples": 50, "runs": 2}
    made = measurement("functional on the sphere", settings)
    assert isinstance(made, Functional)
    [cell] = made.plan(0, "cpu")
    estimate = made.outcome([Result(cell, measure(cell.settings, Checkpoint(None)), 0.0, False)]).estimate
    assert (estimate.value, estimate.count) == (pytest.approx(1.0), 2)
    with pytest.raises(ValueError, match="expected a quantity of rate, mean square"):
        Functional("variance", "relu", 4, 10, 2)


def test_the_forward_map_is_measured_at_the_layer_asked_for():
    kind = ForwardMap(2, "relu", 6, 3, 4000, 3)
    [cell] = kind.plan(0, "cpu")
    assert cell == ForwardMap(0, "relu", 6, 3, 4000, 3).plan(0, "cpu")[0]
    rows = [[0.9, 0.5, 0.2, 0.1], [0.8, 0.6, 0.4, 0.1], [0.7, 0.4, 0.3, 0.1]]
    outcome = kind.outcome([Result(cell, {"departures": rows}, 0.0, False)])
    assert outcome.estimate.value == pytest.approx(0.3)
    assert outcome.curves[0].x == (0.0, 1.0, 2.0, 3.0)
