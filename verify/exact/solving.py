"""Values made to meet assumptions: linear equations solved, inequalities met with equality, narrowly or with room.

Symbols get their values in the order of `verify.exact.planning`. A linear equation moves a value as little as possible,
an inequality moves it to its end unless it is met already. What nothing here can meet is left as it is. Nothing is
believed: `check` looks at the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any

from flint import arb, fmpq, fmpq_mat

from theory import terms as t
from theory.statements.claims import Assumption, AtMost, Equal, SupBound
from theory.terms import Property, Symbol
from theory.terms.rewrite import free_symbols
from verify.exact.activations import ACTIVATIONS
from verify.exact.assumptions import CHECK_BITS, fraction, holds, scope_of
from verify.exact.balls import Balls
from verify.exact.components import evaluate
from verify.exact.instances import Instance, Law, Rows, scalar
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError
from verify.exact.planning import (
    Plan,
    all_symbols,
    both_ways,
    candidates,
    of_signed_entries,
    orthonormal_side,
    scaled_identity,
)
from verify.exact.points_on_spheres import on_sphere, on_sphere_within, reflected
from verify.exact.spectra import largest_eigenvalue_bound, smallest_eigenvalue_bound

FINE = 80  # bits after the point, relative to the largest, of a value that stands for one that is not rational
WIDEST = 2**15  # bits
POWERS = (1, 3, 8, 20)  # halvings or doublings of a value that is to meet an inequality by its size


class NoValueError(ArithmeticError):
    """No value of a symbol can meet what is asked of it."""


_SHARE = Symbol("c", properties=frozenset({Property.NONNEGATIVE}))


# ---- values -------------------------------------------------------------------------------------------------
Choose = Callable[[Symbol, Fraction | None, Fraction | None], Fraction]


def solve(instance: Instance, found: Plan, choose: Choose | None = None) -> Instance:
    """The instance with the values that the plan finds. `choose` picks a number between two ends, each of which may
    be missing; without it, a value that is there stays if it can, otherwise it goes to the nearest end.

    Raises NoValueError, UndefinedError or UncertainError if there is none.
    """
    instance = define(instance, found.definitions)
    open_ones: list[AtMost] = []
    for symbol, wanted in found.solved:
        equations = [a for a in wanted if isinstance(a, Equal)]
        if equations:
            before = instance
            instance = _moved(instance, symbol, equations, found.definitions)
            if instance is before:  # it may not vary with this symbol, once definitions are looked through
                for other in (s for a in equations for s in candidates(a, found.definitions) if s != symbol):
                    instance = define(_moved(instance, other, equations, found.definitions), found.definitions)
        others = [a for a in wanted if not isinstance(a, Equal)]
        if others:
            low, high = _ends(instance, symbol, others, found.definitions, thorough=choose is not None)
            value = _chosen(instance.values.get(symbol.name), symbol, low, high, choose)
            instance = _with(instance, symbol.name, scalar(value), found.definitions)
            open_ones += [a for a in others if low is None and high is None and isinstance(a, AtMost)]
        instance = define(instance, found.definitions)
    if choose is None:  # the rest is too slow for every step of a climb
        return instance
    for a in (*found.left, *open_ones):
        raised = _raised(instance, a, found.definitions, choose)
        instance = define(raised or _resized(instance, a, found.definitions), found.definitions)
    return instance


def _raised(instance: Instance, a: AtMost, definitions: Mapping[str, t.Term], choose: Choose) -> Instance | None:
    """For left <= T, T a semidefinite matrix: T becomes left + c T, c >= 0 small or large, so that it is above left by
    little as well as by much; None where that is not so."""
    symbol = a.right
    if not isinstance(symbol, Symbol) or symbol.is_scalar or not symbol.properties & t.SEMIDEFINITE:
        return None
    if symbol.name in definitions or symbol in free_symbols(a.left):
        return None
    low = rational(a.left, instance, definitions)
    table = _table(instance, symbol)
    if low is None or table is None:
        return None
    share = choose(_SHARE, Fraction(0), None)
    rows = tuple(tuple(x + share * y for x, y in zip(*pair, strict=True)) for pair in zip(low, table, strict=True))
    higher = _put(instance, symbol, rows, definitions)
    return higher if _met(higher, a, definitions) else None


def _chosen(
    before: Rows | None, symbol: Symbol, low: Fraction | None, high: Fraction | None, choose: Choose | None
) -> Fraction:
    value = before[0][0] if before is not None else None
    if choose is not None and not (low is None and high is None):
        value = choose(symbol, low, high)
    return value if value is not None and _fits(symbol, value, low, high) else nearest(symbol, low, high)


def define(instance: Instance, definitions: Mapping[str, t.Term]) -> Instance:
    """Values of defined symbols, in the order their terms allow. Irrational ones stay with their definition."""
    for _ in definitions:
        for name, term in definitions.items():
            needed = {s.name for s in free_symbols(term) if not s.properties & {Property.DIMENSION, Property.RANDOM}}
            if name in instance.values or any(n not in instance.values and n not in definitions for n in needed):
                continue
            table = rational(term, instance, definitions)
            if table is not None:
                instance = replace(instance, values={**instance.values, name: table})
    return instance


def rational(term: t.Term, instance: Instance, definitions: Mapping[str, t.Term]) -> Rows | None:
    """The entries of a term, None if they are not all known to be rational or a symbol has no value yet."""
    table = _balls(term, instance, definitions)
    if table is None or any(type(e) is not fmpq for row in table for e in row):
        return None
    return tuple(tuple(fraction(e) for e in row) for row in table)


def _balls(term: t.Term, instance: Instance, definitions: Mapping[str, t.Term]) -> list[list[Any]] | None:
    known = instance.values.keys() | instance.laws.keys() | instance.sizes.keys() | definitions.keys()
    if any(s.name not in known for s in free_symbols(term)):
        return None
    with Balls(CHECK_BITS, {}).active():
        try:
            return evaluate(term, scope_of(instance, definitions, CHECK_BITS))
        except (UnsupportedError, KeyError):
            return None


# ---- ends of an interval ------------------------------------------------------------------------------------
def _ends(
    instance: Instance,
    symbol: Symbol,
    wanted: Sequence[Assumption],
    definitions: Mapping[str, t.Term],
    *,
    thorough: bool,
) -> tuple[Fraction | None, Fraction | None]:
    """The ends that assumptions set to a scalar symbol; thorough: also where it does not stand alone on a side."""
    lows: list[Fraction] = []
    highs: list[Fraction] = []
    for a in wanted:
        if isinstance(a, SupBound):
            sup = ACTIVATIONS[instance.functions[a.function.name]].sup(a.order)
            if sup is None:
                raise NoValueError
            lows.append(sup)
            continue
        assert isinstance(a, AtMost)
        if scaled_identity(a.right) == symbol and symbol not in free_symbols(a.left):
            lows += _edge(a.left, instance, definitions, 1)
        elif scaled_identity(a.left) == symbol and symbol not in free_symbols(a.right):
            highs += _edge(a.right, instance, definitions, -1)
        elif thorough:
            low, high = _linear_ends(instance, symbol, a, definitions)
            lows += low
            highs += high
    return max(lows, default=None), min(highs, default=None)


def _edge(side: t.Term, instance: Instance, definitions: Mapping[str, t.Term], sign: int) -> list[Fraction]:
    """A rational at least (sign 1) or at most (-1) the side's value or every eigenvalue; it is near the least such."""
    table = _balls(side, instance, definitions)
    if table is None:
        return []
    exact, error = _near(table)
    bound = (largest_eigenvalue_bound if sign > 0 else smallest_eigenvalue_bound)(exact)
    return [bound + sign * len(exact) * error]


