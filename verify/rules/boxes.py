"""Strict claims over a whole range: boxes that tile it, each enclosed in balls.

Every part must be `left < right` in one symbol with a closed bounded range, or of a growth rate at B and at B + 1. The
kernel checks that the boxes tile the range.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import ctx

from theory.statements.claims import functions_of
from theory.statements.ranges import Range
from theory.statements.theorem import Part, Theorem
from theory.terms import Term, rewrite
from verify.exact.instances import Instance, scalar
from verify.exact.number_system import UncertainError, UndefinedError
from verify.exact.outcomes import Outcome
from verify.exact.scalar_balls import WORK, ExhaustedError, Work, evaluate
from verify.exact.scalar_deciding import decide
from verify.exact.witnesses import part_id, witness_json
from verify.proof.numbers.intervals import Interval, NotDefinedError, enclose
from verify.proof.observations import Box, BoxOutcome, BoxPart, BoxTrace
from verify.rules.batches import over_batches
from verify.settings import Settings

BITS = 128
MOST = 4096  # boxes of one part


def observe(theorem: Theorem, settings: Settings, function: str = "") -> BoxTrace:
    """Every part over its whole range, for the one function if one is named. A part that cannot be taken leaves its
    range uncovered."""
    return BoxTrace(BITS, tuple(f for part in theorem.parts for f in over_range(theorem, part, function=function)))


def over_range(theorem: Theorem, part: Part, share: int = 1, function: str = "") -> tuple[BoxPart, ...]:
    """A part, or any strict claim in its place, over the whole range of the theorem's one symbol.

    Boxes and the work of integrals are divided by `share`.
    """
    return over_batches(theorem, part, function) or (_over_interval(theorem, part, share),)


def _over_interval(theorem: Theorem, part: Part, share: int) -> BoxPart:
    claim = part.claim
    symbols = rewrite.free_symbols(claim.left) | rewrite.free_symbols(claim.right)
    ranges = [theorem.domain[s] for s in symbols]
    if len(ranges) != 1 or not ranges[0].closed or claim.relation != "<" or functions_of(claim):
        return BoxPart(part.label, "what such a claim speaks of", "0", "1", ())
    wanted = ranges[0]
    boxes, witness = [], None
    with ctx.workprec(BITS):
        try:
            for low, high, outcome in _boxes(claim.right - claim.left, wanted, share):
                boxes.append(Box(str(low), str(high), outcome))
                if outcome is BoxOutcome.FAILS:
                    witness = witness or _witness(theorem, part, wanted, low, high)
        except ExhaustedError as problem:
            reason = f"{wanted.symbol.name} ({problem})"
            return BoxPart(part.label, reason, str(wanted.low), str(wanted.high), (), witness)
    return BoxPart(part.label, wanted.symbol.name, str(wanted.low), str(wanted.high), tuple(boxes), witness)


def _boxes(term: Term, wanted: Range, share: int) -> Iterator[tuple[Fraction, Fraction, BoxOutcome]]:
    """Boxes from left to right, halved until they are decided; from `MOST` on, what is not decided is left open."""
    todo, spent, work = [(wanted.low or Fraction(0), wanted.high or Fraction(0))], 0, Work(WORK // share)
    while todo:
        low, high = todo.pop()
        spent += 1
        outcome = _outcome(term, wanted, low, high, work)
        if outcome is BoxOutcome.UNKNOWN and spent < MOST // share and high - low > Fraction(1, 2**40):
            middle = (low + high) / 2
            todo += [(middle, high), (low, middle)]
            continue
        yield low, high, outcome


def _outcome(term: Term, wanted: Range, low: Fraction, high: Fraction, work: Work) -> BoxOutcome:
    """HOLDS if the term is defined and positive on the box, FAILS if it is certainly not positive on all of it."""
    side = Interval(low, high)
    try:
        value = evaluate(term, {wanted.symbol: side}, work=work)
        enclose(term, {wanted.symbol: side})
    except ExhaustedError:
        raise
    except (UncertainError, UndefinedError, NotDefinedError):
        return BoxOutcome.UNKNOWN
    return BoxOutcome.HOLDS if value > 0 else BoxOutcome.FAILS if value <= 0 else BoxOutcome.UNKNOWN


def _witness(theorem: Theorem, part: Part, wanted: Range, low: Fraction, high: Fraction) -> str | None:
    point = Instance({}, {wanted.symbol.name: scalar((low + high) / 2)})
    if decide(part.claim, theorem, point).outcome is not Outcome.DIFFERENT:
        return None
    return witness_json(part_id(theorem, part), point)
