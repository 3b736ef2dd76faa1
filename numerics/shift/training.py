"""One training run of one network, with the shift of every layer measured along the way: a cell of the experiment.

Plain gradient descent, W <- W - rate * gradient, on the full batch or on batches of shuffled images. Its state is kept
every few seconds, and everything random is a function of seed and step, so a run that is killed and started again
gives the numbers of one that was left alone. Knows nothing of theory or verify.
"""

from __future__ import annotations

import contextlib
import copy
import math
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from numerics.experiments.cells import Checkpoint, Numbers
from numerics.shift import correlation, data
from numerics.shift.correlation import Loss
from numerics.shift.four_networks import Blocks, deep_linear, vgg

SAVED = 5.0  # seconds between two checkpoints: they change no number
SHOWN = 512  # training images on which accuracy is measured, as one batch
EXPLODED = 1e3  # a loss this many times the first one counts as divergence
SEEN = ("steps", "loss", "accuracy", "cosine", "difference", "norm")  # what is noted at a measured step
DTYPES = {"float32": torch.float32, "float64": torch.float64}


@dataclass(frozen=True)
class Training:
    """`architecture`: "deep linear" or a plan of `networks.PLANS`. `loss`: "sum" or "mean" over samples of the squared
    norm of the error, or "cross entropy". `batch` 0 is the full batch. Measured at every `every`-th step."""

    architecture: str
    normalisation: str
    data: str
    loss: str
    rate: float
    steps: int
    every: int
    batch: int
    seed: int
    dtype: str = "float32"
    device: str = "cpu"

    def __post_init__(self) -> None:
        if self.loss not in ("sum", "mean", "cross entropy"):
            raise ValueError(f"expected a loss of sum, mean, cross entropy; got {self.loss!r}.")
        if not (math.isfinite(self.rate) and self.rate > 0 and self.steps >= 1 and self.every >= 1 and self.batch >= 0):
            raise ValueError(f"expected a positive rate and positive numbers of steps, got {self}.")


def train(settings: Training, checkpoint: Checkpoint) -> Numbers:
    """Per measured step: {"steps", "loss", "accuracy" (images only)}, and per layer {"cosine", "difference", "norm"}.

    "diverged" is the step at which the loss or a gradient was not finite or the loss had grown a thousandfold, or -1;
    a diverged run ends there.
    """
    run = _Run(settings)
    run.go_on(settings.steps, checkpoint)
    return {**run.seen, "diverged": run.diverged, "layers": len(run.network.blocks)}


def _save(checkpoint: Checkpoint, state: Mapping[str, Any]) -> None:
    """A state that cannot be kept, on a full disk say, costs a killed run its time and no run its result."""
    with contextlib.suppress(OSError, RuntimeError):
        checkpoint.save(state)


class Resumable(ABC):
    """A run of gradient descent that may be killed and goes on: `network` at step t, and what was seen of it."""

    network: Blocks
    seen: Any
    first: Any  # the loss at step 0
    diverged: Any  # at which step, or -1

    @abstractmethod
    def advance(self, step: int) -> None:
        """One step, measured if it is its turn."""

    @property
    @abstractmethod
    def ended(self) -> bool:
        """Has everything in it diverged?"""

    def go_on(self, steps: int, checkpoint: Checkpoint) -> None:
        """The steps from where it was saved, which it is again now and then."""
        state = checkpoint.load()
        begin = self._restore(state) if state is not None else 0
        saved = time.monotonic()
        for step in range(begin, steps):
            if self.ended:
                break
            self.advance(step)
            if time.monotonic() - saved > SAVED:
                _save(checkpoint, self._state(step + 1))
                saved = time.monotonic()

    def _state(self, step: int) -> dict[str, Any]:
        parameters = [p.detach().clone() for p in self.network.own()]
        return {
            "step": step,
            "parameters": parameters,
            "seen": self.seen,
            "first": self.first,
            "diverged": self.diverged,
        }

    def _restore(self, state: Mapping[str, Any]) -> int:
        with torch.no_grad():
            for parameter, kept in zip(self.network.own(), state["parameters"], strict=True):
                parameter.copy_(kept)
        self.seen, self.first, self.diverged = state["seen"], state["first"], state["diverged"]
        return int(state["step"])


