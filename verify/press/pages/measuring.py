"""What pages of every format say about an experiment: its comparisons, its near misses and what was expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from theory.statements.experiment import Experiment
from verify.press.pages.parts import Compared, Other
from verify.proof.observations import StatisticsCase, StatisticsTrace
from verify.results.records import TheoremResult


def traces(result: TheoremResult) -> list[StatisticsTrace]:
    """What the statistics saw."""
    return [e.observation for e in result.evidence if isinstance(e.observation, StatisticsTrace)]


def budgets(results: Sequence[TheoremResult]) -> tuple[str, ...]:
    """At which budgets the experiments ran; those that take long may have had a smaller one than the run."""
    found = (dict(trace.ranges).get("budget", "") for result in results for trace in traces(result))
    return tuple(sorted({budget for budget in found if budget}))


def others(result: TheoremResult) -> list[Other]:
    """The near misses of an experiment, those that survived first."""
    found = [Other(m.id.split("/", 1)[-1], m.verdict, m.right, m.left) for m in result.near_misses]
    return sorted(found, key=lambda other: other.verdict == "refuted")


def because(result: TheoremResult) -> str:
    """Why a verdict other than `supported` was expected and came, or nothing."""
    theorem = result.theorem
    if not isinstance(theorem, Experiment) or not result.as_expected or result.expected.value == "supported":
        return ""
    return theorem.expected_because


def compared(case: StatisticsCase) -> Compared:
    """One comparison with its interval at the level fixed beforehand, and how many runs are no part of it."""
    runs = f"{case.count}, and {case.diverged} diverged" if case.diverged else str(case.count)
    margin = case.margin if case.relation == "=" else 0.0
    half = case.critical * case.standard_error
    return Compared(case.label, case.relation, case.predicted, margin, case.estimate, half, runs)


def slopes(trace: StatisticsTrace) -> Mapping[str, float]:
    """What was predicted of each comparison that claims an equality, by its label: a slope where curves have one."""
    return {case.label: case.predicted for case in trace.cases if case.relation == "="}
