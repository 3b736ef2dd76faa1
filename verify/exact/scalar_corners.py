"""Where a scalar claim is likely to fail and no sampler looks: corners, ends, and beyond every number that it writes.

At corners a part of it vanishes: kinks, poles, zeros of squares and differences lie there, and a claim can be false
between two numbers 10^-30 apart, or at one number alone. Only parts that are polynomials in a symbol are solved.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from flint import arb, ctx, fmpz_poly

from theory import terms as t
from theory.statements.claims import Claim
from theory.statements.ranges import Range
from theory.terms import Symbol, Term, rewrite
from verify.exact.number_system import UncertainError, UndefinedError
from verify.exact.scalar_balls import Work, evaluate
from verify.proof.numbers.field import Field
from verify.proof.numbers.reading import UnreadableError, read

MOST = 8  # places of a symbol
LARGEST = 64  # terms of a part that is looked at
DEGREE = 8  # of a polynomial that is solved
NEAR = 256  # bits of an irrational zero
LONGEST = 2000  # bits of a constant that is gone beyond


def corners(
    claim: Claim, domain: Mapping[Symbol, Range], symbols: Sequence[Symbol]
) -> Iterator[dict[Symbol, Fraction]]:
    """For each symbol, places in its range at which a part of a side vanishes; the others are at a simple number.

    Where one side is to be less, 0, 1 and the ends of the range are such places, and all symbols are at the least too:
    sides that differ elsewhere are equal there.
    """
    if claim.relation == "<" and symbols:
        yield {s: min(_touching(domain[s]), key=abs, default=_simple(domain[s])) for s in symbols}
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
            zeros = [Fraction(0)] if isinstance(node, t.Abs | t.Power) and symbol in node.children else []
            if isinstance(node, t.Sum) and len(node.terms) <= LARGEST and rewrite.free_symbols(node) == {symbol}:
                zeros = _zeros(node, symbol)
            found |= dict.fromkeys(zero for zero in zeros if wanted.contains(zero))
    touching = _touching(wanted) if claim.relation == "<" else []
    return [*list(found)[:MOST], *(place for place in touching if place not in found)]


def _touching(wanted: Range) -> list[Fraction]:
    places = [Fraction(0), Fraction(1), *(end for end in (wanted.low, wanted.high) if end is not None)]
    return [place for place in dict.fromkeys(places) if wanted.contains(place)]


def _zeros(term: Term, symbol: Symbol) -> list[Fraction]:
    """The real zeros of a polynomial in the symbol: rational ones themselves, others to `NEAR` bits."""
    f = Field()
    try:
        found = read(f, term)
    except (UnreadableError, ArithmeticError):
        return []
    powers: dict[int, Fraction] = {}
    for monomial, value in found.over.items():
        exponent = sum((e for _, e in monomial), Fraction(0))
        if any(f.generators[g].name != symbol for g, _ in monomial) or exponent not in range(DEGREE + 1):
            return []
        powers[int(exponent)] = value
    common = lcm(*(value.denominator for value in powers.values()))
    polynomial = fmpz_poly([int(powers.get(k, Fraction(0)) * common) for k in range(DEGREE + 1)])
    return [zero for factor, _ in polynomial.factor()[1] for zero in _zeros_of(factor)] if polynomial else []


def _zeros_of(factor: Any) -> list[Fraction]:
    if factor.degree() == 1:
        return [Fraction(-int(factor[0]), int(factor[1]))]
    found = []
    with ctx.workprec(NEAR):
        for root, _ in factor.complex_roots():
            if root.imag.contains(0):
                mantissa, exponent = root.real.mid().man_exp()
                found.append(Fraction(int(mantissa)) * Fraction(2) ** int(exponent))
    return found


def _simple(wanted: Range) -> Fraction:
    """A number inside the range, and no end of it where there is room."""
    if wanted.low is not None and wanted.high is not None:
        middle = (wanted.low + wanted.high) / 2
        return Fraction(round(middle)) if wanted.whole and wanted.contains(Fraction(round(middle))) else middle
    if wanted.low is not None:
        return wanted.low + 1
    return Fraction(1) if wanted.high is None else wanted.high - 1
