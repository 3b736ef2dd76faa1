"""Elementary functions on real balls and on complex boxes, analytic there or not finite.

On a box a function must be analytic in all of it: branch cuts that touch it give a ball that is not finite, and where
flint's own enclosure on a wide box is poor (erf, tanh, logistic functions) a form that suits the box is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from flint import acb, arb

Ball = Any  # flint.arb or flint.acb
Table = Mapping[str, Callable[[Ball, Fraction], Ball]]


def _whole(a: Ball, n: int) -> Ball:
    """a^n by repeated squaring, n >= 1; flint's power is not defined on balls that contain 0."""
    result = None
    while n:
        if n & 1:
            result = a if result is None else result * a
        n >>= 1
        a = a * a if n else a
    return result


def _power(a: Ball, exponent: Fraction) -> Ball:
    n, root = exponent.numerator, exponent.denominator
    if root > 1:
        a = _root(a, root)
    return 1 / _whole(a, -n) if n < 0 else _whole(a, n)


def _root(a: Ball, k: int) -> Ball:
    """The real root of what is not negative; on a box, nan where the cut of the principal root is touched."""
    if type(a) is arb:
        if a.contains(0):
            return arb(0).union(a.abs_upper().root(k)) if a >= 0 else arb.nan()
        return a.root(k) if a > 0 else arb.nan()
    return a.sqrt(analytic=True) if k == 2 else (a.log(analytic=True) / k).exp()


def _log(a: Ball, _: Fraction) -> Ball:
    return a.log() if type(a) is arb else a.log(analytic=True)


def _nonfinite() -> Ball:
    return acb(arb.nan(), arb.nan())


def _real_part(a: Ball) -> Ball:
    return a if type(a) is arb else a.real


def _sigmoid(a: Ball, _: Fraction) -> Ball:
    if _real_part(a) < 0:
        e = a.exp()
        return e / (1 + e)
    return 1 / (1 + (-a).exp())


def _softplus(a: Ball, _: Fraction) -> Ball:
    """log(1 + e^a). Right of the imaginary axis as a + log(1 + e^-a), which meets no cut there."""
    if _real_part(a) > 0:
        e = 1 + (-a).exp()
        return a + (e.log() if type(a) is arb else e.log(analytic=True))
    if type(a) is arb:
        return a.exp().log1p()
    return (1 + a.exp()).log(analytic=True)


def _tanh(a: Ball, _: Fraction) -> Ball:
    """1 - 2e/(1 + e) with e = e^-2a where that is small, and its mirror image; flint's own near 0 and on the line."""
    if type(a) is arb:
        return a.tanh()
    if a.real > 1:
        e = (-2 * a).exp()
        return 1 - 2 * e / (1 + e)
    if a.real < -1:
        e = (2 * a).exp()
        return 2 * e / (1 + e) - 1
    return a.tanh()


def _sech2(a: Ball, _: Fraction) -> Ball:
    """1/cosh^2 = 4 e^-2a/(1 + e^-2a)^2, on the side where e is small."""
    if _real_part(a) < 0:
        a = -a
    if _real_part(a) > 1:
        e = (-2 * a).exp()
        f = 1 + e
        return 4 * e / (f * f)
    c = a.cosh()
    return 1 / (c * c)


def _bell(a: Ball, _: Fraction) -> Ball:
    """erf' = 2 exp(-a^2)/sqrt(pi)."""
    return 2 * (-(a * a)).exp() / arb.pi().sqrt()


def _erf(a: Ball, _: Fraction) -> Ball:
    """On a wide box by the mean value inequality: |erf(a) - erf(m)| <= |a - m| sup |erf'| over the (convex) box."""
    if type(a) is arb:
        return a.erf()
    middle = a.mid()
    error = (a - middle).abs_upper() * _bell(a, Fraction(0)).abs_upper()
    around = arb(0, error) if error.is_finite() else arb.nan()
    return middle.erf() + acb(around, around)


def _atan(a: Ball, _: Fraction) -> Ball:
    """Analytic off the cuts i[1, inf) and -i[1, inf)."""
    if type(a) is acb and a.real.contains(0) and not a.imag.abs_upper() < 1:
        return _nonfinite()
    return a.atan()


def _asinh(a: Ball, _: Fraction) -> Ball:
    """Analytic off the cuts i[1, inf) and -i[1, inf)."""
    if type(a) is acb and a.real.contains(0) and not a.imag.abs_upper() < 1:
        return _nonfinite()
    return a.asinh()


FUNCTIONS: Table = {
    "neg": lambda a, _: -a,
    "power": _power,
    "exp": lambda a, _: a.exp(),
    "log": _log,
    "sin": lambda a, _: a.sin(),
    "cos": lambda a, _: a.cos(),
    "tan": lambda a, _: a.tan(),
    "tanh": _tanh,
    "sech2": _sech2,
    "sinh": lambda a, _: a.sinh(),
    "cosh": lambda a, _: a.cosh(),
    "atan": _atan,
    "asinh": _asinh,
    "erf": _erf,
    "bell": _bell,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
}
