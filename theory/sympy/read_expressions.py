"""A term from a SymPy expression: one row for each of SymPy's classes, and no row that simplifies anything.

What arrives is what is stated: SymPy evaluates as it builds (x^0 is 1 there, x/x is 1, sqrt(x)^2 is x), and only what
is left of that is seen here. What has no row is refused by name. No row gives a term that has a value where the
expression has none; the calculus has fewer values (it has no complex numbers), never more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.matexpr import MatrixElement
from sympy.matrices.expressions.special import OneMatrix

from theory import terms as t
from theory.sympy import derivatives, expected_values, sympy_nodes
from theory.sympy.declared_symbols import Steps, matrix_from_sympy, scalar_from_sympy, size_from_sympy
from theory.sympy.entries import applied, in_entries, one_entry
from theory.sympy.held_functions import differentiated, functions_in, meaning_of
from theory.sympy.refusing import refused
from theory.terms import CalculusError, Property, Symbol, Term, rewrite
from theory.terms.recursions import iterates
from theory.terms.special_functions import integral, limit
from theory.terms.symbols import activation, derivative, gradient, hessian, jacobian, steps


def from_sympy(expression: Any) -> Term:
    """A term from a SymPy scalar or matrix expression.

    Raises CalculusError, with the remedy, for what the calculus does not speak of: complex symbols, floats,
    numbered entries, truth values, two symbols of one name.
    """
    try:
        expression = sp.sympify(expression, strict=True)
    except sp.SympifyError:
        raise CalculusError(
            f"expected a SymPy expression, got {expression!r:.100} ({type(expression).__name__}). "
            "Remedy: an expression of SymPy's symbols; a text is not evaluated."
        ) from None
    try:
        require_one_name_each(expression)
        return _read(expression)
    except RecursionError:
        raise CalculusError("a SymPy expression is nested too deep. Remedy: a symbol for an inner part.") from None


def require_one_name_each(*expressions: Any) -> None:
    """Raises CalculusError if two things of one name stand in them: they would be read as one."""
    named: dict[str, Any] = {}
    for expression in expressions:
        symbols = {s for s in getattr(expression, "free_symbols", ()) if isinstance(s, sp.Symbol | sp.MatrixSymbol)}
        sizes = {s for matrix in symbols if matrix.is_Matrix for size in matrix.shape for s in size.free_symbols}
        for found in symbols | sizes | functions_in(expression):
            name = str(getattr(found, "name", found))
            if named.setdefault(name, found) != found:
                raise CalculusError(
                    f"two different symbols or functions are called {name}. Remedy: what declare returns in the place "
                    "of what was declared, everywhere; or another name for one of them."
                )


def _read(expression: Any) -> Term:
    for kind in type(expression).__mro__:
        row = _ROWS.get(kind)
        if row is not None:
            return row(expression)
    raise refused(expression)


# ---- algebra ------------------------------------------------------------------------------------------------
def _rational(number: sp.Rational) -> Term:
    return t.Number(Fraction(int(number.p), int(number.q)))


def _ones(matrix: Any) -> Term:
    rows, columns = (t.Ones(size_from_sympy(size)) for size in matrix.shape)
    if columns.is_scalar:
        return t.Number(Fraction(1)) if rows.is_scalar else rows
    return t.transpose(columns) if rows.is_scalar else t.matmul(rows, t.transpose(columns))


def _sum(expression: Any) -> Term:
    return t.add(*map(_read, expression.args))


def _product(expression: Any) -> Term:
    """Factors in their order. What SymPy takes for numbers it moves to the front, so a matrix among them is refused."""
    factors = [_read(factor) for factor in expression.args]
    misplaced = [
        factor
        for factor, term in zip(expression.args, factors, strict=True)
        if not factor.is_Matrix and not term.is_scalar
    ]
    if misplaced and sum(not term.is_scalar for term in factors) > 1:
        raise refused(
            misplaced[0],
            "it is a matrix, but SymPy takes it for a number and does not keep its place in a product. "
            "Remedy: Gradient(f, w) of theory.sympy for Derivative(f, w).",
        )
    return reduce(_times, factors)


def _times(left: Term, right: Term) -> Term:
    return t.multiply(left, right) if left.is_scalar or right.is_scalar else t.matmul(left, right)


def _hadamard(expression: Any) -> Term:
    return reduce(t.hadamard, map(_read, expression.args))


def _hadamard_power(expression: Any) -> Term:
    base, exponent = _read(expression.base), expression.exp
    if not (exponent.is_Integer and exponent > 0):
        raise refused(
            expression,
            "the calculus has entrywise products, and so whole powers from 1 on. Remedy: a declared function phi, "
            "A.applyfunc(phi), and what is used of phi as assumptions.",
        )
    return reduce(t.hadamard, [base] * int(exponent))


def _power(power: Any) -> Term:
    base, exponent = _read(power.base), power.exp
    if not exponent.is_Rational:
        if not power.base.is_positive:
            raise refused(
                power,
                f"the exponent {exponent} is not a rational number, and {power.base} is not known to be positive. "
                "Remedy: a base of symbols with positive=True.",
            )
        return t.Special("pow", (base, _read(exponent)))
    value = Fraction(int(exponent.p), int(exponent.q))
    if base.is_scalar:
        return t.power(base, value)
    if value.denominator != 1 or value == 0:
        raise refused(power, "a matrix has whole powers other than 0. Remedy: Identity(n), or a symbol for the root.")
    return reduce(t.matmul, [base if value > 0 else t.inverse(base)] * abs(int(value)))


def _iterated(expression: Any) -> Term:
    bodies, variables, starts, count, index = expression.args
    letters: list[Any] = [_read(variable) for variable in variables]
    steps = {letter: (_read(b), _read(s)) for letter, b, s in zip(letters, bodies, starts, strict=True)}
    return iterates(steps, size_from_sympy(count) if count != 0 else 0)[int(index)]


def _trace(trace: Any) -> Term:
    body = _read(trace.arg)
    return body if body.is_scalar else t.trace(body)


def _diag(matrix: Any) -> Term:
    vector = _read(matrix.args[0])
    return t.diag(vector if vector.columns == 1 else t.transpose(vector))


# ---- functions ----------------------------------------------------------------------------------------------
def _named(name: str) -> Callable[[Any], Term]:
    return lambda expression: t.Special(name, tuple(map(_read, expression.args)))


def _function(expression: Any) -> Term:
    arguments = tuple(map(_read, expression.args))
    return meaning_of(expression.func, arguments)(*arguments)


def _maximum(expression: Any) -> Term:
    if len(expression.args) != 2 or sp.S.Zero not in expression.args:
        raise refused(expression)
    return activation("relu")(_read(next(argument for argument in expression.args if argument != 0)))


# ---- binders ------------------------------------------------------------------------------------------------
def _expectation(expression: Any) -> Term:
    body, over = map(_read, expression.args)
    if not isinstance(over, Symbol) or not over.has(Property.RANDOM):
        raise refused(
            expression, f"{over!r} is not declared random. Remedy: {over!r} = declare({{{over!r}: random}}) before it."
        )
    return t.Expectation(body, over)


def _derivative(expression: Any) -> Term:
    """Nested, one variable after the other; a free function of its very variable is its own derivative."""
    if isinstance(expression.expr, AppliedUndef) and len(expression.variable_count) == 1:
        variable, times = expression.variable_count[0]
        if expression.expr.args == (variable,):
            found = _of_function(expression.expr, _read(variable), times)
            if found is not None:
                return found
    body = _read(expression.expr)
    for variable, times in expression.variable_count:
        body = _differentiated(expression, body, _read(variable), times)
    return body


def _differentiated(expression: Any, body: Term, variable: Term, times: Any) -> Term:
    if not isinstance(variable, Symbol) or not times.is_Integer or (not variable.is_scalar and times > 2):
        raise refused(
            expression, "a derivative is taken so many times in a symbol, twice at most in a column. Remedy: Gradient."
        )
    if not body.is_scalar:
        raise refused(expression, "SymPy has no shape for it. Remedy: Jacobian(column, w), Hessian(f, w).")
    if variable.is_scalar:
        return reduce(lambda f, _: derivative(f, variable), range(int(times)), body)
    return gradient(body, variable) if times == 1 else hessian(body, variable)


def _of_function(applied_function: Any, at: Term, times: Any) -> Term | None:
    """phi'(at), or the gradient or Hessian of a scalar field there; None where it is no such derivative."""
    return differentiated(meaning_of(applied_function.func, (at,)), times, at)


