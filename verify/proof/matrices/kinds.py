"""What atoms and factors are: a frozen dataclass for each kind. An atom is a number; a factor is a matrix, or a column.

What is made of forms holds them frozen; what is made of another atom or factor holds its number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from theory.terms import Activation, Definition, Dimension, ScalarField, Shape, Symbol, Term

Coefficient = int | Fraction
Exponent = int | Fraction
Monomial = tuple[tuple[int, Exponent], ...]
Word = tuple[int, ...]
Frozen = tuple[Shape, tuple[tuple[tuple[Monomial, Word], Coefficient], ...]]


# ---- either -------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Named:
    """A symbol; of a matrix with a transpose beside it, unless it is symmetric."""

    symbol: Symbol


@dataclass(frozen=True)
class Elementwise:
    """The derivative of some order of an activation, entry by entry."""

    function: Activation
    order: int
    argument: Frozen


@dataclass(frozen=True)
class Field:
    """A scalar field at a point, its gradient or its Hessian."""

    field: ScalarField
    order: int
    argument: Frozen


@dataclass(frozen=True)
class Call:
    """A folded definition."""

    definition: Definition
    arguments: tuple[Frozen, ...]


@dataclass(frozen=True)
class Derivative:
    """A derivative that is not carried out."""

    kind: str
    variable: Symbol
    body: Frozen
    at: Frozen


@dataclass(frozen=True)
class Iterate:
    """What a variable of a recursion is after a count of steps. `written`: its bodies as they were written.

    Of a power `base` is what it is a power of, and `letter` the one matrix, if there is one, of which that is a
    polynomial.
    """

    variables: tuple[Symbol, ...]
    count: Dimension
    index: int
    bodies: tuple[Frozen, ...]
    starts: tuple[Frozen, ...]
    written: tuple[Term, ...] = field(compare=False)
    base: Frozen | None = field(compare=False, default=None)
    letter: int | None = field(compare=False, default=None)


# ---- atoms --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Prime:
    """A prime, or a large number that was not taken apart, under a root."""

    value: int


@dataclass(frozen=True)
class Sum:
    """A sum whose powers are not whole and positive: primitive, with its content taken out."""

    form: Frozen


@dataclass(frozen=True)
class Abs:
    """The absolute value of an atom, or of a sum."""

    of: int | Frozen


@dataclass(frozen=True)
class Scalar:
    """A word of shape 1 x 1."""

    word: Word


@dataclass(frozen=True)
class Trace:
    """The trace of a square word, in its canonical rotation."""

    word: Word


@dataclass(frozen=True)
class Exponential:
    """exp of a monomial, to any rational power: exp(c m) is exp(m)^c."""

    of: Monomial


@dataclass(frozen=True)
class Logarithm:
    """log of a sum with its content taken out, or of what is not shown to be positive factor by factor."""

    of: Frozen


@dataclass(frozen=True)
class Determinant:
    """The determinant of a factor, or of a form."""

    of: int | Frozen


@dataclass(frozen=True)
class LargestEigenvalue:
    """The largest eigenvalue of a symmetric form without a multiple of I, with what is nonnegative taken out."""

    of: Frozen


@dataclass(frozen=True)
class Parity:
    """(-1)^n, where the dimension n is a symbol."""

    size: Dimension


@dataclass(frozen=True)
class Expectation:
    """E over a random vector of a monomial."""

    over: Symbol
    inside: Monomial


# ---- factors ------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Direction:
    """The differential of a symbol."""

    symbol: Symbol


@dataclass(frozen=True)
class Ones:
    """The column of ones."""

    size: Dimension


@dataclass(frozen=True)
class Inverse:
    """The inverse of a factor, or of a sum."""

    of: int | Frozen


@dataclass(frozen=True)
class Diagonal:
    """The diagonal matrix of a column."""

    word: Word


@dataclass(frozen=True)
class Hadamard:
    """The entrywise product of two words or more, in order; none is I or a dyad, or has a diagonal matrix at an end."""

    parts: tuple[Word, ...]


@dataclass(frozen=True)
class DiagonalOf:
    """The diagonal of a square word, as a column."""

    word: Word


@dataclass(frozen=True)
class Place:
    """Columns of the identity of a size: what puts a block behind so many others, and transposed takes it out."""

    before: Dimension
    size: Dimension
    whole: Dimension


@dataclass(frozen=True)
class Kronecker:
    """The Kronecker product of words of these shapes, () for the identity; two at least, and none of shape 1 x 1."""

    parts: tuple[tuple[Word, Shape], ...]


@dataclass(frozen=True)
class Vec:
    """The columns of a word of this shape, one below another; it is neither a column nor a row nor u v'."""

    word: Word
    shape: Shape


@dataclass(frozen=True)
class FirstMoment:
    """E over x of a monomial times x."""

    over: Symbol
    inside: Monomial


@dataclass(frozen=True)
class SecondMoment:
    """E over x of a monomial times x x'."""

    over: Symbol
    inside: Monomial


@dataclass(frozen=True)
class Moment:
    """E over x of a monomial times a word that is not taken apart."""

    over: Symbol
    inside: Monomial
    word: Word


Kind = (
    Named | Elementwise | Field | Call | Derivative | Iterate
    | Prime | Sum | Abs | Scalar | Trace | Exponential | Logarithm | Determinant | LargestEigenvalue | Parity
    | Expectation | Direction | Ones | Inverse | Diagonal | Hadamard | DiagonalOf | Place | Kronecker | Vec
    | FirstMoment | SecondMoment | Moment
)  # fmt: skip
