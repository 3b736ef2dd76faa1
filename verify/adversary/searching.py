"""The search for a counterexample: smallest sizes and simple entries first, then uphill for bounds.

Untrusted: an instance counts only when `decide` has certified it. The excess that guides the climb is a float.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from random import Random

from theory.claims import Assumption, Bound, Claim
from verify.exact.assumptions import functions_used
from verify.exact.drawing import admissible, complete, dimensions_of, draw
from verify.exact.instances import Instance, Law, Rows
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError
from verify.rules.enclosure import decide, ratio

LADDER = (128, 256)
STEPS = (Fraction(1), Fraction(-1), Fraction(1, 2), Fraction(-1, 2), Fraction(1, 4), Fraction(-1, 4))
CLIMBERS = 3
LEAST_STEPS = 600


def search(
    claim: Claim, assumptions: tuple[Assumption, ...], rng: Random, trials: int, *, climb: bool = True
) -> Instance | None:
    """The first certified counterexample, or None after `trials` random instances and, for a bound, climbing
    steps from those where the left side came closest to the right."""
    best: list[tuple[float, Instance]] = []
    for sizes, style in _plan(claim, assumptions, rng, trials):
        instance = draw(claim, assumptions, sizes, rng, style)
        if instance is None:
            continue
        if decide(claim, assumptions, instance, LADDER).outcome == "different":
            return instance
        if climb and isinstance(claim, Bound):
            best.append((_ratio(claim, assumptions, instance), instance))
            best = sorted(best, key=lambda pair: -pair[0])[:CLIMBERS]
    for value, instance in best:
        found = _climb(claim, assumptions, rng, value, instance, max(trials, LEAST_STEPS) // CLIMBERS)
        if found is not None:
            return found
    return None


def _plan(
    claim: Claim, assumptions: tuple[Assumption, ...], rng: Random, trials: int
) -> Iterator[tuple[Mapping[str, int], str]]:
    names = dimensions_of(claim, assumptions)
    for index in range(trials):
        progress = index / trials
        largest = 1 + min(3, int(4 * progress))
        style = "small" if progress < 0.7 else "general" if progress < 0.85 else "edge"
        yield {name: rng.randint(1, max(2, largest)) if progress > 0.05 else 1 for name in names}, style


def _ratio(claim: Claim, assumptions: tuple[Assumption, ...], instance: Instance) -> float:
    try:
        return ratio(claim, assumptions, instance)
    except (UndefinedError, UncertainError, UnsupportedError):
        return 0.0


def _climb(
    claim: Claim, assumptions: tuple[Assumption, ...], rng: Random, value: float, instance: Instance, steps: int
) -> Instance | None:
    """One entry, weight or function changed at a time, kept when the left side comes closer to the right."""
    for _ in range(steps):
        candidate = complete(_changed(claim, assumptions, rng, instance), claim, assumptions)
        if candidate is None:
            continue
        reached = _ratio(claim, assumptions, candidate)
        if reached > 1 and decide(claim, assumptions, candidate, LADDER).outcome == "different":
            return candidate
        if value <= reached <= 1:
            value, instance = reached, candidate
    return None


def _changed(claim: Claim, assumptions: tuple[Assumption, ...], rng: Random, instance: Instance) -> Instance:
    kinds = [k for k in ("values", "laws", "laws", "functions") if getattr(instance, k)]
    kind = rng.choice(kinds)
    name = rng.choice(sorted(getattr(instance, kind)))
    if kind == "functions":
        choices = admissible(functions_used(claim, assumptions)[name], assumptions)
        return replace(instance, functions={**instance.functions, name: rng.choice(choices)})
    if kind == "values":
        return replace(instance, values={**instance.values, name: _moved(rng, instance.values[name])})
    law = instance.laws[name]
    if rng.random() < 0.2:
        raw = [rng.randint(1, 4) for _ in law.points]
        changed = Law(law.points, tuple(Fraction(r, sum(raw)) for r in raw))
    else:
        changed = Law(_moved(rng, law.points), law.weights)
    return replace(instance, laws={**instance.laws, name: changed})


def _moved(rng: Random, rows: Rows) -> Rows:
    table = [list(row) for row in rows]
    i, j = rng.randrange(len(table)), rng.randrange(len(table[0]))
    old = table[i][j]
    table[i][j] = rng.choice((-old, 2 * old, old / 2, *(round(4 * old) * Fraction(1, 4) + s for s in STEPS)))
    if len(rows) == len(rows[0]) and all(rows[a][b] == rows[b][a] for a in range(len(rows)) for b in range(a)):
        table[j][i] = table[i][j]  # symmetric stays symmetric
    return tuple(tuple(row) for row in table)
