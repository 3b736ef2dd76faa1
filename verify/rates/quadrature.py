"""Certified Gauss-Legendre quadrature on panels, for many integrands at once, in one and two variables.

If f is analytic in the ellipse E_r around [-1, 1] (semi-axes (r + 1/r)/2 and (r - 1/r)/2) and |f| <= M there, then its
Chebyshev coefficients obey |c_k| <= 2M/r^k. The rule of n nodes is exact up to degree 2n - 1 and for odd T_k; for even
k >= 2n, |int T_k| = 2/(k^2 - 1) and |rule of T_k| <= 2. Summed up, the error is at most (64/15) M r^(-2n)/(1 - r^-2)
for n >= 2. M comes from one evaluation on a box around the ellipse; where that is not finite, the panel is halved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, log
from typing import Any

from flint import acb, arb, ctx

Ball = Any  # flint.arb or flint.acb
BOUND_BITS = 64
RADII = (2.0, 3.0, 4.5, 7.0, 11.0, 18.0)
COUNTS = (4, 8, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192)
DEPTH = 70


class CannotEncloseError(Exception):
    """No certified bound near this place, however small the panel: undefined or not analytic there."""

    def __init__(self, place: Ball) -> None:
        super().__init__(place)
        self.place = place


class TooMuchWorkError(Exception):
    """The limit of work, counted in evaluations, is reached."""


@dataclass
class Work:
    """How many evaluations are left. The one thing here that changes; made afresh for each rate."""

    left: int

    def spend(self, evaluations: int) -> None:
        self.left -= evaluations
        if self.left < 0:
            raise TooMuchWorkError


@dataclass(frozen=True)
class Rule:
    """Nodes of one panel: pairs (place, weight)."""

    nodes: tuple[tuple[Ball, Ball], ...]
    count: int


@lru_cache(maxsize=256)
def _legendre(count: int, bits: int) -> tuple[tuple[Ball, Ball], ...]:
    with ctx.workprec(bits):
        return tuple(arb.legendre_p_root(count, k, weight=True) for k in range(count))


def box_around(middle: Ball, half: Ball, radius: float) -> Ball:
    """A box that holds the ellipse E_radius of the panel middle +- half."""
    r = arb(radius)
    return acb(arb(middle, half * (r + 1 / r) / 2), arb(0, half * (r - 1 / r) / 2))


def error_factor(half: Ball, radius: float, count: int) -> Ball:
    """The error of `count` nodes on a panel is at most this times the bound M."""
    r = arb(radius)
    return half.abs_upper() * arb(64) / 15 * (-2 * count * r.log()).exp() / (1 - 1 / (r * r))


@dataclass(frozen=True)
class Plan:
    """How one panel is to be summed: the count of nodes and the factors of the error of each integrand."""

    count: int
    errors: tuple[Ball, ...]


def plan(
    bounds: Callable[[Ball], Sequence[Ball]], middle: Ball, half: Ball, tolerance: Ball, most: int, work: Work
) -> Plan | None:
    """The cheapest rule whose error is within the tolerance for every integrand, or None if there is none so cheap."""
    best: tuple[int, float, tuple[Ball, ...]] | None = None
    with ctx.workprec(BOUND_BITS):
        for radius in RADII:
            work.spend(1)
            found = tuple(bounds(box_around(middle, half, radius)))
            if not all(m.is_finite() for m in found):
                break
            needed = _count(max(_log2(m) for m in found), half, tolerance, radius)
            if best is None or needed < best[0]:
                best = needed, radius, found
        if best is None or best[0] > most:
            return None
        needed, radius, found = best
        count = next(c for c in COUNTS if c >= needed)
        factor = error_factor(half, radius, count)
        return Plan(count, tuple((m * factor).abs_upper() for m in found))


def _log2(m: Ball) -> float:
    """log2 of a nonnegative ball, rounded for planning only: the error is computed from the ball itself."""
    upper = m.abs_upper()
    return -1e9 if upper == 0 else float((upper.log() / arb.const_log2()).mid())


def _count(log2_bound: float, half: Ball, tolerance: Ball, radius: float) -> int:
    excess = log2_bound + _log2(half) + 3 - _log2(tolerance)
    return max(COUNTS[0], ceil(excess / (2 * log(radius, 2))))


def panel_rule(middle: Ball, half: Ball, count: int) -> Rule:
    """Nodes and weights of a panel at the active precision."""
    table = _legendre(count, ctx.prec)
    return Rule(tuple((middle + half * x, half * w) for x, w in table), count)


def around(error: Ball) -> Ball:
    """The ball [-error, error]."""
    return arb(0, error)


def integrate(
    values: Callable[[Ball, Ball], None],
    bounds: Callable[[Ball], Sequence[Ball]],
    ends: tuple[Ball, Ball],
    tolerance: Ball,
    work: Work,
    cost: int = 1,
) -> tuple[Ball, ...]:
    """Sum integrands over a panel that is halved as often as it takes; the errors of all integrands come back.

    `values(x, w)` adds w f_i(x) to the caller's sums; `bounds(box)` gives sup |f_i| on a complex box, not finite where
    f_i is not known to be analytic. Raises CannotEncloseError and TooMuchWorkError.
    """
    total: list[Ball] = []
    most = min(COUNTS[-1], 24 + ctx.prec // 4)
    waiting = [(*ends, 0)]
    while waiting:
        a, b, depth = waiting.pop()
        middle, half = (a + b) / 2, (b - a) / 2
        chosen = plan(bounds, middle, half, tolerance, most, work)
        if chosen is None:
            if depth >= DEPTH:
                raise CannotEncloseError(middle)
            waiting += [(middle, b, depth + 1), (a, middle, depth + 1)]
            continue
        work.spend(chosen.count * cost)
        for x, w in panel_rule(middle, half, chosen.count).nodes:
            values(x, w)
        total = [e + f for e, f in zip(total, chosen.errors, strict=True)] if total else list(chosen.errors)
    return tuple(total)
