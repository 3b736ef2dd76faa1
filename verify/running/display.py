"""How a notebook shows results, evidence and derivations. Hung in from above: none of them knows HTML or the press."""

from __future__ import annotations

import html

from theory.statements.derivation import Derivation
from theory.statements.theorem import NearMiss
from verify.proof.kernel import Evidence
from verify.results.records import TheoremResult


def card(result: TheoremResult) -> str:
    """A result as a card."""
    from verify.press.printers.html import notebook

    return notebook.card(result)


def derivation_table(written: Derivation) -> str:
    """A derivation as a table."""
    from verify.press.printers.html import notebook

    return notebook.derivation(written)


def near_miss(stated: NearMiss) -> str:
    """A false neighbour as a formula."""
    from verify.press.printers.html import notebook

    return notebook.near_miss(stated)


def _evidence(found: Evidence) -> str:
    words = html.escape(f": {found.verdict.value}, {found.reason}")
    ranges = "; ".join(f"{name}: {value}" for name, value in getattr(found.observation, "ranges", ()))
    return f"<div><strong>{found.rule.value}</strong>{words}</div><div>{html.escape(ranges)}</div>"


def attach() -> None:
    """Give them the method that notebooks ask for; the press is loaded when it is first called."""
    shown = {Evidence: _evidence, TheoremResult: card, Derivation: derivation_table}
    for kind, method in (*shown.items(), (NearMiss, near_miss)):
        kind._repr_html_ = method  # type: ignore[attr-defined]
