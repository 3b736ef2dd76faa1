"""An expression cut where it breaks: intervals on which it has neither abs, sign, max nor min, so that it is analytic.

A break is where the argument of abs or sign, or the difference of the arguments of max or min, changes its sign. It
must be a rational number that is found exactly; where signs cannot be decided the expression is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import isqrt

from verify.errors import UserError
from verify.rates.exactly import value_at
from verify.rates.expression import PIECEWISE, Node, binary, constant, contains, function, negative, number, power
from verify.rates.polynomials import at, polynomial, rational_roots

PIECES = 64


@dataclass(frozen=True)
class Piece:
    """`node` is the expression for z between `low` and `high`; None is the end of the range, or infinity."""

    low: Fraction | None
    high: Fraction | None
    node: Node

    def inside(self) -> Fraction:
        """Some point strictly inside."""
        if self.low is None or self.high is None:
            return (self.low + 1 if self.low is not None else Fraction(0)) if self.high is None else self.high - 1
        return (self.low + self.high) / 2


class _CutError(Exception):
    """A break inside the interval that is being looked at."""

    def __init__(self, point: Fraction) -> None:
        super().__init__(point)
        self.point = point


@dataclass(frozen=True)
class _Interval:
    low: Fraction | None
    high: Fraction | None
    square: int | None  # the range is z^2 <= square

    def holds(self, point: Fraction) -> bool:
        return (
            (self.low is None or self.low < point)
            and (self.high is None or point < self.high)
            and (self.square is None or point**2 < self.square)
        )

    def inside(self) -> Fraction:
        """A point of the interval and of the range."""
        edge = None if self.square is None else Fraction(isqrt(self.square * 2**40), 2**20)
        low = self.low if self.low is not None else (None if edge is None else -edge)
        high = self.high if self.high is not None else edge
        return Piece(low, high, number(0)).inside()


def pieces(node: Node, square: int | None) -> tuple[Piece, ...]:
    """The pieces of phi on z^2 <= `square` (on the whole line if None), in ascending order.

    Raises UserError if a break is not a rational number or cannot be found, and if phi jumps.
    """
    found: list[Piece] = []
    waiting: list[tuple[Fraction | None, Fraction | None]] = [(None, None)]
    while waiting:
        low, high = waiting.pop()
        if len(found) + len(waiting) >= PIECES:
            raise UserError(
                f"expected at most {PIECES} pieces", got="more of them", where="PHI", remedy="simplify the expression"
            )
        try:
            found.append(Piece(low, high, _smooth(node, _Interval(low, high, square))))
        except _CutError as cut:
            waiting += [(cut.point, high), (low, cut.point)]
    found = _joined(found)
    if contains(node, ("sign",)):
        _refuse_jumps(found)
    return tuple(found)


def _joined(found: Sequence[Piece]) -> list[Piece]:
    """Neighbours that are the same polynomial become one piece."""
    result: list[Piece] = []
    for piece in found:
        if result:
            before, after = polynomial(result[-1].node), polynomial(piece.node)
            if before is not None and before == after:
                result[-1] = replace(result[-1], high=piece.high)
                continue
        result.append(piece)
    return result


def _smooth(node: Node, where: _Interval) -> Node:
    """The same function on the interval without piecewise operations. Raises _CutError at a break inside."""
    if not node.args:
        return node
    args = tuple(_smooth(a, where) for a in node.args)
    if node.op in PIECEWISE:
        return _branch(node.op, args, where)
    if node.op == "neg":
        return negative(args[0])
    if node.op == "power":
        return power(args[0], number(node.value))
    if len(args) == 2:
        return binary(node.op, *args)
    return function(node.op, args)


def _branch(op: str, args: tuple[Node, ...], where: _Interval) -> Node:
    first = args[0]
    if op == "abs":
        return negative(first) if _sign(first, where) < 0 else first
    if op == "sign":
        return number(_sign(first, where))
    larger = _sign(binary("sub", first, args[1]), where) >= 0
    return first if larger == (op == "max") else args[1]


_ODD = ("tanh", "sinh", "atan", "asinh", "erf")  # of the same sign as their argument
_POSITIVE = ("exp", "cosh", "sigmoid", "softplus", "pi")


def _sign(node: Node, where: _Interval) -> int:
    """-1, 0 or 1 on the whole interval, break points left out. Raises _CutError, or UserError where undecided."""
    poly = polynomial(node)
    if poly is not None:
        return _sign_of_polynomial(poly, where)
    if node.op in _POSITIVE:
        return 1
    if node.op in _ODD or (node.op == "power" and node.value.denominator == 1 and node.value % 2):
        return _sign(node.args[0], where)
    if node.op == "power":
        return 1  # an even power, or a root where it is defined; a zero is an isolated point or refused elsewhere
    if node.op == "neg":
        return -_sign(node.args[0], where)
    if node.op in ("mul", "div"):
        return _sign(node.args[0], where) * _sign(node.args[1], where)
    if node.op in ("add", "sub"):
        return _sign_of_sum(node, where)
    raise _undecided(node)


def _sign_of_polynomial(poly: object, where: _Interval) -> int:
    if poly.degree() < 1:  # type: ignore[attr-defined]
        value = at(poly, Fraction(0))
        return (value > 0) - (value < 0)
    roots, others = rational_roots(poly)
    for root in roots:
        if where.holds(root):
            raise _CutError(root)
    for factor in others:
        for zero, _ in factor.numer().complex_roots():
            if zero.imag.contains(0) and not (where.square is not None and zero.real**2 > where.square):
                raise UserError(
                    "expected breaks of phi at rational numbers",
                    got=f"a break near z = {zero.real.str(8, radius=False)}, where {_in_z(factor)} changes its sign",
                    where="PHI",
                    remedy="round it to a decimal number",
                )
    value = at(poly, where.inside())
    return (value > 0) - (value < 0)


def _sign_of_sum(node: Node, where: _Interval) -> int:
    """exp(g) - 1 has the sign of g; else both parts must agree."""
    left, right = node.args
    if node.op == "sub" and left.op == "exp" and constant(right) == 1:
        return _sign(left.args[0], where)
    if node.op == "sub" and right.op == "exp" and constant(left) == 1:
        return -_sign(right.args[0], where)
    a = _sign(left, where)
    b = _sign(right, where) * (-1 if node.op == "sub" else 1)
    if a * b < 0:
        raise _undecided(node)
    return a or b


def _in_z(poly: object) -> str:
    return str(poly).replace("x", "z")


def _undecided(node: Node) -> UserError:
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


def _refuse_jumps(found: Sequence[Piece]) -> None:
    """Only sign can make phi jump. Raises UserError where it does, or where that cannot be told."""
    for left, right in pairwise(found):
        point = right.low
        assert point is not None
        values = value_at(left.node, point), value_at(right.node, point)
        if None in values or values[0] != values[1]:
            known = None not in values
            raise UserError(
                "expected phi without jumps: its gradient, and so lambda, would be infinite",
                got=f"a jump from {values[0]} to {values[1]} at z = {point}"
                if known
                else f"values on both sides of z = {point} that cannot be shown to agree",
                where="PHI",
                remedy="use abs, max or clip in place of sign",
            )
