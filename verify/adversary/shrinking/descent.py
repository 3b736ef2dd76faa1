"""Certified counterexamples made smaller: fewer dimensions, fewer points, simpler functions and entries.

First a greedy descent through `simpler_instances`; then, if asked to be thorough, Hypothesis looks for small instances
where the descent stopped, because several changes were needed at once. Every candidate is completed again (laws
centred, defined symbols recomputed) and must be certified different by `decide` before it counts.
Deterministic: the same counterexample shrinks to the same one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from theory.statements.claims import Assumption, Claim
from verify.adversary.shrinking.by_hypothesis import jump
from verify.adversary.shrinking.judging import Judge
from verify.adversary.shrinking.simpler_instances import KINDS, Neighbours, Setting
from verify.exact.deciding import decide
from verify.exact.drawing import free_part
from verify.exact.instances import Instance
from verify.exact.outcomes import Decision
from verify.exact.simplicity import measure

MOST_TRIALS = 300
ROUNDS = 3  # of Hypothesis, each from the smallest counterexample so far
LONG = 64  # entries that cost this much are worth another round where one found nothing


def shrink(
    claim: Claim,
    assumptions: Sequence[Assumption],
    instance: Instance,
    trials: int = MOST_TRIALS,
    *,
    thorough: bool = False,
) -> tuple[Instance, Decision]:
    """A counterexample no simpler neighbour of which is one too, or the best after `trials` decisions.

    thorough: Hypothesis then looks for smaller ones, a few rounds of as many decisions again.
    """
    small = descend(claim, assumptions, instance, trials)
    if thorough:
        for number in range(ROUNDS):
            lower = jump(claim, assumptions, small, number)
            if lower is not None:
                small = descend(claim, assumptions, lower, trials)
            elif measure(free_part(small, claim, assumptions))[-1] < LONG:
                break
    return small, decide(claim, assumptions, small)


def descend(claim: Claim, assumptions: Sequence[Assumption], instance: Instance, trials: int = MOST_TRIALS) -> Instance:
    """The greedy descent: one kind of change until it helps no more, then the next, round and round."""
    setting, judge = Setting.of(claim, assumptions), Judge(claim, assumptions, trials)
    idle, turn = 0, 0
    while idle < len(KINDS) and judge.trials > 0:
        lower = _first_lower(KINDS[turn % len(KINDS)], setting, judge, instance)
        if lower is None:
            idle, turn = idle + 1, turn + 1
        else:
            instance, idle = lower, 0
    return instance


def _first_lower(kind: Neighbours, setting: Setting, judge: Judge, instance: Instance) -> Instance | None:
    best = judge.size(instance)
    candidates: Iterator[Instance] = kind(setting, instance)
    finished = (judge.finished(c) for c in candidates if judge.size(c) < best)
    return next((f for f in finished if f is not None and judge.size(f) < best), None)  # completing may make it larger
