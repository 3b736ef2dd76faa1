"""Which expressions are polynomials with rational coefficients, and their rational zeros: exact, by FLINT."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from flint import fmpq, fmpq_poly

from verify.rates.expression import Node

DEGREE = 64


def polynomial(node: Node) -> Any | None:
    """The fmpq_poly that a tree is, or None if it is something else (or of a degree above DEGREE)."""
    if node.op == "number":
        return fmpq_poly([fmpq(node.value.numerator, node.value.denominator)])
    if node.op == "z":
        return fmpq_poly([0, 1])
    if node.op not in ("neg", "add", "sub", "mul", "div", "power"):
        return None
    parts: list[Any] = [polynomial(a) for a in node.args]
    if any(p is None for p in parts):
        return None
    first = parts[0]
    if node.op == "neg":
        return -first
    if node.op == "power":
        whole = node.value.denominator == 1 and 0 < node.value * max(first.degree(), 1) <= DEGREE
        return first ** int(node.value) if whole else None
    second = parts[1]
    if node.op == "div":
        return first / second[0] if second.degree() == 0 else None
    if node.op == "mul":
        return first * second if first.degree() + second.degree() <= DEGREE else None
    return first + second if node.op == "add" else first - second


def rational_zeros(poly: Any) -> list[Fraction]:
    """The rational zeros of any order."""
    return [zero_of(factor) for factor, _ in poly.factor()[1] if factor.degree() == 1]


def zero_of(linear: Any) -> Fraction:
    root = -linear[0] / linear[1]
    return Fraction(int(root.p), int(root.q))


def at(poly: Any, z: Fraction) -> Fraction:
    """The value of a polynomial at a rational number."""
    value = poly(fmpq(z.numerator, z.denominator))
    return Fraction(int(value.p), int(value.q))
