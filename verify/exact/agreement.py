"""What it takes to say that two sides agree: they are equal exactly, or to a number of digits that their size asks for.

Balls that overlap show nothing by themselves. Where a claim comes to rationals, radicals and piecewise linear functions
at an instance, as many bits as the height of the difference asks for decide whether it is 0. Elsewhere the sides are
said to agree to 10^-k, at a precision that grows with the numbers of the claim and of the instance: exponents multiply
it, and a function that saturates needs as many bits as tell its value from its limit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from theory import terms as t
from theory.statements.claims import Assumption, Claim
from theory.terms.limits import MOST_STEPS
from verify.exact.deciding import decide
from verify.exact.instances import Instance
from verify.exact.outcomes import Decision, Outcome
from verify.exact.told_exactly import LEAST, MOST, SPARE, exactly

SUSPECT = (128, 256, 512, 1024, 2048)
MOST_OF_INSTANCES = 2**11  # asked for by what was drawn alone, not by the claim
SHARE = 16  # bits for each digit to which sides agree, or they agree to no more than cancellation has left of them
SATURATED = "a function is nearer to its limit than can be told"


def decide_fully(
    claim: Claim, assumptions: Sequence[Assumption], instance: Instance, asked: int = MOST_OF_INSTANCES
) -> Decision:
    """As `decide`, but sides whose balls overlap are held to what tells them apart (see the module's docstring).

    "agree" has `digits` None if it is exact. "unknown" where more than `MOST` bits would be needed; `asked` is what the
    instance's own numbers may ask for.
    """
    constants = _constants(claim)
    symbols = _bits_of(instance)
    largest = max(size(side, symbols) for side in (claim.left, claim.right))
    bits = min(MOST, max(LEAST, 2 * constants + 2 * SPARE, min(asked, 2 * largest + 2 * SPARE)))
    reach: list[int] = []
    first = decide(claim, assumptions, instance, (bits,), bits, reach)
    checked = first.bits > 0  # otherwise the assumptions could not be told
    if (
        first.outcome in (Outcome.DIFFERENT, Outcome.UNSATISFIED)
        or not checked
        or (first.outcome is Outcome.AGREE and first.digits is None)
    ):
        return first
    exact = exactly(claim, assumptions, instance)
    if exact is not None:
        return exact
    found = first
    if found.outcome is Outcome.UNKNOWN:
        found = decide(claim, assumptions, instance, (bits, min(MOST, 2 * bits)), bits, reach)
    while found.outcome is Outcome.AGREE and _few(found, bits) and 2 * bits <= MOST:  # cancellation, or a difference
        bits *= 2
        found = decide(claim, assumptions, instance, (bits, min(MOST, 2 * bits)), bits, reach)
    needed = max(reach, default=0)
    if bits < needed <= MOST:
        found, bits = decide(claim, assumptions, instance, (bits, needed), needed), needed
    if found.outcome in (Outcome.AGREE, Outcome.UNKNOWN) and needed > MOST:
        return replace(found, outcome=Outcome.UNKNOWN, digits=None, detail=SATURATED)
    if found.outcome is not Outcome.AGREE:
        return found
    if _few(found, bits):
        detail = f"the sides agree to 10^-{found.digits} of their size, too few digits at {found.bits} bits"
        return replace(found, outcome=Outcome.UNKNOWN, digits=None, detail=detail)
    if 2 * constants > MOST:
        detail = f"the claim's numbers have about {constants} bits, more than {MOST // 2} that are held apart"
        return replace(found, outcome=Outcome.UNKNOWN, digits=None, detail=detail)
    return found


def _few(found: Decision, bits: int) -> bool:
    """Do sides agree to fewer digits than such a precision asks for?"""
    return found.digits is not None and found.digits < bits // SHARE


def decide_suspect(claim: Claim, assumptions: Sequence[Assumption], instance: Instance) -> Decision:
    """As `decide_fully`, for an instance that something speaks against: with bits to tell 10^-600 of its size first."""
    first = decide(claim, assumptions, instance, SUSPECT, SUSPECT[-1])
    if first.outcome in (Outcome.DIFFERENT, Outcome.UNSATISFIED):
        return first
    return decide_fully(claim, assumptions, instance, MOST)


# ---- to a number of digits ----------------------------------------------------------------------------------
def size(term: t.Term, symbols: Mapping[str, int]) -> int:
    """About how many bits the numbers of a term have, those of its symbols as given; exponents multiply."""
    match term:
        case t.Number(value):
            return _bits(value)
        case t.Symbol():
            return symbols.get(term.name, 1)
        case t.Power(base, exponent):
            return size(base, symbols) * abs(exponent.numerator) + _bits(exponent)
        case t.Call(definition, arguments):
            inner = {p.name: size(a, symbols) for p, a in zip(definition.parameters, arguments, strict=True)}
            return max(size(definition.body, {**symbols, **inner}), *inner.values(), 1)
        case t.Iterate(bodies, variables, starts, count, _):
            inner = {v.name: size(start, symbols) for v, start in zip(variables, starts, strict=True)}
            most = max(inner.values())
            for _ in range(MOST_STEPS if not isinstance(count, int) else count):
                most = max(size(body, {**symbols, **dict.fromkeys(inner, most)}) for body in bodies)
                if most > MOST:
                    break
            return most
        case t.Derivative(body, variable, at, _):
            point = size(at, symbols)
            return size(body, {**symbols, variable.name: point}) + point
        case t.Elementwise(_, _, argument):
            return size(argument, symbols) + 4
        case t.FieldValue(_, _, argument):
            return 3 * size(argument, symbols) + 4
        case t.Sum(terms):
            return max(size(item, symbols) for item in terms) + len(terms).bit_length()
        case _:
            return 1 + sum(size(c, symbols) for c in term.children)


@lru_cache(maxsize=1024)
def _constants(claim: Claim) -> int:
    """The size of a claim's own numbers."""
    return max(size(side, {}) for side in (claim.left, claim.right))


def _bits(value: Fraction) -> int:
    return abs(value.numerator).bit_length() + value.denominator.bit_length() - 1


def _bits_of(instance: Instance) -> dict[str, int]:
    """The bits of the longest entry of each value and law."""
    tables = {**instance.values, **{name: law.points for name, law in instance.laws.items()}}
    return {name: max(_bits(e) for row in table for e in row) for name, table in tables.items()}
