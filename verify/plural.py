"""A number with its noun, for whoever says how many there are: `1 box`, `1,200 boxes`."""

from __future__ import annotations


def plural(number: int, noun: str) -> str:
    """The number with thousands apart, and the noun as it is said of one or of several."""
    return f"{number:,} {noun}" + ("" if number == 1 else "es" if noun.endswith("x") else "s")
