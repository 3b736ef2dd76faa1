r"""One erratum as LaTeX: what is printed and where, why it is wrong, its smallest counterexample, what is true."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from theory import terms as t
from theory.statements.erratum import Erratum, Saying
from verify.press import docket, prose
from verify.press.latex_theorem import (
    cited,
    claimed,
    display,
    escape,
    footnote,
    misses,
    proof,
    rests_on,
    setting,
    text_tex,
    written_before,
)
from verify.press.wording import worded
from verify.proof.kernel import Verdict
from verify.results.records import TheoremResult


def erratum_tex(
    result: TheoremResult, known: frozenset[str], defined: Mapping[t.Definition, str] = MappingProxyType({})
) -> str:
    r"""The erratum in an environment of its own, its refutation, and what is true. Arguments as of `theorem_tex`."""
    erratum = result.theorem
    if not isinstance(erratum, Erratum):
        raise TypeError(f"{erratum.id} is no erratum.")
    title = text_tex(worded(erratum, erratum.title))
    said = docket.SAID[erratum.says].format(dtype=erratum.dtype) + written_before(erratum, defined)
    out = [rf"\begin{{erratum}}[{{{title}}}]\label{{{erratum.id}}}", *setting(erratum, defined), said]
    out += claimed(erratum, [(part, *docket.printed(erratum, part)) for part in erratum.parts])
    told = "Said" if erratum.says is Saying.DIFFER else "Printed"
    out.append(f"{cited(erratum, f'{told} in ')}{footnote(result)}")
    out += rests_on(erratum)
    out += [r"\end{erratum}", rf"\noindent {text_tex(worded(erratum, erratum.why))}\par"]
    if result.verdict is not Verdict.REFUTED:
        out.append(rf"\noindent\textbf{{Not refuted: {result.verdict.value}.}} {escape(result.reason)}.\par")
    out += _counterexample(result)
    if erratum.says is Saying.DIFFER:
        for number, part in enumerate(erratum.parts):
            out += proof(result, number, part, known)
    out += _truth(erratum, known)
    out += misses(result, *docket.ALSO[erratum.says])
    return "\n".join([*out, r"\medskip", ""])


def _counterexample(result: TheoremResult) -> list[str]:
    found = docket.counterexample(result)
    if found is None:
        return []
    shown = f"{text_tex(found.sides_tex)}{found.where_tex}"  # a formula in it may leave its line no good break
    out = [rf"{{\emergencystretch=8em\noindent\emph{{Smallest counterexample found:}} {shown}."]
    if found.steps:
        out[-1] += " Step by step, an arrow where something is rounded away:"
        rows = []
        for step in found.steps:
            operation, exact, rounded = docket.step_tex(step)
            rows.append([f"{operation} & = {exact}" + (rf" \to {rounded}" if docket.inexact(step) else "")])
        out += display(rows)
    return [*out, r"\par}"]


def _truth(erratum: Erratum, known: frozenset[str]) -> list[str]:
    """The true statement: where it is proved, and its formula if one part of it is meant."""
    theorem, parts = erratum.true_theorem, docket.true_parts(erratum)
    where = rf"\cref{{{theorem.id}}}" if theorem.id in known else rf"\texttt{{{escape(theorem.id)}}}"
    labels = [prose.part_label(k, p, theorem).split(" ")[0] for k, p in enumerate(theorem.parts) if p in parts]
    if len(parts) < len(theorem.parts):
        where += f"~{prose.listed(labels)}"
    out = [rf"\noindent\emph{{True is}} {where}:"]
    out += claimed(theorem, [(p, p.claim.left, p.claim.relation, p.claim.right) for p in parts])
    return out
