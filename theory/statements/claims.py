"""What can be claimed and assumed: frozen pairs of terms, no verdicts.

A claim keeps its two sides apart as trees; nothing is evaluated when it is built, so no claim can evaporate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from theory import terms as t
from theory.terms import (
    Activation,
    CalculusError,
    Property,
    ScalarField,
    ShapeError,
    Symbol,
    Term,
    as_term,
    rewrite,
    show,
)
from theory.terms.operations import reader_of
from theory.terms.text import text


def _sides(kind: str, left: object, right: object) -> tuple[Term, Term]:
    for side in (left, right):
        if isinstance(side, bool) or type(side).__name__ in {"BooleanTrue", "BooleanFalse", "Equality", "Relational"}:
            raise CalculusError(
                f"{kind}(left, right) takes two terms; got {side!r}, which Python or SymPy has already evaluated. "
                "Remedy: pass the two sides themselves, not an Eq or a comparison."
            )
    first = left if isinstance(left, Term) else None
    second = right if isinstance(right, Term) else None
    a, b = as_term(left, like=second), as_term(right, like=first)
    if a.shape != b.shape:
        raise ShapeError(
            f"{kind}: the left side {a!r} has shape {show(a.shape)}, the right side {b!r} {show(b.shape)}."
        )
    return a, b


@dataclass(frozen=True)
class Claim:
    """A relation between two terms; see `Identity`, `Bound` and `Below`."""

    left: Term
    right: Term
    relation: str = field(init=False, default="")

    def __post_init__(self) -> None:
        left, right = _sides(type(self).__name__, self.left, self.right)
        object.__setattr__(self, "left", left)
        object.__setattr__(self, "right", right)

    @property
    def ordered(self) -> bool:
        """Is it an inequality?"""
        return self.relation != "="


@dataclass(frozen=True)
class Identity(Claim):
    """left = right, for every value of every free symbol that the assumptions allow."""

    relation: str = field(init=False, default="=")


class _OfScalars(Claim):
    """A claim between two scalars."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.left.is_scalar:
            raise ShapeError(
                f"{type(self).__name__} compares scalars; {self.left!r} has shape {show(self.left.shape)}."
            )


@dataclass(frozen=True)
class Bound(_OfScalars):
    """left <= right between scalars, for every value of every free symbol that the assumptions allow."""

    relation: str = field(init=False, default="<=")


@dataclass(frozen=True)
class Below(_OfScalars):
    """left < right between scalars, for every value of every free symbol that the assumptions allow: equal nowhere.

    On matrices it is derived, by a difference that is visibly positive; on numbers it is enclosed over a bounded range.
    """

    relation: str = field(init=False, default="<")


KINDS: Mapping[str, type[Claim]] = {"=": Identity, "<=": Bound, "<": Below}
FAILS: Mapping[str, str] = {"=": "!=", "<=": ">", "<": ">="}  # how two sides stand that refute a claim of that relation
RELATIONS: dict[str, Callable[[Any], Claim]] = {}  # library -> what makes a claim of its relations


def as_claim(value: object) -> Any:
    """A claim from a pair of sides, which is an Identity, or from another library's relation; anything else as it is.

    Raises CalculusError for a relation that its library has evaluated already.
    """
    if type(value) is tuple and len(value) == 2:
        return Identity(*value)
    reader = reader_of(value, RELATIONS)
    return value if reader is None else reader(value)


# ---- assumptions --------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Equal:
    """Assume left = right; used as the rewrite left -> right. Example: E[x] = 0."""

    left: Term
    right: Term
    note: str = ""

    def __post_init__(self) -> None:
        _assume("equal", self)


@dataclass(frozen=True)
class AtMost:
    """Assume left <= right between scalars, or left <= right in Loewner's order between symmetric matrices."""

    left: Term
    right: Term
    note: str = ""

    def __post_init__(self) -> None:
        _assume("at_most", self)
        if self.left.shape[0] != self.left.shape[1]:
            raise ShapeError(
                f"at_most compares scalars, or symmetric matrices in Loewner's order; {self.left!r} has shape "
                f"{show(self.left.shape)}. Remedy: compare lengths or entries, at_most(norm(u), norm(v))."
            )


