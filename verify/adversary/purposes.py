"""What each assumption and declared property of a theorem is for, read off its mutants.

An assumption is needed where a counterexample violates it alone; otherwise the mutant without it says why it is there.
"""

from __future__ import annotations

from dataclasses import dataclass

from theory.statements.claims import Assumption
from theory.statements.theorem import Part
from verify.adversary.mutants import given_up
from verify.results.records import MUTANT, NearMissResult, TheoremResult

_STRONGEST = ("refuted", "survived", "equivalent")


@dataclass(frozen=True)
class Purpose:
    """`given_up` in words; the mutant that says most, and the part it is of, `reasons` where it is not needed."""

    given_up: str
    assumption: Assumption | None
    part: Part
    miss: NearMissResult
    reasons: tuple[str, ...]

    @property
    def needed(self) -> bool:
        """Is there a counterexample that violates this alone?"""
        return self.miss.verdict == "refuted"


def purposes(result: TheoremResult) -> list[Purpose]:
    """One for each assumption, then for each weaker property that was tried; none where mutants were not."""
    found = {miss.id: miss for miss in result.mutants}
    grouped: dict[str, list[tuple[Part, NearMissResult, Assumption | None]]] = {}
    if not found:
        return []
    for part in result.theorem.parts:
        for mutant in given_up(result.theorem, part):
            miss = found.get(mutant.lie.id)
            if miss is not None:
                name = mutant.lie.id.partition(MUTANT)[2]
                grouped.setdefault(name, []).append((part, miss, mutant.dropped))
    rows = [_strongest(name, tried) for name, tried in grouped.items()]
    return sorted(rows, key=lambda row: row.assumption is None)


def _strongest(name: str, tried: list[tuple[Part, NearMissResult, Assumption | None]]) -> Purpose:
    part, miss, assumption = min(tried, key=lambda item: _STRONGEST.index(item[1].verdict))
    same = (m for _, m, _ in tried if m.verdict == miss.verdict)
    reasons = tuple(dict.fromkeys(m.known or m.left for m in same)) if miss.verdict != "refuted" else ()
    return Purpose(name, assumption, part, miss, tuple(r for r in reasons if r))


def outcome(purpose: Purpose) -> str:
    """In words, without the counterexample."""
    if purpose.needed:
        return "needed"
    if purpose.miss.verdict == "survived":
        return "no counterexample is known" + "".join(f": {reason}" for reason in purpose.reasons)
    return "; ".join(purpose.reasons)