def _near(table: list[list[Any]]) -> tuple[Rows, Fraction]:
    """A rational symmetric table near one of balls, and how far an entry may be from it; 0 where all are rational."""
    if all(type(e) is fmpq for row in table for e in row):
        return tuple(tuple(fraction(e) for e in row) for row in table), Fraction(0)
    with Balls(CHECK_BITS, {}).active():
        balls = [[arb(e) for e in row] for row in table]
        middle = [[_dyadic(e.mid()) for e in row] for row in balls]
        largest = max((abs(e) for row in middle for e in row), default=Fraction(0))
        radius = max(_dyadic(e.rad()) for row in balls for e in row)
    n = range(len(middle))
    even = tuple(tuple((middle[i][j] + middle[j][i]) / 2 for j in n) for i in n)
    apart = max(abs(even[i][j] - middle[i][j]) for i in n for j in n)
    return even, radius + apart + largest / 2**FINE


def _dyadic(value: Any) -> Fraction:
    mantissa, exponent = value.man_exp()
    if abs(int(exponent)) > WIDEST:
        raise UncertainError("a bound that is too large or too small to be written as a fraction")
    return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _linear_ends(
    instance: Instance, symbol: Symbol, a: AtMost, definitions: Mapping[str, t.Term]
) -> tuple[list[Fraction], list[Fraction]]:
    """The end that a scalar inequality sets where its sides are linear in the symbol; nothing if they are not."""
    gaps: list[Fraction] = []
    start = Fraction(-1) if symbol.has(Property.NEGATIVE) else Fraction(1)
    for step in (1, 2, 4):
        moved = _with(instance, symbol.name, scalar(step * start), definitions)
        try:
            table = rational(a.right - a.left, moved, definitions)
        except (UndefinedError, UncertainError):
            return [], []
        if table is None:
            return [], []
        gaps.append(table[0][0])
    slope = (gaps[1] - gaps[0]) / start
    if not slope or gaps[2] - gaps[0] != 3 * slope * start:
        return [], []
    end = start - gaps[0] / slope
    return ([end], []) if slope > 0 else ([], [end])


