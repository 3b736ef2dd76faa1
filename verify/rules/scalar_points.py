"""Scalar theorems at points of their domain, and their near misses refuted there, in balls."""

from __future__ import annotations

import time
from random import Random

from theory.scalar.theorem import ScalarTheorem
from theory.theorem import NearMiss
from verify.exact.deciding import AGREE_FROM
from verify.exact.instances import Instance
from verify.exact.witnesses import part_id, witness_json
from verify.observations import EnclosureTrace
from verify.results import NearMissResult
from verify.rules.scalar_deciding import LADDER, decide, points
from verify.settings import Budget, Settings

POINTS = {Budget.QUICK: 12, Budget.STANDARD: 24, Budget.THOROUGH: 200}


def observe(theorem: ScalarTheorem, settings: Settings) -> EnclosureTrace:
    """Every part at points of the domain, at 256 bits and more.

    Points at which an activation has no growth rate are unknown; one that has none at any point makes it vacuous.
    """
    requested = satisfied = agreeing = unknown = 0
    witness, seen = None, dict[str, list[float]]()
    missing, evaluated = list[str](), set[str]()
    count = max(POINTS[settings.budget], *map(len, theorem.functions.values()), 0)  # every function has its turn
    for part in theorem.parts:
        rng = Random(f"{settings.seed}/{part_id(theorem, part)}")
        for point in points(part.claim, theorem, rng, count):
            requested += 1
            decision = decide(part.claim, theorem, point, LADDER[1:])
            meant = ", ".join(f"{name} = {formula}" for name, formula in point.functions.items())
            if decision.outcome == "unsatisfied":
                missing += [meant] if meant else []
                continue
            evaluated.add(meant)
            satisfied += 1
            agreeing += decision.outcome == "agree"
            unknown += decision.outcome == "unknown"
            for name, rows in point.values.items():
                seen.setdefault(name, []).append(float(rows[0][0]))
            if decision.outcome == "different":
                witness = witness_json(part_id(theorem, part), point)
                break
        if witness is not None:
            break
    ranges = tuple((name, f"{min(v):.4g}..{max(v):.4g}") for name, v in sorted(seen.items()))
    same = next((p for p in theorem.parts if p.claim.left == p.claim.right), None)
    vacuous = f"{part_id(theorem, same)}: both sides are the same expression" if same else ""
    nowhere = next((functions for functions in missing if functions not in evaluated), "")
    if nowhere and not vacuous:
        vacuous = f"the claim was defined at no point tried for {nowhere}; normproof rate says why"
    undefined = sum(functions in evaluated for functions in missing)
    satisfied, unknown = satisfied + undefined, unknown + undefined
    return EnclosureTrace(AGREE_FROM, requested, satisfied, agreeing, unknown, witness, ranges, vacuous)


def refute(theorem: ScalarTheorem, name: str, miss: NearMiss, settings: Settings) -> NearMissResult:
    """The first simple point of the domain at which the near miss certainly fails; "survived" if none is found."""
    begin, label = time.monotonic(), f"{theorem.id}/{name}"
    found: tuple[Instance, str, str] | None = None
    for point in points(miss.claim, theorem, Random(f"{settings.seed}/{label}"), 4 * POINTS[settings.budget]):
        decision = decide(miss.claim, theorem, point)
        if decision.outcome == "different":
            found = point, decision.left, decision.right
            break
    spent = time.monotonic() - begin
    if found is None:
        return NearMissResult(label, "author", "survived", seconds=spent)
    return NearMissResult(label, "author", "refuted", witness_json(label, found[0]), found[1], found[2], spent)
