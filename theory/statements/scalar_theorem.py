"""A theorem on real scalars: claims over intervals, derived or enclosed over a whole range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from theory.statements.claims import Below, Bound, Claim, Identity, functions_of
from theory.statements.doors import TheoremError
from theory.statements.ranges import Range, domain, require_known, require_ranges
from theory.statements.theorem import Theorem
from theory.statements.vocabulary import foreign_to_scalars, sides_of
from theory.terms import Symbol


@dataclass(frozen=True)
class ScalarTheorem(Theorem):
    """One theorem, one file, as `Theorem`; `ranges` are the intervals of its symbols, where their declared properties
    do not say them; `rests_on` are theorems that say what the claim means, where no line cites them. `functions` gives
    for each activation that the claims or near misses speak of all the expressions in z that it stands for.

    Either every part has a derivation, or every part is a `Below` claim that is proved by enclosing it: over one symbol
    with a bounded closed range, or from each batch size to the next (a growth rate at B and at B + 1, every whole B).
    Assumptions beyond ranges are not taken. Raises TheoremError otherwise.
    """

    ranges: tuple[Range, ...] = ()
    rests_on: tuple[Theorem, ...] = ()
    functions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "functions", MappingProxyType(dict(self.functions)))
        super().__post_init__()

    def __hash__(self) -> int:
        return hash(self.module)

    @property
    def domain(self) -> Mapping[Symbol, Range]:
        """The range of every symbol."""
        return domain(self.symbols, self.ranges)

    @property
    def uses(self) -> tuple[Theorem, ...]:
        """The theorems that the claim rests on, then those that the derivations cite."""
        return tuple(dict.fromkeys((*self.rests_on, *self._cited())))

    @property
    def by_boxes(self) -> bool:
        """Are the claims to be enclosed over the whole range, rather than derived?"""
        return all(isinstance(part.claim, Below) for part in self.parts)

    def _claims(self) -> tuple[type[Claim], ...]:
        return (Identity, Bound, Below)

    def _foreign(self) -> str:
        return foreign_to_scalars(sides_of(self._stated()))

    def _validate(self) -> None:
        super()._validate()
        if self.assumptions:
            raise TheoremError(
                f"{self.id}: a scalar theorem takes ranges, no assumptions. Remedy: ranges=(at_least(B, 4),)."
            )
        claims = (*(part.claim for part in self.parts), *(miss.claim for _, miss in self.near_miss_list()))
        named = {f.name for claim in claims for f in functions_of(claim)}
        listed = all(found and not isinstance(found, str) for found in self.functions.values())
        if named != set(self.functions) or not listed:
            raise TheoremError(
                f"{self.id}: expected the functions that {', '.join(sorted(named)) or 'no activation'} stands for, got "
                f"{', '.join(sorted(self.functions)) or 'none'}. Remedy: functions={{'phi': ('relu', 'sin(2*z)')}}."
            )
        require_ranges(self.id, self.symbols, self.ranges)
        require_known(self.id, self.symbols, sides_of(self._stated()))
        for found in self.ranges:
            ends = [end for end in (found.low, found.high) if end is not None]
            if found.whole and (found.low_open or found.high_open or any(end.denominator != 1 for end in ends)):
                raise TheoremError(
                    f"{self.id}: expected whole numbers that begin and end at one, got {found}. "
                    f"Remedy: whole_at_least({found.symbol.name}, 4)."
                )
        if self.by_boxes and any(part.derivation is not None for part in self.parts):
            raise TheoremError(f"{self.id}: a claim < is enclosed, not derived. Remedy: leave the derivation out.")
        if not self.by_boxes and any(isinstance(part.claim, Below) for part in self.parts):
            raise TheoremError(
                f"{self.id}: claims < and derived claims do not mix in one theorem. Remedy: a file for each."
            )
