"""Does an integral from 0 to oo converge? Shown for sums of x^(p-1) exp(-rate x^q) times bounded sines and cosines.

Each term of the body alone must have p > 0 and, in its exponential, only powers of x with positive exponents and
negative coefficients. Then the body may be integrated term by term.
"""

from __future__ import annotations

from fractions import Fraction

from theory.calculus import terms as t
from theory.calculus.terms import Symbol
from theory.scalar import polynomials as p
from theory.scalar.differential import carried_out
from theory.scalar.field import Field
from theory.scalar.polynomials import Monomial, Ratio
from theory.scalar.reading import UnreadableError, dummy_body, pieces
from verify.scalar import intervals
from verify.scalar.intervals import Domain, Interval, NotDefinedError

_BOUNDED = ("sin", "cos", "erf")


def converges(folded: t.Integral, box: Domain) -> bool:
    """Is convergence shown, for all values of the box? The body must be known to be defined on 0 < x < oo."""
    term = carried_out(folded)
    assert isinstance(term, t.Integral)
    f = Field(positive=lambda x: intervals.sign_of(x, inner) == ">")
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
    for number, power in single[0]:
        generator = f.generators[number]
        if generator.name == dummy:
            exponent = p.plus(exponent, p.constant(power))
        elif generator.kind == "pow" and _is(f, generator.arguments[0], dummy):
            exponent = p.plus(exponent, p.product(p.constant(power), generator.arguments[1]))
        elif generator.kind == "exp":
            if not _falls(f, p.product(p.constant(power), generator.arguments[0]), dummy, box):
                return False
            decays = True
        elif generator.kind not in _BOUNDED or power.denominator != 1 or power < 0:
            return False
    return decays and _sign(f, exponent, box) == ">"


def _falls(f: Field, argument: Ratio, dummy: Symbol, box: Domain) -> bool:
    """Is the argument a negative multiple of a positive power of x?"""
    single = argument.monomial
    if single is None:
        return False
    rest: list[tuple[int, Fraction]] = []
    exponent = p.constant(0)
    for number, power in single[0]:
        generator = f.generators[number]
        if generator.name == dummy:
            exponent = p.plus(exponent, p.constant(power))
        elif generator.kind == "pow" and _is(f, generator.arguments[0], dummy):
            exponent = p.plus(exponent, p.product(p.constant(power), generator.arguments[1]))
        else:
            rest.append((number, power))
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
    return intervals.sign_of(sides[0] / sides[1], box)


def _as_term(f: Field, monomial: Monomial, value: Fraction) -> t.Term | None:
    result: t.Term = t.Number(value)
    for number, power in monomial:
        generator = f.generators[number]
        if not isinstance(generator.name, Symbol):
            return None
        result = result * t.power(generator.name, power)
    return result
