"""What a run produces for one theorem: read by the terminal, the report, LaTeX and JSON alike. Frozen data only."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from theory.statements.claims import Assumption
from theory.statements.theorem import Part, Theorem
from verify.proof.kernel import Evidence, Rule, Verdict, repeated
from verify.proof.observations import (
    CodeDisagreement,
    EnclosureTrace,
    LineOutcome,
    RepeatedTrace,
    SamplingTrace,
    StatisticsTrace,
)
from verify.results.bands import Measurement, measurement

UNDECIDED_SHARE = 0.01  # of a rule's instances: more than this is said beside the verdict, and by the exit code


class Fate(StrEnum):
    """What becomes of a false neighbour; each equals its own text."""

    REFUTED = "refuted"
    EQUIVALENT = "equivalent"
    SURVIVED = "survived"
    UNTRIED = "untried"  # nothing has looked at it yet


@dataclass(frozen=True)
class NearMissResult:
    """A false neighbour: id `theorem-id/name`, origin "author" or "mutant", and what became of it.

    `left` and `right` are the sides at the witness; of what is not refuted, `left` says why. `known` is what the
    theorem's docket says of a mutant that survives.
    """

    id: str
    origin: str
    verdict: Fate
    witness: str | None = None
    left: str = ""
    right: str = ""
    seconds: float = 0.0
    cached: bool = False
    known: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "verdict", Fate(self.verdict))  # what the store kept is text


@dataclass(frozen=True)
class Said:
    """What a false neighbour states as one types it; of a mutant also its name as text with formulas in dollars, and
    the formula in LaTeX, row by row."""

    typed: str = ""
    marked: str = ""
    rows: tuple[str, ...] = ()


NOTHING = Said()


@dataclass(frozen=True)
class Counterexample:
    """A witness against a statement, and both sides at it: enclosures, or a float and what it should be; `relation` is
    that of the claim."""

    witness: str
    left: str
    right: str
    relation: str = "="


@dataclass(frozen=True)
class Purpose:
    """What an assumption or a declared property is for: `given_up` in words; the mutant without it that says most, the
    part which that is of, and `reasons` where it is not needed."""

    given_up: str
    assumption: Assumption | None
    part: Part
    miss: NearMissResult
    reasons: tuple[str, ...]

    @property
    def needed(self) -> bool:
        """Is there a counterexample that violates this alone?"""
        return self.miss.verdict is Fate.REFUTED


MUTANT = "/mutant: "  # between the part's id and what was changed


def docket_name(miss: str) -> str:
    """How a theorem's docket names a mutant of this id: `what was changed`, after `part: ` if the part has a label."""
    place, _, name = miss.partition(MUTANT)
    label = place.partition("#")[2]
    return f"{label}: {name}" if label else name


