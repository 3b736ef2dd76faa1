"""A derivation: a chain of terms, each with its relation to the one before and the reasons for it. Data only.

Nothing here is believed. `verify/proof/lines_on_matrices.py` accepts or refuses each line; what a reason permits is:

====================  =============================================================================================
reason                what the checker may use for that line, and no more
====================  =============================================================================================
ALGEBRA, LINEARITY    the normal form alone (always on)
`unfold(f, ...)`      the definitions named
DIFFERENTIATE         carrying out derivatives; under E over x only where the theorem assumes `interchange(x)`
an `Equal`            the rewrite left -> right
an `AtMost`           for <=: right - left is >= 0 (positive semidefinite if a matrix; then left^-1 - right^-1 as well)
a `SupBound`          for <=: `sup_gap(bound, argument)` is >= 0, whatever the argument
`CauchySchwarz`       for <=: |u|_M |v|_M - u'Mv is >= 0 for M positive semidefinite; the same under E
`ExpTangent(v)`       for <=: exp(v) - 1 - v is >= 0, in every entry
`DeterminantBound`    for <=: tr(P Q) - n - log(det(P)) - log(det(Q)) is >= 0 for P and Q positive definite of size n
`MeanValue`           for <=: K^2 (a - b)^2 - (phi(a) - phi(b))^2 is >= 0, in every entry, where |phi'| <= K
`RootBound(a, b, s)`  for <=: b - a is >= 0, where b is visibly >= 0 and s = b^2 - a^2 as well, by what stands before
`LipschitzBound`      for <=: c^2 |a - b|^2 - |f(a) - f(b)|^2 is >= 0, where c^2 |u|^2 - |J u|^2 is so at every z
`SteinIdentity`       E[g x'] = E[g] mu' + E[dg/dx] S as a rewrite, for an assumed normal law of x and a g made of x
a `Theorem`           its identities as rewrites; `THEOREM.at({w: u})` is an instance
`surplus(s, ...)`     for <=: right - left = s, and s is visibly nonnegative given the assumptions named; for <: > 0
`induction(t, b, s)`  all of the line: it holds at t = 1 by b, and at t + 1 by s, which may use it at t (`hypothesis`)
`squares(s, ...)`     for <=: right >= 0 and right^2 - left^2 = s, and s is visibly nonnegative; for <: s is > 0
`Antiderivative`      on numbers: an integral of F' is F(upper) - F(lower)
`KnownIntegral`       on numbers: a named integral, once its conditions are shown
`Written`             on numbers: a denominator equals a form that is visibly not 0
`Extension`           on numbers: a limit at oo is the value at t = 0 of a continuous function of t
====================  =============================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Union

from theory import terms as t
from theory.statements.claims import AtMost, Equal, Gaussian, Interchange, SupBound
from theory.statements.lemmas import Lemma, require_scalars
from theory.terms import CalculusError, Definition, Symbol, Term, as_term, show
from theory.terms.iterates import require_count
from theory.terms.rewrite import with_steps
from theory.terms.size_arithmetic import plus

if TYPE_CHECKING:
    from theory.statements.theorem import Theorem


@dataclass(frozen=True)
class Algebra:
    """The normal form decides."""

    label: str = "algebra"


@dataclass(frozen=True)
class Differentiate:
    """Derivatives are carried out, under E where the theorem assumes `interchange`."""

    label: str = "differentiation"


@dataclass(frozen=True)
class Unfold:
    """Definitions are replaced by their bodies."""

    definitions: tuple[Definition, ...]


@dataclass(frozen=True)
class Instance:
    """A theorem, or one part of it, with terms put for some of its symbols."""

    theorem: Theorem
    values: tuple[tuple[Symbol, Term], ...] = ()
    part: str | None = None


@dataclass(frozen=True)
class Surplus:
    """right - left (or right^2 - left^2 if `squared`) equals this visibly nonnegative term, of a line < positive."""

    term: Term
    squared: bool = False


@dataclass(frozen=True)
class Antiderivative:
    """An integral is F(upper) - F(lower): F' is the body between the ends, and F is continuous up to them."""

    term: Term
    variable: Symbol

    def __post_init__(self) -> None:
        require_scalars("an antiderivative", "Antiderivative(t**2 / 2, t)", (self.term,), self.variable)


