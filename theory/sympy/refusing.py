"""What the calculus has no word for, by the name that SymPy gives it, with the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp
from sympy.matrices.expressions.diagonal import DiagonalMatrix, DiagonalOf

from theory.terms import CalculusError

_EVALUATED = (
    "SymPy may have decided it already, and a relation is no term. Remedy: sympy.Eq(left, right, evaluate=False) as a "
    "claim, or the two sides to Identity or Bound."
)
WHY: Mapping[type, str] = {
    sp.core.relational.Relational: _EVALUATED,
    sp.logic.boolalg.BooleanAtom: _EVALUATED,
    sp.Float: "a float is not exact. Remedy: sympy.Rational(1, 2) for 0.5.",
    type(sp.I): "the calculus is real. Remedy: real and imaginary parts, each with a symbol of its own.",
    type(sp.zoo): "it is no number: SymPy divided by 0.",
    type(sp.nan): "it is no number: SymPy divided by 0.",
    sp.Adjoint: "the calculus is real. Remedy: A.T for A.H; Abs((x.T*w)[0, 0]) for Abs(x.T*w).",
    DiagonalOf: "the calculus has no word for the diagonal of a matrix. Remedy: DiagMatrix(v) of a column v.",
    DiagonalMatrix: "the calculus has no word for the diagonal of a matrix. Remedy: DiagMatrix(v) of a column v.",
    sp.matrices.MatrixBase: "its entries are written out. Remedy: a MatrixSymbol of a symbolic size.",
    sp.Piecewise: "the calculus has no cases. Remedy: Max(0, z) for relu; a theorem for each case.",
    sp.Max: "the calculus knows Max(0, z) alone, which is relu. Remedy: (a + b + Abs(a - b))/2 for Max(a, b).",
    sp.Min: "the calculus has no word for it. Remedy: (a + b - Abs(a - b))/2 for Min(a, b).",
    sp.sign: "the calculus has no word for it. Remedy: z/Abs(z) for z not 0.",
}


def refused(expression: Any, why: str = "") -> CalculusError:
    """The error that names what is not read, and says why."""
    if not why:
        why = next((WHY[kind] for kind in type(expression).__mro__ if kind in WHY), "")
    if not why:
        why = (
            "the calculus knows rationals, real symbols, sums, products, rational powers, Abs, named functions of "
            "numbers, functions of a number or a column, and matrix expressions. Remedy: write it with these, or with "
            "the constructors of theory."
        )
    return CalculusError(
        f"cannot read the SymPy expression {str(expression)[:200]} ({type(expression).__name__}): {why}"
    )
