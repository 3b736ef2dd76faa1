"""The search for a counterexample: smallest sizes and simple entries first, then uphill for bounds.

Untrusted: an instance counts only when `decide` has certified it. The excess that guides the climb is a float.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

from flint import arb

from theory import terms as t
from theory.statements.claims import Assumption, Claim
from verify.exact.assumptions import definitions_of, functions_used, scope_of
from verify.exact.balls import Balls
from verify.exact.components import evaluate
from verify.exact.deciding import decide
from verify.exact.drawing import admissible, complete, draw, touching
from verify.exact.instances import Instance, Law, Rows
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError
from verify.exact.outcomes import Outcome
from verify.exact.sizes import allowed, choose, counts, dimensions_of

LADDER = (128, 256)
GUIDE_BITS = 96
LONGEST = 2_048  # bits of a number from where a step is taken
STEPS = (Fraction(1), Fraction(-1), Fraction(1, 2), Fraction(-1, 2), Fraction(1, 4), Fraction(-1, 4))
CLIMBERS = 3
LEAST_STEPS = 600
ATTEMPTS = 4  # drawn for each instance that is to satisfy the assumptions


def search(
    claim: Claim, assumptions: tuple[Assumption, ...], rng: Random, trials: int, *, steps: int = LEAST_STEPS
) -> Instance | None:
    """The first certified counterexample.

    None after `trials` random instances that satisfy the assumptions and, for a bound, at least `steps` climbing
    steps from those where the left side came closest to the right.
    """
    best: list[tuple[float, Instance]] = []
    names, met = dimensions_of(claim, assumptions), 0
    for attempt in range(ATTEMPTS * trials):
        sizes, style = _planned(names, rng, max(met / trials, attempt / (ATTEMPTS * trials)))
        style = touching(claim, attempt) or style
        if not allowed(sizes or {}, assumptions):
            sizes = choose(names, assumptions, rng, (1, 2, 3, 4))
        if sizes is None:
            return None
        instance = draw(claim, assumptions, sizes, rng, style)
        if instance is None:
            continue
        outcome = decide(claim, assumptions, instance, LADDER).outcome
        if outcome is Outcome.DIFFERENT:
            return instance
        if outcome is Outcome.UNSATISFIED:
            continue  # it says nothing, so it does not count
        met += 1
        if steps and claim.ordered:
            best.append((closeness(claim, assumptions, instance), instance))
            best = sorted(best, key=lambda pair: -pair[0])[:CLIMBERS]
        if met == trials:
            break
    for value, instance in best:
        found = _climb(claim, assumptions, rng, value, instance, max(trials, steps) // CLIMBERS)
        if found is not None:
            return found
    return None


def _planned(names: Sequence[str], rng: Random, progress: float) -> tuple[Mapping[str, int] | None, str]:
    """Sizes and style for a search that has come this far: small first, then general, then at the edge."""
    largest = 1 + min(3, int(4 * progress))
    style = "small" if progress < 0.7 else "general" if progress < 0.85 else "edge"
    return {name: rng.randint(1, max(2, largest)) if progress > 0.05 else 1 for name in names}, style


def closeness(claim: Claim, assumptions: tuple[Assumption, ...], instance: Instance) -> float:
    """Between 0 and 2: 1 where the sides of a bound are equal, more where it fails; 0 where that cannot be told.

    1 - (right - left)/(|left| + |right|), a float that guides the climb and is no evidence. Where a side is to be more
    than 0 there is 1 beside it, since it would be as far from 0 everywhere.
    """
    definitions = definitions_of(assumptions)
    doubts: list[str] = []
    with Balls(GUIDE_BITS, {}).active():
        try:
            scope = scope_of(instance, definitions, GUIDE_BITS, doubts)
            left, right = (arb(evaluate(side, scope)[0][0]) for side in (claim.left, claim.right))
        except (UndefinedError, UncertainError, UnsupportedError):
            return 0.0
        size = abs(left) + abs(right) + int(claim.relation == "<" and _against_zero(claim))
        return 0.0 if size.contains(0) else float((1 - (right - left) / size).mid())


def _against_zero(claim: Claim) -> bool:
    return any(isinstance(side, t.Number) and side.value == 0 for side in (claim.left, claim.right))


def beyond(claim: Claim, reached: float) -> bool:
    """May the claim fail where its sides come as close as this?"""
    return reached > 1 or (reached == 1 and claim.relation == "<")


def _climb(
    claim: Claim, assumptions: tuple[Assumption, ...], rng: Random, value: float, instance: Instance, steps: int
) -> Instance | None:
    for reached, candidate in uphill(claim, assumptions, rng, value, instance, steps):
        if beyond(claim, reached) and decide(claim, assumptions, candidate, LADDER).outcome is Outcome.DIFFERENT:
            return candidate
    return None


def uphill(
    claim: Claim, assumptions: tuple[Assumption, ...], rng: Random, value: float, instance: Instance, steps: int
) -> Iterator[tuple[float, Instance]]:
    """One entry, weight or function changed at a time, kept when the left side comes closer to the right; each such
    instance with its closeness, and each where the claim may fail."""
    for _ in range(steps):
        candidate = complete(_changed(claim, assumptions, rng, instance), claim, assumptions)
        if candidate is None or _longest(candidate) > LONGEST:
            continue
        reached = closeness(claim, assumptions, candidate)
        if beyond(claim, reached):
            yield reached, candidate
        elif value <= reached:
            if value < reached:
                yield reached, candidate
            value, instance = reached, candidate


def _longest(instance: Instance) -> int:
    """Bits of the longest numerator or denominator: where sides are equal everywhere every step is taken, and what is
    reflected to meet an assumption is twice as long after each."""
    tables = (*instance.values.values(), *(law.points for law in instance.laws.values()))
    entries = (entry for table in tables for row in table for entry in row)
    return max((max(e.numerator.bit_length(), e.denominator.bit_length()) for e in entries), default=0)


def _changed(claim: Claim, assumptions: tuple[Assumption, ...], rng: Random, instance: Instance) -> Instance:
    kinds = [k for k in ("values", "laws", "laws", "functions") if getattr(instance, k)]
    if not kinds:  # the claim speaks of dimensions alone
        sizes = choose(
            tuple(sorted(instance.sizes)), assumptions, rng, (1, 2, 3, 4, 5, 8, 13), steps=counts(claim, assumptions)
        )
        return replace(instance, sizes=sizes or instance.sizes)
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
