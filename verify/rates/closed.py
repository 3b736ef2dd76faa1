"""Closed forms of lambda: polynomials in exact rationals, two slopes by arc-cosine kernels, sin and erf at B = inf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, fmpq, fmpq_poly

from verify.rates.expression import Node
from verify.rates.gegenbauer_series import harmonics
from verify.rates.pieces import Piece
from verify.rates.rational_polynomials import polynomial

Ball = Any  # flint.arb


@dataclass(frozen=True)
class Closed:
    """A closed form: its value as a rational number where it is one, else as a ball, and its name."""

    value: Ball
    exact: Fraction | None
    name: str


def closed_form(found: Sequence[Piece], n: int | None) -> Closed | None:
    """lambda at the active precision by a closed form, if there is one; n = B - 1, None for the limit."""
    if len(found) == 1:
        poly = polynomial(found[0].node)
        if poly is not None and poly.degree() >= 1:
            exact = limit_of_polynomial(poly) if n is None else rate_of_polynomial(poly, n)
            moments = "of the normal law" if n is None else "of the sphere"
            return Closed(arb(fmpq(exact.numerator, exact.denominator)), exact, f"rational moments {moments}, exact")
        return _in_the_limit(found[0].node) if n is None else None
    slopes = _two_slopes(found)
    if slopes is None:
        return None
    left, right = (arb(fmpq(s.numerator, s.denominator)) for s in slopes)
    t = arb(0) if n is None else arb(1) / n
    return Closed(two_slopes(left, right, t), None, "arc-cosine kernel" if n else "arc-cosine kernel at correlation 0")


def _two_slopes(found: Sequence[Piece]) -> tuple[Fraction, Fraction] | None:
    """The slopes of phi = a + b min(z, 0) + c max(z, 0)."""
    if len(found) != 2 or found[0].high != 0:
        return None
    polys = [polynomial(p.node) for p in found]
    if any(p is None or p.degree() > 1 for p in polys):
        return None
    left, right = (Fraction(int(p[1].p), int(p[1].q)) for p in polys if p is not None)
    return left, right


def two_slopes(left: Ball, right: Ball, t: Ball) -> Ball:
    """lambda for slopes `left` below 0 and `right` above, as a function of t = 1/(B - 1) in [0, 1/3]; t = 0: the limit.

    t is a ball, and B any real number, or an arb_series, which yields derivatives in t. phi = p z + q |z| splits into
    its odd and even part; E|y_1 y_2| = (2/pi)(sqrt(1 - t^2) + t asin t) and E[sign y_1 sign y_2] = -(2/pi) asin t do
    not depend on the dimension, because y_1^2 has mean 1 in each. With u = p^2 + q^2 - E[phi(y_1) phi(y_2)]:
    lambda = ((1 - t)(p^2 + q^2) + t (E[phi' phi'] + E[phi phi]))/((1 - 2t) u).
    """
    p, q = (right + left) / 2, (right - left) / 2
    angle = t.asin()
    both = p * p + q * q
    product = 2 / arb.pi() * q * q * ((1 - t * t).sqrt() + t * angle) - p * p * t
    signs = p * p - 2 / arb.pi() * q * q * angle
    return ((1 - t) * both + t * (signs + product)) / ((1 - 2 * t) * (both - product))


def _in_the_limit(node: Node) -> Closed | None:
    """sin: E cos^2 = (1 + e^-2)/2, E sin^2 = (1 - e^-2)/2. erf: E[phi'^2] = (4/pi)/sqrt 5, Var = (2/pi) asin(2/3)."""
    if len(node.args) != 1 or node.args[0].op != "z":
        return None
    if node.op == "sin":
        return Closed(arb(1).coth(), None, "coth(1), by the characteristic function of the normal law")
    if node.op == "erf":
        value = 2 / (arb(5).sqrt() * arb(fmpq(2, 3)).asin())
        return Closed(value, None, "2/(sqrt(5) asin(2/3)), by the arc-sine law")
    return None


def rate_of_polynomial(poly: Any, n: int) -> Fraction:
    """lambda(P, n + 1) exactly: in S_k(y) = n^(k/2) R_k(y/sqrt n), whose coefficients are rational."""
    before, now, y = fmpq_poly([0]), fmpq_poly([1]), fmpq_poly([0, 1])
    ratio_before, ratio = fmpq(0), fmpq(1)
    top, bottom = fmpq(0), fmpq(0)
    for k in range(poly.degree() + 1):
        weight = harmonics(n, k) * _sphere_mean(poly * now, n) ** 2 / fmpq(n) ** k * (1 - ratio)
        top += k * (k + n - 2) * weight
        bottom += weight
        up, down = fmpq(2 * k + n - 2, k + n - 2), fmpq(k, k + n - 2)
        before, now = now, up * y * now - down * n * before
        ratio_before, ratio = ratio, up * fmpq(-1, n) * ratio - down * ratio_before
    value = top / bottom / (n - 2)
    return Fraction(int(value.p), int(value.q))


def _sphere_mean(poly: Any, n: int) -> Any:
    """E[P(y_1)]: E[y_1^(2j)] = n^j (1/2)_j/(n/2)_j, odd moments vanish."""
    total, moment = fmpq(0), fmpq(1)
    for i in range(0, poly.degree() + 1, 2):
        total += poly[i] * moment
        moment *= fmpq(n * (i + 1), n + i)
    return total


def limit_of_polynomial(poly: Any) -> Fraction:
    """E[P'(Z)^2]/Var P(Z) exactly."""
    slope = poly.derivative()
    value = _normal_mean(slope * slope) / (_normal_mean(poly * poly) - _normal_mean(poly) ** 2)
    return Fraction(int(value.p), int(value.q))


def _normal_mean(poly: Any) -> Any:
    total, moment = fmpq(0), fmpq(1)
    for i in range(0, poly.degree() + 1, 2):
        total += poly[i] * moment
        moment *= i + 1
    return total
