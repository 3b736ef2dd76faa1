"""Builders: the only places that flatten sums and products and check shapes. Each refusal names both shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeVar

from theory.terms import limits
from theory.terms.base import CalculusError, Dimension, ShapeError, Term
from theory.terms.nodes import (
    Abs,
    Determinant,
    Diag,
    Eye,
    Hadamard,
    Inverse,
    Kronecker,
    LargestEigenvalue,
    Number,
    Ones,
    Place,
    Power,
    Product,
    Scale,
    Sum,
    Symbol,
    Trace,
    Transpose,
    Vec,
    Zero,
    require_size,
    show,
)
from theory.terms.size_arithmetic import Size, plus, times

READERS: dict[str, Callable[[Any], Term]] = {}  # library -> what makes a term of its expressions
_Reader = TypeVar("_Reader")


def reader_of(value: object, readers: Mapping[str, _Reader]) -> _Reader | None:
    """The reader of the library that the value's class, or the nearest class above it, is from; None: of no such."""
    libraries = (str(kind.__module__).split(".")[0] for kind in type(value).__mro__)
    return next((readers[library] for library in libraries if library in readers), None)


def as_term(value: object, like: Term | None = None) -> Term:
    """A term from a term, an exact number, or a SymPy scalar; the number 0 takes the shape of `like`.

    Raises CalculusError for floats (not exact) and for anything else.
    """
    if isinstance(value, Term):
        return value
    if isinstance(value, bool | float):
        raise CalculusError(
            f"expected an exact scalar or a term, got {value!r} ({type(value).__name__}). "
            "Remedy: write 1/2 as Fraction(1, 2) or sympy.Rational(1, 2)."
        )
    if isinstance(value, (int, Fraction)):
        if value == 0 and like is not None and not like.is_scalar:
            return Zero(like.shape)
        return Number(Fraction(value))
    foreign = reader_of(value, READERS)
    if foreign is not None:
        return foreign(value)
    raise CalculusError(
        f"expected a term, an exact number or a SymPy expression, got {type(value).__name__} {value!r}."
    )


def add(*terms: Term) -> Term:
    flat: list[Term] = []
    for term in terms:
        if term.shape != terms[0].shape:
            raise ShapeError(
                f"cannot add {terms[0]!r} of shape {show(terms[0].shape)} and {term!r} of shape {show(term.shape)}."
            )
        if isinstance(term, Sum):
            flat.extend(term.terms)
        elif not _is_zero(term):
            flat.append(term)
    if not flat:
        return terms[0]
    return flat[0] if len(flat) == 1 else Sum(tuple(flat))


def _is_zero(term: Term) -> bool:
    return isinstance(term, Zero) or (isinstance(term, Number) and term.value == 0)


def scale(scalar: Term, body: Term) -> Term:
    if not scalar.is_scalar:
        raise ShapeError(
            f"a factor of * must be a scalar; {scalar!r} has shape {show(scalar.shape)}. Use @ for products."
        )
    if isinstance(scalar, Number) and scalar.value == 1:
        return body
    if isinstance(body, Number) and body.value == 1:
        return scalar
    if isinstance(scalar, Number) and isinstance(body, Number):
        return Number(scalar.value * body.value)
    return Scale(scalar, body)


def multiply(left: Term, right: Term) -> Term:
    """`*`: at least one side is a scalar. Shapes that are neither are refused with the remedy `@`."""
    if left.is_scalar:
        return scale(left, right)
    if right.is_scalar:
        return scale(right, left)
    raise ShapeError(
        f"* needs a scalar on one side: got {left!r} of shape {show(left.shape)} and {right!r} of shape "
        f"{show(right.shape)}. Remedy: @ for the matrix product, hadamard(a, b) for the entrywise one."
    )


def matmul(left: Term, right: Term) -> Term:
    if left.shape[1] != right.shape[0]:
        raise ShapeError(
            f"cannot multiply {left!r} of shape {show(left.shape)} by {right!r} of shape {show(right.shape)}: inner "
            f"dimensions {show((left.shape[1], right.shape[0])).replace(' x ', ' and ')} differ. Transpose one of them?"
        )
    if isinstance(left, Scale):
        return scale(left.scalar, matmul(left.body, right))
    if isinstance(right, Scale):
        return scale(right.scalar, matmul(left, right.body))
    factors = (left.factors if isinstance(left, Product) else (left,)) + (
        right.factors if isinstance(right, Product) else (right,)
    )
    return Product(factors)


