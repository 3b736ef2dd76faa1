r"""Which way lambda(phi, B) moves, for all batch sizes from some on at once: its slope in t = 1/(B - 1) is enclosed.

With n = B - 1, y = y_1 and Gegenbauer polynomials scaled to S_k(y) = n^(k/2) R_k(y/sqrt n) (gegenbauer_series.py), let
p_k = R_k(-t) and b_k = h_k n^-k E[phi S_k]^2. Then

    A = E[phi^2] = sum b_k,      D = E[(1 - t y^2) phi'^2] = sum k (1 + (k - 2) t) b_k          (Parseval)
    u = A - sum p_k b_k,         M = D - sum k (1 + (k - 2) t) p_k b_k,    lambda = M/((1 - 2t) u)

Both sums cut after a degree K = 2m - 1 leave g(t) = M_K/((1 - 2t) u_K), a function of *real* t in (0, t_0]: its
integrals do not know that n is a whole number, and phi, smooth or not, does not depend on t. So g' is enclosed on boxes
that tile [0, t_0]. What was cut counts at t = 1/n alone, where |p_k| <= P t^m for all k > K by Laplace's integral:

    |lambda - g| <= c t^m,   c = P ((D - D_K) + |g| (1 - 2t) (A - A_K)) / ((1 - 2t) (u_K - P t^m (A - A_K)))

Neighbours n and n + 1, both at least n_0, lie t^2/(1 + t) apart in t, t = 1/n <= t_0 = 1/n_0. So lambda falls from each
to the next if g' > 2 c t_0^(m-2) (1 + t_0) on (0, t_0], and rises if g' < -2 c t_0^(m-2) (1 + t_0).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import comb, factorial
from typing import Any

from flint import arb, arb_series, ctx, fmpq

from verify.rates.gegenbauer_series import Branch
from verify.rates.large_moments import integrals
from verify.rates.quadrature import CannotEncloseError, TooMuchWorkError, Work

Ball = Any  # flint.arb
Jet = Any  # flint.arb_series of length 2: a value and its slope in t
BITS = 80


@dataclass(frozen=True)
class Slope:
    """On one box of t: balls around g and g', and c with |lambda - g| <= c t^m wherever 1/t is a whole number."""

    value: Ball
    slope: Ball
    cut: Ball


def slopes(branches: Sequence[Branch], first: int, boxes: int, degree: int, work: Work) -> Iterator[Slope]:
    """g' on `boxes` boxes of equal width that tile [0, 1/first]. `degree` is odd. Not finite where nothing is known."""
    for i in range(boxes):
        with ctx.workprec(BITS):
            t = arb(fmpq(i, boxes * first)).union(arb(fmpq(i + 1, boxes * first)))
            box = slope_on(branches, t, degree, work)
        yield box


def direction(branches: Sequence[Branch], first: int, boxes: int, degree: int, work: Work) -> str:
    """ "falls" or "rises" if lambda(phi, B) does so from B to B + 1 for every whole B > first, else "unknown".

    `branches` cover the whole line, `first` is at least 6 (from 34 on anything is found), `degree` odd, at least 3.
    """
    try:
        found = list(slopes(branches, first, boxes, degree, work))
    except (CannotEncloseError, TooMuchWorkError):
        return "unknown"
    if not all(box.slope.is_finite() and box.cut.is_finite() for box in found):
        return "unknown"
    with ctx.workprec(BITS):
        t = arb(1) / first
        cut = arb(0)
        for box in found:
            cut = cut.max(box.cut.abs_upper())
        least = 2 * cut * t ** ((degree + 1) // 2 - 2) * (1 + t)
        if all(box.slope > least for box in found):
            return "falls"
        return "rises" if all(box.slope < -least for box in found) else "unknown"


# ---- one box ------------------------------------------------------------------------------------------------
def slope_on(branches: Sequence[Branch], t: Ball, degree: int, work: Work) -> Slope:
    """g' on one box of t, at the active precision. `degree` is odd. Raises CannotEncloseError, TooMuchWorkError."""
    mass, square, energy, powers = integrals(branches, t, degree, work)
    nothing = Slope(arb.nan(), arb.nan(), arb.nan())
    if not mass[0] > 0:
        return nothing
    at = arb_series([t, 1], 2)
    a, d = square / mass, energy / mass
    u, m, rest, rest_energy = a, d, a, d
    polynomials, ratios = _gegenbauer(at, degree)
    for k in range(degree + 1):
        coefficient = sum((c * power for c, power in zip(polynomials[k], powers, strict=False)), _number(0)) / mass
        b = _share(at, k) * coefficient * coefficient
        weight = k * (1 + (k - 2) * at)
        u, m = u - ratios[k] * b, m - weight * ratios[k] * b
        rest, rest_energy = rest - b, rest_energy - weight * b
    half = (degree + 1) // 2
    top = _largest(t, half)
    left, left_energy = (x[0].upper().max(arb(0)) for x in (rest, rest_energy))
    low = (u[0] - top * t**half * left).lower()
    if not low > 0:
        return nothing
    g = m / ((1 - 2 * at) * u)
    cut = top * (left_energy + abs(g[0]) * (1 - 2 * t) * left) / ((1 - 2 * t) * low)
    return Slope(g[0], g[1], cut)


def _number(value: int) -> Jet:
    return arb_series([arb(value)], 2)


def _gegenbauer(t: Jet, degree: int) -> tuple[list[list[Jet]], list[Jet]]:
    """The coefficients in y of S_k, and p_k, for k = 0..degree, by the recurrence of R_k in t = 1/n."""
    before, now = [_number(0)], [_number(1)]
    p_before, p_now = _number(0), _number(1)
    polynomials, ratios = [], []
    for k in range(degree + 1):
        polynomials.append(now)
        ratios.append(p_now)
        under = 1 + (k - 2) * t
        up, down = (1 + (2 * k - 2) * t) / under, k / under
        raised = [_number(0), *(up * c for c in now)]
        lowered = [down * c for c in before] + [_number(0)] * (len(raised) - len(before))
        before, now = now, [a - b for a, b in zip(raised, lowered, strict=True)]
        p_before, p_now = p_now, -up * t * p_now - down * t * p_before
    return polynomials, ratios


def _share(t: Jet, k: int) -> Jet:
    """h_k n^-k = (1 + (2k - 2) t) (1 - t) 1 (1 + t) ... (1 + (k - 3) t)/k!, with k - 1 factors after the first."""
    if k == 0:
        return _number(1)
    result = 1 + (2 * k - 2) * t
    for i in range(1, k):
        result = result * (1 + (i - 2) * t)
    return result / factorial(k)


def _largest(t: Ball, half: int) -> Ball:
    """P with |R_k(-t)| <= P t^half for all k >= 2 half: E[(t^2 + V)^half]/t^half with V of gegenbauer_series.py.

    E V^j is the product of (2i + 1) t/(1 + (2i - 1) t) over i = 0..j-1.
    """
    total, moment = arb(0), arb(1)
    for j in range(half + 1):
        total += comb(half, j) * t ** (half - j) * moment
        moment = moment * (2 * j + 1) / (1 + (2 * j - 1) * t)
    return total.abs_upper()
