"""Theorems at point instances in ball arithmetic: drawn exactly, each decided on its own, bounds climbed to the top."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random

from theory.claims import Assumption, Bound, Claim
from theory.theorem import Part, Theorem
from verify.adversary.searching import search
from verify.exact.assumptions import functions_used
from verify.exact.deciding import AGREE_FROM, LADDER, Decision, decide
from verify.exact.drawing import STYLES, admissible, dimensions_of, draw
from verify.exact.instances import Instance
from verify.exact.witnesses import part_id, witness_json
from verify.observations import EnclosureTrace
from verify.settings import Budget, Settings

POINTS = {Budget.QUICK: 24, Budget.STANDARD: 64, Budget.THOROUGH: 256}
ATTEMPTS = 12


def observe(theorem: Theorem, settings: Settings) -> EnclosureTrace:
    """Every part of the theorem at point instances in 256-bit balls; more bits only where 256 cannot tell.

    For a bound the points are followed by a climb to where the left side comes closest to the right.
    """
    count = POINTS[settings.budget]
    requested = holding = agreeing = unknown = 0
    sizes_seen: dict[str, set[int]] = {}
    functions_seen: set[str] = set()
    entries_seen: set[Fraction] = set()
    vacuous, witness = "", None
    for part in theorem.parts:
        if part.claim.left == part.claim.right:
            vacuous = f"{part_id(theorem, part)}: both sides are the same expression"
            continue
        for index in range(count):
            requested += 1
            rng = Random(f"{settings.seed}/{part_id(theorem, part)}/{index}")
            found = _point(part.claim, theorem.assumptions, rng, index)
            if found is None:
                continue
            instance, decision = found
            holding += 1
            agreeing += decision.outcome == "agree"
            unknown += decision.outcome == "unknown"
            for name, size in instance.sizes.items():
                sizes_seen.setdefault(name, set()).add(size)
            functions_seen.update(instance.functions.values())
            entries_seen |= _extremes(instance)
            if decision.outcome == "different":
                witness = witness_json(part_id(theorem, part), instance)
                break
        if witness is None and isinstance(part.claim, Bound):
            witness = _uphill(theorem, part, settings)
        if witness is not None:
            break
    ranges = [(n, f"{min(s)}..{max(s)}") for n, s in sorted(sizes_seen.items())]
    ranges += [("functions", ", ".join(sorted(functions_seen)))] if functions_seen else []
    ranges += [("magnitudes", _powers_of_ten(entries_seen))] if entries_seen else []
    return EnclosureTrace(AGREE_FROM, requested, holding, agreeing, unknown, witness, tuple(ranges), vacuous)


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
    claim: Claim, assumptions: Sequence[Assumption], rng: Random, index: int
) -> tuple[Instance, Decision] | None:
    """An instance that satisfies the assumptions, with its decision; None after `ATTEMPTS` that did not."""
    style = STYLES[index % len(STYLES)]
    chosen = {}
    for name, function in functions_used(claim, assumptions).items():
        choices = admissible(function, assumptions)
        if not choices:
            return None
        chosen[name] = choices[index % len(choices)]
    for _ in range(ATTEMPTS):
        sizes = {name: rng.choice((1, 2, 2, 3, 3, 4)) for name in dimensions_of(claim, assumptions)}
        instance = draw(claim, assumptions, sizes, rng, style, chosen)
        if instance is None:
            continue
        decision = decide(claim, assumptions, instance, LADDER[1:])
        if decision.outcome != "unsatisfied":
            return instance, decision
    return None
