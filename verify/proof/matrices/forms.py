"""Normal forms as data: sums of (rational) x (monomial of scalar atoms) x (word of matrix factors).

A `Form` of shape (r, c) is a dictionary {(monomial, word): coefficient}. Atoms and factors are interned in a `Context`
and known by small integers, so that no expression tree is walked while polynomials are multiplied.

* monomial: sorted tuple of (atom, exponent), exponents int or Fraction, never 0.
* word: tuple of factors. It is cut wherever an inner dimension is 1; a piece of shape 1 x 1 becomes a scalar atom.
  A scalar form has the empty word; so has the identity matrix, its shape tells them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from theory.terms import CalculusError, Derivative, Dimension, Property, Shape, Symbol, Term
from verify.proof.matrices import kinds as k
from verify.proof.matrices.kinds import Coefficient, Exponent, Frozen, Kind, Monomial, Word

Terms = dict[tuple[Monomial, Word], Coefficient]

DIRECTION = 1 << 30  # factors from here on are directions of a differential: they sort behind all others
STEP_LIMIT = 20_000
PAIR_LIMIT = 50_000  # terms of one product of sums, before equal ones are gathered; the catalogue has some hundreds
DEPTH_LIMIT = 60  # rewrites inside rewrites


class CannotDecide(CalculusError):  # noqa: N818 - an answer, not a mistake
    """The term lies outside what the normal form decides; never a yes and never a no."""


@dataclass(frozen=True)
class Form:
    """A normal form; do not change `terms` after it is built."""

    shape: Shape
    terms: Terms

    def __post_init__(self) -> None:
        for value in self.terms.values():
            if type(value) is not int and type(value) is not Fraction:
                raise TypeError(f"a coefficient is an int or a Fraction, got {value!r} ({type(value).__name__})")

    @property
    def is_zero(self) -> bool:
        return not self.terms


@dataclass(frozen=True)
class Node:
    """An interned atom or factor: what it is, and the random vectors and directions that it varies with."""

    what: Kind
    varies: frozenset[Symbol]
    shape: Shape = (1, 1)
    transposed: bool = False

    def declared(self, prop: Property) -> bool:
        """Is it a symbol that is declared to have this property?"""
        return isinstance(self.what, k.Named) and self.what.symbol.has(prop)

    @property
    def name(self) -> str:
        """Of a symbol; of anything else there is none."""
        return self.what.symbol.name if isinstance(self.what, k.Named) else ""


@dataclass(frozen=True)
class Rule:
    """A word or a monomial becomes a form: an assumed equality, whose `name` the reader is told, or N (A + B) = I for
    the inverse N of a sum, which has none."""

    name: str
    word: Word | None
    monomial: Monomial
    result: Form


@dataclass(frozen=True)
class GaussianLaw:
    """A normal law that is assumed, by the `name` that the reader is told. Neither form varies with anything random."""

    name: str
    mean: Form
    covariance: Form


@dataclass
class Context:
    """One proof's interning tables, the rewrites it may use, and the record of what it did use."""

    differentiate: Callable[[Context, Derivative], Term] | None = None  # who carries derivatives out, if they are
    interchange: frozenset[Symbol] = frozenset()  # random vectors under whose E derivatives may be taken
    atoms: list[Node] = field(default_factory=list)
    factors: dict[int, Node] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    gaussian: dict[Symbol, GaussianLaw] = field(default_factory=dict)  # laws that are assumed to be normal
    used: set[str] = field(default_factory=set)
    steps: int = 0
    depth: int = 0
    _atom_ids: dict[Node, int] = field(default_factory=dict)
    _factor_ids: dict[Node, int] = field(default_factory=dict)
    _transposes: dict[int, int] = field(default_factory=dict)
    special: set[int] = field(default_factory=set)
    ruled: set[int] = field(default_factory=set)
    basis: set[int] = field(default_factory=set)  # the factors that are standard basis vectors
    permutations: set[int] = field(default_factory=set)  # those that are permutation matrices
    composite: set[int] = field(default_factory=set)  # those with places, Kronecker products and stacked columns
    roots: set[int] = field(default_factory=set)  # those of rsqrt of the entries of a column, not transposed
    ramps: set[int] = field(default_factory=set)  # those of relu
    powers: set[int] = field(default_factory=set)  # those that commute with the letter they are a power of
    cache: dict[Hashable, Form] = field(default_factory=dict)

    def step(self) -> None:
        """Count a rewrite; a proof that needs too many is not decided (it may not terminate)."""
        self.steps += 1
        if self.steps > STEP_LIMIT or self.depth > DEPTH_LIMIT:
            raise CannotDecide(
                f"after {self.steps} rewrites there is no end: the assumed equalities may go in a circle. "
                "Remedy: orient them from the complicated side to the simple one."
            )

    def restart(self) -> None:
        """Count from the beginning, for another term."""
        self.steps = self.depth = 0

    def atom(self, what: Kind, varies: frozenset[Symbol] = frozenset()) -> int:
        node = Node(what, varies)
        number = self._atom_ids.get(node)
        if number is None:
            number = self._atom_ids[node] = len(self.atoms)
            self.atoms.append(node)
            if isinstance(what, k.Prime | k.Sum | k.Abs | k.Parity) or self._of_orthogonal(what):
                self.special.add(number)
        return number

    def _of_orthogonal(self, what: Kind) -> bool:
        """Is it the determinant of a matrix that is declared orthogonal, 1 or -1?"""
        if not isinstance(what, k.Determinant) or not isinstance(what.of, int):
            return False
        return self.factors[what.of].declared(Property.ORTHOGONAL)

    def factor(self, what: Kind, varies: frozenset[Symbol], shape: Shape, *, symmetric: bool = False) -> int:
        node = Node(what, varies, shape)
        number = self._factor_ids.get(node)
        if number is None:
            number = 2 * len(self._factor_ids) + (DIRECTION if isinstance(what, k.Direction) else 0)
            self._factor_ids[node] = number
            self.factors[number] = node
            if node.declared(Property.BASIS):
                self.basis |= {number, number + 1}
            if node.declared(Property.PERMUTATION):
                self.permutations |= {number, number + 1}
            if isinstance(what, k.Place | k.Kronecker | k.Vec):
                self.composite |= {number, number + 1}
            if isinstance(what, k.Elementwise) and (what.order, shape[1]) == (0, 1):
                {"rsqrt": self.roots, "relu": self.ramps}.get(what.function.name, set()).add(number)
            if isinstance(what, k.Iterate) and what.letter is not None:
                self.powers |= {number, number + 1}
            if symmetric:
                self._transposes[number] = number
            else:
                self._transposes[number], self._transposes[number + 1] = number + 1, number
                self.factors[number + 1] = Node(what, varies, (shape[1], shape[0]), transposed=True)
        return number

    def transpose_factor(self, number: int) -> int:
        return self._transposes[number]

    def transpose_word(self, word: Iterable[int]) -> Word:
        return tuple(self._transposes[f] for f in reversed(tuple(word)))

    def varies(self, monomial: Monomial, word: Word = ()) -> frozenset[Symbol]:
        found: frozenset[Symbol] = frozenset()
        for atom, _ in monomial:
            found |= self.atoms[atom].varies
        for factor in word:
            found |= self.factors[factor].varies
        return found


