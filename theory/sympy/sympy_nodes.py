"""What SymPy has no class for: a 1 x 1 matrix as its entry, matrices that are not written out."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixElement, MatrixExpr

from theory.terms import CalculusError


class Entry(sp.Trace):  # type: ignore[misc]
    """The only entry of a 1 x 1 matrix, such as x'w: its trace, written as the matrix itself."""

    def _latex(self, printer: Any) -> str:
        return rf"\left({printer._print(self.arg)}\right)"

    def _sympystr(self, printer: Any) -> str:
        return f"({printer._print(self.arg)})"


class LargestEigenvalue(sp.Expr):  # type: ignore[misc]
    """The largest eigenvalue of a symmetric matrix."""

    is_extended_real = True
    is_commutative = True

    def __new__(cls, matrix: Any) -> Any:
        return sp.Expr.__new__(cls, matrix)

    @property
    def arg(self) -> Any:
        """The matrix."""
        return self.args[0]

    def _eval_derivative(self, symbol: Any) -> Any:
        if symbol not in self.free_symbols:
            return sp.S.Zero
        raise CalculusError(f"the largest eigenvalue of a matrix that varies with {symbol} has no derivative here.")

    def _latex(self, printer: Any) -> str:
        return rf"\lambda_{{\max}}\left({printer._print(self.arg)}\right)"

    def _sympystr(self, printer: Any) -> str:
        return f"lambda_max({printer._print(self.arg)})"


def bare_tex(expression: Any, printer: Any) -> str:
    """LaTeX of what stands in brackets already."""
    return str(printer._print(expression.arg if isinstance(expression, Entry) else expression))


class Opaque(MatrixExpr):  # type: ignore[misc]
    """A matrix whose entries are not written out."""

    def _entry(self, i: Any, j: Any, **_: Any) -> Any:
        return MatrixElement(self, i, j)

    def doit(self, **_: Any) -> Any:
        return self

    def _eval_derivative(self, symbol: Any) -> Any:
        if symbol not in self.free_symbols:
            return sp.ZeroMatrix(*self.shape)
        raise CalculusError(
            f"{type(self).__name__} has no derivative in SymPy: it would have to be carried out in {symbol}. "
            "Remedy: normproof.carried_out(term), and to_sympy of that."
        )


class Vec(Opaque):
    """The columns of a matrix, one below another."""

    @property
    def arg(self) -> Any:
        """The matrix."""
        return self.args[0]

    @property
    def shape(self) -> Any:
        return (self.arg.shape[0] * self.arg.shape[1], sp.S.One)

    def _latex(self, printer: Any) -> str:
        return rf"\operatorname{{vec}}\left({printer._print(self.arg)}\right)"

    def _sympystr(self, printer: Any) -> str:
        return f"vec({printer._print(self.arg)})"


class Shaped(Opaque):
    """A value of a function that is a column or matrix: SymPy's own functions have scalar values."""

    def __new__(cls, call: Any, rows: Any, columns: Any) -> Any:
        return sp.Basic.__new__(cls, call, sp.sympify(rows), sp.sympify(columns))

    @property
    def shape(self) -> Any:
        return self.args[1:]

    def _latex(self, printer: Any) -> str:
        return str(printer._print(self.args[0]))

    def _sympystr(self, printer: Any) -> str:
        return str(printer._print(self.args[0]))


class Iterated(Opaque):
    """What a variable of a recursion is after a count of steps; the variables are bound in the bodies."""

    def __new__(cls, bodies: Any, variables: Any, starts: Any, count: Any, index: Any) -> Any:
        return sp.Basic.__new__(cls, bodies, variables, starts, sp.sympify(count), sp.sympify(index))

    @property
    def shape(self) -> Any:
        start = self.args[2][int(self.args[4])]
        return getattr(start, "shape", None) or (sp.S.One, sp.S.One)

    @property
    def free_symbols(self) -> Any:
        bodies, variables, starts, count, _ = self.args
        return (bodies.free_symbols - {*variables}) | starts.free_symbols | count.free_symbols

    def _eval_subs(self, old: Any, new: Any) -> Any:
        bodies, variables, starts, count, index = self.args
        if old in variables:
            return self.func(bodies, variables, starts._subs(old, new), count, index)
        for variable in variables:
            under(self, variable, old, new)
        return None

    def _latex(self, printer: Any) -> str:
        bodies, variables, starts, count, _ = (printer._print(part) for part in self.args)
        return rf"\left({variables} \mapsto {bodies}\right)^{{{count}}}{starts}"

    def _sympystr(self, printer: Any) -> str:
        bodies, variables, starts, count, index = (printer._print(part) for part in self.args)
        return f"iterated({bodies}, {variables}, {starts}, {count})[{index}]"


def under(node: Any, bound: Any, old: Any, new: Any) -> Any:
    """`subs` at a binder: what is bound stays; what would be captured is refused. None: SymPy's own way, below."""
    if old == bound:
        return node
    if bound in new.free_symbols and node.has(old):
        raise CalculusError(
            f"putting {new} for {old} under {type(node).__name__} over {bound.name} would capture {bound.name}. "
            "Remedy: another symbol for one of the two."
        )
    return None
