"""E[f(y_1) f(y_2)] for phi that breaks, in polar coordinates, cut along the breaks into cells without any.

(y_1, y_2) is sqrt(n) times the projection of a uniform unit vector of R^n on a plane: y_k = sqrt(n) sin(p) cos(s - d_k)
with d_1 = 0, cos d_2 = -1/n, s uniform on the circle and (n - 2) sin(p) cos(p)^(n-3) the density of p in [0, pi/2]. A
break y_k = b is the curve sin p = b/(sqrt(n) cos(s - d_k)), a ray if b = 0. Between the directions where curves leave
the disc or cross, cells lie between two neighbours among the curves, the centre and the rim. There phi(y_1) phi(y_2) is
analytic, and product rules converge geometrically. A curve leaves the disc like a square root, which
s = middle + half sin(pi u/2) undoes. The reflection that exchanges y_1 and y_2 leaves half of the circle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from flint import acb, arb

from verify.rates.directions import CannotSeparateError, Curve, Direction, ball, centre, curves_at, directions
from verify.rates.gegenbauer_series import Branch
from verify.rates.program import Bound
from verify.rates.quadrature import CannotEncloseError, Work
from verify.rates.tensor import Panel, integrate_rectangle

Ball = Any  # flint.arb or flint.acb


@dataclass(frozen=True)
class Products:
    """E[phi(y_1) phi(y_2)] and E[(1 + y_1 y_2) phi'(y_1) phi'(y_2)]."""

    value: Ball
    slope: Ball


def products(branches: Sequence[Branch], n: int, tolerance: Ball, work: Work) -> Products:
    """Cell by cell, at the active precision. Raises CannotSeparateError where directions cannot be told apart."""
    breaks = [b.low for b in branches if b.low is not None]
    total: list[Ball] = [arb(0), arb(0)]
    for ends in pairwise(directions(breaks, n)):
        middle = (ends[0].angle + ends[1].angle) / 2
        edges: list[Curve | None] = [None, *curves_at(middle, breaks, n), None]
        for inner, outer in pairwise(edges):
            cell = _cell(branches, n, ends, inner, outer)
            try:
                found = integrate_rectangle(cell.integrands, (arb(0.5), arb(0.5)), cell.panel, tolerance, work)
            except CannotEncloseError:  # its place as an angle x with y_1 = sqrt(n) sin x, at the rim
                raise CannotEncloseError(arb.pi() / 2 - middle) from None
            total = [a + b for a, b in zip(total, found, strict=True)]
    scale = (n - 2) / arb.pi()  # half of the circle, twice, over 2 pi
    return Products(scale * total[0], scale * total[1])


@dataclass(frozen=True)
class _Cell:
    """Between the curves `inner` and `outer` (None: centre and rim) in the directions between `ends`.

    `curved`: one of them leaves the disc at an end, and u runs over [-1, 1]; otherwise s = u. `middle` and `half` are
    those of the directions; `first` and `second` are phi at y_1 and y_2.
    """

    n: int
    root: Ball
    tilt: Ball
    first: Bound
    second: Bound
    ends: tuple[Direction, Direction]
    middle: Ball
    half: Ball
    inner: Curve | None
    outer: Curve | None
    curved: bool

    @property
    def panel(self) -> Panel:
        return (arb(0), arb(1)) if self.curved else (self.middle, self.half)

    def integrands(self, u: Ball) -> Callable[[Ball], tuple[Ball, Ball]]:
        """Both integrands times the Jacobian in one direction, as functions of x in [0, 1] from inner to outer."""
        s, stretch = u, arb(1)
        if self.curved:
            sine, cosine = (arb.pi() / 2 * u).sin_cos()
            s, stretch = self.middle + self.half * sine, self.half * arb.pi() / 2 * cosine
        inner = arb(0) if self.inner is None else self.edge(self.inner, s, u)
        outer = arb.pi() / 2 if self.outer is None else self.edge(self.outer, s, u)
        width, towards1, towards2 = outer - inner, self.root * s.cos(), self.root * (s - self.tilt).cos()
        stretch = stretch * width

        def at(x: Ball) -> tuple[Ball, Ball]:
            sine, cosine = (inner + width * x).sin_cos()
            y1, y2 = sine * towards1, sine * towards2
            f1, g1 = self.first(y1)
            f2, g2 = self.second(y2)
            weight = sine * cosine ** (self.n - 3) * stretch
            return weight * f1 * f2, weight * (1 + y1 * y2) * g1 * g2

        return at

    def edge(self, curve: Curve, s: Ball, u: Ball) -> Ball:
        """p on a curve: cos(p)^2 = sin(e_1 - s) sin(s - e_2)/cos(s - d)^2, where the curve leaves at e_1 and e_2.

        If e is an end, the distance of s from it is 2 half sin^2(pi (1 -+ u)/4): the root of that is taken by hand.
        """
        by_hand, rest = arb(1), arb(1)
        for which, leave in enumerate(curve.leaves):
            key, sign = (curve.unit, curve.b, which), 1 if which == 0 else -1
            at_end = self.curved and key in self.ends[1].left_by
            if at_end or (self.curved and key in self.ends[0].left_by):
                factor = (arb.pi() / 4 * (1 - u if at_end else 1 + u)).sin()
                distance = 2 * self.half * factor * factor
                by_hand = by_hand * factor
                rest = rest * 2 * self.half * distance.sinc() * (sign if at_end else -sign)
            else:
                rest = rest * sign * (leave - s).sin()
        side = 1 if curve.b > 0 else -1
        return _acos(by_hand * _sqrt(rest) * side / (s - curve.centre).cos())


def _sqrt(a: Ball) -> Ball:
    return a.sqrt() if type(a) is arb else a.sqrt(analytic=True)


def _acos(a: Ball) -> Ball:
    """Analytic between its cuts, which begin at -1 and 1."""
    if type(a) is acb and not (-1 < a.real < 1):
        return acb(arb.nan(), arb.nan())
    return a.acos()


def _cell(
    branches: Sequence[Branch], n: int, ends: tuple[Direction, Direction], inner: Curve | None, outer: Curve | None
) -> _Cell:
    """The cell with its two branches of phi, chosen at a point inside."""
    middle, half = (ends[0].angle + ends[1].angle) / 2, (ends[1].angle - ends[0].angle) / 2
    root, tilt = arb(n).sqrt(), centre(2, n)

    def sine_on(curve: Curve) -> Ball:
        return ball(curve.b) / root / (middle - curve.centre).cos()

    low = arb(0) if inner is None else sine_on(inner)
    high = arb(1) if outer is None else sine_on(outer)
    radius = root * (low + high) / 2
    first = _branch(branches, radius * middle.cos())
    second = _branch(branches, radius * (middle - tilt).cos())
    leaving = {key[:2] for end in ends for key in end.left_by}
    curved = any(c is not None and (c.unit, c.b) in leaving for c in (inner, outer))
    return _Cell(n, root, tilt, first, second, ends, middle, half, inner, outer, curved)


def _branch(branches: Sequence[Branch], z: Ball) -> Bound:
    for branch in branches:
        if (branch.low is None or ball(branch.low) < z) and (branch.high is None or z < ball(branch.high)):
            return branch.phi
    raise CannotSeparateError
