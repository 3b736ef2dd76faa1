"""Every mutant of a part decided, the cheapest way first: refuted, equivalent, or a survivor.

A changed claim meets a pool of instances, then the line checker, then a search of its own. A claim with less given
meets the line checker first. Nothing is called equivalent that the line checker has not shown.
"""

from __future__ import annotations

import time
from random import Random

from theory.statements.claims import Bound, assumption_text
from theory.statements.theorem import Part, Theorem
from verify.adversary.deciding.one_line_more import equal_where_defined, follows, mirrored, shown
from verify.adversary.deciding.own_derivation import still_proved
from verify.adversary.deciding.shared_instances import refuted_by
from verify.adversary.deciding.where_defined import defined_nowhere, defining, implied, regained, undefined_beyond
from verify.adversary.mutating.mutants_of_theorems import ORIGIN, Mutant, mutants_of
from verify.adversary.shrinking.descent import shrink
from verify.exact.climbing import search
from verify.exact.deciding import located
from verify.exact.instances import Instance
from verify.exact.witnesses import witness_json
from verify.results.records import Fate, NearMissResult
from verify.settings import Budget, Settings

POOL = {Budget.QUICK: 100, Budget.STANDARD: 120, Budget.THOROUGH: 400}
SEARCH = {Budget.QUICK: 30, Budget.STANDARD: 60, Budget.THOROUGH: 600}
FIRST = 12  # instances tried on a claim with less given before the line checker is asked
STEPS = 10  # of the climb, for each instance of the search
SHRINKING = 80  # decisions: instances of the pool are small already
GIVEN_UP = 4  # times as long for a counterexample that violates one assumption alone: people read those

SAME = "it says the same: the normal form proves it"
UNNEEDED = "not needed by this proof"
SIDES = "needed only so that both sides are defined"
WEAKER = "weaker, follows from the theorem"
TRUE = "true by itself: the difference of the sides is visibly nonnegative"
WHEREVER = "true wherever both sides are defined: the normal form proves it"
NOWHERE = "it claims nothing: a side is defined nowhere"
MIRRORED = "the theorem itself, with a symbol negated"


def observe(theorem: Theorem, settings: Settings, label: str) -> tuple[NearMissResult, ...]:
    """What became of each mutant of the part with this label, in order; one that claims nothing is none."""
    part = next(p for p in theorem.parts if p.label == label)
    mutants = mutants_of(theorem, label)
    altered = [m for m in mutants if m.altered]
    begin = time.monotonic()
    rng = Random(f"{settings.seed}/{theorem.id}#{label}/pool")
    pool = refuted_by(part.claim, theorem.assumptions, [m.lie.claim for m in altered], rng, POOL[settings.budget])
    hits = {altered[index].lie.id: instance for index, instance in pool.items()}
    shared = (time.monotonic() - begin) / max(1, len(altered))
    results = []
    for mutant in mutants:
        begin = time.monotonic()
        found = decided(theorem, part, mutant, settings, hits.get(mutant.lie.id))
        spent = time.monotonic() - begin + (shared if mutant.altered else 0.0)
        results.append(_timed(found, spent))
    return tuple(miss for miss in results if miss.left != NOWHERE)


def decided(
    theorem: Theorem, part: Part, mutant: Mutant, settings: Settings, hit: Instance | None = None
) -> NearMissResult:
    """One mutant. `hit` is an instance certified to refute it, if there is one already."""
    lie = mutant.lie
    if hit is None and not mutant.altered:
        hit = search(lie.claim, lie.assumptions, _rng(settings, mutant, "first"), FIRST, steps=0)
    words = _equivalent(theorem, part, mutant) if hit is None else ""
    if words:
        return NearMissResult(lie.id, ORIGIN, Fate.EQUIVALENT, left=words)
    if hit is None:
        trials = SEARCH[settings.budget] * (1 if mutant.altered else GIVEN_UP)
        hit = search(lie.claim, lie.assumptions, _rng(settings, mutant, "search"), trials, steps=STEPS * trials)
    if hit is None:
        return NearMissResult(lie.id, ORIGIN, Fate.SURVIVED)
    instance, decision = shrink(lie.claim, lie.assumptions, hit, SHRINKING * (1 if mutant.altered else GIVEN_UP))
    witness = witness_json(lie.id, instance)
    left, right = located(decision, decision.left), located(decision, decision.right)
    return NearMissResult(lie.id, ORIGIN, Fate.REFUTED, witness, left, right)


def _equivalent(theorem: Theorem, part: Part, mutant: Mutant) -> str:
    """Why the mutant is true, if that is shown; else nothing."""
    claim, assumptions = mutant.lie.claim, mutant.lie.assumptions
    if mutant.altered:
        if shown(claim, assumptions):
            return TRUE if isinstance(claim, Bound) else SAME
        if follows(theorem, part, claim):
            return WEAKER
        if mirrored(theorem, part, claim):
            return MIRRORED
        if defined_nowhere(claim):
            return NOWHERE
        if equal_where_defined(claim, assumptions):
            return WHEREVER
        facts = defining(mutant)
        return WHEREVER if facts and shown(claim, (*assumptions, *facts)) else ""
    if still_proved(theorem, part, mutant) or shown(claim, assumptions):
        return UNNEEDED
    source = implied(mutant)
    if source is not None:
        return f"implied by {assumption_text(source)}"
    if undefined_beyond(mutant) or equal_where_defined(claim, assumptions):
        return SIDES
    facts = defining(mutant)
    if facts and (
        regained(mutant, facts) or still_proved(theorem, part, mutant, facts) or shown(claim, (*assumptions, *facts))
    ):
        return SIDES
    return ""


def _rng(settings: Settings, mutant: Mutant, purpose: str) -> Random:
    return Random(f"{settings.seed}/{mutant.lie.id}/{purpose}")


def _timed(miss: NearMissResult, seconds: float) -> NearMissResult:
    return NearMissResult(miss.id, miss.origin, miss.verdict, miss.witness, miss.left, miss.right, seconds)
