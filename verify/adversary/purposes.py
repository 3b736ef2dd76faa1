"""What each assumption and declared property of a theorem is for, read off its mutants.

An assumption is needed where a counterexample violates it alone; otherwise the mutant without it says why it is there.
"""

from __future__ import annotations

from collections.abc import Sequence

from theory.statements.claims import Assumption
from theory.statements.theorem import Part, Theorem
from verify.adversary.mutating.mutants_of_theorems import given_up
from verify.results.records import MUTANT, Fate, NearMissResult, Purpose

_STRONGEST = (Fate.REFUTED, Fate.SURVIVED, Fate.EQUIVALENT)


def purposes(theorem: Theorem, mutants: Sequence[NearMissResult]) -> tuple[Purpose, ...]:
    """One for each assumption, then for each weaker property that was tried; none where mutants were not."""
    found = {miss.id: miss for miss in mutants}
    grouped: dict[str, list[tuple[Part, NearMissResult, Assumption | None]]] = {}
    if not found:
        return ()
    for part in theorem.parts:
        for mutant in given_up(theorem, part):
            miss = found.get(mutant.lie.id)
            if miss is not None:
                name = mutant.lie.id.partition(MUTANT)[2]
                grouped.setdefault(name, []).append((part, miss, mutant.dropped))
    rows = [_strongest(name, tried) for name, tried in grouped.items()]
    return tuple(sorted(rows, key=lambda row: row.assumption is None))


def _strongest(name: str, tried: list[tuple[Part, NearMissResult, Assumption | None]]) -> Purpose:
    part, miss, assumption = min(tried, key=lambda item: _STRONGEST.index(item[1].verdict))
    same = (m for _, m, _ in tried if m.verdict == miss.verdict)
    reasons = tuple(dict.fromkeys(m.known or m.left for m in same)) if miss.verdict is not Fate.REFUTED else ()
    return Purpose(name, assumption, part, miss, tuple(r for r in reasons if r))