def _slope(expression: Any) -> Term:
    """A derivative in a number at a point, so many times: of a free function of its very variable its own."""
    body, variable, at, times = expression.args
    point, letter = _read(at), _read(variable)
    if isinstance(body, AppliedUndef) and body.args == (variable,):
        found = _of_function(body, point, times)
        if found is not None:
            return found
    if not isinstance(letter, Symbol) or times not in (1, 2):
        raise refused(expression, "a derivative is taken in a symbol.")
    return derivative(_read(body), letter, point) if times == 1 else hessian(_read(body), letter, point)


def _at_points(expression: Any) -> Term:
    """An expression with values put in: phi'(z) is Subs(Derivative(phi(xi), xi), xi, z) to SymPy."""
    body, variables, points = expression.expr, expression.variables, list(map(_read, expression.point))
    if isinstance(body, sp.Derivative) and isinstance(body.expr, AppliedUndef) and body.expr.args == tuple(variables):
        found = _of_function(body.expr, points[0], sum(times for _, times in body.variable_count))
        if found is not None:
            return found
    symbols = [_read(variable) for variable in variables]
    if not all(isinstance(symbol, Symbol) for symbol in symbols):
        raise refused(expression, "values are put in for symbols alone.")
    return rewrite.substitute(_read(body), dict(zip(symbols, points, strict=True)))  # type: ignore[arg-type]


