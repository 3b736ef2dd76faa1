"""Terms of the general-dimension calculus: frozen trees whose shapes are checked as they are built.

A term has a shape `(rows, columns)`; each entry is a positive integer or a dimension symbol such as `m`.
Scalars are terms of shape `(1, 1)`. Nodes carry no meaning beyond their shape: what they mean is said by the
interpreters (normal form, differential, components, torch, LaTeX), one table each, keyed by node type.

Nothing is simplified here except what Python needs to build a readable tree: sums and products are flattened.
Two terms are `==` when they are the same tree; equality as mathematics is decided in `normal_form`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import Enum
from fractions import Fraction
from typing import Any, Union, dataclass_transform

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
        return self._key() == other._key()  # type: ignore[attr-defined]

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

    # -- how terms are written ------------------------------------------------------------------------------
    @property
    def T(self) -> Term:  # noqa: N802 - the field's notation
        return transpose(self)

    def __add__(self, other: object) -> Term:
        return add(self, as_term(other, like=self))

    def __radd__(self, other: object) -> Term:
        return add(as_term(other, like=self), self)

    def __sub__(self, other: object) -> Term:
        return add(self, scale(Number(Fraction(-1)), as_term(other, like=self)))

    def __rsub__(self, other: object) -> Term:
        return add(as_term(other, like=self), scale(Number(Fraction(-1)), self))

    def __neg__(self) -> Term:
        return scale(Number(Fraction(-1)), self)

    def __mul__(self, other: object) -> Term:
        return multiply(self, as_term(other))

    def __rmul__(self, other: object) -> Term:
        return multiply(as_term(other), self)

    def __matmul__(self, other: object) -> Term:
        return matmul(self, as_term(other))

    def __rmatmul__(self, other: object) -> Term:
        return matmul(as_term(other), self)

    def __truediv__(self, other: object) -> Term:
        return multiply(power(as_term(other), Fraction(-1)), self)

    def __rtruediv__(self, other: object) -> Term:
        return multiply(as_term(other), power(self, Fraction(-1)))

    def __pow__(self, exponent: int | Fraction) -> Term:
        return power(self, Fraction(exponent))

    def __abs__(self) -> Term:
        return absolute(self)

    def __repr__(self) -> str:
        from theory.calculus.text import text

        return text(self)

    def _repr_latex_(self) -> str:
        from theory.calculus.latex import latex

        return f"${latex(self)}$"


@dataclass_transform(eq_default=False, frozen_default=True)
def node(cls: type) -> type:
    """Make `cls` a frozen dataclass that keeps Term's cached structural equality."""
    return dataclass(frozen=True, eq=False, repr=False)(cls)


# ---- leaves -------------------------------------------------------------------------------------------------
@node
class Number(Term):
    """An exact rational."""

    value: Fraction
    shape = (1, 1)


@node
class Symbol(Term):
    """A named scalar, vector or matrix with declared properties; `bound` is its binder's depth, 0 if free."""

    name: str
    shape: Shape = (1, 1)
    properties: frozenset[Property] = frozenset()
    tex: str = ""
    bound: int = 0

    def _key(self) -> tuple[Any, ...]:
        return (self.name, self.shape, self.properties, self.bound)

    def has(self, prop: Property) -> bool:
        return prop in self.properties


@node
class Eye(Term):
    """The identity matrix of size n."""

    size: Dimension

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return (self.size, self.size)


@node
class Ones(Term):
    """The column of n ones."""

    size: Dimension

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return (self.size, 1)


@node
class Zero(Term):
    """The zero matrix of a shape."""

    shape: Shape


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
class Power(Term):
    """A scalar to a rational power. Whether it is defined is an obligation of whoever proves with it."""

    base: Term
    exponent: Fraction
    shape = (1, 1)

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.base,)


@node
class Abs(Term):
    body: Term
    shape = (1, 1)

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body,)


# ---- functions ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Activation:
    """A generic function of one real variable, differentiable `smoothness` times; applied entrywise."""

    name: str
    smoothness: int = 2
    tex: str = ""

    def __call__(self, argument: object) -> Term:
        return self.derivative(0, argument)

    def prime(self, argument: object) -> Term:
        return self.derivative(1, argument)

    def second(self, argument: object) -> Term:
        return self.derivative(2, argument)

    def derivative(self, order: int, argument: object) -> Term:
        if order > self.smoothness:
            raise CalculusError(
                f"activation {self.name!r} is declared {self.smoothness} times differentiable; derivative "
                f"{order} was asked for. Remedy: activation({self.name!r}, smoothness={order})."
            )
        return Elementwise(self, order, as_term(argument))


@node
class Elementwise(Term):
    """The `order`-th derivative of an activation, applied to every entry of the argument."""

    function: Activation
    order: int
    argument: Term

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return self.argument.shape

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.argument,)


@dataclass(frozen=True)
class ScalarField:
    """A generic twice differentiable function of a column of `size` entries, such as a loss."""

    name: str
    size: Dimension
    tex: str = ""

    def __call__(self, argument: Term) -> Term:
        return self._at(0, argument)

    def gradient(self, argument: Term) -> Term:
        return self._at(1, argument)

    def hessian(self, argument: Term) -> Term:
        return self._at(2, argument)

    def _at(self, order: int, argument: Term) -> Term:
        if argument.shape != (self.size, 1):
            raise ShapeError(
                f"{self.name} takes a column of shape {show((self.size, 1))}; got {argument!r} of shape "
                f"{show(argument.shape)}."
            )
        return FieldValue(self, order, argument)


@node
class FieldValue(Term):
    """A scalar field (order 0), its gradient (1) or its Hessian (2), at a point."""

    field: ScalarField
    order: int
    argument: Term

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        n = self.field.size
        return ((1, 1), (n, 1), (n, n))[self.order]

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.argument,)


