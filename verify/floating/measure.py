"""Both sides of a claim on one batch, apart, and how far they are from each other in units of the derived bound.

Cheap first: a smaller bound from the values at hand (`verify.floating.screen`). Instances whose sides agree to that are
within the full bound; only the others have it computed.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from theory.statements.claims import Claim
from theory.terms import Number, Zero
from theory.terms.rewrite import unfold
from verify.floating.building import Built, counts_of, errors_of, take
from verify.floating.screen import least_bounds
from verify.floating.tolerance import analyse_together, as_double
from verify.floating.torch_compile import Program, compile_together
from verify.floating.torch_run import run_together

BUCKETS = 14
PROBE = 16  # instances of a batch whose bound is computed although they agree to the smaller one
NARROW = 2.0**-7  # of what is compared: an instance with a wider bound says nothing


@dataclass(frozen=True)
class Sides:
    """A claim compiled: both sides for values (references), and unfolded for bounds. What the sides share is one
    step of both: evaluated twice, it would have the same value."""

    left: Program
    right: Program
    left_bound: Program
    right_bound: Program
    one_sided: bool
    strict: bool
    against_zero: bool

    @staticmethod
    def of(claim: Claim) -> Sides:
        """Raises CannotCompileError where a side has no torch program."""
        left, right = compile_together((claim.left, claim.right))
        bounds = compile_together([unfold(side) for side in (claim.left, claim.right)], "symbols")
        zero = any(isinstance(s, Zero) or (isinstance(s, Number) and s.value == 0) for s in (claim.left, claim.right))
        return Sides(left, right, bounds[0], bounds[1], claim.ordered, claim.relation == "<", zero)

    @property
    def has_calls(self) -> bool:
        """Does the library compute a definition of the claim?"""
        return _calls(self.left) or _calls(self.right)


def _calls(program: Program) -> bool:
    return any(
        step.kind == "call" or (step.kind == "derivative" and _calls(step.detail.body)) for step in program.steps
    )


@dataclass(frozen=True)
class Measured:
    """Counts over one batch; `suspects` are places beyond the bound, worst first. `analysed` had their bound computed.

    unmet: assumptions fail. undefined: a side has no value, or something overflows on the way. unresolved: the bound is
    wider than `NARROW` of what the sides would be had nothing cancelled, or the left side is not less by more than the
    bound where the claim says that it is less; `close` are places of these where the sides agree to their bound, the
    closest first. `widths`: bounds relative to the sides themselves, of the instances that count among those analysed
    whatever their residual.
    """

    satisfied: int
    unmet: int
    undefined: int
    unresolved: int
    analysed: int
    suspects: tuple[int, ...]
    worst: float
    histogram: tuple[int, ...]
    widths: tuple[float, ...] = ()
    close: tuple[int, ...] = ()


def measure(sides: Sides, built: Built, *, full: bool, probe: int = PROBE) -> Measured:
    """Compare the sides on every satisfying instance; with `full`, the bound is computed for all of them, as it is
    where a side must be less: being less is seen by the bound alone. Else for a `probe` of so many and for those that
    the smaller bound does not settle."""
    full = full or sides.strict
    count = len(built.satisfied)
    slots, finite = run_together((sides.left, sides.right), built.inputs)
    left, right = (_entries(slots[p.result], count) for p in (sides.left, sides.right))
    finite = finite.expand(count)
    usable = built.satisfied & finite
    residual = left - right
    residual = residual.clamp(min=0) if sides.one_sided else residual.abs()
    open_ = usable
    if not full:
        counts = counts_of(built.setting, built.inputs)
        both = least_bounds((sides.left, sides.right), slots, built.inputs, counts)
        below = [_entries(bound, count) for bound in both]
        least = below[0] + below[1]
        open_ = usable & ~((residual <= least) & (least < torch.inf)).all(-1)
        open_ = open_ | (usable & (torch.cumsum(usable, 0) <= probe))
    index = open_.nonzero().flatten()
    unmet, undefined = int((~built.satisfied).sum()), int((built.satisfied & ~finite).sum())
    if not len(index):
        return Measured(int(usable.sum()), unmet, undefined, 0, 0, (), 0.0, ())
    compared = torch.stack([left[index].double().expand_as(residual[index]), right[index].double()])
    ratio, resolved, width, near = _ratios(sides, take(built, index), compared)
    without = torch.zeros_like(usable[index])
    without[ratio > 1] = _undefined(sides, take(built, index[ratio > 1]))
    kept = ~without
    index, ratio, resolved, width, near = index[kept], ratio[kept], resolved[kept], width[kept], near[kept]
    hidden = int(without.sum())
    beyond = ratio > 1
    unresolved = int((~resolved & ~beyond).sum())
    order = torch.argsort(ratio, descending=True)
    suspects = tuple(index[order[: int(beyond.sum())]].tolist())
    settled = ratio[resolved | beyond]
    worst = float(settled.max()) if len(settled) else 0.0
    histogram = histogram_of(settled) if full else ()
    satisfied = int(usable.sum()) - unresolved - hidden
    probed = resolved & ~beyond & (full | (torch.cumsum(usable, 0)[index] <= probe))
    widths = tuple(width[probed].tolist())
    close = index[torch.argsort(near)][: int(torch.isfinite(near).sum())]
    return Measured(
        satisfied, unmet, undefined + hidden, unresolved, len(index), suspects, worst, histogram, widths,
        tuple(close.tolist()),
    )  # fmt: skip


def _undefined(sides: Sides, built: Built) -> Tensor:
    """(K,): is something undefined, or does it overflow, with every definition written out? A reference may hide it."""
    if not len(built.satisfied):
        return torch.zeros_like(built.satisfied)
    return ~run_together((sides.left_bound, sides.right_bound), built.inputs)[1].expand(len(built.satisfied))


def _entries(value: Tensor, count: int) -> Tensor:
    """(K, entries)."""
    return value.reshape(value.shape[0], -1).expand(count, -1)


def _ratios(sides: Sides, built: Built, compared: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Per instance: the worst residual in units of the bound; is every entry resolved; the widest bound in units of the
    largest entry of either side (against 0: of what the other would be had nothing cancelled); the distance of sides
    that are to be in strict order and agree to their bound, infinite of others.

    A claimed inequality that holds by more than its bound holds: it is resolved, and its width is 0. That a side is
    less is resolved in no other way.
    """
    inputs, count = as_double(built.inputs), len(built.satisfied)
    errors = errors_of(built.setting, built.inputs)
    left, right = analyse_together((sides.left_bound, sides.right_bound), inputs, errors, built.inputs.dtype)
    bound = _entries(left[2], count) + _entries(right[2], count)
    gross = torch.maximum(_entries(left[1], count).expand_as(bound), _entries(right[1], count).expand_as(bound))
    scale = gross if sides.against_zero else compared.abs().amax(0)
    off = compared[0] - compared[1]
    residual = off.clamp(min=0) if sides.one_sided else off.abs()
    known = torch.isfinite(bound) & ((bound <= NARROW * gross) | (gross == 0))
    width = torch.where(bound == 0, 0.0, bound / scale.amax(-1, keepdim=True))
    resolved, near = known, torch.full_like(off, torch.inf)
    if sides.one_sided:
        certain = torch.isfinite(bound) & ((-off > bound) if sides.strict else (-off >= bound))
        near = torch.where(known & (off.abs() <= bound), off.abs(), near) if sides.strict else near
        known, width = known | certain, torch.where(certain, 0.0, width)
        resolved = certain if sides.strict else known
    ratio = torch.where(known & (residual > 0), residual / bound, 0.0)
    return ratio.amax(-1), resolved.all(-1), torch.nan_to_num(width, nan=torch.inf).amax(-1), near.amax(-1)


def histogram_of(ratio: Tensor) -> tuple[int, ...]:
    """Counts of residuals in units of the bound; see `bucket_labels`."""
    exponent = torch.ceil(torch.log2(ratio.clamp(min=2.0**-64))).to(torch.int64)
    bucket = torch.where(ratio == 0, 0, (exponent + 12).clamp(1, BUCKETS - 1))
    return tuple(torch.bincount(bucket, minlength=BUCKETS).tolist())


def bucket_labels() -> tuple[str, ...]:
    """What the buckets of a residual histogram hold, in units of the derived bound."""
    middle = (f"<= 2^{i - 12}" if i < 12 else "<= 1" for i in range(1, BUCKETS - 1))
    return ("0", *middle, "> 1")