_TAKEN = {"gradient": gradient, "jacobian": jacobian, "hessian": hessian}


def _matrix_derivative(expression: Any) -> Term:
    variable, at = _read(expression.variable), _read(expression.at)
    times = {"gradient": 1, "hessian": 2}.get(expression.kind_of_derivative)
    if times and isinstance(expression.body, AppliedUndef) and expression.body.args == (expression.variable,):
        found = _of_function(expression.body, at, sp.Integer(times))
        if found is not None:
            return found
    if not isinstance(variable, Symbol):
        raise refused(expression, "a derivative is taken in a symbol.")
    return _TAKEN[expression.kind_of_derivative](_read(expression.body), variable, at)


def _integral(expression: Any) -> Term:
    body = _read(expression.function)
    for bounds in expression.limits:
        if len(bounds) != 3:
            raise refused(expression, "an integral has both ends. Remedy: Integral(f, (t, 0, 1)).")
        variable, lower, upper = map(_read, bounds)
        body = integral(body, variable, lower, upper)  # type: ignore[arg-type]
    return body


def _limit(expression: Any) -> Term:
    body, variable, at, side = expression.args
    if str(side) != "-":
        raise refused(expression, "limits are taken from below, or at oo. Remedy: Limit(f, t, a, '-').")
    return limit(_read(body), _read(variable), _read(at))  # type: ignore[arg-type]


_ROWS: Mapping[type, Callable[[Any], Term]] = {
    sp.Rational: _rational,
    type(sp.pi): lambda a: t.Special("pi"),
    type(sp.oo): lambda a: t.Special("oo"),
    type(sp.E): lambda a: t.Special("exp", (t.Number(Fraction(1)),)),
    sp.Symbol: scalar_from_sympy,
    sp.MatrixSymbol: matrix_from_sympy,
    sp.Identity: lambda a: t.Eye(size_from_sympy(a.shape[0])),
    sp.ZeroMatrix: lambda a: t.Zero((size_from_sympy(a.shape[0]), size_from_sympy(a.shape[1]))),
    OneMatrix: _ones,
    sp.Add: _sum,
    sp.MatAdd: _sum,
    sp.Mul: _product,
    sp.MatMul: _product,
    sp.HadamardProduct: _hadamard,
    sp.HadamardPower: _hadamard_power,
    sp.Pow: _power,
    sp.MatPow: _power,
    sp.Inverse: lambda a: t.inverse(_read(a.arg)),
    sp.Transpose: lambda a: t.transpose(_read(a.arg)),
    sp.Trace: _trace,
    sp.Determinant: lambda a: t.determinant(_read(a.arg)),
    sympy_nodes.LargestEigenvalue: lambda a: t.largest_eigenvalue(_read(a.arg)),
    sp.DiagMatrix: _diag,
    sp.BlockMatrix: lambda a: t.blocks([[_read(block) for block in row] for row in a.blocks.tolist()]),
    sp.KroneckerProduct: lambda a: reduce(t.kronecker, map(_read, a.args)),
    sympy_nodes.Iterated: _iterated,
    Steps: lambda a: steps(a.name),
    sympy_nodes.Vec: lambda a: t.vec(_read(a.arg)),
    MatrixElement: lambda a: one_entry(a, _read),
    sp.Sum: lambda a: in_entries(a, _read),
    ElementwiseApplyFunction: lambda a: applied(a, _read),
    sp.Abs: lambda a: t.absolute(_read(a.args[0])),
    sp.Max: _maximum,
    sp.tanh: lambda a: activation("tanh")(_read(a.args[0])),
    sp.sin: _named("sin"),
    sp.cos: _named("cos"),
    sp.acos: _named("arccos"),
    sp.asin: lambda a: t.Special("pi") / 2 - t.Special("arccos", (_read(a.args[0]),)),
    sp.exp: _named("exp"),
    sp.log: _named("log"),
    sp.erf: _named("erf"),
    sp.gamma: _named("Gamma"),
    AppliedUndef: _function,
    expected_values.Expectation: _expectation,
    expected_values.MatrixExpectation: _expectation,
    derivatives.Slope: _slope,
    derivatives.MatrixDerivative: _matrix_derivative,
    sympy_nodes.Shaped: lambda a: _read(a.args[0]),
    sp.Derivative: _derivative,
    sp.Subs: _at_points,
    sp.Integral: _integral,
    sp.Limit: _limit,
}