def _with(instance: Instance, name: str, table: Rows, definitions: Mapping[str, t.Term]) -> Instance:
    """The instance with another value of a symbol, and nothing that others define."""
    kept = {k: v for k, v in instance.values.items() if k not in definitions}
    return replace(instance, values={**kept, name: table})


def nearest(symbol: Symbol, low: Fraction | None, high: Fraction | None) -> Fraction:
    """The end of the interval, or a number in it that the symbol may be. Raises NoValueError if there is none."""
    one = Fraction(-1 if symbol.has(Property.NEGATIVE) else 1)
    inner = [(low + high) / 2] if low is not None and high is not None else []
    inner += [Fraction(e) / 2 for e in (high,) if e is not None]
    for value in (low, high, one, Fraction(0), *inner):
        if value is not None and _fits(symbol, value, low, high):
            return value
    raise NoValueError


def _fits(symbol: Symbol, value: Fraction, low: Fraction | None, high: Fraction | None) -> bool:
    has = symbol.has
    if (has(Property.POSITIVE) and value <= 0) or (has(Property.NEGATIVE) and value >= 0):
        return False
    if (has(Property.NONNEGATIVE) and value < 0) or (has(Property.NONZERO) and value == 0):
        return False
    return (low is None or value >= low) and (high is None or value <= high)


SLACK = tuple(Fraction(n, d) for n, d in ((1, 10**8), (1, 1000), (1, 10), (1, 2), (1, 1), (3, 1), (100, 1), (10**6, 1)))


def spread(rng: Random) -> Choose:
    """Numbers that meet their ends with equality, narrowly, with room and from far away."""

    def choose(symbol: Symbol, low: Fraction | None, high: Fraction | None) -> Fraction:
        slack = rng.choice((Fraction(0), *SLACK))
        if low is not None and high is not None:
            return low + (high - low) * rng.choice((Fraction(0), Fraction(1), Fraction(1, 2), Fraction(1, 1000)))
        end = low if low is not None else high
        if end is None:
            raise NoValueError
        if high is not None and symbol.properties & {Property.POSITIVE, Property.NONNEGATIVE}:
            return end / (1 + slack)
        if low is not None and symbol.has(Property.NEGATIVE):
            return end / (1 + slack)
        step = slack * abs(end) if end and rng.random() < 0.5 else slack
        return end + step if low is not None else end - step

    return choose


