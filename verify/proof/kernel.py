"""The only door to evidence.

Interface (read this, then the functions below in order):

    Verdict      PROVED > SUPPORTED > UNDECIDED, and REFUTED apart. There is no "passed".
    Observation  what a rule saw (`verify.proof.observations`): plain frozen data, without a verdict in it.
    establish    Observation -> Evidence. Every verdict in the program is computed here, from what was seen.
    conclude     all evidence for one theorem, its near misses and what it uses -> its verdict; conclude_denial.

Rules cannot hand in a verdict, the store keeps observations and asks this module again, and `bool(evidence)`
raises. Unknown is never a pass. This file imports nothing of the project but those data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from math import isfinite
from statistics import NormalDist
from typing import Any

from verify.proof import observations as o
from verify.proof.observations import Observation, exact_number, malformed


class Verdict(Enum):
    """What is established. Compare by `rank`; REFUTED has none."""

    PROVED = "proved"
    SUPPORTED = "supported"
    UNDECIDED = "undecided"
    REFUTED = "refuted"


_RANK = {Verdict.PROVED: 2, Verdict.SUPPORTED: 1, Verdict.UNDECIDED: 0}


class Rule(Enum):
    """How evidence was found."""

    DERIVATION = "derivation"
    SYMPY = "sympy"
    DENSE = "dense"
    ENCLOSURE = "enclosure"
    SAMPLING = "sampling"
    STATISTICS = "statistics"


class EvidenceError(TypeError):
    """Evidence used in a way that would lose its meaning."""


# ---- evidence -----------------------------------------------------------------------------------------------
_DOOR = object()


@dataclass(frozen=True)
class Evidence:
    """What one rule established: computed from the observation it rests on. Only `establish` makes one."""

    observation: Observation
    seconds: float = 0.0
    cached: bool = False
    _door: Any = field(default=None, repr=False, compare=False)
    rule: Rule = field(init=False)
    verdict: Verdict = field(init=False)
    reason: str = field(init=False)
    instances: int = field(init=False)
    witness: str | None = field(init=False)
    vacuous: bool = field(init=False)
    refused: bool = field(init=False)

    def __post_init__(self) -> None:
        if self._door is not _DOOR:
            raise EvidenceError("evidence is made by verify.proof.kernel.establish from an observation, not by hand.")
        for name, value in _judged(self.observation).items():
            object.__setattr__(self, name, value)

    def __bool__(self) -> bool:
        raise EvidenceError("evidence has no truth value; ask for .verdict. Unknown is not a pass.")


def establish(observation: Observation, *, seconds: float = 0.0, cached: bool = False) -> Evidence:
    """The verdict that an observation supports, with the reason in words."""
    return Evidence(observation, seconds, cached, _DOOR)


def _judged(observation: Observation) -> dict[str, Any]:
    if type(observation) not in _JUDGES:
        raise EvidenceError(f"expected an observation, got {type(observation).__name__}.")
    rule, judge = _JUDGES[type(observation)]
    try:
        if problem := malformed(observation):
            raise ValueError(problem)
        verdict, reason = judge(observation)
        seen = {
            "instances": observation.decided,
            "vacuous": bool(observation.vacuity),
            "refused": observation.refused,
            "witness": observation.counterexample if verdict is Verdict.REFUTED else None,
        }
    except (ArithmeticError, ValueError) as error:
        verdict, reason = Verdict.UNDECIDED, f"malformed: {error}"
        seen = {"instances": 0, "vacuous": False, "refused": False, "witness": None}
    return {"rule": rule, "verdict": verdict, "reason": reason, **seen}


def _judge_derivation(trace: o.DerivationTrace) -> tuple[Verdict, str]:
    """Proved only if every part is complete and all its lines were accepted. A broken derivation refutes nothing."""
    if not trace.parts:
        return Verdict.UNDECIDED, "no derivation is given"
    for part in trace.parts:
        for line in part.lines:
            if not line.accepted:
                return Verdict.UNDECIDED, f"line {line.number}{_of(part)} is not accepted: {line.problem}"
        if not part.complete or not part.lines:
            return Verdict.UNDECIDED, f"the derivation{_of(part)} is missing or does not reach the claim"
    count = sum(len(p.lines) for p in trace.parts)
    return Verdict.PROVED, f"{o.counted(count, 'line')} accepted, for {trace.over}"


def _of(part: o.PartTrace | o.RepeatedPart) -> str:
    return f" of part {part.label!r}" if part.label else ""


_REPEATED = {
    o.LineOutcome.EVERYWHERE: "in general", o.LineOutcome.AT_SIZES: "at sizes", o.LineOutcome.AT_POINTS: "at points",
}  # fmt: skip


def _judge_repeated(trace: o.RepeatedTrace) -> tuple[Verdict, str]:
    """Supported if a second deriver says every line of every part as well; it does not ask where terms are defined."""
    if not trace.parts:
        return Verdict.UNDECIDED, "no line to repeat"
    unsaid = [(line, part) for part in trace.parts for line in part.lines if line.outcome not in _REPEATED]
    for line, part in sorted(unsaid, key=lambda pair: pair[0].outcome is not o.LineOutcome.DIFFERS):
        words = "disagrees with" if line.outcome is o.LineOutcome.DIFFERS else "could not decide"
        return Verdict.UNDECIDED, f"SymPy {words} line {line.number}{_of(part)}: {line.detail}"
    if not all(part.lines for part in trace.parts):
        return Verdict.UNDECIDED, "SymPy was not asked every line"
    lines = [line for part in trace.parts for line in part.lines]
    counts = {words: sum(line.outcome is outcome for line in lines) for outcome, words in _REPEATED.items()}
    said = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
    return Verdict.SUPPORTED, f"SymPy says so of {o.counted(len(lines), 'line')} as well: {said}"


def _judge_dense(trace: o.DenseTrace) -> tuple[Verdict, str]:
    """Supported at the sizes seen: explicit sizes are not all sizes."""
    for case in trace.cases:
        if case.outcome is o.CaseOutcome.DIFFERENT:
            sizes = ", ".join(f"{k} = {v}" for k, v in case.sizes)
            if case.witness is None:
                return Verdict.UNDECIDED, f"the two sides differ in components at {sizes}, without a certified witness"
            return Verdict.REFUTED, f"the two sides differ in components at {sizes}"
    equal = [case for case in trace.cases if case.outcome is o.CaseOutcome.EQUAL]
    if not equal or {c.part for c in equal} != {c.part for c in trace.cases}:
        open_ = (case.detail for case in trace.cases if case.outcome is not o.CaseOutcome.EQUAL and case.detail)
        return Verdict.UNDECIDED, next(open_, "no case could be decided")
    return Verdict.SUPPORTED, f"equal in components in {len(equal)} of {o.counted(len(trace.cases), 'case')}"


def _judge_enclosure(trace: o.EnclosureTrace) -> tuple[Verdict, str]:
    """Refuted by one certified witness; supported if every satisfying point agreed; vacuous is undecided."""
    if trace.witness is not None:
        return Verdict.REFUTED, f"a certified counterexample at {trace.bits} bits"
    near, sound = trace.agreeing - trace.exact, trace.bits and trace.exact <= trace.agreeing
    words = f", sides agree to 10^-{trace.digits} at {near}" if near and trace.digits else ""
    return _judge_points(trace, trace.agreeing if sound else 0, "point", f" enclosed{words}")


def _judge_sampling(trace: o.SamplingTrace) -> tuple[Verdict, str]:
    """As for enclosures: a float never refutes and never excuses; suspects were decided in balls."""
    if trace.witness is not None:
        return Verdict.REFUTED, "a suspect was certified in balls"
    if trace.finding:
        return Verdict.UNDECIDED, trace.finding
    sound = trace.rounding + trace.unknown + trace.disagreements <= trace.suspects <= trace.satisfied
    agreeing = trace.satisfied - trace.suspects + trace.rounding if sound else 0
    return _judge_points(trace, agreeing, "instance", f", {trace.dtype} on {trace.device}{trace.closeness}")


def _judge_points(
    trace: o.EnclosureTrace | o.SamplingTrace, agreeing: int, noun: str, more: str
) -> tuple[Verdict, str]:
    if trace.vacuity:
        return Verdict.UNDECIDED, f"vacuous: {trace.vacuity}"
    if not trace.satisfied <= trace.requested <= 2 * trace.satisfied:
        among = o.counted(trace.requested, "instance")
        return Verdict.UNDECIDED, f"only {trace.satisfied} of {among} satisfied the assumptions"
    if trace.unknown or agreeing != trace.satisfied:
        among = f"{o.counted(trace.satisfied, noun)}{more}"
        return Verdict.UNDECIDED, f"{trace.satisfied - agreeing} of {among} could not be decided"
    return Verdict.SUPPORTED, f"{o.counted(agreeing, noun)}{more}"


def _judge_boxes(trace: o.BoxTrace) -> tuple[Verdict, str]:
    """Proved if in every part the boxes tile the whole range and the claim holds on each."""
    if any(part.witness is not None for part in trace.parts):
        return Verdict.REFUTED, f"a certified counterexample at {trace.bits} bits"
    for part in trace.parts:
        if not _tiles(part):
            return Verdict.UNDECIDED, f"the boxes do not cover {part}"
        if missing := sum(box.outcome is not o.BoxOutcome.HOLDS for box in part.boxes):
            among = o.counted(len(part.boxes), "box")
            return Verdict.UNDECIDED, f"{missing} of {among} of {part.variable} could not be decided"
    if not trace.parts:
        return Verdict.UNDECIDED, "no range was enclosed"
    ranges = "; ".join(dict.fromkeys(map(str, trace.parts)))
    return Verdict.PROVED, f"{o.counted(sum(len(p.boxes) for p in trace.parts), 'box')} enclosed, all of {ranges}"


def _tiles(part: o.BoxPart) -> bool:
    """Do the boxes follow one another from the start of the range to its end, with no number left out between them?"""
    texts = [part.start, part.stop, *(end for box in part.boxes for end in (box.start, box.stop))]
    first, last, *ends = [float("inf") if text == "oo" else exact_number(text, whole=part.whole) for text in texts]
    starts, stops = ends[::2], ends[1::2]
    after = [stop + 1 for stop in stops] if part.whole else stops
    follow = starts == [first, *after][: len(starts)]
    ordered = all(start <= stop and start != float("inf") for start, stop in zip(starts, stops, strict=True))
    return bool(ends) and follow and ordered and stops[-1] == last


def _judge_statistics(trace: o.StatisticsTrace) -> tuple[Verdict, str]:
    """Supported if every case's whole interval lies where the claim puts it; refuted if one lies wholly elsewhere."""
    if not trace.cases or not 0 < trace.false_alarm < 0.5:
        return Verdict.UNDECIDED, "nothing was compared at a stated rate of false alarms"
    least = NormalDist().inv_cdf(1 - trace.false_alarm / (2 * len(trace.cases)))
    answers = [(case.label, _judge_case(case, least)) for case in trace.cases]
    rate = f"{o.counted(len(trace.cases), 'comparison')}, false alarms {trace.false_alarm:g}"
    for wanted, verdict in ((_Answer.AGAINST, Verdict.REFUTED), (_Answer.OPEN, Verdict.UNDECIDED)):
        if found := [label for label, answer in answers if answer is wanted]:
            return verdict, f"{wanted}: {', '.join(found)} ({rate})"
    return Verdict.SUPPORTED, rate


