"""A cheap number that the rounding-error bound of `tolerance` is never below, from values already computed.

Top down and only as far as cancellation makes it worth: sums and contractions add up absolute values as in the full
analysis; functions, powers, derivatives and calls stop the descent with a count of roundings of their own value, which
is found without arithmetic on instances. Two sides that agree to this agree to the full bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

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
    return least_bounds((program,), slots, inputs, evaluated)[0]


def least_bounds(
    programs: Sequence[Program], slots: list[Tensor], inputs: Inputs, evaluated: Mapping[str, float]
) -> list[Tensor]:
    """As `least_bound`, of programs that all have the same steps (`compile_together`)."""
    unit, bounds = Roundoff.of(inputs.dtype).unit, []
    screen = _Screen(programs[0], slots, _counts(programs[0], inputs, evaluated), inputs)
    with torch.no_grad():
        for program in programs:
            least = screen.least(program.result)
            bounds.append(unit * (least if isinstance(least, Tensor) else least * screen.size(program.result)))
    return bounds


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
    if step.kind in ("transpose", "merge", "vec", "diag", "abs", "trace", "guard"):
        return below[0]
    if step.kind == "choice":
        return below[inputs.size(step.detail)]
    if step.kind == "power":
        return abs(float(step.detail)) * below[0] + power_roundings(float(step.detail))
    if step.kind in ("elementwise", "field"):
        return float(LIBRARY_FUNCTION)
    if step.kind == "derivative":
        return float(fan_out(step.detail.kind, step.detail.body, inputs))
    return 0.0


@dataclass
class _Screen:
    """The descent into one program's steps, each looked at once."""

    program: Program
    slots: list[Tensor]
    counts: list[float]
    inputs: Inputs
    found: dict[int, float | Tensor] = field(default_factory=dict)
    sizes: dict[int, Tensor] = field(default_factory=dict)

    def size(self, slot: int) -> Tensor:
        if slot not in self.sizes:
            self.sizes[slot] = self.slots[slot].abs()
        return self.sizes[slot]

    def least(self, slot: int) -> float | Tensor:
        """The error's lower end: roundings of the value, or a tensor where absolute values were added up."""
        if slot not in self.found:
            rule = _RULES.get(self.program.steps[slot].kind)
            self.found[slot] = self.counts[slot] if rule is None else rule(self, self.program.steps[slot])
        return self.found[slot]


def _guard(screen: _Screen, step: Step) -> float | Tensor:
    return screen.least(step.sources[0])


def _choice(screen: _Screen, step: Step) -> float | Tensor:
    return screen.least(step.sources[screen.inputs.size(step.detail)])


def _sum(screen: _Screen, step: Step) -> Tensor:
    rank, own, total = core_rank(step.shape), len(step.sources) - 1, None
    for source in step.sources:
        below, size = screen.least(source), screen.size(source)
        whole = torch.add(below, size, alpha=own) if isinstance(below, Tensor) else (own + below) * size
        part = align(whole, screen.program.steps[source].axes, step.axes, rank)
        total = part if total is None else total + part
    assert total is not None  # a sum has terms
    return total


def _contract(screen: _Screen, step: Step) -> float | Tensor:
    a, b = step.sources
    left, right = screen.least(a), screen.least(b)
    own = contraction_roundings(step.detail, screen.inputs)
    if own == 1 and not isinstance(left, Tensor) and not isinstance(right, Tensor):
        return left + right + own  # nothing is added up, so nothing can cancel

    def contracted(x: Tensor, y: Tensor) -> Tensor:
        return contraction(step.detail, x, y, screen.inputs)

    if not isinstance(left, Tensor) and not isinstance(right, Tensor):
        return (left + right + own) * contracted(screen.size(a), screen.size(b))
    if not isinstance(right, Tensor):
        return contracted(torch.add(left, screen.size(a), alpha=right + own), screen.size(b))
    second = torch.add(right, screen.size(b), alpha=own)
    if not isinstance(left, Tensor):
        return contracted(screen.size(a), torch.add(second, screen.size(b), alpha=left))
    return contracted(left, screen.size(b)) + contracted(screen.size(a), second)


_RULES: Mapping[str, Callable[[_Screen, Step], float | Tensor]] = {
    "guard": _guard,
    "choice": _choice,
    "sum": _sum,
    "contract": _contract,
}
