"""The errata docket on the terminal: a table after the theorems."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from verify.command.console import TITLES, verdict_text
from verify.press.pages.counterexamples import shorten
from verify.press.pages.docket import failure
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
    found = failure(result)
    if found is None:
        return "a proof that both sides are equal" if result.as_expected else "-"
    left, right = (Text(shorten(side)).plain[:SIDE] for side in (found.left, found.right))
    return f"{left} {found.sign} {right}{f' at {found.instance.typed}' if found.instance else ''}"
