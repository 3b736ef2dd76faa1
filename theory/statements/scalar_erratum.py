"""An erratum on real scalars: a printed statement on numbers or on rates of growth, refuted at one exact point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from theory.statements.claims import AtMost, Below, Bound, Claim, Identity, functions_of
from theory.statements.doors import TheoremError
from theory.statements.erratum import Erratum, Saying
from theory.statements.ranges import Range, domain, require_known, require_ranges
from theory.statements.scalar_theorem import ScalarTheorem
from theory.statements.vocabulary import foreign_to_scalars, sides_of
from theory.terms import Symbol


@dataclass(frozen=True)
class ScalarErratum(Erratum):
    """One erratum, one file, as `Erratum`; `ranges` are the intervals of its symbols, as of a `ScalarTheorem`.

    `suspects` gives for each activation that the claim speaks of the expressions in z to try, simplest first: a hint to
    the search, no evidence. Assumptions are inequalities between numbers. Raises TheoremError for anything else, or
    for a range that is stated twice or wider than its symbol's declaration.
    """

    ranges: tuple[Range, ...] = ()
    suspects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "suspects", MappingProxyType(dict(self.suspects)))
        super().__post_init__()

    def __hash__(self) -> int:
        return hash(self.module)

    @property
    def domain(self) -> Mapping[Symbol, Range]:
        """The range of every symbol."""
        return domain(self.symbols, self.ranges)

    def _claims(self) -> tuple[type[Claim], ...]:
        return (Identity, Bound, Below)

    def _foreign(self) -> str:
        return foreign_to_scalars(sides_of(self._stated()))

    def _validate(self) -> None:
        super()._validate()
        require_ranges(self.id, self.symbols, self.ranges)
        require_known(self.id, self.symbols, sides_of(self._stated()))
        if self.says is not Saying.HOLDS or not all(isinstance(a, AtMost) for a in self.assumptions):
            raise TheoremError(
                f"{self.id}: an erratum on scalars is a claim that is printed as true; it assumes inequalities only. "
                "Remedy: at_most(B + 1, C), and ranges=(whole_at_least(B, 4),) for the rest."
            )
        functions = {f.name for part in self.parts for f in functions_of(part.claim)}
        if functions != set(self.suspects) or not all(self.suspects.values()):
            raise TheoremError(
                f"{self.id}: expected suspects for {', '.join(sorted(functions)) or 'no function'}, got "
                f"{', '.join(sorted(self.suspects)) or 'none'}. Remedy: suspects={{'phi': ('relu', 'sin(2*z)')}}."
            )


Scalar = ScalarTheorem | ScalarErratum
