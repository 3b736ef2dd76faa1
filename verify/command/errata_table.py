"""The errata docket on the terminal: a table after the theorems, or two lines an erratum where a table has no room."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from verify.command.columns import Column, fitting
from verify.command.console import TITLES, verdict_text
from verify.press.pages.counterexamples import shorten
from verify.press.pages.docket import failure
from verify.press.printers.terminal_lines import write
from verify.results.records import TheoremResult

SIDE = 28  # characters of a side in the table
PRINTED, REFUTED = 44, 38  # least widths of what was printed and of what refutes it


def table(out: Console, errata: Sequence[TheoremResult]) -> None:
    """One row an erratum: what refutes it. On a narrow terminal without titles, on a narrower one below its id."""
    found = [refuted_by(result) for result in errata]
    out.print()
    columns = [
        Column("erratum", [result.theorem.id for result in errata]),
        Column("printed", [result.theorem.title for result in errata], leave=1, least=PRINTED),
        Column("verdict", [verdict_text(result) for result in errata]),
    ]
    if sum(column.width for column in columns if not column.leave) + REFUTED + 4 <= out.width:
        kept = [column for column in columns if not column.leave or out.width >= TITLES]
        out.print(fitting(out.width, [*kept, Column("refuted by", found, least=REFUTED)]))
        return
    write(out, Text("erratum, and what refutes it", style="bold"))
    for result, words in zip(errata, found, strict=True):
        write(out, Text.assemble(result.theorem.id, "  ", verdict_text(result)))
        write(out, f"    {words}", 6)


def refuted_by(result: TheoremResult) -> str:
    """The counterexample in short, or that a proof refutes it."""
    found = failure(result)
    if found is None:
        return "a proof that both sides are equal" if result.as_expected else "-"
    left, right = (Text(shorten(side)).plain[:SIDE] for side in (found.left, found.right))
    return f"{left} {found.sign} {right}{f' at {found.instance.typed}' if found.instance else ''}"
