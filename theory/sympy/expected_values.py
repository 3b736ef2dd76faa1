"""E over a random column, as a SymPy expression. It is never carried out, and its derivatives stay derivatives."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.sympy.sympy_nodes import Opaque, bare_tex, under
from theory.terms import CalculusError, Property


class _Mean:
    """What both expectations are: a body, and the column that is bound in it."""

    def __new__(cls, body: Any, over: Any) -> Any:
        return sp.Basic.__new__(cls, body, over)

    def _eval_subs(self, old: Any, new: Any) -> Any:
        return under(self, self.args[1], old, new)  # type: ignore[attr-defined]

    def _latex(self, printer: Any) -> str:
        body, over = self.args  # type: ignore[attr-defined]
        return rf"\mathbb{{E}}_{{{printer._print(over)}}}\left[{bare_tex(body, printer)}\right]"

    def _sympystr(self, printer: Any) -> str:
        body, over = self.args  # type: ignore[attr-defined]
        return f"E({printer._print(body)}, {printer._print(over)})"


class Expectation(_Mean, sp.Expr):  # type: ignore[misc]
    """E over a random column, of a scalar; made by `E`."""

    is_commutative = True
    is_real = True

    def _eval_derivative(self, symbol: Any) -> Any:
        return sp.Derivative(self, symbol)


class MatrixExpectation(_Mean, Opaque):
    """E over a random column, of a column or matrix, entry by entry; made by `E`."""

    @property
    def shape(self) -> Any:
        return self.args[0].shape


def E(body: Any, over: Any = None) -> Any:  # noqa: N802 - the field's notation
    """The expectation of a SymPy scalar or matrix expression over a column that is declared random.

    `over` may be left out where exactly one such column occurs. Raises CalculusError for what is no column.
    """
    body = sp.sympify(body, strict=True)
    if over is None:
        random = sorted(
            (s for s in body.free_symbols if Property.RANDOM in getattr(s, "properties", ())), key=lambda s: str(s.name)
        )
        if len(random) != 1:
            names = ", ".join(s.name for s in random) or "none"
            raise CalculusError(
                f"E(...) needs exactly one random column in its body, found {names} in {body}. "
                "Remedy: E(body, x), and x = declare({x: random})."
            )
        over = random[0]
    if not isinstance(over, sp.MatrixSymbol) or over.shape[1] != 1:
        raise CalculusError(
            f"an expectation is taken over a random column; got {over}. "
            'Remedy: x = declare({sympy.MatrixSymbol("x", d, 1): random}).'
        )
    return (MatrixExpectation if body.is_Matrix else Expectation)(body, over)
