"""What an instance is held against in each setting, how a counterexample is made smaller, and what the mutants are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from theory.statements.setting import Matrices, Numbers, Setting
from theory.statements.theorem import Theorem
from theory.terms import limits
from verify.adversary.lies import Lie
from verify.adversary.mutating import mutants_of_theorems
from verify.adversary.mutating.mutants_of_theorems import Mutant
from verify.adversary.shrinking.descent import shrink
from verify.exact.agreement import decide_suspect
from verify.exact.deciding import decide
from verify.exact.instances import LARGEST, Instance, InstanceError
from verify.exact.outcomes import Decision
from verify.exact.scalar_deciding import decide as at_point
from verify.exact.sizes import MOST, of_vectors, only_numbers

Decide = Callable[[Lie, Theorem, Instance], Decision]


@dataclass(frozen=True)
class Row:
    """One setting. Whatever decides raises InstanceError where the instance is none of the claim.

    again: a counterexample that was found before, held against the claim as a search holds it.
    replayed: a witness that somebody hands in, with as many bits as it takes.
    mutants: every mutant of a theorem that a witness may name.
    smaller: a counterexample made smaller; None where the simple instances come first anyway.
    """

    again: Decide
    replayed: Decide
    mutants: Callable[[Theorem], Iterator[Mutant]]
    smaller: Callable[[Lie, Instance], tuple[Instance, Decision]] | None = None


def row_of(theorem: Theorem) -> Row:
    """What is done in the setting of a theorem. Nothing is in that of an experiment: what is measured is no witness."""
    return _ROWS[type(theorem.setting)]


def require_sizes(lie: Lie, instance: Instance) -> None:
    """A dimension that is the size of something is small, one that is only a number may be any; else InstanceError."""
    free, vectors = only_numbers(lie.claim, lie.assumptions), of_vectors(lie.claim, lie.assumptions)
    for name, size in instance.sizes.items():
        most = MOST if name in vectors else LARGEST
        if size > most and name not in free:
            raise InstanceError(f"sizes.{name}: expected a whole number from 1 to {most}, got {limits.shown(size)}.")


def _of_sizes(lie: Lie, theorem: Theorem, instance: Instance) -> Decision:
    require_sizes(lie, instance)  # none that no search would try
    return decide(lie.claim, lie.assumptions, instance)


def _at_point(lie: Lie, theorem: Theorem, instance: Instance) -> Decision:
    return at_point(lie.claim, theorem, instance, assumptions=lie.assumptions)


_ROWS: Mapping[type[Setting], Row] = {
    Matrices: Row(
        again=_of_sizes,
        replayed=lambda lie, _, instance: decide_suspect(lie.claim, lie.assumptions, instance),
        mutants=mutants_of_theorems.candidates,
        smaller=lambda lie, instance: shrink(lie.claim, lie.assumptions, instance, thorough=True),
    ),
    Numbers: Row(again=_at_point, replayed=_at_point, mutants=mutants_of_theorems.slips_alone),
}
