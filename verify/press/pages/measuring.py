"""What pages of every format say about an experiment: its comparisons, its near misses and what was expected."""

from __future__ import annotations

from collections.abc import Sequence

from theory.statements.experiment import Experiment
from verify.press.pages.parts import Compared, Other
from verify.results.bands import Interval
from verify.results.records import TheoremResult


def budgets(results: Sequence[TheoremResult]) -> tuple[str, ...]:
    """At which budgets the experiments ran; those that take long may have had a smaller one than the run."""
    return tuple(sorted({seen.budget for result in results for seen in result.measurements if seen.budget}))


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


def compared(found: Interval) -> Compared:
    """One comparison with its interval at the level fixed beforehand, and how many runs are no part of it."""
    case = found.case
    runs = f"{case.count}, and {case.diverged} diverged" if case.diverged else str(case.count)
    margin = case.margin if case.relation == "=" else 0.0
    return Compared(case.label, case.relation, case.predicted, margin, case.estimate, found.half, runs)
