"""An expression cut where it breaks: intervals on which it has neither abs, sign, max nor min, so that it is analytic.

A break is where the argument of abs or sign, or the difference of the arguments of max or min, changes its sign (for
sign: vanishes). It must be a rational number that is found exactly; undecided signs are refused (signs.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from verify.errors import UserError
from verify.rates.exactly import at_point, sign_of
from verify.rates.expression import (
    PIECEWISE,
    Node,
    beside,
    binary,
    constant,
    contains,
    function,
    negative,
    number,
    power,
    same,
    short,
)
from verify.rates.rational_polynomials import polynomial
from verify.rates.signs import NOT_NEGATIVE, NOT_POSITIVE, CutError, Interval, signs, undecided

PIECES = 64


@dataclass(frozen=True)
class Piece:
    """`node` is the expression for z between `low` and `high`; None is the end of the range, or infinity."""

    low: Fraction | None
    high: Fraction | None
    node: Node


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
            found.append(Piece(low, high, _smooth(node, Interval(low, high, square))))
        except CutError as cut:
            waiting += [(cut.point, high), (low, cut.point)]
    if contains(node, ("sign",)):
        _refuse_jumps(node, found)
    return tuple(_joined(found))


def _joined(found: Sequence[Piece]) -> list[Piece]:
    """Neighbours that are one expression, or one polynomial, become one piece."""
    result: list[Piece] = []
    for piece in found:
        if result and _alike(result[-1].node, piece.node):
            result[-1] = replace(result[-1], high=piece.high)
        else:
            result.append(piece)
    return result


def _alike(a: Node, b: Node) -> bool:
    poly = polynomial(a)
    return same(a, b) or (poly is not None and poly == polynomial(b))


def _smooth(node: Node, where: Interval) -> Node:
    """The same function on the interval without piecewise operations. Raises CutError at a break inside."""
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


def _branch(op: str, args: tuple[Node, ...], where: Interval) -> Node:
    """One of the branches, beside what it leaves out: phi is defined only where that is, too."""
    first = args[0]
    if op == "sign":
        found = signs(first, where, nonzero=True)
        if len(found) != 1:
            raise undecided(first)
        return beside(number(*found), first)
    difference = first if op == "abs" else binary("sub", first, args[1])
    found = signs(difference, where)
    if not (found <= NOT_NEGATIVE or found <= NOT_POSITIVE):
        raise undecided(difference)
    if op == "abs":
        return first if found <= NOT_NEGATIVE else negative(first)
    chosen, left = args if (found <= NOT_NEGATIVE) == (op == "max") else reversed(args)
    return beside(chosen, left)


def _refuse_jumps(node: Node, found: Sequence[Piece]) -> None:
    """Only sign can make phi jump, or be another value at the break. Raises UserError where it may."""
    for left, right in pairwise(found):
        point = right.low
        assert point is not None
        before, at, after = (at_point(n, point) for n in (left.node, node, right.node))
        if (same(before, at) and same(at, after)) or _signs_hold(node, point):
            continue
        values = [constant(n) for n in (before, at, after)]
        got = f"values on both sides of z = {short(point)} that cannot be shown to agree"
        if None not in values:
            got = f"a jump from {short(values[0])} to {short(values[2])} at z = {short(point)}"
            got += f", where phi is {short(values[1])}" if values[0] == values[2] else ""
        raise UserError(
            "expected phi without jumps: its gradient, and so lambda, would be infinite",
            got=got,
            where="PHI",
            remedy="use abs, max or clip in place of sign",
        )


def _signs_hold(node: Node, point: Fraction) -> bool:
    """Is everything that sign is taken of off 0 at this point, so that phi is continuous there?"""
    if node.op == "sign" and sign_of(at_point(node.args[0], point)) not in (-1, 1):
        return False
    return all(_signs_hold(a, point) for a in node.args)