def transpose(term: Term) -> Term:
    """Rows for columns; `A.T` is the same."""
    if isinstance(term, Transpose):
        return term.body
    if term.is_scalar or isinstance(term, Eye):
        return term
    if isinstance(term, Scale):
        return scale(term.scalar, transpose(term.body))
    return Transpose(term)


def power(base: Term, exponent: Fraction) -> Term:
    if not base.is_scalar:
        raise ShapeError(f"** needs a scalar base; {base!r} has shape {show(base.shape)}. Remedy: inverse(A) or A @ A.")
    if problem := limits.problem_of_exponent(exponent):
        raise CalculusError(problem)
    if isinstance(base, Number) and exponent.denominator == 1 and (base.value != 0 or exponent >= 0):
        if problem := limits.problem_of_bits(limits.bits_of_power(base.value, int(exponent))):
            raise CalculusError(problem)
        return Number(base.value ** int(exponent))
    if exponent == 1:
        return base
    if isinstance(base, Power) and exponent.denominator == 1 and _one_domain(base.exponent, exponent):
        return power(base.base, base.exponent * exponent)
    return Power(base, exponent)


def _one_domain(inner: Fraction, outer: Fraction) -> bool:
    """Is (b^inner)^outer, outer whole, defined for just those b for which b^(inner outer) is? There they are equal."""
    merged = inner * outer
    root = (inner.denominator != 1) == (merged.denominator != 1)  # b >= 0 is asked for by both or by none
    return root and (inner < 0 or (outer < 0 and inner != 0)) == (merged < 0)  # and so is b != 0


def absolute(term: Term) -> Term:
    return Abs(term)


def negative(term: Term) -> Term:
    """-term."""
    return scale(Number(Fraction(-1)), term)


def _square(name: str, term: Term) -> None:
    if term.shape[0] != term.shape[1]:
        raise ShapeError(f"{name} needs a square matrix; {term!r} has shape {show(term.shape)}.")


def trace(term: Term) -> Term:
    """The sum of the diagonal of a square matrix."""
    _square("trace", term)
    return Trace(term)


def determinant(term: Term) -> Term:
    """The determinant of a square matrix; of a scalar it is the scalar."""
    _square("det", term)
    return term if term.is_scalar else Determinant(term)


def largest_eigenvalue(term: Term) -> Term:
    """The largest eigenvalue of a symmetric matrix, lambda_max; of a scalar it is the scalar.

    That the matrix is symmetric is an obligation of whoever proves with it.
    """
    _square("lambda_max", term)
    return term if term.is_scalar else LargestEigenvalue(term)


def inverse(term: Term) -> Term:
    """The inverse of a square matrix; that it exists is an obligation of whoever proves with it."""
    _square("inverse", term)
    return Inverse(term)


def hadamard(left: Term, right: Term) -> Term:
    """The product entry by entry of two terms of one shape."""
    if left.shape != right.shape:
        raise ShapeError(
            f"hadamard needs one shape: got {show(left.shape)} and {show(right.shape)} ({left!r}, {right!r})."
        )
    return Hadamard(left, right)


def diag(column: Term) -> Term:
    """The diagonal matrix of a column."""
    if column.shape[1] != 1:
        raise ShapeError(f"diag needs a column; {column!r} has shape {show(column.shape)}.")
    return Diag(column)


def kronecker(left: Term, right: Term) -> Term:
    """The matrix of blocks a_ij B. A number on either side multiplies; I (x) I is I, and 1 (x) 1 is 1."""
    if left.is_scalar or right.is_scalar:
        return multiply(left, right)
    if isinstance(left, Scale):
        return scale(left.scalar, kronecker(left.body, right))
    if isinstance(right, Scale):
        return scale(right.scalar, kronecker(left, right.body))
    made = Kronecker(left, right)
    for kind in (Eye, Ones):
        if isinstance(left, kind) and isinstance(right, kind):
            return kind(made.shape[0])
    return made