# ---- linear equations ---------------------------------------------------------------------------------------
def _moved(
    instance: Instance, symbol: Symbol, equations: Sequence[Equal], definitions: Mapping[str, t.Term]
) -> Instance:
    """The symbol's value, or the points of its law, moved as little as the equations ask, if they are linear in it."""
    table = _table(instance, symbol)
    if table is None:
        return instance
    width = len(table[0])
    flat = [e for row in table for e in row]
    length = _squared_length(symbol, equations, instance, definitions) if symbol.columns == 1 else None
    if length is not None:
        square, others = length
        if not others:
            point = on_sphere(flat, square)
        else:
            instance = _moved(instance, symbol, others, definitions)
            nearest = [row[0] for row in _table(instance, symbol) or ()]
            point = on_sphere_within(nearest, square, partial(_left_of, instance, symbol, others, definitions))
        return instance if point is None else _put(instance, symbol, point, definitions)
    if (across := orthonormal_side(symbol, equations)) and (turned := orthonormal(table, rows=across == "rows")):
        return _put(instance, symbol, turned, definitions)

    def residual(entries: Sequence[Fraction]) -> list[Fraction] | None:
        rows = tuple(tuple(entries[i : i + width]) for i in range(0, len(entries), width))
        moved = _put(instance, symbol, rows, definitions)
        found: list[Fraction] = []
        for a in equations:
            sides = [rational(side, moved, definitions) for side in (a.left, a.right)]
            if sides[0] is None or sides[1] is None:
                return None
            found += [x - y for p, q in zip(sides[0], sides[1], strict=True) for x, y in zip(p, q, strict=True)]
        return found

    try:
        start = residual(flat)
        if start is None or not any(start):
            return instance
        signed = of_signed_entries(symbol)
        if signed and (scaled := _along_its_ray(flat, start, residual)) is not None:
            return _put(instance, symbol, tuple((e,) for e in scaled), definitions)
        columns: list[list[Fraction]] = []
        together = _together(symbol, len(table), width)
        for group in together:
            there = residual([e + (i in group) for i, e in enumerate(flat)])
            if there is None:
                return instance
            columns.append([x - y for x, y in zip(there, start, strict=True)])
        weights = [abs(flat[group[0]]) if signed else Fraction(1) for group in together]  # relative steps keep signs
        columns = [[e * w for e in column] for column, w in zip(columns, weights, strict=True)]
        step = _smallest(columns, [-e for e in start])
        moves = {i: s * w for group, s, w in zip(together, step or (), weights, strict=False) for i in group}
        after = [e + moves.get(i, 0) for i, e in enumerate(flat)]
        if step is None or any(residual(after) or (Fraction(1),)):
            return instance  # not linear, or not solvable: the check will say so
    except (UndefinedError, UncertainError):
        return instance
    rows = tuple(tuple(after[i : i + width]) for i in range(0, len(after), width))
    return _put(instance, symbol, rows, definitions)


def _left_of(
    instance: Instance,
    symbol: Symbol,
    equations: Sequence[Equal],
    definitions: Mapping[str, t.Term],
    entries: Sequence[Fraction],
) -> list[Fraction]:
    """By how much the sides of equations differ with these entries for a column; nothing of sides without a value."""
    moved = _put(instance, symbol, tuple((e,) for e in entries), definitions)
    found: list[Fraction] = []
    for a in equations:
        left, right = (rational(side, moved, definitions) or () for side in (a.left, a.right))
        found += [x - y for p, q in zip(left, right, strict=False) for x, y in zip(p, q, strict=True)]
    return found


def _along_its_ray(
    entries: Sequence[Fraction],
    start: Sequence[Fraction],
    residual: Callable[[Sequence[Fraction]], list[Fraction] | None],
) -> list[Fraction] | None:
    """The multiple of a column, by a positive number, that meets equations linear in it; None if none does."""
    double = residual([2 * e for e in entries])
    place = next((i for i, (x, y) in enumerate(zip(start, double or (), strict=False)) if x != y), None)
    if double is None or place is None:
        return None
    factor = 1 - start[place] / (double[place] - start[place])
    if factor <= 0:
        return None
    scaled = [factor * e for e in entries]
    return None if any(residual(scaled) or (Fraction(1),)) else scaled


def _together(symbol: Symbol, rows: int, width: int) -> list[tuple[int, ...]]:
    """Places of entries that move together: those of a symmetric matrix across its diagonal."""
    if not symbol.has(Property.SYMMETRIC):
        return [(i,) for i in range(rows * width)]
    return [tuple({i * width + j, j * width + i}) for i in range(rows) for j in range(i + 1)]


