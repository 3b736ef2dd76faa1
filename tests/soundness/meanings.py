"""The table of meanings: what each node is worth at the corners of its domain, for every interpreter.

`docs/semantics.md` shows it (`python -m tests.soundness.meanings` prints what stands there), and `test_meanings.py`
runs every interpreter against it. A value is a rational, or a float for what is transcendental; None: there is none.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import theory as c
import theory as s
from theory.terms import Special, Term

Value = Fraction | float | None
a, y, t = c.real("a"), c.real("y"), c.real("t")
HALF, THIRD, THREE_HALVES = Fraction(1, 2), Fraction(1, 3), Fraction(3, 2)
POINT = (-(t**2)) ** THREE_HALVES  # defined at t = 0 alone
CONSTANT = c.define("c", (y,), 7 + 0 * y)
ROOT = c.define("r", (y,), c.sqrt(y))


@dataclass(frozen=True)
class Meaning:
    """A term in the real symbol a, as a reader writes it, and its value at each a."""

    written: str
    term: Term
    values: Mapping[Fraction, Value]


def at(zero: object, one: object, minus: object, half: object) -> dict[Fraction, Value]:
    """Values at a = 0, 1, -1 and 1/2."""
    places = (Fraction(0), Fraction(1), Fraction(-1), HALF)
    given = (zero, one, minus, half)
    return {p: Fraction(v) if isinstance(v, int | Fraction) else v for p, v in zip(places, given, strict=True)}  # type: ignore[misc]


R2, R8 = math.sqrt(0.5), 0.5 ** (1 / 3)

ALGEBRA = (
    Meaning("a^0", a**0, at(1, 1, 1, 1)),
    Meaning("a^1", a**1, at(0, 1, -1, HALF)),
    Meaning("a^2", a**2, at(0, 1, 1, HALF**2)),
    Meaning("a^3", a**3, at(0, 1, -1, HALF**3)),
    Meaning("a^-1", a**-1, at(None, 1, -1, 2)),
    Meaning("a^-2", a**-2, at(None, 1, 1, 4)),
    Meaning("a^(1/2)", a**HALF, at(0, 1, None, R2)),
    Meaning("a^(-1/2)", a**-HALF, at(None, 1, None, 1 / R2)),
    Meaning("a^(3/2)", a ** Fraction(3, 2), at(0, 1, None, R2**3)),
    Meaning("a^(1/3)", a**THIRD, at(0, 1, None, R8)),
    Meaning("a^(2/3)", a ** Fraction(2, 3), at(0, 1, None, R8**2)),
    Meaning("(a^(1/2))^2", (a**HALF) ** 2, at(0, 1, None, HALF)),
    Meaning("(a^(1/2))^0", (a**HALF) ** 0, at(1, 1, None, 1)),
    Meaning("(a^2)^(1/2)", (a**2) ** HALF, at(0, 1, 1, HALF)),
    Meaning("1/(1/a)", 1 / (1 / a), at(None, 1, -1, HALF)),
    Meaning("(1/a)^0", (1 / a) ** 0, at(None, 1, 1, 1)),
    Meaning("(a - a)^0", (a - a) ** 0, at(1, 1, 1, 1)),
    Meaning("0 (1/a)", 0 * (1 / a), at(None, 0, 0, 0)),
    Meaning("a/a", a / a, at(None, 1, 1, 1)),
    Meaning("|a|", abs(a), at(0, 1, 1, HALF)),
    Meaning("|a|/a", abs(a) / a, at(None, 1, -1, 1)),
    Meaning("|a|^-1", abs(a) ** -1, at(None, 1, 1, 2)),
    Meaning("c(1/a), c(y) := 7 + 0 y", CONSTANT(1 / a), at(None, 7, 7, 7)),
    Meaning("r(a)^2, r(y) := y^(1/2)", ROOT(a) ** 2, at(0, 1, None, HALF)),
)

SLOPES = (
    Meaning("the slope of 3 at 1/a", c.derivative(c.number(3), t, at=1 / a), at(None, 0, 0, 0)),
    Meaning("the slope of t at 1/a", c.derivative(t, t, at=1 / a), at(None, 1, 1, 1)),
    Meaning("the slope of t^2 at a", c.derivative(t**2, t, at=a), at(0, 2, -2, 1)),
    Meaning("the slope of t^0 at a", c.derivative(t**0, t, at=a), at(0, 0, 0, 0)),
    Meaning("the slope of 1/t at a", c.derivative(1 / t, t, at=a), at(None, -1, -1, -4)),
    Meaning("the slope of |t| at a", c.derivative(abs(t), t, at=a), at(None, 1, -1, 1)),
    Meaning("the slope of t^(1/2) at a", c.derivative(t**HALF, t, at=a), at(None, HALF, None, 0.5 / R2)),
    Meaning(
        "the slope of t^(3/2) at a", c.derivative(t**THREE_HALVES, t, at=a), at(None, THREE_HALVES, None, 1.5 * R2)
    ),
    Meaning("the slope of t + (-t^2)^(3/2) at a", c.derivative(t + POINT, t, at=a), at(None, None, None, None)),
)

ONE = c.number(1)
S = a * (c.ones(2) @ c.ones(3).T)


def _summed(matrix: Term) -> Term:
    return c.ones(matrix.rows).T @ matrix @ c.ones(matrix.columns)


MATRICES = (
    Meaning("(a^2 I_2)^-1, first entry", c.trace(c.inverse(a**2 * c.eye(2))) / 2, at(None, 1, 1, 4)),
    Meaning("(a 1_2 1_2')^-1", c.trace(c.inverse(a * (c.ones(2) @ c.ones(2).T))), at(None, None, None, None)),
    Meaning("det(a 1_2 1_2')", c.det(a * (c.ones(2) @ c.ones(2).T)), at(0, 0, 0, 0)),
    Meaning("det(a I_2)^-1", c.det(a * c.eye(2)) ** -1, at(None, 1, 1, 4)),
    Meaning("det(-a I_3)", c.det(-a * c.eye(3)), at(0, -1, 1, -(HALF**3))),
    Meaning("the slope of det(t I_2) at a", c.derivative(c.det(t * c.eye(2)), t, at=a), at(0, 2, -2, 1)),
    Meaning("lambda_max(a 1_2 1_2')", c.largest_eigenvalue(a * (c.ones(2) @ c.ones(2).T)), at(0, 2, 0, 1)),
    Meaning("lambda_max(a I_2)", c.largest_eigenvalue(a * c.eye(2)), at(0, 1, -1, HALF)),
    Meaning("det [a, 1; 1, a]", c.det(c.blocks([[a, ONE], [ONE, a]])), at(-1, 0, 0, -3 * HALF**2)),
    Meaning("1'[a, 1; 1, 0]^-1 1", _summed(c.inverse(c.blocks([[a, ONE], [ONE, 0]]))), at(2, 1, 3, THREE_HALVES)),
    Meaning("1'[a, 1; 1, 1/a]^-1 1", _summed(c.inverse(c.blocks([[a, ONE], [ONE, 2 / a]]))), at(None, 1, -5, 5 * HALF)),
    Meaning("a, squared three times", c.iterate(y**2, y, a, 3), at(0, 1, 1, HALF**8)),
    Meaning("a, its root taken twice", c.iterate(y**HALF, y, a, 2), at(0, 1, None, 0.5**0.25)),
    Meaning("a, no step taken of 1/y", c.iterate(1 / y, y, a, 0), at(0, 1, -1, HALF)),
    Meaning("1'(I_2 (x) a 1_2 1_2')1", _summed(c.kron(c.eye(2), a * c.ones(2) @ c.ones(2).T)), at(0, 8, -8, 4)),
    Meaning("|vec(a 1_2 1_3')|^2", c.vec(S).T @ c.vec(S), at(0, 6, 6, THREE_HALVES)),
    Meaning("lambda_min(-a I_2)^-1", c.smallest_eigenvalue(-a * c.eye(2)) ** -1, at(None, -1, 1, -2)),
    Meaning("1_1", c.ones(1) * a**0, at(1, 1, 1, 1)),
    Meaning("a o a", c.hadamard(a, a), at(0, 1, 1, HALF**2)),
    Meaning("Diag(a)", c.diag(a), at(0, 1, -1, HALF)),
    Meaning("|a 1_2|", c.norm(a * c.ones(2)), at(0, math.sqrt(2), math.sqrt(2), R2)),
)

EXPONENTIALS = (
    Meaning("exp(a)", s.exp(a), at(1, math.e, 1 / math.e, math.exp(0.5))),
    Meaning("log(a)", s.log(a), at(None, 0, None, math.log(0.5))),
    Meaning("the slope of log at a", c.derivative(s.log(t), t, at=a), at(None, 1, None, 2)),
    Meaning("exp(log(a))", s.exp(s.log(a)), at(None, 1, None, HALF)),
    Meaning("log(a^2)", s.log(a**2), at(None, 0, 0, 2 * math.log(0.5))),
)

ANALYSIS = (
    Meaning("sin(a)", s.sin(a), at(0, math.sin(1), -math.sin(1), math.sin(0.5))),
    Meaning("arccos(a)", s.arccos(a), at(math.pi / 2, 0, math.pi, math.pi / 3)),
    Meaning("arccos(2 a)", s.arccos(2 * a), at(math.pi / 2, None, None, 0)),
    Meaning("Gamma(a)", Special("Gamma", (a,)), at(None, 1, None, math.sqrt(math.pi))),
    Meaning("pow(a, 2)", Special("pow", (a, c.number(2))), at(None, 1, None, HALF**2)),
    Meaning("the integral of t from 0 to a", s.integral(t, t, 0, a), at(0, HALF, HALF, Fraction(1, 8))),
    Meaning("the integral of 1/t from a to 1", s.integral(1 / t, t, a, 1), at(None, 0, None, math.log(2))),
    Meaning("the slope of arccos at a", c.derivative(s.arccos(t), t, at=a), at(-1, None, None, -1 / math.sqrt(0.75))),
)

TABLE = (*ALGEBRA, *SLOPES, *EXPONENTIALS, *MATRICES, *ANALYSIS)


def _shown(value: Value) -> str:
    if value is None:
        return "none"
    return str(value) if isinstance(value, Fraction) else f"{value:.6g}"


def markdown() -> str:
    """The table as the page shows it."""
    lines = ["| term | a = 0 | a = 1 | a = -1 | a = 1/2 |", "|---|---|---|---|---|"]
    for row in TABLE:
        written = row.written.replace("|", "\\|")
        lines.append(f"| `{written}` | " + " | ".join(_shown(v) for v in row.values.values()) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(markdown())
