"""How a notebook shows results and evidence. Hung in from above, so that neither knows HTML or the press."""

from __future__ import annotations

import html

from verify.proof.kernel import Evidence
from verify.results.records import TheoremResult


def _card(result: TheoremResult) -> str:
    from verify.press.printers.html import html_card

    return html_card(result)


def _evidence(found: Evidence) -> str:
    words = html.escape(f": {found.verdict.value}, {found.reason}")
    ranges = "; ".join(f"{name}: {value}" for name, value in getattr(found.observation, "ranges", ()))
    return f"<div><strong>{found.rule.value}</strong>{words}</div><div>{html.escape(ranges)}</div>"


def attach() -> None:
    """Give them the method that notebooks ask for; the press is loaded when it is first called."""
    Evidence._repr_html_ = _evidence  # type: ignore[attr-defined]
    TheoremResult._repr_html_ = _card  # type: ignore[attr-defined]
