"""Claims at point instances in ball arithmetic: `decide` for one instance, `observe` for a theorem.

Both sides are evaluated apart, at rising precision, until their balls are disjoint or agree. A certified difference
needs every assumption certified and both sides defined.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from flint import arb, fmpq

from theory.claims import Assumption, Bound, Claim
from theory.theorem import Part, Theorem
from verify.exact.assumptions import check, definitions_of, functions_used, scope_of
from verify.exact.balls import Balls, Real
from verify.exact.components import Matrix, evaluate
from verify.exact.drawing import STYLES, admissible, dimensions_of, draw
from verify.exact.instances import Instance, to_json
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError
from verify.observations import EnclosureTrace
from verify.settings import Budget, Settings

LADDER = (128, 256, 512, 1024)
SUSPECT = (128, 256, 512, 1024, 2048)  # sides that differ by 10^-600 of their size are told apart
AGREE_FROM = 256  # fewer bits may tell two sides apart, never show that they agree
POINTS = {Budget.QUICK: 24, Budget.STANDARD: 64, Budget.THOROUGH: 256}
ATTEMPTS = 12
RATIO_BITS = 96


@dataclass(frozen=True)
class Decision:
    """outcome: "agree", "different" (certified), "unknown" or "unsatisfied"; left and right are enclosures of the
    entry that shows it (`entry`, counted from 0), or words saying why there is none."""

    outcome: str
    left: str = ""
    right: str = ""
    bits: int = 0
    entry: tuple[int, int] | None = None
    detail: str = ""


def decide(
    claim: Claim,
    assumptions: Sequence[Assumption],
    instance: Instance,
    ladder: Sequence[int] = LADDER,
    agree_from: int = AGREE_FROM,
) -> Decision:
    """Does the claim hold on the instance? See the module's docstring and `Decision`.

    An identity agrees if its sides are the same rational, or their balls overlap from `agree_from` bits on and are
    narrow: to half the bits relative to their size, or shrinking with the precision (sides that are 0), or both within
    2^-1024 of 0. A root of what cannot be told from 0 may agree, never differ. A bound agrees if it is certain, or
    where its sides agree as an identity's do. Raises InstanceError if the instance does not fit the claim.
    """
    checked = check(instance, claim, assumptions)
    if checked.holds is not True:
        return Decision("unsatisfied" if checked.holds is False else "unknown", detail=checked.problem)
    definitions = definitions_of(assumptions)
    before: _Widths | None = None
    decision = Decision("unknown", bits=ladder[-1])
    for bits in ladder:
        doubts: list[str] = []
        with Balls(bits, {}).active():
            try:
                left = evaluate(claim.left, scope_of(instance, definitions, bits, doubts))
                right = evaluate(claim.right, scope_of(instance, definitions, bits, doubts))
            except UndefinedError as problem:
                return Decision("unsatisfied", bits=bits, detail=f"undefined: {problem}")
            except (UncertainError, UnsupportedError) as problem:
                before, decision = None, Decision("unknown", bits=bits, detail=str(problem))
                continue
            decision, before = _compare(claim, left, right, bits, doubts, before, agree_from)
        if decision.outcome != "unknown":
            return decision
    return decision


def decide_suspect(claim: Claim, assumptions: Sequence[Assumption], instance: Instance) -> Decision:
    """As `decide`, for an instance that something speaks against: it agrees only if 2048 bits cannot tell its sides
    apart, not as soon as 256 cannot."""
    return decide(claim, assumptions, instance, SUSPECT, SUSPECT[-1])


def ratio(claim: Claim, assumptions: Sequence[Assumption], instance: Instance) -> float:
    """About left / right of a scalar claim with positive right side, inf where that is 0: a guide, no evidence."""
    definitions = definitions_of(assumptions)
    doubts: list[str] = []
    with Balls(RATIO_BITS, {}).active():
        left = arb(evaluate(claim.left, scope_of(instance, definitions, RATIO_BITS, doubts))[0][0])
        right = arb(evaluate(claim.right, scope_of(instance, definitions, RATIO_BITS, doubts))[0][0])
        if left <= right and (left.contains(0) or right.contains(0)):
            return 0.0
        return float("inf") if right.contains(0) else float((left / right).mid())


@dataclass(frozen=True)
class _Widths:
    """Entries that one precision left open, with the width of their balls."""

    bits: int
    entries: Mapping[tuple[int, int], Real]


def _compare(
    claim: Claim,
    left: Matrix[Real],
    right: Matrix[Real],
    bits: int,
    doubts: Sequence[str],
    before: _Widths | None,
    agree_from: int,
) -> tuple[Decision, _Widths | None]:
    """What this precision shows, and the entries it leaves open. A difference needs both sides certainly defined."""
    wide: dict[tuple[int, int], Real] = {}
    certain = True
    for entry, a, b in _pairs(left, right):
        relation = _relation(a, b, isinstance(claim, Bound))
        if relation == "different":
            if doubts:
                return Decision("unknown", enclosure(a), enclosure(b), bits, entry, doubts[0]), None
            return Decision("different", enclosure(a), enclosure(b), bits, entry), None
        if relation == "overlap":
            certain = False
            if not _narrow(a, b, bits):
                wide[entry] = _width(a, b)
    shrinking = before is not None and all(
        e in before.entries and width <= before.entries[e] * arb(2) ** -((bits - before.bits) // 4)
        for e, width in wide.items()
    )
    if certain or (bits >= agree_from and (not wide or shrinking)):
        return Decision("agree", enclosure(left[0][0]), enclosure(right[0][0]), bits), None
    i, j = next(iter(wide), (0, 0))
    open_decision = Decision(
        "unknown", enclosure(left[i][j]), enclosure(right[i][j]), bits, (i, j), "the balls overlap but stay wide"
    )
    return open_decision, _Widths(bits, wide)


def _pairs(left: Matrix[Real], right: Matrix[Real]) -> list[tuple[tuple[int, int], Real, Real]]:
    return [((i, j), a, right[i][j]) for i, row in enumerate(left) for j, a in enumerate(row)]


def _relation(a: Real, b: Real, bound: bool) -> str:
    """ "holds" and "different" are certain; "overlap" is neither."""
    if type(a) is fmpq and type(b) is fmpq:
        return "holds" if (a <= b if bound else a == b) else "different"
    a, b = arb(a), arb(b)
    if bound:
        return "holds" if a <= b else "different" if a > b else "overlap"
    return "overlap" if a.overlaps(b) else "different"


def _width(a: Real, b: Real) -> Real:
    return (2 * (arb(a).rad() + arb(b).rad())).abs_upper()


def _narrow(a: Real, b: Real, bits: int) -> bool:
    a, b = arb(a), arb(b)
    size = max(a.abs_lower(), b.abs_lower())
    if _width(a, b) <= size * arb(2) ** -(bits // 2):
        return True
    return bool(bits >= AGREE_FROM and max(a.abs_upper(), b.abs_upper()) < arb(2) ** -1024)


def enclosure(a: Real) -> str:
    """A value for people: the rational itself if short, otherwise about 20 digits with their error."""
    if type(a) is fmpq:
        exact = str(a)
        return exact if len(exact) <= 30 else str(arb(a).str(20))
    return str(a.str(20))


# ---- a theorem ----------------------------------------------------------------------------------------------
def witness_json(claim_id: str, instance: Instance) -> str:
    """A witness on one line, as `verify.adversary.replaying.replay` reads it."""
    return json.dumps({"claim": claim_id, "instance": to_json(instance)}, separators=(",", ":"))


def part_id(theorem: Theorem, part: Part) -> str:
    """How a witness names a part of a theorem: `id`, or `id#label`."""
    return f"{theorem.id}#{part.label}" if part.label else theorem.id


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
    from verify.adversary.searching import search

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


def located(decision: Decision, text: str) -> str:
    """An enclosure, with its place if the claim has more entries than one."""
    return text if decision.entry in (None, (0, 0)) else f"{text} in entry {decision.entry}"
