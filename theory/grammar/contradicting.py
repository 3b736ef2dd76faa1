"""Assumptions that contradict each other or the statement, where numbers show it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction

from theory import terms as t
from theory.grammar.misread import MisreadError
from theory.statements.claims import Assumption, Equal, Interchange, SupBound, assumption_text
from theory.terms import Property, Symbol, Term
from theory.terms.text import text as written

_SIGNS = {
    Property.POSITIVE: (Fraction(0), True, None, False), Property.NONNEGATIVE: (Fraction(0), False, None, False),
    Property.NEGATIVE: (None, False, Fraction(0), True), Property.POSITIVE_DEFINITE: (Fraction(0), True, None, False),
    Property.POSITIVE_SEMIDEFINITE: (Fraction(0), False, None, False),
}  # fmt: skip


def require_consistent(assumptions: Sequence[Assumption], sources: Sequence[str]) -> None:
    """Bounds by numbers, and of matrices by multiples of I, that no value meets are refused."""
    low: dict[Term, tuple[Fraction, bool, str]] = {}
    high: dict[Term, tuple[Fraction, bool, str]] = {}
    for item in assumptions:
        if isinstance(item, (Interchange, SupBound)):
            continue
        words = assumption_text(item)
        for symbol in (side for side in (item.left, item.right) if isinstance(side, Symbol)):
            for prop in symbol.properties & _SIGNS.keys():
                least, open_low, most, open_high = _SIGNS[prop]
                said = f"{symbol.name} is {prop.value}"
                if least is not None:
                    _raise_low(low, symbol, least, open_low, said)
                if most is not None:
                    _raise_high(high, symbol, most, open_high, said)
        left, right = _multiple(item.left), _multiple(item.right)
        if right is not None and left is None:
            _raise_high(high, item.left, right, False, words)
            if isinstance(item, Equal):
                _raise_low(low, item.left, right, False, words)
        if left is not None and right is None:
            _raise_low(low, item.right, left, False, words)
            if isinstance(item, Equal):
                _raise_high(high, item.right, left, False, words)
        if left is not None and right is not None and (left > right or (isinstance(item, Equal) and left != right)):
            raise _contradiction(words, "", sources)
    for term, (least, open_low, first) in low.items():
        if term in high:
            most, open_high, second = high[term]
            if least > most or (least == most and (open_low or open_high)):
                raise _contradiction(first, second, sources)


def _raise_low(
    low: dict[Term, tuple[Fraction, bool, str]], term: Term, value: Fraction, strict: bool, said: str
) -> None:
    if term not in low or (value, strict) > low[term][:2]:
        low[term] = (value, strict, said)


def _raise_high(
    high: dict[Term, tuple[Fraction, bool, str]], term: Term, value: Fraction, strict: bool, said: str
) -> None:
    if term not in high or (-value, strict) > (-high[term][0], high[term][1]):
        high[term] = (value, strict, said)


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


def _contradiction(first: str, second: str, sources: Sequence[str]) -> MisreadError:
    source = "; ".join(dict.fromkeys(sources)) or first
    got = f"{first} and {second}, which nothing meets" if second else f"{first}, which nothing meets"
    return MisreadError("assumptions that something meets", got, source, 0, len(source), "leave one of them out")


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