class _Answer(StrEnum):
    """Which way a comparison of an experiment speaks."""

    FOR = "for"
    AGAINST = "against"
    OPEN = "open"


def _judge_case(case: o.StatisticsCase, least: float) -> _Answer:
    half, off = case.critical * case.standard_error, case.estimate - case.predicted
    sound = all(map(isfinite, (half, off, case.margin))) and half >= 0 and case.margin >= 0
    if case.count < 2 or case.diverged or not (case.critical >= least and sound):
        return _Answer.OPEN
    low, high = {
        "=": (abs(off) - half - case.margin, abs(off) + half - case.margin),
        ">": (-off - half, -off + half),
        "<": (off - half, off + half),
    }.get(case.relation, (-1.0, 1.0))
    return _Answer.FOR if high <= 0 else _Answer.AGAINST if low > 0 else _Answer.OPEN


def _judge_rounding(trace: o.RoundingTrace) -> tuple[Verdict, str]:
    """Refuted if every operation ran as exact arithmetic rounds it and the value lacks the truth's sign; else open."""
    for step in trace.steps:
        if step.executed != step.rounded:
            return Verdict.UNDECIDED, f"{step.operation} was executed as {step.executed}, not as {step.rounded}"
    if not trace.steps or trace.witness is None:
        return Verdict.UNDECIDED, f"no batch was found on which {trace.dtype} fails"
    value, truth = exact_number(trace.steps[-1].executed), exact_number(trace.truth)
    if truth == 0 or value * truth > 0:
        return Verdict.UNDECIDED, f"{value} has the sign of {truth}"
    return Verdict.REFUTED, f"{trace.dtype} gives {value} for {truth}"


