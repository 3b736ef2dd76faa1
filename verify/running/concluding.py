"""From the outcomes of a theorem's units to its result. The verdict is the kernel's."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from theory.statements.erratum import Erratum, Saying
from theory.statements.experiment import Experiment
from theory.statements.theorem import Part, Theorem
from verify.proof.kernel import Evidence, EvidenceError, Verdict, conclude, conclude_denial, establish
from verify.proof.observations import BoxTrace, DerivationTrace, RepeatedTrace
from verify.results import ranges
from verify.results.records import Counterexample, Fate, NearMissResult, Purpose, Said, TheoremResult, docket_name
from verify.running.cutting import pieces, put_together
from verify.running.executors import FAULT, MUTANTS, NEAR_MISS, Outcome
from verify.running.rulebook import row_of
from verify.running.saying import spelled
from verify.running.sides import evaluated, simplest
from verify.settings import Settings

ASKED = Settings()


def rests_on(theorem: Theorem) -> tuple[Theorem, ...]:
    """The theorems whose verdicts bound this one's. An erratum is no weaker for the truth that it points to."""
    return (*theorem.rests_on, *theorem.cited)


def concluded(
    theorem: Theorem,
    settings: Settings,
    outcomes: Mapping[tuple[str, str], tuple[Outcome, bool]],
    used: Mapping[str, Verdict],
    sides: Callable[[Theorem, str], Counterexample | None] = evaluated,
    said: Callable[[Theorem, bool], Mapping[str, Said]] = spelled,
) -> TheoremResult:
    """The result of a theorem from its units' outcomes (and whether each is from the cache), by rule and variant.

    `used`: the verdicts of what it rests on; `sides` evaluates a witness, and makes a theorem's smaller; `said` is
    what each false neighbour states, those by machine included if asked for.
    """
    evidence: list[Evidence] = []
    misses: list[NearMissResult] = []
    problems: list[str] = []
    seconds = 0.0
    for (rule, variant), (outcome, cached) in put_together(theorem, settings, outcomes).items():
        seconds += 0.0 if cached else outcome.seconds
        problem = outcome.problem
        if not problem and rule == NEAR_MISS:
            if isinstance(outcome.value, NearMissResult):
                misses.append(replace(outcome.value, seconds=outcome.seconds, cached=cached))
            else:
                problem = f"it returned {type(outcome.value).__name__}, not a NearMissResult. {FAULT}"
        elif not problem and rule == MUTANTS:
            misses += [replace(miss, cached=cached, known=_explained(theorem, miss)) for miss in outcome.value]
        elif not problem:
            try:
                _require_whole(theorem, outcome.value)
                evidence.append(establish(outcome.value, seconds=outcome.seconds, cached=cached))
            except EvidenceError as error:
                problem = f"{error} {FAULT}"
        if problem:
            problems.append(f"{rule}{f' ({variant})' if variant else ''} failed: {problem}")
            if rule == NEAR_MISS:
                misses.append(NearMissResult(f"{theorem.id}/{variant}", "author", Fate.SURVIVED, left=problem))
    if any(
        item.verdict is Verdict.REFUTED for item in evidence
    ):  # what is false itself has no false neighbours by a slip
        misses = [miss for miss in misses if miss.origin != "mutant"]
    denies = isinstance(theorem, Erratum) and theorem.says is Saying.DIFFER
    open_ones = [m for m in misses if m.verdict not in (Fate.REFUTED, Fate.EQUIVALENT)]
    conclusion = (conclude_denial if denies else conclude)(
        evidence,
        [m.id for m in open_ones if not m.known],
        used,
        problems,
        [m.id for m in open_ones if m.known],
    )
    return TheoremResult(
        theorem,
        conclusion.verdict,
        conclusion.reason,
        tuple(evidence),
        tuple(misses),
        ranges.claim_range(theorem),
        ranges.evidence_range(theorem, evidence),
        seconds,
        kind=theorem.kind,
        expected=expected_of(theorem, settings),
        ask_counterexample=functools.partial(_counterexample, theorem, evidence, sides),
        ask_formulas=functools.partial(_formulas, theorem, misses, said),
        ask_purposes=functools.partial(_purposes, theorem, [miss for miss in misses if miss.origin == "mutant"]),
    )


