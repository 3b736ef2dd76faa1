"""The adversary: false neighbours of a theorem must be found out, by a certified counterexample that replays.

A lie is a claim with assumptions and a name. Author near misses are lies; so are automatic mutants, which only need
to give `attack` their claim. Search and shrinking are untrusted: `decide` certifies what they find.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial
from random import Random

from theory.statements.claims import Equal, Identity
from theory.statements.derivation import DIFFERENTIATE, Reason, start
from theory.statements.theorem import NearMiss, Theorem
from theory.terms import CalculusError
from verify.adversary.deciding.by_witness import attacked, refuted
from verify.adversary.lies import Lie, author_lie
from verify.adversary.shrinking.descent import shrink
from verify.exact.climbing import search
from verify.proof.kernel import Verdict
from verify.results.records import Fate, NearMissResult
from verify.settings import Budget, Settings

SEARCH = {Budget.QUICK: 160, Budget.STANDARD: 300, Budget.THOROUGH: 1500}


def refute(theorem: Theorem, name: str, miss: NearMiss, settings: Settings) -> NearMissResult:
    """What was found before, certified again; or search, shrink, certify: "refuted" with a witness that replays, or
    "survived"."""
    lie = author_lie(theorem, name, miss)
    return attacked(theorem, lie, settings, partial(attack, lie, settings))


def attack(lie: Lie, settings: Settings) -> NearMissResult:
    """Any lie, an author's or a mutant's.

    A mutant that the line checker proves is "equivalent". An author's lie that it proves is no lie: it has
    "survived", and `left` says so, because the theorem was not tested by it.
    """
    begin = time.monotonic()
    found = search(lie.claim, lie.assumptions, Random(f"{settings.seed}/{lie.id}"), SEARCH[settings.budget])
    if found is None:
        true = proved(lie)
        verdict = Fate.EQUIVALENT if true and lie.origin == "mutant" else Fate.SURVIVED
        words = "this near miss is true: the normal form proves it" if true else ""
        return NearMissResult(lie.id, lie.origin, verdict, left=words, seconds=time.monotonic() - begin)
    instance, decision = shrink(lie.claim, lie.assumptions, found, thorough=lie.origin == "author")
    return replace(refuted(lie, instance, decision), seconds=time.monotonic() - begin)


def proved(lie: Lie) -> bool:
    """Does the line checker accept the lie, as an identity in one line with everything allowed? Then it is true."""
    from theory.terms.rewrite import unfold
    from verify.proof.door import check, establish

    if not isinstance(lie.claim, Identity):
        return False
    left, right = unfold(lie.claim.left), unfold(lie.claim.right)
    reasons: tuple[Reason, ...] = (DIFFERENTIATE, *(a for a in lie.assumptions if isinstance(a, Equal)))
    try:
        line = Theorem(
            "lies.lie",
            Identity(left, right),
            start(left).equals(right, *reasons),
            near_misses={"none": lie.claim},
            assumptions=lie.assumptions,
            docstring="A lie, as the line checker sees it.",
        )
        evidence = establish(check(line))
    except (CalculusError, ArithmeticError):
        return False
    return evidence.verdict is Verdict.PROVED
