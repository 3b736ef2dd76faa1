"""Where a claim comes to rationals, radicals and piecewise linear functions at an instance, it is decided exactly: as
many bits as the height of the difference asks for show whether its sides are equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flint import fmpq

from theory import terms as t
from theory.statements.claims import Assumption, Claim
from verify.exact.assumptions import definitions_of, scope_of
from verify.exact.balls import Balls, enclosure
from verify.exact.components import Matrix, Point, Scope, evaluate
from verify.exact.gaussian_laws import integrated
from verify.exact.heights import Algebraic, Heights, Known, Number
from verify.exact.instances import Instance
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError
from verify.exact.outcomes import Decision, Outcome

LEAST = 256  # bits: fewer tell nothing of what is true, and most of what comes here is
MOST = 2**14  # bits
SPARE = 64  # beyond what the numbers ask for
# The signs of left - right, told exactly, that refute a claim of that relation.
FAILING = {"=": (-1, 1), "<=": (1,), "<": (0, 1)}


def exactly(claim: Claim, assumptions: Sequence[Assumption], instance: Instance) -> Decision | None:
    """The decision where the difference of the sides has a height; None if it has none or too many bits are needed, or
    a mean in it is to be integrated, of which the law's points say nothing."""
    if integrated(claim, assumptions, instance):
        return None
    definitions = definitions_of(assumptions)
    heights = Heights(instance.functions)
    try:
        gaps = _differences(claim, scope_over(instance, definitions, heights, lambda v: v))
    except UndefinedError as problem:
        return Decision(Outcome.UNSATISFIED, bits=LEAST, detail=f"undefined: {problem}")
    except (UncertainError, UnsupportedError):
        return None
    entries = [heights.of(e) for row in gaps for e in row]
    needed = max(heights.largest, *(e.gap for e in entries))
    if needed + 2 * SPARE > MOST:
        return None
    bits = needed + 2 * SPARE + max(max(e.above, 0) for e in entries)
    while bits <= 2 * MOST:
        found = _at(claim, instance, definitions, bits)
        if found is not None:
            return found
        bits *= 2
    return None


def _at(claim: Claim, instance: Instance, definitions: Mapping[str, t.Term], bits: int) -> Decision | None:
    numbers = Algebraic(Balls(bits, instance.functions), Heights(instance.functions))
    with numbers.balls.active():
        try:
            scope = scope_over(instance, definitions, numbers, lambda v: Known(v, v))
            left, right = evaluate(claim.left, scope), evaluate(claim.right, scope)
            gaps = [
                [numbers.settled(numbers.add(a, numbers.neg(b))) for a, b in zip(p, q, strict=True)]
                for p, q in zip(left, right, strict=True)
            ]
        except UndefinedError as problem:
            return Decision(Outcome.UNSATISFIED, bits=bits, detail=f"undefined: {problem}")
        except (UncertainError, UnsupportedError):
            return None
        shown = enclosure(left[0][0].real), enclosure(right[0][0].real)
        open_ones = False
        for i, row in enumerate(gaps):
            for j, gap in enumerate(row):
                sign = _sign(gap)
                if sign in FAILING[claim.relation]:
                    sides = enclosure(left[i][j].real), enclosure(right[i][j].real)
                    return Decision(Outcome.DIFFERENT, *sides, bits, (i, j))
                open_ones = open_ones or sign is None
        return None if open_ones else Decision(Outcome.AGREE, *shown, bits)


def _sign(number: Any) -> int | None:
    """The sign of a settled number; None where it cannot be told."""
    if type(number) is fmpq and number == 0:
        return 0
    return 1 if number > 0 else -1 if number < 0 else None


def _differences(claim: Claim, scope: Scope[Number]) -> Matrix[Number]:
    left, right = evaluate(claim.left, scope), evaluate(claim.right, scope)
    n = scope.numbers
    return [[n.add(a, n.neg(b)) for a, b in zip(p, q, strict=True)] for p, q in zip(left, right, strict=True)]


def scope_over(instance: Instance, definitions: Mapping[str, t.Term], numbers: Any, entry: Any) -> Scope[Any]:
    """The instance over another number system; `entry` makes its number of a rational."""
    plain = scope_of(instance, definitions, LEAST)
    constants = {k: [[entry(e) for e in row] for row in table] for k, table in plain.constants.items()}
    laws = {k: [Point(p.weight, tuple(map(entry, p.entries))) for p in law] for k, law in plain.laws.items()}
    return Scope(numbers, plain.sizes, constants, laws, plain.definitions)