def _squared_length(
    symbol: Symbol, equations: Sequence[Equal], instance: Instance, definitions: Mapping[str, t.Term]
) -> tuple[Fraction, list[Equal]] | None:
    """r and what else is asked of a vector v, if v'v = r is, or |v|^2 = r by |v| itself, for a positive rational r."""
    square = t.matmul(t.transpose(symbol), symbol)
    for equation in equations:
        for side, value in both_ways(equation):
            power = {square: 1, t.power(square, Fraction(1, 2)): 2}.get(side)
            if power is None or symbol in free_symbols(value):
                continue
            number = rational(value, instance, definitions)
            if number is not None and (root := number[0][0]) > 0:
                return root**power, [other for other in equations if other is not equation]
    return None


def orthonormal(table: Rows, *, rows: bool = False) -> Rows | None:
    """Rational orthonormal columns of the shape of a table, or rows: those of the identity reflected across each column
    that there is, or the table itself if it is one; None where there are more than fit."""
    upright = [list(column) for column in (table if rows else zip(*table, strict=True))]  # one list a column
    size = len(upright[0])
    if len(upright) > size:
        return None
    pairs = ((i, j) for i in range(len(upright)) for j in range(i + 1))
    if all(sum(x * y for x, y in zip(upright[i], upright[j], strict=True)) == (i == j) for i, j in pairs):
        return table
    turned = [[Fraction(i == j) for i in range(size)] for j in range(len(upright))]
    for normal in upright:
        turned = [reflected(column, normal) for column in turned]
    return tuple(map(tuple, turned)) if rows else tuple(zip(*turned, strict=True))


def _table(instance: Instance, symbol: Symbol) -> Rows | None:
    if symbol.has(Property.RANDOM):
        return instance.laws[symbol.name].points if symbol.name in instance.laws else None
    return instance.values.get(symbol.name)


def _put(instance: Instance, symbol: Symbol, table: Rows, definitions: Mapping[str, t.Term]) -> Instance:
    if symbol.has(Property.RANDOM):
        laws = {**instance.laws, symbol.name: Law(table, instance.laws[symbol.name].weights)}
        kept = {k: v for k, v in instance.values.items() if k not in definitions}
        return replace(instance, laws=laws, values=kept)
    return _with(instance, symbol.name, table, definitions)


def _smallest(columns: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> list[Fraction] | None:
    """The shortest x with sum x_k columns[k] = right: x = J' y with J J' y = right."""
    n = range(len(right))
    gram = [[sum((c[i] * c[j] for c in columns), Fraction(0)) for j in n] for i in n]
    rows = [[fmpq(e.numerator, e.denominator) for e in (*gram[i], right[i])] for i in n]
    reduced, rank = fmpq_mat(rows).rref()
    y = [Fraction(0)] * len(right)
    for i in range(rank):
        pivot = next(j for j in range(len(right) + 1) if reduced[i, j] != 0)
        if pivot == len(right):
            return None
        y[pivot] = fraction(reduced[i, len(right)])
    return [sum((c[i] * y[i] for i in n), Fraction(0)) for c in columns]


# ---- sizes of values ----------------------------------------------------------------------------------------
def _resized(instance: Instance, a: AtMost, definitions: Mapping[str, t.Term]) -> Instance:
    """A value shrunk or stretched until the inequality is met, where that can be; otherwise the instance itself."""
    if _met(instance, a, definitions) is not False:
        return instance
    for candidate in _scaled(instance, a, definitions):
        if _met(candidate, a, definitions):
            return candidate
    return instance


def _met(instance: Instance, a: AtMost, definitions: Mapping[str, t.Term]) -> bool | None:
    if _balls(a.left, instance, definitions) is None or _balls(a.right, instance, definitions) is None:
        return None
    with Balls(CHECK_BITS, {}).active():
        try:
            return holds(a, scope_of(instance, definitions, CHECK_BITS), instance)
        except (UndefinedError, UncertainError):
            return False


def _scaled(instance: Instance, a: AtMost, definitions: Mapping[str, t.Term]) -> Iterator[Instance]:
    symbols = sorted(all_symbols(a, definitions), key=lambda s: s.name)
    free = [s for s in symbols if s.name not in definitions and not s.properties & t.RIGID]
    for factor in (Fraction(1, 2), Fraction(2)):
        for power in POWERS:
            for symbol in free:
                table = _table(instance, symbol)
                if table is not None:
                    rows = tuple(tuple(e * factor**power for e in row) for row in table)
                    yield _put(instance, symbol, rows, definitions)
