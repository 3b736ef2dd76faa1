"""One erratum as Markdown: what is printed and where, why it is wrong, its smallest counterexample, what is true."""

from __future__ import annotations

from theory.statements.erratum import Erratum, Saying
from theory.typeset.breaking import relation_lines
from theory.typeset.formulas import latex
from theory.typeset.statements import Cite, latex_assumption
from verify.press import docket, prose
from verify.press.markdown_theorem import (
    LINE,
    anchor,
    chain,
    display,
    dollars,
    escape,
    growth,
    inline,
    misses,
    rests_on,
    see_also,
    sources,
    words,
)
from verify.results.records import TheoremResult


def erratum_markdown(result: TheoremResult, cite: Cite, *, level: int = 2) -> str:
    """One erratum; `cite` names theorems, `level` is that of the heading."""
    erratum = result.theorem
    if not isinstance(erratum, Erratum):
        raise TypeError(f"{erratum.id} is no erratum.")
    mark = "#" * level
    out = [f'<a id="{anchor(erratum.id)}"></a>', "", f"{mark} {words(erratum, erratum.title)}", ""]
    out += [f"`{erratum.id}`: **{result.verdict.value}**, {escape(result.reason)}", ""]
    out += [docket.promise(erratum), ""]
    for text in prose.paragraphs(erratum):
        out += [words(erratum, text), ""]
    out += [f"{mark}# Printed", ""]
    out += sources("Printed in", erratum, erratum.sources) + see_also(erratum)
    declared = prose.declarations(erratum)
    out += [f"Let {'; '.join(inline(d) for d in declared)}.", ""] if declared else []
    if erratum.assumptions:
        assumed = (f"{dollars(latex_assumption(a))} ({words(erratum, a.note)})" for a in erratum.assumptions)
        out += [f"Assume {'; '.join(assumed)}.", ""]
    named = prose.definitions(erratum)
    if named:
        out += ["Write", "", *display([f"{latex(d(*d.parameters))} := {latex(d.body)}" for d in named])]
    out += growth(erratum)
    out += [docket.SAID[erratum.says].format(dtype=erratum.dtype), ""]
    for number, part in enumerate(erratum.parts):
        label = prose.part_label(number, part, erratum)
        out += [f"**{words(erratum, label)}**", ""] if label else []
        out += display(relation_lines(*docket.printed(erratum, part), LINE))
    out += [f"{mark}# Why it is wrong", "", words(erratum, erratum.why), ""]
    out += rests_on(erratum)
    out += _counterexample(result, mark)
    if erratum.says is Saying.DIFFER:
        out += [f"{mark}# The two sides are equal", ""]
        for number, _ in enumerate(erratum.parts):
            out += chain(result, number, cite)
    out += [f"{mark}# What is true", "", f"{inline(cite(erratum.true_theorem))}:", ""]
    for part in docket.true_parts(erratum):
        out += display(relation_lines(part.claim.left, part.claim.relation, part.claim.right, LINE))
    out += misses(result, mark, docket.ALSO[erratum.says][0])
    return "\n".join(out) + "\n"


def _counterexample(result: TheoremResult, mark: str) -> list[str]:
    found = docket.counterexample(result)
    if found is None:
        return []
    out = [f"{mark}# Smallest counterexample found", ""]
    out += [f"{inline(found.sides_tex)}{inline(found.where_tex)}.", ""]
    if found.steps:
        out += ["| operation | exact | float |", "|---|---|---|"]
        out += [f"| {' | '.join(dollars(cell) for cell in docket.step_tex(step))} |" for step in found.steps]
        out.append("")
    return [*out, "```sh", found.replay, "```", ""]