@dataclass(frozen=True, eq=False)
class Definition:
    """A named function of terms: `name(parameters) := body`. Symbols of the body that are no parameters are fixed.

    `tex` is written before the bracketed arguments; if it contains `#1`, `#2`, ..., these are replaced instead.
    Compared by object identity: two definitions are two things even if their bodies agree.
    """

    name: str
    parameters: tuple[Symbol, ...]
    body: Term
    tex: str = ""
    source: str = ""

    def __call__(self, *arguments: object) -> Term:
        if len(arguments) != len(self.parameters):
            raise CalculusError(
                f"{self.name} takes {len(self.parameters)} arguments "
                f"({', '.join(p.name for p in self.parameters)}); got {len(arguments)}."
            )
        terms = tuple(as_term(a, like=p) for a, p in zip(arguments, self.parameters, strict=True))
        for argument, parameter in zip(terms, self.parameters, strict=True):
            if argument.shape != parameter.shape:
                raise ShapeError(
                    f"{self.name}: argument {parameter.name} has shape {show(parameter.shape)}; "
                    f"got {argument!r} of shape {show(argument.shape)}."
                )
        return Call(self, terms)


@node
class Call(Term):
    """A definition applied to arguments, kept folded until a line unfolds it."""

    definition: Definition
    arguments: tuple[Term, ...]

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return self.definition.body.shape

    @property
    def children(self) -> tuple[Term, ...]:
        return self.arguments


# ---- binders ------------------------------------------------------------------------------------------------
@node
class Expectation(Term):
    """The expectation of a term over one random vector; the vector is bound inside."""

    body: Term
    over: Symbol

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        return self.body.shape

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body,)


@node
class Derivative(Term):
    """A derivative, not yet carried out: of `body` in the bound symbol `variable`, taken at `at`.

    kind "gradient": body scalar, shape of the variable. "jacobian": body a column of n, variable a column of d,
    shape (n, d). "hessian": body scalar, variable a column of d, shape (d, d).
    """

    body: Term
    variable: Symbol
    at: Term
    kind: str

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        n = self.variable.shape[0]
        if self.kind == "gradient":
            return self.variable.shape
        return (self.body.shape[0], n) if self.kind == "jacobian" else (n, n)

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body, self.at)


# ---- builders: the only places that flatten and check shapes ------------------------------------------------
def show(shape: Shape) -> str:
    """A shape as a reader writes it, such as `d x 1`."""
    return " x ".join(s.name if isinstance(s, Symbol) else str(s) for s in shape)


def as_term(value: object, like: Term | None = None) -> Term:
    """A term from a term, an exact number, or a SymPy scalar; the number 0 takes the shape of `like`.

    Raises CalculusError for floats (not exact) and for anything else.
    """
    if isinstance(value, Term):
        return value
    if isinstance(value, bool) or isinstance(value, float):
        raise CalculusError(
            f"expected an exact scalar or a term, got {value!r} ({type(value).__name__}). "
            "Remedy: write 1/2 as Fraction(1, 2) or sympy.Rational(1, 2)."
        )
    if isinstance(value, (int, Fraction)):
        if value == 0 and like is not None and not like.is_scalar:
            return Zero(like.shape)
        return Number(Fraction(value))
    if type(value).__module__.split(".")[0] == "sympy":
        from theory.calculus.interop import from_sympy

        return from_sympy(value)
    raise CalculusError(f"expected a term, an exact number or a SymPy expression, got {type(value).__name__} {value!r}.")


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
        raise ShapeError(f"a factor of * must be a scalar; {scalar!r} has shape {show(scalar.shape)}. Use @ for products.")
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
    if isinstance(term, Transpose):
        return term.body
    if term.is_scalar or isinstance(term, Eye):
        return term
    return Transpose(term)


def power(base: Term, exponent: Fraction) -> Term:
    if not base.is_scalar:
        raise ShapeError(f"** needs a scalar base; {base!r} has shape {show(base.shape)}. Remedy: inverse(A) or A @ A.")
    if isinstance(base, Number) and exponent.denominator == 1 and (base.value != 0 or exponent > 0):
        return Number(base.value ** int(exponent))
    if exponent == 1:
        return base
    if isinstance(base, Power) and exponent.denominator == 1:  # (b^p)^n = b^(pn) for whole n wherever b^p is defined
        return power(base.base, base.exponent * exponent)
    return Power(base, exponent)


def absolute(term: Term) -> Term:
    if not term.is_scalar:
        raise ShapeError(f"abs needs a scalar; {term!r} has shape {show(term.shape)}. Remedy: norm(v) for a length.")
    return Abs(term)


def _square(name: str, term: Term) -> None:
    if term.shape[0] != term.shape[1]:
        raise ShapeError(f"{name} needs a square matrix; {term!r} has shape {show(term.shape)}.")


def trace(term: Term) -> Term:
    _square("trace", term)
    return Trace(term)


def inverse(term: Term) -> Term:
    """The inverse of a square matrix; that it exists is an obligation of whoever proves with it."""
    _square("inverse", term)
    return Inverse(term)


def hadamard(left: Term, right: Term) -> Term:
    if left.shape != right.shape:
        raise ShapeError(f"hadamard needs one shape: got {show(left.shape)} and {show(right.shape)} ({left!r}, {right!r}).")
    return Hadamard(left, right)


def diag(column: Term) -> Term:
    if column.shape[1] != 1:
        raise ShapeError(f"diag needs a column; {column!r} has shape {show(column.shape)}.")
    return Diag(column)


def walk(term: Term) -> Iterator[Term]:
    """Every node of the tree, the term itself first; bodies of definitions are not entered."""
    yield term
    for child in term.children:
        yield from walk(child)
