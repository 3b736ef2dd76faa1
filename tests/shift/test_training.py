"""A training run: torch's own gradient descent, the same numbers after a kill, divergence said as such."""

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import torch

from numerics.experiments import covariate_shift
from numerics.experiments.cells import Cell, Checkpoint, Result
from numerics.experiments.covariate_shift import Contrast
from numerics.shift import data, training
from numerics.shift.four_networks import deep_linear
from numerics.shift.training import Training

LINEAR = Training("deep linear", "batch", "gaussian", "sum", 1e-6, 9, 3, 0, 1)
IMAGES = Training("vgg8x8", "noisy", "digits", "cross entropy", 0.05, 5, 2, 64, 1)
NOWHERE = Checkpoint(None)


def test_a_run_is_plain_gradient_descent() -> None:
    """Against torch.optim.SGD on the same network and data."""
    seen = training.train(LINEAR, NOWHERE)
    network, known = deep_linear("batch", 1), data.gaussian(1)
    optimiser = torch.optim.SGD(network.parameters(), lr=1e-6)
    losses = []
    for _ in range(9):
        optimiser.zero_grad()
        loss = (network(known.inputs) - known.targets).square().sum()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert seen["steps"] == [0, 3, 6]
    assert seen["loss"] == pytest.approx(losses[::3], rel=1e-5)
    assert losses[-1] < losses[0]


class KilledError(Exception):
    pass


