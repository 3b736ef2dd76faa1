"""What every rule saw, in words: ranges, counts, what stands in the place of a derivation that is not there."""

from __future__ import annotations

from collections.abc import Sequence

from theory.statements.claims import assumption_text
from theory.statements.theorem import Theorem
from theory.typeset.statements import latex_assumption
from verify.plural import plural
from verify.press.pages import again, parts
from verify.press.pages.parts import Words
from verify.press.pages.wording import words
from verify.proof import kernel
from verify.proof.observations import (
    BoxOutcome,
    BoxPart,
    BoxTrace,
    CaseOutcome,
    DenseTrace,
    DerivationTrace,
    EnclosureTrace,
    LineOutcome,
    LineTrace,
    RepeatedLine,
    RepeatedTrace,
    RoundingTrace,
    SamplingTrace,
    StatisticsTrace,
)
from verify.results import ranges
from verify.results.records import TheoremResult

BY_NAME = "as it was seen"  # what an observation without a row of its own covered


def evidence(result: TheoremResult) -> parts.Evidence:
    return parts.Evidence(tuple(_look(result.theorem, item) for item in result.evidence))


def _look(theorem: Theorem, item: kernel.Evidence) -> parts.Look:
    seen = item.observation
    floats = seen if isinstance(seen, SamplingTrace) else None
    covered, details = range_parts(item)
    return parts.Look(
        rule=item.rule.value,
        verdict=item.verdict.value,
        reason=item.reason,
        counts=counts(item),
        covered=words(theorem, covered),
        details=tuple((_detail(theorem, name), str(value)) for name, value in details),
        ranges=tuple((name, str(value)) for name, value in ranges.of(theorem, item).items()),
        seconds=item.seconds,
        cached=item.cached,
        witness=item.witness or "",
        again=again.lines(theorem, item.witness),
        cases=_cases(seen),
        histogram=floats.histogram if floats else (),
        residual=f"{floats.worst_residual:.3g}" if floats else "",
        dtype=floats.dtype if floats else "",
    )


def _detail(theorem: Theorem, name: str) -> Words:
    """What was drawn, by its name; of an assumption, how it is met."""
    met = {f"{assumption_text(a)} is met": f"${latex_assumption(a)}$ is met" for a in theorem.assumptions}
    return Words(name, met[name]) if name in met else words(theorem, name)


def _cases(seen: object) -> tuple[parts.Case, ...]:
    if not isinstance(seen, DenseTrace):
        return ()
    rows = ((c, ", ".join(f"{k} = {v}" for k, v in c.sizes)) for c in seen.cases)
    return tuple(parts.Case(c.part, sizes, c.outcome + (f": {c.detail}" if c.detail else "")) for c, sizes in rows)


