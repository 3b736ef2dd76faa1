"""Sums over entries, read as products of matrices: SymPy writes (x.T*w)[0, 0] as Sum(w[i, 0]*x[i, 0], (i, 0, d - 1)).

Also functions of every entry: A.applyfunc(f) holds f as an expression in one entry. Both are read by *pieces*: an
expression in the entries of index i is a column whose entry i it is, one in i and j a matrix, one in none a number.
An index that is summed over is struck out by a matrix product. What leaves three indices open is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from theory import terms as t
from theory.sympy.declared_symbols import size_from_sympy
from theory.sympy.held_functions import differentiated, meaning_of
from theory.sympy.refusing import refused
from theory.terms import Dimension, Term
from theory.terms.symbols import activation, basis_vector

Read = Callable[[Any], Term]
_KNOWN: Mapping[Any, str] = {sp.exp: "exp", sp.sin: "sin", sp.tanh: "tanh", sp.erf: "erf", sp.Abs: "abs"}
_T = sp.Symbol("t", real=True)
_FORMULAS: Mapping[Any, str] = {
    1 / (1 + sp.exp(-_T)): "sigmoid",
    sp.log(1 + sp.exp(_T)): "softplus",
    _T / (1 + sp.exp(-_T)): "silu",
    _T * (1 + sp.erf(_T / sp.sqrt(2))) / 2: "gelu",
}
_NO_INDEX = (
    "a sum over entries is read where every index joins two factors, over its whole range. Remedy: Trace(x.T*w) or "
    "theory.sympy.Entry(x.T*w) for (x.T*w)[0, 0]."
)


@dataclass(frozen=True)
class Piece:
    """A term whose entries are meant: at no index a number, at one a column, at two a matrix (or, twice the same index,
    its diagonal)."""

    axes: tuple[Any, ...]
    term: Term


@dataclass(frozen=True)
class _Reader:
    """How many values each index has, what stands for the entry of a matrix, and how all else is read."""

    sizes: Mapping[Any, Dimension]
    leaves: Mapping[Any, Piece]
    read: Read


def in_entries(expression: Any, read: Read) -> Term:
    """The term of a sum over all indices of its entries. Raises CalculusError for other sums."""
    reader = _Reader({}, {}, read)
    return _joined(expression, _sum(expression, reader), reader).term


def one_entry(element: Any, read: Read) -> Term:
    """The term of A[i, j], at places that symbols name. Raises CalculusError for an entry at numbers."""
    (piece,) = _element(element, _Reader({}, {}, read))
    return piece.term


def applied(expression: Any, read: Read) -> Term:
    """A.applyfunc(f): f of every entry of A, where the calculus has a word for f. Raises CalculusError."""
    function, argument = expression.function, read(expression.expr)
    (entry,) = function.variables
    if entry not in function.expr.free_symbols:  # it would be defined where the matrix is not
        raise refused(expression, "it does not depend on the entries. Remedy: OneMatrix(n, 1) for a column of ones.")
    formula = function.expr.xreplace({entry: _T})
    if formula in _FORMULAS:
        return activation(_FORMULAS[formula])(argument)
    axes = (sp.Dummy("row"), sp.Dummy("column"))[: 0 if argument.is_scalar else 1 if argument.columns == 1 else 2]
    leaf = Piece(axes, argument)
    reader = _Reader(dict(zip(axes, argument.shape, strict=False)), {entry: leaf}, read)
    return _spread(reader, _piece(function.expr, reader), axes).term


# ---- pieces -------------------------------------------------------------------------------------------------
def _piece(expression: Any, reader: _Reader) -> Piece:
    factors = _factors(expression, reader)
    return factors[0] if len(factors) == 1 else _joined(expression, factors, reader)


def _factors(expression: Any, reader: _Reader) -> list[Piece]:
    """The factors of an expression in entries, sums over inner indices carried out."""
    if expression in reader.leaves:
        return [reader.leaves[expression]]
    if not expression.free_symbols & (reader.sizes.keys() | reader.leaves.keys()):
        return [Piece((), reader.read(expression))]
    for kind in type(expression).__mro__:
        row = _ROWS.get(kind)
        if row is not None:
            return row(expression, reader)
    raise refused(expression, f"the calculus has no word for it as a function of each entry. {_ENTRYWISE}")


_ENTRYWISE = (
    "Remedy: a declared function phi, A.applyfunc(phi), and what is used of phi as assumptions; on numbers alone, exp "
    "and log of theory."
)


def _sum(expression: Any, reader: _Reader) -> list[Piece]:
    sizes = {}
    for index, lower, upper in expression.limits:
        if lower != 0:
            raise refused(expression, _NO_INDEX)
        sizes[index] = size_from_sympy(upper + 1)
    inner = _Reader({**reader.sizes, **sizes}, reader.leaves, reader.read)
    factors = _factors(expression.function, inner)
    for index in reversed(sizes):  # the last first: w'(Sw), not w'(S'w)
        factors = _contracted(expression, factors, index, inner)
    return factors


def _added(expression: Any, reader: _Reader) -> list[Piece]:
    pieces = [_piece(term, reader) for term in expression.args]
    axes = tuple(dict.fromkeys(axis for piece in pieces for axis in piece.axes))
    if len(axes) > 2 or any(len(set(piece.axes)) < len(piece.axes) for piece in pieces):
        raise refused(expression, _NO_INDEX)
    return [Piece(axes, t.add(*(_spread(reader, piece, axes).term for piece in pieces)))]


def _multiplied(expression: Any, reader: _Reader) -> list[Piece]:
    return [piece for factor in expression.args for piece in _factors(factor, reader)]


def _raised(expression: Any, reader: _Reader) -> list[Piece]:
    base, exponent = _piece(expression.base, reader), expression.exp
    if not base.axes and exponent.is_Rational:
        return [Piece((), t.power(base.term, Fraction(int(exponent.p), int(exponent.q))))]
    if not (exponent.is_Integer and exponent > 0):
        raise refused(expression, f"of each entry there are whole powers from 1 on. {_ENTRYWISE}")
    return [base] * int(exponent)


def _element(element: Any, reader: _Reader) -> list[Piece]:
    matrix = reader.read(element.parent)
    places = list(zip(element.indices, matrix.shape, strict=True))
    axes = tuple(index for index, _ in places if index in reader.sizes)
    row, column = (_place(element, index, size, reader) for index, size in places)
    if column is not None:
        matrix = t.matmul(matrix, column)
    if row is not None:
        matrix = t.matmul(t.transpose(matrix), row)
    elif len(axes) == 1 and matrix.columns != 1:
        matrix = t.transpose(matrix)
    return [Piece(axes, matrix)]


def _place(element: Any, index: Any, size: Dimension, reader: _Reader) -> Term | None:
    """The basis vector e_i that an index i stands for; None for one that is summed over, or the only one there is."""
    if reader.sizes.get(index, 1 if index == 0 else None) == size:
        return None
    if index in reader.sizes or type(index) is not sp.Symbol:
        raise refused(
            element,
            "the calculus has no word for an entry at a number, since a size is a symbol. Remedy: A[i, j] with "
            'i, j = sympy.symbols("i j", integer=True), or (e.T*A*f)[0, 0].',
        )
    return basis_vector(f"e_{index.name}", size)


def _delta(delta: Any, reader: _Reader) -> list[Piece]:
    first, second = delta.args[:2]
    sizes = {reader.sizes.get(index) for index in (first, second)}
    size = sizes.pop()
    if sizes or size is None:
        raise refused(delta, _NO_INDEX)
    return [Piece((first, second), t.Eye(size))]


def _of_entry(expression: Any, reader: _Reader) -> list[Piece]:
    """phi of each entry; sin, tanh, erf and Abs are known by their name."""
    if len(expression.args) != 1:
        raise refused(expression, f"the calculus has functions of one number. {_ENTRYWISE}")
    inner = _piece(expression.args[0], reader)
    name = _KNOWN.get(expression.func)
    meaning = meaning_of(expression.func, (t.Number(Fraction(0)),)) if name is None else activation(name)
    return [Piece(inner.axes, meaning(inner.term))]


def _maximum(expression: Any, reader: _Reader) -> list[Piece]:
    if len(expression.args) != 2 or sp.S.Zero not in expression.args:
        raise refused(expression)
    inner = _piece(next(argument for argument in expression.args if argument != 0), reader)
    return [Piece(inner.axes, activation("relu")(inner.term))]


def _slope(expression: Any, reader: _Reader) -> list[Piece]:
    """phi'(entry): Derivative(phi(t), t) in the entry itself, Subs(Derivative(phi(t), t), t, ...) in anything."""
    derivative, point = expression, expression.expr.args[0]
    if isinstance(expression, sp.Subs):
        derivative, point = expression.expr, expression.point[0]
        fits = isinstance(derivative, sp.Derivative) and len(expression.variables) == 1
        fits = fits and derivative.expr.args == tuple(expression.variables)
    else:
        fits = point in reader.leaves
    if not fits or not isinstance(derivative.expr, AppliedUndef) or len(derivative.variable_count) != 1:
        raise refused(expression, f"derivatives are of a function of one entry, in it. {_ENTRYWISE}")
    ((variable, times),) = derivative.variable_count
    if derivative.expr.args != (variable,) or not times.is_Integer:
        raise refused(expression, f"derivatives are of a function of one entry, in it. {_ENTRYWISE}")
    inner = _piece(point, reader)
    found = differentiated(meaning_of(derivative.expr.func, (t.Number(Fraction(0)),)), times, inner.term)
    if found is None:
        raise refused(expression, f"derivatives are of a function of one entry, in it. {_ENTRYWISE}")
    return [Piece(inner.axes, found)]


