"""How fast phi and phi' can grow: bounds for all z >= R, derived step by step from the expression.

For every step f of a program: lines a z + b below and above f, and an envelope |f| <= A z^p e^(q z), as far as they
can be had. What is not known is None, and so is everything that needs it. R >= 1 throughout.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from flint import arb, fmpq, fmpq_poly

from verify.rates.program import Program

Ball = Any  # flint.arb
DEGREE = 64


@dataclass(frozen=True)
class Line:
    """slope z + offset."""

    slope: Ball
    offset: Ball

    def at(self, z: Ball) -> Ball:
        return self.slope * z + self.offset


@dataclass(frozen=True)
class Envelope:
    """|f| <= factor z^power e^(rate z) for z >= R; nothing is negative."""

    factor: Ball
    power: int
    rate: Ball


@dataclass(frozen=True)
class Growth:
    """What is known of one step for z >= R. `poly` if it is a polynomial with rational coefficients.

    `defined`: is it proven to be defined and continuous for all z >= R?
    """

    below: Line | None = None
    above: Line | None = None
    envelope: Envelope | None = None
    poly: Any | None = None
    defined: bool = True


UNKNOWN = Growth(defined=False)


def growth(program: Program, start: int, side: int) -> tuple[Envelope | None, Envelope | None]:
    """Envelopes of phi(side z) and phi'(side z) for z >= start."""
    known: list[Growth] = []
    for op, args, value in program.steps:
        known.append(_step(op, [known[a] for a in args], value, start, side))
    return known[program.value].envelope, known[program.slope].envelope


def _step(op: str, args: list[Growth], value: Fraction, start: int, side: int) -> Growth:
    if op == "number":
        return _polynomial(fmpq_poly([fmpq(value.numerator, value.denominator)]), start)
    if op == "z":
        return _polynomial(fmpq_poly([0, side]), start)
    if op == "pi":
        return _within(arb.pi(), arb.pi())
    if not all(a.defined for a in args):
        return UNKNOWN
    poly = _as_polynomial(op, args, value)
    if poly is not None:
        return _polynomial(poly, start)
    if op in ("add", "sub"):
        return _sum(args[0], args[1] if op == "add" else _negative(args[1]), start)
    if op == "mul":
        return _product(args[0], args[1], start)
    if op == "div":
        inverse = _reciprocal(args[1], start)
        return _product(args[0], inverse, start) if inverse.defined else UNKNOWN
    if op == "neg":
        return _negative(args[0])
    if op == "power":
        return _power(args[0], value, start)
    return _FUNCTIONS[op](args[0], start) if op in _FUNCTIONS else UNKNOWN


def _as_polynomial(op: str, args: list[Growth], value: Fraction) -> Any | None:
    polys: list[Any] = [a.poly for a in args]
    if any(p is None for p in polys):
        return None
    first = polys[0]
    if op == "neg":
        return -first
    if op == "power":
        whole = value.denominator == 1 and 0 < value * max(first.degree(), 1) <= DEGREE
        return first ** int(value) if whole else None
    if op == "mul":
        return first * polys[1] if first.degree() + polys[1].degree() <= DEGREE else None
    if op == "div":
        return first / polys[1][0] if polys[1].degree() == 0 else None
    return first + polys[1] if op == "add" else first - polys[1] if op == "sub" else None


def _polynomial(poly: Any, start: int) -> Growth:
    """Lines from the Taylor shift p(R + x), x >= 0; the envelope from the sizes of the coefficients."""
    size = sum((abs(arb(c)) for c in poly.coeffs()), arb(0))
    envelope = Envelope(size, max(poly.degree(), 0), arb(0))
    shifted = [arb(c) for c in poly(fmpq_poly([start, 1])).coeffs()] + [arb(0), arb(0)]
    line = Line(shifted[1], shifted[0] - shifted[1] * start)
    above = line if all(c <= 0 for c in shifted[2:]) else None
    below = line if all(c >= 0 for c in shifted[2:]) else None
    return Growth(below, above, envelope, poly)


