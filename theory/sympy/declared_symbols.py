"""Symbols, there and back: each carries what is declared of it, whoever reads it, whatever was read before.

SymPy has assumptions for numbers and none for matrices; a `DeclaredMatrix` is a MatrixSymbol with declared properties.
Two SymPy symbols are never read as one: what the calculus has no word for (`even`, a Dummy) is refused.
"""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.core.symbol import Str

from theory.sympy.sympy_nodes import Entry
from theory.terms import CalculusError, Dimension, Property, Symbol, Term
from theory.terms.lettering import tex_problem
from theory.terms.size_arithmetic import Size, plus, times
from theory.terms.symbols import STEPS

ASSUMPTIONS = {
    Property.POSITIVE: "positive",
    Property.NEGATIVE: "negative",
    Property.NONNEGATIVE: "nonnegative",
    Property.NONZERO: "nonzero",
}  # in the order in which SymPy is asked for them
DIMENSION = frozenset({Property.DIMENSION, Property.POSITIVE})


class Steps(sp.Symbol):  # type: ignore[misc]
    """A number of steps: a positive integer that counts, and is the size of nothing."""

    def __new__(cls, name: str) -> Any:
        return super().__new__(cls, name, integer=True, positive=True)


class DeclaredMatrix(sp.MatrixSymbol):  # type: ignore[misc]
    """A MatrixSymbol of which something is declared; another one than the MatrixSymbol of the same name."""

    def __new__(cls, name: Any, rows: Any, columns: Any, words: Any) -> Any:
        texts = sorted(str(word) for word in words)
        return sp.Basic.__new__(cls, Str(str(name)), sp.sympify(rows), sp.sympify(columns), sp.Tuple(*map(Str, texts)))

    @property
    def properties(self) -> frozenset[Property]:
        return frozenset(Property(str(word)) for word in self.args[3])


# ---- sizes --------------------------------------------------------------------------------------------------
def size_to_sympy(size: Dimension) -> Any:
    if isinstance(size, Size):
        return sp.Add(*(count * sp.Mul(*map(size_to_sympy, product)) for product, count in size.terms))
    return sp.Integer(size) if isinstance(size, int) else symbol_to_sympy(size)


def size_from_sympy(size: Any) -> Dimension:
    """A whole number, a symbol, or a sum of products of such. Raises CalculusError for anything else, such as n - 1."""
    if size.is_Integer and size >= 1:
        return int(size)
    if type(size) in (sp.Symbol, Steps):
        return Symbol(size.name, (1, 1), STEPS if type(size) is Steps else DIMENSION)
    if size.is_Add:
        return plus(*map(size_from_sympy, size.args))
    if size.is_Mul or (size.is_Pow and size.exp.is_Integer and size.exp > 0):
        factors = size.args if size.is_Mul else [size.base] * int(size.exp)
        return times(*map(size_from_sympy, factors))
    raise CalculusError(
        f"a size is a whole number, a symbol, or a sum of products of such; got {size}. "
        "Remedy: name it with one symbol."
    )


# ---- symbols ------------------------------------------------------------------------------------------------
def symbol_to_sympy(symbol: Symbol, name: str = "") -> Any:
    """A Symbol, or a MatrixSymbol with what is declared of it; by another name if one is given."""
    name = name or symbol.name
    if symbol.properties == STEPS:
        return Steps(name)
    if symbol.properties == DIMENSION:
        return sp.Symbol(name, integer=True, positive=True)
    if symbol.is_scalar and symbol.properties <= ASSUMPTIONS.keys():
        given = {word: True for prop, word in ASSUMPTIONS.items() if symbol.has(prop)}
        return sp.Symbol(name, real=True, **given)
    matrix = matrix_symbol(name, tuple(map(size_to_sympy, symbol.shape)), symbol.properties)
    return Entry(matrix) if symbol.is_scalar else matrix


def matrix_symbol(name: str, shape: tuple[Any, ...], properties: frozenset[Property]) -> Any:
    """A MatrixSymbol of a SymPy shape, plain where nothing is declared of it."""
    if not properties:
        return sp.MatrixSymbol(name, *shape)
    return DeclaredMatrix(name, shape[0], shape[1], [prop.value for prop in properties])


def matrix_from_sympy(matrix: Any) -> Term:
    shape = (size_from_sympy(matrix.shape[0]), size_from_sympy(matrix.shape[1]))
    return Symbol(matrix.name, shape, getattr(matrix, "properties", frozenset()), tex_of(matrix.name))


def scalar_from_sympy(symbol: Any) -> Term:
    """A real symbol with what SymPy assumes of it, no less. Raises CalculusError for what the calculus cannot say."""
    if type(symbol) is not sp.Symbol:
        raise CalculusError(
            f"cannot read the {type(symbol).__name__} {symbol}: another of the same name would be read as the same "
            f"symbol. Remedy: sympy.Symbol({symbol.name!r}, real=True)."
        )
    if symbol.is_commutative is False:
        raise CalculusError(
            f"the SymPy symbol {symbol} is non-commutative; scalars commute. "
            f"Remedy: sympy.MatrixSymbol({symbol.name!r}, n, n) for a matrix, real=True for a number."
        )
    if symbol.is_real is not True:
        raise CalculusError(
            f"the SymPy symbol {symbol} may be complex or infinite; the calculus is real. "
            f"Remedy: sympy.Symbol({symbol.name!r}, real=True) or positive=True; integer=True beside it for a size."
        )
    if symbol.is_integer and symbol.is_positive:
        read = Symbol(symbol.name, (1, 1), DIMENSION)
    else:
        found = next((prop for prop, word in ASSUMPTIONS.items() if getattr(symbol, f"is_{word}")), None)
        read = Symbol(symbol.name, (1, 1), frozenset({found} if found else ()), tex_of(symbol.name))
    own = symbol_to_sympy(read)
    if own != symbol:
        raise CalculusError(
            f"the SymPy symbol {symbol} is assumed to be {_more_than(symbol, own)}: the calculus has no word for that. "
            "Remedy: real, positive, negative, nonnegative or nonzero; integer and positive for a size."
        )
    return read


def _more_than(symbol: Any, own: Any) -> str:
    """What is assumed beyond what can be said: the one word from which SymPy draws the others, if there is one."""
    more = sorted(set(symbol.assumptions0.items()) - set(own.assumptions0.items()))
    for word, value in more:
        if sp.Symbol(symbol.name, **{**own.assumptions0, word: value}) == symbol:
            more = [(word, value)]
            break
    return ", ".join(word if value else f"not {word}" for word, value in more)


def tex_of(name: str) -> str:
    """SymPy's LaTeX of a name, where every medium can print it."""
    tex = str(sp.latex(sp.Symbol(name)))
    return "" if tex == name or tex_problem(tex) else tex
