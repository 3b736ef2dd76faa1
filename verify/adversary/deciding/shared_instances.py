"""Many false claims against few instances: an instance that satisfies the assumptions is drawn once and all are tried.

What the claims have in common is evaluated once per instance, because they share its scope. Untrusted: a difference
seen here only nominates the instance; `decide` certifies it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random

from theory.statements.claims import Assumption, Claim
from verify.exact.assumptions import check, definitions_of, scope_of
from verify.exact.balls import Balls, Real
from verify.exact.climbing import CLIMBERS, closeness, uphill
from verify.exact.components import Scope, evaluate
from verify.exact.deciding import compared, decide
from verify.exact.drawing import draw, touching
from verify.exact.instances import Instance
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError
from verify.exact.outcomes import Outcome
from verify.exact.sizes import allowed, choose, dimensions_of

BITS = 128
ATTEMPTS = 8
SIZES = (1, 2, 3, 4, 3)  # tried over and over: small ones come first, and some claims need three


def refuted_by(
    claim: Claim, assumptions: tuple[Assumption, ...], lies: Sequence[Claim], rng: Random, count: int
) -> dict[int, Instance]:
    """For each of the lies, by its index, the first instance of the claim's setting that refutes it.

    `count` instances are drawn; for a bound twice as many, and five times as many steps follow from each of those
    where its left side came closest to the right, for there a tighter one fails. The lies speak of the claim's
    symbols, under the same assumptions. Those not found are left out.
    """
    found: dict[int, Instance] = {}
    definitions = definitions_of(assumptions)
    for instance in _tried(claim, assumptions, rng, count) if lies else ():
        scope = scope_of(instance, definitions, BITS, [])
        for index, lie in enumerate(lies):
            suspect = index not in found and _differs(lie, scope)
            if suspect and decide(lie, assumptions, instance).outcome is Outcome.DIFFERENT:
                found[index] = instance
        if len(found) == len(lies):
            break
    return found


def _tried(claim: Claim, assumptions: tuple[Assumption, ...], rng: Random, count: int) -> Iterator[Instance]:
    best: list[tuple[float, Instance]] = []
    for instance in _drawn(claim, assumptions, rng, 2 * count if claim.ordered else count):
        yield instance
        if claim.ordered:
            best.append((closeness(claim, assumptions, instance), instance))
    for value, instance in sorted(best, key=lambda pair: -pair[0])[:CLIMBERS]:
        for reached, candidate in uphill(claim, assumptions, rng, value, instance, 5 * count):
            if reached <= 1:
                yield candidate


def _drawn(claim: Claim, assumptions: tuple[Assumption, ...], rng: Random, count: int) -> Iterator[Instance]:
    """Instances that satisfy the assumptions; fewer than `count` where they are hard to meet."""
    names = dimensions_of(claim, assumptions)
    met = 0
    for attempt in range(ATTEMPTS * count):
        sizes: Mapping[str, int] | None = dict.fromkeys(names, SIZES[attempt % len(SIZES)])
        if not allowed(sizes or {}, assumptions):
            sizes = choose(names, assumptions, rng, SIZES)
        if sizes is None:
            return
        style = touching(claim, attempt) or ("general" if attempt % 4 == 3 else "small")
        instance = draw(claim, assumptions, sizes, rng, style)
        if instance is not None and check(instance, claim, assumptions).holds is True:
            met += 1
            yield instance
            if met == count:
                return


def _differs(claim: Claim, scope: Scope[Real]) -> bool:
    with Balls(BITS, {}).active():
        try:
            left, right = evaluate(claim.left, scope), evaluate(claim.right, scope)
        except (UndefinedError, UncertainError, UnsupportedError):
            return False
        pairs = [(a, b) for p, q in zip(left, right, strict=True) for a, b in zip(p, q, strict=True)]
        suspect = ("different", "overlap") if claim.relation == "<" else ("different",)  # sides may be equal
        return any(compared(a, b, claim.relation) in suspect for a, b in pairs)
