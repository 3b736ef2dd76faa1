"""Leaves and algebra: numbers, symbols, I, ones, zero, sums, products, transposes, traces, powers, ..."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from theory.terms import limits
from theory.terms.base import ENTRYWISE, CalculusError, Dimension, Property, Shape, ShapeError, Term, node
from theory.terms.lettering import require_lettering
from theory.terms.size_arithmetic import Size, minus, times


def require_size(size: Dimension) -> None:
    """A size is a whole number >= 1, a symbol made by `dimension`, or made of such. Raises CalculusError for anything
    else."""
    if isinstance(size, Symbol) and _is_dimension(size):
        return
    if type(size) is Size and all(type(s) is Symbol and _is_dimension(s) for s in size.symbols):
        return
    if isinstance(size, int) and not isinstance(size, bool) and size >= 1:
        if problem := limits.problem_of_shape((size,)):
            raise CalculusError(problem)
        return
    raise CalculusError(
        f'expected a size: a dimension or a whole number >= 1, got {size!r:.80}. Remedy: d = dimension("d").'
    )


def _is_dimension(symbol: Symbol) -> bool:
    """May it be a size? Steps are counted, and nothing has so many rows."""
    return symbol.has(Property.DIMENSION) and not symbol.has(Property.STEPS)


def require_exact(what: str, value: object) -> None:
    """Raises CalculusError unless the value is a Fraction, and no subclass of it: floats are not exact."""
    if type(value) is not Fraction:
        raise CalculusError(
            f"expected {what} as a Fraction, got {value!r:.80} ({type(value).__name__}). "
            "Remedy: write 1/2 as Fraction(1, 2); a float is not exact."
        )


def _scalars(rows: Dimension, columns: Dimension) -> bool:
    """scalars"""
    return (rows, columns) == (1, 1)


def _columns(rows: Dimension, columns: Dimension) -> bool:
    """columns"""
    return columns == 1


def _squares(rows: Dimension, columns: Dimension) -> bool:
    """square matrices"""
    return rows == columns


_SHAPES: dict[Property, Callable[[Dimension, Dimension], bool]] = {
    Property.DIMENSION: _scalars,
    Property.STEPS: _scalars,
    Property.POSITIVE: _columns,
    Property.NONNEGATIVE: _columns,
    Property.NEGATIVE: _scalars,
    Property.NONZERO: _columns,
    Property.INVERTIBLE: _squares,
    Property.SYMMETRIC: _squares,
    Property.POSITIVE_DEFINITE: _squares,
    Property.POSITIVE_SEMIDEFINITE: _squares,
    Property.PROJECTOR: _squares,
    Property.ORTHOGONAL: _squares,
    Property.PERMUTATION: _squares,
    Property.BASIS: _columns,
    Property.RANDOM: _columns,
}


def _signs(properties: frozenset[Property]) -> str:
    return " and ".join(sorted(prop.value for prop in properties & ENTRYWISE))


# ---- leaves -------------------------------------------------------------------------------------------------
@node
class Number(Term):
    """An exact rational."""

    value: Fraction
    shape = (1, 1)

    def __post_init__(self) -> None:
        require_exact("a number", self.value)
        if problem := limits.problem_of_number(self.value):
            raise CalculusError(problem)


@node
class Symbol(Term):
    """A named scalar, vector or matrix with declared properties; `bound` is its binder's depth, 0 if free."""

    name: str
    shape: Shape = (1, 1)
    properties: frozenset[Property] = frozenset()
    tex: str = ""
    bound: int = 0

    def __post_init__(self) -> None:
        require_lettering(self.name, self.tex, bound=self.bound != 0)
        for size in self.shape:
            require_size(size)
            if isinstance(size, Size) and not self.bound:  # what is bound has the size of what is put for it
                raise ShapeError(
                    f"{self.name} cannot have the size {size}: the sizes of a symbol have one name each. "
                    "Remedy: stack(u, v) of columns, blocks([[A, B], [C, D]]) of matrices, vec(X) of a matrix."
                )
        for prop in sorted(self.properties, key=lambda p: p.value):
            if not _SHAPES[prop](*self.shape):
                raise ShapeError(
                    f"{self.name} of shape {show(self.shape)} cannot be declared {prop.value}: that is said of "
                    f"{_SHAPES[prop].__doc__}."
                )
        if self.shape != (1, 1) and self.has(Property.RANDOM) and self.properties & ENTRYWISE:
            raise ShapeError(
                f"{self.name} cannot be declared random and {_signs(self.properties)}: no law here has signs. "
                "Remedy: exp(x) of a random x, or a column that is not random."
            )

    def _key(self) -> tuple[Any, ...]:
        return (self.name, self.shape, self.properties, self.bound)

    def has(self, prop: Property) -> bool:
        return prop in self.properties


