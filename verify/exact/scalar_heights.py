"""How many bits tell the sides of a scalar claim apart at a point, if its numbers are what makes them differ.

A claim may differ by as little as its longest number, or by as little as a function differs from its limit: erf(50) is
1 to 1,087 digits. Balls that overlap with fewer bits than that show nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flint import arb, ctx

from theory import terms as t
from theory.statements.claims import Claim
from theory.terms import Symbol, Term, rewrite
from verify.exact.number_system import UncertainError, UndefinedError
from verify.exact.scalar_balls import Work, evaluate
from verify.proof.numbers.interval_arithmetic import Interval

MOST = 2**14  # bits
SPARE = 128  # beyond what the numbers ask for
ROUGH = 64  # bits of a value of which only the size is asked
_NATS = 3 / 2  # at least the bits of a factor e


def bits_to_decide(claim: Claim, values: Mapping[Symbol, Fraction]) -> int:
    """About the bits that tell the sides apart, or more than `MOST`."""
    known = {s: Interval(v, v) for s, v in values.items()}
    return 2 * max(_size(rewrite.unfold(side), known) for side in (claim.left, claim.right)) + SPARE


def _size(term: Term, values: Mapping[Symbol, Interval]) -> int:
    """About how many bits the term's numbers have: factors add up, exponents multiply, values of exp and such count."""
    inside = [_size(child, values) for child in term.children]
    match term:
        case t.Number(value):
            return _bits(value)
        case t.Symbol():
            return _bits(values[term].low or Fraction(0)) if term in values else 1
        case t.Power(_, exponent):
            return min(MOST, inside[0] * abs(exponent.numerator) + _bits(exponent))
        case t.Sum(terms):
            return max(inside) + len(terms).bit_length()
        case t.Derivative():
            return min(MOST, 2 * sum(inside))
        case t.Special(_, arguments):
            return min(MOST, 4 + sum(inside) + _reach(term, [_magnitude(a, values) for a in arguments]))
        case _:
            return min(MOST, 1 + sum(inside))


def _reach(term: t.Special, sizes: list[float]) -> int:
    """The bits of the value, or of what it lacks to its limit."""
    match term.name:
        case "exp":
            bits = _NATS * sizes[0]
        case "erf":
            bits = _NATS * sizes[0] ** 2
        case "Gamma":
            bits = sizes[0] * max(1.0, len(f"{sizes[0]:.0f}") * 4)
        case "pow":
            bits = _NATS * sizes[1] * max(1.0, abs(sizes[0]) ** 0.5)
        case _:
            bits = 0.0
    return int(min(bits, MOST))


def _magnitude(term: Term, values: Mapping[Symbol, Interval]) -> float:
    """The size of an argument at the point, 1 where it is not known, as beneath an integral."""
    if any(symbol not in values for symbol in rewrite.free_symbols(term)):
        return 1.0
    with ctx.workprec(ROUGH):
        try:
            found: Any = abs(evaluate(term, values, work=Work(0))).upper()  # type: ignore[arg-type]
        except (UncertainError, UndefinedError):
            return 1.0
        return float(MOST) if found > MOST else float(found.mid())


def _bits(value: Fraction) -> int:
    return abs(value.numerator).bit_length() + value.denominator.bit_length() - 1


def digits(left: Any, right: Any) -> int:
    """k such that the sides differ by at most 10^-k of their size, or by 10^-k where that may be 0."""
    gap, size = (left - right).abs_upper(), max(left.abs_lower(), right.abs_lower())
    share = gap / size if size > gap else gap
    if share == 0:
        return MOST
    return max(0, min(MOST, int(float((-share.log() / arb(10).log()).floor().mid()))))