@dataclass(frozen=True)
class KnownIntegral:
    """An integral of `theory.statements.known_integrals`, by its name there, with its parameters."""

    name: str
    parameters: tuple[Term, ...]

    def __post_init__(self) -> None:
        parameters: object = self.parameters
        if not isinstance(self.name, str) or not isinstance(parameters, tuple):
            raise CalculusError(f"expected the name of a known integral and its parameters, got {self!r}.")
        require_scalars("a known integral", "gamma_integral(2, 1)", self.parameters)


@dataclass(frozen=True)
class Written:
    """`term` equals `form` by algebra, which shows its sign: a denominator written so that it is visibly not 0."""

    term: Term
    form: Term

    def __post_init__(self) -> None:
        require_scalars(
            "a term written in another form", "Written(x**2 - x + 1, (x - half)**2 + r)", (self.term, self.form)
        )


@dataclass(frozen=True)
class Extension:
    """For n = offset + 1/t with 0 < t <= reach, the body is `term`, which is continuous on [0, reach]."""

    term: Term
    variable: Symbol
    offset: Fraction
    reach: Fraction

    def __post_init__(self) -> None:
        example = "Extension(t, t, Fraction(0), Fraction(1, 4))"
        require_scalars("an extension", example, (self.term,), self.variable)
        for name, value in (("offset", self.offset), ("reach", self.reach)):
            if type(value) not in (int, Fraction) or (name == "reach" and value <= 0):
                raise CalculusError(
                    f"expected an exact {'positive ' if name == 'reach' else ''}number as the {name} of an extension, "
                    f"got {value!r}. Remedy: {example}."
                )
            object.__setattr__(self, name, Fraction(value))


@dataclass(frozen=True)
class Induction:
    """A line holds for every number of steps: at 1 by `base`, and by `step` at one step more than where it holds."""

    over: Symbol
    base: Derivation
    step: Derivation

    def supposes(self, reason: Reason) -> bool:
        """Is the reason of a line of the step its hypothesis?"""
        if not isinstance(reason, Equal | AtMost):
            return False
        later = (with_steps(side, self.over, plus(self.over, 1)) for side in (reason.left, reason.right))
        return (*later,) == (self.step.start, self.step.last)


Reason = Union[
    Algebra,
    Differentiate,
    Unfold,
    Instance,
    Surplus,
    Lemma,
    Antiderivative,
    KnownIntegral,
    Extension,
    Written,
    Induction,
    Equal,
    AtMost,
    SupBound,
    Interchange,
    Gaussian,
    "Theorem",
]


ALGEBRA = Algebra()
LINEARITY = Algebra("linearity of E")
DIFFERENTIATE = Differentiate()


def unfold(*definitions: Definition) -> Unfold:
    """By definition of the functions named."""
    return Unfold(definitions)


def surplus(term: Term) -> Surplus:
    """The certificate of a line <= or <: the right side exceeds the left by this term, visibly >= 0, for < even > 0."""
    return Surplus(as_term(term))


def squares(term: Term) -> Surplus:
    """The certificate of a line <= between a number and a nonnegative one: their squares differ by this term >= 0. Of
    a line < by this term > 0."""
    return Surplus(as_term(term), squared=True)


def gap(assumption: AtMost) -> Term:
    """right - left of an assumed inequality: nonnegative (a scalar) or positive semidefinite (a matrix)."""
    return assumption.right - assumption.left


def sup_gap(assumption: SupBound, argument: Term) -> Term:
    """bound^2 - phi^(k)(argument)^2, nonnegative by an assumed sup bound."""
    value = assumption.function.derivative(assumption.order, argument)
    return t.power(assumption.bound, Fraction(2)) - t.power(value, Fraction(2))


@dataclass(frozen=True)
class Line:
    """`relation term`, with the reasons why it follows from the line above."""

    relation: str
    term: Term
    reasons: tuple[Reason, ...]

    @property
    def induction(self) -> Induction | None:
        """What it follows by, if that is an induction."""
        return next((reason for reason in self.reasons if isinstance(reason, Induction)), None)


# The chains that prove a claim of that relation, by what their lines come to.
PROVED_BY: Mapping[str, tuple[str, ...]] = {"=": ("=",), "<=": ("=", "<=", "<"), "<": ("<",)}
METHODS = {"=": "equals", "<=": "at_most", "<": "below"}  # what writes a line of that relation


def brought_along(line: Line) -> Iterator[Term]:
    """The terms that a line brings along: its certificate, and what its lemmas are of."""
    for reason in line.reasons:
        if isinstance(reason, Surplus):
            yield reason.term
        elif isinstance(reason, Lemma):
            yield from reason.terms