_ROWS: Mapping[type, Callable[[Any, _Reader], list[Piece]]] = {
    sp.Sum: _sum,
    sp.Add: _added,
    sp.Mul: _multiplied,
    sp.Pow: _raised,
    MatrixElement: _element,
    sp.KroneckerDelta: _delta,
    AppliedUndef: _of_entry,
    sp.exp: _of_entry,
    sp.sin: _of_entry,
    sp.tanh: _of_entry,
    sp.erf: _of_entry,
    sp.Abs: _of_entry,
    sp.Max: _maximum,
    sp.Derivative: _slope,
    sp.Subs: _slope,
}


# ---- products and sums of pieces ----------------------------------------------------------------------------
def _matrix(piece: Piece, index: Any, *, last: bool) -> Term:
    """A piece at two indices as a matrix in which the index is the last, or the first."""
    return piece.term if (piece.axes[1] == index) == last else t.transpose(piece.term)


def _contracted(expression: Any, factors: list[Piece], index: Any, reader: _Reader) -> list[Piece]:
    """The factors of the sum over one index: it joins a row and a column of matrices, or is the index of columns."""
    rest = [piece for piece in factors if index not in piece.axes]
    columns = [piece.term for piece in factors if piece.axes == (index,)]
    matrices = [piece for piece in factors if index in piece.axes and len(piece.axes) == 2]
    matrices = _merged(matrices, [piece for piece in factors if piece not in matrices])
    size = reader.sizes[index]
    if [piece.axes for piece in matrices] == [(index, index)]:
        inner = matrices[0].term
        return [*rest, Piece((), t.trace(t.matmul(t.diag(reduce(t.hadamard, columns)), inner) if columns else inner))]
    if len(matrices) > 2 or any(piece.axes == (index, index) for piece in matrices):
        raise refused(expression, _NO_INDEX)
    if not matrices:
        if not columns:
            return [*rest, Piece((), t.of_size(size))]
        first = columns[0] if len(columns) > 1 else t.Ones(size)
        others = columns[1:] if len(columns) > 1 else columns
        return [*rest, Piece((), t.matmul(t.transpose(first), reduce(t.hadamard, others)))]
    left = _matrix(matrices[0], index, last=True)
    outer = tuple(axis for piece in matrices for axis in piece.axes if axis != index)
    if len(matrices) == 1:
        return [*rest, Piece(outer, _applied(left, reduce(t.hadamard, columns) if columns else t.Ones(size)))]
    right = _matrix(matrices[1], index, last=False)
    middle = _applied(left, t.diag(reduce(t.hadamard, columns))) if columns else left
    return [*rest, Piece(outer, _applied(middle, right))]


