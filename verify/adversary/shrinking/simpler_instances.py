"""The simpler neighbours of a counterexample, kind by kind, the boldest changes first. Untrusted, like all search.

A neighbour is raw: `complete` makes the assumptions hold again, `decide` says whether it is still a counterexample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import gcd, lcm, log10

from theory import terms as t
from theory.statements.claims import Assumption, Claim, symbols_of
from theory.terms import Property
from verify.exact.assumptions import functions_used
from verify.exact.drawing import admissible
from verify.exact.instances import Instance, Law, Rows
from verify.exact.simplicity import RANK, cost

_TARGETS = (Fraction(0), Fraction(1), Fraction(-1), Fraction(2), Fraction(-2))
_EXTREME = 3  # an entry beyond 10^3 or below 10^-3 is worth rescaling together with others


@dataclass(frozen=True)
class Setting:
    """What neighbours of any instance of one claim need to know."""

    claim: Claim
    assumptions: Sequence[Assumption]
    symbols: Mapping[str, t.Symbol]

    @staticmethod
    def of(claim: Claim, assumptions: Sequence[Assumption]) -> Setting:
        return Setting(claim, assumptions, {s.name: s for s in symbols_of(claim, tuple(assumptions))})


Neighbours = Callable[[Setting, Instance], Iterator[Instance]]


def fewer_sizes(setting: Setting, instance: Instance) -> Iterator[Instance]:
    """One coordinate of a dimension left out everywhere."""
    for name, size in sorted(instance.sizes.items()):
        for index in range(size - 1, -1, -1):
            if size > 1:
                yield _without(instance, setting.symbols, name, index)


def fewer_points(setting: Setting, instance: Instance) -> Iterator[Instance]:
    """One point of a law left out, equal points merged, weights made even."""
    for name, law in sorted(instance.laws.items()):
        others = {k: v for k, v in instance.laws.items() if k != name}
        for index in range(len(law.points)):
            if len(law.points) > 1:
                yield replace(instance, laws={**others, name: _without_point(law, index)})
        merged: dict[tuple[Fraction, ...], Fraction] = {}
        for point, weight in zip(law.points, law.weights, strict=True):
            merged[point] = merged.get(point, Fraction(0)) + weight
        if len(merged) < len(law.points):
            yield replace(instance, laws={**others, name: Law(tuple(merged), tuple(merged.values()))})
        even = (Fraction(1, len(law.points)),) * len(law.points)
        if law.weights != even:
            yield replace(instance, laws={**others, name: Law(law.points, even)})


def rescaled(setting: Setting, instance: Instance) -> Iterator[Instance]:
    """Values and laws brought towards size 1 by powers of ten, together, in pairs and alone; then to whole numbers."""
    tables = _tables(instance)
    powers = {name: _power_of_ten(rows) for name, rows in tables.items()}
    far = [name for name, power in powers.items() if abs(power) > _EXTREME]
    groups = [tuple(far), *combinations(far, 2), *((name,) for name in far)]
    for group in dict.fromkeys(g for g in groups if g):
        for left in (0, 1, 2, 3):  # what fails at 10^-30 may fail at 10^-2 and hold at 1
            shift = {name: powers[name] + (left if powers[name] < 0 else -left) for name in group}
            yield _scaled(instance, {name: Fraction(10) ** -power for name, power in shift.items()})
    for name, rows in tables.items():
        entries = [e for row in rows for e in row if e]
        if entries:
            whole = Fraction(lcm(*(e.denominator for e in entries)))
            common = Fraction(gcd(*(int(e * whole) for e in entries)))
            for factor in (whole / common, whole, 1 / max(map(abs, entries))):
                if factor != 1:
                    yield _scaled(instance, {name: factor})


def simpler_functions(setting: Setting, instance: Instance) -> Iterator[Instance]:
    """A function of lower rank that the assumptions admit."""
    for name, function in functions_used(setting.claim, setting.assumptions).items():
        for choice in sorted(admissible(function, setting.assumptions), key=lambda n: RANK[n]):
            if RANK[choice] < RANK[instance.functions[name]]:
                yield replace(instance, functions={**instance.functions, name: choice})


def simpler_values(setting: Setting, instance: Instance) -> Iterator[Instance]:
    """One entry of one value simpler; a symmetric matrix stays symmetric."""
    for name, rows in sorted(instance.values.items()):
        symmetric = name in setting.symbols and Property.SYMMETRIC in setting.symbols[name].properties
        for changed in _simpler(rows, symmetric=symmetric):
            yield replace(instance, values={**instance.values, name: changed})


def simpler_points(setting: Setting, instance: Instance) -> Iterator[Instance]:
    """One entry of one point simpler, alone, or with another point that makes up for it in the mean."""
    for name, law in sorted(instance.laws.items()):
        for changed in _simpler(law.points, symmetric=False):
            yield replace(instance, laws={**instance.laws, name: Law(changed, law.weights)})
            moved = next(i for i, (p, q) in enumerate(zip(law.points, changed, strict=True)) if p != q)
            for other, weight in enumerate(law.weights):
                if other != moved:
                    ratio = law.weights[moved] / weight
                    shift = [ratio * (p - q) for p, q in zip(law.points[moved], changed[moved], strict=True)]
                    rows = list(changed)
                    rows[other] = tuple(e + s for e, s in zip(rows[other], shift, strict=True))
                    yield replace(instance, laws={**instance.laws, name: Law(tuple(rows), law.weights)})


KINDS: tuple[Neighbours, ...] = (
    fewer_sizes,
    fewer_points,
    simpler_functions,
    rescaled,
    simpler_values,
    simpler_points,
)


# ---- helpers ------------------------------------------------------------------------------------------------
def _tables(instance: Instance) -> dict[str, Rows]:
    """Values and points of laws, by name."""
    return {
        **dict(sorted(instance.values.items())),
        **{name: law.points for name, law in sorted(instance.laws.items())},
    }


def _power_of_ten(rows: Rows) -> int:
    """The power of ten of the largest entry, 0 for a table of zeros."""
    largest = max((abs(e) for row in rows for e in row), default=Fraction(0))
    return round(log10(largest.numerator) - log10(largest.denominator)) if largest else 0


def _scaled(instance: Instance, factors: Mapping[str, Fraction]) -> Instance:
    def times(name: str, rows: Rows) -> Rows:
        return tuple(tuple(factors[name] * e for e in row) for row in rows) if name in factors else rows

    values = {name: times(name, rows) for name, rows in instance.values.items()}
    laws = {name: Law(times(name, law.points), law.weights) for name, law in instance.laws.items()}
    return replace(instance, values=values, laws=laws)


def _without_point(law: Law, index: int) -> Law:
    points = law.points[:index] + law.points[index + 1 :]
    weights = law.weights[:index] + law.weights[index + 1 :]
    rest = sum(weights)
    return Law(points, tuple(w / rest for w in weights))


def _without(instance: Instance, symbols: Mapping[str, t.Symbol], dimension: str, index: int) -> Instance:
    """The instance with one coordinate of a dimension left out everywhere."""

    def along(side: t.Dimension) -> bool:
        return isinstance(side, t.Symbol) and side.name == dimension

    values: dict[str, Rows] = {}
    laws = dict(instance.laws)
    for name, rows in instance.values.items():
        shape = symbols[name].shape if name in symbols else (1, 1)
        kept = tuple(r for i, r in enumerate(rows) if not (along(shape[0]) and i == index))
        values[name] = tuple(tuple(e for j, e in enumerate(r) if not (along(shape[1]) and j == index)) for r in kept)
    for name, law in instance.laws.items():
        if name in symbols and along(symbols[name].shape[0]):
            points = tuple(p[:index] + p[index + 1 :] for p in law.points)
            laws[name] = Law(points, law.weights)
    sizes = {**instance.sizes, dimension: instance.sizes[dimension] - 1}
    return Instance(sizes, values, laws, instance.functions)


def _simpler(rows: Rows, *, symmetric: bool) -> Iterator[Rows]:
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            if symmetric and j < i:
                continue
            nearest = (
                Fraction(round(entry)),
                Fraction(round(2 * entry), 2),
                abs(entry),
                entry / 2,
                Fraction(int(entry / 10)),
            )
            for target in dict.fromkeys((*_TARGETS, *nearest)):
                if cost(target) < cost(entry):
                    table = [list(r) for r in rows]
                    table[i][j] = target
                    if symmetric:
                        table[j][i] = target
                    yield tuple(tuple(r) for r in table)
