"""trend(phi): for every batch size from 4 on, whether lambda(phi, B) is larger or smaller at the next one.

Up to some batch size neighbouring balls lie apart; beyond it `verify.rates.large_batches` speaks of all at once. Every
"falls" and "rises" is certified, "unknown" is neither. Some of them are held against double precision (second.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from flint import ctx

from verify.errors import UserError
from verify.rates.gegenbauer_series import Branch
from verify.rates.large_batches import BITS, direction
from verify.rates.parsing import parse
from verify.rates.pieces import Piece, pieces
from verify.rates.program import bind, compile_
from verify.rates.quadrature import Work
from verify.rates.rate import checked_rate, rate
from verify.rates.rational_polynomials import polynomial

SMALLEST = 4
WORK = 300_000  # evaluations of phi for the large batches: some seconds; sin(50*z) needs 107,000
LARGEST_DEGREE = 24  # of a polynomial; the moments of higher ones have never been sharp enough
PLANS = ((64, 16, 5), (64, 64, 5), (128, 64, 5), (256, 128, 5))  # n from which on, boxes, degree of the series
DIGITS = (3, 6, 12)  # until neighbours lie apart
HELD = (4, 5, 8, 16, 32, 64)  # batch sizes whose balls are held against double precision, beside the first
OVERLAP = "the enclosures of neighbours overlap at every precision that was tried"
UNTOLD = "the slope in 1/(B - 1) could not be told from 0"


@dataclass(frozen=True)
class Stretch:
    """From each B in `first`..`last` (None: and so on for ever) to B + 1 the rate "falls" or "rises", or "unknown".

    `why` says in words what stands in the way of an unknown one.
    """

    first: int
    last: int | None
    direction: str
    why: str = field(default="", compare=False)


def trend(phi: str) -> tuple[Stretch, ...]:
    """The stretches of all batch sizes B >= 4, in order; neighbours differ in direction.

    `phi` is a name or an expression in z as `verify.rates.rate.rate` takes it. Raises UserError as `rate` does.
    """
    steps = list(steps_of(phi))
    found = []
    for way, group in groupby(steps, key=lambda step: step.direction):
        same = list(group)
        why = "; ".join(dict.fromkeys(step.why for step in same if step.why))
        found.append(Stretch(same[0].first, same[-1].last, way, why))
    return tuple(found)


def steps_of(phi: str, start: int = SMALLEST) -> Iterator[Stretch]:
    """From `start` on, one stretch for each small batch size, then one for all larger ones. Raises UserError."""
    small = rate(phi, start, DIGITS[0])
    last, way, why = _large(phi)
    for batch in range(start, last + 1):
        if batch == start or batch in HELD:
            checked_rate(phi, batch, DIGITS[0])
        large = rate(phi, batch + 1, DIGITS[0])
        step = _compared(phi, batch, small.value, large.value)
        yield Stretch(batch, batch, step, OVERLAP if step == "unknown" else "")
        small = large
    first = max(start, last + 1)
    if way != "unknown":
        _hold(phi, first, way)
    yield Stretch(first, None, way, why)


def _hold(phi: str, first: int, way: str) -> None:
    """The direction of all larger batches against a second computation. Raises InternalError."""
    from verify.rates.second import hold_direction  # here, as SciPy takes its time

    for batch, larger in ((first, first + 1), (4 * first, 4 * first + 1), (first, None)):
        hold_direction(phi, batch, larger, way)


def _large(phi: str) -> tuple[int, str, str]:
    """(N, direction, why it is unknown): it holds for every B > N."""
    node = parse(phi)
    try:
        with ctx.workprec(BITS):
            found = pieces(node, None)
            branches = [Branch(p.low, p.high, bind(compile_(p.node))) for p in found]
    except UserError as problem:
        return PLANS[0][0], "unknown", f"phi cannot be cut into pieces on the whole line: {problem.got}"
    if _degree(found) > LARGEST_DEGREE:
        return PLANS[0][0], "unknown", f"a polynomial of a degree above {LARGEST_DEGREE} is not tried for all at once"
    work = Work(WORK)
    for first, boxes, degree in PLANS:
        way = direction(branches, first, boxes, degree, work)
        if way != "unknown":
            return first, way, ""
    return PLANS[0][0], "unknown", f"{WORK:,} evaluations are spent" if work.left < 0 else _no_limit(phi) or UNTOLD


def _no_limit(phi: str) -> str:
    """Why there is no rate in the limit of large batches; nothing if there is one."""
    try:
        rate(phi, None, DIGITS[0])
    except UserError as problem:
        return f"the limit of large batches cannot be enclosed: {problem.got}"
    return ""


def _degree(found: Sequence[Piece]) -> int:
    """The highest degree of a piece that is a polynomial, 0 if there is none."""
    polynomials = [polynomial(piece.node) for piece in found]
    return max((p.degree() for p in polynomials if p is not None), default=0)


def _compared(phi: str, batch: int, small: Any, large: Any) -> str:
    """Where the balls overlap, finer ones are taken."""
    for digits in (*DIGITS[1:], None):
        if large < small or large > small:
            return "falls" if large < small else "rises"
        if digits is not None:
            small, large = (rate(phi, b, digits).value for b in (batch, batch + 1))
    return "unknown"
