"""Does a claim hold at one exact instance? Decided in ball arithmetic.

Both sides are evaluated apart, at rising precision, until their balls are disjoint or agree. A certified difference
needs every assumption certified and both sides defined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flint import arb, fmpq

from theory.statements.claims import Assumption, Claim
from verify.exact.assumptions import check, definitions_of, scope_of
from verify.exact.balls import Balls, Real, enclosure
from verify.exact.components import Matrix, evaluate
from verify.exact.gaussian_laws import integrated
from verify.exact.instances import Instance
from verify.exact.normal_means import NormalMeans
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError
from verify.exact.outcomes import Decision, Outcome
from verify.exact.told_exactly import FAILING, exactly

LADDER = (128, 256, 512, 1024)
AGREE_FROM = 256  # fewer bits may tell two sides apart, never show that they agree
MOST_DIGITS = 10**6
IN_DIGITS = 7  # of a doubt, which is no wider than half the bits


def decide(
    claim: Claim,
    assumptions: Sequence[Assumption],
    instance: Instance,
    ladder: Sequence[int] = LADDER,
    agree_from: int = AGREE_FROM,
    reach: list[int] | None = None,
) -> Decision:
    """Does the claim hold on the instance? See the module's docstring and `Decision`.

    An identity agrees if its sides are the same rational, or their balls overlap from `agree_from` bits on and are
    narrow: to half the bits relative to their size, or shrinking with the precision (sides that are 0), or both within
    2^-1024 of 0. A root of what cannot be told from 0 may agree, never differ. A bound agrees if it is certain, or
    where its sides agree as an identity's do; that one side is less, only if it is certain: where balls overlap, the
    sides are told apart exactly, or not at all. Raises InstanceError if the instance does not fit the claim.
    """
    laws = integrated(claim, assumptions, instance)
    means = NormalMeans(laws, instance.functions) if laws else None
    checked = check(instance, claim, assumptions, laws)
    if checked.holds is not True:
        return Decision(Outcome.UNSATISFIED if checked.holds is False else Outcome.UNKNOWN, detail=checked.problem)
    definitions = definitions_of(assumptions)
    before: _Widths | None = None
    decision = Decision(Outcome.UNKNOWN, bits=ladder[-1])
    for bits in ladder:
        doubts: list[str] = []
        with Balls(bits, {}).active():
            try:
                scope = scope_of(
                    instance, definitions, bits, doubts, reach, means
                )  # what the sides share is evaluated once
                left, right = evaluate(claim.left, scope), evaluate(claim.right, scope)
            except UndefinedError as problem:
                return Decision(Outcome.UNSATISFIED, bits=bits, detail=f"undefined: {problem}")
            except (UncertainError, UnsupportedError) as problem:
                before, decision = None, Decision(Outcome.UNKNOWN, bits=bits, detail=str(problem))
                continue
            decision, before = _compare(claim, left, right, bits, doubts, before, agree_from)
        if decision.outcome is not Outcome.UNKNOWN:
            return decision
    return (exactly(claim, assumptions, instance) if claim.relation == "<" else None) or decision


@dataclass(frozen=True)
class _Widths:
    """Entries that one precision left open, with the width of their balls."""

    bits: int
    entries: Mapping[tuple[int, int], Real]


def _compare(
    claim: Claim,
    left: Matrix[Real],
    right: Matrix[Real],
    bits: int,
    doubts: Sequence[str],
    before: _Widths | None,
    agree_from: int,
) -> tuple[Decision, _Widths | None]:
    """What this precision shows, and the entries it leaves open. A difference needs both sides certainly defined."""
    wide: dict[tuple[int, int], Real] = {}
    close: list[int] = []  # digits to which entries agree that are not certainly as the claim says
    for entry, a, b in _pairs(left, right):
        relation = compared(a, b, claim.relation)
        if relation == "different":
            if doubts:
                return Decision(Outcome.UNKNOWN, enclosure(a), enclosure(b), bits, entry, doubts[0]), None
            return Decision(Outcome.DIFFERENT, enclosure(a), enclosure(b), bits, entry), None
        if relation == "overlap":
            close.append(_digits(a, b))
            if not _narrow(a, b, bits):
                wide[entry] = _width(a, b)
    shrinking = before is not None and all(
        e in before.entries and width <= before.entries[e] * arb(2) ** -((bits - before.bits) // 4)
        for e, width in wide.items()
    )
    near = claim.relation != "<" and bits >= agree_from and (not wide or shrinking)
    if not close or near:
        digits = min(close, default=bits // IN_DIGITS if doubts else None)
        return Decision(Outcome.AGREE, enclosure(left[0][0]), enclosure(right[0][0]), bits, digits=digits), None
    i, j = next(iter(wide), (0, 0))
    open_decision = Decision(
        Outcome.UNKNOWN, enclosure(left[i][j]), enclosure(right[i][j]), bits, (i, j), "the balls overlap but stay wide"
    )
    return open_decision, _Widths(bits, wide)


def _pairs(left: Matrix[Real], right: Matrix[Real]) -> list[tuple[tuple[int, int], Real, Real]]:
    return [((i, j), a, right[i][j]) for i, row in enumerate(left) for j, a in enumerate(row)]


# Of balls: is the relation certain, is its contrary?
_CERTAIN: Mapping[str, tuple[Callable[[Real, Real], bool], Callable[[Real, Real], bool]]] = {
    "=": (lambda a, b: False, lambda a, b: not a.overlaps(b)),
    "<=": (lambda a, b: a <= b, lambda a, b: a > b),
    "<": (lambda a, b: a < b, lambda a, b: a >= b),
}


def compared(a: Real, b: Real, relation: str) -> str:
    """ "holds" and "different" are certain; "overlap" is neither."""
    if type(a) is fmpq and type(b) is fmpq:
        return "different" if (a > b) - (a < b) in FAILING[relation] else "holds"
    holds, fails = _CERTAIN[relation]
    return "holds" if holds(arb(a), arb(b)) else "different" if fails(arb(a), arb(b)) else "overlap"


def _width(a: Real, b: Real) -> Real:
    return (2 * (arb(a).rad() + arb(b).rad())).abs_upper()


def _narrow(a: Real, b: Real, bits: int) -> bool:
    a, b = arb(a), arb(b)
    size = max(a.abs_lower(), b.abs_lower())
    if _width(a, b) <= size * arb(2) ** -(bits // 2):
        return True
    return bool(bits >= AGREE_FROM and max(a.abs_upper(), b.abs_upper()) < arb(2) ** -1024)


def _digits(a: Real, b: Real) -> int:
    """k such that the sides differ by at most 10^-k of their size, or 10^-k where that may be 0."""
    a, b = arb(a), arb(b)
    gap, size = (a - b).abs_upper(), max(a.abs_lower(), b.abs_lower())
    share = gap / size if size > gap else gap
    if share == 0:
        return MOST_DIGITS
    return max(0, min(MOST_DIGITS, int(float((-share.log() / arb(10).log()).floor().mid()))))