def _within(low: Ball, high: Ball) -> Growth:
    """Constant bounds."""
    zero = arb(0)
    return Growth(Line(zero, low), Line(zero, high), Envelope(abs(low).max(abs(high)), 0, zero))


def _flat_below(a: Growth, start: int) -> Ball | None:
    """A constant below f, from a line that does not fall."""
    return a.below.at(arb(start)) if a.below is not None and a.below.slope >= 0 else None


def _flat_above(a: Growth, start: int) -> Ball | None:
    return a.above.at(arb(start)) if a.above is not None and a.above.slope <= 0 else None


def _sum(a: Growth, b: Growth, start: int) -> Growth:
    envelope = None
    if a.envelope is not None and b.envelope is not None:
        envelope = Envelope(
            a.envelope.factor + b.envelope.factor,
            max(a.envelope.power, b.envelope.power),
            a.envelope.rate.max(b.envelope.rate),
        )
    return _with_lines(Growth(_added(a.below, b.below), _added(a.above, b.above), envelope))


def _added(a: Line | None, b: Line | None) -> Line | None:
    return None if a is None or b is None else Line(a.slope + b.slope, a.offset + b.offset)


def _with_lines(a: Growth) -> Growth:
    """An envelope from lines where there is none."""
    if a.envelope is not None or a.below is None or a.above is None:
        return a
    slope = abs(a.below.slope).max(abs(a.above.slope))
    offset = abs(a.below.offset).max(abs(a.above.offset))
    return Growth(a.below, a.above, Envelope(slope + offset, 1, arb(0)), a.poly)


def _negative(a: Growth) -> Growth:
    def turned(line: Line | None) -> Line | None:
        return None if line is None else Line(-line.slope, -line.offset)

    return Growth(turned(a.above), turned(a.below), a.envelope)


def _product(a: Growth, b: Growth, start: int) -> Growth:
    envelope = None
    if a.envelope is not None and b.envelope is not None:
        envelope = Envelope(
            a.envelope.factor * b.envelope.factor,
            a.envelope.power + b.envelope.power,
            a.envelope.rate + b.envelope.rate,
        )
    low_a, high_a = _flat_below(a, start), _flat_above(a, start)
    low_b, high_b = _flat_below(b, start), _flat_above(b, start)
    if low_a is not None and high_a is not None and low_b is not None and high_b is not None:
        low = high = low_a * low_b
        for corner in (low_a * high_b, high_a * low_b, high_a * high_b):
            low, high = low.min(corner), high.max(corner)
        return _within(low, high)
    for number, other in ((a, b), (b, a)):
        if number.poly is not None and number.poly.degree() <= 0:
            factor = arb(number.poly[0])
            below, above = _scaled(other.below, factor), _scaled(other.above, factor)
            return Growth(below, above, envelope) if factor >= 0 else Growth(above, below, envelope)
    if low_a is not None and low_b is not None and low_a >= 0 and low_b >= 0:
        return Growth(Line(arb(0), low_a * low_b), None, envelope)
    return Growth(None, None, envelope)


def _scaled(line: Line | None, factor: Ball) -> Line | None:
    return None if line is None else Line(line.slope * factor, line.offset * factor)


def _reciprocal(a: Growth, start: int) -> Growth:
    low, high = _flat_below(a, start), _flat_above(a, start)
    if low is not None and low > 0:
        return _within(arb(0), 1 / low)
    if high is not None and high < 0:
        return _within(1 / high, arb(0))
    return UNKNOWN


