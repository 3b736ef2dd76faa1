"""Theorems at point instances in ball arithmetic: drawn exactly, each decided on its own, bounds climbed to the top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from random import Random

from theory.statements.claims import Assumption, Claim, symbols_of
from theory.statements.theorem import Part, Theorem
from theory.terms import Property, Symbol
from verify.exact.agreement import SATURATED, decide_fully
from verify.exact.assumptions import definitions_of, functions_used, in_symbols
from verify.exact.climbing import search
from verify.exact.deciding import AGREE_FROM
from verify.exact.drawing import PLAIN, STYLES, admissible, complete, draw, farthest, touching
from verify.exact.gaussian_laws import to_integrate
from verify.exact.instances import Instance
from verify.exact.landmarks import landmarks
from verify.exact.missed import NO_VALUE
from verify.exact.missed import in_words as in_words_missed
from verify.exact.outcomes import Decision, Outcome
from verify.exact.sizes import choose, counts, dimensions_of, least, of_vectors, only_numbers
from verify.exact.special_instances import constant_counterexample, special_counterexample
from verify.exact.standing import STANDINGS, counted, in_words, only_zero, standings
from verify.exact.witnesses import part_id, witness_json
from verify.plural import plural
from verify.proof.observations import EnclosureTrace
from verify.results.ranges import MISSED
from verify.settings import Budget, Settings

POINTS = {Budget.QUICK: 24, Budget.STANDARD: 64, Budget.THOROUGH: 256}
ATTEMPTS = 12
LANDMARKED = 3  # instances of a part whose scalars are moved to where a part of the claim vanishes
SCALARS = 4  # times as many points where they are numbers alone
USUAL, LARGER = (1, 2, 2, 3, 3, 4), (5, 6)


@dataclass
class _Tally:
    requested: int = 0
    agreeing: int = 0
    unknown: int = 0
    exact: int = 0
    digits: int | None = None
    witness: str | None = None
    vacuous: str = ""
    instances: list[Instance] = field(default_factory=list)
    drawn: int = 0
    missed: Counter[str] = field(default_factory=Counter)  # by what an instance that is none does not meet

    def count(self, instance: Instance, decision: Decision) -> None:
        self.instances.append(instance)
        self.unknown += decision.outcome is Outcome.UNKNOWN
        if decision.outcome is Outcome.AGREE:
            self.agreeing += 1
            self.exact += decision.digits is None
            if decision.digits is not None:
                self.digits = decision.digits if self.digits is None else min(self.digits, decision.digits)


def observe(theorem: Theorem, settings: Settings) -> EnclosureTrace:
    """Every part of the theorem at point instances in balls; more bits where the claim's numbers need them.

    For a bound the points are followed by plain instances at larger sizes, which are looked at for a counterexample
    alone, and by a climb to where the left side comes closest to the right. Points that all meet an inequality assumed
    with equality, or at which a symbol is always 0, are vacuous.
    """
    count, tally = POINTS[settings.budget], _Tally()
    for part in theorem.parts:
        if part.claim.left == part.claim.right and part.claim.relation != "<":
            tally.vacuous = f"{part_id(theorem, part)}: both sides are the same expression"
            continue
        _observe_part(theorem, part, settings, count, tally)
        if tally.witness is not None:
            break
    return EnclosureTrace(
        AGREE_FROM,
        tally.requested,
        len(tally.instances),
        tally.agreeing,
        tally.unknown,
        tally.witness,
        (*_ranges(theorem, tally.instances), *_missed(theorem, tally)),
        tally.vacuous,
        tally.exact,
        tally.digits,
    )


def _observe_part(theorem: Theorem, part: Part, settings: Settings, count: int, tally: _Tally) -> None:
    before = len(tally.instances)
    for index in range(count * (SCALARS if _only_scalars(part.claim, theorem.assumptions) else 1)):
        tally.requested += 1
        rng = Random(f"{settings.seed}/{part_id(theorem, part)}/{index}")
        found = _point(part.claim, theorem.assumptions, rng, index, tally)
        if found is not None:
            tally.count(*found)
            if found[1].outcome is Outcome.DIFFERENT:
                fewer = _fewer_entries(part.claim, theorem.assumptions, found[0])
                tally.witness = witness_json(part_id(theorem, part), fewer)
                return
    for instance in tally.instances[before : before + LANDMARKED]:
        for place in landmarks(part.claim, theorem.assumptions, instance):
            decision = decide_fully(part.claim, theorem.assumptions, place)
            if decision.outcome in (Outcome.AGREE, Outcome.DIFFERENT):
                tally.requested += 1
                tally.count(place, decision)
            if decision.outcome is Outcome.DIFFERENT:
                tally.witness = witness_json(part_id(theorem, part), place)
                return
    if part.claim.ordered:
        given = theorem.assumptions
        special = special_counterexample(part.claim, given) or constant_counterexample(part.claim, given)
        tally.witness = witness_json(part_id(theorem, part), special) if special else _uphill(theorem, part, settings)
    tally.vacuous = tally.vacuous or _vacuous(theorem, part, tally.instances[before:])


def _fewer_entries(claim: Claim, assumptions: Sequence[Assumption], found: Instance) -> Instance:
    """A counterexample in long vectors with their first entries alone, of ones where it is one so, and at smaller
    dimensions that are only numbers: as few as a search by halves finds enough."""
    given = tuple(assumptions)
    long = [name for name in of_vectors(claim, given) if found.sizes[name] > max(LARGER)]
    ones = draw(claim, given, found.sizes, Random(0), PLAIN[0], found.functions) if long else None
    if ones is not None and decide_fully(claim, given, ones).outcome is Outcome.DIFFERENT:
        found = ones
    for name in (*of_vectors(claim, given), *only_numbers(claim, given)):
        too_few = 0
        while found.sizes[name] - too_few > 1:
            size = (found.sizes[name] + too_few) // 2
            fewer = complete(_first(found, name, size, claim, assumptions), claim, assumptions)
            if fewer is not None and decide_fully(claim, assumptions, fewer).outcome is Outcome.DIFFERENT:
                found = fewer
            else:
                too_few = size
    return found


def _first(instance: Instance, dimension: str, size: int, claim: Claim, assumptions: Sequence[Assumption]) -> Instance:
    """The instance with the first entries of every vector of a size."""
    sizes = {s.name: s.shape for s in symbols_of(claim, tuple(assumptions))}
    long = {n for n, shape in sizes.items() if any(isinstance(k, Symbol) and k.name == dimension for k in shape)}
    values = {name: rows[:size] if name in long else rows for name, rows in instance.values.items()}
    return replace(instance, sizes={**instance.sizes, dimension: size}, values=values)


def _only_scalars(claim: Claim, assumptions: Sequence[Assumption]) -> bool:
    return all(s.is_scalar and not s.has(Property.RANDOM) for s in symbols_of(claim, tuple(assumptions)))


def _vacuous(theorem: Theorem, part: Part, instances: Sequence[Instance]) -> str:
    """Why these instances of a part say little of the others, or nothing if they do not."""
    where = f"{part_id(theorem, part)}: "
    if not instances:
        names = dimensions_of(part.claim, theorem.assumptions)
        if least(names, theorem.assumptions) is None:
            return f"{where}no sizes that were tried meet what is assumed of {', '.join(names)}"
        return f"{where}no instance was found that meets the assumptions"
    for assumption, met in counted(standings(i, theorem.assumptions) for i in instances).items():
        if met[STANDINGS[0]] == len(instances):
            return (
                f"{where}{in_symbols(assumption)} is met with equality at each of {plural(len(instances), 'instance')}"
            )
    defined = definitions_of(theorem.assumptions)
    symbols = (s for s in symbols_of(part.claim, theorem.assumptions) if s.name not in defined)
    zero = only_zero(instances, symbols)
    return f"{where}{', '.join(zero)} is 0 at each of {plural(len(instances), 'instance')}" if zero else ""


def _ranges(theorem: Theorem, instances: Sequence[Instance]) -> tuple[tuple[str, str], ...]:
    sizes = sorted({name for i in instances for name in i.sizes})
    functions = sorted({f for i in instances for f in i.functions.values()})
    entries = set().union(*(_extremes(i) for i in instances))
    ranges = []
    for name in sizes:
        seen = {i.sizes[name] for i in instances if name in i.sizes}
        ranges.append((name, f"{min(seen)}..{max(seen)}"))
    ranges += [("functions", ", ".join(functions))] if functions else []
    ranges += [("magnitudes", _powers_of_ten(entries))] if entries else []
    for assumption, met in counted(standings(i, theorem.assumptions) for i in instances).items():
        ranges.append((f"{in_symbols(assumption)} is met", in_words(met)))
    return tuple(ranges)


def _missed(theorem: Theorem, tally: _Tally) -> tuple[tuple[str, str], ...]:
    """What was not met, where it was not met by so many that few instances are left."""
    if not tally.missed or 2 * len(tally.instances) > tally.requested:
        return ()
    return ((MISSED, in_words_missed(tally.missed, tally.drawn, theorem.assumptions)),)


def _extremes(instance: Instance) -> set[Fraction]:
    """The smallest and the largest size of an entry that is not 0, of matrices and of the points of laws."""
    tables = [*instance.values.values(), *(law.points for law in instance.laws.values())]
    sizes = [abs(entry) for table in tables for row in table for entry in row if entry]
    return {min(sizes), max(sizes)} if sizes else set()


def _powers_of_ten(sizes: set[Fraction]) -> str:
    """The nearest powers of ten below and above positive numbers, such as `10^-30..10^2`."""
    low, high = (len(str(v.numerator)) - len(str(v.denominator)) for v in (min(sizes), max(sizes)))
    low -= min(sizes) < Fraction(10) ** low
    high += max(sizes) > Fraction(10) ** high
    return f"10^{low}..10^{high}"


def _uphill(theorem: Theorem, part: Part, settings: Settings) -> str | None:
    """A bound may hold at random points and fail near its equality case: climb there, and report what is certified."""
    rng = Random(f"{settings.seed}/{part_id(theorem, part)}/uphill")
    found = search(part.claim, theorem.assumptions, rng, POINTS[settings.budget])
    return None if found is None else witness_json(part_id(theorem, part), found)


def _point(
    claim: Claim, assumptions: Sequence[Assumption], rng: Random, index: int, tally: _Tally
) -> tuple[Instance, Decision] | None:
    """An instance that satisfies the assumptions, with its decision; None after `ATTEMPTS` that did not, which are
    counted by what they do not meet."""
    alone = to_integrate(claim, tuple(assumptions))
    styles = STYLES[:2] if alone else STYLES  # means are integrated at numbers that leave that possible
    style = touching(claim, index) or ("even" if index % 32 == 7 else styles[index % len(styles)])
    chosen = {}
    for name, function in functions_used(claim, assumptions).items():
        choices = admissible(function, assumptions)
        if not choices:
            return None
        chosen[name] = choices[index % len(choices)]
    for attempt in range(ATTEMPTS):
        usual = (1,) if index == attempt == 0 else LARGER if index % 8 == 7 else USUAL  # the least sizes are met once
        given = tuple(assumptions)
        far, vectors = 10 ** farthest(claim, given), of_vectors(claim, given) if index % 16 == 7 else {}
        sizes = choose(
            dimensions_of(claim, given),
            given,
            rng,
            usual,
            only_numbers(claim, given),
            far,
            vectors,
            counts(claim, given),
        )
        if sizes is None:
            return None
        sizes = {**sizes, **{x.rows.name: 1 for x in alone if isinstance(x.rows, Symbol)}}
        instance = draw(claim, assumptions, sizes, rng, style, chosen)
        tally.drawn += 1
        if instance is None:
            tally.missed[NO_VALUE] += 1
            continue
        decision = decide_fully(claim, assumptions, instance)
        if decision.outcome is Outcome.UNSATISFIED:
            tally.missed[decision.detail] += 1
        if decision.outcome is not Outcome.UNSATISFIED and decision.detail != SATURATED:
            return instance, decision
    return None
