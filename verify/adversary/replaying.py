"""A witness read and evaluated again, from its text alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from theory.statements.erratum import Erratum, Saying
from theory.statements.theorem import Theorem
from verify.adversary.by_setting import require_sizes, row_of
from verify.adversary.lies import Lie, author_lie
from verify.adversary.mutating.mutants_of_theorems import Mutant
from verify.exact.instances import Instance, InstanceError, from_json
from verify.exact.outcomes import Outcome, located
from verify.exact.witnesses import VERSION, part_id, read_json
from verify.results.records import MUTANT


class WitnessError(ValueError):
    """A witness that cannot be replayed; the message says what was expected, what came, and the remedy."""


@dataclass(frozen=True)
class Replay:
    """A witness evaluated again: outcome as in `Decision`, both enclosures, and the precision that decided.

    `relation` is that of the claim; "sign" where a formula was executed in floats and its sign compared.
    """

    claim: str
    left: str
    right: str
    outcome: Outcome
    bits: int
    instance: Instance
    detail: str = ""
    relation: str = ""


def parse(witness: str) -> tuple[str, Instance]:
    """The claim's id and the instance of a witness. Raises WitnessError."""
    try:
        data = read_json(witness)
    except ValueError as problem:
        raise WitnessError(
            f"a witness is one line of JSON; got {witness[:60]!r}, which is none ({problem}). "
            "Remedy: copy the whole line, in single quotes in a shell."
        ) from None
    keys = set(data) - {"version"} if isinstance(data, dict) else set[str]()
    if keys != {"claim", "instance"} or not isinstance(data["claim"], str):
        got = ", ".join(map(str, data))[:200] if isinstance(data, dict) else type(data).__name__
        raise WitnessError(f'a witness has the keys "claim" (a name) and "instance"; got {got}.')
    if type(data.get("version", VERSION)) is not int or data.get("version", VERSION) != VERSION:
        raise WitnessError(
            f"the witness for {data['claim'][:200]} is of version {data['version']!r:.60}, this program reads version "
            f"{VERSION}. Remedy: replay it with the program that wrote it, or a later one."
        )
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
    if not theorem.setting.claims:
        raise WitnessError(
            f"the witness names {name[:200]!r}; what {theorem.id} says is measured, and nothing is a witness against "
            f"it. Remedy: normproof run {theorem.id}."
        )
    lies = lies_of(theorem, mutants=MUTANT in name)
    if name not in lies:
        raise WitnessError(
            f"the witness names {name[:200]!r}, which {theorem.id} does not state; it has: {', '.join(lies)}."
        )
    lie = lies[name]
    if isinstance(theorem, Erratum) and theorem.says is Saying.COMPUTED and lie.id == theorem.id:
        return _executed(theorem, instance)
    try:
        require_sizes(lie, instance)
        decision = row_of(theorem).replayed(lie, theorem, instance)
    except InstanceError as problem:
        raise WitnessError(f"the witness for {name} does not fit the claim: {problem}") from None
    if decision.outcome is Outcome.UNSATISFIED or (decision.outcome is Outcome.UNKNOWN and not decision.bits):
        raise WitnessError(
            f"the witness for {name} is no instance of the claim; this fails on it: {decision.detail}. "
            "Remedy: a witness must be copied unchanged; values that others define cannot be edited alone."
        )
    left, right = located(decision, decision.left), located(decision, decision.right)
    return Replay(name, left, right, decision.outcome, decision.bits, instance, decision.detail, lie.claim.relation)


def lies_of(theorem: Theorem, *, mutants: bool = False) -> Mapping[str, Lie]:
    """Everything a witness may name: the theorem's parts, its near misses and, if asked for, its mutants, by id."""
    found = {part_id(theorem, p): Lie(part_id(theorem, p), p.claim, theorem.assumptions) for p in theorem.parts}
    for name, miss in theorem.near_miss_list():
        lie = author_lie(theorem, name, miss)
        found[lie.id] = lie
    if mutants:
        found |= {name: mutant.lie for name, mutant in mutants_by_id(theorem).items()}
    return found


def mutants_by_id(theorem: Theorem) -> Mapping[str, Mutant]:
    """Every mutant that a witness may name, also those that say the same as another."""
    return {mutant.lie.id: mutant for mutant in row_of(theorem).mutants(theorem)}


def _executed(erratum: Erratum, instance: Instance) -> Replay:
    """A formula executed again in floats; "different" if its value has not the sign of the truth."""
    from verify.exact.rounded import FORMATS
    from verify.proof.kernel import Verdict, establish
    from verify.rules.rounding import executed

    try:
        trace = executed(erratum, instance)
    except InstanceError as problem:
        raise WitnessError(f"the witness for {erratum.id} does not fit the formula: {problem}") from None
    evidence = establish(trace)
    outcome = Outcome.DIFFERENT if evidence.verdict is Verdict.REFUTED else Outcome.AGREE
    if any(step.executed != step.rounded for step in trace.steps):
        outcome = Outcome.UNKNOWN
    left, bits = trace.steps[-1].executed, FORMATS[trace.dtype].bits
    return Replay(erratum.id, left, trace.truth, outcome, bits, instance, evidence.reason, "sign")