@node
class Eye(Term):
    """The identity matrix of size n."""

    size: Dimension

    def __post_init__(self) -> None:
        require_size(self.size)

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return (self.size, self.size)


@node
class Ones(Term):
    """The column of n ones."""

    size: Dimension

    def __post_init__(self) -> None:
        require_size(self.size)

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return (self.size, 1)


@node
class Zero(Term):
    """The zero matrix of a shape."""

    shape: Shape

    def __post_init__(self) -> None:
        for size in self.shape:
            require_size(size)


@node
class Place(Term):
    """The columns of the identity matrix of size `whole` from number `before` + 1 on, as many as `size`: what puts a
    block in its place, and taken transposed what takes it out."""

    before: Dimension
    size: Dimension
    whole: Dimension

    def __post_init__(self) -> None:
        for size in (self.size, self.whole, *((self.before,) if self.before != 0 else ())):
            require_size(size)
        rest = minus(self.whole, self.size)
        if rest is None or minus(rest, self.before) is None or rest == 0:
            raise ShapeError(
                f"expected a block within {self.whole}, and not all of it, got one of {self.size} behind {self.before}."
            )

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return (self.whole, self.size)


# ---- algebra ------------------------------------------------------------------------------------------------
@node
class Sum(Term):
    terms: tuple[Term, ...]

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return self.terms[0].shape

    @property
    def children(self) -> tuple[Term, ...]:
        return self.terms


@node
class Product(Term):
    """A matrix product; inner dimensions agree."""

    factors: tuple[Term, ...]

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return (self.factors[0].shape[0], self.factors[-1].shape[1])

    @property
    def children(self) -> tuple[Term, ...]:
        return self.factors


@node
class Scale(Term):
    """A scalar times a term of any shape."""

    scalar: Term
    body: Term

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return self.body.shape

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.scalar, self.body)


@node
class Transpose(Term):
    body: Term

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return (self.body.shape[1], self.body.shape[0])

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body,)


@node
class Trace(Term):
    body: Term
    shape = (1, 1)

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body,)


@node
class Determinant(Term):
    body: Term
    shape = (1, 1)

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body,)


@node
class LargestEigenvalue(Term):
    """The largest eigenvalue of a symmetric matrix: the least c with S <= c I. Of other matrices it is not defined."""

    body: Term
    shape = (1, 1)

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body,)


@node
class Inverse(Term):
    body: Term

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return self.body.shape

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body,)


@node
class Hadamard(Term):
    """The entrywise product of two terms of one shape."""

    left: Term
    right: Term

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return self.left.shape

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.left, self.right)


@node
class Diag(Term):
    """The diagonal matrix of a column."""

    body: Term

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return (self.body.shape[0], self.body.shape[0])

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body,)


@node
class Kronecker(Term):
    """The matrix of blocks a_ij B."""

    left: Term
    right: Term

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        (a, b), (c, d) = self.left.shape, self.right.shape
        return (times(a, c), times(b, d))

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.left, self.right)


@node
class Vec(Term):
    """The columns of a matrix, one below another."""

    body: Term

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return (times(*self.body.shape), 1)

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body,)


@node
class Power(Term):
    """A scalar to a rational power. Whether it is defined is an obligation of whoever proves with it."""

    base: Term
    exponent: Fraction
    shape = (1, 1)

    def __post_init__(self) -> None:
        require_exact("an exponent", self.exponent)
        if problem := limits.problem_of_exponent(self.exponent):
            raise CalculusError(problem)

    def _written_out(self) -> int:
        return 1 + self.base._weight * max(1, abs(self.exponent.numerator))

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.base,)


@node
class Abs(Term):
    body: Term
    shape = (1, 1)

    def __post_init__(self) -> None:
        if not self.body.is_scalar:
            raise ShapeError(
                f"abs needs a scalar; {self.body!r} has shape {show(self.body.shape)}. Remedy: norm(v) for a length."
            )

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body,)


def show(shape: Shape) -> str:
    """A shape as a reader writes it, such as `d x 1`."""
    return " x ".join(s.name if isinstance(s, Symbol) else str(s) for s in shape)
