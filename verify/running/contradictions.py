"""Assumptions that contradict each other: the line checker accepts, from the others, that one of them fails.

What is searched for is a derivation of right < left for an assumed left <= right, and of left < right or right < left
for an assumed equality; of matrices their traces are compared, and of columns the squared length of the difference is
0. It is derived from the other assumptions and from what is declared, as any claim is. Where an instance is drawn that
meets all of them, nothing is searched for; where nothing is derived, nothing is said. Of a product that is assumed to
be of full rank it is derived first that none of its factors is narrower, as one is in U'U = I for a U of 2 x 3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from theory import terms as t
from theory.grammar.contradicting import Said, refused
from theory.grammar.misread import MisreadError
from theory.statements.claims import Assumption, AtMost, Below, Bound, Claim, Equal, Identity, assumption_text
from theory.statements.theorem import Theorem
from theory.terms import CalculusError, Property, rewrite
from theory.terms.text import text
from verify.deriving import propose
from verify.exact.drawing import draw, satisfied
from verify.exact.full_rank import ranks
from verify.exact.sizes import choose, dimensions_of
from verify.patience import OutOfTime, within
from verify.running.answering import accepted, stated

DRAWN = 20  # instances that may show that the assumptions are consistent
STEPS = 60  # of one search
ALL_STEPS = 240  # of all searches for one statement
PATIENCE = 5.0  # seconds of processor time for all of it: a step has a limit nowhere else
SIGNS = (
    Property.POSITIVE, Property.NONNEGATIVE, Property.NEGATIVE, Property.NONZERO, Property.POSITIVE_DEFINITE,
    Property.POSITIVE_SEMIDEFINITE, Property.ORTHOGONAL, Property.PROJECTOR, Property.BASIS,
)  # fmt: skip


@dataclass(frozen=True)
class Contradiction:
    """An assumption, what is derived of its sides in its stead, and the assumptions that this rests on.

    because: what is so of its sides, of which it is derived that it cannot be.
    """

    assumption: Assumption
    denial: Claim
    others: tuple[Assumption, ...]
    because: str = ""


def require_consistent(assumptions: Sequence[Assumption], said: Sequence[Said]) -> None:
    """Raises MisreadError where assumptions contradict each other, with the place in the user's text."""
    found = contradiction(assumptions, [item.assumption for item in said])
    if found is not None:
        raise _refusal(found, said)


def contradiction(assumptions: Sequence[Assumption], accused: Sequence[Assumption]) -> Contradiction | None:
    """The first of the accused, the last one first, of which the others let it be derived that it fails."""
    assumptions = tuple(dict.fromkeys(assumptions))
    try:
        with within(PATIENCE):
            narrow = too_narrow(assumptions)
            if narrow is not None or not any(isinstance(a, (Equal, AtMost)) for a in accused):
                return narrow
            return None if met(assumptions) else derived(assumptions, accused)
    except OutOfTime:
        return None


def met(assumptions: tuple[Assumption, ...]) -> bool:
    """Is an instance found at once that meets them all?"""
    nothing = Identity(t.as_term(0), t.as_term(0))
    rng = Random(0)
    names = dimensions_of(nothing, assumptions)
    for attempt in range(DRAWN):
        try:
            sizes = choose(names, assumptions, rng, (1,) if attempt == 0 else (1, 2, 3))
            if sizes is None:
                return False
            instance = draw(nothing, assumptions, sizes, rng, "zero" if attempt == 1 else "small")
            if instance is not None and satisfied(instance, nothing, assumptions).holds:
                return True
        except (CalculusError, ArithmeticError, ValueError, RecursionError, LookupError):
            continue  # what no instance has a value for is refused as a statement
    return False


