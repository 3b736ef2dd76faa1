"""Networks side by side are what each is alone: every number of a run, its divergence, and going on after a kill."""

from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import torch

from numerics.experiments.cells import Checkpoint
from numerics.shift import side_by_side, training
from numerics.shift.side_by_side import SideBySide
from numerics.shift.training import Training

RUN = Training("deep linear", "batch", "gaussian", "sum", 1e-6, 7, 3, 0, 0, "float64")
SEEDS = (3, 8, 1)
NOWHERE = Checkpoint(None)


@pytest.mark.parametrize(
    ("loss", "normalisation"),
    [
        *product(("sum", "mean"), ("none", "batch")),
        ("sum", "noisy"),
        pytest.param("mean", "noisy", marks=pytest.mark.long),  # noise sees every sample, which takes a minute
    ],
)
def test_runs_side_by_side_are_the_runs_of_each_seed(loss: str, normalisation: str) -> None:
    """Rows and torch's batch norm there, columns and its group norm here."""
    run = replace(RUN, normalisation=normalisation, loss=loss, rate=1e-6 if loss == "sum" else 1e-3)
    together = side_by_side.train(SideBySide(run, SEEDS), NOWHERE)["runs"]
    assert len({str(one["loss"]) for one in together}) == len(SEEDS)
    for seed, found in zip(SEEDS, together, strict=True):
        alone = training.train(replace(run, seed=seed), NOWHERE)
        assert (found["steps"], found["diverged"], found["layers"]) == ([0, 3, 6], -1, 25)
        for name in ("loss", "norm", "cosine", "difference"):
            mine, theirs = (torch.tensor(x[name], dtype=torch.float64) for x in (found, alone))
            scale = torch.tensor(alone["norm"], dtype=torch.float64) if name == "difference" else theirs.abs()
            assert bool(((mine - theirs).abs() <= 1e-8 * scale).all()), name


def test_a_run_that_diverges_ends_alone() -> None:
    run = replace(RUN, normalisation="none", rate=1e-4, steps=40, every=1)
    alone = [training.train(replace(run, seed=seed), NOWHERE) for seed in range(8)]
    found = side_by_side.train(SideBySide(run, tuple(range(8))), NOWHERE)["runs"]
    diverged = [one["diverged"] for one in alone]
    assert [one["diverged"] for one in found] == diverged
    assert min(diverged) < max(diverged), "all ended together, so nothing was shown"
    assert [one["steps"] for one in found] == [one["steps"] for one in alone]


def test_few_points_have_the_moments_of_all_samples_and_noise_sees_every_sample() -> None:
    x = 3 + torch.randn(2, 4, 50, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    matrix = torch.randn(2, 5, 4, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    points, ends = side_by_side.few(x, matrix @ x)
    assert points.shape == (2, 4, 8)
    torch.testing.assert_close(points.mean(2), x.mean(2))
    torch.testing.assert_close(points @ points.mT / 8, x @ x.mT / 50)
    torch.testing.assert_close(ends, matrix @ points)
    samples = {
        name: side_by_side._Runs(SideBySide(replace(RUN, normalisation=name), SEEDS)).x.shape[2]
        for name in ("none", "batch", "noisy")
    }
    assert samples == {"none": 20, "batch": 20, "noisy": 1000}


class KilledError(Exception):
    pass


def test_killed_runs_go_on_to_the_same_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = SideBySide(RUN, SEEDS)
    whole = side_by_side.train(settings, NOWHERE)
    place = Checkpoint(tmp_path / "cell.state")
    monkeypatch.setattr(training, "SAVED", -1.0)
    advance, steps = side_by_side._Runs.advance, []

    def dying(runs: Any, step: int) -> None:
        steps.append(step)
        if len(steps) == 5:
            raise KilledError
        advance(runs, step)

    monkeypatch.setattr(side_by_side._Runs, "advance", dying)
    with pytest.raises(KilledError):
        side_by_side.train(settings, place)
    assert side_by_side.train(settings, place) == whole
    assert steps == [0, 1, 2, 3, 4, *range(4, 7)], "a finished step was repeated or one was lost"


def test_other_networks_are_not_trained_side_by_side() -> None:
    with pytest.raises(ValueError, match="expected deep linear networks of one seed or more"):
        SideBySide(replace(RUN, architecture="vgg8x8"), SEEDS)
    with pytest.raises(ValueError, match="one seed or more"):
        SideBySide(RUN, ())
