r"""Integrals by the law of y_1 over a whole box of t = 1/(B - 1), with their slopes in t.

The density of y = y_1 is proportional to (1 - t y^2)^((1/t - 3)/2) on |y| < t^(-1/2). With -log(1 - x) = x L(x),
L(x) = sum x^j/(j + 1), that is exp of -(y^2/2)(1 - 3t) L(t y^2), analytic in t from 0 on: the normal law. The slope of
its logarithm in t is at most (y^4 + 3 y^2)/(2 (1 - t y^2)) in size, and the density over 1 - t y^2 is at most
exp(-(1 - 5t) y^2/2): that bounds what lies beyond |y| = R. Up to R, Gauss-Legendre rules with t a ball.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from math import exp
from typing import Any

from flint import acb, arb, arb_poly, arb_series, ctx, fmpq

from verify.rates.envelopes import Envelope, growth
from verify.rates.gegenbauer_series import Branch
from verify.rates.quadrature import Work, around, integrate

Ball = Any  # flint.arb or flint.acb
Jet = Any  # flint.arb_series of length 2: a value and its slope in t
TERMS = (16, 32, 64, 128)  # of L: as many as the precision asks for, or the most
FARTHEST = 0.75  # of t R^2
TOLERANCE = fmpq(1, 10**12)
ENDS = (
    fmpq(5),
    fmpq(11, 2),
    fmpq(6),
    fmpq(13, 2),
    fmpq(7),
    fmpq(15, 2),
    fmpq(8),
    fmpq(9),
    fmpq(10),
    fmpq(12),
    fmpq(16),
)
GOOD = 1e-9  # what may lie beyond R


def integrals(branches: Sequence[Branch], t: Ball, degree: int, work: Work) -> tuple[Jet, Jet, Jet, list[Jet]]:
    """Integrals of 1, phi^2, (1 - t y^2) phi'^2 and phi y^j, j = 0..degree, by the density without its constant factor.

    phi stands for phi - c with a number c near its mean, which no rate depends on. t is a ball in [0, 1/6]. Not finite
    where growth cannot be bounded. Raises CannotEncloseError, TooMuchWorkError.
    """
    centre = near_mean(branches)
    count = degree + 4
    values: list[Ball] = [arb(0)] * count
    rises: list[Ball] = [arb(0)] * count
    errors: list[Ball] = [arb(0)] * 8
    end, beyond = _end(branches, t, degree, abs(centre))
    for branch in branches:

        def add(y: Ball, w: Ball, branch: Branch = branch) -> None:
            f, g = branch.phi(y)
            f = f - centre
            density, rise = _density(y, t)
            w = w * density
            wf, gg = w * f, g * g
            terms = [w, wf * f, w * (1 - t * y * y) * gg]
            for i, term in enumerate(terms):
                values[i] += term
                rises[i] += term * rise
            rises[2] -= w * y * y * gg
            for j in range(degree + 1):
                values[j + 3] += wf
                rises[j + 3] += wf * rise
                wf = wf * y

        def bounds(box: Ball, branch: Branch = branch) -> list[Ball]:
            f, g = branch.phi(box)
            f, g = (f - centre).abs_upper(), g.abs_upper()
            density, rise = (x.abs_upper() for x in _density(box, t))
            y = box.abs_upper()
            slope = density * g * g
            inside = 1 + t.abs_upper() * y * y
            grown = density * f * y.max(arb(1)) ** degree
            found = [density, density * f * f, slope * inside, grown]
            return [*found, *(x * rise for x in found[:2]), slope * (inside * rise + y * y), grown * rise]

        ends = [_place(branch.low, -end), _place(branch.high, end)]
        found = integrate(add, bounds, (ends[0], ends[1]), arb(TOLERANCE), work)
        errors = [e + f for e, f in zip(errors, found, strict=True)]
    errors = [e + b for e, b in zip(errors, beyond, strict=True)]
    places = [0, 1, 2] + [3] * (degree + 1)
    jets = [
        arb_series([v + around(errors[p]), r + around(errors[p + 4])], 2)
        for v, r, p in zip(values, rises, places, strict=True)
    ]
    return jets[0], jets[1], jets[2], jets[3:]


def _place(z: Any, end: Any) -> Ball:
    return arb(end) if z is None else arb(fmpq(z.numerator, z.denominator))


@lru_cache(maxsize=16)
def _series(terms: int, bits: int) -> tuple[Any, Any]:
    """The first terms of L, and those of its derivative, as polynomials."""
    with ctx.workprec(bits):
        head = arb_poly([arb(fmpq(1, j + 1)) for j in range(terms)])
        return head, head.derivative()


@lru_cache(maxsize=4)
def _reach(bits: int) -> tuple[float, ...]:
    """For each of TERMS but the most, up to which |x| what is left out of L(x) is less than the precision tells."""
    return tuple(2.0 ** (-bits / (terms - 1)) for terms in TERMS[:-1])


def _terms(size: float, bits: int) -> int:
    """How many terms of L are worth their time where |x| is about so large: any number of them will do."""
    return TERMS[bisect_right(_reach(bits), size)]


def _density(y: Ball, t: Ball) -> tuple[Ball, Ball]:
    """The unnormalised density, and the slope of its logarithm in t; not finite where |t y^2| may reach 1."""
    square = y * y
    x = t * square
    size = x.abs_upper()
    if not size < 1:
        return square * arb.nan(), square * arb.nan()
    terms = _terms(float(size), ctx.prec)
    head, slope = _series(terms, ctx.prec)
    tail = around((size ** (terms - 1) / (1 - size)).upper())  # of either series
    rest = acb(tail, tail) if isinstance(x, acb) else tail
    first, second = head(x) + rest, slope(x) + rest
    return (-square / 2 * (1 - 3 * t) * first).exp(), square / 2 * (3 * first - (1 - 3 * t) * square * second)


def near_mean(branches: Sequence[Branch]) -> Ball:
    """About E[phi(Z)], by a plain sum. Any finite number is right; a good one makes the balls small."""
    total, mass = 0.0, 0.0
    for branch in branches:
        for i in range(-16, 17):
            z = i / 4
            if (branch.low is None or branch.low <= z) and (branch.high is None or z < branch.high):
                value = branch.phi(arb(z))[0]
                weight = exp(-z * z / 2)
                total += weight * (float(value.mid()) if value.is_finite() else 0.0)
                mass += weight
    return arb(total / mass)


def _end(branches: Sequence[Branch], t: Ball, degree: int, centre: Ball) -> tuple[Any, list[Ball]]:
    """R, and what lies beyond it at most: the integrals as `bounds` lists them."""
    top = t.upper()
    found: tuple[Any, list[Ball]] | None = None
    for end in ENDS:
        if not top * arb(end) ** 2 < FARTHEST:
            break
        if any(
            z is not None and abs(fmpq(z.numerator, z.denominator)) >= end for b in branches for z in (b.low, b.high)
        ):
            continue
        beyond = _beyond(branches, end, top, degree, centre)
        if beyond is not None:
            found = end, beyond
            if all(b < GOOD for b in beyond):
                break
    return found or (ENDS[0], [arb("inf")] * 8)


def _beyond(branches: Sequence[Branch], end: Any, top: Ball, degree: int, centre: Ball) -> list[Ball] | None:
    total = [arb(0)] * 8
    one = Envelope(arb(1), 0, arb(0))
    for branch, side in ((branches[0], -1), (branches[-1], 1)):
        f, g = growth(branch.phi.program, int(end), side)
        if f is None or g is None:
            return None
        f = Envelope(f.factor + centre, f.power, f.rate)
        kinds = [(one, 0, 0), (f, 2, 0), (g, 2, 0), (f, 1, degree)]
        for i, (envelope, count, power) in enumerate(kinds):
            for j, extra in ((i, 0), (i + 4, 4)):
                tail = _tail(envelope, count, power + extra, arb(end), 1 - 5 * top)
                if tail is None:
                    return None
                total[j] += tail * (1 if extra == 0 else (arb(1) + (3 + 2) / arb(end) ** 2) / 2)
    return total


def _tail(envelope: Envelope, count: int, power: int, end: Ball, narrow: Ball) -> Ball | None:
    """A bound on the integral of |f|^count y^power e^(-narrow y^2/2) from `end` on, for |f| under the envelope.

    The logarithm of y^P e^(Q y - c y^2/2) has the slope P/y + Q - c y, at most -s = P/R + Q - c R beyond R.
    """
    p, q = count * envelope.power + power, count * envelope.rate
    fall = narrow * end - q - p / end
    if not fall > arb(1) / 4:
        return None
    return (envelope.factor**count * end**p * (q * end - narrow * end * end / 2).exp() / fall).abs_upper()