@dataclass(frozen=True)
class TheoremResult:
    """Everything established about one theorem in one run.

    What pages alone show is found where it is first asked for: it takes longer than the conclusion itself.
    """

    theorem: Theorem
    verdict: Verdict
    reason: str
    evidence: tuple[Evidence, ...]
    near_misses: tuple[NearMissResult, ...]
    claim_range: str
    evidence_range: str
    seconds: float = 0.0
    kind: str = "theorem"
    expected: Verdict = Verdict.PROVED
    ask_counterexample: Callable[[], Counterexample | None] = field(default=lambda: None, repr=False, compare=False)
    ask_formulas: Callable[[], Mapping[str, Said]] = field(default=dict, repr=False, compare=False)
    ask_purposes: Callable[[], tuple[Purpose, ...]] = field(default=tuple, repr=False, compare=False)

    @functools.cached_property
    def counterexample(self) -> Counterexample | None:
        """What refutes the statement, with both sides at it; None where there is no witness."""
        return self.ask_counterexample()

    @functools.cached_property
    def purposes(self) -> tuple[Purpose, ...]:
        """What each assumption is for."""
        return self.ask_purposes()

    @functools.cached_property
    def measurements(self) -> tuple[Measurement, ...]:
        """What the statistics saw, with the intervals, bands and lines that pages print of it."""
        return tuple(measurement(e.observation) for e in self.evidence if isinstance(e.observation, StatisticsTrace))

    def said(self, miss: NearMissResult) -> Said:
        """What a false neighbour of it states."""
        return self._formulas.get(miss.id, NOTHING)

    @functools.cached_property
    def _formulas(self) -> Mapping[str, Said]:
        return self.ask_formulas()

    @property
    def authored(self) -> tuple[NearMissResult, ...]:
        """The near misses that the theorem's author wrote."""
        return tuple(miss for miss in self.near_misses if miss.origin != "mutant")

    @property
    def mutants(self) -> tuple[NearMissResult, ...]:
        """The near misses made from the theorem itself."""
        return tuple(miss for miss in self.near_misses if miss.origin == "mutant")

    @property
    def examined(self) -> bool:
        """Has anything but the line checker, which whoever prints a page asks itself, looked at it?"""
        return any(item.rule is not Rule.DERIVATION for item in self.evidence)

    @property
    def instances(self) -> int:
        """Instances at which the claim itself was evaluated."""
        return sum(item.instances for item in self.evidence)

    @property
    def excused(self) -> int:
        """Survivors that nothing but a sentence of the author answers."""
        return sum(miss.verdict is Fate.SURVIVED and bool(miss.known) for miss in self.near_misses)

    @property
    def derived_twice(self) -> bool:
        """Did the line checker accept every line, and SymPy say each of them as well?"""
        accepted = any(e.rule is Rule.DERIVATION and e.verdict is Verdict.PROVED for e in self.evidence)
        return accepted and repeated(self.evidence)

    @property
    def repeated_in_part(self) -> int:
        """The lines that SymPy says at points of a range alone, or at the sizes it was given, and not everywhere."""
        seen = (item.observation for item in self.evidence)
        lines = (line for s in seen if isinstance(s, RepeatedTrace) for part in s.parts for line in part.lines)
        return sum(line.outcome in (LineOutcome.AT_POINTS, LineOutcome.AT_SIZES) for line in lines)

    @property
    def findings(self) -> tuple[CodeDisagreement, ...]:
        """Where code computes otherwise than the statement says, the statement holding: the smallest witness a rule."""
        seen = (item.observation for item in self.evidence)
        return tuple(trace.code for trace in seen if isinstance(trace, SamplingTrace) and trace.code is not None)

    @property
    def undecided(self) -> tuple[str, ...]:
        """The rules that left more than UNDECIDED_SHARE of their instances undecided, with the counts, in words."""
        found = []
        for item in self.evidence:
            trace = item.observation
            if isinstance(trace, EnclosureTrace | SamplingTrace) and item.verdict is Verdict.UNDECIDED:
                open_ones = trace.unknown + getattr(trace, "disagreements", 0)
                if open_ones > UNDECIDED_SHARE * trace.satisfied:
                    kind = f" {trace.dtype}" if isinstance(trace, SamplingTrace) else ""
                    found.append(f"{item.rule.value}{kind}: {open_ones:,} of {trace.satisfied:,} undecided")
        return tuple(found)

    @property
    def caveats(self) -> tuple[str, ...]:
        """What stands beside the verdict wherever it is printed, in words."""
        excused = (f"{self.excused} excused in words",) if self.excused else ()
        return (*excused, *(("code disagrees",) if self.findings else ()), *self.undecided)

    @property
    def derived_by_program(self) -> bool:
        """Did the program find a derivation that the author left out?"""
        return any(part.sought and part.derivation is not None for part in self.theorem.parts)

    @property
    def sought_in_vain(self) -> tuple[str, ...]:
        """What is said of each search for a derivation that found none."""
        return tuple(p.sought for p in self.theorem.parts if p.sought and p.derivation is None)

    @property
    def as_expected(self) -> bool:
        """Is the verdict the one that is expected? A theorem may turn out better established than its file expects."""
        return self.verdict is self.expected or (self.kind == "theorem" and self.verdict is Verdict.PROVED)
