"""Long units in pieces: a rule looks at one piece of a theorem at a time, and what it saw becomes one observation.

An experiment falls into what is measured apart, a claim on many functions over boxes into one piece a function. Nothing
is judged here: the kernel sees the observation that the rule would have made in one go, or none where a piece is
missing or failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from theory.statements.claims import functions_of
from theory.statements.experiment import Experiment
from theory.statements.theorem import Theorem
from verify.proof.observations import BoxTrace, Seen, Series, StatisticsTrace
from verify.rules.covering import covered
from verify.running.executors import FAULT, Outcome
from verify.settings import Settings

Outcomes = Mapping[tuple[str, str], tuple[Outcome, bool]]


@dataclass(frozen=True)
class Cut:
    """How a rule's look at a theorem is cut: names of pieces, and one observation, of that kind, from theirs."""

    names: Callable[[Theorem, Settings], tuple[str, ...]]
    kind: type[Seen]
    whole: Callable[[Theorem, Settings, Sequence[Any]], Seen]


def pieces(theorem: Theorem, rule: str, settings: Settings) -> tuple[str, ...]:
    """The names of a rule's pieces of a theorem, in order; none where it is looked at in one go."""
    names = CUTS[rule].names(theorem, settings) if rule in CUTS else ()
    return names if len(names) > 1 else ()


def put_together(theorem: Theorem, settings: Settings, outcomes: Outcomes) -> Outcomes:
    """The outcomes with those of a rule's pieces as one, which stands where the first of them stood.

    Where a piece failed, what failed stays, under its name, and the others are left out; where one is missing, all are.
    """
    for rule in CUTS:
        names = pieces(theorem, rule, settings)
        found = {name: outcomes[rule, name] for name in names if (rule, name) in outcomes}
        if not found:
            continue
        failed = {(rule, name): one for name, one in found.items() if one[0].problem}
        if failed or len(found) < len(names):
            instead: Outcomes = failed
        else:
            instead = {(rule, ""): _one(theorem, settings, CUTS[rule], list(found.values()))}
        first, rest = min(found, key=names.index), {(rule, name) for name in found}
        outcomes = {
            key: value
            for own, one in outcomes.items()
            for key, value in (instead.items() if own == (rule, first) else () if own in rest else ((own, one),))
        }
    return outcomes


def _one(theorem: Theorem, settings: Settings, cut: Cut, found: Sequence[tuple[Outcome, bool]]) -> tuple[Outcome, bool]:
    seconds, cached = sum(outcome.seconds for outcome, _ in found), all(cached for _, cached in found)
    seen = [outcome.value for outcome, _ in found]
    other = next((type(value).__name__ for value in seen if not isinstance(value, cut.kind)), None)
    if other is not None:
        return Outcome(None, seconds, f"it returned {other}, not a {cut.kind.__name__}. {FAULT}"), cached
    return Outcome(cut.whole(theorem, settings, seen), seconds), cached


# ---- experiments --------------------------------------------------------------------------------------------
def _measured_apart(theorem: Theorem, settings: Settings) -> tuple[str, ...]:
    if not isinstance(theorem, Experiment):
        return ()
    return tuple(dict.fromkeys(theorem.piece(c) for c in theorem.comparisons[settings.budget.value]))


def _measured(theorem: Theorem, settings: Settings, seen: Sequence[StatisticsTrace]) -> StatisticsTrace:
    """All comparisons in the order in which the experiment states them."""
    assert isinstance(theorem, Experiment)  # no other theorem has such pieces
    chosen = theorem.comparisons[settings.budget.value]
    cases = {case.label: case for trace in seen for case in trace.cases}
    series: dict[str, list[Series]] = {}
    for curve in (curve for trace in seen for curve in trace.series):
        owner = max((label for label in cases if curve.label.startswith(f"{label}; ")), key=len)
        series.setdefault(owner, []).append(curve)
    return StatisticsTrace(
        false_alarm=seen[0].false_alarm,
        cases=tuple(cases[c.label] for c in chosen),
        device=seen[0].device,
        dtype=", ".join(sorted({dtype for trace in seen for dtype in trace.dtype.split(", ")})),
        instances=sum(trace.instances for trace in seen),
        ranges=covered(chosen, settings),
        series=tuple(curve for c in chosen for curve in series.get(c.label, ())),
    )


# ---- boxes --------------------------------------------------------------------------------------------------
def _functions(theorem: Theorem, settings: Settings) -> tuple[str, ...]:
    """The formulas that the function of the one claim stands for."""
    if not theorem.by_boxes or len(theorem.parts) != 1:
        return ()
    names = sorted(function.name for function in functions_of(theorem.parts[0].claim))
    return tuple(dict.fromkeys(formula for name in names for formula in theorem.functions.get(name, ())))


def _enclosed(theorem: Theorem, settings: Settings, seen: Sequence[BoxTrace]) -> BoxTrace:
    """Every function's boxes; what is refused of all of them, for a claim that is not on functions alone, once."""
    return BoxTrace(seen[0].bits, tuple(dict.fromkeys(part for trace in seen for part in trace.parts)))


CUTS: Mapping[str, Cut] = MappingProxyType(
    {"statistics": Cut(_measured_apart, StatisticsTrace, _measured), "boxes": Cut(_functions, BoxTrace, _enclosed)}
)
