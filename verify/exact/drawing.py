"""Exact rational instances of a claim: small and simple first, then general, then at the edge of magnitudes.

`draw` gives free symbols values by their properties and `complete` makes the assumptions hold where it knows how:
laws are centred or get the second moment assumed, symbols that an equality defines are computed, linear equations are
solved, and what an inequality bounds is moved to its end or beyond (`verify.exact.solving`).
Nothing here is believed: `satisfied` checks the finished instance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from random import Random

from flint import fmpq, fmpq_mat

from theory import terms as t
from theory.statements.claims import Assumption, Claim, SupBound, assumption_terms, symbols_of
from theory.terms import Property, Symbol, rewrite
from theory.terms.known_functions import known_function
from theory.terms.rewrite import definitions_in
from theory.terms.size_arithmetic import number_of
from verify.exact.activations import (
    ACTIVATIONS,
    BESIDE_NORMAL_LAWS,
    BY_NAME,
    CONSTANT_FIELDS,
    CONSTANTS,
    FIELDS,
    POLYNOMIAL_FIELDS,
    POLYNOMIALS,
)
from verify.exact.assumptions import Check, check, definitions_of, functions_used
from verify.exact.gaussian_laws import gaussian_law, normal_laws, order_for
from verify.exact.instances import Instance, Law, Rows
from verify.exact.laws import (
    centre,
    is_centred,
    is_whitened,
    mean_of,
    moment_law,
    moment_of,
    moved,
    second_moment,
    spread_of,
    white_law,
)
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError
from verify.exact.planning import plan
from verify.exact.solving import Choose, NoValueError, nearest, rational, solve, spread

LEAST_DIGITS, MOST_DIGITS = 30, 2000
EXPONENTS = 2  # digits of what stands under an exp
STYLES = ("small", "general", "edge")
PLAIN = ("ones", "unit", "identity", "first", "last")  # columns of ones or unit vectors, matrices as `_plain` says
MIXED = "mixed"  # each symbol is one of the plain ones
ZERO, CORNER = "zero", "corner"  # all that may be 0 is; each symbol is 0, or one number throughout, or small
_SIMPLE = tuple(
    Fraction(n, d) for n, d in ((0, 1), (1, 1), (-1, 1), (2, 1), (-2, 1), (3, 1), (-3, 1), (1, 2), (-1, 2), (3, 2))
)
_POLYNOMIAL = (*CONSTANTS, "identity", "square", "cube", "quartic", "tall", "relu", "leaky_relu", "abs")


def satisfied(instance: Instance, claim: Claim, assumptions: Sequence[Assumption]) -> Check:
    """Do all declared properties and assumptions hold on the instance? Exact where values are rational."""
    return check(instance, claim, assumptions)


def draw(
    claim: Claim,
    assumptions: Sequence[Assumption],
    sizes: Mapping[str, int],
    rng: Random,
    style: str = "small",
    functions: Mapping[str, str] | None = None,
) -> Instance | None:
    """An instance made to satisfy the assumptions, or None if this attempt does not; `rng` fixes it.

    In "even" style all entries of a vector or a matrix are one number, where its properties leave that, in "zero" style
    that number is 0, and in "corner" style each symbol has one of these, or is small. In a `PLAIN` style entries are 0
    and 1 where properties leave that, and what is made as a whole is the identity.
    Half of them meet every inequality assumed with equality where that can be, the others from near and from far.
    """
    raw = _draw_free(claim, assumptions, sizes, rng, style, functions or {})
    return _completed(raw, claim, assumptions, nearest if rng.random() < 0.5 else spread(rng)) if raw else None


# ---- free values --------------------------------------------------------------------------------------------
def _draw_free(
    claim: Claim,
    assumptions: Sequence[Assumption],
    sizes: Mapping[str, int],
    rng: Random,
    style: str,
    functions: Mapping[str, str],
) -> Instance | None:
    chosen: dict[str, str] = {}
    for name, function in functions_used(claim, assumptions).items():
        choices = admissible(function, assumptions)
        if name not in functions and not choices:
            return None
        chosen[name] = functions.get(name) or rng.choice(choices)
    bounded = any(c not in _POLYNOMIAL for c in chosen.values())
    defined, digits = definitions_of(assumptions), farthest(claim, tuple(assumptions))
    values: dict[str, Rows] = {}
    laws: dict[str, Law] = {}
    for symbol in sorted(symbols_of(claim, tuple(assumptions)), key=lambda s: s.name):
        if symbol.has(Property.DIMENSION) or symbol.name in defined:
            continue
        rows, columns = (number_of(n, sizes) for n in symbol.shape)
        own = rng.choice((ZERO, "even", "small")) if style == CORNER else style
        if symbol.has(Property.RANDOM):
            laws[symbol.name] = (
                white_law(rows, rng, centred=is_centred(symbol, assumptions))
                if is_whitened(symbol, assumptions)
                else _law(rows, rng, own, digits)
            )
        else:
            far = min(digits, EXPONENTS) if symbol in exponents(claim, tuple(assumptions)) else digits
            values[symbol.name] = _value(symbol, rows, columns, rng, own, far, tame=bounded)
    return Instance(dict(sizes), values, laws, chosen)


def touching(claim: Claim, attempt: int) -> str:
    """The style of an attempt where one side is to be less: both may be equal where much is 0. Else none."""
    strict = claim.relation == "<" and attempt % 3 == 0
    return "" if not strict else CORNER if attempt else ZERO


def admissible(function: t.Activation | t.ScalarField, assumptions: Sequence[Assumption]) -> tuple[str, ...]:
    """Concrete functions for which every sup bound assumed can be met, simplest first: a known one is itself, and one
    that need not be differentiable may have kinks. Beside a normal law, for which finite laws stand where polynomials
    are asked for, they are polynomials, if any is."""
    found = _admissible(function, assumptions)
    if not normal_laws(assumptions):
        return tuple(name for name in found if name not in BESIDE_NORMAL_LAWS)
    polynomials = tuple(name for name in found if name in POLYNOMIALS or name in POLYNOMIAL_FIELDS)
    return polynomials or found


def _admissible(function: t.Activation | t.ScalarField, assumptions: Sequence[Assumption]) -> tuple[str, ...]:
    if isinstance(function, t.ScalarField):
        return tuple(name for name in FIELDS if name not in CONSTANT_FIELDS)
    orders = [a.order for a in assumptions if isinstance(a, SupBound) and a.function == function]
    known = known_function(function.name) is not None
    names = (
        (function.name,)
        if known
        else tuple(n for n, f in ACTIVATIONS.items() if n not in (*BY_NAME, *CONSTANTS) and not f.of_positive)
    )
    found = (n for n in names if ACTIVATIONS[n].smooth or len(names) == 1 or not function.smoothness)
    return tuple(n for n in found if all(ACTIVATIONS[n].sup(k) is not None for k in orders))


def _entry(rng: Random, style: str) -> Fraction:
    if style == ZERO:
        return Fraction(0)
    if style == "small":
        return rng.choice(_SIMPLE)
    if style == "edge" and rng.random() < 0.15:
        return Fraction(0)
    return Fraction(rng.randint(-20, 20), rng.randint(1, 12))


@lru_cache(maxsize=256)
def farthest(claim: Claim, assumptions: tuple[Assumption, ...]) -> int:
    """Digits of the largest magnitude drawn: beyond every number that is written down, also under the powers of it."""
    sides = [claim.left, claim.right, *(term for a in assumptions for term in assumption_terms(a))]
    bodies = [d.body for side in sides for d in definitions_in(side)]
    nodes = [node for term in (*sides, *bodies) for node in t.walk(term)]
    parts = [p for n in nodes if isinstance(n, t.Number) for p in (abs(n.value.numerator), n.value.denominator)]
    powers = [p for n in nodes if isinstance(n, t.Power) for p in (abs(n.exponent.numerator), n.exponent.denominator)]
    digits = max((p.bit_length() for p in parts), default=1) * 3 // 10
    return LEAST_DIGITS + min(MOST_DIGITS, digits * max(powers, default=1) if digits > 2 else 0)


@lru_cache(maxsize=1024)
def exponents(claim: Claim, assumptions: tuple[Assumption, ...]) -> frozenset[Symbol]:
    """The symbols under an exp: exp(10^30) leaves no digits to tell sides apart by."""
    terms = (claim.left, claim.right, *(side for a in assumptions for side in assumption_terms(a)))
    nodes = (node for term in terms for node in t.walk(rewrite.unfold(term)))
    return frozenset[Symbol]().union(*(
        rewrite.free_symbols(node) for node in nodes
        if (isinstance(node, t.Special) and node.name == "exp")
        or (isinstance(node, t.Elementwise) and node.function.name == "exp")
    ))  # fmt: skip


def _magnitude(rng: Random, style: str, digits: int) -> Fraction:
    return Fraction(10) ** rng.choice((-digits, digits, digits, -digits, 0)) if style == "edge" else Fraction(1)


def _column(size: int, rng: Random, style: str) -> tuple[Fraction, ...]:
    return tuple(_entry(rng, style) for _ in range(size))


def _table(rows: int, columns: int, rng: Random, style: str) -> list[list[Fraction]]:
    if style == MIXED:
        style = rng.choice(PLAIN)
    if style in PLAIN:
        return [[Fraction(_plain(style, i, j, columns)) for j in range(columns)] for i in range(rows)]
    if style == "even":
        return [[rng.choice(_SIMPLE[1:])] * columns] * rows
    return [list(_column(columns, rng, style)) for _ in range(rows)]


def _plain(style: str, row: int, column: int, columns: int) -> bool:
    """Is the entry 1 and not 0? A column is one of ones, or in "unit" style the first unit vector; a matrix is one of
    ones, the identity, one with a first column of ones, or with a first row of them."""
    match style:
        case "ones":
            return True
        case "unit":
            return row == column
        case "identity":
            return row == column or columns == 1
        case "first":
            return column == 0
        case _:
            return row == 0 or columns == 1


def _value(symbol: t.Symbol, rows: int, columns: int, rng: Random, style: str, digits: int, *, tame: bool) -> Rows:
    scale = _magnitude(rng, style, digits)
    if symbol.is_scalar and tame and scale > 1 and rng.random() < 0.7:
        scale = Fraction(1)  # a bounded activation at 10^30 is flat: little would be tested
    has = symbol.has
    but = Property.PROJECTOR if style == ZERO else None  # the zero matrix is one
    if style in PLAIN and symbol.properties & t.RIGID and not has(Property.BASIS):
        return tuple(map(tuple, _table(rows, columns, rng, "identity")))
    if (whole := made_whole(symbol, rows, rng, but)) is not None:
        return whole
    if has(Property.POSITIVE_DEFINITE) or has(Property.POSITIVE_SEMIDEFINITE):
        shift = Fraction(rng.choice((1, 1, 2)), rng.choice((1, 2))) if has(Property.POSITIVE_DEFINITE) else Fraction(0)
        factor = _table(rows, rows if style in PLAIN else rng.randint(1, rows), rng, style)
        gram = [[sum((x * y for x, y in zip(p, q, strict=True)), shift * (p is q)) for q in factor] for p in factor]
        return tuple(tuple(scale * e for e in row) for row in gram)
    table = [list(row) for row in _table(rows, columns, rng, style)]
    if has(Property.SYMMETRIC):
        table = [[table[min(i, j)][max(i, j)] for j in range(rows)] for i in range(rows)]
    if has(Property.INVERTIBLE):
        table = _made_invertible(table, rng)
    if has(Property.NONZERO) and not any(e for row in table for e in row):
        table[rng.randrange(rows)][rng.randrange(columns)] = Fraction(1)
    return tuple(tuple(scale * e for e in row) for row in signed(symbol, table))


def signed(symbol: t.Symbol, table: list[list[Fraction]]) -> list[list[Fraction]]:
    """The table with each entry of the declared sign."""
    if symbol.has(Property.POSITIVE):
        return [[abs(e) or Fraction(1) for e in row] for row in table]
    if symbol.has(Property.NEGATIVE):
        return [[-abs(e) or Fraction(-1) for e in row] for row in table]
    return [[abs(e) for e in row] for row in table] if symbol.has(Property.NONNEGATIVE) else table


def _made_invertible(table: list[list[Fraction]], rng: Random) -> list[list[Fraction]]:
    """The table with multiples of the identity added, of which at most as many as it has rows are in vain."""
    step = Fraction(rng.choice((1, -1, 2)))
    while not fmpq_mat([[fmpq(e.numerator, e.denominator) for e in row] for row in table]).det():
        table = [[e + step * (i == j) for j, e in enumerate(row)] for i, row in enumerate(table)]
    return table


def basis_vector(size: int, rng: Random) -> Rows:
    """A column of the identity, whichever."""
    place = rng.randrange(size)
    return tuple((Fraction(i == place),) for i in range(size))


def permutation(size: int, rng: Random) -> Rows:
    """The identity with its columns in some order."""
    order = rng.sample(range(size), size)
    return tuple(tuple(Fraction(j == order[i]) for j in range(size)) for i in range(size))


def orthogonal(size: int, rng: Random) -> Rows:
    """A signed permutation, and in two of three draws a reflection or a rotation after it, exact in rationals."""
    order = rng.sample(range(size), size)
    table = [[Fraction(rng.choice((1, -1)) * (j == order[i])) for j in range(size)] for i in range(size)]
    for _ in range(rng.randrange(3)):
        normal = [Fraction(rng.randint(-2, 2)) for _ in range(size)]
        square = _dot(normal, normal)
        if square:
            along = [_dot(normal, column) for column in zip(*table, strict=True)]
            table = [
                [e - 2 * x * a / square for e, a in zip(row, along, strict=True)]
                for x, row in zip(normal, table, strict=True)
            ]
    return tuple(map(tuple, table))


def projector(size: int, rng: Random) -> Rows:
    """The orthogonal projector onto a few random integer columns, found by exact Gram-Schmidt."""
    basis: list[list[Fraction]] = []
    for _ in range(rng.randint(0, size)):
        v = [Fraction(rng.randint(-2, 2)) for _ in range(size)]
        for b in basis:
            factor = _dot(v, b) / _dot(b, b)
            v = [x - factor * y for x, y in zip(v, b, strict=True)]
        if any(v):
            basis.append(v)
    return tuple(
        tuple(sum((b[i] * b[j] / _dot(b, b) for b in basis), Fraction(0)) for j in range(size)) for i in range(size)
    )


_WHOLE: Mapping[Property, Callable[[int, Random], Rows]] = {  # a permutation matrix is orthogonal as well
    Property.BASIS: basis_vector,
    Property.PERMUTATION: permutation,
    Property.ORTHOGONAL: orthogonal,
    Property.PROJECTOR: projector,
}


def made_whole(symbol: t.Symbol, rows: int, rng: Random, but: Property | None = None) -> Rows | None:
    """A value of a symbol that is made as a whole (`theory.terms.RIGID`), but for one such kind; None of any other."""
    make = next((make for prop, make in _WHOLE.items() if symbol.has(prop) and prop is not but), None)
    return None if make is None else make(rows, rng)


def _dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def _law(size: int, rng: Random, style: str, digits: int) -> Law:
    """Weights are alike, or one point is rare, so that moments of one law may differ by far."""
    count = size + 1 + rng.randint(0, 2)
    scale = _magnitude(rng, style, digits)
    points = tuple(tuple(scale * e for e in _column(size, rng, style)) for _ in range(count))
    raw = [rng.choice((1, 1, 1, 2, 3)) if style != "small" or rng.random() < 0.3 else 1 for _ in points]
    if style == "edge" and rng.random() < 0.5:
        rare = 10 ** rng.choice((2, 6, digits))
        raw = [1, *(rare * weight for weight in raw[1:])]
        points = (tuple(rng.choice((1, rare)) * e for e in points[0]), *points[1:])
    return Law(points, tuple(Fraction(r, sum(raw)) for r in raw))


# ---- making assumptions hold --------------------------------------------------------------------------------


def complete(raw: Instance, claim: Claim, assumptions: Sequence[Assumption]) -> Instance | None:
    """The instance with laws and values moved where the assumptions ask for it, and defined symbols computed; None if
    that fails. What meets them already stays, so that a complete instance is completed to itself."""
    return _completed(raw, claim, assumptions, None)


def _completed(
    raw: Instance, claim: Claim, assumptions: Sequence[Assumption], choose: Choose | None
) -> Instance | None:
    found = plan(assumptions)
    try:
        instance = _with_moments(free_part(raw, claim, assumptions), claim, assumptions, found.definitions)
        instance = _with_gaussians(instance, claim, assumptions, found.definitions)
        return _with_gaussians(solve(instance, found, choose), claim, assumptions, found.definitions)
    except (UndefinedError, UncertainError, UnsupportedError, NoValueError):
        return None


def _with_moments(
    instance: Instance, claim: Claim, assumptions: Sequence[Assumption], definitions: Mapping[str, t.Term]
) -> Instance:
    """Laws whose second moment is assumed, or whose mean and covariance, get one that has it, unless theirs does."""
    for x in sorted(symbols_of(claim, tuple(assumptions)), key=lambda s: s.name):
        if not x.has(Property.RANDOM) or x.name not in instance.laws:
            continue
        law = instance.laws[x.name]
        mean, wanted = spread_of(x, assumptions) or (None, moment_of(x, assumptions))
        moment = rational(wanted, instance, definitions) if wanted is not None else None
        at = rational(mean, instance, definitions) if mean is not None else ((Fraction(0),),) * law.size
        if moment is None or at is None:
            continue
        around = moved(law, [-e for [e] in at])
        if second_moment(around) == moment and (mean is None or not any(mean_of(around))):
            continue
        centred = mean is not None or is_centred(x, assumptions)
        made = moment_law(moment, Random(f"{moment} {law.points}"), centred=centred)
        if made is None:
            raise NoValueError
        instance = replace(instance, laws={**instance.laws, x.name: moved(made, [e for [e] in at])})
    return instance


def _with_gaussians(
    instance: Instance, claim: Claim, assumptions: Sequence[Assumption], definitions: Mapping[str, t.Term]
) -> Instance:
    """Where a law is assumed to be normal, one that stands for it; the mean and covariance have their values before."""
    order = order_for(claim, assumptions, instance.functions)
    for assumed in normal_laws(assumptions):
        mean, covariance = (rational(term, instance, definitions) for term in (assumed.mean, assumed.covariance))
        law = gaussian_law(mean, covariance, order) if mean and covariance else None
        if law is None:
            raise NoValueError
        instance = replace(instance, laws={**instance.laws, assumed.over.name: law})
    return instance


def free_part(raw: Instance, claim: Claim, assumptions: Sequence[Assumption]) -> Instance:
    """The instance with laws centred and without the values, and the normal laws, that others define."""
    return freeing(claim, assumptions)(raw)


def freeing(claim: Claim, assumptions: Sequence[Assumption]) -> Callable[[Instance], Instance]:
    """`free_part` for many instances of one claim, which is read once."""
    random = [s for s in symbols_of(claim, tuple(assumptions)) if s.has(Property.RANDOM)]
    centred = {s.name for s in random if is_centred(s, assumptions)}
    computed = set(definitions_of(assumptions))
    normal = {law.over.name for law in normal_laws(assumptions)}

    def free(raw: Instance) -> Instance:
        kept = {name: law for name, law in raw.laws.items() if name not in normal}
        laws = {name: centre(law) if name in centred else law for name, law in kept.items()}
        return Instance(raw.sizes, {k: v for k, v in raw.values.items() if k not in computed}, laws, raw.functions)

    return free
