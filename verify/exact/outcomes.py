"""What deciding a claim at one instance can come to."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """Each equals its own text. DIFFERENT is certified; UNSATISFIED: no instance, or one where a side is undefined."""

    AGREE = "agree"
    DIFFERENT = "different"
    UNKNOWN = "unknown"
    UNSATISFIED = "unsatisfied"
