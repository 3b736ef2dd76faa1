"""The interval that a real symbol ranges over: exact rational ends, open or closed, or no end at all. Data only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from types import MappingProxyType

from theory.statements.doors import TheoremError
from theory.terms import CalculusError, Property, Symbol, Term
from theory.terms.rewrite import free_symbols


@dataclass(frozen=True)
class Range:
    """`symbol` lies between `low` and `high`; None is no end. An end is included unless it is said to be open.

    `whole`: only its whole numbers. Raises CalculusError for a range without a number in it, and for ends that are not
    exact.
    """

    symbol: Symbol
    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    whole: bool = False

    def __post_init__(self) -> None:
        symbol: object = self.symbol
        if not isinstance(symbol, Symbol) or not symbol.is_scalar or symbol.bound:
            raise CalculusError(f'expected the real symbol that a range is of, got {symbol!r}. Remedy: x = real("x").')
        for side, is_open in (("low", "low_open"), ("high", "high_open")):
            end = getattr(self, side)
            object.__setattr__(self, side, None if end is None else _exact(end))
            object.__setattr__(self, is_open, bool(getattr(self, is_open)) and end is not None)
        if self._is_empty():
            raise CalculusError(
                f"expected a range with low < high, got {self.low} and {self.high} for {symbol.name}: no "
                f"{'whole number' if self.whole else 'number'} lies in it. Remedy: the smaller end first."
            )

    def _is_empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        if self.whole:
            first = floor(self.low) + 1 if self.low_open else ceil(self.low)
            return first >= self.high if self.high_open else first > self.high
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    @property
    def closed(self) -> bool:
        """Bounded, with both ends."""
        return None not in (self.low, self.high) and not (self.low_open or self.high_open or self.whole)

    def contains(self, value: Fraction) -> bool:
        if self.whole and value.denominator != 1:
            return False
        above = self.low is None or value > self.low or (value == self.low and not self.low_open)
        below = self.high is None or value < self.high or (value == self.high and not self.high_open)
        return above and below

    def inside(self, other: Range) -> bool:
        """Is every value of this range surely one of the other? Real numbers are not inside whole ones."""
        low = other.low is None or (
            self.low is not None
            and (self.low > other.low or (self.low == other.low and (self.low_open or not other.low_open)))
        )
        high = other.high is None or (
            self.high is not None
            and (self.high < other.high or (self.high == other.high and (self.high_open or not other.high_open)))
        )
        single = self.low is not None and self.low == self.high and self.low.denominator == 1
        return low and high and (self.whole or single or not other.whole)

    def __str__(self) -> str:
        """`every real B >= 4`, `every real t in [0, 1/3]`, `every real c in (-1, 1)`, or `every real x`."""
        kind = "whole" if self.whole else "real"
        if self.low is None and self.high is None:
            return f"every {kind} {self.symbol.name}"
        if not (self.whole or self.low is None or self.high is None):
            opening, closing = "(" if self.low_open else "[", ")" if self.high_open else "]"
            return f"every real {self.symbol.name} in {opening}{self.low}, {self.high}{closing}"
        left = "" if self.low is None else f"{self.low} {'<' if self.low_open else '<='} "
        right = "" if self.high is None else f" {'<' if self.high_open else '<='} {self.high}"
        if not right:
            return f"every {kind} {self.symbol.name} {'>' if self.low_open else '>='} {self.low}"
        return f"every {kind} {left}{self.symbol.name}{right}"


def between(symbol: Symbol, low: object, high: object, *, open: bool = False) -> Range:
    """low <= symbol <= high, or low < symbol < high; None for no end. Raises CalculusError for an empty range."""
    ends = [None if end is None else _exact(end) for end in (low, high)]
    found = Range(symbol, ends[0], ends[1], open and ends[0] is not None, open and ends[1] is not None)
    if found.low is not None and found.high is not None and found.low >= found.high:
        raise CalculusError(f"expected a range with low < high, got {low} and {high} for {symbol.name}.")
    return found


def at_least(symbol: Symbol, low: object) -> Range:
    """symbol >= low."""
    return between(symbol, low, None)


def whole_at_least(symbol: Symbol, low: int) -> Range:
    """Every whole number from `low` on, such as a batch size."""
    return replace(at_least(symbol, low), whole=True)


def above(symbol: Symbol, low: object) -> Range:
    """symbol > low."""
    return between(symbol, low, None, open=True)


def declared(symbol: Symbol) -> Range:
    """The range that the properties of a symbol say: all reals, or the positive, nonnegative or negative ones.

    Raises CalculusError for a symbol that is no plain real number.
    """
    zero = Fraction(0)
    match symbol.properties:
        case p if not symbol.is_scalar or symbol.bound or p - _KNOWN:
            raise CalculusError(f"expected a plain real symbol, got {symbol.name}. Remedy: real(...) and a range.")
        case p if Property.POSITIVE in p:
            return Range(symbol, zero, None, True)
        case p if Property.NONNEGATIVE in p:
            return Range(symbol, zero, None)
        case p if Property.NEGATIVE in p:
            return Range(symbol, None, zero, False, True)
        case p if p:
            raise CalculusError(
                f"{symbol.name} is declared nonzero, which is no interval. Remedy: real(...) and a range of its own."
            )
    return Range(symbol)


def domain(symbols: Sequence[Symbol], ranges: Sequence[Range]) -> Mapping[Symbol, Range]:
    """The range of every symbol: the stated one, or what its properties say."""
    stated = {found.symbol: found for found in ranges}
    return MappingProxyType({symbol: stated.get(symbol) or declared(symbol) for symbol in symbols})


def in_words(domain: Mapping[Symbol, Range]) -> str:
    """`every real B >= 4; every real x`, or that a claim has no symbol."""
    return "; ".join(map(str, domain.values())) or "the one case there is"


def require_ranges(name: str, symbols: Sequence[Symbol], ranges: Sequence[Range]) -> None:
    """See that each range is stated once, inside what its symbol is declared to be, and that every symbol has one.

    Raises TheoremError, which begins with `name`.
    """
    seen: set[Symbol] = set()
    if not isinstance(ranges, tuple) or not all(type(found) is Range for found in ranges):
        raise TheoremError(f"{name}: expected a tuple of ranges, got {ranges!r}. Remedy: ranges=(at_least(B, 4),).")
    for found in ranges:
        if found.symbol in seen or not found.inside(_declared(name, found.symbol)):
            raise TheoremError(
                f"{name}: the range of {found.symbol.name} is stated twice, or is wider than its declaration. "
                "Remedy: declare it real(...) and state one range."
            )
        seen.add(found.symbol)
    for symbol in symbols:
        if symbol not in seen:
            _declared(name, symbol)


def require_known(name: str, symbols: Sequence[Symbol], terms: Iterable[Term]) -> None:
    """See that terms, such as those of near misses, speak of these symbols only. Raises TheoremError."""
    for symbol in (s for term in terms for s in free_symbols(term) if s not in symbols):
        raise TheoremError(
            f"{name}: a near miss speaks of {symbol.name}, which the claim does not, so that it has no range. "
            f"Remedy: the claim's own symbols, {', '.join(s.name for s in symbols) or 'of which there are none'}."
        )


def _declared(name: str, symbol: Symbol) -> Range:
    try:
        return declared(symbol)
    except CalculusError as problem:
        raise TheoremError(f"{name}: {problem}") from None


_KNOWN = frozenset({Property.POSITIVE, Property.NONNEGATIVE, Property.NEGATIVE, Property.NONZERO})


def _exact(value: object) -> Fraction:
    if type(value) in (int, Fraction):
        return Fraction(value)  # type: ignore[call-overload,no-any-return]
    raise CalculusError(f"expected an exact end of a range, got {value!r}. Remedy: Fraction(1, 3) for 1/3.")
