"""The mean-field functional by Monte Carlo on the sphere, and where the forward map leads. Knows no prediction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from numerics.activations import LIBRARY
from numerics.estimators import Estimate, mean
from numerics.experiments.cells import Cell, Checkpoint, Numbers, Result, table
from numerics.experiments.growth import network_seed
from numerics.experiments.outcome import Outcome, Plan, Points
from numerics.mean_field import departure, forward, moments, on_the_sphere

QUANTITIES = ("rate", "mean square")
CHUNK = 4096  # batches drawn at once: few enough to stay near the processor
INPUTS = 3  # dimensions of the random inputs from which the forward map starts


@dataclass(frozen=True)
class Draws:
    """`runs` independent means over `samples` points of the sphere."""

    activation: str
    batch: int
    samples: int
    runs: int
    seed: int = 0


def measure(settings: Draws, checkpoint: Checkpoint) -> Numbers:
    """The moments of every run: {"square", "product", "numerator"}, each a list of means."""
    return measure_together((settings,))[0]


def measure_together(several: Sequence[Draws]) -> list[Numbers]:
    """What `measure` gives for each, of draws that differ in their activation alone: they see the same points."""
    first = several[0]
    names = ("square", "product", "numerator")
    found = [{name: [0.0] * first.runs for name in names} for _ in several]
    for index in range(first.runs):
        generator = torch.Generator().manual_seed(network_seed(replace(first, activation=""), index))
        for start in range(0, first.samples, CHUNK):
            points = on_the_sphere(min(CHUNK, first.samples - start), first.batch, generator)
            for settings, means in zip(several, found, strict=True):
                seen = moments(LIBRARY[settings.activation].function, points)
                for name in names:
                    means[name][index] += float(getattr(seen, name).sum()) / first.samples
    return list(found)


@dataclass(frozen=True)
class Functional:
    """ "rate": numerator/((B - 3) u) with u = square - product; or "mean square", E[phi(y_1)^2]."""

    quantity: str
    activation: str
    batch: int
    samples: int
    runs: int

    def __post_init__(self) -> None:
        if self.quantity not in QUANTITIES:
            raise ValueError(f"expected a quantity of {', '.join(QUANTITIES)}; got {self.quantity!r}.")

    def plan(self, seed: int, device: str) -> Plan:
        settings = Draws(self.activation, self.batch, self.samples, self.runs, seed)
        cost, points = float(self.samples * self.runs * self.batch), replace(settings, activation="")
        return (Cell(f"{__name__}:measure", settings, cost, f"{__name__}:measure_together", points),)

    def outcome(self, results: Sequence[Result]) -> Outcome:
        square, product, numerator = (
            torch.tensor(results[0].numbers[name], dtype=torch.float64) for name in ("square", "product", "numerator")
        )
        if self.quantity == "mean square":
            return Outcome(mean(square))
        return Outcome(ratio(numerator, (self.batch - 3) * (square - product)))


def ratio(top: torch.Tensor, bottom: torch.Tensor) -> Estimate:
    """The ratio of two means over the same runs, with the delta method's standard error."""
    value = float(top.mean() / bottom.mean())
    influence = (top - value * bottom) / bottom.mean()
    return Estimate(value, float(influence.std()) / math.sqrt(len(top)), len(top), len(top) - 1)


@dataclass(frozen=True)
class Starts:
    """`runs` random batches of inputs, each carried through `layers` layers by the forward map."""

    activation: str
    batch: int
    layers: int
    samples: int
    runs: int
    seed: int = 0


def carry(settings: Starts, checkpoint: Checkpoint) -> Numbers:
    """{"departures": of every run the departure from the fixed point's form, at the inputs and behind each layer}."""
    phi = LIBRARY[settings.activation].function
    rows = []
    for index in range(settings.runs):
        generator = torch.Generator().manual_seed(network_seed(settings, index))
        inputs = torch.randn(settings.batch, INPUTS, generator=generator, dtype=torch.float64)
        covariance = inputs @ inputs.T
        row = [departure(covariance)]
        for _ in range(settings.layers):
            covariance = forward(phi, covariance, settings.samples, generator)
            row.append(departure(covariance))
        rows.append(row)
    return {"departures": rows}


@dataclass(frozen=True)
class ForwardMap:
    """The mean departure from u G behind layer `layer` of `layers`; 0 is at the inputs."""

    layer: int
    activation: str
    batch: int
    layers: int
    samples: int
    runs: int

    def plan(self, seed: int, device: str) -> Plan:
        settings = Starts(self.activation, self.batch, self.layers, self.samples, self.runs, seed)
        return (Cell(f"{__name__}:carry", settings, cost=float(self.samples * self.runs * self.layers * self.batch)),)

    def outcome(self, results: Sequence[Result]) -> Outcome:
        rows = table(results[0].numbers["departures"])
        errors = (rows.std(0) / len(rows) ** 0.5).tolist()
        places = tuple(float(layer) for layer in range(self.layers + 1))
        curve = Points("forward", "layer", "departure", places, tuple(rows.mean(0).tolist()), tuple(errors))
        return Outcome(mean(rows[:, self.layer]), (curve,))
