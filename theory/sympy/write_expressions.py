"""A SymPy expression of the same meaning as a term: one row for each node, of both settings, and none evaluates.

What SymPy would merge (x/x, sqrt(x)^2, x^0) is left standing, because it changes where the expression is defined;
`doit()` gives SymPy's usual form. Read again, the expression is the term.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from itertools import count
from typing import Any

import sympy as sp
from sympy.matrices.expressions.applyfunc import ElementwiseApplyFunction
from sympy.matrices.expressions.special import OneMatrix

from theory import terms as t
from theory.sympy import derivatives, expected_values, sympy_nodes
from theory.sympy.declared_symbols import size_to_sympy, symbol_to_sympy
from theory.sympy.held_functions import Growth, Nth, function_to_sympy
from theory.terms import Symbol, Term, rewrite
from theory.terms.size_arithmetic import minus, plus

Names = Mapping[Symbol, Any]  # what stands for bound variables
_ENTRY = sp.Symbol("xi", real=True)


def to_sympy(term: Term, *, unfold: bool = False) -> Any:
    """The term as a SymPy expression: 1 x 1 products are `Entry`, dimensions positive integer symbols, E and
    derivatives in matrices the nodes of `theory.sympy`. Folded definitions stay functions of their arguments unless
    unfolded.

    Raises CalculusError where an unfolding would capture a symbol.
    """
    return _write(rewrite.unfold(term) if unfold else term, {})


def _write(term: Term, names: Names) -> Any:
    return _ROWS[type(term)](term, names)


def _all(terms: tuple[Term, ...], names: Names) -> list[Any]:
    return [_write(term, names) for term in terms]


# ---- algebra ------------------------------------------------------------------------------------------------
def _times(*factors: Any) -> Any:
    return reduce(lambda left, right: sp.Mul(left, right, evaluate=False), factors)


def _sum(term: t.Sum, names: Names) -> Any:
    terms = _all(term.terms, names)
    return sp.Add(*terms, evaluate=False) if term.is_scalar else sp.MatAdd(*terms)


def _product(term: t.Product, names: Names) -> Any:
    """Numbers in front; what is left is a matrix, or 1 x 1 and its entry."""
    numbers = [_write(factor, names) for factor in term.factors if factor.is_scalar]
    matrices = [_write(factor, names) for factor in term.factors if not factor.is_scalar]
    if not matrices:
        return _times(*numbers)
    if term.is_scalar:
        return _times(*numbers, sympy_nodes.Entry(sp.MatMul(*matrices)))
    return sp.MatMul(*numbers, *matrices)


def _scale(term: t.Scale, names: Names) -> Any:
    scalar, body = _write(term.scalar, names), _write(term.body, names)
    return _times(scalar, body) if term.is_scalar else sp.MatMul(scalar, body)


def _inverse(term: t.Inverse, names: Names) -> Any:
    body = _write(term.body, names)
    return sp.Pow(body, -1, evaluate=False) if term.is_scalar else sp.Inverse(body)


def _trace(term: t.Trace, names: Names) -> Any:
    body = _write(term.body, names)
    return body if term.body.is_scalar else sp.Trace(body)


def _determinant(term: t.Determinant, names: Names) -> Any:
    return sp.Determinant(_write(term.body, names))


def _hadamard(term: t.Hadamard, names: Names) -> Any:
    sides = _all((term.left, term.right), names)
    return _times(*sides) if term.is_scalar else sp.HadamardProduct(*sides)


# ---- functions ----------------------------------------------------------------------------------------------
def _elementwise(term: t.Elementwise, names: Names) -> Any:
    function, argument = function_to_sympy(Nth(term.function, term.order)), _write(term.argument, names)
    if term.is_scalar:
        return function(argument)
    return ElementwiseApplyFunction(sp.Lambda(_ENTRY, function(_ENTRY)), argument)  # a Dummy would be another each time


def _field(term: t.FieldValue, names: Names) -> Any:
    """L(y); its gradient and Hessian are derivatives in a letter of their own, at the argument."""
    function, argument = function_to_sympy(term.field), _write(term.argument, names)
    if not term.order:
        return function(argument)
    letter = sp.MatrixSymbol("y", size_to_sympy(term.field.size), 1)
    made = (derivatives.Gradient, derivatives.Hessian)[term.order - 1](function(letter), letter, argument)
    return sympy_nodes.Entry(made) if term.is_scalar else made


def _call(term: t.Call, names: Names) -> Any:
    call = function_to_sympy(term.definition)(*_all(term.arguments, names))
    return call if term.is_scalar else sympy_nodes.Shaped(call, *map(size_to_sympy, term.shape))


_SPECIAL: Mapping[str, Any] = {
    "sin": sp.sin, "cos": sp.cos, "arccos": sp.acos, "exp": sp.exp, "log": sp.log, "erf": sp.erf, "Gamma": sp.gamma,
}  # fmt: skip
_CONSTANT: Mapping[str, Any] = {"pi": sp.pi, "oo": sp.oo}


def _special(term: t.Special, names: Names) -> Any:
    """x^a of a base that SymPy does not know to be positive is exp(a log x): its own power has values for x < 0."""
    arguments = _all(term.arguments, names)
    if term.name in _CONSTANT:
        return _CONSTANT[term.name]
    if term.name != "pow":
        return _SPECIAL[term.name](*arguments, evaluate=False)
    base, exponent = arguments
    if base.is_positive and not exponent.is_Rational:
        return sp.Pow(base, exponent, evaluate=False)
    return sp.exp(_times(exponent, sp.log(base, evaluate=False)), evaluate=False)


def _place(term: t.Place, _: Names) -> Any:
    """The identity between zeros, one below another."""
    after = minus(term.whole, plus(term.before, term.size))
    size = size_to_sympy(term.size)
    zeros = [None if n in (0, None) else sp.ZeroMatrix(size_to_sympy(n), size) for n in (term.before, after)]
    return sp.BlockMatrix([[block] for block in (zeros[0], sp.Identity(size), zeros[1]) if block is not None])


# ---- binders ------------------------------------------------------------------------------------------------
def _bound(variable: Symbol, body: Term, names: Names) -> tuple[Any, Any]:
    """What stands for a bound variable, and the body: its own name, primed where the body has another symbol of it."""
    others = rewrite.free_symbols(body) - {variable}
    taken = {names[other].name if other in names else other.name for other in others}
    name = variable.name
    while name in taken:
        name += "'"
    letter = symbol_to_sympy(variable, name)
    return letter, _write(body, {**names, variable: letter})


def _expectation(term: t.Expectation, names: Names) -> Any:
    over = symbol_to_sympy(term.over)
    return expected_values.E(_write(term.body, names), over.arg if isinstance(over, sympy_nodes.Entry) else over)


_DERIVATIVES = {"gradient": derivatives.Gradient, "jacobian": derivatives.Jacobian, "hessian": derivatives.Hessian}


def _derivative(term: t.Derivative, names: Names) -> Any:
    """SymPy's own Derivative of a number in a number, at the number itself; else the nodes of this door."""
    variable, body = _bound(term.variable, term.body, names)
    at = _write(term.at, names)
    if not (term.body.is_scalar and term.variable.is_scalar):
        return _DERIVATIVES[term.kind](body, variable, at)
    times = 2 if term.kind == "hessian" else 1
    return sp.Derivative(body, (variable, times)) if at == variable else derivatives.Slope(body, variable, at, times)