def range_parts(evidence: kernel.Evidence) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What one piece of evidence covered, in a word, and its details by name."""
    observed: object = evidence.observation
    match observed:
        case DerivationTrace(parts, over):
            lines = sum(len(p.lines) for p in parts)
            return f"{over}; {plural(lines, 'line')} in {plural(len(parts), 'part')}", ()
        case RepeatedTrace(parts):
            return f"each line, from the definitions; {plural(sum(len(p.lines) for p in parts), 'line')}", ()
        case DenseTrace(cases):
            sizes = dict.fromkeys(", ".join(f"{k} = {v}" for k, v in c.sizes) for c in cases)
            return "; ".join(sizes) if sizes else "no case", ()
        case EnclosureTrace() as seen:
            return f"{seen.bits} bits", seen.ranges
        case SamplingTrace() as seen:
            return f"{seen.dtype} on {seen.device}", seen.ranges
        case BoxTrace(bits, boxed):
            return f"{bits} bits", tuple(dict.fromkeys((p.variable, f"all {ranges.covered(p)}") for p in boxed))
        case RoundingTrace() as executed:
            return f"{executed.dtype} on {executed.device}", executed.ranges
        case StatisticsTrace() as measured:
            rate = ("false alarms", f"{measured.false_alarm:g} for all comparisons together")
            return f"{measured.dtype} on {measured.device}", (rate, *measured.ranges)
    return BY_NAME, tuple((name, str(value)) for name, value in ranges.by_name(observed).items())


def counts(evidence: kernel.Evidence) -> str:
    """How many instances were asked for, satisfied the assumptions, and agreed."""
    seen = evidence.observation
    if isinstance(seen, EnclosureTrace | SamplingTrace):
        return f"{seen.satisfied:,} of {seen.requested:,}"
    if isinstance(seen, RepeatedTrace):
        heard = [opinion(line) for part in seen.parts for line in part.lines]
        said = f"{sum(said.agrees for said in heard)} of {plural(len(heard), 'line')}"
        apart = ((mark, sum(each.mark == mark for each in heard)) for mark in ("points", "sizes"))
        return "; ".join([said, *(f"{count} at {mark} alone" for mark, count in apart if count)])
    if isinstance(seen, DenseTrace):
        return f"{sum(c.outcome is CaseOutcome.EQUAL for c in seen.cases)} of {plural(len(seen.cases), 'case')}"
    if isinstance(seen, RoundingTrace):
        return plural(len(seen.steps), "operation")
    if isinstance(seen, BoxTrace):
        boxes = [box for part in seen.parts for box in part.boxes]
        return f"{sum(box.outcome is BoxOutcome.HOLDS for box in boxes)} of {plural(len(boxes), 'box')}"
    if isinstance(seen, StatisticsTrace):
        return plural(sum(case.count for case in seen.cases), "run")
    return ""


def line_traces(result: TheoremResult, number: int) -> dict[int, LineTrace]:
    """What the checker left of each line of a part, by line number; empty if the derivation was not checked."""
    for item in result.evidence:
        if isinstance(item.observation, DerivationTrace) and number < len(item.observation.parts):
            return {line.number: line for line in item.observation.parts[number].lines}
    return {}


def second_opinions(result: TheoremResult, number: int) -> dict[int, parts.Opinion]:
    """What SymPy says of each line of a part, by line number; empty if it was not asked."""
    for item in result.evidence:
        if isinstance(item.observation, RepeatedTrace) and number < len(item.observation.parts):
            return {line.number: opinion(line) for line in item.observation.parts[number].lines}
    return {}


def opinion(line: RepeatedLine) -> parts.Opinion:
    """What SymPy says of a line, as a mark and in words."""
    words = {
        LineOutcome.EVERYWHERE: "SymPy says so too",
        LineOutcome.AT_SIZES: f"SymPy says so at {line.detail}",
        LineOutcome.AT_POINTS: f"SymPy says so at {line.detail}",
        LineOutcome.OPEN: f"SymPy could not decide it: {line.detail}",
        LineOutcome.DIFFERS: f"SymPy denies it: {line.detail}",
    }[line.outcome]
    mark = {LineOutcome.EVERYWHERE: "yes", LineOutcome.DIFFERS: "no"}.get(line.outcome, line.outcome.value)
    return parts.Opinion(mark, words)


def lines_now(page: parts.Page) -> str:
    """What the line checker says, in words."""
    steps = [step for s in page.sections if isinstance(s, parts.Derivation) for c in s.chains for step in c.steps]
    if not steps:
        return "no evidence yet"
    accepted = sum(step.accepted is True for step in steps)
    if accepted == len(steps):
        return f"{plural(accepted, 'line')} accepted by the checker just now"
    return f"{accepted} of {plural(len(steps), 'line')} accepted by the checker just now"


def underived(result: TheoremResult, number: int) -> str:
    """What stands in the place of a derivation that a part does not have."""
    for item in result.evidence:
        if isinstance(item.observation, BoxTrace) and number < len(item.observation.parts):
            parts = item.observation.parts
            if parts[number].whole:
                return _every_batch(parts)
            seen = parts[number]
            held = sum(box.outcome is BoxOutcome.HOLDS for box in seen.boxes)
            return (
                f"Not derived but enclosed: it holds on {held} of {plural(len(seen.boxes), 'box')} of {seen.variable} "
                f"that cover [{seen.start}, {seen.stop}], in balls of {item.observation.bits} bits."
            )
    sought = result.theorem.parts[number].sought
    return f"No derivation is given; {sought}." if sought else "No derivation is given."


def _every_batch(parts: Sequence[BoxPart]) -> str:
    held = sum(all(box.outcome is BoxOutcome.HOLDS for box in part.boxes) for part in parts if part.boxes)
    last = max((box.start for part in parts for box in part.boxes if box.stop == "oo"), key=int, default="")
    return (
        f"Not derived but enclosed: it holds for {held} of {plural(len(parts), 'function')} at every whole "
        f"{parts[0].variable} from {parts[0].start} on. Balls lie apart at each of the smaller ones; for all others at "
        f"once, from {last} on at the latest, the slope in 1/(B - 1) is enclosed."
    )
