"""Directions of the plane of (y_1, y_2) at which the picture of the breaks changes, and the curves between them.

Polar angles s in the half circle from s0/2 to s0/2 + pi; y_k is proportional to cos(s - d_k), d_1 = 0, cos d_2 = -1/n.
Directions that cannot be told apart are one direction only if that is proven: by the rational ratio y_1 : y_2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cmp_to_key
from itertools import pairwise
from typing import Any

from flint import arb, fmpq

from verify.rates.exactly import square_root

Ball = Any  # flint.arb
Ratio = tuple[Fraction, Fraction]  # (y_1, y_2) up to a positive factor


class CannotSeparateError(Exception):
    """Two directions, or two curves, that cannot be put in order."""


@dataclass(frozen=True)
class Direction:
    """`left_by` holds (k, b, which): the curve y_k = b, b not 0, leaves the disc here at d_k + acos or d_k - acos."""

    angle: Ball
    ratio: Ratio | None
    left_by: frozenset[tuple[int, Fraction, int]] = frozenset()


@dataclass(frozen=True)
class Curve:
    """y_k = b, b not 0: sin p = b/(sqrt(n) cos(s - centre)), leaving the disc at the angles `leaves`."""

    unit: int
    b: Fraction
    centre: Ball
    leaves: tuple[Ball, Ball]


def centre(unit: int, n: int) -> Ball:
    """d_1 or d_2."""
    return arb(0) if unit == 1 else (arb(-1) / n).acos()


def curve(unit: int, b: Fraction, n: int) -> Curve:
    d, opening = centre(unit, n), (ball(b) / arb(n).sqrt()).acos()
    return Curve(unit, b, d, (d + opening, d - opening))


def ball(q: Fraction) -> Ball:
    return arb(fmpq(q.numerator, q.denominator))


def directions(breaks: Sequence[Fraction], n: int) -> list[Direction]:
    """All of them in ascending order, the ends of the half circle included. Raises CannotSeparateError."""
    low = centre(2, n) / 2
    one = Fraction(1)
    found = [Direction(low, (one, one)), Direction(low + arb.pi(), (-one, -one))]
    for candidate in [*_leaving(breaks, n), *_crossing(breaks, n)]:
        for turns in (-1, 0, 1):
            angle = candidate.angle + 2 * turns * arb.pi()
            if not (angle < low or angle > low + arb.pi()):
                found.append(replace(candidate, angle=angle))
    found.sort(key=cmp_to_key(lambda a, b: _order(a.angle, b.angle)))
    merged = [found[0]]
    for item in found[1:]:
        last = merged[-1]
        if last.angle < item.angle:
            merged.append(item)
        elif last.ratio is None or item.ratio is None or not _same(last.ratio, item.ratio):
            raise CannotSeparateError
        else:
            merged[-1] = replace(last, left_by=last.left_by | item.left_by)
    return merged


def _order(a: Ball, b: Ball) -> int:
    """The order of the middles, which are exact numbers. Whether the balls are in this order is asked afterwards."""
    return bool(a.mid() > b.mid()) - bool(a.mid() < b.mid())


def _same(a: Ratio, b: Ratio) -> bool:
    return a[0] * b[1] == a[1] * b[0]


def _leaving(breaks: Sequence[Fraction], n: int) -> list[Direction]:
    """Where y_k = b meets the circle |y|^2 = n: the other coordinate is b c +- sqrt((1 - c^2)(n - b^2)), c = -1/n."""
    found = []
    for unit in (1, 2):
        for b in breaks:
            root = square_root((1 - Fraction(1, n * n)) * (n - b * b))
            for which, angle in enumerate(curve(unit, b, n).leaves):
                sign = 1 if (which == 0) == (unit == 1) else -1
                other = None if root is None else -b / n + sign * root
                ratio = None if other is None else (b, other) if unit == 1 else (other, b)
                if b == 0:  # a ray, on which the other coordinate has a sign and no more matters
                    ratio = (b, Fraction(sign)) if unit == 1 else (Fraction(sign), b)
                left = frozenset({(unit, b, which)}) if b else frozenset()
                found.append(Direction(angle, ratio, left))
    return found


def _crossing(breaks: Sequence[Fraction], n: int) -> list[Direction]:
    """Where y_1 = a and y_2 = b cross inside the disc."""
    found = []
    for a in breaks:
        for b in breaks:
            across = b + a / n
            inside = a * a + across * across / (1 - Fraction(1, n * n)) < n
            if inside and (a or b):
                height = ball(across) / (1 - arb(fmpq(1, n * n))).sqrt()
                found.append(Direction(arb.atan2(height, ball(a)), (a, b)))
    return found


def curves_at(angle: Ball, breaks: Sequence[Fraction], n: int) -> list[Curve]:
    """The curves that a ray in this direction meets inside the disc, from the centre outwards."""
    met: list[tuple[Ball, Curve]] = []
    for unit in (1, 2):
        for b in breaks:
            if b:
                item = curve(unit, b, n)
                size = abs(ball(b)) / arb(n).sqrt()
                towards = (angle - item.centre).cos() * (1 if b > 0 else -1)
                if towards > size:
                    met.append((size / towards, item))
                elif not towards < size:
                    raise CannotSeparateError

    def order(a: tuple[Ball, Curve], b: tuple[Ball, Curve]) -> int:
        return _order(a[0], b[0])

    met.sort(key=cmp_to_key(order))
    for (first, _), (second, _) in pairwise(met):
        if not first < second:
            raise CannotSeparateError
    return [item for _, item in met]
