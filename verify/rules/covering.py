"""Which settings an experiment's comparisons cover, in words. Knows no torch: who puts pieces together asks as well."""

from __future__ import annotations

from collections.abc import Sequence

from theory.statements.experiment import IMAGES, Comparison
from verify.settings import Settings

DIGITS = "digits"


def covered(chosen: Sequence[Comparison], settings: Settings) -> tuple[tuple[str, str], ...]:
    """The budget, and each setting's name with its values in order."""
    seen: dict[str, dict[str, None]] = {}
    for comparison in chosen:
        for name, value in comparison.measured.settings:
            words = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            words = (settings.data or DIGITS) if value == IMAGES else words
            seen.setdefault(name.replace("_", " "), {})[words] = None
    return (("budget", settings.budget.value), *((name, "; ".join(values)) for name, values in seen.items()))