def vec(term: Term) -> Term:
    """The columns of a matrix, one below another; a column is its own."""
    if term.shape[1] == 1:
        return term
    if term.shape[0] == 1:
        return transpose(term)
    if isinstance(term, Scale):
        return scale(term.scalar, vec(term.body))
    return Zero(Vec(term).shape) if isinstance(term, Zero) else Vec(term)


def blocks(rows: Sequence[Sequence[Term]]) -> Term:
    """A matrix made of others, row by row: the sum of its blocks, each put in its place."""
    heights = [row[0].shape[0] for row in rows if row]
    widths = [term.shape[1] for term in rows[0]] if rows else []
    if not widths or len(heights) < len(rows) or any(len(row) != len(widths) for row in rows):
        raise ShapeError("blocks: expected rows of as many blocks each. Remedy: blocks([[A, B], [C, D]]).")
    for height, row in zip(heights, rows, strict=True):
        for width, term in zip(widths, row, strict=True):
            if term.shape != (height, width):
                raise ShapeError(
                    f"blocks: expected {show((height, width))} in this place, as beside and above it, got {term!r} of "
                    f"shape {show(term.shape)}."
                )
    down, across = _places(heights), _places(widths)
    return add(
        *(
            _put(place, term, other)
            for place, row in zip(down, rows, strict=True)
            for other, term in zip(across, row, strict=True)
        )
    )


def _places(sizes: Sequence[Dimension]) -> list[Place | None]:
    """Where blocks of these sizes stand; None for one that is all there is."""
    if len(sizes) == 1:
        return [None]
    return [Place(plus(0, *sizes[:i]), size, plus(*sizes)) for i, size in enumerate(sizes)]


def _put(place: Place | None, term: Term, other: Place | None) -> Term:
    if _is_zero(term):
        return Zero((term.shape[0] if place is None else place.whole, term.shape[1] if other is None else other.whole))
    placed = term if place is None else _beside(place, term)
    return placed if other is None else _beside(placed, transpose(other))


def _beside(left: Term, right: Term) -> Term:
    """A product, in which I is left out, and a number beside a column or a row multiplies it."""
    if isinstance(right, Eye):
        return left
    if isinstance(left, Eye):
        return right
    return multiply(left, right) if left.is_scalar or right.is_scalar else matmul(left, right)


def as_size(of: Term | Dimension, require: Callable[[Dimension], None] = require_size) -> Dimension:
    """A size as terms have it: of m + n or 2 * m * n that is made of others. `require` says what such is made of.

    Raises CalculusError for what is no sum of products of dimensions.
    """

    def counted(part: Term) -> Dimension:
        whole = isinstance(part, Number) and part.value.denominator == 1 and part.value >= 1
        return int(part.value) if isinstance(part, Number) and whole else as_size(part, require)

    match of:
        case Sum(terms):
            return plus(*map(counted, terms))
        case Scale(scalar, body):
            return times(counted(scalar), counted(body))
        case Product(factors):
            return times(*map(counted, factors))
        case Power(base, exponent) if exponent.denominator == 1 and exponent > 0:
            return times(*[counted(base)] * int(exponent))
        case Size():
            return of
        case _ if not isinstance(of, Term) or isinstance(of, Symbol):
            require(of)
            return of
    raise CalculusError(
        f"expected a size: a sum of products of dimensions, got {of!r:.80}. Remedy: eye(m + n), ones(m * n)."
    )


def of_size(size: Dimension) -> Term:
    """A size as a number."""
    if isinstance(size, Size):
        return add(*(_multiplied(count, product) for product, count in size.terms))
    return Number(Fraction(size)) if isinstance(size, int) else size


def _multiplied(count: int, factors: Sequence[Term]) -> Term:
    out: Term = Number(Fraction(count))
    for factor in factors:
        out = multiply(out, factor)
    return out


def walk(term: Term) -> Iterator[Term]:
    """Every node of the tree, the term itself first; bodies of definitions are not entered."""
    waiting = [term]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += reversed(node.children)
