"""The only door to evidence.

Interface (read this, then the functions below in order):

    Verdict      PROVED > SUPPORTED > UNDECIDED, and REFUTED apart. There is no "passed".
    Observation  what a rule saw: DerivationTrace, DenseTrace, EnclosureTrace, SamplingTrace. Plain frozen data,
                 without a verdict in it.
    establish    Observation -> Evidence. Every verdict in the program is computed here, from what was seen.
    conclude     all evidence for one theorem, its near misses and the theorems it uses -> the theorem's verdict.

Rules cannot hand in a verdict, the store keeps observations and asks this module again, and `bool(evidence)`
raises. Unknown is never a pass. This file imports nothing of the project.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any


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
    DENSE = "dense"
    ENCLOSURE = "enclosure"
    SAMPLING = "sampling"


class EvidenceError(TypeError):
    """Evidence used in a way that would lose its meaning."""


# ---- observations: what a rule saw --------------------------------------------------------------------------
@dataclass(frozen=True)
class LineTrace:
    """One line of a derivation as the checker left it."""

    number: int
    relation: str
    accepted: bool
    used: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class PartTrace:
    """The lines of one part; `complete` says that they run from the claim's left side to its right side."""

    label: str
    complete: bool
    lines: tuple[LineTrace, ...]


@dataclass(frozen=True)
class DerivationTrace:
    """Every part of a theorem, line by line. Dimensions stay symbols, so the range is all dimensions."""

    parts: tuple[PartTrace, ...]


@dataclass(frozen=True)
class DenseCase:
    """One part written out in components at explicit sizes. outcome: "equal", "different" or "unknown"."""

    part: str
    sizes: tuple[tuple[str, int], ...]
    outcome: str
    detail: str = ""
    witness: str | None = None


@dataclass(frozen=True)
class DenseTrace:
    cases: tuple[DenseCase, ...]


@dataclass(frozen=True)
class EnclosureTrace:
    """Point instances in ball arithmetic. `agreeing` balls cannot be told apart (identity) or are ordered (bound)."""

    bits: int
    requested: int
    satisfied: int
    agreeing: int
    unknown: int
    witness: str | None = None
    ranges: tuple[tuple[str, str], ...] = ()
    vacuous: str = ""


@dataclass(frozen=True)
class SamplingTrace:
    """Batched float instances. A suspect lies beyond the derived rounding bound and is decided in balls:
    `rounding` (balls agree), `unknown`, or a certified `witness`. Residuals are in units of the derived bound."""

    dtype: str
    device: str
    requested: int
    satisfied: int
    suspects: int
    rounding: int
    unknown: int
    worst_residual: float
    histogram: tuple[int, ...] = ()
    witness: str | None = None
    ranges: tuple[tuple[str, str], ...] = ()
    vacuous: str = ""


Observation = DerivationTrace | DenseTrace | EnclosureTrace | SamplingTrace

RULE_OF: Mapping[type, Rule] = {
    DerivationTrace: Rule.DERIVATION,
    DenseTrace: Rule.DENSE,
    EnclosureTrace: Rule.ENCLOSURE,
    SamplingTrace: Rule.SAMPLING,
}


# ---- evidence -----------------------------------------------------------------------------------------------
_DOOR = object()


@dataclass(frozen=True)
class Evidence:
    """What one rule established, with the observation it rests on. Only `establish` makes one.

    Rule, verdict, reason, instances and witness are no arguments: they are computed from the observation.
    """

    observation: Observation
    seconds: float = 0.0
    cached: bool = False
    _door: Any = field(default=None, repr=False, compare=False)
    rule: Rule = field(init=False)
    verdict: Verdict = field(init=False)
    reason: str = field(init=False)
    instances: int = field(init=False)
    witness: str | None = field(init=False)

    def __post_init__(self) -> None:
        if self._door is not _DOOR:
            raise EvidenceError("evidence is made by verify.kernel.establish from an observation, not by hand.")
        for name, value in _judged(self.observation).items():
            object.__setattr__(self, name, value)

    def __bool__(self) -> bool:
        raise EvidenceError("evidence has no truth value; ask for .verdict. Unknown is not a pass.")

    def _repr_html_(self) -> str:
        words = html.escape(f": {self.verdict.value}, {self.reason}")
        ranges = "; ".join(f"{name}: {value}" for name, value in getattr(self.observation, "ranges", ()))
        return f"<div><strong>{self.rule.value}</strong>{words}</div><div>{html.escape(ranges)}</div>"


def establish(observation: Observation, *, seconds: float = 0.0, cached: bool = False) -> Evidence:
    """The verdict that an observation supports, with the reason in words."""
    return Evidence(observation, seconds, cached, _DOOR)


def _judged(observation: Observation) -> dict[str, Any]:
    rule = RULE_OF.get(type(observation))
    if rule is None:
        raise EvidenceError(f"expected an observation, got {type(observation).__name__}.")
    verdict, reason = _JUDGES[type(observation)](observation)
    instances = observation.satisfied if isinstance(observation, EnclosureTrace | SamplingTrace) else 0
    witness = _witness(observation) if verdict is Verdict.REFUTED else None
    return {"rule": rule, "verdict": verdict, "reason": reason, "instances": instances, "witness": witness}


def _witness(observation: Observation) -> str | None:
    if isinstance(observation, DenseTrace):
        return next((c.witness for c in observation.cases if c.outcome == "different"), None)
    return None if isinstance(observation, DerivationTrace) else observation.witness


