"""A theorem as it is run: with the derivations that the program finds, where its author gives none.

What searches is loaded only for such a theorem. The same theorem is completed in the same way in every process.
"""

from __future__ import annotations

import functools
from dataclasses import replace

from theory.statements.theorem import Theorem
from verify.patience import WORKING, OutOfTime, within
from verify.settings import Budget

PATIENCE = WORKING[Budget.QUICK]  # seconds of processor time: the search has a limit of its own, one line may have none


def completed(theorem: Theorem) -> Theorem:
    """The theorem itself if nothing is missing, or with lines proposed for the parts that come without."""
    if type(theorem) is not Theorem or all(part.derivation is not None for part in theorem.parts) or theorem.by_boxes:
        return theorem
    return with_lines_sought(theorem)


@functools.lru_cache(maxsize=256)
def with_lines_sought(theorem: Theorem) -> Theorem:
    """The theorem with lines proposed for the parts that come without."""
    from verify.deriving import propose

    try:
        with within(PATIENCE):
            return propose(theorem).theorem
    except OutOfTime:
        words = f"derivation sought: stopped after {PATIENCE:.0f} s of processor time, nothing found"
        parts = (part if part.derivation else replace(part, sought=words) for part in theorem.parts)
        return replace(theorem, parts=tuple(parts))
