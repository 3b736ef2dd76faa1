"""What pages of every format say about an experiment: its comparisons, its near misses and what was expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from theory.statements.experiment import Experiment
from verify.proof.observations import StatisticsCase, StatisticsTrace
from verify.results.records import TheoremResult


@dataclass(frozen=True)
class OtherPrediction:
    """A near miss of an experiment: what it predicts and what was measured instead."""

    name: str
    verdict: str
    predicted: str
    measured: str


def traces(result: TheoremResult) -> list[StatisticsTrace]:
    """What the statistics saw."""
    return [e.observation for e in result.evidence if isinstance(e.observation, StatisticsTrace)]


def others(result: TheoremResult) -> list[OtherPrediction]:
    """The near misses of an experiment, those that survived first."""
    found = [OtherPrediction(m.id.split("/", 1)[-1], m.verdict, m.right, m.left) for m in result.near_misses]
    return sorted(found, key=lambda other: other.verdict == "refuted")


def because(result: TheoremResult) -> str:
    """Why a verdict other than `supported` was expected and came, or nothing."""
    theorem = result.theorem
    if not isinstance(theorem, Experiment) or not result.as_expected or result.expected.value == "supported":
        return ""
    return theorem.expected_because


def diverged(case: StatisticsCase) -> str:
    """How many runs, and how many of them are no part of the estimate."""
    return f"{case.count}, and {case.diverged} diverged" if case.diverged else str(case.count)


def slopes(trace: StatisticsTrace) -> Mapping[str, float]:
    """What was predicted of each comparison that claims an equality, by its label: a slope where curves have one."""
    return {case.label: case.predicted for case in trace.cases if case.relation == "="}
