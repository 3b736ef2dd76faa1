"""Near misses of theorems on numbers: refuted at a point of the domain, in balls."""

from __future__ import annotations

from functools import partial
from random import Random

from theory.statements.theorem import NearMiss, Theorem
from verify.adversary.deciding.by_witness import attacked, refuted
from verify.adversary.lies import Lie
from verify.exact.outcomes import Outcome
from verify.exact.scalar_balls import Work
from verify.exact.scalar_deciding import decide, points
from verify.results.records import Fate, NearMissResult
from verify.rules.scalar_points import POINTS
from verify.settings import Settings


def refute(theorem: Theorem, name: str, miss: NearMiss, settings: Settings) -> NearMissResult:
    """The point found before, or the first simple one, at which the near miss certainly fails; else "survived"."""
    lie = Lie(f"{theorem.id}/{name}", miss.claim, ())
    return attacked(theorem, lie, settings, partial(_searched, theorem, lie, settings))


def _searched(theorem: Theorem, lie: Lie, settings: Settings) -> NearMissResult:
    work = Work()
    for point in points(lie.claim, theorem, Random(f"{settings.seed}/{lie.id}"), 4 * POINTS[settings.budget]):
        decision = decide(lie.claim, theorem, point, work=work)
        if decision.outcome is Outcome.DIFFERENT:
            return refuted(lie, point, decision)
    return NearMissResult(lie.id, lie.origin, Fate.SURVIVED)