# ---- arithmetic that needs no knowledge of atoms ------------------------------------------------------------
def freeze(form: Form) -> Frozen:
    return form.shape, tuple(sorted(form.terms.items(), key=_order))


def _order(item: tuple[tuple[Monomial, Word], Coefficient]) -> tuple[object, ...]:
    (monomial, word), _ = item
    return (word, tuple((a, Fraction(e)) for a, e in monomial))


def thaw(frozen: Frozen) -> Form:
    return Form(frozen[0], dict(frozen[1]))


def varying(ctx: Context, *forms: Form) -> frozenset[Symbol]:
    """The random vectors and directions with which forms vary."""
    return frozenset[Symbol]().union(*(ctx.varies(m, w) for form in forms for m, w in form.terms))


def scalar(value: Coefficient) -> Form:
    return Form((1, 1), {((), ()): value} if value else {})


def of_atom(atom: int) -> Form:
    return of_monomial(((atom, 1),))


def of_monomial(monomial: Monomial, value: Coefficient = 1) -> Form:
    return Form((1, 1), {(monomial, ()): value})


def accumulate(into: Terms, key: tuple[Monomial, Word], value: Coefficient) -> None:
    before = into.get(key)
    total = value if before is None else before + value
    if total:
        into[key] = total
    else:
        into.pop(key, None)


def add(left: Form, right: Form, factor: Coefficient = 1) -> Form:
    """left + factor * right."""
    terms = dict(left.terms)
    for key, value in right.terms.items():
        accumulate(terms, key, value if factor == 1 else factor * value)
    return Form(left.shape, terms)


def beside(number: Form, shape: Shape, word: Word) -> Form:
    """A number times a word of that shape; both are in normal form."""
    return Form(shape, {(monomial, word): value for (monomial, _), value in number.terms.items()})


def times_number(form: Form, value: Coefficient) -> Form:
    return Form(form.shape, {k: v * value for k, v in form.terms.items()} if value else {})


def merge(left: Monomial, right: Monomial) -> Monomial:
    """The product of two monomials, exponents added, before any rule of the atoms."""
    if not left or not right:
        return left or right
    exponents: dict[int, Exponent] = dict(left)
    for atom, exponent in right:
        total = exponents.get(atom, 0) + exponent
        if total:
            exponents[atom] = int(total) if total.denominator == 1 else total
        else:
            exponents.pop(atom, None)
    return tuple(sorted(exponents.items()))


def dimension_form(ctx: Context, size: Dimension) -> Form:
    """A size as a scalar form."""
    if isinstance(size, int):
        return scalar(size)
    if isinstance(size, Symbol):
        return of_atom(ctx.atom(k.Named(size)))
    out = Form((1, 1), {})
    for product, count in size.terms:
        monomial: Monomial = ()
        for symbol in product:
            monomial = merge(monomial, ((ctx.atom(k.Named(symbol)), 1),))
        out = add(out, of_monomial(monomial, count))
    return out
