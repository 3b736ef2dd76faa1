"""Assumptions that contradict each other or the statement, where numbers show it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from theory import terms as t
from theory.grammar.misread import MisreadError
from theory.statements.claims import Assumption, Equal, Gaussian, Interchange, SupBound, assumption_text
from theory.terms import Property, Symbol, Term
from theory.terms.text import text as written

_SIGNS = {
    Property.POSITIVE: (Fraction(0), True, None, False), Property.NONNEGATIVE: (Fraction(0), False, None, False),
    Property.NEGATIVE: (None, False, Fraction(0), True), Property.POSITIVE_DEFINITE: (Fraction(0), True, None, False),
    Property.POSITIVE_SEMIDEFINITE: (Fraction(0), False, None, False),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """An assumption and the place of its words in the user's text."""

    assumption: Assumption
    source: str
    start: int
    end: int

    @property
    def words(self) -> str:
        """What was typed."""
        return " ".join(self.source[self.start : self.end].split())


_Bound = tuple[Fraction, bool, str, Assumption]  # the number, whether it is left out, who says so, and beside what


def require_consistent(assumptions: Sequence[Assumption], said: Sequence[Said]) -> None:
    """Bounds by numbers, and of matrices by multiples of I, that no value meets are refused."""
    low: dict[Term, _Bound] = {}
    high: dict[Term, _Bound] = {}
    typed = {item.assumption: item.words for item in said}
    for item in assumptions:
        if isinstance(item, (Interchange, SupBound, Gaussian)):
            continue
        words = typed.get(item) or assumption_text(item)
        for symbol in (side for side in (item.left, item.right) if isinstance(side, Symbol)):
            for prop in symbol.properties & _SIGNS.keys():
                least, open_low, most, open_high = _SIGNS[prop]
                declared = f"{symbol.name} is {prop.value}"
                if least is not None:
                    _raise_low(low, symbol, (least, open_low, declared, item))
                if most is not None:
                    _raise_high(high, symbol, (most, open_high, declared, item))
        left, right = _multiple(item.left), _multiple(item.right)
        if right is not None and left is None:
            _raise_high(high, item.left, (right, False, words, item))
            if isinstance(item, Equal):
                _raise_low(low, item.left, (right, False, words, item))
        if left is not None and right is None:
            _raise_low(low, item.right, (left, False, words, item))
            if isinstance(item, Equal):
                _raise_high(high, item.right, (left, False, words, item))
        if left is not None and right is not None and (left > right or (isinstance(item, Equal) and left != right)):
            raise _contradiction([(left, False, words, item)], said)
    for term, least_of_it in low.items():
        if term in high:
            (least, open_low, *_), (most, open_high, *_) = least_of_it, high[term]
            if least > most or (least == most and (open_low or open_high)):
                raise _contradiction([least_of_it, high[term]], said)


def _raise_low(low: dict[Term, _Bound], term: Term, bound: _Bound) -> None:
    if term not in low or bound[:2] > low[term][:2]:
        low[term] = bound


def _raise_high(high: dict[Term, _Bound], term: Term, bound: _Bound) -> None:
    if term not in high or (-bound[0], bound[1]) > (-high[term][0], high[term][1]):
        high[term] = bound


def _multiple(term: Term) -> Fraction | None:
    """The number that a term is, or that it is of I or of 0."""
    match term:
        case t.Number(value):
            return value
        case t.Zero():
            return Fraction(0)
        case t.Eye():
            return Fraction(1)
        case t.Scale(t.Number(value), t.Eye()):
            return value
    return None


def _contradiction(bounds: Sequence[_Bound], said: Sequence[Said]) -> MisreadError:
    got = " and ".join(dict.fromkeys(words for _, _, words, _ in bounds))
    return refused(f"{got}, which nothing meets", [item for *_, item in bounds], said, alone=len(bounds) == 1)


def refused(got: str, involved: Sequence[Assumption], said: Sequence[Said], *, alone: bool) -> MisreadError:
    """The message on assumptions that contradict each other, or that one alone which nothing meets: under the user's
    words for the first of them that was typed, and for those that stand in one text with it."""
    places = [item for a in dict.fromkeys(involved) for item in said if item.assumption == a]
    if places:
        source = places[0].source
        beside = [place for place in places if place.source == source]
        start, end = min(place.start for place in beside), max(place.end for place in beside)
    else:
        source = "; ".join(map(assumption_text, involved))
        start, end = 0, len(source)
    expected = "an assumption that something meets" if alone else "assumptions that do not contradict each other"
    return MisreadError(expected, got, source, start, end, "leave it out" if alone else "leave one of them out")


# ---- dimensions that are fixed to a number ------------------------------------------------------------------
def require_defined_sizes(text: str, terms: Sequence[Term], assumptions: Sequence[Assumption]) -> None:
    """A dimension that is assumed to be a number, and at which the statement divides by 0, is refused."""
    fixed = {
        item.left: item.right.value
        for item in assumptions
        if isinstance(item, Equal) and isinstance(item.left, Symbol) and isinstance(item.right, t.Number)
    }
    for node in (node for term in terms for node in t.walk(term)):
        if not isinstance(node, t.Power) or not fixed:
            continue
        value = _value(node.base, fixed)
        if value is None or not ((node.exponent < 0 and value == 0) or (node.exponent.denominator > 1 and value < 0)):
            continue
        symbol = min((s for s in fixed if s in t.walk(node.base)), key=lambda s: s.name)
        found = re.search(rf"(?<![A-Za-z_]){re.escape(symbol.name)}(?![A-Za-z_0-9])", text)
        start, end = found.span() if found else (0, len(text))
        raise MisreadError(
            f"{symbol.name} of a size at which the statement is defined",
            f"{symbol.name} = {fixed[symbol]}, where {written(node.base)} is {value}", text, start, end,
            f"a larger number, or no number: the statement is then about every {symbol.name}",
        )  # fmt: skip


def _value(term: Term, fixed: Mapping[Symbol, Fraction]) -> Fraction | None:
    """The value of a term of numbers and fixed symbols; None of any other."""
    match term:
        case t.Number(value):
            return value
        case t.Symbol():
            return fixed.get(term)
        case t.Sum(terms):
            values = [_value(item, fixed) for item in terms]
            return None if None in values else sum((v for v in values if v is not None), Fraction(0))
        case t.Scale(scalar, body):
            first, second = _value(scalar, fixed), _value(body, fixed)
            return None if first is None or second is None else first * second
    return None
