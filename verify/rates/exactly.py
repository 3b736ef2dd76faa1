"""An expression at a rational number: what is rational there is computed, what is zero for certain drops out."""

from __future__ import annotations

from fractions import Fraction
from math import isqrt

from flint import arb, ctx

from verify.rates.expression import PIECEWISE, Node, binary, constant, function, negative, number, same
from verify.rates.signs import in_balls

BITS = 256  # of the balls that tell signs of numbers that are not rational


def at_point(node: Node, z: Fraction) -> Node:
    """The value as an expression without z: a number where the laws of its functions make it a rational one.

    Equal values may be written in two ways. Where it is undefined it keeps what is, such as a division by 0.
    """
    if node.op == "z":
        return number(z)
    if not node.args:
        return node
    args = tuple(at_point(a, z) for a in node.args)
    values = [constant(a) for a in args]
    if node.op in PIECEWISE:
        return _piecewise(node.op, args)
    if node.op == "neg":
        return negative(args[0])
    if node.op == "power":
        root = None if values[0] is None else _power(values[0], node.value)
        return Node("power", args, node.value) if root is None else number(root)
    if len(args) == 2:
        vanishes = (node.op == "mul" and 0 in values) or (node.op == "sub" and same(*args))
        if vanishes and all(map(_defined, args)):
            return number(0)
        return Node("div", args) if node.op == "div" and values[1] == 0 else binary(node.op, *args)
    return number(0) if node.op == "log" and values[0] == 1 else function(node.op, args)


def _defined(node: Node) -> bool:
    with ctx.workprec(BITS):
        return bool(in_balls(node, arb(0)).is_finite())


def sign_of(node: Node) -> int | None:
    """The sign of an expression without z, by a ball that excludes 0 if it is not rational; None if that fails."""
    value = constant(node)
    with ctx.workprec(BITS):
        ball = in_balls(node, arb(0)) if value is None else value
        return 1 if ball > 0 else -1 if ball < 0 else None if value is None else 0


def _piecewise(op: str, args: tuple[Node, ...]) -> Node:
    sign = sign_of(args[0] if len(args) == 1 else binary("sub", *args))
    if sign is None:
        return args[0] if op in ("max", "min") and same(*args) else Node(op, args)
    if op == "sign":
        return number(sign)
    if op == "abs":
        return negative(args[0]) if sign < 0 else args[0]
    return args[0] if (sign >= 0) == (op == "max") else args[1]


def _power(base: Fraction, exponent: Fraction) -> Fraction | None:
    if base == 0 and exponent < 0:
        return None
    if exponent.denominator == 1:
        return base ** int(exponent)
    root = square_root(base) if exponent.denominator == 2 else None
    return None if root is None else root**exponent.numerator


def square_root(square: Fraction) -> Fraction | None:
    """The rational root of a rational square, else None."""
    if square < 0:
        return None
    p, q = isqrt(square.numerator), isqrt(square.denominator)
    return Fraction(p, q) if p * p == square.numerator and q * q == square.denominator else None
