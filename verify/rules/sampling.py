"""Batched float instances of a theorem: both sides apart, suspects decided in balls.

Hypothesis draws what a batch is made of; one of its examples is one batch (`verify.floating.strategy`).

A float never decides. An instance beyond the derived rounding bound becomes an exact rational instance; balls then
certify a counterexample, or find that both sides agree (it was rounding), or leave it unknown.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from theory.statements.claims import Assumption
from theory.statements.theorem import Part, Theorem
from theory.terms import CalculusError
from verify.exact.outcomes import Outcome
from verify.plural import plural
from verify.proof.observations import SamplingTrace
from verify.rules.tallying import Tally, trace_of
from verify.settings import Budget, Settings

if TYPE_CHECKING:
    from verify.floating.building import Built
    from verify.floating.measure import Measured, Sides
    from verify.floating.needs import Setting
    from verify.floating.strategy import Drawn

INSTANCES = {Budget.QUICK: 2**13, Budget.STANDARD: 2**15, Budget.THOROUGH: 2**21}  # for each of two dtypes
LARGEST_BATCH = {Budget.QUICK: 2**9, Budget.STANDARD: 2**9, Budget.THOROUGH: 2**14}
ENTRIES = 2**17  # numbers in a batch's largest tensor
LEAST_BATCHES = {Budget.QUICK: 16, Budget.STANDARD: 32, Budget.THOROUGH: 32}  # of different ensembles for each part
FULL_EVERY = 8  # one batch in this many has every residual measured against its bound
PROBED, MOST_PROBED = 4, 16  # so many batches of a part have a few residuals measured against it whatever they are;
# and so many at most, as long as its sides are not told from 0
MOST_SUSPECTS = 6
MOST_TOUCHING = 6  # instances at which one side is to be less and floats cannot tell
CLOSE = 2.0**-20  # of the size of sides that are to be in strict order: closer ones may be equal
MOST_BLAMED = 3  # batches in which a finding about the library is looked for
STEERED = {Budget.QUICK: 150, Budget.STANDARD: 300, Budget.THOROUGH: 3000}  # examples for each bound, in one dtype
EQUAL = 1e-9  # a score that is no further from 0 is one of equal sides
LEAST_WIDTHS, LEAST_NEAR = 64, 8  # from so many measured: on how many at least a part's sides are told from 0


def observe(theorem: Theorem, settings: Settings, dtype: str) -> SamplingTrace:
    """Every part of the theorem on batches of random instances in one dtype ("float64" or "float32")."""
    from numerics.threads import one_thread
    from verify.floating.memory import keep_freed_memory

    keep_freed_memory()
    with one_thread():
        return _observed(theorem, settings, dtype)


def _observed(theorem: Theorem, settings: Settings, dtype: str) -> SamplingTrace:
    import torch

    from verify.floating import pairing

    precision = {"float64": torch.float64, "float32": torch.float32}[dtype]
    same = next((p for p in theorem.parts if p.claim.left == p.claim.right), None)
    if same is not None:
        label = f"{same.label}: " if same.label else ""
        return _vacuous(dtype, settings, f"{label}both sides are the same expression")
    try:
        wrong = pairing.problems(theorem, dtype=precision, device=settings.device)
    except CalculusError as problem:
        return _vacuous(dtype, settings, "", str(problem))
    if wrong:
        return _vacuous(dtype, settings, "; ".join(wrong))
    tally = Tally()
    share = -(-INSTANCES[settings.budget] // len(theorem.parts))
    for part in theorem.parts:
        try:
            silent = _sample(theorem, part, share, settings, precision, tally)
        except CalculusError as problem:
            return _vacuous(dtype, settings, "", str(problem))
        if tally.witness is None and not silent and dtype == "float64" and part.claim.ordered:
            _steer(theorem, part, settings, precision, tally)
        if tally.witness is not None:
            break
        if silent and not tally.suspects:
            return _vacuous(dtype, settings, "", silent)
    for name in pairing.unpaired(theorem):
        tally.note("definitions without a torch reference", name)
    return trace_of(tally, settings.device, dtype)


def _vacuous(dtype: str, settings: Settings, reason: str, not_evaluated: str = "") -> SamplingTrace:
    device = settings.device
    return SamplingTrace(dtype, device, 0, 0, 0, 0, 0, 0.0, vacuous=reason, not_evaluated=not_evaluated)


def _sample(theorem: Theorem, part: Part, share: int, settings: Settings, dtype: object, tally: Tally) -> str:
    """Batches of one part, which Hypothesis draws. Returns in words why they say nothing, if they do: the bound as wide
    as the sides."""
    from verify.floating.attacking import attack, kept_in
    from verify.floating.measure import Sides
    from verify.floating.needs import read
    from verify.floating.strategy import ensembles

    setting, sides = read(part.claim, theorem.assumptions), Sides.of(part.claim)
    look = _Look(theorem, part, setting, sides, share, settings.budget, dtype, settings.device, tally)
    name = f"{theorem.id}/{part.label}/{dtype}"
    kept = kept_in(settings.failures, name)
    strategy = ensembles(setting, dtype, settings.device)  # type: ignore[arg-type]
    attack(strategy, look.fails, look.left, Random(f"{settings.seed}/{name}"), kept)
    tally.vacuous = tally.vacuous or _one_sided(look.met, look.nonzero)
    for words, counts in look.met.items():
        tally.standings.setdefault(words, Counter()).update(counts)
    near = [width for width in look.widths if width < 1]
    tally.widths += near
    if len(look.widths) >= LEAST_WIDTHS and len(near) < LEAST_NEAR:
        of = f" of part {part.label!r}" if part.label else ""
        return (
            f"the sides{of} are 0 to rounding against what is added up for them, but on {len(near)} of "
            f"{plural(len(look.widths), 'instance')}"
        )
    return ""


def _steer(theorem: Theorem, part: Part, settings: Settings, dtype: object, tally: Tally) -> None:
    """A bound's sides brought as close to one another as Hypothesis can: what random instances miss may fail there.

    The instances are no part of the count: they lie where they were sought. What fails among them is decided as any.
    """
    from verify.floating.attacking import climb, kept_in
    from verify.floating.measure import Sides, measure
    from verify.floating.needs import read
    from verify.floating.steering import COPIES, NOWHERE, Start, again, around, closeness, starts

    setting, sides = read(part.claim, theorem.assumptions), Sides.of(part.claim)
    scores = [NOWHERE]

    def scored(start: Start) -> tuple[float, bool]:
        built = around(setting, start, dtype, settings.device)  # type: ignore[arg-type]
        score = float(closeness(sides, built).max())
        if score > (-CLOSE if sides.strict else 0):
            found = measure(sides, built, full=False)
            examine(theorem, part, sides, built, found.suspects, tally)
            touch(theorem, part, built, found.close, tally)
        failed = tally.witness is not None
        scores.append(score if failed else min(score, 0.0))  # beyond equality by rounding alone: no closer than equal
        return scores[-1], failed

    name = f"{theorem.id}/{part.label}/steered"
    random, kept = Random(f"{settings.seed}/{name}"), kept_in(settings.failures, name)
    examples = STEERED[settings.budget]
    climb(starts(setting), lambda choices: again(setting, choices), scored, examples, random, kept, top=-EQUAL)
    closest = f"up to {round(max(scores), 9) + 0.0:.2g}" if max(scores) > NOWHERE else "nowhere"
    label = f"{part.label}: " if part.label else ""
    batches = f"{len(scores) - 1} batch{'es' * (len(scores) != 2)} of {COPIES}"
    tally.steered.append(f"{label}{batches}, (l - r)/(|l| + |r|) {closest}")


@dataclass
class _Look:
    """One part while its batches come in."""

    theorem: Theorem
    part: Part
    setting: Setting
    sides: Sides
    share: int
    budget: Budget
    dtype: object
    device: str
    tally: Tally
    index: int = 0
    widths: list[float] = field(default_factory=list)
    met: dict[str, Counter[str]] = field(default_factory=dict)
    nonzero: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.before, self.wanted = self.tally.requested, self.tally.satisfied + self.share
        self.most = min(LARGEST_BATCH[self.budget], -(-self.share // LEAST_BATCHES[self.budget]))

    def left(self) -> int:
        """How many batches it takes at least until enough instances satisfy the assumptions; 0 if fewer than half do,
        for then the verdict is undecided anyway, and once a counterexample is certified."""
        over = self.tally.requested - self.before > 2 * self.share or self.tally.witness is not None
        return 0 if over else max(0, -(-(self.wanted - self.tally.satisfied) // self.most))

    def fails(self, drawn: Drawn) -> bool:
        """A batch of this ensemble measured and counted: does it hold a certified counterexample?"""
        from verify.floating.building import build
        from verify.floating.ensembling import entries
        from verify.floating.halving import halving
        from verify.floating.measure import PROBE, measure

        if not self.left():
            return False
        ensemble, setting, tally = drawn.ensemble, self.setting, self.tally
        tally.requested += drawn.wasted
        tally.reasons["unmet"] += drawn.wasted
        count = min(self.wanted - tally.satisfied, self.most, max(256, ENTRIES // entries(ensemble, setting)))

        def measured(count: int) -> tuple[Built, Measured]:
            built = build(setting, ensemble, count, self.dtype, self.device)  # type: ignore[arg-type]
            told = sum(width < 1 for width in self.widths) >= LEAST_NEAR
            probe = PROBE if self.index < (PROBED if told else MOST_PROBED) else 0
            return built, measure(self.sides, built, full=self.index % FULL_EVERY == 0, probe=probe)

        (built, found), count = halving(measured, count)
        self.index += 1
        tally.requested += count
        tally.satisfied += found.satisfied
        tally.reasons.update(
            unmet=found.unmet, undefined=found.undefined, unresolved=found.unresolved, analysed=found.analysed
        )
        tally.worst = max(tally.worst, found.worst)
        tally.histogram.update(dict(enumerate(found.histogram)))
        self.widths += found.widths
        _stand(built, self.met, self.nonzero)
        for name, size in ensemble.sizes.items():
            tally.note(name, size)
        for name, points in ensemble.points.items():
            tally.note(f"points of {name}", points)
        for name, function in ensemble.functions.items():
            tally.note(name, function)
        tally.note("corners", ensemble.corner)
        examine(self.theorem, self.part, self.sides, built, found.suspects, tally)
        touch(self.theorem, self.part, built, found.close[:1], tally)
        return tally.witness is not None


def _stand(built: Built, met: dict[str, Counter[str]], nonzero: dict[str, bool]) -> None:
    """Count how the inequalities assumed are met, and note what is not 0, on the instances that meet everything."""
    from verify.exact.assumptions import in_symbols
    from verify.exact.standing import STANDINGS

    good = built.satisfied
    for a, row in zip(built.setting.inequalities, built.standings, strict=True):
        counts = row[good].bincount(minlength=len(STANDINGS)).tolist()
        met.setdefault(in_symbols(a), Counter()).update(dict(zip(STANDINGS, counts, strict=True)))
    values = {s.name: built.inputs.symbols[s.name] for s in built.setting.drawn} | dict(built.inputs.laws)
    if bool(good.any()):
        for name, value in values.items():
            nonzero[name] = nonzero.get(name, False) or bool((value[good] != 0).any())


def _one_sided(met: dict[str, Counter[str]], nonzero: dict[str, bool]) -> str:
    """Why the instances of a part say little of the others, or nothing if they do not."""
    for words, counts in met.items():
        if (total := counts.total()) and counts["with equality"] == total:
            return f"{words} is met with equality at each of {plural(total, 'instance')}"
    zero = [name for name, seen in nonzero.items() if not seen]
    return f"{', '.join(zero)} is 0 at every instance" if zero else ""


def examine(theorem: Theorem, part: Part, sides: Sides, built: Built, suspects: tuple[int, ...], tally: Tally) -> None:
    """Decide suspects in balls, at most `MOST_SUSPECTS` for a theorem; the rest stay unknown. Those that speak against
    the library alone are counted apart, once one of them is certified."""
    from verify.exact.agreement import decide_suspect
    from verify.exact.witnesses import part_id, witness_json
    from verify.floating.blaming import blame, written_out
    from verify.floating.promotion import promote

    tally.suspects += len(suspects)
    assumptions: tuple[Assumption, ...] = theorem.assumptions
    against_code = written_out(sides, built, suspects)
    if against_code and tally.code is None and tally.blamed < MOST_BLAMED:
        tally.blamed += 1
        tally.code, failing = blame(theorem, part, sides, built, against_code)
        if failing is not None:
            tally.witness = witness_json(part_id(theorem, part), failing)
    tally.disagreements += len(against_code)
    for place in sorted(set(suspects) - set(against_code), key=suspects.index):
        if tally.witness is not None or tally.examined >= MOST_SUSPECTS:
            tally.unknown += 1
            continue
        tally.examined += 1
        instance = promote(built, place, built.setting, part.claim, assumptions)
        decision = None if instance is None else decide_suspect(part.claim, assumptions, instance)
        if instance is not None and decision is not None and decision.outcome is Outcome.DIFFERENT:
            tally.witness = witness_json(part_id(theorem, part), instance)
        elif decision is not None and decision.outcome is Outcome.AGREE:
            tally.rounding += 1
        else:
            tally.unknown += 1


def touch(theorem: Theorem, part: Part, built: Built, close: tuple[int, ...], tally: Tally) -> None:
    """Instances at which one side is to be less and floats cannot tell: that both are equal is shown exactly, a few
    times for a theorem, or nothing is said of them."""
    from verify.exact.agreement import decide_suspect
    from verify.exact.witnesses import part_id, witness_json
    from verify.floating.promotion import promote

    for place in close:
        if tally.witness is not None or tally.touching >= MOST_TOUCHING:
            return
        tally.touching += 1
        instance = promote(built, place, built.setting, part.claim, theorem.assumptions)
        if instance is None:
            continue
        if decide_suspect(part.claim, theorem.assumptions, instance).outcome is Outcome.DIFFERENT:
            tally.witness = witness_json(part_id(theorem, part), instance)
