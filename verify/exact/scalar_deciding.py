"""Scalar claims at exact points of their domain: both sides in balls, apart, at rising precision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import Any

from flint import ctx

from theory import terms as t
from theory.statements.claims import Assumption, AtMost, Claim, functions_of
from theory.statements.derivation import Extension
from theory.statements.erratum import Erratum
from theory.statements.ranges import Range
from theory.statements.theorem import Theorem
from theory.statements.vocabulary import nodes_of, sides_of
from theory.terms import Symbol, Term, rewrite
from verify.exact.agreement import decide_fully
from verify.exact.deciding import AGREE_FROM
from verify.exact.instances import Instance, InstanceError, scalar
from verify.exact.number_system import UncertainError, UndefinedError
from verify.exact.outcomes import Decision, Outcome
from verify.exact.scalar_balls import Work, evaluate, rational
from verify.exact.scalar_corners import corners, extremes
from verify.exact.scalar_growth import ball, growth_rates
from verify.exact.scalar_heights import MOST, bits_to_decide, digits
from verify.exact.scalar_limits import value_of
from verify.proof.lines_on_numbers import check_line
from verify.proof.numbers.interval_arithmetic import Interval

SHORT = 12  # characters of an exact number
LADDER = (128, 256, 512)
NEAR_FAR = tuple(Fraction(n, d) for n, d in ((1, 1), (1, 2), (2, 1), (1, 3), (3, 2), (5, 1), (1, 7), (12, 1), (100, 3)))


def decide(
    claim: Claim,
    theorem: Theorem,
    instance: Instance,
    ladder: Sequence[int] = LADDER,
    assumptions: Sequence[Assumption] = (),
    work: Work | None = None,
    derived: bool = False,
) -> Decision:
    """Does the claim hold at the point? "different" is certified. Raises InstanceError if the point does not fit.

    `work` is what the integrals of several points may cost together. What is `derived` on the whole domain need not be
    held against sides that differ by as little as their numbers allow.
    """
    values, work = _values(claim, theorem, instance), work or Work()
    for assumption in assumptions:
        if not isinstance(assumption, AtMost) or not _assumed(assumption, values):
            return Decision(Outcome.UNSATISFIED, detail=f"the assumption {assumption.note or assumption!r}")
    at = _Point(claim, values, instance.functions, limits_of(theorem, claim), work)
    decision = Decision(Outcome.UNKNOWN, bits=ladder[-1])
    for bits in ladder:
        decision = at.compared(bits)
        if decision.digits is not None and bits >= AGREE_FROM:
            return decision if derived else _held_apart(at, decision, instance)
        if decision.outcome in (Outcome.DIFFERENT, Outcome.UNSATISFIED) or (
            decision.outcome is Outcome.AGREE and decision.digits is None
        ):
            return decision
    return decision if decision.digits is None else replace(decision, outcome=Outcome.UNKNOWN, digits=None)


def _held_apart(at: _Point, decision: Decision, instance: Instance) -> Decision:
    """Sides whose balls overlap are equal exactly, or agree at as many bits as tell apart what such numbers may be."""
    if not any(isinstance(node, _ANALYSIS) for side in sides_of([at.claim]) for node in nodes_of(side)):
        exact = decide_fully(at.claim, (), instance)
        if exact.outcome in (Outcome.DIFFERENT, Outcome.AGREE) and exact.digits is None:
            return exact
    needed = bits_to_decide(at.claim, at.values)
    if needed <= decision.bits:
        return decision
    if needed > MOST or not at.rates_are_exact:
        detail = f"sides with such numbers are told apart by {needed} bits, of at most {MOST}"
        return replace(decision, outcome=Outcome.UNKNOWN, digits=None, detail=detail)
    return at.compared(needed)


_ANALYSIS = (t.Special, t.Integral, t.Limit, t.GrowthRate)  # numbers of which exact components know nothing


@dataclass
class _Point:
    """A claim at a point; `rates_are_exact` once it was compared: every growth rate in it is a rational."""

    claim: Claim
    values: Mapping[Symbol, Fraction]
    functions: Mapping[str, str]
    limits: Mapping[t.Limit, Term]
    work: Work
    rates_are_exact: bool = True

    def compared(self, bits: int) -> Decision:
        """The sides at this precision: "agree" has digits where it is no more than overlap of narrow balls."""
        claim = self.claim
        with ctx.workprec(bits):
            balls: dict[Term, Any] = {s: Interval(v, v) for s, v in self.values.items()}
            try:
                rates = growth_rates(claim, self.values, self.functions, bits)
                balls |= {node: ball(found) for node, found in rates.items()}
                known: dict[Term, Any] = {}  # what the sides share is evaluated once
                sides = (claim.left, claim.right)
                left, right = (evaluate(side, balls, self.limits, self.work, known) for side in sides)
            except UndefinedError as problem:
                return Decision(Outcome.UNSATISFIED, bits=bits, detail=f"undefined: {problem}")
            except UncertainError as problem:
                return Decision(Outcome.UNKNOWN, bits=bits, detail=str(problem))
            exact = {node: found.exact for node, found in rates.items()}
            self.rates_are_exact = all(found is not None for found in exact.values())
            first, second = (_shown(b, exact.get(s)) for b, s in ((left, claim.left), (right, claim.right)))
            outcome, width = _compared(claim, left, right, bits)
            return Decision(outcome, first, second, bits, digits=width)


def _shown(value: Any, exact: Fraction | None) -> str:
    """The number itself if it is known as a short fraction, otherwise about 20 digits with their error."""
    if exact is None and value.is_exact():
        mantissa, exponent = value.man_exp()
        exact = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return str(value.str(20)) if exact is None or len(str(exact)) > SHORT else str(exact)


def _compared(claim: Claim, left: Any, right: Any, bits: int) -> tuple[Outcome, int | None]:
    """The outcome, and the digits to which sides agree that are not known to be equal, or in order."""
    relation = claim.relation
    wrong = {"=": not left.overlaps(right), "<=": left > right, "<": left >= right}[relation]
    if wrong or (relation == "<" and claim.left == claim.right):  # nothing is less than itself
        return Outcome.DIFFERENT, None
    exact = left.is_exact() and right.is_exact()
    if (relation == "<=" and left <= right) or (relation == "<" and left < right) or (relation == "=" and exact):
        return Outcome.AGREE, None
    size = max(left.abs_upper(), right.abs_upper())
    near = rational(Fraction(1, 2 ** (bits // 3)))
    narrow = (left - right).abs_upper() <= size * near or size <= near
    return (Outcome.AGREE, digits(left, right)) if relation != "<" and narrow else (Outcome.UNKNOWN, None)


def _values(claim: Claim, theorem: Theorem, instance: Instance) -> Mapping[Symbol, Fraction]:
    symbols = sorted(
        {s for side in (claim.left, claim.right) for s in rewrite.free_symbols(side)}, key=lambda s: s.name
    )
    extra = set(instance.values) - {s.name for s in symbols}
    functions = {f.name for f in functions_of(claim)}
    if extra or instance.sizes or instance.laws or set(instance.functions) != functions:
        raise InstanceError(
            f"a point gives a number to each of {', '.join(s.name for s in symbols) or 'no symbol'}, an expression "
            f"in z to each of {', '.join(sorted(functions)) or 'no function'}, and nothing else."
        )
    for name, formula in instance.functions.items() if theorem.kind == "theorem" else ():
        if formula not in theorem.functions[name]:
            raise InstanceError(f"{name} = {formula} is none of {', '.join(theorem.functions[name])}.")
    values = {}
    for symbol in symbols:
        rows = instance.values.get(symbol.name)
        if rows is None or len(rows) != 1 or len(rows[0]) != 1:
            raise InstanceError(f"the point gives no number for {symbol.name}.")
        value, wanted = rows[0][0], theorem.domain.get(symbol)
        if wanted is None or not wanted.contains(value):
            raise InstanceError(f"{symbol.name} = {value} lies outside the domain: {wanted}.")
        values[symbol] = value
    return values


def _assumed(assumption: AtMost, values: Mapping[Symbol, Fraction]) -> bool:
    """Does an inequality between numbers, which speaks of the claim's symbols only, certainly hold at the point?"""
    if (rewrite.free_symbols(assumption.left) | rewrite.free_symbols(assumption.right)) - set(values):
        return False
    balls: dict[Term, Any] = {s: Interval(v, v) for s, v in values.items()}
    for bits in LADDER:
        with ctx.workprec(bits):
            try:
                left, right = (evaluate(side, balls) for side in (assumption.left, assumption.right))
            except UndefinedError:
                return False
            except UncertainError:
                continue
            if not left.overlaps(right) or left <= right:
                return bool(left <= right)
    return False


