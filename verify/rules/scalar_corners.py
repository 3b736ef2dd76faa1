"""Where a scalar claim is likely to fail and no sampler looks: the places at which a part of it vanishes.

Kinks, poles, zeros of squares and differences lie there; a claim can be false between two numbers 10^-30 apart, or at
one number alone. Only parts that are linear in a symbol, by rational numbers, are solved. Knows nothing of balls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from theory.calculus import rewrite
from theory.calculus import terms as t
from theory.calculus.terms import Symbol, Term
from theory.claims import Claim
from theory.scalar import polynomials as p
from theory.scalar.field import Field
from theory.scalar.ranges import Range
from theory.scalar.reading import UnreadableError, read

MOST = 8  # places of a symbol
LARGEST = 64  # terms of a part that is looked at


def corners(
    claim: Claim, domain: Mapping[Symbol, Range], symbols: Sequence[Symbol]
) -> Iterator[dict[Symbol, Fraction]]:
    """For each symbol, places in its range at which a part of a side vanishes; the others are at a simple number."""
    for symbol in symbols:
        for place in _places(claim, symbol, domain[symbol]):
            others = {s: _simple(domain[s]) for s in symbols if s != symbol}
            yield {**others, symbol: place}


def _places(claim: Claim, symbol: Symbol, wanted: Range) -> list[Fraction]:
    found: dict[Fraction, None] = {}
    for side in (claim.left, claim.right):
        for node in t.walk(rewrite.unfold(side)):
            place = None
            if isinstance(node, t.Sum) and len(node.terms) <= LARGEST and rewrite.free_symbols(node) == {symbol}:
                place = _zero(node, symbol)
            elif isinstance(node, t.Abs | t.Power) and symbol in node.children:
                place = Fraction(0)
            if place is not None and wanted.contains(place):
                found[place] = None
    return list(found)[:MOST]


def _zero(term: Term, symbol: Symbol) -> Fraction | None:
    """The zero of a linear term."""
    f = Field()
    try:
        line = read(f, term)
    except (UnreadableError, ArithmeticError):
        return None
    if line.under != {p.ONE: 1} or any(f.generators[g].name != symbol or e != 1 for m in line.over for g, e in m):
        return None
    slope = next((value for monomial, value in line.over.items() if monomial), None)
    return None if slope is None else -line.over.get(p.ONE, Fraction(0)) / slope


def _simple(wanted: Range) -> Fraction:
    """A number inside the range, and no end of it where there is room."""
    if wanted.low is not None and wanted.high is not None:
        middle = (wanted.low + wanted.high) / 2
        return Fraction(round(middle)) if wanted.whole and wanted.contains(Fraction(round(middle))) else middle
    if wanted.low is not None:
        return wanted.low + 1
    return Fraction(1) if wanted.high is None else wanted.high - 1
