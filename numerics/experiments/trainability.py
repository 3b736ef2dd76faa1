"""Do deep stacks with batch normalisation learn real digits? One cell trains a block of networks at one learning rate.

The stack of `numerics.networks` between a first linear layer (64 pixels in) and a last one (10 classes out), all
trained by plain gradient descent on random batches, cross-entropy. Knows nothing of theory or verify.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from numerics.digits import CLASSES, SIDE, digits
from numerics.estimators import mean
from numerics.experiments.cells import Cell, Checkpoint, Numbers, Result, table
from numerics.experiments.growth import network_seed
from numerics.experiments.outcome import Outcome, Plan, Points
from numerics.networks import Stack, advance, batch_norm

WINDOW = 50  # training accuracy is the mean over as many batches
SAVE_EVERY = 10.0  # seconds


@dataclass(frozen=True)
class Training:
    """`networks` networks of `depth` normalised layers, `steps` steps at one learning rate."""

    activation: str
    width: int
    batch: int
    depth: int
    residual: bool
    rate: float
    steps: int
    networks: int
    seed: int = 0
    device: str = "cpu"


def measure(settings: Training, checkpoint: Checkpoint) -> Numbers:
    """{"accuracy": training accuracy of every network, by windows of batches; "diverged": which ones lost their head}.

    A network whose loss is no longer finite has accuracy NaN from then on.
    """
    images, labels = (part.to(settings.device) for part in digits())
    stack = Stack(settings.activation, settings.width, settings.batch, settings.residual)
    start, generators = checkpoint.load(), _generators(settings)
    if start is None:
        parameters, step, windows, hits = _initial(settings, generators), 0, [], torch.zeros(settings.networks)
    else:
        parameters, step, windows, hits = start["parameters"], start["step"], start["windows"], start["hits"]
        for generator, kept in zip(generators, start["states"], strict=True):
            generator.set_state(kept)
    for parameter in parameters:
        parameter.requires_grad_()
    saved = time.monotonic()
    while step < settings.steps:
        chosen = torch.stack([torch.randint(len(images), (settings.batch,), generator=g) for g in generators])
        hits = hits + _step(stack, parameters, images[chosen], labels[chosen], settings.rate).cpu()
        step += 1
        if step % WINDOW == 0:
            windows.append((hits / WINDOW).tolist())
            hits = torch.zeros(settings.networks)
        if time.monotonic() - saved > SAVE_EVERY:
            state: dict[str, Any] = {"step": step, "windows": windows, "hits": hits}
            state["parameters"] = [p.detach() for p in parameters]
            checkpoint.save({**state, "states": [g.get_state() for g in generators]})
            saved = time.monotonic()
    return {"accuracy": windows}


def _generators(settings: Training) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(network_seed(settings, i)) for i in range(settings.networks)]


def _initial(settings: Training, generators: Sequence[torch.Generator]) -> list[Tensor]:
    """First layer, hidden layers, last layer; entries N(0, 1/fan-in)."""
    n = settings.width
    shapes = [(n, SIDE**2), *[(n, n)] * settings.depth, (CLASSES, n)]
    return [
        (torch.stack([torch.randn(s, generator=g) for g in generators]) / math.sqrt(s[1])).to(settings.device)
        for s in shapes
    ]


def _step(stack: Stack, parameters: list[Tensor], images: Tensor, labels: Tensor, rate: float) -> Tensor:
    """One step of gradient descent, in place; the accuracy of every network on its batch before the step."""
    first, *hidden, last = parameters
    inside = advance(stack, hidden, torch.bmm(first, images.transpose(1, 2)), first=False)
    scores = torch.bmm(last, batch_norm(stack, inside))
    losses = functional.cross_entropy(scores.transpose(1, 2).flatten(0, 1), labels.flatten(), reduction="none")
    total = losses.view(labels.shape).mean(1)
    gradients = torch.autograd.grad(total.sum(), parameters)
    with torch.no_grad():
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter -= rate * gradient
        accuracy = (scores.argmax(1) == labels).float().mean(1)
        return torch.where(torch.isfinite(total), accuracy, torch.nan)


@dataclass(frozen=True)
class Trainability:
    """Training accuracy in the last window, of every network at the learning rate that suits it best."""

    activation: str
    width: int
    batch: int
    depth: int
    residual: bool
    rates: tuple[str, ...]  # decimals
    steps: int
    networks: int

    def plan(self, seed: int, device: str) -> Plan:
        return tuple(
            Cell(
                f"{__name__}:measure",
                Training(
                    self.activation, self.width, self.batch, self.depth, self.residual, float(rate), self.steps,
                    self.networks, seed, device,
                ),
                cost=float(self.depth * self.steps * self.networks * self.width**2),
            )
            for rate in self.rates
        )  # fmt: skip

    def outcome(self, results: Sequence[Result]) -> Outcome:
        histories = torch.stack([table(r.numbers["accuracy"]) for r in results])  # rates, windows, networks
        last = histories[:, -1]
        best = torch.where(torch.isnan(last), -1.0, last).max(0)
        accuracy = torch.where(best.values < 0, torch.nan, best.values)
        steps = tuple(float(WINDOW * (i + 1)) for i in range(histories.shape[1]))
        curves = tuple(
            Points(
                f"learning rate {rate}", "step", "training accuracy", steps, tuple(history.mean(1).tolist()),
                tuple((history.std(1) / history.shape[1] ** 0.5).tolist()),
            )
            for rate, history in zip(self.rates, histories, strict=True)
            if bool(torch.isfinite(history).all())
        )  # fmt: skip
        return Outcome(mean(accuracy), curves)
