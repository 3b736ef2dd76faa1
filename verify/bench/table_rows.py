"""Rows of a table in Markdown, for the pages that are made of measurements."""

from __future__ import annotations

from collections.abc import Iterator


def head(*names: str) -> Iterator[str]:
    """The names of the columns, and the line under them."""
    yield line(*names)
    yield line(*("---" for _ in names))


def line(*cells: str) -> str:
    """One line of the table."""
    return f"| {' | '.join(cells)} |"