@dataclass(frozen=True)
class Derivation:
    """A first term and the lines that follow it. Extended by `equals`, `at_most` and `below`, each giving a new one."""

    start: Term
    lines: tuple[Line, ...] = field(default=())

    def equals(self, term: object, *by: Reason) -> Derivation:
        """= term, by the reasons given (ALGEBRA if none is)."""
        return self._then("=", term, by)

    def at_most(self, term: object, *by: Reason) -> Derivation:
        """<= term, by the certificate and assumptions given."""
        return self._then("<=", term, by)

    def below(self, term: object, *by: Reason) -> Derivation:
        """< term, by the certificate and assumptions given."""
        return self._then("<", term, by)

    @property
    def last(self) -> Term:
        return self.lines[-1].term if self.lines else self.start

    @property
    def relation(self) -> str:
        """The relation of the last term to the first: < as soon as one line is, else <= as soon as one is."""
        relations = {line.relation for line in self.lines}
        return next((strict for strict in ("<", "<=") if strict in relations), "=")

    @property
    def every_line(self) -> tuple[Line, ...]:
        """Its lines, each behind those of the induction that it follows by."""
        found: list[Line] = []
        for line in self.lines:
            if (inner := line.induction) is not None:
                found += (*inner.base.every_line, *inner.step.every_line)
            found.append(line)
        return tuple(found)

    def mapped(self, term: Callable[[Term], Term], reason: Callable[[Reason], Reason]) -> Derivation:
        """The same derivation of other terms, by other reasons."""
        lines = (replace(n, term=term(n.term), reasons=tuple(map(reason, n.reasons))) for n in self.lines)
        return Derivation(term(self.start), tuple(lines))

    def _then(self, relation: str, term: object, by: tuple[Reason, ...]) -> Derivation:
        value = as_term(term, like=self.start)
        if value.shape != self.start.shape:
            raise t.ShapeError(
                f"line {len(self.lines) + 1}: {value!r} has shape {show(value.shape)}, but the chain starts with "
                f"{self.start!r} of shape {show(self.start.shape)}."
            )
        return Derivation(self.start, (*self.lines, Line(relation, value, by or (ALGEBRA,))))


def start(term: object) -> Derivation:
    """Begin a derivation at a term, normally the left side of the claim."""
    return Derivation(as_term(term))


def hypothesis(left: Term, right: Term, relation: str = "=") -> Equal | AtMost:
    """What the step of an induction may use: that the line holds at t; of a line < that <= does. A reason to cite."""
    return Equal(left, right) if relation == "=" else AtMost(left, right)


def at_count(term: Term, over: Symbol, count: Term | t.Dimension) -> Term:
    """The term for so many steps: at_count(side, t, 1) begins a base, at_count(side, t, t + 1) a step."""
    return with_steps(term, over, t.as_size(count, require_count))


def induction(over: Symbol, base: Derivation, step: Derivation) -> Induction:
    """By induction on a number of steps: `base` derives the line at 1, `step` at `over` + 1 from its `hypothesis`.

    start(left).equals(right, induction(t, base, step)), where base and step run between the sides for 1 and for t + 1
    (`at_count`). Raises CalculusError for what is no number of steps, and no derivation.
    """
    if not isinstance(over, Symbol) or not over.has(t.Property.STEPS):
        raise CalculusError(f'expected a number of steps to do induction on, got {over!r:.80}. Remedy: t = steps("t").')
    for chain in (base, step):
        if type(chain) is not Derivation or not chain.lines:
            raise CalculusError(
                f"expected derivations of the base and of the step, got {chain!r:.80}. Remedy: start(...).equals(...)."
            )
    return Induction(over, base, step)


def instance(theorem: Theorem, values: Mapping[Symbol, object], part: str | None = None) -> Instance:
    """A theorem, or its part of that label, with terms for some of its symbols; the checker verifies that they fit."""
    labels = [p.label for p in theorem.parts]
    if part is not None and part not in labels:
        raise CalculusError(f"{theorem.id} has no part {part!r}; its parts are {', '.join(map(repr, labels))}.")
    pairs = tuple((symbol, as_term(value, like=symbol)) for symbol, value in values.items())
    for symbol, value in pairs:
        if symbol.shape != value.shape:
            raise CalculusError(
                f"{theorem.id}: {symbol.name} has shape {show(symbol.shape)}; "
                f"got {value!r} of shape {show(value.shape)}."
            )
    return Instance(theorem, pairs, part)
