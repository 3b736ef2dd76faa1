"""How a notebook shows a result: as a card of the report. Hung in from above, so that results know no press."""

from __future__ import annotations

from verify.results.records import TheoremResult


def _card(result: TheoremResult) -> str:
    from verify.press.report import html_card

    return html_card(result)


def attach() -> None:
    """Give every result the method that notebooks ask for; the press is loaded when it is first called."""
    TheoremResult._repr_html_ = _card  # type: ignore[attr-defined]
