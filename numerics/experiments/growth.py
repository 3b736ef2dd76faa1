"""Growth of the gradient in stacks with batch normalisation: one cell is a block of networks of one architecture.

The estimates: the slope of log mean |dLoss/dW|^2 against depth (or of the norm, or against log depth), at one width or
extrapolated from widths n and 2n to infinite width. Knows nothing of theory or verify.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from numerics.estimators import Estimate, extrapolated, log_mean_contrast, log_mean_slope, log_means
from numerics.experiments.cells import Cell, Checkpoint, Numbers, Result, table
from numerics.experiments.outcome import Outcome, Plan, Points
from numerics.networks import Stack, gradients_together

BLOCK = 256  # networks in a cell: seconds of work, so that a kill loses little
DTYPES = {"float32": torch.float32, "float64": torch.float64}


@dataclass(frozen=True)
class Block:
    """Networks number `start` to `stop` - 1 of one architecture. `every`: all layers of the one depth, else layer 1."""

    activation: str
    width: int
    batch: int
    depths: tuple[int, ...]
    start: int
    stop: int
    residual: bool = False
    side: int = 0
    every: bool = False
    seed: int = 0
    dtype: str = "float32"
    device: str = "cpu"


def measure(block: Block, checkpoint: Checkpoint) -> Numbers:
    """{"logs": log |gradient|^2 of every network, at every depth or of every layer}."""
    return measure_together((block,))[0]


def measure_together(blocks: Sequence[Block]) -> list[Numbers]:
    """What `measure` gives for each block, of blocks that are `alike`: their networks have the same weights."""
    first = blocks[0]
    stacks = [Stack(b.activation, b.width, b.batch, b.residual, b.side) for b in blocks]
    numbers = range(first.start, first.stop)
    found = gradients_together(
        stacks,
        [[_generator(network_seed(block, i)) for i in numbers] for block in blocks],
        [_generator(_weights_seed(first, i)) for i in numbers],
        first.depths[:1] if first.every else first.depths,
        every=first.every,
        dtype=DTYPES[first.dtype],
        device=first.device,
    )
    return [{"logs": logs.cpu()} for logs in found]


def alike(block: Block) -> tuple[object, ...]:
    """What blocks have in common whose networks differ in activation, batch size and skip connections alone."""
    return tuple(value for name, value in vars(block).items() if name not in ("activation", "batch", "residual"))


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def _weights_seed(block: Block, index: int) -> int:
    """A seed for the weights of network `index`, which are the same for every activation, batch size and depth."""
    return _digest(f"weights|{block.width}|{block.side}|{block.seed}|{index}")


def network_seed(settings: Any, index: int) -> int:
    """A seed for network `index`, another for every architecture; the block's bounds and the device do not enter."""
    fields = {**vars(settings), "start": 0, "stop": 0, "device": "", "dtype": ""}
    return _digest(f"{type(settings).__name__}|{sorted(fields.items())}|{index}")


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "big")


@dataclass(frozen=True)
class Growth:
    """What is estimated. `widths`: one, or n and 2n to be extrapolated. `power`: 2 the squared norm, 1 the norm.

    `against`: "depth" gives the rate of exponential growth, "log depth" the exponent of polynomial growth, "layer"
    the rate from layer to layer within networks of the one depth.
    """

    activation: str
    batch: int
    widths: tuple[int, ...]
    depths: tuple[int, ...]
    networks: int
    power: int = 2
    against: str = "depth"
    residual: bool = False
    side: int = 0

    def __post_init__(self) -> None:
        narrow, *wide = self.widths
        if wide not in ([], [2 * narrow]):
            raise ValueError(f"expected one width, or n and 2n, got {self.widths}.")
        if self.power not in (1, 2) or self.against not in ("depth", "log depth", "layer"):
            raise ValueError(f"expected power 1 or 2 against depth, log depth or layer; got {self}.")

    def plan(self, seed: int, device: str) -> Plan:
        """The cells of each width."""
        blocks = [
            Block(
                self.activation, width, self.batch, self.depths, start, min(start + BLOCK, self.networks),
                self.residual, self.side, self.against == "layer", seed, "float32", device,
            )
            for width in self.widths
            for start in range(0, self.networks, BLOCK)
        ]  # fmt: skip
        return tuple(
            Cell(f"{__name__}:measure", block, self._cost(block.width), f"{__name__}:measure_together", alike(block))
            for block in blocks
        )

    def outcome(self, results: Sequence[Result]) -> Outcome:
        """The estimate, and log means against depth for every width."""
        logs = {
            width: torch.cat([table(r.numbers["logs"]) for r in results if r.cell.settings.width == width])
            * (self.power / 2)
            for width in self.widths
        }
        slopes = {width: log_mean_slope(values, self._positions()) for width, values in logs.items()}
        narrow, *wide = (slopes[width] for width in self.widths)
        estimate = extrapolated(narrow, wide[0]) if wide else narrow
        return Outcome(estimate, tuple(self._points(width, values, slopes[width]) for width, values in logs.items()))

    def _positions(self) -> list[float]:
        if self.against == "layer":
            return [float(self.depths[0] - layer) for layer in range(1, self.depths[0] + 1)]
        return [math.log(d) if self.against == "log depth" else float(d) for d in self.depths]

    def _points(self, width: int, logs: Tensor, slope: Estimate) -> Points:
        finite = logs[torch.isfinite(logs).all(1)]
        units = torch.eye(finite.shape[1], dtype=torch.float64)
        errors = [log_mean_contrast(finite, unit).standard_error for unit in units]
        name = "log mean squared gradient" if self.power == 2 else "log mean gradient norm"
        return Points(
            f"width {width}", self.against, name, tuple(self._positions()), tuple(log_means(finite).tolist()),
            tuple(errors), slope.value, slope.standard_error,
        )  # fmt: skip

    def _cost(self, width: int) -> float:
        work = width**2 * max(1, self.side**2 * 9) * min(BLOCK, self.networks)
        return float(work * (self.depths[-1] + sum(self.depths) * (1 + self.batch / 32)))
