"""Functions and binders: activations, scalar fields, definitions, expectations, derivatives not yet carried out."""

from __future__ import annotations

from dataclasses import dataclass

from theory.terms.base import CalculusError, Dimension, Property, Shape, ShapeError, Term, node
from theory.terms.known_functions import check_name, known_function
from theory.terms.lettering import require_lettering
from theory.terms.nodes import Power, Symbol, require_size, show
from theory.terms.operations import as_term, walk


# ---- functions ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Activation:
    """A generic function of one real variable, differentiable `smoothness` times; applied entrywise."""

    name: str
    smoothness: int = 2
    tex: str = ""

    def __post_init__(self) -> None:
        require_lettering(self.name, self.tex)
        check_name(self.name, self.smoothness)

    def __call__(self, argument: object) -> Term:
        return self.derivative(0, argument)

    def prime(self, argument: object) -> Term:
        return self.derivative(1, argument)

    def second(self, argument: object) -> Term:
        return self.derivative(2, argument)

    def derivative(self, order: int, argument: object) -> Term:
        return Elementwise(self, order, as_term(argument))


@node
class Elementwise(Term):
    """The `order`-th derivative of an activation, applied to every entry of the argument."""

    function: Activation
    order: int
    argument: Term

    def __post_init__(self) -> None:
        name, smoothness = self.function.name, self.function.smoothness
        if not 0 <= self.order <= smoothness:
            free = name if known_function(name) is None else "phi"
            raise CalculusError(
                f"activation {name!r} is declared {smoothness} times differentiable; derivative {self.order} was asked "
                f"for. Remedy: activation({free!r}, smoothness={self.order})."
            )

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

    def __post_init__(self) -> None:
        require_lettering(self.name, self.tex)
        require_size(self.size)

    def __call__(self, argument: Term) -> Term:
        return FieldValue(self, 0, argument)

    def gradient(self, argument: Term) -> Term:
        return FieldValue(self, 1, argument)

    def hessian(self, argument: Term) -> Term:
        return FieldValue(self, 2, argument)


@node
class FieldValue(Term):
    """A scalar field (order 0), its gradient (1) or its Hessian (2), at a point."""

    field: ScalarField
    order: int
    argument: Term

    def __post_init__(self) -> None:
        if self.order not in (0, 1, 2):
            raise CalculusError(f"{self.field.name} is twice differentiable; derivative {self.order} was asked for.")
        if self.argument.shape != (self.field.size, 1):
            raise ShapeError(
                f"{self.field.name} takes a column of shape {show((self.field.size, 1))}; got {self.argument!r} of "
                f"shape {show(self.argument.shape)}."
            )

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
    `reference` names what computes it with torch's own layers, if anything does (`numerics.reference`).
    Compared by object identity: two definitions are two things even if their bodies agree.
    """

    name: str
    parameters: tuple[Symbol, ...]
    body: Term
    tex: str = ""
    source: str = ""
    reference: str = ""

    def __post_init__(self) -> None:
        require_lettering(self.name, self.tex, holes=len(self.parameters))
        for call in (x for x in walk(self.body) if isinstance(x, Call)):
            for parameter in self.parameters:
                if call.definition.fixes(parameter):
                    raise CalculusError(
                        f"{parameter.name} is a parameter of {self.name}, and fixed inside the definition "
                        f"{call.definition.name} that it uses. Remedy: make it a parameter there too."
                    )

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

    def fixes(self, symbol: Symbol) -> bool:
        """Does the body, or that of a definition in it, use the symbol without its being a parameter?"""
        if symbol in self.parameters:
            return False
        return any(x == symbol or (isinstance(x, Call) and x.definition.fixes(symbol)) for x in walk(self.body))

    def uses(self, parameter: Symbol) -> int:
        """How often a parameter stands in the body, powers and definitions inside it written out."""
        known: dict[Symbol, int] = self.__dict__.setdefault("_uses", {})
        if parameter not in known:
            known[parameter] = _uses(self.body, parameter)
        return known[parameter]


def _uses(term: Term, symbol: Symbol) -> int:
    if isinstance(term, Symbol):
        return int(term == symbol)
    if isinstance(term, Power):
        return max(1, abs(term.exponent.numerator)) * _uses(term.base, symbol)
    if isinstance(term, Call):
        pairs = zip(term.definition.parameters, term.arguments, strict=True)
        return sum(term.definition.uses(p) * found for p, a in pairs if (found := _uses(a, symbol)))
    return sum(_uses(child, symbol) for child in term.children)


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

    def _written_out(self) -> int:
        pairs = zip(self.definition.parameters, self.arguments, strict=True)
        return self.definition.body._weight + sum(a._weight * (1 + self.definition.uses(p)) for p, a in pairs)


# ---- binders ------------------------------------------------------------------------------------------------
@node
class Expectation(Term):
    """The expectation of a term over one random vector; the vector is bound inside."""

    body: Term
    over: Symbol

    def __post_init__(self) -> None:
        if not self.over.has(Property.RANDOM):
            raise CalculusError(f"an expectation is taken over a random vector; got {self.over!r}.")

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

    def __post_init__(self) -> None:
        body, variable, at = self.body, self.variable, self.at
        if self.kind not in ("gradient", "jacobian", "hessian"):
            raise CalculusError(f"expected a gradient, jacobian or hessian, got the kind {self.kind!r}.")
        if at.shape != variable.shape:
            raise ShapeError(f"at={at!r} has shape {show(at.shape)}; {variable.name} has shape {show(variable.shape)}.")
        if self.kind != "jacobian" and not body.is_scalar:
            raise ShapeError(
                f"{self.kind} needs a scalar; {body!r} has shape {show(body.shape)}. Remedy: jacobian for columns."
            )
        if self.kind == "jacobian" and body.columns != 1:
            raise ShapeError(f"jacobian needs a column; {body!r} has shape {show(body.shape)}.")
        if self.kind != "gradient" and variable.columns != 1:
            raise ShapeError(f"{self.kind} is taken in a column; {variable.name} has shape {show(variable.shape)}.")

    @property
    def shape(self) -> Shape:  # type: ignore[override]
        n = self.variable.shape[0]
        if self.kind == "gradient":
            return self.variable.shape
        return (self.body.shape[0], n) if self.kind == "jacobian" else (n, n)

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body, self.at)
