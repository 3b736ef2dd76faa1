"""One batch norm and many, in the same networks: what each single one does to the gradient, and what the stack does.

All in float64, by autograd: the gradients at the input and at the output of every batch norm of a plain stack, and of
one more that is put behind the activation of a middle layer with gamma = sigma and beta = mu, so that it changes
nothing on the way forward. Knows nothing of theory or verify.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

from numerics.activations import LIBRARY
from numerics.estimators import log_mean_slope, log_means, mean
from numerics.experiments.cells import Cell, Checkpoint, Numbers, Result, table
from numerics.experiments.growth import network_seed
from numerics.experiments.outcome import Outcome, Plan, Points
from numerics.networks import Draws, Stack, batch_norm

ABREAST = 4  # networks at once: of more, what is kept for the way back does not stay near the processor
QUANTITIES = ("discrepancy", "change", "ratio", "growth")


@dataclass(frozen=True)
class Insertion:
    """`networks` plain stacks of `depth` layers; the further batch norm stands in the middle."""

    activation: str
    width: int
    batch: int
    depth: int
    networks: int
    seed: int = 0
    device: str = "cpu"


def measure(settings: Insertion, checkpoint: Checkpoint) -> Numbers:
    """For every network:

    discrepancy  largest difference between |dL/dy|^2 of a unit by autograd and (gamma^2/sigma^2)(|g|^2 - (1'g)^2/m -
                 (g'yhat)^2/m), divided by (gamma^2/sigma^2)|g|^2, over all units of all batch norms
    change       largest relative change of the last layer's values by the further batch norm
    ratio        squared gradient at its input divided by that at its output
    logs         log squared gradient at the input of every batch norm of the stack without the further one, in order;
                 not the first, whose batch has the variance of the input
    """
    starts = range(0, settings.networks, ABREAST)
    parts = [_networks(settings, range(i, min(i + ABREAST, settings.networks))) for i in starts]
    return {name: torch.cat([part[name] for part in parts]).tolist() for name in parts[0]}


def _networks(settings: Insertion, numbers: Sequence[int]) -> dict[str, Tensor]:
    """As `measure`, of the networks with these numbers, which are computed at once."""
    stack = Stack(settings.activation, settings.width, settings.batch)
    generators = tuple(torch.Generator().manual_seed(network_seed(settings, index)) for index in numbers)
    draws = Draws(stack, generators, torch.float64, settings.device)
    entry, readout, weights = draws.activations(), draws.readout(), draws.weights(settings.depth)
    out, norms = _pass(stack, weights, entry, further=settings.depth // 2)
    found = _gradients(out, norms, readout)
    inserted = settings.depth // 2 + 1
    logs = [_squared(before[:, 0]).log() for before, _ in (*found[1:inserted], *found[inserted + 1 :])]
    discrepancies = [_discrepancy(norm, *(g[:, -1] for g in pair)) for norm, pair in zip(norms, found, strict=True)]
    before, after = (gradient[:, -1] for gradient in found[inserted])
    plain, extended = out.detach().unbind(1)
    return {
        "discrepancy": torch.stack(discrepancies).amax(0),
        "change": _largest(extended - plain) / _largest(plain),
        "ratio": _squared(before) / _squared(after),
        "logs": torch.stack(logs, 1),
    }


def _squared(x: Float[Tensor, "networks width batch"]) -> Float[Tensor, " networks"]:
    return x.flatten(1).square().sum(1)


def _largest(x: Float[Tensor, "networks width batch"]) -> Float[Tensor, " networks"]:
    return x.flatten(1).abs().amax(1)


@dataclass(frozen=True)
class _Norm:
    """A batch norm in place: its input, its output, and the gamma of every unit."""

    entry: Tensor
    out: Tensor
    gamma: Tensor


# The stack and the one with a further batch norm are two copies side by side, which see the same weights:
# activations have shape (networks, copies, width, batch); of the further batch norm there is one copy
def _pass(stack: Stack, weights: Sequence[Tensor], entry: Tensor, further: int) -> tuple[Tensor, list[_Norm]]:
    """The output of both copies and their batch norms in order; in the second copy one more stands behind the
    activation of layer `further`."""
    x, norms = entry[:, None].repeat(1, 2, 1, 1).requires_grad_(), []
    for layer, w in enumerate(weights):
        normalised = batch_norm(stack, x)
        norms.append(_Norm(x, normalised, torch.ones_like(x[..., :1])))
        hidden = LIBRARY[stack.activation].function(normalised)
        if layer == further:
            plain, other = hidden[:, :1], hidden[:, 1:]
            gamma, beta = _deviation(other.detach()), other.detach().mean(-1, keepdim=True)
            moved = batch_norm(stack, other) * gamma + beta
            norms.append(_Norm(other, moved, gamma))
            hidden = torch.cat([plain, moved], 1)
        x = _linear(w, hidden)
    return x, norms


def _linear(weights: Tensor, x: Tensor) -> Tensor:
    """Both copies by the weights of their network; samples are rows, which takes half of the time."""
    networks, copies, width, batch = x.shape
    rows = x.mT.reshape(networks, copies * batch, width)
    return torch.bmm(rows, weights.mT).reshape(networks, copies, batch, width).mT


def _gradients(out: Tensor, norms: Sequence[_Norm], readout: Tensor) -> list[tuple[Tensor, Tensor]]:
    """The gradients at the input and at the output of every batch norm."""
    both = readout[:, None].expand_as(out)
    found = torch.autograd.grad(out, [t for norm in norms for t in (norm.entry, norm.out)], both)
    return list(zip(found[::2], found[1::2], strict=True))


def _deviation(y: Tensor) -> Tensor:
    return y.var(-1, unbiased=False, keepdim=True).sqrt()


def _discrepancy(norm: _Norm, before: Tensor, after: Tensor) -> Float[Tensor, " networks"]:
    """Theorem 4.1 (corrected) for every unit of the last copy: statistics from the batch, gradients from autograd."""
    y, gamma, m = norm.entry.detach()[:, -1], norm.gamma[:, -1], norm.entry.shape[-1]
    sigma = _deviation(y)
    unit = (y - y.mean(2, keepdim=True)) / sigma
    square = after.square().sum(2)
    bracket = square - after.sum(2).square() / m - (after * unit).sum(2).square() / m
    scale = (gamma / sigma)[..., 0] ** 2
    return ((before.square().sum(2) - scale * bracket).abs() / (scale * square)).amax(1)


@dataclass(frozen=True)
class OneAndMany:
    """One of the quantities above: the mean over networks, or for "growth" the rate from layer to layer."""

    quantity: str
    activation: str
    width: int
    batch: int
    depth: int
    networks: int

    def __post_init__(self) -> None:
        if self.quantity not in QUANTITIES:
            raise ValueError(f"expected a quantity of {', '.join(QUANTITIES)}; got {self.quantity!r}.")

    def plan(self, seed: int, device: str) -> Plan:
        settings = Insertion(self.activation, self.width, self.batch, self.depth, self.networks, seed, device)
        return (Cell(f"{__name__}:measure", settings, cost=float(self.width**2 * self.depth * self.networks)),)

    def outcome(self, results: Sequence[Result]) -> Outcome:
        numbers = results[0].numbers
        if self.quantity != "growth":
            return Outcome(mean(table(numbers[self.quantity])))
        logs = table(numbers["logs"])
        above = [float(self.depth - layer) for layer in range(1, self.depth)]
        slope = log_mean_slope(logs, above)
        errors = (logs.std(0) / len(logs) ** 0.5).tolist()
        curve = Points(
            f"width {self.width}", "layers above", "log mean squared gradient", tuple(above),
            tuple(log_means(logs).tolist()), tuple(errors), slope.value, slope.standard_error,
        )  # fmt: skip
        return Outcome(slope, (curve,))
