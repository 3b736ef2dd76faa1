"""The door to SymPy: expressions in, expressions out, and explicit sizes for SymPy's own dense algebra.

Scalars may be any SymPy expression built from real symbols, rationals, +, *, powers, Abs, pi, sin, cos, acos, asin,
exp, log, erf and gamma, and on the way out integrals, limits and derivatives as well; matrices any expression of
MatrixSymbol with +, *, transpose, inverse, trace, Hadamard product, identity, zero and ones.
What does not translate is refused by name; nothing is simplified on the way, in either direction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import sympy as sp
from sympy.matrices.expressions.special import OneMatrix

from theory import terms as t
from theory.terms import CalculusError, Dimension, Property, Symbol, Term

_ASSUMPTIONS = (
    ("is_positive", Property.POSITIVE),
    ("is_negative", Property.NEGATIVE),
    ("is_nonnegative", Property.NONNEGATIVE),
    ("is_nonzero", Property.NONZERO),
)


# ---- SymPy in -----------------------------------------------------------------------------------------------
def from_sympy(expression: Any) -> Term:
    """A term from a SymPy scalar or matrix expression.

    Raises CalculusError for what the calculus does not speak of: complex symbols, floats, functions, relations.
    """
    if isinstance(expression, sp.core.relational.Relational | sp.logic.boolalg.BooleanAtom):
        raise CalculusError(
            f"expected a term, got the truth value or relation {expression!r}: SymPy may have decided it already. "
            "Remedy: pass the two sides to Identity or Bound."
        )
    for kind, row in _FROM.items():
        if isinstance(expression, kind):
            return row(expression)
    raise CalculusError(
        f"cannot read the SymPy expression {expression} of type {type(expression).__name__}: the calculus knows "
        "rationals, real symbols, sums, products, rational powers, Abs and matrix expressions. "
        "Remedy: write it with the constructors of theory."
    )


def _symbol(symbol: sp.Symbol) -> Term:
    if symbol.is_extended_real is not True:
        raise CalculusError(
            f"the SymPy symbol {symbol} may be complex; the calculus is real. "
            f"Remedy: sympy.Symbol({symbol.name!r}, real=True) or positive=True."
        )
    if symbol.is_integer and symbol.is_positive:
        return Symbol(symbol.name, (1, 1), frozenset({Property.DIMENSION, Property.POSITIVE}))
    for name, prop in _ASSUMPTIONS:
        if getattr(symbol, name):
            return Symbol(symbol.name, (1, 1), frozenset({prop}), sp.latex(symbol))
    return Symbol(symbol.name, (1, 1), frozenset(), sp.latex(symbol))


def _rational(number: sp.Rational) -> Term:
    return t.Number(Fraction(int(number.p), int(number.q)))


def _size(size: Any) -> Dimension:
    if size.is_Integer:
        return int(size)
    if isinstance(size, sp.Symbol):
        return Symbol(size.name, (1, 1), frozenset({Property.DIMENSION, Property.POSITIVE}))
    raise CalculusError(f"a dimension is an integer or a symbol; got {size}. Remedy: name it with one symbol.")


def _power(power: Any) -> Term:
    if not power.exp.is_Rational:
        if not power.base.is_positive:
            raise CalculusError(
                f"cannot read {power}: the exponent {power.exp} is not a rational number, and {power.base} is not "
                "known to be positive."
            )
        return t.Special("pow", (from_sympy(power.base), from_sympy(power.exp)))
    exponent = Fraction(int(power.exp.p), int(power.exp.q))
    base = from_sympy(power.base)
    if base.is_scalar:
        return t.power(base, exponent)
    if exponent == -1:
        return t.inverse(base)
    if exponent.denominator != 1 or exponent < 1:
        raise CalculusError(f"cannot read the matrix power {power}.")
    return _chain([base] * int(exponent))


def _chain(factors: list[Term]) -> Term:
    out = factors[0]
    for factor in factors[1:]:
        out = t.multiply(out, factor) if out.is_scalar or factor.is_scalar else t.matmul(out, factor)
    return out


def _each(build: Callable[[list[Term]], Term]) -> Callable[[Any], Term]:
    return lambda expression: build([from_sympy(a) for a in expression.args])


def _add(items: list[Term]) -> Term:
    return t.add(*items)


def _hadamard(items: list[Term]) -> Term:
    out = items[0]
    for item in items[1:]:
        out = t.hadamard(out, item)
    return out


def _named(name: str) -> Callable[[Any], Term]:
    return lambda expression: t.Special(name, tuple(from_sympy(a) for a in expression.args))


_FROM: Mapping[Any, Callable[[Any], Term]] = {
    sp.Rational: _rational,
    type(sp.pi): lambda a: t.Special("pi"),
    type(sp.oo): lambda a: t.Special("oo"),
    sp.sin: _named("sin"),
    sp.cos: _named("cos"),
    sp.acos: _named("arccos"),
    sp.asin: lambda a: t.Special("pi") / 2 - t.Special("arccos", (from_sympy(a.args[0]),)),
    sp.exp: _named("exp"),
    sp.log: _named("log"),
    sp.erf: _named("erf"),
    sp.gamma: _named("Gamma"),
    sp.MatrixSymbol: lambda a: Symbol(a.name, (_size(a.shape[0]), _size(a.shape[1]))),
    sp.Symbol: _symbol,
    sp.Identity: lambda a: t.Eye(_size(a.shape[0])),
    sp.ZeroMatrix: lambda a: t.Zero((_size(a.shape[0]), _size(a.shape[1]))),
    OneMatrix: lambda a: t.Product((t.Ones(_size(a.shape[0])), t.Transpose(t.Ones(_size(a.shape[1]))))),
    sp.MatAdd: _each(_add),
    sp.MatMul: _each(_chain),
    sp.HadamardProduct: _each(_hadamard),
    sp.Transpose: lambda a: t.transpose(from_sympy(a.arg)),
    sp.Inverse: lambda a: t.inverse(from_sympy(a.arg)),
    sp.Trace: lambda a: t.trace(from_sympy(a.arg)),
    sp.MatPow: _power,
    sp.Abs: lambda a: t.absolute(from_sympy(a.args[0])),
    sp.Pow: _power,
    sp.Mul: _each(_chain),
    sp.Add: _each(_add),
}


# ---- SymPy out ----------------------------------------------------------------------------------------------
def to_sympy(term: Term) -> Any:
    """A SymPy expression of the same meaning; 1 x 1 products become traces, dimensions positive integer symbols.

    Raises CalculusError for expectations, derivatives, folded definitions and vector activations: unfold or carry
    them out first.
    """
    row = _TO.get(type(term))
    if row is None:
        raise CalculusError(
            f"SymPy has no counterpart of {type(term).__name__} in {term!r}. "
            "Remedy: unfold definitions and carry out derivatives first."
        )
    return row(term)


def explicit(term: Term, sizes: Mapping[Symbol, int]) -> Any:
    """The term at explicit sizes, in SymPy's dense algebra: a scalar expression or an ImmutableDenseMatrix."""
    expression = to_sympy(term).subs({_dimension(s): n for s, n in sizes.items()}).doit()
    return expression.as_explicit() if hasattr(expression, "as_explicit") else expression