def _counterexample(
    theorem: Theorem, evidence: Sequence[Evidence], sides: Callable[[Theorem, str], Counterexample | None]
) -> Counterexample | None:
    """What refutes a statement, with both sides at it, so that pages can show it; None where there is no witness.

    Of an erratum it is the one that its rule searched for. Of a theorem it is the simplest that any rule came across,
    and `sides` makes it smaller.
    """
    found = [e.witness for e in evidence if e.witness and theorem.setting.claims]  # what is measured is no witness
    if not found:
        return None
    return sides(theorem, found[0] if isinstance(theorem, Erratum) else simplest(theorem, found))


def _purposes(theorem: Theorem, mutants: Sequence[NearMissResult]) -> tuple[Purpose, ...]:
    """What each assumption is for, by the mutants that were tried."""
    if not mutants:
        return ()
    from verify.adversary.purposes import purposes

    return purposes(theorem, mutants)


def _require_whole(theorem: Theorem, seen: object) -> None:
    """A derivation is that of this theorem: every part and every line of it, in order; boxes are of every part.

    Raises EvidenceError, since what was not looked at is not shown.
    """
    if isinstance(seen, DerivationTrace):
        wanted = [(part.label, len(part.derivation.lines) if part.derivation else 0) for part in theorem.parts]
        found = [(part.label, len(part.lines)) for part in seen.parts]
        if found != wanted:
            raise EvidenceError(f"expected a derivation with the parts and lines {wanted}, got {found}.")
    if isinstance(seen, RepeatedTrace):
        asked = [(part.label, _lines_to_repeat(theorem, part)) for part in theorem.parts]
        heard = [(part.label, len(part.lines)) for part in seen.parts]
        if heard != asked:
            raise EvidenceError(f"expected a second derivation with the parts and lines {asked}, got {heard}.")
    if isinstance(seen, BoxTrace):
        labels = {part.label for part in seen.parts}
        missing = [name for name in pieces(theorem, "boxes", ASKED) if name not in labels]
        if len(seen.parts) < len(theorem.parts) or (missing and labels != {part.label for part in theorem.parts}):
            left = f", none for {', '.join(missing)}" if missing else ""
            raise EvidenceError(f"expected {len(theorem.parts)} parts enclosed, got {len(seen.parts)}{left}.")


def _lines_to_repeat(theorem: Theorem, part: Part) -> int:
    """The lines of a part; where there are none its claim is one, if such a claim is asked without a certificate."""
    if part.derivation is not None:
        return len(part.derivation.lines)
    return int(isinstance(part.claim, row_of(theorem).one_line))


def _explained(theorem: Theorem, miss: NearMissResult) -> str:
    """What its theorem's docket says of a survivor."""
    return theorem.survivors.get(docket_name(miss.id), "") if miss.verdict is Fate.SURVIVED else miss.known


def _formulas(
    theorem: Theorem, misses: Sequence[NearMissResult], said: Callable[[Theorem, bool], Mapping[str, Said]]
) -> Mapping[str, Said]:
    """What each false neighbour states, by its id; what is measured states no formula."""
    if not misses or not theorem.setting.claims:
        return {}
    return said(theorem, any(miss.origin == "mutant" for miss in misses))


def expected_of(theorem: Theorem, settings: Settings = ASKED) -> Verdict:
    """An erratum is to be refuted; an experiment supported, unless its file says otherwise for this budget and the data
    that come along; a theorem what its file expects, which is proved unless it says otherwise."""
    if theorem.kind == "erratum":
        return Verdict.REFUTED
    if isinstance(theorem, Experiment):
        piloted = not (settings.data and theorem.takes_images)
        return Verdict(theorem.expected.get(settings.budget.value, "supported") if piloted else "supported")
    return Verdict(theorem.expects)
