"""Both sides of an erratum at its counterexample, for pages to show: computed once, then kept as any result is.

The verdict rests on what a rule saw, and not on this. What is kept here was computed by the same code for the same
statement from the same witness, or it is computed again: all three are in its key.
"""

from __future__ import annotations

import hashlib
import time

from theory.statements.theorem import Theorem
from verify.results import fingerprint
from verify.results.records import Counterexample
from verify.results.store import Store

REPLAY = "replay=verify.adversary.replaying:replay"


def both_sides(theorem: Theorem, witness: str, store: Store) -> Counterexample | None:
    """The witness with both sides at it, from the store or evaluated now; None where it cannot be replayed."""
    subject = fingerprint.argument(theorem) + hashlib.sha256(witness.encode()).hexdigest()
    key = fingerprint.key(subject, REPLAY, "", None) if store.usable else ""
    stored = store.get(key) if key else None
    if stored is not None and isinstance(stored.value, Counterexample) and stored.value.witness == witness:
        return stored.value
    begin = time.perf_counter()
    found = evaluated(theorem, witness)
    if key and found is not None:
        store.put(key, f"{theorem.id} / replay", found, time.perf_counter() - begin)
    return found


def evaluated(theorem: Theorem, witness: str) -> Counterexample | None:
    """The same, evaluated now."""
    from verify.adversary.replaying import WitnessError, replay

    try:
        again = replay(witness, lambda name: theorem)
    except WitnessError:
        return None
    return Counterexample(witness, again.left, again.right)
