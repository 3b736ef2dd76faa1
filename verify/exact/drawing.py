"""Exact rational instances of a claim: small and simple first, then general, then at the edge of magnitudes.

`draw` gives free symbols values by their properties and `complete` makes the assumptions hold where it knows how:
laws are centred, symbols that an equality defines are computed, sup bounds and eigenvalue bounds are solved for.
Nothing here is believed: `satisfied` checks the finished instance.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

from flint import fmpq

from theory.calculus import terms as t
from theory.calculus.known_functions import known_function
from theory.calculus.rewrite import free_symbols
from theory.calculus.terms import Property
from theory.claims import Assumption, AtMost, Claim, Equal, SupBound, symbols_of
from verify.exact.activations import ACTIVATIONS, FIELDS
from verify.exact.assumptions import (
    CHECK_BITS,
    Check,
    check,
    definitions_of,
    fraction,
    functions_used,
    scope_of,
)
from verify.exact.balls import Balls
from verify.exact.components import evaluate
from verify.exact.instances import Instance, Law, Rows, scalar
from verify.exact.number_system import UncertainError, UndefinedError
from verify.exact.spectra import largest_eigenvalue_bound, smallest_eigenvalue_bound

STYLES = ("small", "general", "edge")
_SIMPLE = tuple(
    Fraction(n, d) for n, d in ((0, 1), (1, 1), (-1, 1), (2, 1), (-2, 1), (3, 1), (-3, 1), (1, 2), (-1, 2), (3, 2))
)
_POLYNOMIAL = ("identity", "square", "cube", "relu", "leaky_relu", "abs")


def satisfied(instance: Instance, claim: Claim, assumptions: Sequence[Assumption]) -> Check:
    """Do all declared properties and assumptions hold on the instance? Exact where values are rational."""
    return check(instance, claim, assumptions)


def dimensions_of(claim: Claim, assumptions: Sequence[Assumption]) -> tuple[str, ...]:
    """Names of the dimension symbols, sorted."""
    return tuple(sorted(s.name for s in symbols_of(claim, tuple(assumptions)) if s.has(Property.DIMENSION)))


def draw(
    claim: Claim,
    assumptions: Sequence[Assumption],
    sizes: Mapping[str, int],
    rng: Random,
    style: str = "small",
    functions: Mapping[str, str] | None = None,
) -> Instance | None:
    """An instance made to satisfy the assumptions, or None if this attempt does not; `rng` fixes it."""
    return complete(_draw_free(claim, assumptions, sizes, rng, style, functions or {}), claim, assumptions)


# ---- free values --------------------------------------------------------------------------------------------
def _draw_free(
    claim: Claim,
    assumptions: Sequence[Assumption],
    sizes: Mapping[str, int],
    rng: Random,
    style: str,
    functions: Mapping[str, str],
) -> Instance:
    chosen = {
        name: functions.get(name) or rng.choice(admissible(function, assumptions))
        for name, function in functions_used(claim, assumptions).items()
    }
    bounded = any(c not in _POLYNOMIAL for c in chosen.values())
    solved = {s.name for s in solved_symbols(assumptions)} | set(definitions_of(assumptions))
    values: dict[str, Rows] = {}
    laws: dict[str, Law] = {}
    for symbol in sorted(symbols_of(claim, tuple(assumptions)), key=lambda s: s.name):
        if symbol.has(Property.DIMENSION) or symbol.name in solved:
            continue
        rows, columns = (n if isinstance(n, int) else sizes[n.name] for n in symbol.shape)
        if symbol.has(Property.RANDOM):
            white = is_whitened(symbol, assumptions)
            laws[symbol.name] = white_law(rows, rng) if white else _law(rows, rng, style)
        else:
            values[symbol.name] = _value(symbol, rows, columns, rng, style, tame=bounded)
    return Instance(dict(sizes), values, laws, chosen)


def admissible(function: t.Activation | t.ScalarField, assumptions: Sequence[Assumption]) -> tuple[str, ...]:
    """Concrete functions for which every sup bound assumed can be met, simplest first: a known one is itself, and one
    that need not be differentiable may have kinks."""
    if isinstance(function, t.ScalarField):
        return tuple(FIELDS)
    orders = [a.order for a in assumptions if isinstance(a, SupBound) and a.function == function]
    names = (function.name,) if known_function(function.name) else ACTIVATIONS
    found = (n for n in names if ACTIVATIONS[n].smooth or len(names) == 1 or not function.smoothness)
    return tuple(n for n in found if all(ACTIVATIONS[n].sup(k) is not None for k in orders))


def _entry(rng: Random, style: str) -> Fraction:
    if style == "small":
        return rng.choice(_SIMPLE)
    if style == "edge" and rng.random() < 0.25:
        return Fraction(0)
    return Fraction(rng.randint(-20, 20), rng.randint(1, 12))


def _magnitude(rng: Random, style: str) -> Fraction:
    return Fraction(10) ** rng.choice((-30, 30, 0)) if style == "edge" else Fraction(1)


def _column(size: int, rng: Random, style: str) -> tuple[Fraction, ...]:
    return tuple(_entry(rng, style) for _ in range(size))


def _table(rows: int, columns: int, rng: Random, style: str) -> list[list[Fraction]]:
    return [list(_column(columns, rng, style)) for _ in range(rows)]


def _value(symbol: t.Symbol, rows: int, columns: int, rng: Random, style: str, *, tame: bool) -> Rows:
    scale = _magnitude(rng, style)
    if symbol.is_scalar and tame and scale > 1:
        scale = Fraction(1)  # a bounded activation at 10^30 is flat: nothing would be tested
    has = symbol.has
    if has(Property.PROJECTOR):
        return projector(rows, rng)
    if has(Property.POSITIVE_DEFINITE) or has(Property.POSITIVE_SEMIDEFINITE):
        shift = Fraction(rng.choice((1, 1, 2)), rng.choice((1, 2))) if has(Property.POSITIVE_DEFINITE) else Fraction(0)
        factor = _table(rows, rng.randint(1, rows), rng, style)
        gram = [[sum((x * y for x, y in zip(p, q, strict=True)), shift * (p is q)) for q in factor] for p in factor]
        return tuple(tuple(scale * e for e in row) for row in gram)
    table = _table(rows, columns, rng, style)
    if has(Property.SYMMETRIC):
        table = [[table[min(i, j)][max(i, j)] for j in range(rows)] for i in range(rows)]
    if has(Property.NONZERO) and not any(e for row in table for e in row):
        table[rng.randrange(rows)][rng.randrange(columns)] = Fraction(1)
    if has(Property.POSITIVE) or has(Property.NEGATIVE):
        table[0][0] = (abs(table[0][0]) or Fraction(1)) * (-1 if has(Property.NEGATIVE) else 1)
    if has(Property.NONNEGATIVE):
        table[0][0] = abs(table[0][0])
    return tuple(tuple(scale * e for e in row) for row in table)


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


def _dot(a: Sequence[Fraction], b: Sequence[Fraction]) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def _law(size: int, rng: Random, style: str) -> Law:
    count = size + 1 + rng.randint(0, 2)
    scale = _magnitude(rng, style)
    points = tuple(tuple(scale * e for e in _column(size, rng, style)) for _ in range(count))
    raw = [rng.choice((1, 1, 1, 2, 3)) if style != "small" or rng.random() < 0.3 else 1 for _ in points]
    return Law(points, tuple(Fraction(r, sum(raw)) for r in raw))


def white_law(size: int, rng: Random) -> Law:
    """A centred law with E[x x'] = I: on axis i the points a e_i and -b e_i with weights 1/(a(a+b)), 1/(b(a+b))."""
    points: list[tuple[Fraction, ...]] = []
    weights: list[Fraction] = []
    for i in range(size):
        a, b = Fraction(rng.randint(size, size + 2)), Fraction(rng.randint(1, 3))  # 1/(ab) <= 1/size
        for value, weight in ((a, 1 / (a * (a + b))), (-b, 1 / (b * (a + b)))):
            points.append(tuple(value if j == i else Fraction(0) for j in range(size)))
            weights.append(weight)
    if sum(weights) < 1:
        points.append((Fraction(0),) * size)
        weights.append(1 - sum(weights, Fraction(0)))
    return Law(tuple(points), tuple(weights))


# ---- making assumptions hold --------------------------------------------------------------------------------
def is_whitened(x: t.Symbol, assumptions: Sequence[Assumption]) -> bool:
    """Do the assumptions say E[x x'] = I, directly or through a symbol?"""
    moment = t.Expectation(t.matmul(x, t.transpose(x)), x)
    equal = [{a.left, a.right} for a in assumptions if isinstance(a, Equal)]
    names = {side for pair in equal if moment in pair for side in pair}
    return any(isinstance(s, t.Eye) for s in names) or any(
        pair & names and any(isinstance(s, t.Eye) for s in pair) for pair in equal
    )


def is_centred(x: t.Symbol, assumptions: Sequence[Assumption]) -> bool:
    mean = t.Expectation(x, x)
    return any(
        isinstance(a, Equal) and {type(a.left), type(a.right)} == {t.Expectation, t.Zero} and mean in (a.left, a.right)
        for a in assumptions
    )


def centre(law: Law) -> Law:
    """The law moved so that its mean is 0."""
    mean = [sum((w * p[i] for w, p in zip(law.weights, law.points, strict=True)), Fraction(0)) for i in range(law.size)]
    return Law(tuple(tuple(e - m for e, m in zip(p, mean, strict=True)) for p in law.points), law.weights)


def scaled_identity(term: t.Term) -> t.Symbol | None:
    """L, if the term is L I, or the scalar L itself."""
    factor = term.scalar if isinstance(term, t.Scale) and isinstance(term.body, t.Eye) else term
    if isinstance(factor, t.Symbol) and factor.is_scalar and not factor.has(Property.DIMENSION):
        return factor
    return None


def solved_symbols(assumptions: Sequence[Assumption]) -> tuple[t.Symbol, ...]:
    """Scalar symbols that `complete` solves for: bounds of activations and of spectra."""
    found: list[t.Symbol] = []
    for a in assumptions:
        if isinstance(a, SupBound):
            found.append(a.bound)
        elif isinstance(a, AtMost):
            found += [s for s in (scaled_identity(a.right), scaled_identity(a.left)) if s is not None]
    return tuple(found)


def complete(raw: Instance, claim: Claim, assumptions: Sequence[Assumption]) -> Instance | None:
    """The instance with laws centred and defined symbols computed from the free values; None if that fails.

    Values already present for defined symbols are recomputed, so a changed instance can be completed again.
    """
    definitions = definitions_of(assumptions)
    try:
        instance = _bounds(_define(free_part(raw, claim, assumptions), definitions), assumptions, definitions)
        instance = _define(instance, definitions)
    except (UndefinedError, UncertainError, _NoBoundError):
        return None
    return instance


def free_part(raw: Instance, claim: Claim, assumptions: Sequence[Assumption]) -> Instance:
    """The instance with laws centred and without the values that others define or that are solved for."""
    return freeing(claim, assumptions)(raw)


def freeing(claim: Claim, assumptions: Sequence[Assumption]) -> Callable[[Instance], Instance]:
    """`free_part` for many instances of one claim, which is read once."""
    random = [s for s in symbols_of(claim, tuple(assumptions)) if s.has(Property.RANDOM)]
    centred = {s.name for s in random if is_centred(s, assumptions)}
    computed = {s.name for s in solved_symbols(assumptions)} | set(definitions_of(assumptions))

    def free(raw: Instance) -> Instance:
        laws = {name: centre(law) if name in centred else law for name, law in raw.laws.items()}
        return Instance(raw.sizes, {k: v for k, v in raw.values.items() if k not in computed}, laws, raw.functions)

    return free


class _NoBoundError(ArithmeticError):
    """A bound that no value of its symbol can meet."""


def _define(instance: Instance, definitions: Mapping[str, t.Term]) -> Instance:
    """Values of defined symbols, in the order their terms allow. Irrational ones stay with their definition."""
    for _ in definitions:
        for name, term in definitions.items():
            needed = {s.name for s in free_symbols(term) if not s.properties & {Property.DIMENSION, Property.RANDOM}}
            if name in instance.values or any(n not in instance.values and n not in definitions for n in needed):
                continue
            table = _rational(term, instance, definitions)
            if table is not None:
                instance = replace(instance, values={**instance.values, name: table})
    return instance


def _rational(term: t.Term, instance: Instance, definitions: Mapping[str, t.Term]) -> Rows | None:
    scope = scope_of(instance, definitions, CHECK_BITS)
    with Balls(CHECK_BITS, {}).active():
        table = evaluate(term, scope)
    if any(type(e) is not fmpq for row in table for e in row):
        return None
    return tuple(tuple(fraction(e) for e in row) for row in table)


def _bounds(instance: Instance, assumptions: Sequence[Assumption], definitions: Mapping[str, t.Term]) -> Instance:
    values = dict(instance.values)
    for a in assumptions:
        if isinstance(a, SupBound) and a.bound.name not in definitions:
            sup = ACTIVATIONS[instance.functions[a.function.name]].sup(a.order)
            if sup is None:
                raise _NoBoundError
            before = values.get(a.bound.name)
            values[a.bound.name] = scalar(sup if before is None else max(sup, before[0][0]))
        elif isinstance(a, AtMost):
            upper, lower = scaled_identity(a.right), scaled_identity(a.left)
            for symbol, side, sign in ((upper, a.left, 1), (lower, a.right, -1)):
                if symbol is None or symbol.name in definitions or symbol in free_symbols(side):
                    continue
                if any(s.name not in values for s in free_symbols(side) if not s.has(Property.DIMENSION)):
                    continue
                table = _rational(side, instance, definitions)
                if table is not None:
                    bound = largest_eigenvalue_bound(table) if sign > 0 else smallest_eigenvalue_bound(table)
                    before = values.get(symbol.name)
                    pick = max if sign > 0 else min
                    values[symbol.name] = scalar(bound if before is None else pick(bound, before[0][0]))
    return replace(instance, values=values)
