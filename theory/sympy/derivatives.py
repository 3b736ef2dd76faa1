"""Derivatives at a point and in a column or matrix, as SymPy expressions of the right shape, not carried out."""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.sympy.sympy_nodes import Opaque, bare_tex, under
from theory.terms import CalculusError


class MatrixDerivative(Opaque):
    """A derivative in a column or matrix, of a body at a point; the variable is bound in the body."""

    kind_of_derivative = ""
    operator = ""

    def __new__(cls, body: Any, variable: Any, at: Any = None) -> Any:
        body, variable = (sp.sympify(part, strict=True) for part in (body, variable))
        at = variable if at is None else sp.sympify(at, strict=True)
        if not isinstance(variable, sp.MatrixSymbol | sp.Symbol) or _shape(at) != _shape(variable):
            raise CalculusError(
                f"{cls.__name__}(body, variable, at) takes a symbol and a point of its shape; got {variable} and {at}. "
                f"Remedy: {cls.__name__}(body, w) for a MatrixSymbol w."
            )
        cls._require(body, variable)
        return sp.Basic.__new__(cls, body, variable, at)

    @classmethod
    def _require(cls, body: Any, variable: Any) -> None:
        """A number to differentiate. Raises CalculusError for anything else."""
        if _shape(body) != (1, 1):
            raise CalculusError(f"{cls.__name__} is of a scalar; got {body}. Remedy: Jacobian(column, w).")
        if not isinstance(variable, sp.MatrixSymbol):
            raise CalculusError(
                f"{cls.__name__} is taken in a MatrixSymbol; got {variable}. "
                f"Remedy: sympy.Derivative(body, {variable})."
            )

    @property
    def body(self) -> Any:
        return self.args[0]

    @property
    def variable(self) -> Any:
        return self.args[1]

    @property
    def at(self) -> Any:
        return self.args[2]

    @property
    def free_symbols(self) -> Any:
        return (self.body.free_symbols - {self.variable}) | self.at.free_symbols

    def _eval_subs(self, old: Any, new: Any) -> Any:
        if old == self.variable:
            return self.func(self.body, self.variable, self.at._subs(old, new))
        return under(self, self.variable, old, new)

    def _latex(self, printer: Any) -> str:
        body, variable, at = (bare_tex(argument, printer) for argument in self.args)
        point = "" if self.at == self.variable else rf"\Big|_{{{variable} = {at}}}"
        return rf"{self.operator.format(variable)} \left[{body}\right]{point}"


class Slope(sp.Expr):  # type: ignore[misc]
    """A derivative of a number in a number, at a point: what SymPy writes as Subs of a Derivative."""

    is_commutative = True
    is_real = True

    def __new__(cls, body: Any, variable: Any, at: Any, times: Any = 1) -> Any:
        return sp.Basic.__new__(cls, *(sp.sympify(part, strict=True) for part in (body, variable, at, times)))

    @property
    def free_symbols(self) -> Any:
        return (self.args[0].free_symbols - {self.args[1]}) | self.args[2].free_symbols

    def doit(self, **hints: Any) -> Any:
        body, variable, at, times = self.args
        return sp.diff(body.doit(**hints), variable, times).subs(variable, at.doit(**hints))

    def _eval_derivative(self, symbol: Any) -> Any:
        return sp.Derivative(self, symbol)

    def _eval_subs(self, old: Any, new: Any) -> Any:
        body, variable, at, times = self.args
        return (
            self.func(body, variable, at._subs(old, new), times) if old == variable else under(self, variable, old, new)
        )

    def _latex(self, printer: Any) -> str:
        body, variable, at, times = (bare_tex(argument, printer) for argument in self.args)
        order = "" if self.args[3] == 1 else f"^{{{times}}}"
        return rf"\frac{{d{order}}}{{d {variable}{order}}} \left[{body}\right]\Big|_{{{variable} = {at}}}"


class Gradient(MatrixDerivative):
    """The gradient of a scalar in a column or matrix, of the variable's shape; at the variable if no point is given."""

    kind_of_derivative = "gradient"
    operator = r"\nabla_{{{}}}"

    @property
    def shape(self) -> Any:
        return self.variable.shape


class Hessian(MatrixDerivative):
    """The matrix of second partial derivatives of a scalar in a column."""

    kind_of_derivative = "hessian"
    operator = r"\nabla^2_{{{}}}"

    @classmethod
    def _require(cls, body: Any, variable: Any) -> None:
        super()._require(body, variable)
        _require_column(cls.__name__, variable)

    @property
    def shape(self) -> Any:
        return (self.variable.shape[0], self.variable.shape[0])


class Jacobian(MatrixDerivative):
    """The matrix of partial derivatives of a column in a column: entry (i, j) is d body_i / d variable_j."""

    kind_of_derivative = "jacobian"
    operator = r"\frac{{\partial}}{{\partial {}^{{T}}}}"

    @classmethod
    def _require(cls, body: Any, variable: Any) -> None:
        _require_column(cls.__name__, body)
        _require_column(cls.__name__, variable)

    @property
    def shape(self) -> Any:
        return (_shape(self.body)[0], _shape(self.variable)[0])


def _require_column(what: str, expression: Any) -> None:
    if _shape(expression)[1] != 1:
        raise CalculusError(
            f"{what} takes a column; got {expression} of shape {' x '.join(map(str, _shape(expression)))}."
        )


def _shape(expression: Any) -> Any:
    return expression.shape if expression.is_Matrix else (sp.S.One, sp.S.One)
