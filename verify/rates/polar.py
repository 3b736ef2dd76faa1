"""E[f(y_1) f(y_2)] for phi that breaks at 0 only, in polar coordinates, where the breaks are rays.

(y_1, y_2) is sqrt(n) times the projection of a uniform unit vector of R^n on a plane: y_1 = sqrt(n) sin(p) cos(s) and
y_2 = sqrt(n) sin(p) cos(s - s0) with cos s0 = -1/n, s uniform on the circle and (n - 2) sin(p) cos(p)^(n-3) the density
of p in [0, pi/2]. Between the rays s = +- pi/2 and s = s0 +- pi/2 the signs of y_1 and y_2 are fixed and the integrand
is analytic, so that Gauss-Legendre rules converge geometrically. The rule in p has the error of quadrature.py for every
real s, that in s for every real p; weights are positive and add up to the length, so the two errors add.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flint import acb, arb, ctx

from verify.rates.program import Bound
from verify.rates.quadrature import (
    BOUND_BITS,
    COUNTS,
    DEPTH,
    CannotEncloseError,
    Plan,
    Work,
    around,
    panel_rule,
    plan,
)

Ball = Any  # flint.arb or flint.acb
Panel = tuple[Ball, Ball]  # middle and half length


@dataclass(frozen=True)
class Products:
    """E[phi(y_1) phi(y_2)] and E[(1 + y_1 y_2) phi'(y_1) phi'(y_2)]."""

    value: Ball
    slope: Ball


def products(left: Bound, right: Bound, n: int, tolerance: Ball, work: Work) -> Products:
    """phi is `left` below 0, `right` above. By symmetry half of each sector of equal signs is summed, twice."""
    s0 = (arb(-1) / n).acos()
    quarter = arb.pi() / 2
    sums = [arb(0), arb(0)]
    errors = [arb(0), arb(0)]
    middle = s0 / 2  # of the sector y_1, y_2 > 0
    sectors = (
        ((middle, quarter), right, right, 2),  # y_1, y_2 > 0, half of the sector
        ((middle + 2 * quarter, 3 * quarter), left, left, 2),
        ((-quarter, s0 - quarter), right, left, 2),  # y_1 > 0 > y_2; and its mirror image
    )
    for ends, first, second, times in sectors:
        found = _sector(_Sector(n, arb(n).sqrt(), s0, first, second), ends, tolerance, work)
        for i in range(2):
            sums[i] += times * found[i]
            errors[i] += times * found[i + 2]
    scale = (n - 2) / (4 * quarter)
    return Products(*(scale * (s + around(e)) for s, e in zip(sums, errors, strict=True)))


@dataclass(frozen=True)
class _Sector:
    """The two integrands in one sector: phi of y_1 is `first`, of y_2 is `second`."""

    n: int
    root: Ball
    s0: Ball
    first: Bound
    second: Bound

    def integrands(self, p: Ball, s: Ball) -> tuple[Ball, Ball]:
        sine, cosine = p.sin_cos()
        radius = self.root * sine
        y1, y2 = radius * s.cos(), radius * (s - self.s0).cos()
        f1, g1 = self.first(y1)
        f2, g2 = self.second(y2)
        weight = sine * cosine ** (self.n - 3)
        return weight * f1 * f2, weight * (1 + y1 * y2) * g1 * g2


def _sector(sector: _Sector, ends: tuple[Ball, Ball], tolerance: Ball, work: Work) -> list[Ball]:
    """The two sums and their two errors."""
    total = [arb(0)] * 4
    most = min(COUNTS[-1], 24 + ctx.prec // 4)
    quarter_turn = arb.pi() / 4
    waiting: list[tuple[Panel, Panel, int]] = [
        ((quarter_turn, quarter_turn), ((ends[0] + ends[1]) / 2, (ends[1] - ends[0]) / 2), 0)
    ]
    while waiting:
        p, s, depth = waiting.pop()
        along_p = _plan_one(_along_p(sector, s), p, tolerance, most, work)
        along_s = _plan_one(_along_s(sector, p), s, tolerance, most, work)
        if along_p is None or along_s is None:
            if depth >= DEPTH:
                raise CannotEncloseError(sector.root * p[0].sin() * s[0].cos())
            split_p = along_p is None and (along_s is not None or bool(p[1] > s[1]) or depth % 2 == 0)
            parts = [(h, s) for h in _halves(p)] if split_p else [(p, h) for h in _halves(s)]
            waiting += [(*part, depth + 1) for part in parts]
            continue
        found = _tensor(sector, p, s, along_p, along_s, work)
        total = [a + b for a, b in zip(total, found, strict=True)]
    return total


def _real(panel: Panel) -> Ball:
    """The real points of a panel as a box without height."""
    return acb(arb(*panel))


def _halves(panel: Panel) -> list[Panel]:
    middle, half = panel
    return [(middle + half / 2, half / 2), (middle - half / 2, half / 2)]


def _along_p(sector: _Sector, s: Panel) -> Callable[[Ball], Sequence[Ball]]:
    return lambda box: sector.integrands(box, _real(s))


def _along_s(sector: _Sector, p: Panel) -> Callable[[Ball], Sequence[Ball]]:
    return lambda box: sector.integrands(_real(p), box)


def _plan_one(
    integrands: Callable[[Ball], Sequence[Ball]], panel: Panel, tolerance: Ball, most: int, work: Work
) -> Plan | None:
    return plan(lambda box: [f.abs_upper() for f in integrands(box)], *panel, tolerance, most, work)


def _tensor(sector: _Sector, p: Panel, s: Panel, along_p: Plan, along_s: Plan, work: Work) -> list[Ball]:
    """The product rule on one panel with its error: that along p times the length in s, and the other way round."""
    work.spend(2 * along_p.count * along_s.count)
    sums = [arb(0), arb(0)]
    for x, wx in panel_rule(*p, along_p.count).nodes:
        inner = [arb(0), arb(0)]
        for y, wy in panel_rule(*s, along_s.count).nodes:
            f, g = sector.integrands(x, y)
            inner[0] += wy * f
            inner[1] += wy * g
        sums[0] += wx * inner[0]
        sums[1] += wx * inner[1]
    with ctx.workprec(BOUND_BITS):
        lengths = 2 * p[1].abs_upper(), 2 * s[1].abs_upper()
        errors = [a * lengths[1] + b * lengths[0] for a, b in zip(along_p.errors, along_s.errors, strict=True)]
    return [*sums, *errors]
