"""One experiment as Markdown: what was compared and fixed beforehand, and what was measured."""

from __future__ import annotations

from theory.statements.experiment import Experiment
from theory.typeset.statements import Cite
from verify.press import measuring, prose
from verify.press.markdown_theorem import anchor, cell, escape, see_also, sources, words
from verify.proof.observations import StatisticsCase
from verify.results.records import TheoremResult


def experiment_markdown(result: TheoremResult, cite: Cite, *, level: int = 2) -> str:
    """One experiment; `cite` names theorems, `level` is that of the heading."""
    theorem = result.theorem
    if not isinstance(theorem, Experiment):
        raise TypeError(f"{theorem.id} is no experiment.")
    mark = "#" * level
    out = [f'<a id="{anchor(theorem.id)}"></a>', "", f"{mark} {words(theorem, theorem.title)}", ""]
    out += [f"`{theorem.id}`: **{result.verdict.value}**, {escape(result.reason)}", ""]
    because = measuring.because(result)
    out += [f"As expected: {escape(because)}.", ""] if because else []
    for text in prose.paragraphs(theorem):
        out += [words(theorem, text), ""]
    out += [f"{mark}# What is compared", ""]
    rate = f"{float(theorem.false_alarm):g}"
    out += [f"Fixed beforehand: {escape(theorem.margins)}; false alarms {rate} for all comparisons together.", ""]
    out += ["| quantity | claimed | measured | runs |", "|---|---|---|---|"]
    out += [_row(case) for trace in measuring.traces(result) for case in trace.cases]
    if theorem.uses:
        out += ["", f"Rests on {prose.listed([cite(used) for used in theorem.uses])}."]
    out += ["", f"{mark}# Near misses", ""]
    out += [
        f"- **{escape(o.name.capitalize())}**: {o.verdict}. {escape(o.measured)}, claimed {escape(o.predicted)}."
        for o in measuring.others(result)
    ]
    out += ["", *sources("Sources", theorem, theorem.sources), *see_also(theorem)]
    return "\n".join(out)


def _row(case: StatisticsCase) -> str:
    half = case.critical * case.standard_error
    margin = f" ± {case.margin:.3g}" if case.relation == "=" else ""
    claimed = f"{escape(case.relation)} {case.predicted:.4g}{margin}"
    return f"| {cell(case.label)} | {claimed} | {case.estimate:.4g} ± {half:.2g} | {measuring.diverged(case)} |"
