"""Balls as decimal text that claims nothing it does not know: every printed digit certain, every radius rounded up."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import arb, ctx

Ball = Any  # flint.arb


def enclosure(ball: Ball, digits: int) -> tuple[str, str]:
    """Middle and radius as decimals; the true value lies within, the error of rounding to decimals included."""
    if ball.is_exact() and ball.is_integer():
        return str(int(ball.mid().unique_fmpz())), "0"
    with ctx.workprec(ctx.prec + 4 * digits + 40):
        middle, radius, exponent = (int(x) for x in ball.mid_rad_10exp(digits + 5))
    return plain(middle, exponent), radius_text(radius, exponent)


def plain(mantissa: int, exponent: int) -> str:
    """mantissa 10^exponent without an exponent where that is readable, and without zeros at the end."""
    if exponent >= 0:
        return str(mantissa * 10**exponent)
    sign, text = "-" * (mantissa < 0), str(abs(mantissa)).rjust(1 - exponent, "0")
    whole, rest = text[:exponent], text[exponent:].rstrip("0")
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


def radius_text(radius: int, exponent: int) -> str:
    """radius 10^exponent rounded up to two digits, such as 2.1e-30."""
    if radius == 0:
        return "0"
    cut = max(0, len(str(radius)) - 2)
    radius, exponent = -(-radius // 10**cut), exponent + cut
    text = str(radius)
    tail = text[1:].rstrip("0")
    return f"{text[0]}{'.' * bool(tail)}{tail}e{exponent + len(text) - 1:+03d}"


def certain(ball: Ball, digits: int) -> str:
    """The first digits of a positive number: as many, up to `digits`, as all numbers of the ball share.

    They are cut, not rounded, and end in `...`; digits are shared by all or left out. A ball around a short decimal
    number, such as 1.5, shares few: then its middle is shown to `digits` places, which holds within its radius.
    """
    if ball.is_exact() and ball.is_integer():
        return enclosure(ball, digits)[0]
    with ctx.workprec(ctx.prec + 4 * digits + 40):
        wanted = max(1, min(digits - 1, _places(ball)))
        for places in range(wanted, max(0, wanted - 3), -1):
            text = _floor(ball, places)
            if text is not None:
                return f"{text[:-places]}.{text[-places:]}..."
    return enclosure(ball, digits)[0]


def _places(ball: Ball) -> int:
    """Decimal places that the radius allows."""
    radius = ball.rad()
    return -int(float(radius.log() / arb.const_log10())) if radius > 0 else 10**6


def _floor(ball: Ball, places: int) -> str | None:
    """floor(x 10^places) with at least places + 1 digits, if it is the same for all x in the ball."""
    whole = (ball * arb(10) ** places).floor().unique_fmpz()
    return None if whole is None else str(int(whole)).rjust(places + 1, "0")


def exactly(value: Fraction, digits: int) -> str:
    """A positive rational number: in full if that is a short decimal, else its first digits, cut, and `...`."""
    scaled, rest = divmod(value.numerator * 10**digits, value.denominator)
    text = plain(scaled, -digits)
    return text if not rest else text + "..."