@dataclass(frozen=True)
class SupBound:
    """Assume |phi^(order)(t)| <= bound for every real t."""

    function: Activation
    order: int
    bound: Symbol
    note: str = ""

    def __post_init__(self) -> None:
        remedy = "Remedy: sup_bound(phi, 1, nonnegative('L'))."
        if not isinstance(self.function, Activation) or type(self.order) is not int or self.order < 0:
            raise CalculusError(
                "sup_bound: expected an activation and the order of its derivative, 0, 1, 2, ...; "
                f"got {self.function!r} and {self.order!r}. {remedy}"
            )
        if not isinstance(self.bound, Symbol) or not self.bound.is_scalar:
            raise CalculusError(f"sup_bound: expected a scalar symbol as the bound, got {self.bound!r}. {remedy}")
        _require_note("sup_bound", self.note)


def _assume(kind: str, assumption: Equal | AtMost) -> None:
    """Both sides as terms of one shape, and a note in words."""
    left, right = _sides(kind, assumption.left, assumption.right)
    object.__setattr__(assumption, "left", left)
    object.__setattr__(assumption, "right", right)
    _require_note(kind, assumption.note)


def _require_note(kind: str, note: object) -> None:
    if not isinstance(note, str):
        raise CalculusError(f"{kind}: expected a note in words, got {note!r}. Remedy: note='the inputs are centred'.")


DOMINATED = (
    "derivatives may be taken under E: near every point what is differentiated is dominated by an integrable function, "
    "as when the law has finite support, or when the activations have bounded derivatives and the moments that occur "
    "are finite"
)


@dataclass(frozen=True)
class Interchange:
    """Assume that derivatives may be taken under E over `over`, in this statement and in what its proof cites.

    It holds of every law of finite support, so no instance of the checkers can refute a claim without it.
    """

    over: Symbol
    note: str = field(default=DOMINATED, compare=False)

    def __post_init__(self) -> None:
        if not (isinstance(self.over, Symbol) and self.over.has(Property.RANDOM)):
            raise CalculusError(
                f"interchange: expected a random vector, over which E is taken; got {self.over!r}. "
                "Remedy: interchange(x) for x = random_vector('x', d)."
            )
        _require_note("interchange", self.note)


@dataclass(frozen=True)
class Gaussian:
    """Assume that `over` has the normal law of this mean and covariance: x ~ N(mean, covariance).

    That the covariance is symmetric and positive semidefinite is a part of it; it may be singular. Neither speaks of
    anything random: they are the same at every value of what is random.
    """

    over: Symbol
    mean: Term
    covariance: Term
    note: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        remedy = "Remedy: gaussian(x, mean=mu, covariance=S) for x = random_vector('x', d)."
        over = self.over
        if not (isinstance(over, Symbol) and over.has(Property.RANDOM) and over.shape[1] == 1):
            raise CalculusError(f"gaussian: expected a random vector, got {over!r}. {remedy}")
        rows = over.shape[0]
        for name, shape in (("mean", over.shape), ("covariance", (rows, rows))):
            value = getattr(self, name)
            term = as_term(value, like=over if name == "mean" else None)
            if term.shape != shape:
                raise ShapeError(
                    f"gaussian: the {name} of {over.name} has shape {show(shape)}, got {term!r} of shape "
                    f"{show(term.shape)}. {remedy}"
                )
            if any(symbol.has(Property.RANDOM) for symbol in rewrite.free_symbols(term)):
                raise CalculusError(
                    f"gaussian: expected a {name} that speaks of nothing random, got {term!r}. Remedy: a symbol, and "
                    "what it is as an assumption of its own."
                )
            object.__setattr__(self, name, term)
        _require_note("gaussian", self.note)


Assumption = Equal | AtMost | SupBound | Interchange | Gaussian


def equal(left: object, right: object, note: str = "") -> Equal:
    """An assumed equality, read as an oriented rewrite."""
    return Equal(left, right, note)  # type: ignore[arg-type]


