"""What each false neighbour of a theorem states, as one types it."""

from __future__ import annotations

from collections.abc import Mapping

from theory.statements.claims import Claim, assumption_text
from theory.statements.theorem import Theorem
from theory.terms.text import text
from verify.adversary.lies import author_lie
from verify.adversary.mutating.mutants_of_theorems import Mutant
from verify.results.records import MUTANT


def formulas(theorem: Theorem, mutants: Mapping[str, Mutant]) -> Mapping[str, str]:
    """Of each near miss, and of each of these mutants, by its id: the formula, and what it does without."""
    found: dict[str, str] = {}
    for name, miss in theorem.near_miss_list():
        without = "".join(f", without {assumption_text(a)}" for a in miss.without)
        found[author_lie(theorem, name, miss).id] = _formula(miss.claim) + without
    for name, mutant in mutants.items():
        without = "" if mutant.altered else f", {name.partition(MUTANT)[2]}"
        found[name] = _formula(mutant.lie.claim) + without
    return found


def _formula(claim: Claim) -> str:
    return f"{text(claim.left)} {claim.relation} {text(claim.right)}"
