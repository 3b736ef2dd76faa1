"""Growth rates of a claim at a point: enclosed by `verify.rates`, held against double precision; phi as text in z."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory import terms as t
from theory.statements.claims import Claim
from theory.terms import Symbol, Term, rewrite
from verify.errors import UserError
from verify.exact.number_system import UndefinedError
from verify.exact.scalar_balls import rational
from verify.proof.numbers.field import Field
from verify.proof.numbers.intervals import Interval, NotDefinedError, enclose
from verify.proof.numbers.reading import read
from verify.rates.rate import Rate, checked_rate

BITS_A_DIGIT = 16  # of the precision in use: rates converge slowly where an activation has kinks


def growth_rates(
    claim: Claim, values: Mapping[Symbol, Fraction], functions: Mapping[str, str], bits: int
) -> Mapping[Term, Rate]:
    """Every growth rate that the claim speaks of, enclosed. Raises UndefinedError where one does not exist."""
    nodes = {n for side in (claim.left, claim.right) for n in t.walk(side) if isinstance(n, t.GrowthRate)}
    return {n: _enclosed(functions[n.function.name], _batch(n.batch, values), bits // BITS_A_DIGIT) for n in nodes}


def ball(found: Rate) -> Any:
    """The rate as a ball of the precision in use."""
    return rational(found.exact) if found.exact is not None else found.value


@functools.lru_cache(maxsize=256)
def _enclosed(phi: str, batch: int | None, digits: int) -> Rate:
    try:
        return checked_rate(phi, batch, digits)
    except UserError as problem:
        raise UndefinedError(f"lambda({phi}, {batch or 'oo'}): {problem}") from None


def _batch(term: Term, values: Mapping[Symbol, Fraction]) -> int | None:
    """The batch size that a term such as B + 1 stands for; None for the limit."""
    if term == t.Special("oo"):
        return None
    try:
        enclose(term, {s: Interval(v, v) for s, v in values.items()})  # the quotient may be a number where it is none
        found = read(Field(), rewrite.substitute(term, {s: t.Number(v) for s, v in values.items()})).number
    except (ZeroDivisionError, NotDefinedError):
        found = None
    if found is None or found.denominator != 1 or found < 4:
        raise UndefinedError(f"a growth rate needs a batch size, a whole number of at least 4, or oo; got {term!r}")
    return int(found)
