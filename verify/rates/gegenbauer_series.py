"""lambda(phi, B) for a finite batch size by its Gegenbauer series, with a remainder that is known exactly.

With n = B - 1, y_1 = sqrt(n) t, t the first coordinate of a uniform unit vector of R^n, f(t) = phi(sqrt(n) t),
R_k = C_k/C_k(1) of index alpha = (n - 2)/2, c0 = -1/n and h_k the dimension of the spherical harmonics of degree k:

    a_k^2 = h_k E[f R_k]^2,   sum a_k^2 = E[phi^2],   sum k(k + n - 2) a_k^2 = E[(n - y_1^2) phi'^2]    (Parseval)
    u = E[phi^2] - sum R_k(c0) a_k^2,   (B - 3) u lambda = E[(n - y_1^2) phi'^2] - sum k(k + n - 2) R_k(c0) a_k^2.

Both sums are cut after degree K: what is left of the Parseval sums, times sup over k > K of |R_k(c0)|, bounds the rest.
Nothing is assumed of the smoothness of phi. That supremum comes from Laplace's integral (Szego, Orthogonal
Polynomials, 4.10.3): R_k(x) = E[(x + i sqrt(1 - x^2) cos s)^k] with density of s proportional to sin^(2 alpha - 1), so
|R_k(x)| <= E[(x^2 + (1 - x^2) V)^(k/2)], V ~ Beta(1/2, alpha), which falls with k. It also gives |R_k| <= e^(k |Im x|)
at sin x: the modulus of cos x + i sin x cos s is at most e^|Im x|.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any

from flint import arb, ctx, fmpq

from verify.rates.program import Bound
from verify.rates.quadrature import Work, around, integrate

Ball = Any  # flint.arb or flint.acb


@dataclass(frozen=True)
class Branch:
    """phi = `phi` for z between `low` and `high`, both inside the range of y_1; None is the end of the range."""

    low: Fraction | None
    high: Fraction | None
    phi: Bound


@dataclass(frozen=True)
class Moments:
    """E[phi^2], E[(n - y^2) phi'^2], and the a_k for k = 0..K, as balls."""

    square: Ball
    energy: Ball
    coefficients: tuple[Ball, ...]


def harmonics(n: int, k: int) -> int:
    """The dimension of the spherical harmonics of degree k in R^n, n >= 3."""
    return comb(n + k - 1, k) - (comb(n + k - 3, k - 2) if k >= 2 else 0)


def moments(branches: Sequence[Branch], n: int, degree: int, tolerance: Ball, work: Work) -> Moments:
    """By quadrature in x, t = sin x: the density becomes cos(x)^(n-2), which is entire."""
    root, mass = arb(n).sqrt(), _mass(n)
    sums: list[Ball] = [arb(0)] * (degree + 3)
    scales = [arb(harmonics(n, k)).sqrt() for k in range(degree + 1)]
    steps = [_step(n, k) for k in range(degree)]
    low_root, low_scale = root, scales[degree].abs_upper()
    errors: list[Ball] = [arb(0)] * 3
    for branch in branches:

        def values(x: Ball, w: Ball, phi: Bound = branch.phi) -> None:
            t, c = x.sin_cos()
            f, g = phi(root * t)
            w = w * c ** (n - 2) / mass
            wf = w * f
            sums[0] += wf * f
            sums[1] += w * n * (c * g) * (c * g)
            before, now = arb(0), wf
            for k in range(degree + 1):
                sums[k + 2] += now
                if k < degree:
                    up, down = steps[k]
                    before, now = now, up * t * now - down * before

        def bounds(box: Ball, phi: Bound = branch.phi) -> list[Ball]:
            t, c = box.sin_cos()
            f, g = phi(low_root * t)
            weight = (c ** (n - 2)).abs_upper() / mass
            f = f.abs_upper()
            grown = (degree * box.imag.abs_upper()).exp() * low_scale
            slope = (c * g).abs_upper()
            return [weight * f * f, weight * n * slope * slope, weight * f * grown]

        ends = _angle(branch.low, n, -1), _angle(branch.high, n, 1)
        found = integrate(values, bounds, ends, tolerance, work, cost=1 + degree // 16)
        errors = [e + f for e, f in zip(errors, found, strict=True)]
    # the third error is of sqrt(h_K) E[f R_k], which is at least that of sqrt(h_k) E[f R_k] = a_k
    coefficients = tuple(scales[k] * sums[k + 2] + around(errors[2]) for k in range(degree + 1))
    return Moments(sums[0] + around(errors[0]), sums[1] + around(errors[1]), coefficients)


def _mass(n: int) -> Ball:
    """int cos(x)^(n-2) dx over [-pi/2, pi/2]."""
    return arb.pi().sqrt() * arb(fmpq(n - 1, 2)).gamma() / arb(fmpq(n, 2)).gamma()


def _step(n: int, k: int) -> tuple[Ball, Ball]:
    """R_(k+1) = up t R_k - down R_(k-1)."""
    return arb(fmpq(2 * k + n - 2, k + n - 2)), arb(fmpq(k, k + n - 2))


def _angle(z: Fraction | None, n: int, side: int) -> Ball:
    if z is None:
        return side * arb.pi() / 2
    return (arb(fmpq(z.numerator, z.denominator)) / arb(n).sqrt()).asin()


def ratios(n: int, degree: int) -> list[Ball]:
    """R_k(-1/n) for k = 0..degree, from exact rational numbers."""
    x, before, now, found = fmpq(-1, n), fmpq(0), fmpq(1), []
    for k in range(degree + 1):
        found.append(now)
        before, now = now, (fmpq(2 * k + n - 2) * x * now - k * before) / (k + n - 2)
    return [arb(r) for r in found]


def largest_ratio_after(n: int, degree: int) -> Ball:
    """A bound on |R_k(-1/n)| for every k > degree: E[(x^2 + (1 - x^2) V)^j] with 2j <= degree + 1, at most 1."""
    j, square = (degree + 1) // 2, fmpq(1, n * n)
    total, moment, rest = arb(0), arb(1), arb(1 - square)
    powers = arb(square)
    for i in range(j + 1):
        total += comb(j, i) * powers ** (j - i) * rest**i * moment
        moment = moment * arb(fmpq(2 * i + 1, 2 * i + n - 1))  # (1/2 + i)/(alpha + 1/2 + i)
    upper = total.abs_upper()
    return upper if upper < 1 else arb(1)


def quotient(found: Moments, n: int) -> tuple[tuple[Ball, Ball], tuple[Ball, Ball]]:
    """(B - 3) u lambda and u, with the remainders of both series in their radii; then both sums without remainders.

    The latter are no enclosures: they tell what the remainders cost.
    """
    degree = len(found.coefficients) - 1
    squares = [a * a for a in found.coefficients]
    weighted = [k * (k + n - 2) * s for k, s in enumerate(squares)]
    at = ratios(n, degree)
    u = found.square - sum((r * s for r, s in zip(at, squares, strict=True)), arb(0))
    top = found.energy - sum((r * s for r, s in zip(at, weighted, strict=True)), arb(0))
    factor = largest_ratio_after(n, degree)
    left = factor * (found.square - sum(squares, arb(0))).abs_upper()
    left_energy = factor * (found.energy - sum(weighted, arb(0))).abs_upper()
    return (top + around(left_energy), u + around(left)), (top, u)


def bits_for(n: int, degree: int) -> int:
    """Bits beyond the target that the recurrence of R_k and the size of h_k may cost."""
    return ctx.prec + int(1.3 * degree) + harmonics(n, degree).bit_length()
