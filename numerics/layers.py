"""Batch normalisation as people call it: torch's modules and functions behind one signature, to be held against theory.

A subject takes a batch as (channels, m), lays it out as its layer wants it, and returns the output as (channels, m)
with the running statistics as they are after the call. Nothing is computed here. Knows nothing of theory or verify.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Statistics:
    """Running mean and running variance of every channel."""

    mean: Float[Tensor, " channels"]
    variance: Float[Tensor, " channels"]


@dataclass(frozen=True)
class Call:
    """One call: without `gamma` the layer is not affine, without `running` it tracks no statistics.

    `momentum` None, which modules alone know, averages all batches so far; `seen` counts those before this one.
    """

    y: Float[Tensor, "channels m"]
    gamma: Float[Tensor, " channels"] | None = None
    beta: Float[Tensor, " channels"] | None = None
    running: Statistics | None = None
    training: bool = True
    momentum: float | None = 0.1
    eps: float = 1e-5
    seen: int = 0


@dataclass(frozen=True)
class Outcome:
    """The output, and running statistics after the call where some are kept."""

    output: Float[Tensor, "channels m"]
    running: Statistics | None


@dataclass(frozen=True)
class Subject:
    """`spatial`: sizes of the axes after the channels; m must be a multiple of their product."""

    run: Callable[[Call], Outcome]
    spatial: tuple[int, ...] = ()
    is_module: bool = False


def laid_out(y: Float[Tensor, "channels m"], spatial: tuple[int, ...]) -> Tensor:
    """(channels, m) as (samples, channels, *spatial)."""
    return y.reshape(y.shape[0], y.shape[1] // prod(spatial), *spatial).transpose(0, 1)


def collected(output: Tensor) -> Float[Tensor, "channels m"]:
    """(samples, channels, *spatial) as (channels, m): the inverse of `laid_out`."""
    return output.transpose(0, 1).flatten(1)


def _module(kind: Callable[..., nn.Module], spatial: tuple[int, ...]) -> Subject:
    def run(call: Call) -> Outcome:
        parameters_in = call.y if call.gamma is None else call.gamma
        layer = kind(
            call.y.shape[0],
            eps=call.eps,
            momentum=call.momentum,
            affine=call.gamma is not None,
            track_running_stats=call.running is not None,
            device=call.y.device,
            dtype=parameters_in.dtype,
        ).train(call.training)
        given = {name: t for name, t in (("weight", call.gamma), ("bias", call.beta)) if t is not None}
        buffers = dict(layer.named_buffers())
        if call.running is not None:
            buffers["running_mean"].copy_(call.running.mean)
            buffers["running_var"].copy_(call.running.variance)
            buffers["num_batches_tracked"].fill_(call.seen)
        output = torch.func.functional_call(layer, given, laid_out(call.y, spatial))
        kept = Statistics(buffers["running_mean"], buffers["running_var"]) if call.running is not None else None
        return Outcome(collected(output), kept)

    return Subject(run, spatial, is_module=True)


def _function(batch_norm: Callable[..., Tensor]) -> Subject:
    def run(call: Call) -> Outcome:
        if call.momentum is None:
            raise ValueError("expected a momentum that is a number; None, the average of all batches, is for modules.")
        kept = None if call.running is None else Statistics(call.running.mean.clone(), call.running.variance.clone())
        output = batch_norm(
            laid_out(call.y, ()),
            running_mean=None if kept is None else kept.mean,
            running_var=None if kept is None else kept.variance,
            weight=call.gamma,
            bias=call.beta,
            training=call.training or kept is None,
            momentum=call.momentum,
            eps=call.eps,
        )
        return Outcome(collected(output), kept)

    return Subject(run)


def _native(x: Tensor, **arguments: Any) -> Tensor:
    return torch.native_batch_norm(x, **arguments)[0]


SUBJECTS: Mapping[str, Subject] = {
    "BatchNorm1d": _module(nn.BatchNorm1d, ()),
    "BatchNorm1d, sequences": _module(nn.BatchNorm1d, (3,)),
    "BatchNorm2d": _module(nn.BatchNorm2d, (3, 2)),
    "BatchNorm3d": _module(nn.BatchNorm3d, (1, 3, 2)),
    "F.batch_norm": _function(functional.batch_norm),
    "native_batch_norm": _function(_native),
}
