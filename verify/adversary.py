"""The adversary: false neighbours of a theorem must be found out, by a certified counterexample that replays.

A lie is a claim with assumptions and a name. Author near misses are lies; so are automatic mutants, which only need
to give `attack` their claim. Search and shrinking are untrusted: `decide` certifies what they find.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random

from theory.calculus.terms import CalculusError
from theory.claims import Assumption, Claim, Equal, Identity
from theory.derivation import DIFFERENTIATE, Reason, start
from theory.theorem import NearMiss, Theorem
from verify.instances import Instance, InstanceError, from_json
from verify.kernel import Verdict, establish
from verify.results import NearMissResult
from verify.rules.enclosure import Decision, decide, part_id, witness_json
from verify.searching import search
from verify.settings import Budget, Settings
from verify.shrinking import shrink

SEARCH = {Budget.QUICK: 80, Budget.STANDARD: 300, Budget.THOROUGH: 1500}


class WitnessError(ValueError):
    """A witness that cannot be replayed; the message says what was expected, what came, and the remedy."""


@dataclass(frozen=True)
class Lie:
    """A claim thought false under these assumptions; `origin` is "author" or "mutant"."""

    id: str
    claim: Claim
    assumptions: tuple[Assumption, ...]
    origin: str = "author"


@dataclass(frozen=True)
class Replay:
    """A witness evaluated again: outcome as in `Decision`, both enclosures, and the precision that decided."""

    claim: str
    left: str
    right: str
    outcome: str
    bits: int
    instance: Instance
    detail: str = ""


def author_lie(theorem: Theorem, name: str, miss: NearMiss) -> Lie:
    """A near miss under the theorem's assumptions, except those it drops."""
    kept = tuple(a for a in theorem.assumptions if a not in miss.without)
    return Lie(f"{theorem.id}/{name}", miss.claim, kept)


def refute(theorem: Theorem, name: str, miss: NearMiss, settings: Settings) -> NearMissResult:
    """Search, shrink, certify: "refuted" with a witness that replays, or "survived"."""
    return attack(author_lie(theorem, name, miss), settings)


def attack(lie: Lie, settings: Settings) -> NearMissResult:
    """Any lie, an author's or a mutant's.

    A mutant that the line checker proves is "equivalent". An author's lie that it proves is no lie: it has
    "survived", and `left` says so, because the theorem was not tested by it.
    """
    begin = time.monotonic()
    found = search(lie.claim, lie.assumptions, Random(f"{settings.seed}/{lie.id}"), SEARCH[settings.budget])
    if found is None:
        true = proved(lie)
        verdict = "equivalent" if true and lie.origin == "mutant" else "survived"
        words = "this near miss is true: the normal form proves it" if true else ""
        return NearMissResult(lie.id, lie.origin, verdict, left=words, seconds=time.monotonic() - begin)
    instance, decision = shrink(lie.claim, lie.assumptions, found)
    witness = witness_json(lie.id, instance)
    left, right = _located(decision, decision.left), _located(decision, decision.right)
    return NearMissResult(lie.id, lie.origin, "refuted", witness, left, right, time.monotonic() - begin)


def proved(lie: Lie) -> bool:
    """Does the line checker accept the lie, as an identity in one line with everything allowed? Then it is true."""
    from theory.calculus.rewrite import unfold
    from verify.rules.derivation import observe as check_lines

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
        evidence = establish(check_lines(line, Settings()))
    except (CalculusError, ArithmeticError):
        return False
    return evidence.verdict is Verdict.PROVED


def _located(decision: Decision, text: str) -> str:
    """An enclosure, with its place if the claim has more entries than one."""
    return text if decision.entry in (None, (0, 0)) else f"{text} in entry {decision.entry}"


# ---- replay -------------------------------------------------------------------------------------------------
def lies_of(theorem: Theorem) -> Mapping[str, Lie]:
    """Everything a witness may name: the theorem's parts and its near misses, by id."""
    found = {part_id(theorem, p): Lie(part_id(theorem, p), p.claim, theorem.assumptions) for p in theorem.parts}
    for name, miss in theorem.near_miss_list():
        lie = author_lie(theorem, name, miss)
        found[lie.id] = lie
    return found


def parse(witness: str) -> tuple[str, Instance]:
    """The claim's id and the instance of a witness. Raises WitnessError."""
    try:
        data = json.loads(witness)
    except json.JSONDecodeError as problem:
        raise WitnessError(
            f"a witness is one line of JSON; got {witness[:60]!r}, which is none ({problem.msg} at character "
            f"{problem.pos}). Remedy: copy the whole line, in single quotes in a shell."
        ) from None
    if not isinstance(data, dict) or set(data) != {"claim", "instance"} or not isinstance(data["claim"], str):
        got = ", ".join(map(str, data)) if isinstance(data, dict) else type(data).__name__
        raise WitnessError(f'a witness has the keys "claim" (a name) and "instance"; got {got}.')
    try:
        return data["claim"], from_json(data["instance"])
    except InstanceError as problem:
        raise WitnessError(f"the witness for {data['claim']} is damaged: {problem}") from None


def replay(witness: str, find: Callable[[str], Theorem]) -> Replay:
    """Evaluate a witness again, from its text alone.

    Raises WitnessError if it is damaged, names no claim, or is no instance of it (an assumption fails or cannot be
    certified). A sound instance on which the claim holds is returned with outcome "agree".
    """
    name, instance = parse(witness)
    theorem = find(name.split("/", 1)[0].split("#", 1)[0])
    lies = lies_of(theorem)
    if name not in lies:
        raise WitnessError(f"the witness names {name!r}, which {theorem.id} does not state; it has: {', '.join(lies)}.")
    lie = lies[name]
    try:
        decision = decide(lie.claim, lie.assumptions, instance)
    except InstanceError as problem:
        raise WitnessError(f"the witness for {name} does not fit the claim: {problem}") from None
    if decision.outcome == "unsatisfied" or (decision.outcome == "unknown" and not decision.bits):
        raise WitnessError(
            f"the witness for {name} is no instance of the claim; this fails on it: {decision.detail}. "
            "Remedy: a witness must be copied unchanged; values that others define cannot be edited alone."
        )
    left, right = _located(decision, decision.left), _located(decision, decision.right)
    return Replay(name, left, right, decision.outcome, decision.bits, instance, decision.detail)
