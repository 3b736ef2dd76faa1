"""Deep linear networks of many seeds trained side by side: one operation of torch for all of them, not one a network.

A network of 10 x 10 layers is so small that most of its time is spent on calling torch. Here the networks of all seeds
are computed at once, with activations of shape (networks, width, samples), each network by its own weights; a step is
measured for all layers at once as well (`moved_gradients`). Without noise a few points stand for all samples (`few`).
Weights, data and noise are those of `four_networks`, and so are the numbers, to rounding. Knows nothing of theory
or verify.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from numerics.experiments.cells import Checkpoint, Numbers
from numerics.shift import correlation, data, training
from numerics.shift.correlation import Loss
from numerics.shift.four_networks import Blocks, DistributionalNoise, deep_linear
from numerics.shift.training import Training

ABREAST = 2  # copies at once: of more, what is kept for the way back does not stay near the processor


# ---- layers -------------------------------------------------------------------------------------------------
# What enters a layer has shape (copies * networks, width, samples): all networks, and all of them again.
class Linears(nn.Module):
    """Every network's own matrix; `weight` has shape (networks, width, width)."""

    def __init__(self, layers: Sequence[nn.Linear]) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.stack([layer.weight.detach() for layer in layers]))

    def forward(self, x: Tensor) -> Tensor:
        return torch.bmm(_for_all(self.weight, len(x) // len(self.weight)), x)


class Norms(nn.Module):
    """Batch normalisation of every unit of every network and copy.

    With a unit's samples side by side this is torch's group normalisation, one channel a group, which takes a third of
    the time of torch's batch normalisation; the tests hold one against the other.
    """

    def __init__(self, layers: Sequence[nn.BatchNorm1d]) -> None:
        super().__init__()
        self.eps = layers[0].eps
        self.weight, self.bias = (
            nn.Parameter(torch.cat([getattr(layer, name).detach() for layer in layers])) for name in ("weight", "bias")
        )

    def forward(self, x: Tensor) -> Tensor:
        channels = x.reshape(1, -1, x.shape[2])
        units = channels.shape[1]
        weight, bias = (_for_all(p, units // len(p)) for p in (self.weight, self.bias))
        return functional.group_norm(channels, units, weight, bias, self.eps).reshape(x.shape)


class Noises(nn.Module):
    """Every network's own noise, which is the same in all copies."""

    def __init__(self, layers: Sequence[DistributionalNoise]) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x: Tensor) -> Tensor:
        networks = x.reshape(-1, len(self.layers), *x.shape[1:]).permute(1, 3, 2, 0)  # samples, units, copies of each
        moved = torch.stack([noise(own) for noise, own in zip(self.layers, networks, strict=True)])
        return moved.permute(3, 0, 2, 1).reshape(x.shape)


def _for_all(parameter: Tensor, copies: int) -> Tensor:
    return parameter if copies == 1 else parameter.repeat(copies, *(1,) * (parameter.dim() - 1))


_TOGETHER: Mapping[type, Any] = {nn.Linear: Linears, nn.BatchNorm1d: Norms, DistributionalNoise: Noises}


def deep_linears(normalisation: str, seeds: Sequence[int], *, dtype: torch.dtype = torch.float32) -> Blocks:
    """The networks `deep_linear(normalisation, seed)` of these seeds, as one. Raises as that does."""
    alone = [deep_linear(normalisation, seed, dtype=dtype) for seed in seeds]
    blocks = []
    for own in zip(*(network.blocks for network in alone), strict=True):
        modules = zip(*(block.children() for block in own), strict=True)
        blocks.append(nn.Sequential(*(_TOGETHER[type(same[0])](same) for same in modules)))
    return Blocks(blocks)


def moved_gradients(networks: Blocks, ahead: Blocks, x: Tensor, loss: Loss, first: Tensor) -> list[Tensor]:
    """As `correlation.moved_gradients` for every network, with one pass through the layers for a few of them.

    In place of k - 1 passes, each from another layer on, one goes through the layers for `ABREAST` of them, and at each
    of these layers i what layers below i made of x at step t + 1 joins it as a further copy. A gradient in W_i is that
    at the layer's output times what that copy brought.
    """
    entries: list[Tensor] = []
    with torch.no_grad():
        for below in list(ahead.blocks)[:-1]:
            x = below(x)
            entries.append(x)
    moved = [first]
    for start in range(0, len(entries), ABREAST):
        joining = entries[start : start + ABREAST]
        outs = _outputs(list(networks.blocks)[1 + start :], joining)
        found = torch.autograd.grad(loss(outs.pop()).sum(), outs)
        moved += [torch.bmm(g[-len(entry) :], entry.mT) for g, entry in zip(found, joining, strict=True)]
    return moved


def _outputs(blocks: Sequence[nn.Module], joining: Sequence[Tensor]) -> list[Tensor]:
    """The output of the first layers' matrices, at each of which another copy joins the stream, and of the network."""
    outs: list[Tensor] = []
    stream = joining[0][:0]
    for place, block in enumerate(blocks):
        linear, *others = block.children()
        if place < len(joining):
            stream = linear(torch.cat([stream, joining[place]]) if len(stream) else joining[place])
            outs.append(stream)
        else:
            stream = linear(stream)
        for module in others:
            stream = module(stream)
    return [*outs, stream]


def few(x: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    """Twice as many points as the inputs have entries, with the same mean and covariance, and their targets.

    A deep linear network is affine in its input, with batch norms as well, whose statistics are means and variances of
    affine functions: what the samples do to it, to its mean squared loss and to all gradients they do by their first
    two moments alone, where targets are linear in x. The points are mu +- sqrt(d/m) l_i with (X - mu 1')Q = (l_1 ..
    l_d), the columns of Q being orthonormal and spanning the rows of X - mu 1'.
    """
    width, samples = x.shape[1:]
    wide, goals = x.double(), targets.double()
    mean, goal = (values.mean(2, keepdim=True) for values in (wide, goals))
    basis = torch.linalg.qr((wide - mean).mT).Q * math.sqrt(width / samples)
    shift, aim = (wide - mean) @ basis, (goals - goal) @ basis
    points, ends = (torch.cat([m + s, m - s], 2) for m, s in ((mean, shift), (goal, aim)))
    return points.to(x.dtype), ends.to(x.dtype)


# ---- runs ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class SideBySide:
    """The training run of a deep linear network, at each of the seeds in place of its own."""

    run: Training
    seeds: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.run.architecture != "deep linear" or not self.seeds:
            raise ValueError(f"expected deep linear networks of one seed or more, got {self}.")


def train(settings: SideBySide, checkpoint: Checkpoint) -> Numbers:
    """{"runs": what `training.train` gives for each seed, in order}."""
    runs = _Runs(settings)
    runs.go_on(settings.run.steps, checkpoint)
    layers = len(runs.network.blocks)
    return {
        "runs": [
            {**seen, "diverged": diverged, "layers": layers}
            for seen, diverged in zip(runs.seen, runs.diverged, strict=True)
        ]
    }


class _Runs(training.Resumable):
    """The run of every seed at once. One that has diverged goes on beside the others, and nothing of it is kept."""

    def __init__(self, settings: SideBySide) -> None:
        run = settings.run
        self.settings, count = run, len(settings.seeds)
        dtype = training.DTYPES[run.dtype]
        self.network = deep_linears(run.normalisation, settings.seeds, dtype=dtype).to(run.device)
        self.ahead = copy.deepcopy(self.network)
        known = [data.gaussian(seed, dtype=dtype) for seed in settings.seeds]
        self.samples = len(known[0].inputs)
        self.x = torch.stack([k.inputs.T for k in known]).to(run.device)
        self.targets = torch.stack([k.targets.T for k in known]).to(run.device)
        if run.normalisation != "noisy" and self.samples > 2 * self.x.shape[1]:
            self.x, self.targets = few(self.x, self.targets)
        self.diverged, self.first = [-1] * count, [math.nan] * count
        self.seen: list[dict[str, list[Any]]] = [{name: [] for name in training.SEEN} for _ in range(count)]

    def loss(self, out: Tensor) -> Tensor:
        """(copies, networks)."""
        scale = (self.samples if self.settings.loss == "sum" else 1) / self.targets.shape[2]
        return (out.reshape(-1, *self.targets.shape) - self.targets).square().sum((2, 3)) * scale

    @property
    def ended(self) -> bool:
        return bool(min(self.diverged) >= 0)

    def advance(self, step: int) -> None:
        """One step of gradient descent of every network, measured if it is its turn."""
        self.network.at_step(step)
        self.ahead.at_step(step)
        value, found = correlation.gradients(self.network, self.x, self.loss)
        count = len(self.diverged)
        finite = torch.isfinite(torch.cat([g.reshape(count, -1) for g in found], 1)).all(1).tolist()
        worth = value[0].tolist()
        for run in range(count):
            self.first[run] = worth[run] if step == 0 else self.first[run]
            bad = not (finite[run] and math.isfinite(worth[run])) or worth[run] > training.EXPLODED * self.first[run]
            if bad and self.diverged[run] < 0:
                self.diverged[run] = step
        correlation.step_ahead(self.network, self.ahead, found, self.settings.rate)
        if step % self.settings.every == 0:
            self._note(step, worth, found)
        self.network, self.ahead = self.ahead, self.network

    def _note(self, step: int, worth: list[float], found: list[Tensor]) -> None:
        old = correlation.weight_gradients(self.network, found)
        moved = moved_gradients(self.network, self.ahead, self.x, self.loss, old[0])
        every = correlation.between(*(torch.stack(g, 1).flatten(2) for g in (old, moved)))  # of all runs and layers
        for run, seen in enumerate(self.seen):
            if self.diverged[run] >= 0:
                continue
            seen["steps"].append(step)
            seen["loss"].append(worth[run])
            for name in ("cosine", "difference", "norm"):
                seen[name].append(getattr(every, name)[run].tolist())
