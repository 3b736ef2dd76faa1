r"""Ranges of real and of whole numbers as formulas, such as `c \in (-1, 1)`."""

from __future__ import annotations

from theory.statements.ranges import Range
from theory.typeset.names import symbol_tex


def latex_range(found: Range) -> str:
    """The range for mathematics mode."""
    if found.whole:
        return _whole(found)
    name = symbol_tex(found.symbol)
    low = r"-\infty" if found.low is None else str(found.low)
    high = r"\infty" if found.high is None else str(found.high)
    if found.low is None and found.high is None:
        return rf"{name} \in \mathbb{{R}}"
    if found.high is None:
        return rf"{name} {'>' if found.low_open else chr(92) + 'ge'} {low}"
    opening = "(" if found.low_open or found.low is None else "["
    closing = ")" if found.high_open else "]"
    return rf"{name} \in {opening}{low}, {high}{closing}"


def _whole(found: Range) -> str:
    low, high = ("" if end is None else str(end) for end in (found.low, found.high))
    left = f"{low} {'<' if found.low_open else chr(92) + 'le'} " if low else ""
    right = f" {'<' if found.high_open else chr(92) + 'le'} {high}" if high else ""
    if left and not right:
        left, right = "", f" {'>' if found.low_open else chr(92) + 'ge'} {low}"
    return rf"{left}{symbol_tex(found.symbol)}{right} \text{{ whole}}"
