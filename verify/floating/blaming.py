"""Suspects that speak against the library: with every definition written out the sides agree, with torch's layers not.

That is nominated in floats and certified in balls: the claim holds at the exact instance, and torch's value of a side
is not the side's. The instance that is shown is the smallest that was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random

import torch
from flint import arb
from torch import Tensor

from theory.statements.claims import Assumption
from theory.statements.theorem import Part, Theorem
from verify.exact.agreement import decide_fully
from verify.exact.assumptions import definitions_of, scope_of
from verify.exact.balls import Balls
from verify.exact.components import evaluate
from verify.exact.instances import Instance, display
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError
from verify.exact.outcomes import Outcome
from verify.exact.simplicity import cost
from verify.exact.witnesses import part_id, witness_json
from verify.floating.building import Built, build, complete, errors_of, take
from verify.floating.ensembling import draw_ensemble
from verify.floating.measure import NARROW, Sides, measure
from verify.floating.promotion import promote
from verify.floating.tolerance import analyse, as_double
from verify.floating.torch_run import run
from verify.proof.observations import CodeDisagreement

BITS = 256
TRIES = 4  # instances decided in balls for a finding, and again for a smaller one
SMALL_BATCHES, SMALL_INSTANCES = 8, 64


def written_out(sides: Sides, built: Built, places: Sequence[int]) -> tuple[int, ...]:
    """The places at which the sides agree to their bound once no definition is left to the library."""
    if not places or not sides.has_calls:
        return ()
    chosen = take(built, torch.tensor(places, device=built.inputs.device))
    inputs, errors = as_double(chosen.inputs), errors_of(built.setting, chosen.inputs)
    left, right = (run(p, chosen.inputs).double() for p in (sides.left_bound, sides.right_bound))
    bounds = [analyse(p, inputs, errors, built.inputs.dtype)[2] for p in (sides.left_bound, sides.right_bound)]
    off = (left - right).clamp(min=0) if sides.one_sided else (left - right).abs()
    good = _rows((off <= bounds[0] + bounds[1]) & torch.isfinite(bounds[0] + bounds[1]), len(places)).all(-1)
    return tuple(place for place, fine in zip(places, good.tolist(), strict=True) if fine)


def blame(
    theorem: Theorem, part: Part, sides: Sides, built: Built, places: Sequence[int]
) -> tuple[CodeDisagreement | None, Instance | None]:
    """The finding, certified at the smallest instance that shows it; or an instance at which the claim itself fails."""
    found: tuple[CodeDisagreement, int] | None = None
    for batch, chosen in ((built, tuple(places[:TRIES])), *_small(part, theorem.assumptions, sides, built)):
        tried = _simplest(part, theorem.assumptions, batch, chosen)
        for place, instance in tried[:TRIES]:
            decision = decide_fully(part.claim, theorem.assumptions, instance)
            if decision.outcome is Outcome.DIFFERENT:
                return None, instance
            if decision.outcome is not Outcome.AGREE:
                continue
            size = _size(instance)
            finding = _certified(theorem, part, sides, batch, place, instance)
            if finding is not None and (found is None or size < found[1]):
                found = finding, size
                break
        if found is None:
            break  # what these instances do not show, smaller ones need not be asked for
    return (found[0] if found else None), None


def _small(
    part: Part, assumptions: tuple[Assumption, ...], sides: Sides, built: Built
) -> Iterator[tuple[Built, tuple[int, ...]]]:
    """Batches of few dimensions and small whole numbers that show it in floats."""
    setting, dtype, device = built.setting, built.inputs.dtype, built.inputs.device
    for index in range(SMALL_BATCHES):
        drawn = draw_ensemble(setting, Random(index), index)
        ensemble = replace(drawn, sizes=dict.fromkeys(drawn.sizes, 2 + index // 4), corner="generic")
        try:
            raw = build(setting, ensemble, SMALL_INSTANCES, dtype, device).inputs
        except ValueError:
            continue  # these sizes do not fit the laws
        shared = {name for name, _ in setting.per_call}
        free = {s.name for s in setting.drawn if s.name not in shared}
        symbols = {k: _whole(v, index % 4) if k in free else v for k, v in raw.symbols.items()}
        batch = complete(setting, replace(raw, symbols=symbols), SMALL_INSTANCES)
        suspects = measure(sides, batch, full=True).suspects
        places = written_out(sides, batch, suspects)
        if places:
            yield batch, places


def _whole(value: Tensor, largest: int) -> Tensor:
    """The entries as whole numbers up to 1 + `largest`, in proportion."""
    most = value.abs().flatten(1).amax(-1) if value.dim() > 1 else value.abs()
    scale = (1 + largest) / most.reshape((-1,) + (1,) * (value.dim() - 1))
    return torch.round(torch.nan_to_num(value * scale))


def _simplest(
    part: Part, assumptions: tuple[Assumption, ...], built: Built, places: Sequence[int]
) -> list[tuple[int, Instance]]:
    found = []
    for place in places:
        instance = promote(built, place, built.setting, part.claim, assumptions)
        if instance is not None:
            found.append((place, instance))
    return sorted(found, key=lambda pair: _size(pair[1]))


def _size(instance: Instance) -> int:
    values = [e for rows in instance.values.values() for row in rows for e in row]
    points = [e for law in instance.laws.values() for row in law.points for e in row]
    return 100 * sum(instance.sizes.values()) + sum(map(cost, (*values, *points)))


def _certified(
    theorem: Theorem, part: Part, sides: Sides, built: Built, place: int, instance: Instance
) -> CodeDisagreement | None:
    """Torch's value of a side against the side's in balls; a finding if only the library's part can be wrong."""
    one = take(built, torch.tensor([place], device=built.inputs.device))
    double, errors = as_double(one.inputs), errors_of(one.setting, one.inputs)
    for side, program, plain in (
        (part.claim.left, sides.left, sides.left_bound),
        (part.claim.right, sides.right, sides.right_bound),
    ):
        scope = scope_of(instance, definitions_of(theorem.assumptions), BITS)
        with Balls(BITS, {}).active():
            try:
                balls = [arb(e) for row in evaluate(side, scope) for e in row]
            except (UndefinedError, UncertainError, UnsupportedError):
                continue
            exact = torch.tensor([float(b.mid()) for b in balls], dtype=torch.float64)
            known = all(bool(b.rad() < 1e-30 * (1 + b.abs_upper())) for b in balls)
        bound, value, written = (
            _rows(t.double(), 1)[0].cpu()
            for t in (
                analyse(plain, double, errors, one.inputs.dtype)[2],
                run(program, one.inputs),
                run(plain, one.inputs),
            )
        )
        off, own = (value - exact).abs(), (written - exact).abs()
        entry = int((off - bound).argmax())
        large = off[entry] > max(4 * float(bound[entry]), NARROW * float(exact.abs().max()))
        if known and bool((own <= bound).all()) and large:
            name = str(one.inputs.dtype).removeprefix("torch.")
            return CodeDisagreement(
                library=f"torch {torch.__version__} ({name} on {one.inputs.device})",
                side=repr(side) + (f", entry {entry + 1}," if len(balls) > 1 else ""),
                computed=f"{float(value[entry]):.6g}",
                exact=f"{float(exact[entry]):.6g}",
                bounds=min(float(off[entry] / bound[entry]), 1e300),
                instance=display(instance),
                witness=witness_json(part_id(theorem, part), instance),
            )
    return None


def _rows(value: Tensor, count: int) -> Tensor:
    return value.reshape(value.shape[0], -1).expand(count, -1)
