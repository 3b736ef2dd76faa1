"""Cells of experiments on every device: the networks are the same, so the numbers are those of the CPU to rounding."""

from __future__ import annotations

import pytest
import torch
from found_devices import DEVICES

from numerics import precision
from numerics.experiments import growth
from numerics.experiments.cells import Checkpoint
from numerics.shift.training import Training, train

pytestmark = [pytest.mark.device, pytest.mark.parametrize("device", DEVICES)]


@pytest.mark.parametrize("side", [0, 3], ids=["dense", "convolutional"])
def test_a_growth_cell_has_the_numbers_of_the_cpu(side: int, device: str) -> None:
    block = growth.Block("relu", 8, 6, (2, 5), 0, 4, side=side, dtype="float64")
    on_cpu, there = (
        growth.measure(growth.Block(**{**vars(block), "device": d}), Checkpoint(None))["logs"] for d in ("cpu", device)
    )
    assert there.device.type == "cpu", "what a cell returns is kept as numbers"
    assert torch.allclose(there, on_cpu, rtol=0, atol=1e-9)


@pytest.mark.parametrize(("dtype", "near"), [("float64", 1e-9), ("float32", 1e-3)])
def test_a_training_run_has_the_losses_of_the_cpu(dtype: str, near: float, device: str) -> None:
    settings = Training("vgg8x8", "batch", "digits", "cross entropy", 0.01, 3, 1, 32, 0, dtype=dtype)
    with precision.products(precision.FULL):
        losses = [train(Training(**{**vars(settings), "device": d}), Checkpoint(None))["loss"] for d in ("cpu", device)]
    assert len(losses[0]) == 3
    assert losses[1] == pytest.approx(losses[0], rel=near)
    assert losses[0][0] != losses[0][2], "the step changes something"
