"""Terms on real numbers as SymPy expressions, and their values at points, to many digits, by mpmath.

Derivatives are `sympy.diff`, also under an integral. An integral of SymPy's integrand is found by SciPy in float64, and
by mpmath where that does not say that it is near enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import count
from math import ceil, floor
from random import Random
from typing import Any

import mpmath
import sympy as sp

from theory import terms as t
from theory.statements.ranges import Range
from theory.terms import Symbol, Term, rewrite
from verify.by_sympy import definite_integrals
from verify.by_sympy.atoms import Along, Cannot, Expr, differentiated
from verify.by_sympy.definite_integrals import InaccurateError, outermost
from verify.by_sympy.reader import rational, scalar_symbol
from verify.by_sympy.zero import ZeroTest

DIGITS, DIGITS_OF_INTEGRALS = 30, 15  # worked with; the second where there is an integral, which is found in float64
POINTS, POINTS_OF_INTEGRALS = 5, 2  # of a range, for each line
LOST = 5  # of the digits: two sides that share the others are one number
APART = mpmath.mpf(10) ** -6  # of the larger side: what is farther apart is two, as quadrature is never so far off
FAR = 4  # how far beyond its end a range without one is looked at

Values = Mapping[Symbol, Expr]


class Scalars:
    """What a scalar term is as a SymPy expression, and whether two of them are one number."""

    def __init__(self) -> None:
        self.test = ZeroTest()
        self._names = count(1)
        self._bound: dict[Any, Expr] = {}

    def read(self, term: Term) -> Expr:
        return self._value(term, {})

    def _value(self, term: Term, env: Values) -> Expr:
        row = _ROWS.get(type(term))
        if row is None:
            raise Cannot(f"{type(term).__name__} in a statement on numbers")
        return row(self, term, env)

    def symbol(self, symbol: Symbol, env: Values) -> Expr:
        return env.get(symbol, scalar_symbol(symbol))

    def bound(self, body: Term, variable: Symbol, env: Values) -> Expr:
        """A name of its own for a variable that is bound, the same where the same stands under it."""
        inside = rewrite.free_symbols(body)
        around = tuple(sorted(((s.name, value) for s, value in env.items() if s in inside), key=str))
        return self._bound.setdefault((body, variable, around), sp.Dummy(f"x{len(self._bound)}", real=True))

    def derivative(self, term: t.Derivative, env: Values) -> Expr:
        if term.kind != "gradient":
            raise Cannot(f"a {term.kind} of numbers")
        step = Along(f"t{next(self._names)}", real=True)
        at = self._value(term.at, env)
        return differentiated(self._value(term.body, {**env, term.variable: at + step}), (step,))

    def integral(self, term: t.Integral, env: Values) -> Expr:
        name = self.bound(term.body, term.variable, env)
        body = self._value(term.body, {**env, term.variable: name})
        return sp.Integral(body, (name, self._value(term.lower, env), self._value(term.upper, env)))

    def limit(self, term: t.Limit, env: Values) -> Expr:
        name = self.bound(term.body, term.variable, env)
        found = sp.limit(self._value(term.body, {**env, term.variable: name}), name, self._value(term.at, env), "-")
        if found.has(sp.Limit, sp.zoo, sp.nan):
            raise Cannot("a limit that SymPy does not find")
        return found

    def call(self, term: t.Call, env: Values) -> Expr:
        values = [self._value(argument, env) for argument in term.arguments]
        return self._value(term.definition.body, {**env, **dict(zip(term.definition.parameters, values, strict=True))})

    # ---- are two sides one number? --------------------------------------------------------------------------
    def everywhere(self, left: Expr, right: Expr) -> bool:
        """By algebra, in which an integral is a number that nothing is known of."""
        gap = left - right
        names = {whole: sp.Dummy(real=True) for whole in outermost(gap)}
        return self.test.zero(gap.xreplace(names))

    def at(self, left: Expr, right: Expr, point: Mapping[Expr, Fraction]) -> tuple[Any, Any, int]:
        """Both sides at a point, and the digits to which they were computed."""
        digits = DIGITS_OF_INTEGRALS if outermost(left) | outermost(right) else DIGITS
        with mpmath.workdps(digits):
            numbers = {name: mpmath.mpf(x.numerator) / x.denominator for name, x in point.items()}
            known: dict[Expr, Any] = {}
            return _number(left, numbers, known), _number(right, numbers, known), digits


def points(left: Expr, right: Expr, ranges: Mapping[Symbol, Range], seed: str) -> Iterator[dict[Expr, Fraction]]:
    """A few points inside the ranges of the symbols that occur, rational and the same for the same seed."""
    rng = Random(seed)
    some = POINTS_OF_INTEGRALS if (left - right).has(sp.Integral) else POINTS
    for _ in range(some if ranges else 1):
        yield {scalar_symbol(symbol): _inside(found, rng) for symbol, found in ranges.items()}


def _inside(found: Range, rng: Random) -> Fraction:
    low = found.low if found.low is not None else (found.high or 0) - FAR
    high = found.high if found.high is not None else max(low, 0) + FAR
    if found.whole:
        return Fraction(rng.randint(ceil(low), floor(high)))
    return low + (high - low) * Fraction(rng.randint(1, 99), 100)


def _number(value: Expr, point: Mapping[Expr, Any], known: dict[Expr, Any]) -> Any:
    """By mpmath throughout, each integral once: SymPy asks for the sign of an integral as soon as it is a number."""
    names = {whole: sp.Dummy(f"i{n}", real=True) for n, whole in enumerate(outermost(value))}
    for whole in names:
        if whole not in known:
            known[whole] = _integrated(whole, point)
    return _computed(value.xreplace(names), {**point, **{name: known[whole] for whole, name in names.items()}})


def _integrated(whole: Expr, point: Mapping[Expr, Any]) -> Any:
    try:
        return mpmath.mpf(definite_integrals.integral(whole, point))
    except (InaccurateError, TypeError, ValueError):  # of a complex value, or an infinite one; mpmath says what it is
        return _computed(whole, point)


def _computed(value: Expr, point: Mapping[Expr, Any]) -> Any:
    found = mpmath.mpmathify(sp.lambdify(list(point), value, modules="mpmath", cse=False)(*point.values()))
    if isinstance(found, mpmath.mpc) or not mpmath.isfinite(found):
        raise Cannot("a point at which both sides have values")
    return found


def _power(reader: Scalars, term: t.Power, env: Values) -> Expr:
    made = sp.Pow(reader._value(term.base, env), rational(term.exponent))
    if made.has(sp.zoo, sp.nan):
        raise Cannot("a division by 0")
    return made


_FUNCTIONS: Mapping[str, Any] = {
    "pi": lambda: sp.pi, "oo": lambda: sp.oo, "sin": sp.sin, "cos": sp.cos, "arccos": sp.acos, "exp": sp.exp,
    "log": sp.log, "erf": sp.erf, "Gamma": sp.gamma, "pow": sp.Pow,
}  # fmt: skip

_ROWS: Mapping[type, Callable[[Scalars, Any, Values], Expr]] = {
    t.Number: lambda r, a, env: rational(a.value),
    t.Symbol: lambda r, a, env: r.symbol(a, env),
    t.Sum: lambda r, a, env: sp.Add(*(r._value(x, env) for x in a.terms)),
    t.Product: lambda r, a, env: sp.Mul(*(r._value(x, env) for x in a.factors)),
    t.Scale: lambda r, a, env: r._value(a.scalar, env) * r._value(a.body, env),
    t.Transpose: lambda r, a, env: r._value(a.body, env),
    t.Trace: lambda r, a, env: r._value(a.body, env),
    t.Inverse: lambda r, a, env: 1 / r._value(a.body, env),
    t.Power: _power,
    t.Abs: lambda r, a, env: sp.Abs(r._value(a.body, env)),
    t.Special: lambda r, a, env: _FUNCTIONS[a.name](*(r._value(x, env) for x in a.arguments)),
    t.Call: lambda r, a, env: r.call(a, env),
    t.Derivative: lambda r, a, env: r.derivative(a, env),
    t.Integral: lambda r, a, env: r.integral(a, env),
    t.Limit: lambda r, a, env: r.limit(a, env),
}


def relation_at(sign: str, left: Any, right: Any, digits: int) -> bool | None:
    """Does a relation hold between two numbers known to so many digits? None if they are too near to tell."""
    gap, scale = right - left, max(abs(left), abs(right), mpmath.mpf(1))
    near = abs(gap) <= scale * mpmath.mpf(10) ** (LOST - digits)
    if sign == "=":
        return True if near else False if abs(gap) > APART * scale else None
    if near:
        return True if sign == "<=" else None
    return True if gap > APART * scale else False if gap < -APART * scale else None
