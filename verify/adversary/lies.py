"""What the adversary attacks: a claim thought false, its assumptions, and a name that a witness can carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from theory.claims import Assumption, Claim
from theory.scalar.theorem import ScalarTheorem
from theory.theorem import NearMiss, Theorem
from verify.exact.witnesses import part_id


@dataclass(frozen=True)
class Lie:
    """A claim thought false under these assumptions; `origin` is "author" or "mutant"."""

    id: str
    claim: Claim
    assumptions: tuple[Assumption, ...]
    origin: str = "author"


def author_lie(theorem: Theorem, name: str, miss: NearMiss) -> Lie:
    """A near miss under the theorem's assumptions, except those it drops."""
    kept = tuple(a for a in theorem.assumptions if a not in miss.without)
    return Lie(f"{theorem.id}/{name}", miss.claim, kept)


def lies_of(theorem: Theorem, *, mutants: bool = False) -> Mapping[str, Lie]:
    """Everything a witness may name: the theorem's parts, its near misses and, if asked for, its mutants, by id."""
    found = {part_id(theorem, p): Lie(part_id(theorem, p), p.claim, theorem.assumptions) for p in theorem.parts}
    for name, miss in theorem.near_miss_list():
        lie = author_lie(theorem, name, miss)
        found[lie.id] = lie
    if mutants:
        from verify.adversary import mutants as plain
        from verify.adversary import scalar_mutants as scalar

        made = scalar.candidates(theorem) if isinstance(theorem, ScalarTheorem) else plain.candidates(theorem)
        found |= {mutant.lie.id: mutant.lie for mutant in made}
    return found
