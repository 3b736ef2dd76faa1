"""The base of all terms: shapes, declared properties, cached structural equality, and how terms are written."""

from __future__ import annotations

import functools
from dataclasses import dataclass, fields
from enum import Enum
from fractions import Fraction
from numbers import Rational
from typing import TYPE_CHECKING, Any, Union, cast, dataclass_transform

from theory.calculus import terms as build  # used when operators run, by which time the package is complete
from theory.calculus.terms import limits

if TYPE_CHECKING:
    from theory.calculus.terms.nodes import Symbol

Dimension = Union[int, "Symbol"]
Shape = tuple[Dimension, Dimension]


class CalculusError(ValueError):
    """A term or a claim that cannot be built; the message says what was expected, what came, and the remedy."""


class ShapeError(CalculusError):
    """Two shapes that do not fit; the message names both."""


class Property(Enum):
    """What a symbol is declared to be. Declared, never inferred from values."""

    DIMENSION = "dimension"
    POSITIVE = "positive"
    NONNEGATIVE = "nonnegative"
    NEGATIVE = "negative"
    NONZERO = "nonzero"
    SYMMETRIC = "symmetric"
    POSITIVE_DEFINITE = "positive definite"
    POSITIVE_SEMIDEFINITE = "positive semidefinite"
    PROJECTOR = "orthogonal projector"
    RANDOM = "random"


class Term:
    """A node of the calculus. Concrete nodes are frozen dataclasses with a `shape` and nothing mutable."""

    shape: Shape
    _hash: int
    _free: frozenset[Symbol]
    _weight: int  # nodes, powers and definitions written out
    _depth: int

    def _key(self) -> tuple[Any, ...]:
        return tuple(getattr(self, f.name) for f in fields(self))  # type: ignore[arg-type]

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
        return build.transpose(self)

    def __add__(self, other: object) -> Term:
        return build.add(self, build.as_term(other, like=self))

    def __radd__(self, other: object) -> Term:
        return build.add(build.as_term(other, like=self), self)

    def __sub__(self, other: object) -> Term:
        return build.add(self, build.negative(build.as_term(other, like=self)))

    def __rsub__(self, other: object) -> Term:
        return build.add(build.as_term(other, like=self), build.negative(self))

    def __neg__(self) -> Term:
        return build.negative(self)

    def __mul__(self, other: object) -> Term:
        return build.multiply(self, build.as_term(other))

    def __rmul__(self, other: object) -> Term:
        return build.multiply(build.as_term(other), self)

    def __matmul__(self, other: object) -> Term:
        return build.matmul(self, build.as_term(other))

    def __rmatmul__(self, other: object) -> Term:
        return build.matmul(build.as_term(other), self)

    def __truediv__(self, other: object) -> Term:
        return build.multiply(build.power(build.as_term(other), Fraction(-1)), self)

    def __rtruediv__(self, other: object) -> Term:
        return build.multiply(build.as_term(other), build.power(self, Fraction(-1)))

    def __pow__(self, exponent: object) -> Term:
        if isinstance(exponent, bool) or not isinstance(exponent, Rational):  # SymPy's rationals are Rational as well
            raise CalculusError(
                f"expected an exact exponent, got {exponent!r:.80} ({type(exponent).__name__}). "
                "Remedy: write 1/2 as Fraction(1, 2)."
            )
        return build.power(self, Fraction(int(exponent.numerator), int(exponent.denominator)))

    def __abs__(self) -> Term:
        return build.absolute(self)

    def __repr__(self) -> str:
        from theory.calculus.text import text

        return text(self)

    def _repr_latex_(self) -> str:
        from theory.calculus.latex import latex

        return f"${latex(self)}$"


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
    for child in children:
        if not isinstance(child, Term):
            raise CalculusError(
                f"expected terms inside {type(term).__name__}, got {type(child).__name__} {child!r:.80}. "
                "Remedy: number(1) makes a term of a number."
            )
    weight = term._written_out()
    depth = 1 + max((child._depth for child in children), default=0)
    problem = limits.problem_of_term(weight, depth, len(children)) or limits.problem_of_shape(term.shape)
    if problem:
        raise CalculusError(problem)
    object.__setattr__(term, "_weight", weight)
    object.__setattr__(term, "_depth", depth)
