"""Mutants of theorems on numbers: slips of the hand in each claim, each decided on the domain of the theorem.

A mutant is tried at simple points, then held against the line checker if both sides could be enclosed at one of them.
It is refuted at a point where it certainly fails, and equivalent only by a line that the checker of scalar derivations
accepts, or, where the claim is strict, by boxes that prove it over the whole range, or because it speaks of a growth
rate at what is no batch size on the whole domain. Whatever is left has survived:
balls at points cannot show that a claim holds. No range is changed.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial
from random import Random

from theory import terms as t
from theory.statements.claims import Claim
from theory.statements.derivation import DIFFERENTIATE, Line, Surplus, Unfold
from theory.statements.theorem import Part, Theorem
from theory.terms import Term, rewrite
from verify.adversary.deciding.by_deriving import DERIVED, derived
from verify.adversary.deciding.by_witness import refuted, settled
from verify.adversary.deciding.on_matrices import NOWHERE, SAME, TRUE
from verify.adversary.kept_findings import findings
from verify.adversary.mutating.mutants_of_theorems import ORIGIN, Mutant, altered
from verify.exact.instances import Instance
from verify.exact.outcomes import Decision, Outcome
from verify.exact.scalar_balls import WORK, Work
from verify.exact.scalar_deciding import LADDER, decide, points
from verify.exact.scalar_limits import diverges
from verify.proof.kernel import Verdict, establish
from verify.proof.lines_on_numbers import check_line
from verify.proof.numbers.intervals import NotDefinedError, domain_of, enclose
from verify.proof.observations import BoxTrace
from verify.rates.trend import SMALLEST
from verify.results.records import Fate, NearMissResult
from verify.rules.boxes import BITS, over_range
from verify.rules.scalar_points import POINTS
from verify.settings import Settings

EQUAL = "true by itself: the sides are equal on the whole domain"
SHARE = 8  # of the work of a claim: mutants are many
ENCLOSED = "true as well: boxes enclose it over the whole range"


def observe(theorem: Theorem, settings: Settings, label: str) -> tuple[NearMissResult, ...]:
    """What became of each mutant of the part with this label, in order; of those written alike, the first; none
    that claims nothing."""
    part = next(p for p in theorem.parts if p.label == label)
    seen: set[Claim] = {part.claim}
    results = []
    known = findings(theorem, settings)
    for mutant in altered(theorem, part):
        if mutant.lie.claim not in seen:
            seen.add(mutant.lie.claim)
            begin = time.monotonic()
            found = settled(mutant.lie, known, settings.budget, partial(_shown_by, theorem, part, mutant))
            found = found or decided(theorem, part, mutant, settings)
            results.append(replace(found, seconds=time.monotonic() - begin))
    return tuple(miss for miss in results if miss.left != NOWHERE)


def _shown_by(theorem: Theorem, part: Part, mutant: Mutant, words: str) -> bool:
    """Is the mutant true in the way that is named?"""
    if words == DERIVED:
        return derived(theorem, mutant.lie.claim, ())
    return shown(theorem, part.claim, mutant.lie.claim) == words


def decided(theorem: Theorem, part: Part, mutant: Mutant, settings: Settings) -> NearMissResult:
    """One mutant: refuted with a witness, equivalent with the reason, or survived."""
    name, claim = mutant.lie.id, mutant.lie.claim
    rng = Random(f"{settings.seed}/{name}")
    places = _mixed(points(claim, theorem, rng, POINTS[settings.budget]), rng)
    found, seen = _failing(claim, theorem, places)
    words = shown(theorem, part.claim, claim) if seen and found is None else ""
    words = NOWHERE if not seen and (rateless(theorem, claim) or limitless(theorem, claim)) else words
    if found is not None:
        return refuted(mutant.lie, *found)
    if not words and seen and derived(theorem, claim, ()):
        words = DERIVED
    return NearMissResult(name, ORIGIN, Fate.EQUIVALENT if words else Fate.SURVIVED, left=words)


def shown(theorem: Theorem, claim: Claim, changed: Claim) -> str:
    """Why the changed claim holds wherever the theorem's does, if the line checker or boxes show it; else nothing."""
    if changed.relation == "<":
        trace = BoxTrace(BITS, over_range(theorem, Part("", changed, None), SHARE))
        return ENCLOSED if establish(trace).verdict is Verdict.PROVED else ""
    if _follows(theorem, changed.left, changed.relation, changed.right):
        return EQUAL if changed.relation == "=" else TRUE
    if changed.relation != claim.relation:
        return ""
    pairs = [(a, b) for a, b in ((changed.left, claim.left), (claim.right, changed.right)) if a != b]
    if all(_follows(theorem, a, "=", b) for a, b in pairs):
        return SAME
    return ""


def rateless(theorem: Theorem, claim: Claim) -> bool:
    """Is there a growth rate in the claim whose batch is below 4 on the whole domain, or a number that is not whole?

    False where that is not shown, and wherever a term binds a variable: a batch may then be another than it seems.
    """
    nodes = [node for side in (claim.left, claim.right) for node in t.walk(side)]
    if any(isinstance(node, t.Limit | t.Integral) for node in nodes):
        return False
    return any(_no_batch(theorem, node.batch) for node in nodes if isinstance(node, t.GrowthRate))


def limitless(theorem: Theorem, claim: Claim) -> bool:
    """Does a limit in the claim exist nowhere on the domain, so that nothing is claimed?"""
    nodes = (node for side in (claim.left, claim.right) for node in t.walk(side))
    return any(diverges(node, theorem.domain) for node in nodes if isinstance(node, t.Limit))


def _no_batch(theorem: Theorem, batch: Term) -> bool:
    if isinstance(batch, t.Number) and batch.value.denominator != 1:
        return True
    try:
        high = enclose(batch, domain_of({s: theorem.domain[s] for s in rewrite.free_symbols(batch)})).high
    except (NotDefinedError, KeyError):
        return False
    return high is not None and high < SMALLEST


def _follows(theorem: Theorem, left: Term, relation: str, right: Term) -> bool:
    """Does one line from the left to the right hold on the whole domain, with every definition written out?"""
    definitions = rewrite.definitions_in(left) | rewrite.definitions_in(right)
    reasons = (DIFFERENTIATE, Unfold(tuple(sorted(definitions, key=lambda d: d.name))))
    surplus = () if relation == "=" else (Surplus(right - left),)
    return check_line(theorem, 1, left, Line(relation, right, (*reasons, *surplus))).accepted


def _failing(
    claim: Claim, theorem: Theorem, places: Iterator[Instance]
) -> tuple[tuple[Instance, Decision] | None, bool]:
    """The first of the points at which the claim certainly fails; and were both sides enclosed at any?"""
    seen, work = False, Work(WORK // SHARE)
    for point in places:
        if all(theorem.domain[s].contains(v) for s in theorem.domain for v in _given(point, s.name)):
            decision = decide(claim, theorem, point, LADDER[:1], work=work)
            if decision.outcome is Outcome.DIFFERENT:
                return (point, decision), True
            seen = seen or bool(decision.left)
    return None, seen


def _mixed(places: Iterator[Instance], rng: Random) -> Iterator[Instance]:
    """The points as they come, then as many with the number of each symbol from any of them."""
    seen = []
    for point in places:
        seen.append(point)
        yield point
    for _ in seen if len(seen[0].values) > 1 else ():
        yield Instance({}, {name: rng.choice(seen).values[name] for name in seen[0].values})


def _given(point: Instance, name: str) -> tuple[Fraction, ...]:
    return tuple(value for row in point.values.get(name, ()) for value in row)
