"""A false neighbour refuted by an instance: a new one, or the one that was found before and is certified again."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from theory.statements.theorem import Theorem
from verify.adversary.by_setting import row_of
from verify.adversary.kept_findings import Findings, findings
from verify.adversary.lies import Lie
from verify.exact.instances import Instance, InstanceError
from verify.exact.outcomes import Decision, Outcome, located
from verify.exact.witnesses import witness_json
from verify.results.records import Fate, NearMissResult
from verify.settings import Budget, Settings


def refuted(lie: Lie, instance: Instance, decision: Decision) -> NearMissResult:
    """What is said of a claim that certainly fails at the instance."""
    left, right = located(decision, decision.left), located(decision, decision.right)
    return NearMissResult(lie.id, lie.origin, Fate.REFUTED, witness_json(lie.id, instance), left, right)


def recalled(lie: Lie, known: Findings) -> NearMissResult | None:
    """Refuted by what was found before, if that is an instance of the claim and it certainly fails there."""
    instance = known.instance(lie)
    if instance is None:
        return None
    try:
        decision = row_of(known.theorem).again(lie, known.theorem, instance)
    except InstanceError:
        return None
    return refuted(lie, instance, decision) if decision.outcome is Outcome.DIFFERENT else None


def attacked(theorem: Theorem, lie: Lie, settings: Settings, search: Callable[[], NearMissResult]) -> NearMissResult:
    """A near miss refuted by what was found before, or what a search comes to; timed."""
    begin = time.monotonic()
    found = recalled(lie, findings(theorem, settings)) or search()
    return replace(found, seconds=time.monotonic() - begin)


def settled(lie: Lie, known: Findings, budget: Budget, holds: Callable[[str], bool]) -> NearMissResult | None:
    """What was found of a mutant before: a search in vain, words of which `holds` says that they are shown again, or a
    witness that is certified again; None where nothing was, or it does not stand."""
    if known.in_vain(lie, budget):
        return NearMissResult(lie.id, lie.origin, Fate.SURVIVED)
    words = known.because(lie)
    if words:
        return NearMissResult(lie.id, lie.origin, Fate.EQUIVALENT, left=words) if holds(words) else None
    return recalled(lie, known)
