"""The base of all terms: shapes, declared properties, cached structural equality, and how terms are written."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from numbers import Rational
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Union, cast, dataclass_transform

from theory.terms import limits

if TYPE_CHECKING:
    from theory.terms.nodes import Symbol
    from theory.terms.size_arithmetic import Size

Dimension = Union[int, "Symbol", "Size"]
Shape = tuple[Dimension, Dimension]


class CalculusError(ValueError):
    """A term or a claim that cannot be built; the message says what was expected, what came, and the remedy."""


class ShapeError(CalculusError):
    """Two shapes that do not fit; the message names both."""


class Property(Enum):
    """What a symbol is declared to be. Declared, never inferred from values."""

    DIMENSION = "dimension"
    STEPS = "number of steps"
    POSITIVE = "positive"
    NONNEGATIVE = "nonnegative"
    NEGATIVE = "negative"
    NONZERO = "nonzero"
    INVERTIBLE = "invertible"
    SYMMETRIC = "symmetric"
    POSITIVE_DEFINITE = "positive definite"
    POSITIVE_SEMIDEFINITE = "positive semidefinite"
    PROJECTOR = "orthogonal projector"
    ORTHOGONAL = "orthogonal"
    PERMUTATION = "permutation matrix"
    BASIS = "standard basis vector"
    RANDOM = "random"

    __hash__ = object.__hash__  # there is one of each; Python's own is that of the name, found anew each time


SEMIDEFINITE = frozenset({Property.POSITIVE_DEFINITE, Property.POSITIVE_SEMIDEFINITE})
# What is said of a column is said of each of its entries.
ENTRYWISE = frozenset({Property.POSITIVE, Property.NONNEGATIVE})
# What is declared by these is made as a whole: no entry of it, and no multiple, can be chosen apart.
RIGID = frozenset({Property.PROJECTOR, Property.ORTHOGONAL, Property.PERMUTATION, Property.BASIS})


class Operations(Protocol):
    """What the operators below do: `theory.terms.operations`, which knows the nodes and is hung in by the package."""

    def as_term(self, value: object, like: Term | None = None) -> Term: ...
    def add(self, *terms: Term) -> Term: ...
    def negative(self, term: Term) -> Term: ...
    def multiply(self, left: Term, right: Term) -> Term: ...
    def matmul(self, left: Term, right: Term) -> Term: ...
    def power(self, base: Term, exponent: Fraction) -> Term: ...
    def transpose(self, term: Term) -> Term: ...
    def absolute(self, term: Term) -> Term: ...


class Lettering(Protocol):
    """Which LaTeX a name may have, and a function has: `theory.typeset.latex_letters`, hung in by `theory`, so that
    terms know none."""

    REMEDY: str

    def tex_problem(self, tex: str, holes: int) -> str: ...
    def function_tex(self, name: str) -> str: ...


class Term:
    """A node of the calculus. Concrete nodes are frozen dataclasses with a `shape` and nothing mutable."""

    _operations: ClassVar[Operations]
    _raised: ClassVar[Callable[[Term, Term], Term]]  # a power of so many steps: `theory.terms.recursions`
    _text: ClassVar[Callable[[Term], str]]  # how it is written in one line: `theory.terms.text`
    _lettering: ClassVar[Lettering]

    shape: Shape
    _hash: int
    _free: frozenset[Symbol]
    _calls: bool
    _unfolded: Term
    _weight: int  # nodes, powers and definitions written out
    _depth: int

    def _key(self) -> tuple[Any, ...]:
        names = type(self).__dataclass_fields__  # type: ignore[attr-defined]  # as `fields` reads it, at a third
        return tuple([getattr(self, name) for name in names])

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            value = hash((type(self).__name__, self._key()))
            object.__setattr__(self, "_hash", value)
            return value

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other) or hash(self) != hash(other):
            return False
        return self._key() == other._key()

    def __bool__(self) -> bool:
        raise CalculusError(
            f"a term has no truth value: got bool({self!r}). "
            "Compare terms with Identity(left, right) or Bound(left, right)."
        )

    # -- what a reader may ask of any term ------------------------------------------------------------------
    @property
    def rows(self) -> Dimension:
        return self.shape[0]

    @property
    def columns(self) -> Dimension:
        return self.shape[1]

    @property
    def is_scalar(self) -> bool:
        return self.shape == (1, 1)

    @property
    def children(self) -> tuple[Term, ...]:
        """Sub-terms, in order; binders list their body first."""
        return ()

    def _written_out(self) -> int:
        """The nodes of the term with its powers and folded definitions written out."""
        return 1 + sum(child._weight for child in self.children)

    # -- how terms are written ------------------------------------------------------------------------------
    @property
    def T(self) -> Term:  # noqa: N802 - the field's notation
        return self._operations.transpose(self)

    def __add__(self, other: object) -> Term:
        return self._operations.add(self, self._operations.as_term(other, like=self))

    def __radd__(self, other: object) -> Term:
        return self._operations.add(self._operations.as_term(other, like=self), self)

    def __sub__(self, other: object) -> Term:
        return self._operations.add(self, self._operations.negative(self._operations.as_term(other, like=self)))

    def __rsub__(self, other: object) -> Term:
        return self._operations.add(self._operations.as_term(other, like=self), self._operations.negative(self))

    def __neg__(self) -> Term:
        return self._operations.negative(self)

    def __mul__(self, other: object) -> Term:
        return self._operations.multiply(self, self._operations.as_term(other))

    def __rmul__(self, other: object) -> Term:
        return self._operations.multiply(self._operations.as_term(other), self)

    def __matmul__(self, other: object) -> Term:
        return self._operations.matmul(self, self._operations.as_term(other))

    def __rmatmul__(self, other: object) -> Term:
        return self._operations.matmul(self._operations.as_term(other), self)

    def __truediv__(self, other: object) -> Term:
        return self._operations.multiply(self._operations.power(self._operations.as_term(other), Fraction(-1)), self)

    def __rtruediv__(self, other: object) -> Term:
        return self._operations.multiply(self._operations.as_term(other), self._operations.power(self, Fraction(-1)))

    def __pow__(self, exponent: object) -> Term:
        if isinstance(exponent, Term):
            return Term._raised(self, exponent)
        if isinstance(exponent, bool) or not isinstance(exponent, Rational):  # SymPy's rationals are Rational as well
            raise CalculusError(
                f"expected an exact exponent, got {exponent!r:.80} ({type(exponent).__name__}). "
                "Remedy: write 1/2 as Fraction(1, 2)."
            )
        return self._operations.power(self, Fraction(int(exponent.numerator), int(exponent.denominator)))

    def __abs__(self) -> Term:
        return self._operations.absolute(self)

    def __repr__(self) -> str:
        return Term._text(self)


@dataclass_transform(eq_default=False, frozen_default=True)
def node(cls: type) -> type:
    """Make `cls` a frozen dataclass that keeps Term's cached structural equality, and is weighed as it is built."""
    made: Any = dataclass(frozen=True, eq=False, repr=False)(cls)
    fill = made.__init__

    @functools.wraps(fill)
    def build_and_weigh(self: Term, *args: Any, **named: Any) -> None:
        fill(self, *args, **named)
        _weigh(self)

    made.__init__ = build_and_weigh
    return cast(type, made)


def _weigh(term: Term) -> None:
    """Keep weight and depth with the term. Raises CalculusError for one that no interpreter could finish."""
    children = term.children
    depth = 0
    for child in children:
        if not isinstance(child, Term):
            raise CalculusError(
                f"expected terms inside {type(term).__name__}, got {type(child).__name__} {child!r:.80}. "
                "Remedy: number(1) makes a term of a number."
            )
        if child._depth > depth:
            depth = child._depth
    weight, depth = term._written_out(), depth + 1
    problem = limits.problem_of_term(weight, depth, len(children)) or limits.problem_of_shape(term.shape)
    if problem:
        raise CalculusError(problem)
    object.__setattr__(term, "_weight", weight)
    object.__setattr__(term, "_depth", depth)
