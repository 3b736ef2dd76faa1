"""The value of an expression at a rational number, where the laws of its functions make it a rational number too."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isqrt

from verify.rates.expression import AT_ZERO, Node


def value_at(node: Node, z: Fraction) -> Fraction | None:
    """The exact value where it is known to be a rational number, else None."""
    if node.op == "z":
        return z
    if node.op == "number":
        return node.value
    values = [value_at(a, z) for a in node.args]
    if not values or None in values:
        return None
    first = values[0]
    assert first is not None
    if len(values) == 2:
        second = values[1]
        assert second is not None
        return _binary(node.op, first, second)
    if node.op in _ONE:
        return _ONE[node.op](first)
    if node.op == "power":
        return _power(first, node.value)
    if node.op == "log":
        return Fraction(0) if first == 1 else None
    return AT_ZERO.get(node.op) if first == 0 else None


_ONE: dict[str, Callable[[Fraction], Fraction]] = {
    "neg": lambda a: -a,
    "abs": abs,
    "sign": lambda a: Fraction((a > 0) - (a < 0)),
}
_TWO: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "max": max,
    "min": min,
}


def _binary(op: str, a: Fraction, b: Fraction) -> Fraction | None:
    if op == "div":
        return a / b if b else None
    return _TWO[op](a, b) if op in _TWO else None


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