_JUDGES: Mapping[type, tuple[Rule, Any]] = {
    o.DerivationTrace: (Rule.DERIVATION, _judge_derivation),
    o.RepeatedTrace: (Rule.SYMPY, _judge_repeated),
    o.DenseTrace: (Rule.DENSE, _judge_dense),
    o.EnclosureTrace: (Rule.ENCLOSURE, _judge_enclosure),
    o.SamplingTrace: (Rule.SAMPLING, _judge_sampling),
    o.BoxTrace: (Rule.ENCLOSURE, _judge_boxes),
    o.StatisticsTrace: (Rule.STATISTICS, _judge_statistics),
    o.RoundingTrace: (Rule.SAMPLING, _judge_rounding),
}


# ---- a theorem's verdict ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Conclusion:
    """A theorem's verdict and, in words, what it rests on or what is missing."""

    verdict: Verdict
    reason: str


def conclude(
    evidence: Sequence[Evidence],
    survivors: Sequence[str],
    used: Mapping[str, Verdict],
    failed: Sequence[str] = (),
    excused: Sequence[str] = (),
) -> Conclusion:
    """One verdict from all evidence, the near misses that survived, and the verdicts of the theorems used.

    `failed` says what could not be seen at all: then nothing but a refutation stands.
    Refuted by any refutation. Proved only by an accepted derivation whose assumptions some instance satisfied
    (a proof from contradictory assumptions proves nothing), with no near miss surviving; one that its author excuses
    in words survives unless a second deriver repeated every line of the proof. Points support nothing beside a
    derivation that was refused or boxes that stay open, and no proof stands beside a second deriver that denies one of
    its lines. No theorem is better than the weakest one it uses.
    """
    for item in evidence:
        said = _judged(item.observation)
        if type(item) is not Evidence or any(getattr(item, name) != value for name, value in said.items()):
            raise EvidenceError(f"the {item.rule.value} evidence does not say what its observation says.")
        if item.verdict is Verdict.REFUTED:
            return Conclusion(Verdict.REFUTED, f"{item.rule.value}: {item.reason}")
    if failed:
        return Conclusion(Verdict.UNDECIDED, "; ".join(failed))
    points = [e for e in evidence if e.rule in (Rule.ENCLOSURE, Rule.SAMPLING, Rule.STATISTICS)]
    if vacuous := [e for e in points if e.vacuous]:
        return Conclusion(Verdict.UNDECIDED, f"{vacuous[0].rule.value}: {vacuous[0].reason}")
    if not any(_RANK[e.verdict] for e in points):
        why = "; ".join(f"{e.rule.value}: {e.reason}" for e in points if e.instances or e.rule is Rule.STATISTICS)
        return Conclusion(Verdict.UNDECIDED, why or "no instance of the claim was evaluated, so it may be vacuous")
    best = max(evidence, key=lambda e: _RANK[e.verdict])
    refused = [e for e in evidence if e.refused and (e.rule is Rule.SYMPY or best.verdict is Verdict.SUPPORTED)]
    if refused:
        return Conclusion(Verdict.UNDECIDED, f"{refused[0].rule.value}: {refused[0].reason}")
    verdict, reason = best.verdict, f"{best.rule.value}: {best.reason}"
    if survivors and verdict is Verdict.PROVED:
        verdict, reason = Verdict.SUPPORTED, f"near miss not refuted: {', '.join(survivors)}"
    if excused and verdict is Verdict.PROVED and not repeated(evidence):
        names = ", ".join(excused)
        reason = f"near miss excused in words alone: {names}; no second deriver repeated every line"
        verdict = Verdict.SUPPORTED
    for name, other in used.items():
        if other is Verdict.REFUTED:
            return Conclusion(Verdict.UNDECIDED, f"it uses {name}, which is refuted")
        if _RANK[other] < _RANK[verdict]:
            verdict, reason = other, f"it uses {name}, which is only {other.value}"
    return Conclusion(verdict, reason)


def repeated(evidence: Sequence[Evidence]) -> bool:
    """Did a second deriver say every line as well, and none of them deny one?"""
    seen = [e for e in evidence if e.rule is Rule.SYMPY]
    return bool(seen) and all(e.verdict is Verdict.SUPPORTED for e in seen)


def conclude_denial(
    evidence: Sequence[Evidence],
    survivors: Sequence[str],
    used: Mapping[str, Verdict],
    failed: Sequence[str] = (),
    excused: Sequence[str] = (),
) -> Conclusion:
    """The verdict on a printed statement that two sides differ: refuted by a proof that they are equal, not by less."""
    identity = conclude(evidence, survivors, used, failed, excused)
    opposite = {Verdict.PROVED: Verdict.REFUTED, Verdict.REFUTED: Verdict.SUPPORTED}
    verdict = opposite.get(identity.verdict, Verdict.UNDECIDED)
    return Conclusion(verdict, f"the identity that it denies is {identity.verdict.value}: {identity.reason}")