def limits_of(theorem: Theorem, claim: Claim | None = None) -> Mapping[t.Limit, Term]:
    """What the limits of a theorem's accepted lines are known to be; an erratum's limits are those of the truth.

    The limits of a claim that no line gives are evaluated, where they can be.
    """
    known = _of_lines(theorem)
    sides = () if claim is None else (claim.left, claim.right)
    others = (n for side in sides for n in t.walk(rewrite.unfold(side)) if isinstance(n, t.Limit) and n not in known)
    found = {node: value_of(node, theorem.domain) for node in dict.fromkeys(others)}
    return {**known, **{node: value for node, value in found.items() if value is not None}}


def _of_lines(theorem: Theorem) -> Mapping[t.Limit, Term]:
    if isinstance(theorem, Erratum):
        return _of_lines(theorem.true_theorem)
    if t.Limit not in theorem.setting.from_lines:
        return {}
    found: dict[t.Limit, Term] = {}
    for part in theorem.parts:
        before = part.derivation.start if part.derivation else None
        for number, line in enumerate(part.derivation.lines if part.derivation else (), 1):
            extension = next((r for r in line.reasons if isinstance(r, Extension)), None)
            if extension and isinstance(before, t.Limit) and check_line(theorem, number, before, line).accepted:
                found[before] = rewrite.substitute(extension.term, {extension.variable: t.Number(Fraction(0))})
            before = line.term
    return found


