"""One batch norm and many, in the same networks: what each single one does to the gradient, and what the stack does.

All in float64, by autograd: the gradients at the input and at the output of every batch norm of a plain stack, and of
one more that is put behind the activation of a middle layer with gamma = sigma and beta = mu, so that it changes
nothing on the way forward. Knows nothing of theory or verify.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.activations import LIBRARY
from numerics.estimators import log_mean_slope, log_means, mean
from numerics.experiments.cells import Cell, Checkpoint, Numbers, Result, table
from numerics.experiments.growth import network_seed
from numerics.experiments.outcome import Outcome, Plan, Points
from numerics.networks import Draws, Stack, batch_norm, linear

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
    rows = [_network(settings, index) for index in range(settings.networks)]
    return {name: [row[name] for row in rows] for name in rows[0]}


def _network(settings: Insertion, index: int) -> dict[str, object]:
    stack = Stack(settings.activation, settings.width, settings.batch)
    generator = torch.Generator().manual_seed(network_seed(settings, index))
    draws = Draws(stack, (generator,), torch.float64, settings.device)
    entry, readout, weights = draws.activations(), draws.readout(), draws.weights(settings.depth)
    plain, norms = _pass(stack, weights, entry)
    logs = [float(before.square().sum().log()) for before, _ in _gradients(plain, norms[1:], readout)]
    extended, more = _pass(stack, weights, entry, further=settings.depth // 2)
    gradients = _gradients(extended, more, readout)
    before, after = gradients[settings.depth // 2 + 1]
    return {
        "discrepancy": max(_discrepancy(norm, *pair) for norm, pair in zip(more, gradients, strict=True)),
        "change": float((extended - plain).detach().abs().max() / plain.detach().abs().max()),
        "ratio": float(before.square().sum() / after.square().sum()),
        "logs": logs,
    }


@dataclass(frozen=True)
class _Norm:
    """A batch norm in place: its input, its output, and the gamma of every unit."""

    entry: Tensor
    out: Tensor
    gamma: Tensor


def _pass(
    stack: Stack, weights: Sequence[Tensor], entry: Tensor, further: int | None = None
) -> tuple[Tensor, list[_Norm]]:
    """The stack's output and its batch norms in order; one more stands behind the activation of layer `further`."""
    x, norms = entry.clone().requires_grad_(), []
    for layer, w in enumerate(weights):
        normalised = batch_norm(stack, x)
        norms.append(_Norm(x, normalised, torch.ones_like(x[..., :1])))
        hidden = LIBRARY[stack.activation].function(normalised)
        if layer == further:
            gamma, beta = _deviation(hidden.detach()), hidden.detach().mean(2, keepdim=True)
            moved = batch_norm(stack, hidden) * gamma + beta
            norms.append(_Norm(hidden, moved, gamma))
            hidden = moved
        x = linear(stack, w, hidden)
    return x, norms


def _gradients(out: Tensor, norms: Sequence[_Norm], readout: Tensor) -> list[tuple[Tensor, Tensor]]:
    """The gradients at the input and at the output of every batch norm."""
    found = torch.autograd.grad(out, [t for norm in norms for t in (norm.entry, norm.out)], readout)
    return list(zip(found[::2], found[1::2], strict=True))


def _deviation(y: Tensor) -> Tensor:
    return y.var(2, unbiased=False, keepdim=True).sqrt()


def _discrepancy(norm: _Norm, before: Tensor, after: Tensor) -> float:
    """Theorem 4.1 (corrected) for every unit: statistics from the batch, both gradients from autograd."""
    y, m = norm.entry.detach(), norm.entry.shape[2]
    sigma = _deviation(y)
    unit = (y - y.mean(2, keepdim=True)) / sigma
    bracket = after.square().sum(2) - after.sum(2).square() / m - (after * unit).sum(2).square() / m
    scale = (norm.gamma / sigma)[..., 0] ** 2
    return float(((before.square().sum(2) - scale * bracket).abs() / (scale * after.square().sum(2))).max())


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
