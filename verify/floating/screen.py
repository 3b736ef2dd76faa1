"""A cheap number that the rounding-error bound of `tolerance` is never below, from values already computed.

Top down and only as far as cancellation makes it worth: sums and contractions add up absolute values as in the full
analysis; functions, powers, derivatives and calls stop the descent with a count of roundings of their own value, which
is found without arithmetic on instances. Two sides that agree to this agree to the full bound.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from verify.floating.tolerance import (
    LIBRARY_FUNCTION,
    Roundoff,
    contraction_roundings,
    fan_out,
    power_roundings,
)
from verify.floating.torch_compile import Program, Step, core_rank
from verify.floating.torch_run import Inputs, align, contraction


def least_bound(program: Program, slots: list[Tensor], inputs: Inputs, evaluated: Mapping[str, float]) -> Tensor:
    """At most the full error bound, entry by entry, of the value in a program's result slot.

    `evaluated` counts the roundings that symbols bring along which are no exact floats (see `least_count`).
    """
    counts = _counts(program, inputs, evaluated)
    with torch.no_grad():
        least = _least(program, program.result, slots, counts, inputs)
        value = slots[program.result]
        bound: Tensor = least if isinstance(least, Tensor) else least * value.abs()
    return Roundoff.of(inputs.dtype).unit * bound


def least_count(program: Program, inputs: Inputs, evaluated: Mapping[str, float]) -> float:
    """A number c such that the result's error bound is at least c roundings of its value."""
    return _counts(program, inputs, evaluated)[program.result]


def _counts(program: Program, inputs: Inputs, evaluated: Mapping[str, float]) -> list[float]:
    counts: list[float] = []
    for step in program.steps:
        below = [counts[s] for s in step.sources]
        counts.append(evaluated.get(step.detail, 0.0) if step.kind == "symbol" else _count(step, below, inputs))
    return counts


def _count(step: Step, below: list[float], inputs: Inputs) -> float:
    if step.kind == "sum":
        return min(below) + len(below) - 1
    if step.kind == "mean":
        return below[0] + inputs.laws[step.detail].shape[1]
    if step.kind == "contract":
        return sum(below) + contraction_roundings(step.detail, inputs)
    if step.kind in ("transpose", "diag", "abs", "trace", "guard"):
        return below[0]
    if step.kind == "power":
        return abs(float(step.detail)) * below[0] + power_roundings(float(step.detail))
    if step.kind in ("elementwise", "field"):
        return float(LIBRARY_FUNCTION)
    if step.kind == "derivative":
        return float(fan_out(step.detail.kind, step.detail.body, inputs))
    return 0.0


def _least(program: Program, slot: int, slots: list[Tensor], counts: list[float], inputs: Inputs) -> float | Tensor:
    """The error's lower end: a number of roundings of the value, or a tensor where absolute values were added up."""
    step = program.steps[slot]
    if step.kind == "guard":
        return _least(program, step.sources[0], slots, counts, inputs)
    if step.kind == "sum":
        rank, parts = core_rank(step.shape), []
        for source in step.sources:
            below, size = _least(program, source, slots, counts, inputs), slots[source].abs()
            own = len(step.sources) - 1
            whole = own * size + below if isinstance(below, Tensor) else (own + below) * size
            parts.append(align(whole, program.steps[source].axes, step.axes, rank))
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total
    if step.kind == "contract":
        a, b = step.sources
        left, right = (_least(program, s, slots, counts, inputs) for s in (a, b))
        own = contraction_roundings(step.detail, inputs)
        if own == 1 and not isinstance(left, Tensor) and not isinstance(right, Tensor):
            return left + right + own  # nothing is added up, so nothing can cancel
        sizes = slots[a].abs(), slots[b].abs()
        if not isinstance(left, Tensor) and not isinstance(right, Tensor):
            return (left + right + own) * contraction(step.detail, *sizes, inputs)
        if not isinstance(right, Tensor):
            return contraction(step.detail, left + (right + own) * sizes[0], sizes[1], inputs)
        second = contraction(step.detail, sizes[0], right + own * sizes[1], inputs)
        first = contraction(step.detail, left if isinstance(left, Tensor) else left * sizes[0], sizes[1], inputs)
        return first + second
    return counts[slot]