def _dimension(size: Dimension) -> Any:
    return sp.Integer(size) if isinstance(size, int) else sp.Symbol(size.name, integer=True, positive=True)


def _from_symbol(term: Symbol) -> Any:
    if term.has(Property.DIMENSION):
        return _dimension(term)
    if not term.is_scalar:
        return sp.MatrixSymbol(term.name, _dimension(term.rows), _dimension(term.columns))
    keys = {Property.POSITIVE: "positive", Property.NEGATIVE: "negative", Property.NONNEGATIVE: "nonnegative"}
    given = {name: True for prop, name in keys.items() if term.has(prop)}
    if term.has(Property.NONZERO):
        given["nonzero"] = True
    return sp.Symbol(term.name + "~" * term.bound, real=True, **given)


def _from_product(term: t.Product) -> Any:
    product = sp.MatMul(*(to_sympy(factor) for factor in term.factors))
    return sp.Trace(product) if term.is_scalar else product


def _from_scale(term: t.Scale) -> Any:
    scalar, body = to_sympy(term.scalar), to_sympy(term.body)
    return sp.Mul(scalar, body) if term.is_scalar else sp.MatMul(scalar, body)


def _from_elementwise(term: t.Elementwise) -> Any:
    if not term.is_scalar or term.order:
        raise CalculusError(
            f"SymPy has no counterpart of {term!r}: only scalar activations of order 0 are handed over."
        )
    return sp.Function(term.function.name)(to_sympy(term.argument))


_FUNCTIONS: Mapping[str, Any] = {
    "pi": lambda: sp.pi, "oo": lambda: sp.oo, "sin": sp.sin, "cos": sp.cos, "arccos": sp.acos, "exp": sp.exp,
    "log": sp.log, "erf": sp.erf, "Gamma": sp.gamma, "pow": sp.Pow,
}  # fmt: skip


def _from_derivative(term: t.Derivative) -> Any:
    if term.kind != "gradient" or not term.variable.is_scalar:
        raise CalculusError(f"SymPy has no safe counterpart of {term!r}. Remedy: carry the derivative out first.")
    variable = _from_symbol(term.variable)
    return sp.Subs(sp.Derivative(to_sympy(term.body), variable), variable, to_sympy(term.at))


_TO: Mapping[type, Callable[[Any], Any]] = {
    t.Special: lambda a: _FUNCTIONS[a.name](*(to_sympy(x) for x in a.arguments)),
    t.Integral: lambda a: sp.Integral(
        to_sympy(a.body), (_from_symbol(a.variable), to_sympy(a.lower), to_sympy(a.upper))
    ),
    t.Limit: lambda a: sp.Limit(to_sympy(a.body), _from_symbol(a.variable), to_sympy(a.at), "-"),
    t.Derivative: _from_derivative,
    t.Number: lambda a: sp.Rational(a.value.numerator, a.value.denominator),
    t.Symbol: _from_symbol,
    t.Eye: lambda a: sp.Identity(_dimension(a.size)),
    t.Ones: lambda a: OneMatrix(_dimension(a.size), 1),
    t.Zero: lambda a: sp.ZeroMatrix(*map(_dimension, a.shape)),
    t.Sum: lambda a: (sp.Add if a.is_scalar else sp.MatAdd)(*(to_sympy(x) for x in a.terms)),
    t.Product: _from_product,
    t.Scale: _from_scale,
    t.Transpose: lambda a: sp.Transpose(to_sympy(a.body)),
    t.Trace: lambda a: sp.Trace(to_sympy(a.body)),
    t.Inverse: lambda a: sp.Inverse(to_sympy(a.body)),
    t.Hadamard: lambda a: sp.HadamardProduct(to_sympy(a.left), to_sympy(a.right)),
    t.Diag: lambda a: sp.DiagMatrix(to_sympy(a.body)),
    t.Power: lambda a: sp.Pow(to_sympy(a.base), sp.Rational(a.exponent.numerator, a.exponent.denominator)),
    t.Abs: lambda a: sp.Abs(to_sympy(a.body)),
    t.Elementwise: _from_elementwise,
}
