"""One experiment as Markdown: what was compared and fixed beforehand, and what was measured."""

from __future__ import annotations

from theory.experiment import Experiment
from theory.typeset import Cite
from verify.observations import StatisticsCase, StatisticsTrace
from verify.press import prose
from verify.press.bibliography import references
from verify.press.markdown import anchor, escape, misses, words
from verify.results import TheoremResult


def experiment_markdown(result: TheoremResult, cite: Cite, *, level: int = 2) -> str:
    """One experiment; `cite` names theorems, `level` is that of the heading."""
    theorem = result.theorem
    if not isinstance(theorem, Experiment):
        raise TypeError(f"{theorem.id} is no experiment.")
    mark = "#" * level
    out = [f'<a id="{anchor(theorem.id)}"></a>', "", f"{mark} {words(theorem, theorem.title)}", ""]
    out += [f"`{theorem.id}`: **{result.verdict.value}**, {escape(result.reason)}", ""]
    if theorem.expected and result.as_expected:
        out += [f"As expected: {escape(theorem.expected_because)}.", ""]
    for text in prose.paragraphs(theorem):
        out += [words(theorem, text), ""]
    out += [f"{mark}# What is compared", ""]
    rate = f"{float(theorem.false_alarm):g}"
    out += [f"Fixed beforehand: {escape(theorem.margins)}; false alarms {rate} for all comparisons together.", ""]
    traces = [e.observation for e in result.evidence if isinstance(e.observation, StatisticsTrace)]
    out += ["| quantity | claimed | measured | runs |", "|---|---|---|---|"]
    out += [_row(case) for trace in traces for case in trace.cases]
    if theorem.uses:
        out += ["", f"Rests on {prose.listed([cite(used) for used in theorem.uses])}."]
    out += ["", *misses(result, mark), f"{mark}# Sources", ""]
    known = references()
    for source in theorem.sources:
        line = known[source.key].line if source.key in known else source.key
        out.append(f"- {escape(line)} {escape(source.place)}".rstrip())
    return "\n".join([*out, ""])


def _row(case: StatisticsCase) -> str:
    half = case.critical * case.standard_error
    margin = f" ± {case.margin:.3g}" if case.relation == "=" else ""
    diverged = f", {case.diverged} diverged" if case.diverged else ""
    claimed = f"{escape(case.relation)} {case.predicted:.4g}{margin}"
    return f"| {escape(case.label)} | {claimed} | {case.estimate:.4g} ± {half:.2g} | {case.count}{diverged} |"