def too_narrow(assumptions: tuple[Assumption, ...]) -> Contradiction | None:
    """The first product that is assumed to have a larger rank than one of its factors has rows or columns.

    What is less is derived from assumptions on numbers, where it does not stand there.
    """
    numbers = tuple(a for a in assumptions if isinstance(a, (Equal, AtMost)) and a.left.is_scalar)
    for assumption in assumptions:
        for least, value in ranks(assumption):
            rank = value.shape[0]
            denial = Below(t.of_size(least), t.of_size(rank))
            because = f"the rank of a product of a factor {least} wide is at most {least}, that of "
            because += f"{text(value)} is {rank}"
            if isinstance(least, int) and isinstance(rank, int):
                if least < rank:
                    return Contradiction(assumption, denial, (), because)
                continue
            sizes = rewrite.free_symbols(denial.left) | rewrite.free_symbols(denial.right)
            if not any(sizes & (rewrite.free_symbols(a.left) | rewrite.free_symbols(a.right)) for a in numbers):
                continue
            try:
                proposal = propose(stated(denial, numbers, title="A factor is too narrow"), limit=STEPS)
            except (CalculusError, ArithmeticError, RecursionError):
                continue
            if accepted(proposal.theorem):
                return Contradiction(assumption, denial, _rested_on(proposal.theorem, numbers), because)
    return None


def derived(assumptions: tuple[Assumption, ...], accused: Sequence[Assumption]) -> Contradiction | None:
    spent = 0
    for assumption in reversed(accused):
        others = tuple(a for a in assumptions if a != assumption)
        for denial in _denials(assumption):
            if spent >= ALL_STEPS:
                return None
            try:
                proposal = propose(stated(denial, others, title="What is assumed fails"), limit=STEPS)
            except (CalculusError, ArithmeticError, RecursionError):
                continue
            spent += sum(part.tried for part in proposal.parts)
            if accepted(proposal.theorem):
                return Contradiction(assumption, denial, _rested_on(proposal.theorem, others))
    return None


def _denials(assumption: Assumption) -> Iterator[Claim]:
    """Inequalities each of which is false wherever the assumption holds."""
    if not isinstance(assumption, (Equal, AtMost)):
        return
    left, right = assumption.left, assumption.right
    if isinstance(assumption, AtMost) and isinstance(left, t.Symbol) and left.has(Property.POSITIVE):
        yield Bound(right, t.as_term(0))  # a strict inequality, which was typed with 0 or with both sides
    if left.shape[0] == left.shape[1]:
        low, high = (side if side.is_scalar else t.trace(side) for side in (left, right))
        if low != high:
            yield Below(high, low)
            if isinstance(assumption, Equal):
                yield Below(low, high)
    if isinstance(assumption, Equal):
        difference = left - right
        square = t.matmul(t.transpose(difference), difference)
        yield Below(t.as_term(0), square if square.is_scalar else t.trace(square))


def _rested_on(theorem: Theorem, others: tuple[Assumption, ...]) -> tuple[Assumption, ...]:
    """Those of the others that the lines name; the theorem may have turned an equality."""
    derivation = theorem.parts[0].derivation
    assert derivation is not None
    named = [reason for line in derivation.lines for reason in line.reasons]
    return tuple(a for a, turned in zip(others, theorem.assumptions, strict=True) if turned in named)


# ---- what the user is told ----------------------------------------------------------------------------------
def words(found: Contradiction, typed: Mapping[Assumption, str]) -> str:
    """Which assumption, and what is derived of it from what; `typed` are the user's own words, where there are any."""
    own, *others = (typed.get(a) or assumption_text(a) for a in (found.assumption, *found.others))
    if found.because:
        return f"{own}, where {found.because}" + (f", and {_denied(found)} by {'; '.join(others)}" if others else "")
    because = "; ".join(dict.fromkeys((*others, *_declared(found))))
    return f"{own}, where {_denied(found)} is derived" + (f" from {because}" if because else "")


def _denied(found: Contradiction) -> str:
    return f"{text(found.denial.left)} {found.denial.relation} {text(found.denial.right)}"


def _refusal(found: Contradiction, said: Sequence[Said]) -> MisreadError:
    alone = not found.others and not any(_declared(found))
    got = words(found, {item.assumption: item.words for item in said})
    return refused(got, (found.assumption, *found.others), said, alone=alone)


def _declared(found: Contradiction) -> Iterator[str]:
    """What is declared of the signs of the symbols in what was derived."""
    symbols = rewrite.free_symbols(found.denial.left) | rewrite.free_symbols(found.denial.right)
    for symbol in sorted(symbols, key=lambda s: s.name):
        properties = [p.value for p in SIGNS if symbol.has(p) and not symbol.has(Property.DIMENSION)]
        if properties:
            yield f"{symbol.name}: {', '.join(properties)}"