def at_most(left: object, right: object, note: str = "") -> AtMost:
    """An assumed inequality between scalars, or Loewner inequality between symmetric matrices."""
    return AtMost(left, right, note)  # type: ignore[arg-type]


def not_zero(term: Term, least: Symbol) -> AtMost:
    """Assume that a number, a column or a matrix is not 0: its square, summed over entries, is at least `least` > 0."""
    product = t.power(term, Fraction(2)) if term.is_scalar else t.matmul(t.transpose(term), term)
    square = product if product.is_scalar else t.trace(product)
    return at_most(least, square, f"{text(term)} is not 0")


def has_inverse(matrix: Term, least: Symbol) -> AtMost:
    """Assume that a square matrix is invertible: the square of its determinant is at least `least` > 0."""
    return at_most(least, t.power(t.determinant(matrix), Fraction(2)), f"{text(matrix)} is invertible")


def sup_bound(function: Activation, order: int, bound: Symbol, note: str = "") -> SupBound:
    """An assumed bound on a derivative of an activation: order 1 makes `bound` its Lipschitz constant."""
    return SupBound(function, order, bound, note)


def interchange(over: Symbol, note: str = DOMINATED) -> Interchange:
    """Derivatives may be taken under E over a random vector: what a line that does so rests on."""
    return Interchange(over, note)


def gaussian(over: Symbol, *, mean: object, covariance: object, note: str = "") -> Gaussian:
    """A random vector, or number, has the normal law of this mean and covariance, which may be singular.

    Raises CalculusError for a covariance that is a symbol and not declared positive semidefinite.
    """
    made = Gaussian(over, mean, covariance, note)  # type: ignore[arg-type]
    given = made.covariance
    if isinstance(given, Symbol) and not given.properties & (t.ENTRYWISE if given.is_scalar else t.SEMIDEFINITE):
        remedy = "nonnegative('v')" if given.is_scalar else "positive_semidefinite('S', d)"
        raise CalculusError(
            f"gaussian: a covariance is symmetric and positive semidefinite; {given.name} is not declared so. "
            f"Remedy: declare it, {remedy}."
        )
    return made


def interchange_name(over: Symbol) -> str:
    """What the reader is told where a derivative was taken under E."""
    return f"derivatives under E over {over.name}"


def interchanged(assumptions: tuple[Assumption, ...]) -> frozenset[Symbol]:
    """The random vectors under whose E derivatives may be taken."""
    return frozenset(a.over for a in assumptions if isinstance(a, Interchange))


def assumption_terms(assumption: Assumption) -> tuple[Term, ...]:
    if isinstance(assumption, Interchange):
        return (assumption.over,)
    if isinstance(assumption, Gaussian):
        return (t.Expectation(assumption.over, assumption.over), assumption.mean, assumption.covariance)
    return (assumption.bound,) if isinstance(assumption, SupBound) else (assumption.left, assumption.right)


def symbols_of(claim: Claim, assumptions: tuple[Assumption, ...] = ()) -> frozenset[Symbol]:
    """Free symbols of a claim together with those of the assumptions."""
    terms = [claim.left, claim.right]
    for assumption in assumptions:
        terms.extend(assumption_terms(assumption))
    return frozenset[Symbol]().union(*(rewrite.free_symbols(term) for term in terms))


def functions_of(claim: Claim) -> frozenset[Activation | ScalarField]:
    """Activations and scalar fields of a claim."""
    return rewrite.functions_in(claim.left) | rewrite.functions_in(claim.right)


def assumption_text(assumption: Assumption) -> str:
    """An assumption as it is named beside a line."""
    if isinstance(assumption, Interchange):
        return interchange_name(assumption.over)
    if isinstance(assumption, Gaussian):
        return f"{assumption.over.name} ~ N({text(assumption.mean)}, {text(assumption.covariance)})"
    if isinstance(assumption, SupBound):
        return f"|{assumption.function.name}{chr(39) * assumption.order}| <= {assumption.bound.name}"
    relation = "=" if isinstance(assumption, Equal) else "<="
    return f"{text(assumption.left)} {relation} {text(assumption.right)}"