@pytest.mark.parametrize("settings", [LINEAR, IMAGES], ids=["deep linear", "images"])
def test_a_killed_run_goes_on_to_the_same_numbers(
    settings: Training, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = training.train(settings, NOWHERE)
    place = Checkpoint(tmp_path / "cell.state")
    monkeypatch.setattr(training, "SAVED", -1.0)
    advance, steps = training._Run.advance, []

    def dying(run: Any, step: int) -> None:
        steps.append(step)
        if len(steps) == 4:
            raise KilledError
        advance(run, step)

    monkeypatch.setattr(training._Run, "advance", dying)
    with pytest.raises(KilledError):
        training.train(settings, place)
    assert training.train(settings, place) == whole
    assert steps == [0, 1, 2, 3, *range(3, settings.steps)], "a finished step was repeated or one was lost"


def test_a_checkpoint_that_cannot_be_kept_costs_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(Checkpoint):
        def save(self, state: object) -> None:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(training, "SAVED", -1.0)
    assert training.train(LINEAR, Full(None)) == training.train(LINEAR, NOWHERE)


def test_a_rate_at_which_it_diverges_is_said() -> None:
    seen = training.train(Training("deep linear", "none", "gaussian", "sum", 1e-3, 50, 1, 0, 1), NOWHERE)
    assert 0 < seen["diverged"] < 50
    assert len(seen["steps"]) == seen["diverged"]
    assert math.isnan(covariate_shift.correlation(seen))


def test_images_come_once_an_epoch() -> None:
    order = data.order(3, 0, 100)
    assert sorted(order.tolist()) == list(range(100))
    assert not torch.equal(order, data.order(3, 1, 100))
    assert torch.equal(order, data.order(3, 0, 100))


def test_digits_are_learned_and_the_accuracy_is_theirs() -> None:
    seen = training.train(Training("vgg8x8", "batch", "digits", "cross entropy", 0.1, 40, 39, 128, 2), NOWHERE)
    assert seen["accuracy"][0] < 0.3
    assert seen["accuracy"][-1] > 0.8


def test_bad_settings_are_named() -> None:
    with pytest.raises(ValueError, match="expected a loss of sum, mean, cross entropy; got 'hinge'"):
        Training("deep linear", "none", "gaussian", "hinge", 1e-6, 1, 1, 0, 0)
    with pytest.raises(ValueError, match="positive rate"):
        Training("deep linear", "none", "gaussian", "sum", math.nan, 1, 1, 0, 0)


# ---- the contrast -------------------------------------------------------------------------------------------
CONTRAST = Contrast("deep linear", "gaussian", "sum", Fraction(1, 10**6), 10, 5, 0, 3)


def numbers(cosine: float, diverged: int = -1) -> dict[str, object]:
    rows = [[1.0, cosine, cosine], [1.0, cosine, cosine]] if diverged < 0 else []
    return {
        "steps": [0, 5][: len(rows)], "loss": [2.0, 1.0][: len(rows)], "accuracy": [], "cosine": rows,
        "difference": rows, "norm": rows, "diverged": diverged, "layers": 3,
    }  # fmt: skip


def results(*values: dict[str, object]) -> list[Result]:
    return [Result(Cell("m:f", None), value, 1.0, kept=False) for value in values]


def test_the_difference_is_paired_by_seed_and_leaves_layer_one_out() -> None:
    runs = results(numbers(0.9), numbers(0.5), numbers(0.8), numbers(0.5), numbers(0.7), numbers(0.5))
    found = CONTRAST.outcome(runs).estimate
    assert found.value == pytest.approx(0.3)
    assert found.standard_error == pytest.approx(0.1 / math.sqrt(3))
    assert (found.count, found.freedom, found.diverged) == (3, 2, 0)


def test_a_diverged_run_takes_its_pair_along_and_is_counted() -> None:
    runs = results(numbers(0.9), numbers(0.5), numbers(0.8), numbers(0, 4), numbers(0.7), numbers(0.5))
    found = CONTRAST.outcome(runs)
    assert (found.estimate.count, found.estimate.diverged) == (2, 1)
    assert found.estimate.value == pytest.approx(0.3)
    every = CONTRAST.outcome(results(*[numbers(0, 4)] * 6))
    assert (every.estimate.count, every.estimate.diverged, every.curves) == (0, 3, ())


def test_curves_show_every_layer_but_the_first_with_standard_errors() -> None:
    runs = results(numbers(0.9), numbers(0.5), numbers(0.8), numbers(0.5), numbers(0.7), numbers(0.5))
    curves = CONTRAST.outcome(runs).curves
    labels = [(c.label, c.y_name) for c in curves]
    assert ("standard", "loss") in labels
    assert ("batch norm, layer 3", "cos(G, G')") in labels
    assert not [label for label, _ in labels if label.endswith("layer 1")]
    layer = next(c for c in curves if c.label == "standard, layer 2" and c.y_name.startswith("cos"))
    assert layer.x == (0, 5)
    assert layer.y == pytest.approx((0.8, 0.8))
    assert layer.errors == pytest.approx((0.1 / math.sqrt(3),) * 2)


def test_pairs_share_their_seed_and_seeds_differ() -> None:
    images = Contrast("vgg", "digits", "cross entropy", Fraction(1, 10), 10, 5, 128, 3)
    cells = images.plan(0, "cpu")
    seeds = [cell.settings.seed for cell in cells]
    assert [c.settings.normalisation for c in cells] == ["none", "batch"] * 3
    assert seeds[::2] == seeds[1::2]
    assert len(set(seeds)) == 3
    assert not set(seeds) & {cell.settings.seed for cell in images.plan(1, "cpu")}
    first, second = CONTRAST.plan(0, "cpu")
    assert [c.settings.run.normalisation for c in (first, second)] == ["none", "batch"]
    assert first.settings.seeds == second.settings.seeds == tuple(seeds[::2])


def test_runs_of_one_cell_are_paired_as_runs_of_many_are() -> None:
    together = results({"runs": [numbers(0.9), numbers(0.8)]}, {"runs": [numbers(0.5), numbers(0.6)]})
    assert CONTRAST.outcome(together) == CONTRAST.outcome(
        results(numbers(0.9), numbers(0.5), numbers(0.8), numbers(0.6))
    )


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"architecture": "resnet"}, "expected deep linear, vgg or one of"),
        ({"second": "none"}, "two seeds or more"),
        ({"seeds": 1}, "two seeds or more"),
        ({"quantity": "loss"}, "correlation or accuracy"),
        ({"quantity": "accuracy"}, "expected images"),
    ],
)
def test_bad_contrasts_are_named(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Contrast(**{**vars(CONTRAST), **wrong})
