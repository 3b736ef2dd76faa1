"""Intervals of functions that are not algebraic: computed in balls and rounded outwards; Gamma and pow by sign alone.

Trusted, like the arithmetic of intervals. It knows nothing of terms; `of` is what messages name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from flint import arb, ctx, fmpq

from verify.proof.numbers.interval_arithmetic import BITS, Interval, NotDefinedError, ends_of

EXTREME = Fraction(1000)


def special(name: str, arguments: list[Interval], of: object) -> Interval:
    """The interval of a function by its name. Raises NotDefinedError where it may be undefined, or is not known."""
    if name == "pi":
        with ctx.workprec(BITS):
            low, high = ends_of(arb.pi())
        return Interval(low, high)
    if name not in _ROWS:
        raise NotDefinedError(f"{name} cannot stand here")
    return _ROWS[name](arguments[0], of)


def _ball(value: Fraction) -> Any:
    return arb(fmpq(value.numerator, value.denominator))


def _increasing(a: Interval, function: str) -> Interval:
    """The range of an increasing function, rounded outwards."""
    with ctx.workprec(BITS):
        low = None if a.low is None else ends_of(getattr(_ball(a.low), function)())[0]
        high = None if a.high is None else ends_of(getattr(_ball(a.high), function)())[1]
    return Interval(low, high)


def _circle(function: str, a: Interval, of: object) -> Interval:
    limits = (Fraction(-1), Fraction(1))
    if a.low is None or a.high is None:
        return Interval(*limits)
    with ctx.workprec(BITS):
        low, high = ends_of(getattr(_ball(a.low).union(_ball(a.high)), function)())
    return Interval(max(low, limits[0]), min(high, limits[1]))


def _arccos(a: Interval, of: object) -> Interval:
    if a.low is None or a.high is None or a.low < -1 or a.high > 1:
        raise NotDefinedError(f"nothing shows that the argument of {of!r} lies in [-1, 1]")
    with ctx.workprec(BITS):
        low, high = ends_of(_ball(a.high).acos())[0], ends_of(_ball(a.low).acos())[1]
    return Interval(low, high, a.high == 1 and a.high_open, False)


def _exp(a: Interval, of: object) -> Interval:
    """Ends beyond exp(+-EXTREME) are bounded by these, or by none: exp(10^6) as a fraction has 1.4 million bits."""
    low = None if a.low is None or a.low < -EXTREME else min(a.low, EXTREME)
    high = None if a.high is None or a.high > EXTREME else max(a.high, -EXTREME)
    found = _increasing(Interval(low, high), "exp")
    return found if found.low is not None else Interval(Fraction(0), found.high, True)


def _log(a: Interval, of: object) -> Interval:
    if not a.positive:
        raise NotDefinedError(f"nothing shows that the argument of {of!r} is positive")
    return _increasing(replace(a, low=None if a.low == 0 else a.low), "log")


def _erf(a: Interval, of: object) -> Interval:
    unbounded = None in (a.low, a.high)
    return Interval(Fraction(-1), Fraction(1), True, True) if unbounded else _increasing(a, "erf")


def _gamma(a: Interval, of: object) -> Interval:
    if not a.positive:
        raise NotDefinedError(f"nothing shows that the argument of {of!r} is positive")
    return Interval(Fraction(0), None, True)


def _pow(a: Interval, of: object) -> Interval:
    if not a.positive:
        raise NotDefinedError(f"nothing shows that the base of {of!r} is positive")
    return Interval(Fraction(0), None, True)


_ROWS: Mapping[str, Callable[[Interval, object], Interval]] = {
    "sin": partial(_circle, "sin"),
    "cos": partial(_circle, "cos"),
    "arccos": _arccos,
    "exp": _exp,
    "log": _log,
    "erf": _erf,
    "Gamma": _gamma,
    "pow": _pow,  # by its base
}
