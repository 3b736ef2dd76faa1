"""A false neighbour refuted by an instance: a new one, or the one that was found before and is certified again."""

from __future__ import annotations

from collections.abc import Callable

from theory.terms import limits
from verify.adversary.kept_findings import Findings
from verify.adversary.lies import Lie
from verify.exact.deciding import Decision, decide, located
from verify.exact.instances import LARGEST, Instance, InstanceError
from verify.exact.outcomes import Outcome
from verify.exact.sizes import MOST, of_vectors, only_numbers
from verify.exact.witnesses import witness_json
from verify.results.records import Fate, NearMissResult

Certify = Callable[[Lie, Instance], Decision]


def refuted(lie: Lie, instance: Instance, decision: Decision) -> NearMissResult:
    """What is said of a claim that certainly fails at the instance."""
    left, right = located(decision, decision.left), located(decision, decision.right)
    return NearMissResult(lie.id, lie.origin, Fate.REFUTED, witness_json(lie.id, instance), left, right)


def on_matrices(lie: Lie, instance: Instance) -> Decision:
    """As `decide`; raises InstanceError as well for sizes that no search would try."""
    require_sizes(lie, instance)
    return decide(lie.claim, lie.assumptions, instance)


def recalled(lie: Lie, known: Findings, certify: Certify = on_matrices) -> NearMissResult | None:
    """Refuted by what was found before, if that is an instance of the claim and it certainly fails there."""
    instance = known.instance(lie)
    if instance is None:
        return None
    try:
        decision = certify(lie, instance)
    except InstanceError:
        return None
    return refuted(lie, instance, decision) if decision.outcome is Outcome.DIFFERENT else None


def require_sizes(lie: Lie, instance: Instance) -> None:
    """A dimension that is the size of something is small, one that is only a number may be any; else InstanceError."""
    free, vectors = only_numbers(lie.claim, lie.assumptions), of_vectors(lie.claim, lie.assumptions)
    for name, size in instance.sizes.items():
        most = MOST if name in vectors else LARGEST
        if size > most and name not in free:
            raise InstanceError(f"sizes.{name}: expected a whole number from 1 to {most}, got {limits.shown(size)}.")
