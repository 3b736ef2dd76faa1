"""What the page of an experiment shows in place of a statement and a derivation: what was compared, and the curves."""

from __future__ import annotations

from dataclasses import dataclass

from theory.statements.experiment import Experiment
from verify.press import measuring, prose
from verify.press.report.pages import words
from verify.press.report.plots import plots
from verify.proof.observations import StatisticsCase
from verify.results.records import TheoremResult

RELATIONS = {"=": "equals", ">": "is greater than", "<": "is less than"}


@dataclass(frozen=True)
class Compared:
    """One comparison: what was claimed, what was measured, by how many runs."""

    label: str
    claimed: str
    measured: str
    runs: str


def page(result: TheoremResult, theorem: Experiment) -> dict[str, object]:
    """What `experiment.html` takes beside what every page takes."""
    traces = measuring.traces(result)
    return {
        "text": [words(theorem, p) for p in prose.paragraphs(theorem)],
        "compared": [compared(case) for trace in traces for case in trace.cases],
        "plotted": [p for trace in traces for p in plots(trace.series, measuring.slopes(trace))],
        "false_alarm": f"{float(theorem.false_alarm):g}",
        "covered": words(theorem, result.evidence_range),
        "because": measuring.because(result),
        "others": measuring.others(result),
    }


def compared(case: StatisticsCase) -> Compared:
    """One row of the table, with the interval at the level fixed beforehand."""
    half = case.critical * case.standard_error
    margin = f" within {case.margin:.3g}" if case.relation == "=" else ""
    return Compared(
        label=case.label,
        claimed=f"{RELATIONS[case.relation]} {case.predicted:.4g}{margin}",
        measured=f"{case.estimate:.4g} ± {half:.2g}",
        runs=measuring.diverged(case),
    )