def points(claim: Claim, theorem: Theorem, rng: Random, count: int) -> Iterator[Instance]:
    """Points of the domain, simple ones first, then corners; the same for the same generator. Functions take turns."""
    longest = max((len(theorem.functions[f.name]) for f in functions_of(claim)), default=1)
    for index in range(count if _symbols(claim) else longest):
        yield point(claim, theorem, rng, index)
    yield from corner_points(claim, theorem)


def point(claim: Claim, theorem: Theorem, rng: Random, index: int) -> Instance:
    """The `index`-th point of `points`: the larger, the further out and the less simple."""
    choices = {f.name: theorem.functions[f.name] for f in functions_of(claim)}
    functions = {name: names[index % len(names)] for name, names in choices.items()}
    return Instance(
        {}, {s.name: scalar(_number(theorem.domain[s], rng, index)) for s in _symbols(claim)}, {}, functions
    )


def corner_points(claim: Claim, theorem: Theorem) -> Iterator[Instance]:
    """Points at which a part of a side vanishes."""
    functions = {f.name: theorem.functions[f.name][0] for f in functions_of(claim)}
    for place in corners(claim, theorem.domain, _symbols(claim)):
        yield Instance({}, {s.name: scalar(value) for s, value in place.items()}, {}, functions)


def far_points(claim: Claim, theorem: Theorem) -> Iterator[Instance]:
    """Points at the ends of the ranges and beyond the numbers that the claim writes; none for growth rates."""
    if functions_of(claim):
        return
    for place in extremes(claim, theorem.domain, _symbols(claim)):
        yield Instance({}, {s.name: scalar(value) for s, value in place.items()})


def _symbols(claim: Claim) -> list[Symbol]:
    return sorted({s for side in (claim.left, claim.right) for s in rewrite.free_symbols(side)}, key=lambda s: s.name)


def _number(wanted: Range, rng: Random, index: int) -> Fraction:
    """A number of the range: simple offsets from its ends first, then random ones of growing size."""
    if wanted.whole:
        return _whole(wanted, rng, index)
    step = NEAR_FAR[index] if index < len(NEAR_FAR) else Fraction(rng.randint(1, 40 * index), rng.randint(1, 16))
    if wanted.low is not None and wanted.high is not None:
        share = Fraction(index + 1, 10) if index < 9 else Fraction(rng.randint(1, 999), 1000)
        return wanted.low + (wanted.high - wanted.low) * share
    if wanted.low is not None:
        return wanted.low + (Fraction(0) if index == 0 and not wanted.low_open else step)
    if wanted.high is not None:
        return wanted.high - step
    return step * rng.choice((1, -1))


def _whole(wanted: Range, rng: Random, index: int) -> Fraction:
    """A whole number of the range: the first ones from an end first, then random ones further in."""
    step = Fraction(index if index < len(NEAR_FAR) else rng.randint(index, 12 * index))
    if wanted.low is None:
        return step if wanted.high is None else wanted.high - step
    room = wanted.high - wanted.low + 1 if wanted.high is not None else step + 1
    return wanted.low + step % room
