"""Bounds at instances that are drawn: what is called >= 0 of random terms is so there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from random import Random

from theory.statements.claims import Assumption, Claim
from theory.terms import Term
from theory.terms.text import text
from verify.exact.deciding import Outcome, decide
from verify.exact.drawing import draw
from verify.proof.matrices import order
from verify.proof.matrices.forms import CannotDecide, Context


def holds_at_one(
    claim: Claim, most: Mapping[str, int], seed: int, assumptions: Sequence[Assumption] = (), style: str = "small"
) -> bool:
    """Is a claim not certainly false at an instance of sizes up to these?"""
    coins = Random(seed)
    sizes = {name: coins.randint(1, size) for name, size in most.items()}
    instance = draw(claim, assumptions, sizes, coins, style)
    return instance is None or decide(claim, assumptions, instance).outcome is not Outcome.DIFFERENT


def is_called(judge: Callable[[Context, Term, order.Facts], bool], term: Term, facts: order.Facts = ()) -> bool:
    """Does a judge of the order call a term so? What it cannot decide it does not."""
    try:
        return judge(Context(), term, facts)
    except CannotDecide:
        return False


def how_many_are_so(
    terms: Iterable[tuple[int, Term]], called: Callable[[Term], bool], holds: Callable[[Term, int], bool], times: int
) -> int:
    """Of how many terms, each with a seed, something is `called` so; of each of these it `holds` so many times."""
    found = 0
    for seed, term in terms:
        if called(term):
            found += 1
            assert all(holds(term, seed + i) for i in range(times)), text(term)
    return found
