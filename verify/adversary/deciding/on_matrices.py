"""Every mutant of a part decided, the cheapest way first: refuted, equivalent, or a survivor.

A changed claim meets a pool of instances, then the line checker, then a search of its own. A claim with less given
meets the line checker first. Nothing is called equivalent that the line checker has not shown.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from random import Random

from theory.statements.claims import AtMost, assumption_text
from theory.statements.theorem import Part, Theorem
from verify.adversary.deciding.by_deriving import DERIVED, derived
from verify.adversary.deciding.by_witness import refuted, settled
from verify.adversary.deciding.one_line_more import equal_where_defined, follows, mirrored, shown
from verify.adversary.deciding.own_derivation import still_proved
from verify.adversary.deciding.shared_instances import refuted_by
from verify.adversary.deciding.where_defined import defined_nowhere, defining, implied, regained, undefined_beyond
from verify.adversary.kept_findings import findings
from verify.adversary.mutating.mutants_of_theorems import ORIGIN, Mutant, mutants_of
from verify.adversary.shrinking.descent import shrink
from verify.exact.climbing import search
from verify.exact.instances import Instance
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
DERIVED_WHEREVER = "true wherever both sides are defined: the program derives it"
MIRRORED = "the theorem itself, with a symbol negated"


def observe(theorem: Theorem, settings: Settings, label: str) -> tuple[NearMissResult, ...]:
    """What became of each mutant of the part with this label, in order; one that claims nothing is none."""
    part = next(p for p in theorem.parts if p.label == label)
    mutants = mutants_of(theorem, label)
    results: dict[str, NearMissResult] = {}
    known = findings(theorem, settings)
    for mutant in mutants:
        begin = time.monotonic()
        found = settled(mutant.lie, known, settings.budget, partial(_shown_by, theorem, part, mutant))
        if found is not None:
            results[mutant.lie.id] = replace(found, seconds=time.monotonic() - begin)
    left = [mutant for mutant in mutants if mutant.lie.id not in results]
    altered = [mutant for mutant in left if mutant.altered]
    begin = time.monotonic()
    rng = Random(f"{settings.seed}/{theorem.id}#{label}/pool")
    pool = refuted_by(part.claim, theorem.assumptions, [m.lie.claim for m in altered], rng, POOL[settings.budget])
    hits = {altered[index].lie.id: instance for index, instance in pool.items()}
    shared = (time.monotonic() - begin) / max(1, len(altered))
    for mutant in left:
        begin = time.monotonic()
        found = decided(theorem, part, mutant, settings, hits.get(mutant.lie.id))
        spent = time.monotonic() - begin + (shared if mutant.altered else 0.0)
        results[mutant.lie.id] = replace(found, seconds=spent)
    decided_ones = (results[mutant.lie.id] for mutant in mutants)
    return tuple(miss for miss in decided_ones if miss.left != NOWHERE)


def decided(
    theorem: Theorem, part: Part, mutant: Mutant, settings: Settings, hit: Instance | None = None
) -> NearMissResult:
    """One mutant. `hit` is an instance certified to refute it, if there is one already."""
    lie = mutant.lie
    if hit is None and not mutant.altered:
        hit = search(lie.claim, lie.assumptions, _rng(settings, mutant, "first"), FIRST, steps=0)
    ways = _ways(theorem, part, mutant) if hit is None else iter(())
    words = next((words for words, check in ways if check()), "")
    if words:
        return NearMissResult(lie.id, ORIGIN, Fate.EQUIVALENT, left=words)
    if hit is None:
        trials = SEARCH[settings.budget] * (1 if mutant.altered else GIVEN_UP)
        hit = search(lie.claim, lie.assumptions, _rng(settings, mutant, "search"), trials, steps=STEPS * trials)
    if hit is None:
        if derived(theorem, lie.claim, lie.assumptions):  # last: a search for what is false ends at its limit
            return NearMissResult(lie.id, ORIGIN, Fate.EQUIVALENT, left=DERIVED)
        if _derived_wherever(theorem, mutant):
            return NearMissResult(lie.id, ORIGIN, Fate.EQUIVALENT, left=DERIVED_WHEREVER)
        return NearMissResult(lie.id, ORIGIN, Fate.SURVIVED)
    return refuted(lie, *shrink(lie.claim, lie.assumptions, hit, SHRINKING * (1 if mutant.altered else GIVEN_UP)))


def _ways(theorem: Theorem, part: Part, mutant: Mutant) -> Iterator[tuple[str, Callable[[], bool]]]:
    """How the mutant may be true as well, in words, and what shows it; the cheapest first."""
    claim, assumptions = mutant.lie.claim, mutant.lie.assumptions
    if mutant.altered:
        yield TRUE if claim.ordered else SAME, lambda: shown(claim, assumptions)
        yield WEAKER, lambda: follows(theorem, part, claim)
        yield MIRRORED, lambda: mirrored(theorem, part, claim)
        yield NOWHERE, lambda: defined_nowhere(claim)
        yield WHEREVER, lambda: equal_where_defined(claim, assumptions) or _shown_with(mutant, defining(mutant))
        return
    yield UNNEEDED, lambda: still_proved(theorem, part, mutant) or shown(claim, assumptions)
    source = implied(mutant)
    if source is not None:
        yield f"implied by {assumption_text(source)}", lambda: True
    yield SIDES, lambda: _by_its_sides(theorem, part, mutant)


def _shown_by(theorem: Theorem, part: Part, mutant: Mutant, words: str) -> bool:
    """Is the mutant true in the way that is named?"""
    if words == DERIVED:
        return derived(theorem, mutant.lie.claim, mutant.lie.assumptions)
    if words == DERIVED_WHEREVER:
        return _derived_wherever(theorem, mutant)
    return any(check() for name, check in _ways(theorem, part, mutant) if name == words)


def _derived_wherever(theorem: Theorem, mutant: Mutant) -> bool:
    """Does the program derive it from what must hold for its sides to be defined?"""
    facts = defining(mutant)
    return bool(facts) and derived(theorem, mutant.lie.claim, (*mutant.lie.assumptions, *facts))


def _by_its_sides(theorem: Theorem, part: Part, mutant: Mutant) -> bool:
    """Does what is given up add only instances at which a side is undefined?"""
    if undefined_beyond(mutant) or equal_where_defined(mutant.lie.claim, mutant.lie.assumptions):
        return True
    facts = defining(mutant)
    return bool(facts) and (
        regained(mutant, facts) or still_proved(theorem, part, mutant, facts) or _shown_with(mutant, facts)
    )


def _shown_with(mutant: Mutant, facts: tuple[AtMost, ...]) -> bool:
    return bool(facts) and shown(mutant.lie.claim, (*mutant.lie.assumptions, *facts))


def _rng(settings: Settings, mutant: Mutant, purpose: str) -> Random:
    return Random(f"{settings.seed}/{mutant.lie.id}/{purpose}")
