"""Certified counterexamples made smaller: fewer dimensions, fewer points, simpler entries and functions.

Greedy and deterministic. Every candidate is completed again (laws centred, defined symbols recomputed) and must be
certified different by `decide` before it replaces the one before.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import gcd, lcm

from theory.calculus import terms as t
from theory.calculus.terms import Property
from theory.claims import Assumption, Claim, symbols_of
from verify.exact.activations import ACTIVATIONS, FIELDS
from verify.exact.assumptions import functions_used
from verify.exact.drawing import admissible, complete, free_part
from verify.exact.instances import Instance, Law, Rows
from verify.rules.enclosure import Decision, decide

_RANK = {name: i for i, name in enumerate((*ACTIVATIONS, *FIELDS))}
_TARGETS = (Fraction(0), Fraction(1), Fraction(-1), Fraction(2), Fraction(-2))
MOST_TRIALS = 300
FAST = (128,)

Measure = tuple[int, int, int, int]


def measure(instance: Instance) -> Measure:
    """What shrinking lowers, in this order: sizes, points of laws, rank of functions, length of entries.

    Ask it of the free part: values that follow from others should not count.
    """
    entries = [e for rows in instance.values.values() for row in rows for e in row]
    entries += [e for law in instance.laws.values() for row in law.points for e in row]
    entries += [w for law in instance.laws.values() for w in law.weights]
    points = sum(len(law.points) for law in instance.laws.values())
    return (
        sum(instance.sizes.values()),
        points,
        sum(_RANK[f] for f in instance.functions.values()),
        sum(_cost(e) for e in entries),
    )


def _cost(value: Fraction) -> int:
    """0 costs nothing, 1 little, small whole numbers more, signs and denominators most."""
    if value == 0:
        return 0
    size = abs(value.numerator) if abs(value.numerator) < 8 else 8 * abs(value.numerator).bit_length()
    return size + (value < 0) + (0 if value.denominator == 1 else 4 + 4 * value.denominator.bit_length())


def shrink(
    claim: Claim, assumptions: Sequence[Assumption], instance: Instance, trials: int = MOST_TRIALS
) -> tuple[Instance, Decision]:
    """A counterexample no simpler neighbour of which is one too, or the best after `trials` decisions."""
    improved = True
    best = measure(free_part(instance, claim, assumptions))
    while improved and trials > 0:
        improved = False
        for candidate in _neighbours(claim, assumptions, instance):
            size = measure(free_part(candidate, claim, assumptions))
            if size >= best:
                continue
            trials -= 1
            finished = complete(candidate, claim, assumptions)
            if finished is not None and decide(claim, assumptions, finished, FAST).outcome == "different":
                instance, best, improved = finished, size, True
                break
            if trials <= 0:
                break
    return instance, decide(claim, assumptions, instance)


def _neighbours(claim: Claim, assumptions: Sequence[Assumption], instance: Instance) -> Iterator[Instance]:
    """Simpler raw instances, the boldest changes first."""
    symbols = {s.name: s for s in symbols_of(claim, tuple(assumptions))}
    for name, size in sorted(instance.sizes.items()):
        for index in range(size - 1, -1, -1):
            if size > 1:
                yield _without(instance, symbols, name, index)
    for name, law in sorted(instance.laws.items()):
        others = {k: v for k, v in instance.laws.items() if k != name}
        for index in range(len(law.points)):
            if len(law.points) > 1:
                yield replace(instance, laws={**others, name: _without_point(law, index)})
        even = (Fraction(1, len(law.points)),) * len(law.points)
        if law.weights != even:
            yield replace(instance, laws={**others, name: Law(law.points, even)})
    for name, function in functions_used(claim, assumptions).items():
        for choice in sorted(admissible(function, assumptions), key=lambda n: _RANK[n]):
            if _RANK[choice] < _RANK[instance.functions[name]]:
                yield replace(instance, functions={**instance.functions, name: choice})
    for name, rows in sorted(instance.values.items()):
        symmetric = bool(symbols[name].properties & {Property.SYMMETRIC}) if name in symbols else False
        for changed in _simpler(rows, symmetric=symmetric):
            yield replace(instance, values={**instance.values, name: changed})
    for name, law in sorted(instance.laws.items()):
        for simpler in _simpler_laws(law):
            yield replace(instance, laws={**instance.laws, name: simpler})


def _simpler_laws(law: Law) -> Iterator[Law]:
    """Equal points merged, points rescaled to whole numbers, simpler entries, and simpler entries that another point
    makes up for."""
    merged: dict[tuple[Fraction, ...], Fraction] = {}
    for point, weight in zip(law.points, law.weights, strict=True):
        merged[point] = merged.get(point, Fraction(0)) + weight
    if len(merged) < len(law.points):
        yield Law(tuple(merged), tuple(merged.values()))
    entries = [e for p in law.points for e in p]
    whole = Fraction(lcm(*(e.denominator for e in entries)))
    common = Fraction(gcd(*(int(e * whole) for e in entries))) or Fraction(1)
    for factor in (whole / common, whole, 1 / max((abs(e) for e in entries if e), default=Fraction(1))):
        yield Law(tuple(tuple(e * factor for e in p) for p in law.points), law.weights)
    for changed in _simpler(law.points, symmetric=False):
        yield Law(changed, law.weights)
        moved = next(i for i, (p, q) in enumerate(zip(law.points, changed, strict=True)) if p != q)
        for other, weight in enumerate(law.weights):
            if other != moved:
                ratio = law.weights[moved] / weight
                shift = [ratio * (p - q) for p, q in zip(law.points[moved], changed[moved], strict=True)]
                rows = list(changed)
                rows[other] = tuple(e + s for e, s in zip(rows[other], shift, strict=True))
                yield Law(tuple(rows), law.weights)


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
            for target in (*_TARGETS, *nearest):
                if _cost(target) < _cost(entry):
                    table = [list(r) for r in rows]
                    table[i][j] = target
                    if symmetric:
                        table[j][i] = target
                    yield tuple(tuple(r) for r in table)
