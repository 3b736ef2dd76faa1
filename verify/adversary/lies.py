"""What the adversary attacks: a claim thought false, its assumptions, and a name that a witness can carry."""

from __future__ import annotations

from dataclasses import dataclass

from theory.statements.claims import Assumption, Claim
from theory.statements.theorem import NearMiss, Theorem


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
