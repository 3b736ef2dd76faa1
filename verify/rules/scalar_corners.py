"""Where a scalar claim is likely to fail and no sampler looks: corners, ends, and beyond every number that it writes.

At corners a part of it vanishes: kinks, poles, zeros of squares and differences lie there, and a claim can be false
between two numbers 10^-30 apart, or at one number alone. Only parts that are linear in a symbol are solved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from flint import arb, ctx

from theory.calculus import rewrite
from theory.calculus import terms as t
from theory.calculus.terms import Symbol, Term
from theory.claims import Claim
from theory.scalar import polynomials as p
from theory.scalar.field import Field
from theory.scalar.ranges import Range
from theory.scalar.reading import UnreadableError, read
from verify.exact.number_system import UncertainError, UndefinedError
from verify.scalar.balls import Work, evaluate

MOST = 8  # places of a symbol
LARGEST = 64  # terms of a part that is looked at
LONGEST = 2000  # bits of a constant that is gone beyond


def corners(
    claim: Claim, domain: Mapping[Symbol, Range], symbols: Sequence[Symbol]
) -> Iterator[dict[Symbol, Fraction]]:
    """For each symbol, places in its range at which a part of a side vanishes; the others are at a simple number."""
    for symbol in symbols:
        for place in _places(claim, symbol, domain[symbol]):
            others = {s: _simple(domain[s]) for s in symbols if s != symbol}
            yield {**others, symbol: place}


def extremes(
    claim: Claim, domain: Mapping[Symbol, Range], symbols: Sequence[Symbol]
) -> Iterator[dict[Symbol, Fraction]]:
    """Ends of the ranges, and numbers far beyond the constants of the claim, or as near to an end that is open."""
    size = _largest(claim)
    places = {s: _far(domain[s], size) for s in symbols}
    for symbol in symbols:
        for place in places[symbol]:
            yield {**{s: _simple(domain[s]) for s in symbols}, symbol: place}
    for k in range(max(map(len, places.values()), default=0) if len(symbols) > 1 else 0):
        yield {s: found[k % len(found)] if found else _simple(domain[s]) for s, found in places.items()}


def _far(wanted: Range, size: int) -> list[Fraction]:
    """Numbers of a range, with steps that reach beyond `size`, its powers and its exponential."""
    steps = [Fraction(s) for s in (size, size**2, size**4, 2 ** min(2 * size, 2048))]
    low, high = wanted.low, wanted.high
    found = [end for end in (low, high) if end is not None]
    if high is None:
        found += [(low or Fraction(0)) + step for step in steps]
    if low is None:
        found += [(high or Fraction(0)) - step for step in steps]
    if not wanted.whole:
        found += [low + 1 / step for step in steps if low is not None]
        found += [high - 1 / step for step in steps if high is not None]
    return [place for place in dict.fromkeys(found) if wanted.contains(place)]


def _largest(claim: Claim) -> int:
    """A whole number above twice every constant of the claim, computed ones included, and above twice its inverse."""
    size = 1
    for side in (claim.left, claim.right):
        for node in t.walk(rewrite.unfold(side)):
            if rewrite.free_symbols(node):
                continue
            with ctx.workprec(64):
                try:
                    value = abs(evaluate(node, {}, work=Work(0)))
                except (UncertainError, UndefinedError):
                    continue
                for found in (value, 1 / value) if value > 0 else ():
                    upper = found.upper()
                    if upper.is_finite() and size < upper < arb(2) ** LONGEST:
                        size = int(upper.ceil().fmpz())
    return 2 * size + 1


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