class _Run(Resumable):
    """The network at step t, its twin that holds step t + 1, and what was seen."""

    def __init__(self, settings: Training) -> None:
        self.settings = settings
        self.dtype = DTYPES[settings.dtype]
        self.network = network(settings).to(settings.device)
        self.ahead = copy.deepcopy(self.network)
        self.diverged, self.first = -1, math.nan
        self.seen: dict[str, list[Any]] = {name: [] for name in SEEN}
        self.regression = (
            data.gaussian(settings.seed, dtype=self.dtype) if settings.architecture == "deep linear" else None
        )

    @property
    def ended(self) -> bool:
        return bool(self.diverged >= 0)

    def advance(self, step: int) -> None:
        """One step of gradient descent, measured if it is its turn."""
        self.network.at_step(step)
        self.ahead.at_step(step)
        x, target = self.batch(step)
        loss = self.loss(target)
        value, found = correlation.gradients(self.network, x, loss)
        worth = float(value)
        self.first = worth if step == 0 else self.first
        finite = math.isfinite(worth) and bool(torch.isfinite(torch.cat([g.flatten() for g in found])).all())
        if not finite or worth > EXPLODED * self.first:
            self.diverged = step
            return
        correlation.step_ahead(self.network, self.ahead, found, self.settings.rate)
        if step % self.settings.every == 0:
            old = correlation.weight_gradients(self.network, found)
            moved = correlation.moved_gradients(self.network, self.ahead, x, loss, old[0])
            self._note(step, worth, correlation.shift(old, moved))
        self.network, self.ahead = self.ahead, self.network

    def _note(self, step: int, worth: float, shift: correlation.Shift) -> None:
        self.seen["steps"].append(step)
        self.seen["loss"].append(worth)
        for name in ("cosine", "difference", "norm"):
            self.seen[name].append(getattr(shift, name).tolist())
        if self.regression is None:
            self.seen["accuracy"].append(self.accuracy())

    def batch(self, step: int) -> tuple[Tensor, Tensor]:
        s = self.settings
        if self.regression is not None:
            return self.regression.inputs.to(s.device), self.regression.targets.to(s.device)
        known = data.images(s.data)
        size = min(s.batch or len(known.labels), len(known.labels))
        epoch, turn = divmod(step, len(known.labels) // size)
        chosen = data.order(s.seed, epoch, len(known.labels))[turn * size : (turn + 1) * size]
        return known.batch(chosen, self.dtype, s.device)

    def loss(self, target: Tensor) -> Loss:
        if self.settings.loss == "cross entropy":
            return lambda out: functional.cross_entropy(out, target)
        scale = 1.0 if self.settings.loss == "sum" else 1.0 / len(target)
        return lambda out: (out - target).square().sum() * scale

    def accuracy(self) -> float:
        """The share of the first training images that is classified rightly, as one batch, before the step."""
        known = data.images(self.settings.data)
        x, labels = known.batch(torch.arange(min(SHOWN, len(known.labels))), self.dtype, self.settings.device)
        with torch.no_grad():
            return float((self.network(x).argmax(1) == labels).double().mean())


def network(settings: Training) -> Blocks:
    """The network of a run, as initialised."""
    dtype = DTYPES[settings.dtype]
    if settings.architecture == "deep linear":
        return deep_linear(settings.normalisation, settings.seed, dtype=dtype)
    channels = data.images(settings.data).pixels.shape[1]
    made = vgg(settings.architecture, settings.normalisation, settings.seed, channels=channels, dtype=dtype)
    # Images whose channels lie side by side take a quarter less time through batch norm and pooling.
    nn.utils.convert_conv2d_weight_memory_format(made, torch.channels_last)
    return made
