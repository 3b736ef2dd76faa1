"""What a search for a derivation comes to: the lines that were found, and in words how far it went."""

from __future__ import annotations

from dataclasses import dataclass, replace

from theory.statements.derivation import Derivation
from theory.statements.theorem import Part, Theorem

BY_THE_PROGRAM = "derived by the program"


@dataclass(frozen=True)
class PartProposal:
    """A part that came without a derivation: the lines found for it, if any were, and what was spent.

    `tried` counts steps (`verify.deriving.asking`); `exhausted`: no way was left, otherwise the limit ended the search.
    """

    label: str
    derivation: Derivation | None
    tried: int
    limit: int
    exhausted: bool = True

    @property
    def words(self) -> str:
        """What a reader is told of the search."""
        if self.derivation is not None:
            return f"{BY_THE_PROGRAM}: {_steps(self.tried)}"
        if self.exhausted:
            return (
                f"derivation sought: every way tried in {_steps(self.tried)} of at most {self.limit:,}, nothing found"
            )
        return f"derivation sought: limit of {self.limit:,} steps reached, nothing found"


@dataclass(frozen=True)
class Proposal:
    """A theorem with the derivations that were found for its parts; `parts` are those that came without one."""

    theorem: Theorem
    parts: tuple[PartProposal, ...]

    @property
    def complete(self) -> bool:
        """Has every part of the theorem a derivation now?"""
        return all(part.derivation is not None for part in self.theorem.parts)

    @property
    def words(self) -> str:
        """One sentence for all parts that were sought."""
        labelled = ((f"{part.label}: " if part.label else "") + part.words for part in self.parts)
        return "; ".join(labelled)


def with_derivations(theorem: Theorem, found: tuple[PartProposal, ...]) -> Theorem:
    """The theorem with these derivations in place of none, and with what was said of each search.

    Raises TheoremError where a line speaks of what the theorem does not declare.
    """
    by_label = {part.label: part for part in found}

    def whole(part: Part) -> Part:
        proposal = by_label.get(part.label)
        if proposal is None:
            return part
        return replace(part, derivation=proposal.derivation, sought=proposal.words)

    parts = tuple(whole(part) for part in theorem.parts)
    return replace(theorem, parts=parts) if found else theorem


def _steps(count: int) -> str:
    return f"{count:,} step{'' if count == 1 else 's'}"
