"""What deciding a claim at one instance can come to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """Each equals its own text. DIFFERENT is certified; UNSATISFIED: no instance, or one where a side is undefined."""

    AGREE = "agree"
    DIFFERENT = "different"
    UNKNOWN = "unknown"
    UNSATISFIED = "unsatisfied"


@dataclass(frozen=True)
class Decision:
    """outcome: "agree", "different" (certified), "unknown" or "unsatisfied"; left and right are enclosures of the
    entry that shows it (`entry`, counted from 0), or words saying why there is none. Sides that "agree" do so to
    10^-digits of their size, exactly if that is None."""

    outcome: Outcome
    left: str = ""
    right: str = ""
    bits: int = 0
    entry: tuple[int, int] | None = None
    detail: str = ""
    digits: int | None = None


def located(decision: Decision, text: str) -> str:
    """An enclosure, with its place, counted from 1, if the claim has more entries than one."""
    row, column = decision.entry or (0, 0)
    return f"{text} in entry ({row + 1}, {column + 1})" if row or column else text