def _iterate(term: t.Iterate, names: Names) -> Any:
    """In the variables' own names, primed where the bodies have other symbols of those."""
    others = frozenset[Symbol]().union(*map(rewrite.free_symbols, term.bodies)) - {*term.variables}
    taken = {names[other].name if other in names else other.name for other in others}
    letters = {
        v: symbol_to_sympy(v, next(n for n in (v.name + "'" * i for i in count()) if n not in taken))
        for v in term.variables
    }
    bodies = _all(term.bodies, {**names, **letters})
    starts, times = _all(term.starts, names), size_to_sympy(term.count)
    made = sympy_nodes.Iterated(sp.Tuple(*bodies), sp.Tuple(*letters.values()), sp.Tuple(*starts), times, term.index)
    return sympy_nodes.Entry(made) if term.is_scalar else made


def _integral(term: t.Integral, names: Names) -> Any:
    variable, body = _bound(term.variable, term.body, names)
    return sp.Integral(body, (variable, _write(term.lower, names), _write(term.upper, names)))


def _limit(term: t.Limit, names: Names) -> Any:
    variable, body = _bound(term.variable, term.body, names)
    return sp.Limit(body, variable, _write(term.at, names), "-")


_ROWS: Mapping[type, Callable[[Any, Names], Any]] = {
    t.Number: lambda a, _: sp.Rational(a.value.numerator, a.value.denominator),
    t.Symbol: lambda a, names: names[a] if a in names else symbol_to_sympy(a, a.name + "~" * a.bound),
    t.Eye: lambda a, _: sp.S.One if a.is_scalar else sp.Identity(size_to_sympy(a.size)),
    t.Ones: lambda a, _: sp.S.One if a.is_scalar else OneMatrix(size_to_sympy(a.size), 1),
    t.Zero: lambda a, _: sp.S.Zero if a.is_scalar else sp.ZeroMatrix(*map(size_to_sympy, a.shape)),
    t.Place: _place,
    t.Sum: _sum,
    t.Product: _product,
    t.Scale: _scale,
    t.Transpose: lambda a, names: sp.Transpose(_write(a.body, names)),
    t.Trace: _trace,
    t.Determinant: _determinant,
    t.LargestEigenvalue: lambda a, names: sympy_nodes.LargestEigenvalue(_write(a.body, names)),
    t.Inverse: _inverse,
    t.Hadamard: _hadamard,
    t.Diag: lambda a, names: _write(a.body, names) if a.is_scalar else sp.DiagMatrix(_write(a.body, names)),
    t.Kronecker: lambda a, names: sp.KroneckerProduct(_write(a.left, names), _write(a.right, names)),
    t.Vec: lambda a, names: sympy_nodes.Vec(_write(a.body, names)),
    t.Power: lambda a, names: sp.Pow(
        _write(a.base, names), sp.Rational(a.exponent.numerator, a.exponent.denominator), evaluate=False
    ),
    t.Abs: lambda a, names: sp.Abs(_write(a.body, names), evaluate=False),
    t.Elementwise: _elementwise,
    t.FieldValue: _field,
    t.Call: _call,
    t.Expectation: _expectation,
    t.Derivative: _derivative,
    t.Iterate: _iterate,
    t.Special: _special,
    t.Integral: _integral,
    t.Limit: _limit,
    t.GrowthRate: lambda a, names: function_to_sympy(Growth(a.function))(_write(a.batch, names)),
}
