"""The errata docket on the terminal: a table after the theorems, and one erratum with its smallest counterexample."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from theory.statements.erratum import Erratum, Saying
from theory.statements.theorem import Part
from theory.terms.text import text
from verify.command import page
from verify.command.console import TITLES, verdict_text
from verify.loading.bibliography import listed
from verify.press import docket
from verify.results.records import TheoremResult

SIDE = 28  # characters of a side in the table


def table(out: Console, errata: Sequence[TheoremResult]) -> None:
    """One row an erratum: what refutes it. On a narrow terminal without titles."""
    rows = Table(box=None, pad_edge=False, header_style="bold")
    rows.add_column("erratum", no_wrap=True)
    titles = out.width >= TITLES
    if titles:
        rows.add_column("printed", ratio=2)
    rows.add_column("verdict", no_wrap=True)
    rows.add_column("refuted by", ratio=1)
    for result in errata:
        title = [result.theorem.title] if titles else []
        rows.add_row(result.theorem.id, *title, verdict_text(result), refuted_by(result))
    out.print()
    out.print(rows)


def refuted_by(result: TheoremResult) -> str:
    """The counterexample in short, or that a proof refutes it."""
    found = docket.counterexample(result)
    if found is not None:
        sign = {"<=": ">", "<": ">="}.get(result.theorem.parts[0].claim.relation, "!=")
        return f"{_short(found.left)} {sign} {_short(found.right)}{found.where}"
    return "a proof that both sides are equal" if result.as_expected else "-"


def show(out: Console, result: TheoremResult) -> None:
    """Print everything that is known about one erratum."""
    erratum = result.theorem
    if not isinstance(erratum, Erratum):
        raise TypeError(f"{erratum.id} is no erratum.")
    page.title(out, erratum)
    for title, found in (("Printed in", erratum.sources), ("See also", erratum.see_also)):
        if found:
            page.heading(out, title)
        for line, where in listed(erratum, found):
            page.write(out, f"  {line}{f' ({where})' if where else ''}", 4)
    page.setting(out, erratum)
    page.heading(out, docket.SAID[erratum.says].format(dtype=erratum.dtype))
    for part in erratum.parts:
        left, relation, right = docket.printed(erratum, part)
        label = f"{part.label}: " if part.label else ""
        page.write(out, f"  {label}{text(left)}  {relation}  {text(right)}")
    page.heading(out, "Why it is wrong")
    page.write(out, f"  {erratum.why}", 2)
    _counterexample(out, erratum, result)
    if erratum.says is Saying.DIFFER:
        traces = page.traces(result)
        for part in erratum.parts:
            page.derivation(out, part, traces.get(part.label), "No derivation is given.")
    _truth(out, erratum)
    page.verdict(out, result)
    if erratum.near_misses:
        page.near_misses(out, erratum, result, docket.ALSO[erratum.says][0])


def _counterexample(out: Console, erratum: Erratum, result: TheoremResult) -> None:
    found = docket.counterexample(result)
    if found is None:
        return
    page.heading(out, "Smallest counterexample found")
    if found.instance:
        page.write(out, f"  at     {found.instance}")
    for formula in found.functions:
        page.write(out, f"         {formula}")
    for step in found.steps:
        rounded = f", rounded to {step.executed}" if docket.inexact(step) else ""
        page.write(out, f"         {step.operation} = {step.exact}{rounded}")
    page.write(out, f"  left   {found.left}")
    page.write(out, f"  right  {found.right}")
    page.again(out, erratum, found.witness, 2)


def _truth(out: Console, erratum: Erratum) -> None:
    part = docket.true_part(erratum)
    page.heading(out, "What is true")
    page.write(out, f"  {erratum.true_theorem.id}{f' ({part.label})' if part else ''}")
    for stated in docket.true_parts(erratum):
        page.write(out, f"  {_claim(stated)}")


def _claim(part: Part) -> str:
    return f"{text(part.claim.left)}  {part.claim.relation}  {text(part.claim.right)}"


def _short(side: str) -> str:
    from verify.press.prose import shorten

    return Text(shorten(side)).plain[:SIDE]
