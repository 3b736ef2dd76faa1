"""Scalar terms evaluated in ball arithmetic, at points and on boxes: a second algorithm beside the zero test.

Values are real balls. Integrals are computed by certified quadrature in complex balls, with proven bounds for what lies
near 0 and beyond the last point of an improper one. What cannot be enclosed raises UncertainError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import acb, arb, ctx, fmpq

from theory import terms as t
from theory.terms import CalculusError, Property, Symbol, Term, rewrite
from verify.exact.balls import ball_power
from verify.exact.complex_balls import complex_function
from verify.exact.integrals_in_balls import integral
from verify.exact.number_system import UncertainError, UndefinedError
from verify.exact.scalar_tails import Function, Quadrature, improper
from verify.proof.numbers.differential import Condition, around, carried_out, derivative_of
from verify.proof.numbers.interval_arithmetic import Interval, NotDefinedError, ends_of
from verify.proof.numbers.intervals import Boxes, enclose
from verify.proof.numbers.reading import infinite

Ball = Any
Values = Mapping[Term, Any]  # of symbols: exact intervals or balls; balls of growth rates, which have no formula
WORK = 400_000  # evaluations of the bodies of integrals: some seconds
EACH = 50_000  # of one integral
A_BOX = 16  # evaluations that a box of intervals costs
COARSE = 8  # bits of an integral beside those of a box that it is evaluated on


class ExhaustedError(UncertainError):
    """More work than an answer may cost."""


@dataclass
class Work:
    """How often bodies of integrals may still be evaluated; one for all points of a claim."""

    left: int = WORK

    def require(self) -> None:
        """Raises ExhaustedError if none is left."""
        if self.left <= 0:
            raise ExhaustedError(
                f"the bodies of its integrals were evaluated {WORK:,} times, which is all that is tried. "
                "Remedy: a shorter range, or a body with fewer kinks and waves"
            )


@dataclass(frozen=True)
class _Scope:
    values: Values
    limits: Mapping[t.Limit, Term] = field(default_factory=dict)
    work: Work = field(default_factory=Work)
    known: dict[Term, Ball] = field(default_factory=dict)  # at these values and this precision


def rational(value: Fraction) -> Ball:
    """The number as a real ball of the precision in use."""
    return arb(fmpq(value.numerator, value.denominator))


def evaluate(
    term: Term,
    values: Values,
    limits: Mapping[t.Limit, Term] | None = None,
    work: Work | None = None,
    known: dict[Term, Ball] | None = None,
) -> Ball:
    """A real ball around the term. `limits` gives a term equal to each limit that occurs; `known`, if given, is what
    other terms came to at these values and this precision, and is added to.

    Raises UncertainError if the ball has no finite bounds, UndefinedError where the term is certainly undefined.
    """
    return _real(term, _Scope(values, limits or {}, work or Work(), {} if known is None else known))


def _finite(ball: Ball) -> Ball:
    if not ball.is_finite():
        raise UncertainError("a ball without finite bounds")
    return ball


def _real(term: Term, scope: _Scope) -> Ball:
    found = scope.known.get(term)
    if found is None:
        found = scope.known[term] = _computed(term, scope)
    return found


def _computed(term: Term, scope: _Scope) -> Ball:
    match term:
        case t.Number(value):
            return rational(value)
        case t.Symbol() | t.GrowthRate():
            return _value(term, scope)
        case t.Sum(terms):
            total = arb(0)
            for item in terms:
                total += _real(item, scope)
            return _finite(total)
        case t.Scale() | t.Product():
            result = arb(1)
            for factor in term.children:
                result *= _real(factor, scope)
            return _finite(result)
        case t.Trace(body) | t.Transpose(body) if body.is_scalar:
            return _real(body, scope)
        case t.Power(base, exponent):
            return ball_power(_real(base, scope), exponent)
        case t.Abs(body):
            return abs(_real(body, scope))
        case t.Call(_, arguments):
            for argument in arguments:  # used by the body or not
                _real(argument, scope)
            return _real(_opened(term), scope)
        case t.Derivative(body, variable, at, "gradient") if variable.is_scalar:
            return _slope(body, variable, at, scope)
        case t.Limit():
            if term not in scope.limits:
                raise UncertainError("a limit is not evaluated at points")
            return _real(scope.limits[term], scope)
        case t.Integral():
            return _finite(_integral(term, scope))
        case t.Special(name, arguments):
            return _finite(_special(name, [_real(a, scope) for a in arguments]))
    raise TypeError(f"scalar balls: no row for {type(term).__name__}")


def _value(term: Term, scope: _Scope) -> Ball:
    if term not in scope.values:
        raise KeyError(f"the instance gives no value for {term!r}")
    value = scope.values[term]
    if not isinstance(value, Interval):
        return value
    if value.low is None or value.high is None:
        raise UncertainError(f"{term!r} has no bounds")
    return rational(value.low) if value.low == value.high else rational(value.low).union(rational(value.high))


def _special(name: str, arguments: list[Ball]) -> Ball:
    if name == "pi":
        return arb.pi()
    if name == "oo":
        raise UndefinedError("oo is no number")
    a = arguments[0]
    match name:
        case "sin" | "cos" | "exp" | "erf":
            return getattr(a, name)()
        case "arccos":
            if abs(a) > 1:
                raise UndefinedError("arccos outside [-1, 1]")
            return a.acos()
        case "log" | "pow" | "Gamma":
            if a <= 0:
                raise UndefinedError(f"{name} at a number that is not positive")
            if not a > 0:
                raise UncertainError(f"{name} at a ball that reaches 0")
            if name == "Gamma":
                return a.gamma()
            return a.log() if name == "log" else (a.log() * arguments[1]).exp()
    raise TypeError(f"scalar balls: no row for {name}")


# ---- derivatives --------------------------------------------------------------------------------------------
def _slope(body: Term, variable: Symbol, at: Term, scope: _Scope) -> Ball:
    """A derivative needs its point, the body there, and both defined and smooth all around it (`around`)."""
    place = _real(at, scope)
    for prop in variable.properties:
        _require(_signs(place).get(prop, False), f"a derivative where {variable.name} is not what it is declared to be")
    _real(_there(body, variable, at), scope)
    try:
        slope, conditions = _at(body, variable, at)
    except CalculusError as problem:
        raise UncertainError(str(problem)) from None
    for condition in conditions:
        found = _real(condition.term, scope)
        if condition.sign == ">" and found < 0:
            raise UndefinedError(f"a derivative at a point around which {condition.term!r} is negative")
        _require(
            found > 0 or (condition.sign == "!=" and found < 0), f"a derivative where {condition.term!r} is near 0"
        )
    return _real(slope, scope)


@lru_cache(maxsize=4096)
def _there(term: Term, variable: Symbol, at: Term) -> Term:
    return rewrite.substitute(term, {variable: at})


@lru_cache(maxsize=4096)
def _at(body: Term, variable: Symbol, at: Term) -> tuple[Term, tuple[Condition, ...]]:
    """The derivative of a body at a point, and what must hold there. Raises CalculusError."""
    conditions = tuple(Condition(_there(c.term, variable, at), c.sign) for c in around(body, variable))
    return _there(derivative_of(body, variable), variable, at), conditions


@lru_cache(maxsize=4096)
def _opened(call: t.Call) -> Term:
    return rewrite.unfold(call, frozenset({call.definition}))


@lru_cache(maxsize=4096)
def _carried_out(folded: t.Integral) -> Term:
    return carried_out(folded)


def _signs(ball: Ball) -> Mapping[Property, bool]:
    positive, negative = bool(ball > 0), bool(ball < 0)
    return {
        Property.POSITIVE: positive,
        Property.NEGATIVE: negative,
        Property.NONZERO: positive or negative,
    }


def _require(shown: bool, doubt: str) -> None:
    if not shown:
        raise UncertainError(doubt)


# ---- integrals ----------------------------------------------------------------------------------------------
def _integral(folded: t.Integral, scope: _Scope) -> Ball:
    """As `_integrated`, once for the same numbers at the same precision: the mutants of a claim have its integrals.

    What was found is given again only where so much work is left, before and after, that the bound on work can have
    changed nothing; it is counted as if it were done again.
    """
    at = {s: scope.values.get(s) for s in rewrite.free_symbols(folded)}
    if not (_alone(folded) and all(isinstance(i, Interval) and None is not i.low == i.high for i in at.values())):
        return _integrated(folded, scope)
    kept, before = _place_of(folded, frozenset(at.items()), ctx.prec), scope.work.left
    for found, cost in kept:
        if before - cost >= EACH:
            scope.work.left -= cost
            return found
    found = _integrated(folded, scope)
    if not kept and scope.work.left >= EACH:
        kept.append((found, before - scope.work.left))
    return found


@lru_cache(maxsize=1024)
def _place_of(folded: t.Integral, at: frozenset[tuple[Symbol, Interval]], bits: int) -> list[tuple[Ball, int]]:
    """Where an integral at a point is kept, with the work that it has cost; empty until it is computed."""
    return []


@lru_cache(maxsize=4096)
def _alone(folded: t.Integral) -> bool:
    """Is it given by the numbers of its symbols, and is its own the only work that it costs?"""
    _, *within = t.walk(rewrite.unfold(folded))
    return not any(isinstance(node, t.Integral | t.Limit | t.GrowthRate) for node in within)


def _integrated(folded: t.Integral, scope: _Scope) -> Ball:
    """The body must be shown to be defined on the whole range: complex balls give roots of negative numbers a value."""
    scope.work.require()
    boxes = Boxes()
    try:
        enclose(*_at_points(folded, scope), work=boxes)
    except NotDefinedError as problem:
        raise UncertainError(str(problem)) from None
    finally:
        scope.work.left -= (Boxes().left - boxes.left) * A_BOX
    term = _carried_out(folded)
    assert isinstance(term, t.Integral)
    if infinite(term.upper):
        return improper(
            term,
            lambda part: _real(part, scope),
            lambda part: _function(part, term.variable, scope),
            _quadrature(term, scope),
        )
    ends = [_real(end, scope) for end in (term.lower, term.upper)]
    return _between(term, scope, ends[0], ends[1])


def _at_points(term: t.Integral, scope: _Scope) -> tuple[Term, dict[Symbol, Interval]]:
    """The term with numbers in the place of symbols that are one number, and the intervals of the others."""
    box = {s: _interval(s, scope) for s in rewrite.free_symbols(term)}
    numbers: dict[Symbol, Term] = {s: t.Number(i.low) for s, i in box.items() if i.low is not None and i.low == i.high}
    return rewrite.substitute(rewrite.unfold(term), numbers), {s: i for s, i in box.items() if s not in numbers}


def _interval(symbol: Symbol, scope: _Scope) -> Interval:
    value = scope.values.get(symbol)
    if value is None:
        raise KeyError(f"the instance gives no value for {symbol!r}")
    return value if isinstance(value, Interval) else Interval(*ends_of(value))


def _between(term: t.Integral, scope: _Scope, low: Ball, high: Ball) -> Ball:
    """Certified quadrature; the ends may be balls, their width counts through a bound of the body near them."""
    integrand = _function(term.body, term.variable, scope)
    total = _quadrature(term, scope)(integrand, low.mid(), high.mid())
    for end in (low, high):
        if not end.is_exact():
            size = abs(integrand(acb(end), False)).upper()
            total += arb(0, size * end.rad())
    return total


def _quadrature(term: t.Integral, scope: _Scope) -> Quadrature:
    """Certified quadrature that draws on the work allowed; on a box, no finer than the box makes sensible."""
    width = _width(term, scope)
    goal = arb(2) ** -ctx.prec if width is None else width * arb(2) ** -COARSE

    def integrate(function: Function, low: Ball, high: Ball) -> Ball:
        def counted(z: Any, analytic: bool) -> Any:
            scope.work.left -= 1 + ctx.prec // 512
            return function(z, analytic) if scope.work.left >= 0 else acb("nan")

        limit = min(EACH, max(scope.work.left, 1))
        total = integral(counted, low, high, goal, limit).real
        scope.work.require()
        return total

    return integrate


def _width(term: t.Integral, scope: _Scope) -> Ball | None:
    """The largest side of the box that the term is evaluated on, None at a point."""
    sides = [_interval(s, scope) for s in rewrite.free_symbols(term)]
    wide = max((side.high - side.low for side in sides if side.high is not None and side.low is not None), default=None)
    return None if wide is None or wide < Fraction(1, 2 ** (ctx.prec // 2)) else rational(wide).mid()


def _function(body: Term, variable: Symbol, scope: _Scope) -> Function:
    """The body as a function of a complex ball, not finite where it may not be analytic and that is asked for."""
    inner = {node: _real(node, scope) for node in _constants(body, variable)}
    return complex_function(body, inner)


def _constants(body: Term, variable: Symbol) -> list[Term]:
    """The largest parts of a body that do not vary with the variable."""
    if not rewrite.depends_on(body, variable):
        return [body]
    if isinstance(body, t.Integral | t.Call | t.Derivative | t.Limit):
        raise UncertainError("an integral within an integral that varies with it")
    return [part for child in body.children for part in _constants(child, variable)]
