"""The setting of a statement: what it speaks of, and so which claims and terms it may have. Data only.

A setting is one class here, and a row in every table that is keyed by it. Whoever does something otherwise in one
setting than in another asks the setting what it says, or has such a table; only the room of proof asks for its class.
`tests/test_settings.py` finds the tables and names the rows that are missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import ClassVar

from theory.statements.claims import Assumption, AtMost, Below, Bound, Claim, Identity, functions_of
from theory.statements.doors import TheoremError, require
from theory.statements.ranges import Range, domain, require_known, require_ranges
from theory.statements.vocabulary import foreign_to_matrices, foreign_to_scalars, sides_of
from theory.terms import Limit, Symbol, Term


@dataclass(frozen=True)
class Setting:
    """What a statement speaks of; as it stands, one without ranges of symbols, and without functions that are named.

    claims: what a statement may claim; nothing where it is measured, and then there is no witness against it either.
    enclosed: of these, those that without lines are enclosed in boxes over a range.
    from_lines: the nodes that have the value that a theorem's lines give them, and in a misprint those of the truth.
    """

    claims: ClassVar[tuple[type[Claim], ...]] = ()
    enclosed: ClassVar[tuple[type[Claim], ...]] = ()
    from_lines: ClassVar[tuple[type[Term], ...]] = ()

    def ranged(self) -> tuple[Range, ...]:
        """The ranges that the statement gives, beyond what its symbols are declared to be."""
        return ()

    def standing(self, claims: Iterable[Claim]) -> frozenset[str]:
        """The activations of the claims that stand for expressions: a theorem names all of these, a print is tried with
        suspects. All others stand for every smooth function."""
        return frozenset()

    def named(self) -> Mapping[str, tuple[str, ...]]:
        """All that each activation stands for, by its name."""
        return {}

    def domain(self, symbols: Sequence[Symbol]) -> Mapping[Symbol, Range]:
        """The range of every symbol that has one."""
        return {}

    def foreign(self, terms: Iterable[Term]) -> str:
        """What the checkers have no rows for, in words; nothing if they have."""
        return ""

    def require(self, name: str, symbols: Sequence[Symbol], claims: Sequence[Claim]) -> None:
        """See that the setting fits a statement with these symbols and claims. Raises TheoremError."""

    def require_assumed(self, name: str, assumptions: Sequence[Assumption]) -> None:
        """See that a theorem may assume this. Raises TheoremError."""

    def require_printed(self, name: str, as_true: bool, assumptions: Sequence[Assumption]) -> None:
        """See that a print may assume this, and be one that is printed `as_true` or another. Raises TheoremError."""


@dataclass(frozen=True)
class Matrices(Setting):
    """Vectors, matrices and random vectors of every size, and functions of which only smoothness is known."""

    claims = (Identity, Bound, Below)

    def foreign(self, terms: Iterable[Term]) -> str:
        return foreign_to_matrices(terms)


@dataclass(frozen=True)
class Numbers(Setting):
    """Real numbers: the `ranges` of symbols where their declared properties do not say them, and for each activation
    that a theorem or its near misses speak of, `functions`, all the expressions in z that it stands for.

    What is assumed beyond ranges are inequalities, and only in an erratum.
    """

    ranges: tuple[Range, ...] = ()
    functions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    claims = (Identity, Bound, Below)
    enclosed = (Below,)
    from_lines = (Limit,)

    def __post_init__(self) -> None:
        require("Numbers", "functions", self.functions, Mapping, "functions={'phi': ('relu', 'sin(2*z)')}")
        object.__setattr__(self, "functions", MappingProxyType(dict(self.functions)))

    def ranged(self) -> tuple[Range, ...]:
        return self.ranges

    def standing(self, claims: Iterable[Claim]) -> frozenset[str]:
        return frozenset(function.name for claim in claims for function in functions_of(claim))

    def named(self) -> Mapping[str, tuple[str, ...]]:
        return self.functions

    def domain(self, symbols: Sequence[Symbol]) -> Mapping[Symbol, Range]:
        return domain(symbols, self.ranges)

    def foreign(self, terms: Iterable[Term]) -> str:
        return foreign_to_scalars(terms)

    def require(self, name: str, symbols: Sequence[Symbol], claims: Sequence[Claim]) -> None:
        require_ranges(name, symbols, self.ranges)
        require_known(name, symbols, sides_of(claims))
        for found in self.ranges:
            ends = [end for end in (found.low, found.high) if end is not None]
            if found.whole and (found.low_open or found.high_open or any(end.denominator != 1 for end in ends)):
                raise TheoremError(
                    f"{name}: expected whole numbers that begin and end at one, got {found}. "
                    f"Remedy: whole_at_least({found.symbol.name}, 4)."
                )

    def require_assumed(self, name: str, assumptions: Sequence[Assumption]) -> None:
        if assumptions:
            raise TheoremError(
                f"{name}: a theorem on numbers takes ranges, no assumptions. "
                "Remedy: setting=Numbers((at_least(B, 4),))."
            )

    def require_printed(self, name: str, as_true: bool, assumptions: Sequence[Assumption]) -> None:
        if not as_true or not all(isinstance(a, AtMost) for a in assumptions):
            raise TheoremError(
                f"{name}: an erratum on numbers is a claim that is printed as true; it assumes inequalities only. "
                "Remedy: at_most(B + 1, C), and setting=Numbers((whole_at_least(B, 4),)) for the rest."
            )


@dataclass(frozen=True)
class Networks(Setting):
    """Random networks of stated widths and depths, whose gradients are measured: what experiments speak of."""


SETTINGS = (Matrices, Numbers, Networks)
