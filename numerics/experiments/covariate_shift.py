"""The difference that a normalisation makes to one network in training, paired by seed: correlation or accuracy.

One cell is one training run, or those of all seeds side by side. The runs of a pair start from the same weights and
see the same data in the same order.
A pair of which one run diverged has no difference: it is counted apart and never averaged in.
Knows nothing of theory or verify.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from numerics.estimators import Estimate
from numerics.experiments.cells import Cell, Numbers, Result, table
from numerics.experiments.outcome import Outcome, Plan, Points
from numerics.shift.four_networks import NORMALISATIONS, PLANS, mixed
from numerics.shift.side_by_side import SideBySide
from numerics.shift.training import DTYPES, Training

NAMES = {"none": "standard", "batch": "batch norm", "noisy": "noisy batch norm"}
COST = {"none": 1.0, "batch": 2.0, "noisy": 3.0}  # of a training step, roughly, for the time left


@dataclass(frozen=True)
class Contrast:
    """The mean over seeds of quantity(first) - quantity(second), for two normalisations of one network.

    quantity "correlation": the mean of cos(G_i, G'_i) over the layers 2 .. k and all measured steps;
    "accuracy": on the first training images, the mean over the measured steps. Architecture "vgg" is the small one for
    digits, and `large` for images of 32 x 32 pixels. `dtype` "float64" is for runs that rounding would lead astray.
    """

    architecture: str
    data: str
    loss: str
    rate: Fraction
    steps: int
    every: int
    batch: int
    seeds: int
    first: str = "none"
    second: str = "batch"
    quantity: str = "correlation"
    large: str = "vgg16"
    dtype: str = "float32"

    def __post_init__(self) -> None:
        if self.architecture not in ("deep linear", "vgg", *PLANS) or self.large not in PLANS:
            raise ValueError(f"expected deep linear, vgg or one of {', '.join(PLANS)}; got {self.architecture!r}.")
        if {self.first, self.second} - set(NORMALISATIONS) or self.first == self.second or self.seeds < 2:
            raise ValueError(f"expected two of {', '.join(NORMALISATIONS)} and two seeds or more; got {self}.")
        if self.dtype not in DTYPES:
            raise ValueError(f"expected a dtype of {', '.join(DTYPES)}; got {self.dtype!r}.")
        if self.quantity not in ("correlation", "accuracy"):
            raise ValueError(f"expected correlation or accuracy, got {self.quantity!r}.")
        if self.quantity == "accuracy" and self.architecture == "deep linear":
            raise ValueError("expected images for an accuracy: the deep linear network learns a linear map.")

    @property
    def network(self) -> str:
        """The architecture, with "vgg" resolved by the data."""
        small = "vgg8x8" if self.data == "digits" else self.large
        return small if self.architecture == "vgg" else self.architecture

    def plan(self, seed: int, device: str) -> Plan:
        """Two cells a seed; deep linear networks, which are small, take two for all seeds."""
        seeds = tuple(mixed(seed, index) for index in range(self.seeds))
        if self.architecture == "deep linear":
            return tuple(
                Cell(
                    "numerics.shift.side_by_side:train",
                    SideBySide(self._run(normalisation, 0, device), seeds),
                    cost=COST[normalisation] * self.steps,
                )
                for normalisation in (self.first, self.second)
            )
        return tuple(
            Cell(
                "numerics.shift.training:train",
                self._run(normalisation, one, device),
                cost=COST[normalisation] * self.steps,
            )
            for one in seeds
            for normalisation in (self.first, self.second)
        )

    def _run(self, normalisation: str, seed: int, device: str) -> Training:
        return Training(
            self.network, normalisation, self.data, self.loss, float(self.rate), self.steps, self.every, self.batch,
            seed, self.dtype, device,
        )  # fmt: skip

    def outcome(self, results: Sequence[Result]) -> Outcome:
        """The paired difference, and curves of every quantity against the step, a mean over the runs that ran on."""
        pairs = list(zip(_runs(results[::2]), _runs(results[1::2]), strict=True))
        read: Callable[[Numbers], float] = correlation if self.quantity == "correlation" else accuracy
        differences = [read(a) - read(b) for a, b in pairs]
        curves = [c for side in (0, 1) for c in self._curves([pair[side] for pair in pairs], side)]
        return Outcome(paired(differences), tuple(curves))

    def _curves(self, runs: Sequence[Numbers], side: int) -> list[Points]:
        good = [run for run in runs if run["diverged"] < 0]
        name = NAMES[(self.first, self.second)[side]]
        if not good:
            return []
        steps = tuple(float(s) for s in good[0]["steps"])
        layers = [_layers(run, "cosine") for run in good]
        moved = [_layers(run, "difference").log10() for run in good]
        found = [
            _points(name, "loss", steps, [table(run["loss"]) for run in good]),
            *_by_layer(name, "cos(G, G')", steps, layers),
            *_by_layer(name, "log10 |G - G'|", steps, moved),
        ]
        if good[0]["accuracy"]:
            found.insert(0, _points(name, "accuracy", steps, [table(run["accuracy"]) for run in good]))
        return found


def _runs(results: Sequence[Result]) -> list[Numbers]:
    """The runs of one side, in the order of their seeds."""
    return [run for result in results for run in result.numbers.get("runs", [result.numbers])]


def correlation(run: Numbers) -> float:
    """The mean cosine over layers 2 .. k and measured steps; nan for a run that diverged or has a zero gradient."""
    return math.nan if run["diverged"] >= 0 else float(_layers(run, "cosine")[:, 1:].mean())


def accuracy(run: Numbers) -> float:
    """The mean accuracy over the measured steps; nan for a run that diverged."""
    return math.nan if run["diverged"] >= 0 else float(table(run["accuracy"]).mean())


def paired(differences: Sequence[float]) -> Estimate:
    """The mean of paired differences with its standard error; a nan is a pair that diverged.

    With fewer than two pairs there is no standard error: it is given as 0 beside a count that no rule accepts.
    """
    finite = torch.tensor([d for d in differences if math.isfinite(d)], dtype=torch.float64)
    count = len(finite)
    value = float(finite.mean()) if count else 0.0
    error = float(finite.std()) / math.sqrt(count) if count > 1 else 0.0
    return Estimate(value, error, count, max(1, count - 1), len(differences) - count)


def _layers(run: Numbers, name: str) -> Tensor:
    """(steps, layers) in float64."""
    return table(run[name])


def _by_layer(name: str, what: str, steps: tuple[float, ...], runs: Sequence[Tensor]) -> list[Points]:
    """One curve a layer, from layer 2 on."""
    return [
        _points(f"{name}, layer {layer + 1}", what, steps, [run[:, layer] for run in runs])
        for layer in range(1, runs[0].shape[1])
    ]


def _points(label: str, what: str, steps: tuple[float, ...], runs: Sequence[Tensor]) -> Points:
    """The mean over runs with its standard error."""
    values = torch.stack(list(runs))
    spread = values.std(0) / math.sqrt(len(values)) if len(values) > 1 else torch.zeros_like(values[0])
    kept = torch.isfinite(values).all(0).tolist()
    at, y, errors = (
        tuple(v for v, keep in zip(column, kept, strict=True) if keep)
        for column in (steps, values.mean(0).tolist(), spread.tolist())
    )
    return Points(label, "step", what, at, y, errors)
