"""One experiment on the terminal: what is compared at each budget, what was measured, what was expected."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from theory.statements.experiment import Comparison, Experiment
from verify.command.page import heading, sources, title, verdict, write
from verify.press import measuring
from verify.proof.observations import StatisticsCase
from verify.results.records import TheoremResult


def show(out: Console, result: TheoremResult, theorem: Experiment) -> None:
    """Print everything that is known about one experiment."""
    title(out, theorem)
    heading(out, "Fixed before looking")
    write(out, f"  margins: {theorem.margins}")
    write(out, f"  rate of false alarms: {float(theorem.false_alarm):g} for all comparisons of a budget together")
    for budget, chosen in theorem.comparisons.items():
        write(out, f"  {budget}: expected {theorem.expected.get(budget, 'supported')}")
        for comparison in chosen:
            write(out, f"    {compared(comparison)}", 6)
    if theorem.expected_because:
        write(out, f"  why: {theorem.expected_because}")
    verdict(out, result)
    for trace in measuring.traces(result):
        for case in trace.cases:
            write(out, Text(f"             {measured(case)}", style="dim"), 13)
    heading(out, "Near misses: other predictions for the same measurements")
    for other in measuring.others(result):
        write(out, f"  {other.name}: {other.verdict}: claimed {other.predicted}; {other.measured}")
    if not result.near_misses:
        write(out, f"  not tried yet: normproof run {theorem.id}")
    sources(out, theorem)
    if theorem.uses:
        heading(out, "Uses")
        for used in theorem.uses:
            write(out, f"  {used.id}")


def compared(comparison: Comparison) -> str:
    """A comparison as it was declared, with the settings it is measured at."""
    margin = "".join(
        f" {word} {value}"
        for word, value in (("+/-", comparison.margin), ("+/- relative", comparison.relative))
        if value
    )
    settings = ", ".join(f"{name} {value}" for name, value in comparison.measured.settings)
    return f"{comparison.label} {comparison.relation} {comparison.predicted}{margin}  ({settings})"


def measured(case: StatisticsCase) -> str:
    """An estimate with its interval."""
    half = case.critical * case.standard_error
    return f"{case.label}: {case.estimate:.4g} +/- {half:.2g}, runs: {measuring.diverged(case)}"
