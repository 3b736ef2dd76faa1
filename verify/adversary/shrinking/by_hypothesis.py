"""Where the greedy descent stopped, Hypothesis looks for a smaller counterexample: several changes at once.

`find` draws small instances and shrinks the first that serves. No database, no deadline: the search ends after a
count of examples and of decisions, never by the clock, so that the same counterexample always leads to the same one.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING

from theory.statements.claims import Assumption, Claim
from verify.adversary.shrinking.judging import Judge
from verify.adversary.shrinking.small_instances import Drawer
from verify.exact.coins import Coins
from verify.exact.instances import Instance

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

EXAMPLES = (160, 480)  # at least and at most: the longer the entries and the higher the functions, the more
TRIALS = 150


def jump(claim: Claim, assumptions: Sequence[Assumption], instance: Instance, number: int = 0) -> Instance | None:
    """A certified counterexample with a smaller measure, the smallest that Hypothesis came across; None if none.

    The same instance and number give the same answer.
    """
    from hypothesis import HealthCheck, Phase, Verbosity, find, settings
    from hypothesis.errors import NoSuchExample

    judge = Judge(claim, assumptions, TRIALS)
    bound = judge.size(instance)
    found: list[Instance] = []

    def smaller(candidate: Instance) -> bool:
        if judge.size(candidate) >= bound:
            return False
        finished = judge.finished(candidate)
        if finished is None or judge.size(finished) >= bound:
            return False
        found.append(finished)
        return True

    plain = settings(
        max_examples=min(EXAMPLES[1], EXAMPLES[0] + 30 * bound[2] + 4 * bound[3]),
        database=None,
        deadline=None,
        derandomize=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=tuple(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    try:
        find(instances(claim, assumptions, instance), smaller, settings=plain, random=Random(f"{number}/{instance}"))
    except NoSuchExample:
        return None
    return min(found, key=judge.size)


def instances(claim: Claim, assumptions: Sequence[Assumption], known: Instance) -> SearchStrategy[Instance]:
    """Raw instances no larger than `known`: near it with some entries drawn again, or all drawn afresh.

    Nothing but booleans is drawn: integers would depend on the constants that Hypothesis collects from whatever
    modules are loaded, and would make it write those to a folder where the user happens to be.
    """
    from hypothesis import strategies as st

    drawer, boolean = Drawer.of(claim, assumptions, known), st.booleans()

    @st.composite
    def drawn(draw: DrawFn) -> Instance:
        coins = Coins(lambda: draw(boolean))
        return drawer.fresh(coins) if coins.toss() else drawer.near(coins)

    return drawn()
