"""A growth rate that falls, or rises, from every batch size to the next: a box for each, then one for all larger ones.

The claim must be lambda(phi, B + 1) < lambda(phi, B), or the other way round, for every whole B from 4 or more on; phi
stands for the functions that the theorem names, and each has its own boxes. `verify.rates.trend` decides them.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from theory import terms as t
from theory.statements.claims import Claim
from theory.statements.theorem import Part, Theorem
from theory.terms import Symbol, Term, rewrite
from verify.errors import UserError
from verify.exact.instances import Instance, scalar
from verify.exact.outcomes import Outcome
from verify.exact.scalar_deciding import decide
from verify.exact.witnesses import part_id, witness_json
from verify.proof.numbers.field import Field
from verify.proof.numbers.intervals import Interval, NotDefinedError, enclose
from verify.proof.numbers.reading import UnreadableError, read
from verify.proof.observations import Box, BoxOutcome, BoxPart
from verify.rates.trend import SMALLEST, steps_of

OPPOSITE = {"falls": "rises", "rises": "falls"}


@dataclass(frozen=True)
class _Compared:
    """lambda(function, batch + shift) against the next batch size, and whether it is to fall or to rise."""

    function: str
    batch: Symbol
    shift: int
    wanted: str


def over_batches(theorem: Theorem, part: Part, function: str = "") -> tuple[BoxPart, ...]:
    """One part for each function that the claim's activation stands for, or for the one that is named; none if the
    claim is of another kind."""
    found = _compared(part.claim)
    if found is None:
        return ()
    domain = theorem.domain[found.batch]
    if not _has_sizes(part.claim, found.batch, domain.low):
        return ()
    if not domain.whole or domain.high is not None or domain.low is None or domain.low + found.shift < SMALLEST:
        return ()
    chosen = [formula for formula in theorem.functions[found.function] if function in ("", formula)]
    return tuple(_of(theorem, part, found, formula) for formula in chosen)


def _has_sizes(claim: Claim, batch: Symbol, low: Fraction | None) -> bool:
    """Are both batch sizes shown to be numbers for every value of that symbol, as they stand? No other has a range."""
    try:
        for side in (claim.left, claim.right):
            enclose(side.children[0], {batch: Interval(low, None)})
    except NotDefinedError:
        return False
    return True


def _compared(claim: Claim) -> _Compared | None:
    """What is compared if the claim is on neighbouring batch sizes of one activation, such as B and B + 1."""
    left, right = claim.left, claim.right
    if not isinstance(left, t.GrowthRate) or not isinstance(right, t.GrowthRate) or claim.relation != "<":
        return None
    gap = _whole(left.batch, right.batch)
    if left.function != right.function or gap not in (1, -1):
        return None
    smaller = (right if gap == 1 else left).batch
    for batch in rewrite.free_symbols(smaller):  # beside a second symbol the difference is not a number
        shift = _whole(smaller, batch)
        if shift is not None:
            return _Compared(left.function.name, batch, shift, "falls" if gap == 1 else "rises")
    return None


def _whole(larger: Term, smaller: Term) -> int | None:
    """Their difference, if it is a whole number whatever the symbols are."""
    try:
        found = read(Field(), larger - smaller).number
    except (UnreadableError, ZeroDivisionError):
        return None
    return int(found) if found is not None and found.denominator == 1 else None


def _of(theorem: Theorem, part: Part, compared: _Compared, formula: str) -> BoxPart:
    batch, shift = compared.batch.name, compared.shift
    first = int(theorem.domain[compared.batch].low or 0)
    said = {compared.wanted: BoxOutcome.HOLDS, OPPOSITE[compared.wanted]: BoxOutcome.FAILS}
    boxes, witness = [], None
    try:
        for step in steps_of(formula, first + shift):
            outcome = said.get(step.direction, BoxOutcome.UNKNOWN)
            start, stop = step.first - shift, "oo" if step.last is None else str(step.last - shift)
            boxes.append(Box(str(start), stop, outcome))
            if outcome is BoxOutcome.FAILS and witness is None:
                point = Instance({}, {batch: scalar(Fraction(start))}, {}, {compared.function: formula})
                witness = _certified(theorem, part, point)
    except UserError as problem:
        reason = f"{batch} for {compared.function} = {formula} ({problem.expected}; got {problem.got})"
        return BoxPart(formula, reason, str(first), "oo", (), None, whole=True)
    return BoxPart(formula, batch, str(first), "oo", tuple(boxes), witness, whole=True)


def _certified(theorem: Theorem, part: Part, point: Instance) -> str | None:
    if decide(part.claim, theorem, point).outcome is not Outcome.DIFFERENT:
        return None
    return witness_json(part_id(theorem, part), point)
