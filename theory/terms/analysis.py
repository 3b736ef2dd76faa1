"""What analysis adds to scalars: named real functions, integrals, limits. The scalar checker reasons about them.

The general-dimension calculus knows exp and log alone, and refuses the others, except where it prints or substitutes.
"""

from __future__ import annotations

from theory.terms.base import CalculusError, Property, Term, node
from theory.terms.nodes import Symbol

# name -> number of arguments; pow(x, a) is x^a for x > 0 and any real a
SPECIAL = {
    "pi": 0, "oo": 0, "sin": 1, "cos": 1, "arccos": 1, "exp": 1, "log": 1, "erf": 1, "Gamma": 1, "pow": 2,
}  # fmt: skip


ON_MATRICES = frozenset({"exp", "log"})  # those of a number that may be made of matrices, such as log det


def _require_scalars(what: str, *terms: object) -> None:
    for term in terms:
        if not isinstance(term, Term) or not term.is_scalar:
            raise CalculusError(f"{what} takes scalar terms; got {term!r}. Remedy: number(2) for a number.")


def _require_variable(what: str, variable: object) -> None:
    if not isinstance(variable, Symbol) or not variable.is_scalar or variable.has(Property.DIMENSION):
        raise CalculusError(f'{what} is taken in a real symbol; got {variable!r}. Remedy: t = real("t").')


@node
class Special(Term):
    """A named real function of scalars, or a constant of that name."""

    name: str
    arguments: tuple[Term, ...] = ()
    shape = (1, 1)

    def __post_init__(self) -> None:
        if self.name not in SPECIAL:
            raise CalculusError(f"expected one of {', '.join(SPECIAL)}, got the function {self.name!r}.")
        if len(self.arguments) != SPECIAL[self.name]:
            raise CalculusError(f"{self.name} takes {SPECIAL[self.name]} arguments, got {len(self.arguments)}.")
        _require_scalars(self.name, *self.arguments)

    @property
    def children(self) -> tuple[Term, ...]:
        return self.arguments


@node
class Integral(Term):
    """The integral of `body` in the bound symbol `variable`, from `lower` to `upper` (which may be oo)."""

    body: Term
    variable: Symbol
    lower: Term
    upper: Term
    shape = (1, 1)

    def __post_init__(self) -> None:
        _require_scalars("an integral", self.body, self.lower, self.upper)
        _require_variable("an integral", self.variable)

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body, self.lower, self.upper)


@node
class Limit(Term):
    """The limit of `body` as the bound symbol `variable` tends to `at` from below (oo included)."""

    body: Term
    variable: Symbol
    at: Term
    shape = (1, 1)

    def __post_init__(self) -> None:
        _require_scalars("a limit", self.body, self.at)
        _require_variable("a limit", self.variable)

    @property
    def children(self) -> tuple[Term, ...]:
        return (self.body, self.at)
