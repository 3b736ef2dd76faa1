"""The sign of an expression on an open interval, from an argument about the whole interval, never read at a point.

A sign is the set of the signs that the expression may have there: {1} above 0, {0, 1} never below, {0} zero throughout.
Wanted `nonzero`, zeros inside that change no sign are breaks too, as they are for the function sign.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any

from flint import arb, ctx, fmpq, fmpq_poly

from verify.errors import UserError
from verify.rates.elementary import FUNCTIONS
from verify.rates.expression import Node, constant, contains, same, too_large
from verify.rates.rational_polynomials import at, polynomial, zero_of

Ball = Any  # flint.arb
Signs = frozenset[int]
ZERO, POSITIVE, NOT_NEGATIVE, NOT_POSITIVE = frozenset({0}), frozenset({1}), frozenset({0, 1}), frozenset({-1, 0})
BITS = (128, 1024)  # of the balls around constants
LARGEST = 400_000  # bits of a polynomial that is factored: tenths of a second

_ODD = ("tanh", "sinh", "atan", "asinh", "erf")  # of the same sign as their argument
_ABOVE_ZERO = ("exp", "cosh", "sigmoid", "softplus")


class CutError(Exception):
    """A break inside the interval that is being looked at."""

    def __init__(self, point: Fraction) -> None:
        super().__init__(point)
        self.point = point


@dataclass(frozen=True)
class Interval:
    """The z between `low` and `high` (None: no end) with z^2 < `square` (None: any)."""

    low: Fraction | None
    high: Fraction | None
    square: int | None

    def holds(self, point: Fraction) -> bool:
        return (
            (self.low is None or self.low < point)
            and (self.high is None or point < self.high)
            and (self.square is None or point**2 < self.square)
        )

    def may_hold(self, place: Ball) -> bool:
        """False only where all of the ball lies outside."""
        return not (
            (self.low is not None and place < _ball(self.low))
            or (self.high is not None and place > _ball(self.high))
            or (self.square is not None and place**2 > self.square)
        )

    def inside(self) -> Fraction:
        """Some point of the interval, which must not be empty."""
        low, high, bits = self.low, self.high, 20
        while self.square is not None:
            edge = Fraction(isqrt(self.square << 2 * bits), 2**bits)  # at most sqrt(square)
            low, high = (-edge if self.low is None else self.low), (edge if self.high is None else self.high)
            if low < high:
                break
            bits = 2 * bits
        if low is None or high is None:
            return (low + 1 if low is not None else Fraction(0)) if high is None else high - 1
        return (low + high) / 2


def signs(node: Node, where: Interval, *, nonzero: bool = False) -> Signs:
    """The signs that `node` may have where it is defined. Raises CutError at a break, UserError where undecided."""
    poly = polynomial(node)
    if poly is not None:
        return _of_polynomial(poly, where, nonzero)
    known = None if contains(node, ("z",)) else _of_constant(node)
    if known is not None:
        return known
    if node.op in _ABOVE_ZERO:
        return POSITIVE
    if node.op == "power":
        return _of_power(node, where, nonzero)
    if node.op in ("add", "sub"):
        return _of_sum(node, where, nonzero)
    if node.op in ("mul", "div"):
        a, b = (signs(x, where, nonzero=nonzero) for x in node.args)
        return frozenset(x * y for x in a for y in (b if node.op == "mul" else b - ZERO))
    if node.op == "neg":
        return _turned(signs(node.args[0], where, nonzero=nonzero))
    if node.op in _ODD:
        return signs(node.args[0], where, nonzero=nonzero)
    raise undecided(node)


def _turned(found: Signs) -> Signs:
    return frozenset(-s for s in found)


def _of_polynomial(poly: Any, where: Interval, nonzero: bool) -> Signs:
    """Factors without a zero inside have one sign there, which any point tells; even powers of others have 0 and 1."""
    bits = max((int(c).bit_length() for c in poly.numer().coeffs()), default=0)
    if bits * poly.degree() > LARGEST:
        raise too_large(f"the zeros of a polynomial of degree {poly.degree()} with coefficients of {bits} bits")
    content, factors = poly.factor()
    sign, zeros, point = (content > 0) - (content < 0), False, where.inside()
    for factor, times in factors:
        if not _vanishes(factor, where, breaks=nonzero or times % 2 == 1):
            value = at(factor, point)
            sign *= ((value > 0) - (value < 0)) ** times
        else:
            zeros = True
    return frozenset({sign, 0} if zeros else {sign})


def _vanishes(factor: Any, where: Interval, breaks: bool) -> bool:
    """Has an irreducible polynomial a zero inside? If that is a break, raises CutError or, if irrational, UserError."""
    if factor.degree() == 1:
        root = zero_of(factor)
        if breaks and where.holds(root):
            raise CutError(root)
        return where.holds(root)
    if where.square is not None and factor == fmpq_poly([-where.square, 0, 1]):
        return False  # it vanishes at both ends of the range
    for zero, _ in factor.numer().complex_roots():
        if zero.imag.contains(0) and where.may_hold(zero.real):
            if breaks:
                raise UserError(
                    "expected breaks of phi at rational numbers",
                    got=f"a break near z = {zero.real.str(8, radius=False)}, where "
                    f"{str(factor).replace('x', 'z')[:60]} vanishes",
                    where="PHI",
                    remedy="round it to a decimal number",
                )
            return True
    return False


def _of_constant(node: Node) -> Signs | None:
    """By a ball that excludes 0; None if there is none."""
    for bits in BITS:
        with ctx.workprec(bits):
            value = in_balls(node, arb(0))
            if value > 0 or value < 0:
                return POSITIVE if value > 0 else frozenset({-1})
    return None


def _of_power(node: Node, where: Interval, nonzero: bool) -> Signs:
    base, exponent = node.args[0], node.value
    even = exponent % 2 == 0
    if exponent < 0 and (even or exponent.denominator > 1):
        return POSITIVE  # where it is defined
    if not nonzero and (even or exponent.denominator > 1):
        return NOT_NEGATIVE
    found = signs(base, where, nonzero=nonzero)
    if exponent < 0:
        found -= ZERO
    return frozenset(s * s for s in found) if even else found & NOT_NEGATIVE if exponent.denominator > 1 else found


def _of_sum(node: Node, where: Interval, nonzero: bool) -> Signs:
    """exp(g) - 1 has the sign of g; a difference of equal terms vanishes; else both parts must agree."""
    left, right = node.args
    if node.op == "sub":
        if same(left, right):
            return ZERO
        if left.op == "exp" and constant(right) == 1:
            return signs(left.args[0], where, nonzero=nonzero)
        if right.op == "exp" and constant(left) == 1:
            return _turned(signs(right.args[0], where, nonzero=nonzero))
    a, b = (signs(x, where, nonzero=nonzero) for x in node.args)
    if node.op == "sub":
        b = _turned(b)
    if {-1, 1} <= a | b:
        raise undecided(node)
    return (a | b) - ZERO if a == a - ZERO or b == b - ZERO else a | b


def undecided(node: Node) -> UserError:
    if node.op in ("add", "sub", "pi"):
        got = "a kink at a place that is not a rational number, or that cannot be found"
        remedy = "round it: such as 3.1416 for pi; what changes its sign should be a polynomial with rational zeros"
    else:
        got = f"{node.op}(...), of undecided sign, so that the kink cannot be found"
        remedy = "use polynomials with rational zeros there, such as max(z - 2, 0)"
    return UserError(
        "expected abs, sign, max, min and clip of expressions whose changes of sign can be found",
        got=got,
        where="PHI",
        remedy=remedy,
    )


def in_balls(node: Node, z: Ball) -> Ball:
    """The value on a ball of real numbers, piecewise operations included; not finite where it may be undefined."""
    if node.op == "number":
        return _ball(node.value)
    if node.op in ("z", "pi"):
        return z if node.op == "z" else arb.pi()
    values = [in_balls(a, z) for a in node.args]
    if node.op in _PIECEWISE:
        return _PIECEWISE[node.op](*values) if all(v.is_finite() for v in values) else arb.nan()
    if len(values) == 2:
        a, b = values
        return {"add": a.__add__, "sub": a.__sub__, "mul": a.__mul__, "div": a.__truediv__}[node.op](b)
    return FUNCTIONS[node.op](values[0], node.value)


_PIECEWISE: dict[str, Callable[..., Ball]] = {
    "abs": abs,
    "sign": lambda a: a.sgn(),
    "max": lambda a, b: a.max(b),
    "min": lambda a, b: a.min(b),
}


def _ball(q: Fraction) -> Ball:
    return arb(fmpq(q.numerator, q.denominator))
