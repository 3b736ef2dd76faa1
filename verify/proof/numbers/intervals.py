"""Is a scalar term defined on its whole domain, and of which sign? By interval arithmetic with exact ends.

The domain is cut into boxes where that is needed. Trusted, as are the arithmetic and the functions of intervals beside
it: a wrong interval would let a division by zero pass. It knows nothing of how a term might be rewritten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from theory import terms as t
from theory.statements.ranges import Range
from theory.terms import CalculusError, Property, Symbol, Term, rewrite
from verify.proof.numbers import polynomials as p
from verify.proof.numbers.differential import Condition, around, carried_out, derivative_of
from verify.proof.numbers.field import Field
from verify.proof.numbers.interval_arithmetic import (
    EVERYTHING,
    Interval,
    NotDefinedError,
    absolute,
    hull,
    plus,
    power,
    rounded,
    times,
)
from verify.proof.numbers.interval_functions import special
from verify.proof.numbers.polynomials import Monomial, Ratio
from verify.proof.numbers.reading import UnreadableError, dummy_body, infinite, pieces

__all__ = ["Boxes", "Domain", "Interval", "NotDefinedError", "domain_of", "enclose", "sign_of"]

PIECES = 256  # boxes of a domain that are looked at before giving up
INNER = 2048  # and of all ranges of integrals within it together

Domain = Mapping[Symbol, Interval]


def domain_of(ranges: Mapping[Symbol, Range]) -> Domain:
    """The intervals of real symbols; that a range has whole numbers only is left aside."""
    return {s: Interval(r.low, r.high, r.low_open, r.high_open) for s, r in ranges.items()}


@dataclass
class Boxes:
    """How many may still be looked at: a search within a search draws on the same ones."""

    left: int = INNER


def enclose(term: Term, domain: Domain, pieces: int = PIECES, work: Boxes | None = None) -> Interval:
    """An interval with every value of the term on the domain. Raises NotDefinedError if it may be undefined there.

    The domain is cut into up to `pieces` boxes where that is needed, integrals within it into as many as `work` allows.
    """
    return _enclosed(term, domain, work or Boxes(INNER + pieces), pieces)


def _enclosed(term: Term, domain: Domain, work: Boxes, pieces: int = PIECES) -> Interval:
    todo, found, spent = [dict(domain)], list[Interval](), 0
    while todo:
        box = todo.pop()
        spent += 1
        work.left -= 1
        try:
            found.append(_bound(term, box, work))
        except NotDefinedError as problem:
            halves = _halves(box) if spent < pieces and work.left > 0 else None
            if halves is None and work.left <= 0:
                raise NotDefinedError(
                    f"{problem}; {INNER} boxes of integrals were looked at. Remedy: a shorter range, or fewer integrals"
                ) from None
            if halves is None:
                raise
            todo += halves
    return hull(found)


def sign_of(term: Term, domain: Domain) -> str:
    """ ">", ">=", "<" or "<=" (against 0) if one is shown on the whole domain, else ""."""
    todo, spent, signs, work = [dict(domain)], 0, set[str](), Boxes()
    while todo:
        box = todo.pop()
        spent += 1
        try:
            value = _bound(term, box, work)
        except NotDefinedError:
            value = EVERYTHING
        sign = ">" if value.positive else "<" if value.negative else ">=" if value.nonnegative else ""
        sign = sign or ("<=" if value.high is not None and value.high <= 0 else "")
        if sign:
            signs.add(sign)
            continue
        halves = _halves(box) if spent < 64 and work.left > 0 else None
        if halves is None:
            return ""
        todo += halves
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


# ---- one row a node -----------------------------------------------------------------------------------------
def _bound(term: Term, box: Domain, work: Boxes) -> Interval:
    def bound(part: Term) -> Interval:
        return _bound(part, box, work)

    match term:
        case t.Number(value):
            return Interval(value, value)
        case t.Symbol():
            return box[term] if term in box else _unbounded(term)
        case t.Sum(terms):
            total = Interval(Fraction(0), Fraction(0))
            for item in terms:
                total = plus(total, bound(item))
            return rounded(total)
        case t.Scale(scalar, body):
            return rounded(times(bound(scalar), bound(body)))
        case t.Product(factors) if all(x.is_scalar for x in factors):
            result = Interval(Fraction(1), Fraction(1))
            for factor in factors:
                result = times(result, bound(factor))
            return rounded(result)
        case t.Transpose(body) | t.Trace(body) if body.is_scalar:
            return bound(body)
        case t.Power(base, exponent):
            return rounded(power(bound(base), exponent, term))
        case t.Abs(body):
            return absolute(bound(body))
        case t.Call(definition, arguments):
            for argument in arguments:  # used by the body or not
                bound(argument)
            return bound(_opened(term, definition))
        case t.Derivative(body, variable, at, "gradient") if variable.is_scalar:
            return _slope(term, body, variable, at, bound)
        case t.Integral():
            return _integral(term, box, work)
        case t.Special(name, arguments):
            return special(name, [bound(a) for a in arguments], term)
    raise NotDefinedError(f"nothing shows that {term!r} is defined")


def _unbounded(symbol: Symbol) -> Interval:
    """A bound variable of which nothing is known; a free symbol must have its range."""
    if not symbol.bound:
        raise NotDefinedError(f"{symbol.name} has no range")
    return EVERYTHING


def _is_declared(place: Interval, variable: Symbol) -> bool:
    """Is every number of the interval what the variable is declared to be, and so is all around it?"""
    known = {
        Property.POSITIVE: place.positive,
        Property.NEGATIVE: place.negative,
        Property.NONZERO: place.positive or place.negative,
    }
    return all(known.get(prop, False) for prop in variable.properties)


def _slope(term: Term, body: Term, variable: Symbol, at: Term, bound: Callable[[Term], Interval]) -> Interval:
    """A derivative needs its point, the body there, and both defined and smooth all around it (`around`)."""
    place = bound(at)
    if not _is_declared(place, variable):
        raise NotDefinedError(f"nothing shows that {at!r} is what {variable.name} is declared to be, in {term!r}")
    bound(_there(body, variable, at))
    try:
        slope, conditions = _differentiated(body, variable)
    except CalculusError as problem:
        raise NotDefinedError(str(problem)) from None
    for condition in conditions:
        found = bound(_there(condition.term, variable, at))
        if not (found.positive or (found.negative and condition.sign == "!=")):
            raise NotDefinedError(
                f"nothing shows that {term!r} exists: {condition.term!r} {condition.sign} 0 is needed at {at!r}, "
                "so that the body is defined and smooth around the point"
            )
    return bound(_there(slope, variable, at))


# What is asked of a term for one box after another, found once.
@lru_cache(maxsize=4096)
def _opened(term: t.Call, definition: t.Definition) -> Term:
    return rewrite.unfold(term, frozenset({definition}))


@lru_cache(maxsize=4096)
def _there(term: Term, variable: Symbol, at: Term) -> Term:
    return rewrite.substitute(term, {variable: at})


@lru_cache(maxsize=4096)
def _differentiated(body: Term, variable: Symbol) -> tuple[Term, tuple[Condition, ...]]:
    return derivative_of(body, variable), tuple(around(body, variable))


def _integral(term: t.Integral, box: Domain, work: Boxes) -> Interval:
    """Defined if the body is, on the closed range between bounded ends, or by `converges` from 0 to oo."""
    if infinite(term.upper):
        if term.lower != t.Number(Fraction(0)):
            raise NotDefinedError(f"improper integrals run from 0 to oo; got {term!r}")
        _enclosed(term.body, {**box, term.variable: Interval(Fraction(0), None, True)}, work)
        if not converges(term, box):
            raise NotDefinedError(f"nothing shows that {term!r} converges")
        return EVERYTHING
    ends = hull([_bound(end, box, work) for end in (term.lower, term.upper)])
    if ends.low is None or ends.high is None:
        raise NotDefinedError(f"the range of {term!r} is not bounded")
    _enclosed(term.body, {**box, term.variable: Interval(ends.low, ends.high)}, work)
    return EVERYTHING


# ---- integrals to infinity -------------------------------------------------------------------------------------
# Shown to converge are sums of x^(p-1) exp(-rate x^q) times bounded sines and cosines, where each term of the body
# alone has p > 0 and, in its exponential, only powers of x with positive exponents and negative coefficients. Then the
# body may be integrated term by term.
_BOUNDED = ("sin", "cos", "erf")


def converges(folded: t.Integral, box: Domain) -> bool:
    """Is convergence shown, for all values of the box? The body must be known to be defined on 0 < x < oo."""
    term = carried_out(folded)
    assert isinstance(term, t.Integral)
    f = Field(positive=lambda x: sign_of(x, inner) == ">")
    dummy, _ = dummy_body(f, term)
    inner = {**box, dummy: Interval(Fraction(0), None, True)}
    try:
        found = pieces(f, term)
        return all(_converges(f, inside, dummy, box) for _, inside in found)
    except (UnreadableError, ArithmeticError, NotDefinedError):
        return False


def _converges(f: Field, inside: Ratio, dummy: Symbol, box: Domain) -> bool:
    single = inside.monomial
    if single is None:
        return False
    exponent = p.constant(1)  # p = 1 + the exponents of x
    decays = False
    for number, degree in single[0]:
        generator = f.generators[number]
        if generator.name == dummy:
            exponent = p.plus(exponent, p.constant(degree))
        elif generator.kind == "pow" and _is(f, generator.arguments[0], dummy):
            exponent = p.plus(exponent, p.product(p.constant(degree), generator.arguments[1]))
        elif generator.kind == "exp":
            if not _falls(f, p.product(p.constant(degree), generator.arguments[0]), dummy, box):
                return False
            decays = True
        elif generator.kind not in _BOUNDED or degree.denominator != 1 or degree < 0:
            return False
    return decays and _sign(f, exponent, box) == ">"


def _falls(f: Field, argument: Ratio, dummy: Symbol, box: Domain) -> bool:
    """Is the argument a negative multiple of a positive degree of x?"""
    single = argument.monomial
    if single is None:
        return False
    rest: list[tuple[int, Fraction]] = []
    exponent = p.constant(0)
    for number, degree in single[0]:
        generator = f.generators[number]
        if generator.name == dummy:
            exponent = p.plus(exponent, p.constant(degree))
        elif generator.kind == "pow" and _is(f, generator.arguments[0], dummy):
            exponent = p.plus(exponent, p.product(p.constant(degree), generator.arguments[1]))
        else:
            rest.append((number, degree))
    coefficient = p.term(tuple(rest), single[1])
    return _sign(f, exponent, box) == ">" and _sign(f, coefficient, box) == "<"


def _is(f: Field, ratio: Ratio, dummy: Symbol) -> bool:
    single = ratio.monomial
    return (
        single is not None
        and single[1] == 1
        and len(single[0]) == 1
        and single[0][0][1] == 1
        and f.generators[single[0][0][0]].name == dummy
    )


def _sign(f: Field, ratio: Ratio, box: Domain) -> str:
    """The sign of a quotient of symbols of the box, "" if it is not shown, or if it varies with x."""
    if not f.varies(ratio) <= set(box):
        return ""
    sides = []
    for side in (ratio.over, ratio.under):
        terms = [_as_term(f, monomial, value) for monomial, value in side.items()]
        if any(x is None for x in terms):
            return ""
        sides.append(t.add(*(x for x in terms if x is not None)) if terms else t.Number(Fraction(0)))
    return sign_of(sides[0] / sides[1], box)


def _as_term(f: Field, monomial: Monomial, value: Fraction) -> t.Term | None:
    result: t.Term = t.Number(value)
    for number, degree in monomial:
        generator = f.generators[number]
        if not isinstance(generator.name, Symbol):
            return None
        result = result * t.power(generator.name, degree)
    return result