def _power(a: Growth, exponent: Fraction, start: int) -> Growth:
    if exponent < 0:
        positive = _power(a, -exponent, start)
        return _reciprocal(positive, start) if positive.defined else UNKNOWN
    low, high = _flat_below(a, start), _flat_above(a, start)
    whole = exponent.denominator == 1
    if not whole and (low is None or not low > 0):
        return UNKNOWN
    envelope = None
    if a.envelope is not None:
        e = arb(fmpq(exponent.numerator, exponent.denominator))
        factor = (1 + a.envelope.factor) ** e  # at least 1, so that no power of a ball around 0 is taken
        envelope = Envelope(
            factor, -(-a.envelope.power * exponent.numerator // exponent.denominator), a.envelope.rate * e
        )
    even = whole and exponent % 2 == 0
    if low is not None and low > 0:
        e = arb(fmpq(exponent.numerator, exponent.denominator))
        floor = low**e
        above = Line(arb(0), high**e) if high is not None and high > 0 else None
        return Growth(Line(arb(0), floor), above, envelope)
    if even and low is not None and high is not None:
        top = abs(low).max(abs(high))
        return _within(arb(0), top ** int(exponent))
    return Growth(Line(arb(0), arb(0)) if even else None, None, envelope)


def _exp(a: Growth, start: int) -> Growth:
    if a.above is None:
        return Growth(Line(arb(0), arb(0)))
    high = _flat_above(a, start)
    if high is not None:
        low = _flat_below(a, start)
        return _within(arb(0) if low is None else low.exp(), high.exp())
    rate = a.above.slope.max(arb(0))
    low = _flat_below(a, start)
    floor = Line(arb(0), arb(0) if low is None else low.exp())
    return Growth(floor, None, Envelope(a.above.offset.exp(), 0, rate))


def _sinh(a: Growth, start: int) -> Growth:
    """|sinh f| is at most e^f + e^-f, and so is cosh f, which is at least 1."""
    both = _sum(_exp(a, start), _exp(_negative(a), start), start)
    return Growth(None, None, both.envelope)


def _cosh(a: Growth, start: int) -> Growth:
    return Growth(Line(arb(0), arb(1)), None, _sinh(a, start).envelope)


def _log(a: Growth, start: int) -> Growth:
    low = _flat_below(a, start)
    if low is None or not low > 0:
        return UNKNOWN
    if a.envelope is None:
        return Growth(Line(arb(0), low.log()))
    # log z <= z/2
    above = Line(a.envelope.rate + arb(a.envelope.power) / 2, (1 + a.envelope.factor).log())
    return _with_lines(Growth(Line(arb(0), low.log()), above))


def _softplus(a: Growth, start: int) -> Growth:
    """Between 0 and max(f, 0) + log 2."""
    floor = Line(arb(0), arb(0))
    if a.above is None:
        return Growth(floor)
    high = _flat_above(a, start)
    if high is not None:
        return _within(arb(0), high.max(arb(0)) + arb.const_log2())
    above = Line(a.above.slope.max(arb(0)), a.above.offset.max(arb(0)) + arb.const_log2())
    return _with_lines(Growth(floor, above))


def _asinh(a: Growth, start: int) -> Growth:
    return Growth(None, None, a.envelope)


def _bounded(low: int, high: int) -> Callable[[Growth, int], Growth]:
    return lambda a, start: _within(arb(low), arb(high))


_FUNCTIONS: dict[str, Callable[[Growth, int], Growth]] = {
    "exp": _exp,
    "log": _log,
    "sinh": _sinh,
    "cosh": _cosh,
    "softplus": _softplus,
    "asinh": _asinh,
    "sin": _bounded(-1, 1),
    "cos": _bounded(-1, 1),
    "tanh": _bounded(-1, 1),
    "sech2": _bounded(0, 1),
    "atan": _bounded(-2, 2),
    "erf": _bounded(-1, 1),
    "bell": _bounded(0, 2),
    "sigmoid": _bounded(0, 1),
}


def gaussian_tail(bound: Envelope, degree: int, start: int) -> Ball | None:
    """A bound on E[|f(Z)|^degree; Z >= start], Z ~ N(0, 1), for |f| under an envelope; None if start is too small.

    The logarithm of h(z) = z^P e^(Q z - z^2/2) has slope at most -s = P/R + Q - R beyond R, so int h <= h(R)/s.
    """
    power, rate, r = degree * bound.power, degree * bound.rate, arb(start)
    fall = r - rate - arb(power) / r
    if not fall > arb(1) / 2:
        return None
    top = bound.factor**degree * r**power * (rate * r - r * r / 2).exp()
    return (top / fall / (2 * arb.pi()).sqrt()).abs_upper()
