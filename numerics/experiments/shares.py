"""How much of the stream's mean square each residual branch brings. Knows nothing of theory or verify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from numerics.estimators import mean
from numerics.experiments.cells import Cell, Checkpoint, Numbers, Result, table
from numerics.experiments.growth import network_seed
from numerics.experiments.outcome import Outcome, Plan, Points
from numerics.networks import Draws, Stack, branch, by_network


@dataclass(frozen=True)
class Shares:
    """`networks` residual networks of `depth` layers."""

    activation: str
    width: int
    batch: int
    depth: int
    networks: int
    seed: int = 0
    device: str = "cpu"


def measure(settings: Shares, checkpoint: Checkpoint) -> Numbers:
    """{"shares": |branch|^2/|x^{l+1}|^2 of every network for l = 1 .. depth-1}."""
    stack = Stack(settings.activation, settings.width, settings.batch, residual=True)
    rows = []
    for index in range(settings.networks):  # one at a time: a forward pass, and no more memory than one network
        generator = torch.Generator().manual_seed(network_seed(settings, index))
        draws = Draws(stack, (generator,), torch.float32, settings.device)
        x = draws.activations()
        row = []
        for layer in range(settings.depth):
            change = branch(stack, draws.weights(1)[0], x)
            x = change if layer == 0 else x + change
            row.append(float((_square(stack, change) / _square(stack, x))[0]))
        rows.append(row[1:])
    return {"shares": rows}


def _square(stack: Stack, x: torch.Tensor) -> torch.Tensor:
    return by_network(stack, x).double().square().sum(1)


@dataclass(frozen=True)
class ResidualShare:
    """The mean over blocks l and networks of (l+1) times the branch's share at block l."""

    activation: str
    width: int
    batch: int
    depth: int
    networks: int

    def plan(self, seed: int, device: str) -> Plan:
        settings = Shares(self.activation, self.width, self.batch, self.depth, self.networks, seed, device)
        return (Cell(f"{__name__}:measure", settings, cost=float(self.width**2 * self.depth * self.networks)),)

    def outcome(self, results: Sequence[Result]) -> Outcome:
        shares = table(results[0].numbers["shares"])
        blocks = torch.arange(1, self.depth, dtype=torch.float64)
        errors = shares.std(0) / len(shares) ** 0.5
        curve = Points(
            f"width {self.width}", "block", "share of the branch", tuple(blocks.tolist()),
            tuple(shares.mean(0).tolist()), tuple(errors.tolist()),
        )  # fmt: skip
        return Outcome(mean(((blocks + 1) * shares).mean(1)), (curve,))
