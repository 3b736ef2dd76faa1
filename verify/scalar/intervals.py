"""Is a scalar term defined on its whole domain, and of which sign? By interval arithmetic with exact ends.

Ends are rationals or None for no end, each open or closed, so that 1 - c^2 is seen to be positive on -1 < c < 1.
Functions other than the algebraic ones are bounded in balls and rounded outwards. Trusted: a wrong interval would let a
division by zero pass. It knows nothing of how a term might be rewritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import isqrt
from typing import Any

from flint import arb, ctx, fmpq

from theory.calculus import rewrite
from theory.calculus import terms as t
from theory.calculus.terms import CalculusError, Symbol, Term
from theory.scalar.differential import derivative_of
from theory.scalar.ranges import Range
from theory.scalar.reading import infinite

BITS = 96
PIECES = 256  # boxes of a domain that are looked at before giving up
HIGHEST = 1000  # the largest power of an interval
LONG = 256  # bits of an end before it is rounded outwards


class NotDefinedError(ValueError):
    """It could not be shown that a term is defined on its domain; the message says which part."""


@dataclass(frozen=True)
class Interval:
    """Between low and high; None is no end; an open end is not attained."""

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    @property
    def positive(self) -> bool:
        return self.low is not None and (self.low > 0 or (self.low == 0 and self.low_open))

    @property
    def nonnegative(self) -> bool:
        return self.low is not None and self.low >= 0

    @property
    def negative(self) -> bool:
        return self.high is not None and (self.high < 0 or (self.high == 0 and self.high_open))


Domain = Mapping[Symbol, Interval]
EVERYTHING = Interval(None, None)


def domain_of(ranges: Mapping[Symbol, Range]) -> Domain:
    return {s: Interval(r.low, r.high, r.low_open, r.high_open) for s, r in ranges.items()}


def enclose(term: Term, domain: Domain) -> Interval:
    """An interval with every value of the term on the domain. Raises NotDefinedError if it may be undefined there.

    The domain is cut into up to `PIECES` boxes where that is needed.
    """
    todo, found, spent = [dict(domain)], list[Interval](), 0
    while todo:
        box = todo.pop()
        spent += 1
        try:
            found.append(_bound(term, box))
        except NotDefinedError:
            halves = _halves(box) if spent < PIECES else None
            if halves is None:
                raise
            todo += halves
    return _hull(found)


def sign_of(term: Term, domain: Domain) -> str:
    """ ">", ">=", "<" or "<=" (against 0) if one is shown on the whole domain, else ""."""
    todo, spent, signs = [dict(domain)], 0, set[str]()
    while todo:
        box = todo.pop()
        spent += 1
        try:
            value = _bound(term, box)
        except NotDefinedError:
            value = EVERYTHING
        sign = ">" if value.positive else "<" if value.negative else ">=" if value.nonnegative else ""
        sign = sign or ("<=" if value.high is not None and value.high <= 0 else "")
        if sign:
            signs.add(sign)
        halves = _halves(box) if not sign and spent < 64 else None
        if not sign and halves is None:
            return ""
        todo += halves or []
    for wanted, allowed in ((">", {">"}), ("<", {"<"}), (">=", {">", ">="}), ("<=", {"<", "<="})):
        if signs <= allowed:
            return wanted
    return ""


def _halves(box: dict[Symbol, Interval]) -> list[dict[Symbol, Interval]] | None:
    """The box cut across its widest bounded side; None if nothing can be cut."""
    sides = [(v.high - v.low, s.name, s) for s, v in box.items() if v.low is not None and v.high is not None]
    wide = [side for side in sides if side[0] > 0]
    if not wide:
        return None
    symbol = max(wide, key=lambda side: side[:2])[2]
    side = box[symbol]
    middle = ((side.low or Fraction(0)) + (side.high or Fraction(0))) / 2
    return [
        {**box, symbol: replace(side, high=middle, high_open=False)},
        {**box, symbol: replace(side, low=middle, low_open=False)},
    ]


def _hull(items: list[Interval]) -> Interval:
    result = items[0]
    for item in items[1:]:
        low, low_open = _lower((result.low, result.low_open), (item.low, item.low_open))
        high, high_open = _upper((result.high, result.high_open), (item.high, item.high_open))
        result = Interval(low, high, low_open, high_open)
    return result


End = tuple[Fraction | None, bool]


def _lower(a: End, b: End) -> End:
    if a[0] is None or b[0] is None:
        return None, False
    return min((a[0], a[1]), (b[0], b[1]))  # False < True: a closed end wins


def _upper(a: End, b: End) -> End:
    if a[0] is None or b[0] is None:
        return None, False
    return (a[0], a[1] and b[1]) if a[0] == b[0] else max(a, b, key=lambda e: e[0] or 0)


# ---- one row a node -----------------------------------------------------------------------------------------
def _bound(term: Term, box: Domain) -> Interval:
    match term:
        case t.Number(value):
            return Interval(value, value)
        case t.Symbol():
            return box[term] if term in box else _unbounded(term)
        case t.Sum(terms):
            total = Interval(Fraction(0), Fraction(0))
            for item in terms:
                total = _plus(total, _bound(item, box))
            return _rounded(total)
        case t.Scale(scalar, body):
            return _rounded(_times(_bound(scalar, box), _bound(body, box)))
        case t.Product(factors) if all(x.is_scalar for x in factors):
            result = Interval(Fraction(1), Fraction(1))
            for factor in factors:
                result = _times(result, _bound(factor, box))
            return _rounded(result)
        case t.Transpose(body) | t.Trace(body) if body.is_scalar:
            return _bound(body, box)
        case t.Power(base, exponent):
            return _rounded(_power(_bound(base, box), exponent, term))
        case t.Abs(body):
            inner = _bound(body, box)
            return inner if inner.nonnegative else Interval(Fraction(0), None)
        case t.Call():
            return _bound(rewrite.unfold(term, frozenset({term.definition})), box)
        case t.Derivative(body, variable, at, "gradient") if variable.is_scalar:
            try:
                slope = derivative_of(body, variable)
            except CalculusError as problem:
                raise NotDefinedError(str(problem)) from None
            _bound(rewrite.substitute(body, {variable: at}), box)
            return _bound(rewrite.substitute(slope, {variable: at}), box)
        case t.Integral():
            return _integral(term, box)
        case t.Special(name, arguments):
            return _special(name, [_bound(a, box) for a in arguments], term)
    raise NotDefinedError(f"nothing shows that {term!r} is defined")


def _unbounded(symbol: Symbol) -> Interval:
    """A bound variable of which nothing is known; a free symbol must have its range."""
    if not symbol.bound:
        raise NotDefinedError(f"{symbol.name} has no range")
    return EVERYTHING


def _plus(a: Interval, b: Interval) -> Interval:
    low = None if a.low is None or b.low is None else a.low + b.low
    high = None if a.high is None or b.high is None else a.high + b.high
    return Interval(low, high, a.low_open or b.low_open, a.high_open or b.high_open)


def _negative(a: Interval) -> Interval:
    return Interval(None if a.high is None else -a.high, None if a.low is None else -a.low, a.high_open, a.low_open)


def _times(a: Interval, b: Interval) -> Interval:
    for first, second in ((a, b), (b, a)):
        if first.low == first.high and first.low is not None:
            return _scaled(first.low, second)
    if not a.nonnegative and a.high is not None and a.high <= 0:
        return _negative(_times(_negative(a), b))
    if not b.nonnegative and b.high is not None and b.high <= 0:
        return _negative(_times(a, _negative(b)))
    if a.nonnegative and b.nonnegative:
        low = (a.low or Fraction(0)) * (b.low or Fraction(0))
        low_open = (a.low_open and b.low_open) if low == 0 and a.low == b.low else _touch(a, b, low)
        high = None if a.high is None or b.high is None else a.high * b.high
        return Interval(low, high, low_open, high is not None and high > 0 and (a.high_open or b.high_open))
    ends = [x * y for x in (a.low, a.high) for y in (b.low, b.high) if x is not None and y is not None]
    if len(ends) < 4:
        return EVERYTHING
    return Interval(min(ends), max(ends))


def _touch(a: Interval, b: Interval, low: Fraction) -> bool:
    """Is the lower end of a product of nonnegative intervals not attained?"""
    if low > 0:
        return a.low_open or b.low_open
    zero, other = (a, b) if a.low == 0 else (b, a)
    return zero.low_open and other.positive


def _scaled(number: Fraction, a: Interval) -> Interval:
    if number == 0:
        return Interval(Fraction(0), Fraction(0))
    if number < 0:
        return _negative(_scaled(-number, a))
    return Interval(
        None if a.low is None else a.low * number, None if a.high is None else a.high * number, a.low_open, a.high_open
    )


def _power(a: Interval, exponent: Fraction, term: Term) -> Interval:
    if exponent.denominator > 1 and not a.nonnegative:
        raise NotDefinedError(f"nothing shows that the base of {term!r} is >= 0")
    if exponent < 0:
        if not a.positive and not a.negative:
            raise NotDefinedError(f"nothing shows that the denominator of {term!r} is not 0")
        return _power(_reciprocal(a), -exponent, term)
    n = exponent.numerator
    if n > HIGHEST:
        raise NotDefinedError(f"the power {n} in {term!r} is too high")
    whole = _whole(a, n)
    return whole if exponent.denominator == 1 else _root(whole, exponent.denominator)


def _reciprocal(a: Interval) -> Interval:
    if a.negative:
        return _negative(_reciprocal(_negative(a)))
    assert a.low is not None
    low, low_open = (Fraction(0), True) if a.high is None else (1 / a.high, a.high_open)
    high, high_open = (None, False) if a.low == 0 else (1 / a.low, a.low_open)
    return Interval(low, high, low_open, high_open)


def _whole(a: Interval, n: int) -> Interval:
    """a^n for a whole n >= 0."""
    if n == 0:
        return Interval(Fraction(1), Fraction(1))
    if a.nonnegative or n % 2:
        low = None if a.low is None else a.low**n
        high = None if a.high is None else a.high**n
        return Interval(low, high, a.low_open, a.high_open)
    if a.high is not None and a.high <= 0:
        return _whole(_negative(a), n)
    if a.low is None or a.high is None:
        return Interval(Fraction(0), None)
    size = max(-a.low, a.high)
    ends = [is_open for end, is_open in ((-a.low, a.low_open), (a.high, a.high_open)) if end == size]
    return Interval(Fraction(0), size**n, False, all(ends))


def _root(a: Interval, q: int) -> Interval:
    assert a.low is not None
    low, low_exact = _rational_root(a.low, q, up=False)
    high, high_exact = (None, False) if a.high is None else _rational_root(a.high, q, up=True)
    return Interval(low, high, a.low_open and low_exact, a.high_open and high_exact)


def _rational_root(value: Fraction, q: int, *, up: bool) -> tuple[Fraction, bool]:
    """A rational below or above the root, and whether it is the root itself."""
    if q == 2:
        p, r = isqrt(value.numerator), isqrt(value.denominator)
        if p * p == value.numerator and r * r == value.denominator:
            return Fraction(p, r), True
    if value in (0, 1):
        return value, True
    with ctx.workprec(BITS):
        ball = arb(fmpq(value.numerator, value.denominator)).root(q)
    found = _ends(ball)
    return (found[1] if up else max(found[0], Fraction(0))), False


def _rounded(a: Interval) -> Interval:
    """Long ends rounded outwards: they are then no longer attained ends but bounds."""
    low, high = a.low, a.high
    if low is not None and low.denominator.bit_length() + low.numerator.bit_length() > 2 * LONG:
        scale = 2 ** (LONG + max(0, low.denominator.bit_length() - low.numerator.bit_length()))
        a = replace(a, low=Fraction((low * scale).__floor__(), scale), low_open=False)
    if high is not None and high.denominator.bit_length() + high.numerator.bit_length() > 2 * LONG:
        scale = 2 ** (LONG + max(0, high.denominator.bit_length() - high.numerator.bit_length()))
        a = replace(a, high=Fraction((high * scale).__ceil__(), scale), high_open=False)
    return a


# ---- functions ----------------------------------------------------------------------------------------------
def _ends(ball: Any) -> tuple[Fraction, Fraction]:
    """Rationals below and above every number of a ball. Raises NotDefinedError if it has none."""
    if not ball.is_finite():  # such as arccos of a ball around a number next to -1
        raise NotDefinedError("nothing shows that a value is a number")
    found = []
    for end in (ball.lower(), ball.upper()):
        mantissa, exponent = end.mid().man_exp()
        found.append(Fraction(int(mantissa)) * Fraction(2) ** int(exponent))
    return found[0], found[1]


def _ball(value: Fraction) -> Any:
    return arb(fmpq(value.numerator, value.denominator))


def _special(name: str, arguments: list[Interval], term: Term) -> Interval:
    if name == "pi":
        with ctx.workprec(BITS):
            low, high = _ends(arb.pi())
        return Interval(low, high)
    if name not in _ROWS:
        raise NotDefinedError(f"{name} cannot stand here")
    found: Interval = _ROWS[name](arguments, term)
    return found


def _increasing(a: Interval, function: str) -> Interval:
    """The range of an increasing function, rounded outwards."""
    with ctx.workprec(BITS):
        low = None if a.low is None else _ends(getattr(_ball(a.low), function)())[0]
        high = None if a.high is None else _ends(getattr(_ball(a.high), function)())[1]
    return Interval(low, high)


def _circle(arguments: list[Interval], term: Term) -> Interval:
    a = arguments[0]
    limits = (Fraction(-1), Fraction(1))
    if a.low is None or a.high is None or a.high - a.low > 4:
        return Interval(*limits)
    function = term.name if isinstance(term, t.Special) else ""
    with ctx.workprec(BITS):
        low, high = _ends(getattr(_ball(a.low).union(_ball(a.high)), function)())
    return Interval(max(low, limits[0]), min(high, limits[1]))


def _arccos(arguments: list[Interval], term: Term) -> Interval:
    a = arguments[0]
    if a.low is None or a.high is None or a.low < -1 or a.high > 1:
        raise NotDefinedError(f"nothing shows that the argument of {term!r} lies in [-1, 1]")
    with ctx.workprec(BITS):
        low, high = _ends(_ball(a.high).acos())[0], _ends(_ball(a.low).acos())[1]
    low = Fraction(0) if a.high == 1 else low
    return Interval(low, high, a.high == 1 and a.high_open, False)


def _exp(arguments: list[Interval], term: Term) -> Interval:
    a = arguments[0]
    if a.high is not None and a.high > 10**6:
        a = replace(a, high=None)
    if a.low is not None and a.low < -(10**6):
        a = replace(a, low=None)
    found = _increasing(a, "exp")
    return found if found.low is not None else Interval(Fraction(0), found.high, True)


def _log(arguments: list[Interval], term: Term) -> Interval:
    if not arguments[0].positive:
        raise NotDefinedError(f"nothing shows that the argument of {term!r} is positive")
    a = arguments[0]
    return _increasing(replace(a, low=None if a.low == 0 else a.low), "log")


def _erf(arguments: list[Interval], term: Term) -> Interval:
    return Interval(Fraction(-1), Fraction(1), True, True) if None in (arguments[0].low, arguments[0].high) else (
        _increasing(arguments[0], "erf")
    )  # fmt: skip


def _gamma(arguments: list[Interval], term: Term) -> Interval:
    if not arguments[0].positive:
        raise NotDefinedError(f"nothing shows that the argument of {term!r} is positive")
    return Interval(Fraction(0), None, True)


def _pow(arguments: list[Interval], term: Term) -> Interval:
    if not arguments[0].positive:
        raise NotDefinedError(f"nothing shows that the base of {term!r} is positive")
    return Interval(Fraction(0), None, True)


_ROWS: Mapping[str, Any] = {
    "sin": _circle, "cos": _circle, "arccos": _arccos, "exp": _exp,
    "log": _log, "erf": _erf, "Gamma": _gamma, "pow": _pow,
}  # fmt: skip


# ---- integrals ----------------------------------------------------------------------------------------------
def _integral(term: t.Integral, box: Domain) -> Interval:
    """Defined if the body is, on the closed range between bounded ends, or by `convergent` from 0 to oo."""
    from verify.scalar.convergence import converges

    if infinite(term.upper):
        if term.lower != t.Number(Fraction(0)):
            raise NotDefinedError(f"improper integrals run from 0 to oo; got {term!r}")
        enclose(term.body, {**box, term.variable: Interval(Fraction(0), None, True)})
        if not converges(term, box):
            raise NotDefinedError(f"nothing shows that {term!r} converges")
        return EVERYTHING
    hull = _hull([_bound(end, box) for end in (term.lower, term.upper)])
    if hull.low is None or hull.high is None:
        raise NotDefinedError(f"the range of {term!r} is not bounded")
    enclose(term.body, {**box, term.variable: Interval(hull.low, hull.high)})
    return EVERYTHING