def _merged(matrices: list[Piece], rest: list[Piece]) -> list[Piece]:
    """Matrices at the same two indices as one, entry by entry; but two alone, A_ij B_ij, which make tr(A'B)."""
    out: list[Piece] = []
    taken = {axis for piece in rest for axis in piece.axes}
    for piece in matrices:
        beside = [other for other in out if set(other.axes) == set(piece.axes)]
        if not beside or (len(matrices) == 2 and not taken & set(piece.axes)):
            out.append(piece)
            continue
        (other,) = beside
        term = t.hadamard(other.term, _spread_matrix(piece, other.axes))
        out = [Piece(other.axes, term) if old is other else old for old in out]
    return out


def _spread_matrix(piece: Piece, axes: tuple[Any, ...]) -> Term:
    return piece.term if piece.axes == axes else t.transpose(piece.term)


def _applied(left: Term, right: Term) -> Term:
    """A product, without the identities that stand for Kronecker's delta."""
    if isinstance(left, t.Eye):
        return right
    return left if isinstance(right, t.Eye) else t.matmul(left, right)


def _joined(expression: Any, factors: list[Piece], reader: _Reader) -> Piece:
    """The product of pieces at no more than two indices together, entry by entry."""
    numbers = [piece.term for piece in factors if not piece.axes]
    others = [piece for piece in factors if piece.axes]
    axes: tuple[Any, ...] = tuple(dict.fromkeys(axis for piece in others for axis in piece.axes))
    whole = next((piece.axes for piece in others if len(piece.axes) == 2), axes)
    if len(axes) > 2 or any(len(set(piece.axes)) < len(piece.axes) for piece in others):
        raise refused(expression, _NO_INDEX)
    if len(axes) == 2 and not any(len(piece.axes) == 2 for piece in others):
        first, second = (reduce(t.hadamard, [piece.term for piece in others if piece.axes == (axis,)]) for axis in axes)
        term = t.matmul(first, t.transpose(second))
    elif others:
        term = reduce(t.hadamard, [_spread(reader, piece, whole).term for piece in others])
        axes = whole
    else:
        return Piece((), reduce(t.multiply, numbers))
    return Piece(axes, reduce(lambda body, number: t.scale(number, body), reversed(numbers), term))


def _spread(reader: _Reader, piece: Piece, axes: tuple[Any, ...]) -> Piece:
    """A piece at more indices, on which it does not depend: with ones in their place."""
    if piece.axes == axes:
        return piece
    if piece.axes == axes[::-1]:
        return Piece(axes, t.transpose(piece.term))
    if not set(piece.axes) <= set(axes):
        raise refused(sp.Tuple(*piece.axes, *axes), _NO_INDEX)
    ones = [t.Ones(reader.sizes[axis]) for axis in axes]
    if not piece.axes:
        return Piece(axes, t.scale(piece.term, ones[0] if len(axes) == 1 else t.matmul(ones[0], t.transpose(ones[1]))))
    if piece.axes[0] == axes[0]:
        return Piece(axes, t.matmul(piece.term, t.transpose(ones[1])))
    return Piece(axes, t.matmul(ones[0], t.transpose(piece.term)))
