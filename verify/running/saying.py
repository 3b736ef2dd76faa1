"""What the false neighbours of a theorem state, as one types it: written once, then kept as results are.

Every mutant is made again for it, which takes longer than all else of a run in which nothing changed. What is kept was
written by the same code for the same theorem and near misses, or it is written again: all of it is in its key.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from theory.statements.theorem import Theorem
from verify.results import fingerprint
from verify.results.store import Store

FORMULAS = "formulas=verify.adversary.what_lies_state:formulas"


def kept_formulas(theorem: Theorem, mutants: bool, store: Store) -> Mapping[str, str]:
    """As `formulas`, from the store or written now."""
    subject = fingerprint.argument(theorem) + fingerprint.digest(theorem.near_misses)
    key = fingerprint.key(subject, FORMULAS, "mutants" if mutants else "", None) if store.usable else ""
    stored = store.get(key) if key else None
    if stored is not None and _pairs(stored.value):
        return dict(stored.value)
    begin = time.perf_counter()
    found = formulas(theorem, mutants)
    if key:
        store.put(key, f"{theorem.id} / formulas", tuple(found.items()), time.perf_counter() - begin)
    return found


def _pairs(value: object) -> bool:
    """Is it what is kept here: pairs of text?"""
    return isinstance(value, tuple) and all(
        isinstance(pair, tuple) and len(pair) == 2 and all(isinstance(text, str) for text in pair) for pair in value
    )


def formulas(theorem: Theorem, mutants: bool) -> Mapping[str, str]:
    """The same, written now."""
    from verify.adversary.what_lies_state import formulas as written

    return written(theorem, mutants=mutants)