def _judge_derivation(trace: DerivationTrace) -> tuple[Verdict, str]:
    """Proved only if every part is complete and every one of its lines was accepted. Never refuted: a broken
    derivation says nothing about the claim."""
    if not trace.parts:
        return Verdict.UNDECIDED, "no derivation is given"
    for part in trace.parts:
        name = f" of part {part.label!r}" if part.label else ""
        for line in part.lines:
            if not line.accepted:
                return Verdict.UNDECIDED, f"line {line.number}{name} is not accepted: {line.problem}"
        if not part.complete or not part.lines:
            return Verdict.UNDECIDED, f"the derivation{name} is missing or does not reach the claim"
    count = sum(len(p.lines) for p in trace.parts)
    return Verdict.PROVED, f"{count} line{'s' if count != 1 else ''} accepted, for all dimensions"


def _judge_dense(trace: DenseTrace) -> tuple[Verdict, str]:
    """Supported at the sizes seen: explicit sizes are not all sizes."""
    for case in trace.cases:
        if case.outcome == "different":
            sizes = ", ".join(f"{k} = {v}" for k, v in case.sizes)
            if case.witness is None:
                return Verdict.UNDECIDED, f"the two sides differ in components at {sizes}, without a certified witness"
            return Verdict.REFUTED, f"the two sides differ in components at {sizes}"
    equal = [case for case in trace.cases if case.outcome == "equal"]
    if not equal or {c.part for c in equal} != {c.part for c in trace.cases}:
        detail = next((c.detail for c in trace.cases if c.outcome != "equal" and c.detail), "no case could be decided")
        return Verdict.UNDECIDED, detail
    return Verdict.SUPPORTED, f"equal in components in {len(equal)} of {len(trace.cases)} cases"


def _judge_enclosure(trace: EnclosureTrace) -> tuple[Verdict, str]:
    """Refuted by one certified witness; supported if every satisfying point agreed; vacuous is undecided."""
    if trace.witness is not None:
        return Verdict.REFUTED, f"a certified counterexample at {trace.bits} bits"
    return _judge_points(trace, trace.agreeing, "points enclosed")


def _judge_sampling(trace: SamplingTrace) -> tuple[Verdict, str]:
    """As for enclosures: a float never refutes and never excuses; suspects were decided in balls."""
    if trace.witness is not None:
        return Verdict.REFUTED, "a suspect was certified in balls"
    agreeing = trace.satisfied - trace.suspects + trace.rounding
    return _judge_points(trace, agreeing, f"instances, {trace.dtype} on {trace.device}")


def _judge_points(trace: EnclosureTrace | SamplingTrace, agreeing: int, noun: str) -> tuple[Verdict, str]:
    if trace.vacuous:
        return Verdict.UNDECIDED, f"vacuous: {trace.vacuous}"
    if trace.satisfied == 0 or trace.requested == 0:
        return Verdict.UNDECIDED, f"vacuous: none of {trace.requested} instances satisfied the assumptions"
    if 2 * trace.satisfied < trace.requested:
        return Verdict.UNDECIDED, f"only {trace.satisfied} of {trace.requested} instances satisfied the assumptions"
    if trace.unknown or agreeing != trace.satisfied:
        return Verdict.UNDECIDED, f"{trace.satisfied - agreeing} of {trace.satisfied} {noun} could not be decided"
    return Verdict.SUPPORTED, f"{agreeing} {noun}"


_JUDGES: Mapping[type, Any] = {
    DerivationTrace: _judge_derivation,
    DenseTrace: _judge_dense,
    EnclosureTrace: _judge_enclosure,
    SamplingTrace: _judge_sampling,
}


# ---- a theorem's verdict ------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Conclusion:
    """A theorem's verdict and, in words, what it rests on or what is missing."""

    verdict: Verdict
    reason: str


def conclude(evidence: Sequence[Evidence], survivors: Sequence[str], used: Mapping[str, Verdict]) -> Conclusion:
    """One verdict from all evidence, the near misses that survived, and the verdicts of the theorems used.

    Refuted by any refutation. Proved only by an accepted derivation whose assumptions some instance satisfied
    (a proof from contradictory assumptions proves nothing), with no near miss surviving. No theorem is better
    than the weakest one it uses.
    """
    for item in evidence:
        if any(getattr(item, name) != value for name, value in _judged(item.observation).items()):
            raise EvidenceError(f"the {item.rule.value} evidence does not say what its observation says.")
        if item.verdict is Verdict.REFUTED:
            return Conclusion(Verdict.REFUTED, f"{item.rule.value}: {item.reason}")
    points = [e for e in evidence if e.rule in (Rule.ENCLOSURE, Rule.SAMPLING)]
    vacuous = next((e for e in points if e.reason.startswith("vacuous")), None)
    if vacuous is not None:
        return Conclusion(Verdict.UNDECIDED, f"{vacuous.rule.value}: {vacuous.reason}")
    if not any(e.verdict is Verdict.SUPPORTED for e in points):
        return Conclusion(Verdict.UNDECIDED, "no instance of the claim was evaluated, so it may be vacuous")
    best = max(evidence, key=lambda e: _RANK[e.verdict])
    verdict, reason = best.verdict, f"{best.rule.value}: {best.reason}"
    if survivors and verdict is Verdict.PROVED:
        verdict, reason = Verdict.SUPPORTED, f"near miss not refuted: {', '.join(survivors)}"
    for name, other in used.items():
        if other is Verdict.REFUTED:
            return Conclusion(Verdict.UNDECIDED, f"it uses {name}, which is refuted")
        if _RANK[other] < _RANK[verdict]:
            verdict, reason = other, f"it uses {name}, which is only {other.value}"
    return Conclusion(verdict, reason)
