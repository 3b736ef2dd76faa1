"""trend(phi): for every batch size from 4 on, whether lambda(phi, B) is larger or smaller at the next one.

Up to some batch size neighbouring balls lie apart; beyond it `verify.rates.large_batches` speaks of all at once. Every
"falls" and "rises" is certified, "unknown" is neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flint import ctx

from verify.errors import UserError
from verify.rates.gegenbauer import Branch
from verify.rates.large_batches import BITS, direction
from verify.rates.parsing import parse
from verify.rates.pieces import pieces
from verify.rates.program import bind, compile_
from verify.rates.quadrature import Work
from verify.rates.rate import rate

SMALLEST = 4
WORK = 2_000_000  # evaluations of phi for the large batches
PLANS = ((64, 16, 5), (64, 64, 5), (128, 64, 5), (256, 128, 5))  # n from which on, boxes, degree of the series
DIGITS = (3, 6, 12)  # until neighbours lie apart


@dataclass(frozen=True)
class Stretch:
    """From each B in `first`..`last` (None: and so on for ever) to B + 1 the rate "falls" or "rises", or "unknown"."""

    first: int
    last: int | None
    direction: str


def trend(phi: str) -> tuple[Stretch, ...]:
    """The stretches of all batch sizes B >= 4, in order; neighbours differ in direction.

    `phi` is a name or an expression in z as `verify.rates.rate.rate` takes it. Raises UserError as `rate` does.
    """
    steps = list(steps_of(phi))
    found = []
    for way, group in groupby(steps, key=lambda step: step.direction):
        same = list(group)
        found.append(Stretch(same[0].first, same[-1].last, way))
    return tuple(found)


def steps_of(phi: str, start: int = SMALLEST) -> Iterator[Stretch]:
    """From `start` on, one stretch for each small batch size, then one for all larger ones. Raises UserError."""
    small = rate(phi, start, DIGITS[0])
    last, way = _large(phi)
    for batch in range(start, last + 1):
        large = rate(phi, batch + 1, DIGITS[0])
        yield Stretch(batch, batch, _compared(phi, batch, small.value, large.value))
        small = large
    yield Stretch(max(start, last + 1), None, way)


def _large(phi: str) -> tuple[int, str]:
    """(N, direction): it holds for every B > N."""
    node = parse(phi)
    try:
        with ctx.workprec(BITS):
            branches = [Branch(p.low, p.high, bind(compile_(p.node))) for p in pieces(node, None)]
    except UserError:  # phi is not defined on the whole line, so nothing is known of all batch sizes
        return PLANS[0][0], "unknown"
    work = Work(WORK)
    for first, boxes, degree in PLANS:
        way = direction(branches, first, boxes, degree, work)
        if way != "unknown":
            return first, way
    return PLANS[0][0], "unknown"


def _compared(phi: str, batch: int, small: Any, large: Any) -> str:
    """Where the balls overlap, finer ones are taken."""
    for digits in (*DIGITS[1:], None):
        if large < small or large > small:
            return "falls" if large < small else "rises"
        if digits is not None:
            small, large = (rate(phi, b, digits).value for b in (batch, batch + 1))
    return "unknown"
