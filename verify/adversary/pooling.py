"""Many false claims against few instances: an instance that satisfies the assumptions is drawn once and all are tried.

What the claims have in common is evaluated once per instance, because they share its scope. Untrusted: a difference
seen here only nominates the instance; `decide` certifies it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from flint import arb, fmpq

from theory.claims import Assumption, Bound, Claim
from verify.exact.assumptions import definitions_of, scope_of
from verify.exact.balls import Balls, Real
from verify.exact.components import Scope, evaluate
from verify.exact.drawing import dimensions_of, draw
from verify.exact.instances import Instance
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError
from verify.rules.enclosure import decide

BITS = 128
SIZES = (1, 1, 2, 2, 2, 3)  # the sizes of the pool's instances, over and over: small ones come first


def refuted_by(
    claim: Claim, assumptions: tuple[Assumption, ...], lies: Sequence[Claim], rng: Random, count: int
) -> dict[int, Instance]:
    """For each of the lies, by its index, the first of `count` instances of the claim's setting that refutes it.

    The lies speak of the claim's symbols, under the same assumptions. Those not found are left out.
    """
    found: dict[int, Instance] = {}
    definitions = definitions_of(assumptions)
    for instance in _drawn(claim, assumptions, rng, count):
        scope = scope_of(instance, definitions, BITS, [])
        for index, lie in enumerate(lies):
            if index not in found and _differs(lie, scope):
                if decide(lie, assumptions, instance).outcome == "different":
                    found[index] = instance
        if len(found) == len(lies):
            break
    return found


def _drawn(claim: Claim, assumptions: tuple[Assumption, ...], rng: Random, count: int) -> Iterator[Instance]:
    names = dimensions_of(claim, assumptions)
    for index in range(count):
        sizes = dict.fromkeys(names, SIZES[index % len(SIZES)])
        instance = draw(claim, assumptions, sizes, rng, "small" if index < 3 * count // 4 else "general")
        if instance is not None:
            yield instance


def _differs(claim: Claim, scope: Scope[Real]) -> bool:
    with Balls(BITS, {}).active():
        try:
            left, right = evaluate(claim.left, scope), evaluate(claim.right, scope)
        except (UndefinedError, UncertainError, UnsupportedError):
            return False
        pairs = [(a, b) for p, q in zip(left, right, strict=True) for a, b in zip(p, q, strict=True)]
        return any(_beyond(a, b) if isinstance(claim, Bound) else _apart(a, b) for a, b in pairs)


def _apart(a: Real, b: Real) -> bool:
    return bool(a != b) if type(a) is fmpq and type(b) is fmpq else not arb(a).overlaps(arb(b))


def _beyond(a: Real, b: Real) -> bool:
    return bool(a > b) if type(a) is fmpq and type(b) is fmpq else bool(arb(a) > arb(b))
