"""Intervals with exact ends: sums, products, powers and roots, rounded outwards where an end is not rational.

Ends are rationals or None for no end, each open or closed, so that 1 - c^2 is seen to be positive on -1 < c < 1.
Trusted: a wrong interval would let a division by zero pass. It knows nothing of terms; `of` is what messages name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import isqrt
from typing import Any

from flint import arb, ctx, fmpq

BITS = 96
HIGHEST = 1000  # the largest power of an interval
LONG = 256  # bits of an end that was rounded outwards; twice as many before that is done
FAR = 4096  # no rounded end is larger than 2^FAR, or smaller than 2^-FAR without being 0


class NotDefinedError(ValueError):
    """It could not be shown that a term is defined on its domain; the message says which part."""


@dataclass(frozen=True)
class Interval:
    """Between low and high; None is no end, and then open or not means nothing; an open end is not attained."""

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    @property
    def positive(self) -> bool:
        return self.low is not None and (self.low > 0 or (self.low == 0 and self.low_open))

    @property
    def nonnegative(self) -> bool:
        return self.low is not None and self.low >= 0

    @property
    def negative(self) -> bool:
        return self.high is not None and (self.high < 0 or (self.high == 0 and self.high_open))


EVERYTHING = Interval(None, None)
End = tuple[Fraction | None, bool]  # and whether it is open


def hull(items: list[Interval]) -> Interval:
    """The smallest interval around several."""
    result = items[0]
    for item in items[1:]:
        low, low_open = _lower((result.low, result.low_open), (item.low, item.low_open))
        high, high_open = _upper((result.high, result.high_open), (item.high, item.high_open))
        result = Interval(low, high, low_open, high_open)
    return result


def _lower(a: End, b: End) -> End:
    if a[0] is None or b[0] is None:
        return None, False
    return min((a[0], a[1]), (b[0], b[1]))  # False < True: a closed end wins


def _upper(a: End, b: End) -> End:
    if a[0] is None or b[0] is None:
        return None, False
    return (a[0], a[1] and b[1]) if a[0] == b[0] else max(a, b, key=lambda e: e[0] or 0)


def plus(a: Interval, b: Interval) -> Interval:
    """a + b."""
    low = None if a.low is None or b.low is None else a.low + b.low
    high = None if a.high is None or b.high is None else a.high + b.high
    return Interval(low, high, a.low_open or b.low_open, a.high_open or b.high_open)


def negated(a: Interval) -> Interval:
    """-a."""
    return Interval(None if a.high is None else -a.high, None if a.low is None else -a.low, a.high_open, a.low_open)


def absolute(a: Interval) -> Interval:
    """|a|."""
    if a.nonnegative:
        return a
    if a.high is not None and a.high <= 0:
        return negated(a)
    if a.low is None or a.high is None:
        return Interval(Fraction(0), None)
    size = max(-a.low, a.high)
    ends = [is_open for end, is_open in ((-a.low, a.low_open), (a.high, a.high_open)) if end == size]
    return Interval(Fraction(0), size, False, all(ends))


def times(a: Interval, b: Interval) -> Interval:
    """a * b, as if the two were independent."""
    for first, second in ((a, b), (b, a)):
        if first.low == first.high and first.low is not None:
            return _scaled(first.low, second)
    if a.high is not None and a.high <= 0:
        return negated(times(negated(a), b))
    if b.high is not None and b.high <= 0:
        return negated(times(a, negated(b)))
    if a.nonnegative and b.nonnegative:
        low = (a.low or Fraction(0)) * (b.low or Fraction(0))
        high = None if a.high is None or b.high is None else a.high * b.high
        return Interval(low, high, _touch(a, b, low), a.high_open or b.high_open)
    ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high) if x is not None and y is not None]
    if len(ends) < 4:
        return EVERYTHING
    return Interval(min(ends), max(ends))


def _touch(a: Interval, b: Interval, low: Fraction) -> bool:
    """Is the lower end of a product of nonnegative intervals not attained?"""
    if low > 0:
        return a.low_open or b.low_open
    zero, other = (a, b) if a.low == 0 else (b, a)
    return zero.low_open and other.positive


def _scaled(number: Fraction, a: Interval) -> Interval:
    if number == 0:
        return Interval(Fraction(0), Fraction(0))
    if number < 0:
        return negated(_scaled(-number, a))
    return Interval(
        None if a.low is None else a.low * number, None if a.high is None else a.high * number, a.low_open, a.high_open
    )


def power(a: Interval, exponent: Fraction, of: object) -> Interval:
    """a^exponent. Raises NotDefinedError if the base may be 0 or negative where that is not allowed."""
    if exponent.denominator > 1 and not a.nonnegative:
        raise NotDefinedError(f"nothing shows that the base of {of!r} is >= 0")
    if exponent < 0:
        if not a.positive and not a.negative:
            raise NotDefinedError(f"nothing shows that the denominator of {of!r} is not 0")
        return power(_reciprocal(a), -exponent, of)
    n = exponent.numerator
    if max(n, exponent.denominator) > HIGHEST:
        raise NotDefinedError(f"the power {exponent} in {of!r} is too high; it may have {HIGHEST} in it at most")
    whole = _whole(a, n)
    return whole if exponent.denominator == 1 else _root(whole, exponent.denominator)


def _reciprocal(a: Interval) -> Interval:
    if a.negative:
        return negated(_reciprocal(negated(a)))
    assert a.low is not None
    low, low_open = (Fraction(0), True) if a.high is None else (1 / a.high, a.high_open)
    high, high_open = (None, False) if a.low == 0 else (1 / a.low, a.low_open)
    return Interval(low, high, low_open, high_open)


def _whole(a: Interval, n: int) -> Interval:
    """a^n for a whole n >= 0."""
    if n == 0:
        return Interval(Fraction(1), Fraction(1))
    if a.nonnegative or n % 2:
        low = None if a.low is None else a.low**n
        high = None if a.high is None else a.high**n
        return Interval(low, high, a.low_open, a.high_open)
    return _whole(absolute(a), n)


def _root(a: Interval, q: int) -> Interval:
    assert a.low is not None
    low, low_exact = _rational_root(a.low, q, up=False)
    high, high_exact = (None, False) if a.high is None else _rational_root(a.high, q, up=True)
    return Interval(low, high, a.low_open and low_exact, a.high_open and high_exact)


def _rational_root(value: Fraction, q: int, *, up: bool) -> tuple[Fraction, bool]:
    """A rational below or above the root, and whether it is the root itself."""
    if q == 2:
        p, r = isqrt(value.numerator), isqrt(value.denominator)
        if p * p == value.numerator and r * r == value.denominator:
            return Fraction(p, r), True
    if value in (0, 1):
        return value, True
    with ctx.workprec(BITS):
        ball = arb(fmpq(value.numerator, value.denominator)).root(q)
    found = ends_of(ball)
    return (found[1] if up else max(found[0], Fraction(0))), False


def rounded(a: Interval) -> Interval:
    """Long ends rounded outwards: they are then no longer attained ends but bounds."""
    if a.high is not None and _long(a.high):
        end, is_open = _above(a.high)
        a = replace(a, high=end, high_open=is_open)
    if a.low is not None and _long(a.low):
        end, is_open = _above(-a.low)
        a = replace(a, low=None if end is None else -end, low_open=is_open)
    return a


def _long(value: Fraction) -> bool:
    return value.denominator.bit_length() + value.numerator.bit_length() > 2 * LONG


def _above(value: Fraction) -> End:
    """A number of few bits that is no smaller; open if it is larger. None above what is too large."""
    size = value.numerator.bit_length() - value.denominator.bit_length()  # of |value|, to a factor of 2
    if size > FAR:
        return (None, False) if value > 0 else (-(Fraction(2) ** (FAR - 1)), True)
    if size < -FAR:
        return (Fraction(2) ** (1 - FAR), True) if value > 0 else (Fraction(0), True)
    scale = Fraction(2) ** (LONG - size)
    return Fraction((value * scale).__ceil__()) / scale, False


def ends_of(ball: Any) -> tuple[Fraction, Fraction]:
    """Rationals below and above every number of a ball. Raises NotDefinedError if it has none."""
    if not ball.is_finite():  # such as arccos of a ball around a number next to -1
        raise NotDefinedError("nothing shows that a value is a number")
    found = []
    for end in (ball.lower(), ball.upper()):
        mantissa, exponent = map(int, end.mid().man_exp())
        found.append(Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 1 << -exponent))
    return found[0], found[1]
