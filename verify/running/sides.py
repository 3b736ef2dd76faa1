"""Both sides of a refuted statement at its counterexample, for pages to show: computed once, then kept as results are.

The counterexample to a theorem is made smaller first: a reader checks it by hand. The verdict rests on what a rule saw,
and not on this. What is kept here was computed by the same code for the same statement from the same witness, or it is
computed again: all three are in its key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeGuard

from theory.statements.erratum import Erratum
from theory.statements.theorem import Theorem
from verify.patience import OutOfTime, within
from verify.results import fingerprint
from verify.results.records import Counterexample
from verify.results.store import Store
from verify.running.storing import remembered

REPLAY = "replay=verify.adversary.replaying:replay"
PATIENCE = 20.0  # seconds of processor time for making a counterexample smaller


def both_sides(theorem: Theorem, witness: str, store: Store) -> Counterexample | None:
    """The witness with both sides at it, from the store or evaluated now; None where it cannot be replayed."""
    subject = fingerprint.argument(theorem) + hashlib.sha256(witness.encode()).hexdigest()

    def about_it(value: object) -> TypeGuard[Counterexample | None]:  # that of a theorem has been made smaller since
        return isinstance(value, Counterexample) and (value.witness == witness or not isinstance(theorem, Erratum))

    return remembered(
        store, f"{theorem.id} / replay", subject, REPLAY, "", lambda: evaluated(theorem, witness), about_it
    )


def evaluated(theorem: Theorem, witness: str) -> Counterexample | None:
    """The same, evaluated now."""
    from verify.adversary.replaying import WitnessError, replay

    try:
        small = witness if isinstance(theorem, Erratum) else _smaller(theorem, witness)
        again = replay(small, lambda name: theorem)
    except WitnessError:
        return None
    executed = again.relation == "sign"  # of a formula in floats: what is printed of it is one claim
    relation = theorem.parts[0].claim.relation if executed else again.relation
    return Counterexample(small, again.left, again.right, relation)


def simplest(theorem: Theorem, witnesses: Sequence[str]) -> str:
    """Of several witnesses against a theorem the one with the smallest instance, the first of those alike."""
    if len(witnesses) == 1:
        return witnesses[0]
    from verify.adversary.replaying import lies_of, parse
    from verify.exact.drawing import free_part
    from verify.exact.simplicity import measure

    lies = lies_of(theorem)

    def size(witness: str) -> tuple[int, ...]:
        name, instance = parse(witness)
        return measure(free_part(instance, lies[name].claim, lies[name].assumptions) if name in lies else instance)

    return min(witnesses, key=size)


def _smaller(theorem: Theorem, witness: str) -> str:
    """The witness shrunk; itself for a theorem on numbers, whose simple points come first, or where time ran out."""
    from verify.adversary.by_setting import row_of
    from verify.adversary.replaying import lies_of, parse
    from verify.exact.outcomes import Outcome
    from verify.exact.witnesses import witness_json

    name, instance = parse(witness)
    lie, smaller = lies_of(theorem).get(name), row_of(theorem).smaller
    if lie is None or smaller is None:
        return witness
    try:
        with within(PATIENCE):
            small, decision = smaller(lie, instance)
    except OutOfTime:
        return witness
    return witness_json(name, small) if decision.outcome is Outcome.DIFFERENT else witness
