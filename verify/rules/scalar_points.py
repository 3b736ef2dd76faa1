"""Scalar theorems at points of their domain, in balls."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from random import Random

from theory import terms as t
from theory.statements.ranges import in_words
from theory.statements.theorem import Part, Theorem
from theory.terms import Term, rewrite
from verify.exact.deciding import AGREE_FROM
from verify.exact.outcomes import Outcome
from verify.exact.scalar_balls import Work
from verify.exact.scalar_deciding import LADDER, decide, far_points, limits_of, points
from verify.exact.witnesses import part_id, witness_json
from verify.proof.lines_on_numbers import check_part
from verify.proof.numbers.intervals import NotDefinedError, domain_of, enclose
from verify.proof.observations import EnclosureTrace, PartTrace
from verify.rules.boxes import MOST
from verify.settings import Budget, Settings

POINTS = {Budget.QUICK: 12, Budget.STANDARD: 24, Budget.THOROUGH: 200}


def observe(theorem: Theorem, settings: Settings) -> EnclosureTrace:
    """Every part at points of the domain, at 256 bits and more.

    Points at which a side is undefined are unknown: the claim speaks of its whole domain. One that is defined at no
    point for some activation, or is not shown to be defined on the whole domain, is vacuous.
    """
    requested = satisfied = agreeing = unknown = exact = 0
    digits, gaps = list[int](), list[str]()
    witness, seen = None, dict[str, list[Fraction]]()
    missing, evaluated = list[str](), set[str]()
    work = Work()
    count = max(POINTS[settings.budget], *map(len, theorem.functions.values()), 0)  # every function has its turn
    for part in theorem.parts:
        rng = Random(f"{settings.seed}/{part_id(theorem, part)}")
        derived = part.derivation is not None and _accepted(check_part(theorem, part))
        gaps += [] if derived else [_gap(theorem, part)]
        enough = False
        for point in points(part.claim, theorem, rng, count):
            decision = decide(part.claim, theorem, point, LADDER[1:], work=work, derived=derived)
            if derived and enough and decision.outcome is Outcome.UNKNOWN and work.left <= 0:
                break  # a point that nothing was spent on is none; the lines are accepted, and others were decided
            enough = enough or decision.outcome is Outcome.AGREE
            requested += 1
            meant = ", ".join(f"{name} = {formula}" for name, formula in point.functions.items())
            if decision.outcome is Outcome.UNSATISFIED:
                missing.append(meant)
                continue
            evaluated.add(meant)
            satisfied += 1
            agreeing += decision.outcome is Outcome.AGREE
            exact += decision.outcome is Outcome.AGREE and decision.digits is None
            digits += [] if decision.digits is None else [decision.digits]
            unknown += decision.outcome is Outcome.UNKNOWN
            for name, rows in point.values.items():
                seen.setdefault(name, []).append(rows[0][0])
            if decision.outcome is Outcome.DIFFERENT:
                witness = witness_json(part_id(theorem, part), point)
                break
        if witness is None and not derived:
            witness = _failing(theorem, part, work)
        if witness is not None:
            break
    ranges = tuple((name, f"{_about(min(v))}..{_about(max(v))}") for name, v in sorted(seen.items()))
    same = next((p for p in theorem.parts if p.claim.left == p.claim.right), None)
    vacuous = f"{part_id(theorem, same)}: both sides are the same expression" if same else ""
    nowhere = next((functions for functions in missing if functions not in evaluated), None)
    if nowhere and not vacuous:
        vacuous = f"the claim was defined at no point tried for {nowhere}; normproof rate says why"
    if not vacuous and witness is None:
        vacuous = next(filter(None, gaps), "")
    undefined = sum(functions in evaluated for functions in missing)
    satisfied, unknown = satisfied + undefined, unknown + undefined
    width = min(digits, default=None)
    return EnclosureTrace(AGREE_FROM, requested, satisfied, agreeing, unknown, witness, ranges, vacuous, exact, width)


def _failing(theorem: Theorem, part: Part, work: Work) -> str | None:
    """A counterexample at the ends of the ranges, or beyond the numbers of the claim; no point there counts as one."""
    for point in far_points(part.claim, theorem):
        if decide(part.claim, theorem, point, work=work, derived=True).outcome is Outcome.DIFFERENT:
            return witness_json(part_id(theorem, part), point)
    return None


def _about(value: Fraction) -> str:
    """About four digits, also of what no float can hold."""
    try:
        return f"{float(value):.4g}"
    except OverflowError:
        return f"{Decimal(value.numerator) / Decimal(value.denominator):.4g}"


def _accepted(trace: PartTrace) -> bool:
    return trace.complete and all(line.accepted for line in trace.lines)


def _gap(theorem: Theorem, part: Part) -> str:
    """What is not shown about where a part is defined; nothing if both sides are, on the whole domain.

    A limit that a line gives is its value; growth rates are numbers at the points tried, their batches looked at.
    """
    known = limits_of(theorem, part.claim)
    try:
        for side in (part.claim.left, part.claim.right):
            batches = [node.batch for node in t.walk(side) if isinstance(node, t.GrowthRate)]
            for batch in batches:
                if batch != t.Special("oo"):
                    enclose(batch, domain_of(theorem.domain))
            enclose(_numbers(side, known), domain_of(theorem.domain), MOST)
    except NotDefinedError as problem:
        return f"the claim is not shown to be defined for {in_words(theorem.domain)}: {problem}"
    return ""


def _numbers(side: Term, known: Mapping[t.Limit, Term]) -> Term:
    """The side with what intervals have no row for put into another form: known limits, and rates, of any size."""
    for node in list(t.walk(side)):
        if isinstance(node, t.Limit) and node in known:
            side = rewrite.replace(side, node, known[node])
        elif isinstance(node, t.GrowthRate):
            side = rewrite.replace(side, node, t.Symbol("rate", bound=1))
    return side
