"""The reading of terms, row by row: it has the value of its term, and says no more of signs than is known."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from flint import arb, ctx

from tests.scalar.test_polynomials import tidy
from theory import (
    Gamma,
    Term,
    above,
    arccos,
    at_least,
    between,
    cos,
    define,
    derivative,
    dimension,
    erf,
    exp,
    integral,
    limit,
    log,
    matrix,
    number,
    oo,
    pi,
    raised,
    real,
    sin,
    vector,
)
from theory import terms as t
from theory.terms import Symbol
from verify.exact.balls import ball_power
from verify.exact.number_system import UncertainError, UndefinedError
from verify.exact.scalar_balls import evaluate, rational
from verify.proof.numbers.field import Field
from verify.proof.numbers.intervals import domain_of, sign_of
from verify.proof.numbers.polynomials import Polynomial, Ratio, TooLargeError
from verify.proof.numbers.reading import MOST_TURNS, UnreadableError, dummy_body, infinite, pieces, read

F = Fraction
HALF = F(1, 2)
a, b, w, x, y, z = (real(name) for name in "abwxyz")
d = dimension("d")
column, row, square = vector("v", d), matrix("R", 1, d), matrix("M", d)
th, s, r = real("theta"), real("s"), real("r")
DOMAIN = domain_of(
    {
        x: between(x, -1, 1),
        w: between(w, -9, 9),
        a: between(a, -2, F(-1, 8)),
        b: between(b, -2, 0),
        y: above(y, 0),
        z: at_least(z, 0),
    }
)
POINTS: tuple[dict[Any, Any], ...] = tuple(
    dict(zip((x, w, a, b, y, z), map(F, row), strict=True))
    for row in (
        ("1/3", "5/2", "-3/4", "-1/2", "2/5", "7/4"),
        ("-2/3", "-7/3", "-2", "-4/5", "9/4", "1/7"),
        ("1/2", "1/3", "-1/8", "-2", "1", "2"),
        ("-1/2", "3", "-1", "-1/3", "3", "1"),
        ("1", "-1/5", "-1/3", "-1", "1/9", "1/2"),
        ("-1", "6", "-1", "-1", "4", "3"),
    )
)  # fmt: skip


def root(base: object, exponent: Fraction = HALF) -> Term:
    return t.power(t.as_term(base), exponent)


TWICE = define("twice", (x,), 2 * x + 1)


def field(*, differentiate: bool = False) -> Field:
    return Field(
        positive=lambda term: sign_of(term, DOMAIN) == ">",
        nonnegative=lambda term: sign_of(term, DOMAIN) in (">", ">="),
        differentiate=differentiate,
    )


# ---- values -------------------------------------------------------------------------------------------------
def worth(f: Field, ratio: Ratio, point: dict[Any, Any]) -> Any:
    """The value of a quotient, each generator taken for what it is."""
    over, under = (_sum(f, side, point) for side in (ratio.over, ratio.under))
    if under.contains(0):
        raise UncertainError("a denominator near 0")
    return over / under


def _sum(f: Field, poly: Polynomial, point: dict[Any, Any]) -> Any:
    total = arb(0)
    for monomial, coefficient in poly.items():
        product = rational(coefficient)
        for generator, exponent in monomial:
            product *= ball_power(_generator(f, generator, point), exponent)
        total += product
    return total


def _generator(f: Field, number_of: int, point: dict[Any, Any]) -> Any:
    g = f.generators[number_of]
    arguments = [worth(f, argument, point) for argument in g.arguments]
    names = real("p"), real("q")
    match g.kind:
        case "symbol":
            value = rational(point[g.name])
        case "prime":
            value = arb(g.name)
        case "sum":
            (value,) = arguments
        case "abs":
            value = abs(arguments[0])
        case "call":
            value = evaluate(g.name(*names[: len(arguments)]), dict(zip(names, arguments, strict=False)))  # type: ignore[operator]
        case kind:
            value = evaluate(t.Special(kind, names[: len(arguments)]), dict(zip(names, arguments, strict=False)))
    if g.positive:
        assert value > 0
    if g.relation == "root":
        assert g.value is not None
        assert worth(f, g.value, point).overlaps(value)
    if g.relation == "sine":
        assert g.value is not None
        assert (worth(f, g.value, point) ** 2 + value**2).overlaps(arb(1))
    return value


def values(term: Term) -> list[Any]:
    """At each of the points, None where it has none."""
    return [_value(lambda point=point: evaluate(term, {k: rational(q) for k, q in point.items()})) for point in POINTS]


def _value(work: Callable[[], Any]) -> Any:
    try:
        found = work()
    except (UndefinedError, UncertainError):
        return None
    return found if found.is_finite() else None


# Each line: terms that are read as the same.
SAME: dict[str, tuple[object, ...]] = {
    "number": (number(F(-7, 3)), number(-7) / 3),
    "sum": (x + w - 3, w - 3 + x),
    "scale": (2 * x * w, t.Product((t.as_term(x), t.Number(F(2)), t.as_term(w)))),
    "transpose": (t.Transpose(x), x, t.Trace(x)),
    "whole power": ((x + w) ** 2, x**2 + 2 * x * w + w**2),
    "negative power": (w**-2 * w**3, w),
    "power 0": ((x + w) ** 0, number(1)),
    "|y|": (abs(y), y),
    "|z|": (abs(z), z),
    "|a|": (abs(a), -a),
    "|b|": (abs(b), -b),
    "|x|": (abs(x - w / 9), abs(x - F(1, 9) * w)),
    "call": (TWICE(x + w), TWICE(w + x)),
    # roots
    "sqrt(z^2)": (root(z**2), z, root(z) ** 2),
    "sqrt(y^-2)": (root(y**2, F(-1, 2)), 1 / y),
    "sqrt(z y)": (root(z * y), root(z) * root(y), root(t.Product((z, y)))),
    "(z^3 y^2)^(1/3)": (root(z**3 * y**2, F(1, 3)), z * root(y, F(2, 3))),
    "the square of a sum": (root((1 + x) ** 2), 1 + x),
    "factors of a product that are sums": (root(t.Product((1 + x, 2 + x))), root(1 + x) * root(2 + x)),
    "factors and a small number": (root((1 + x) * (2 + x) / 4), root(1 + x) * root(2 + x) / 2),
    "the square of a negative multiple": (root((-2 * z) ** 2), 2 * z),
    "an angle that is a root": (cos(root((1 + x) ** 2 * z)), cos((1 + x) * root(z))),
    "an angle that is a square": (cos((x + w) ** 2), cos(x**2 + 2 * x * w + w**2)),
    "an angle that is raised": (cos(raised(2 + x, 2)), cos(4 + 4 * x + x**2)),
    "factors that are sums": (root((1 + x) * (2 + x) * 4), 2 * root(1 + x) * root(2 + x)),
    "a square of a nonnegative sum": (root((1 + x) ** 2 * z), (1 + x) * root(z)),
    "a fraction of a power": (root((2 + x) ** 3, F(1, 2)), (2 + x) * root(2 + x)),
    "a nonnegative factor with a number": (root(t.Scale(t.Number(F(8)), z**2), F(1, 3)), 2 * root(z, F(2, 3))),
    "a number under a power": (root(t.Power(t.Scale(t.Number(F(3)), z), F(2)), F(1, 2)), 3 * z),
    "a symbol of either sign": (root(x * 4), 2 * root(x)),
    "one factor of either sign": (root(x * y), root(x) * root(y)),
    "a cube of either sign": (root(w**3, F(1, 2)) ** 2, w**3),
    "e^x under a root": (root(exp(x) ** 3), exp(x) * exp(x / 2), exp(3 * x / 2)),
    "pi under a root": (root(pi**2 * 4), 2 * pi),
    "pow under a root": (root(raised(y, a) ** 2), raised(y, a)),
    "a multiple of a sum": (root(2 * x + 4), root(x + 2) * root(2)),
    "a part of a sum": (root(x / 2 + 1) * 2, root(2 * x + 4)),
    "a negative first coefficient": (root(4 - 2 * x), root(2) * root(2 - x)),
    "a sum of quotients": (root(4 + 4 / (2 + x)), 2 * root(1 + 1 / (2 + x))),
    "a quotient with a number below": (root((3 + x) / (8 + 4 * x)), root((3 + x) / (2 + x)) / 2),
    "the square of a root of a sum": (root(3 + x) ** 2, 3 + x),
    "sqrt 8": (root(8), 2 * root(2), 4 / root(2)),
    "cube roots": (root(F(16, 27), F(1, 3)), F(2, 3) * root(2, F(1, 3))),
    "root of 0": (root(number(0)), number(0), root(x - x)),
    "a root of a fraction": (root(F(3, 2)), root(6) / 2, root(3) / root(2)),
    "primes": (root(number(2 * 3**2 * 5 * 7**3)), 21 * root(2) * root(5) * root(7)),
    "squares of primes": (root(number(9)), number(3), root(number(25)) - 2, root(number(121)) - 8),
    "a larger prime": (root(number(2000003 * 4)), 2 * root(2000003)),
    "a large prime": (root(number(1009 * 4)), 2 * root(1009)),
    "negative roots of numbers": (root(12, F(-3, 2)), root(3) / 72),
    # functions
    "pi": (pi + pi, 2 * pi),
    "circle": (sin(x / (2 + w)) ** 2, 1 - cos(x / (2 + w)) ** 2),
    "sums of angles": (cos(x + w), cos(x) * cos(w) - sin(x) * sin(w)),
    "sines of sums": (sin(x - w), sin(x) * cos(w) - cos(x) * sin(w)),
    "double angles": (sin(2 * x), 2 * sin(x) * cos(x)),
    "half angles": (cos(x / 2) ** 2, 1 - sin(x / 2) ** 2),
    "thirds of angles": (sin(2 * x / 3), 2 * sin(x / 3) * cos(x / 3)),
    "negative angles": (sin(-x), -sin(x)),
    "even cosine": (cos(-3 * x), 4 * cos(x) ** 3 - 3 * cos(x)),
    "whole turns": (cos(x + 2 * pi), cos(x), cos(x - 4 * pi)),
    "half turns": (cos(x + pi), -cos(x)),
    "quarters": (cos(x + pi / 2), -sin(x)),
    "three quarters": (sin(x + 3 * pi / 2), -cos(x)),
    "quarters back": (sin(x - pi / 2), -cos(x)),
    "turns": (sin(number(0)), number(0), sin(5 * pi), cos(pi / 2), 1 + cos(-pi), cos(8 * pi) - 1),
    "a third of a turn": (cos(2 * pi / 3), 2 * cos(pi / 3) ** 2 - 1),
    "pi times x is no turn": (cos(2 * pi * x), 2 * cos(pi * x) ** 2 - 1),
    "pi^2 is no turn": (cos(2 * pi**2), 2 * cos(pi**2) ** 2 - 1),
    "angles that are numbers": (cos(number(2)), 2 * cos(number(1)) ** 2 - 1),
    "many turns": (sin(MOST_TURNS * x), 2 * sin(MOST_TURNS * x / 2) * cos(MOST_TURNS * x / 2)),
    "arccos 1": (arccos(number(1)), number(0)),
    "arccos 1/2": (arccos(number(F(1, 2))), pi / 3),
    "arccos 0": (arccos(number(0)), pi / 2),
    "arccos -1/2": (arccos(number(F(-1, 2))), 2 * pi / 3),
    "arccos -1": (arccos(number(-1)), pi),
    "arccos of a number": (arccos(number(F(-1, 3))), pi - arccos(number(F(1, 3)))),
    "arccos of the opposite": (arccos(-x), pi - arccos(x)),
    "arccos of a difference": (arccos((x - w) / 10), pi - arccos((w - x) / 10)),
    "the cosine of arccos": (cos(arccos(x)), x),
    "the sine of arccos": (sin(arccos(x)), root(1 - x**2)),
    "twice arccos": (cos(2 * arccos(x)), 2 * x**2 - 1),
    "minus arccos": (sin(-arccos(x)), -root(1 - x**2)),
    "arccos of 1/3": (sin(arccos(number(F(1, 3)))), 2 * root(2) / 3),
    "half of arccos": (cos(3 * arccos(x) / 2), 4 * cos(arccos(x) / 2) ** 3 - 3 * cos(arccos(x) / 2)),
    "arccos squared": (cos(2 * arccos(x) ** 2), 2 * cos(arccos(x) ** 2) ** 2 - 1),
    "arccos times w": (cos(2 * w * arccos(x)), 2 * cos(w * arccos(x)) ** 2 - 1),
    "exp of a sum": (exp(x + w), exp(x) * exp(w)),
    "exp of a multiple": (exp(3 * x - w / 2), exp(x) ** 3 / root(exp(w))),
    "exp 0": (exp(number(0)), number(1)),
    "exp of a number": (exp(number(2)), exp(number(1)) ** 2),
    "exp of a quotient": (exp(1 / (2 + x)), exp(1 / (x + 2))),
    "exp of a quotient under a root": (root(exp(1 / (2 + x)) ** 2), exp(1 / (x + 2))),
    "pow of a number": (raised(y, 3), y**3),
    "pow of a half": (raised(y, F(1, 2)), root(y)),
    "pow of a half of a square": (raised(z**2 * 4, F(1, 2)), 2 * z),
    "pow of minus": (raised(y, -2), 1 / y**2),
    "pow of a sum": (raised(y, x + w + 2), raised(y, x) * raised(y, w) * y**2),
    "pow of a multiple": (raised(y, 2 * x), raised(y, x) ** 2),
    "pow of a quotient": (raised(y, 1 / (2 + x)), raised(y, 1 / (x + 2))),
    "pow of a quotient under a root": (root(raised(y, 1 / (2 + x)) ** 2), raised(y, 1 / (x + 2))),
    "pow of 6": (raised(6, x), raised(2, x) * raised(3, x)),
    "pow of 4": (raised(4, x), raised(2, x) ** 2, raised(2, 2 * x)),
    "pow of 2/9": (raised(F(2, 9), x), raised(2, x) / raised(3, x) ** 2),
    "pow of 1": (raised(1, x), number(1)),
    "pow of a prime under a root": (root(raised(2, x) ** 2), raised(2, x)),
    "pow of a sum of numbers": (raised(2 + z, x + 1), raised(2 + z, x) * (2 + z)),
    "Gamma 1": (Gamma(number(1)), number(1), Gamma(number(2))),
    "Gamma 5": (Gamma(number(5)), number(24)),
    "Gamma 1/2": (Gamma(F(1, 2)), root(pi)),
    "Gamma 5/2": (Gamma(F(5, 2)), 3 * root(pi) / 4),
    "Gamma 4/3": (Gamma(F(4, 3)), Gamma(F(1, 3)) / 3),
    "Gamma 1/3": (Gamma(F(7, 3)), F(4, 9) * Gamma(F(1, 3))),
    "Gamma of y + 1": (Gamma(y + 1), y * Gamma(y)),
    "Gamma of y + 2": (Gamma(y + 2), (y + 1) * y * Gamma(y)),
    "Gamma of y + 5/2": (Gamma(y + F(5, 2)), (y + F(3, 2)) * (y + F(1, 2)) * Gamma(y + F(1, 2))),
    "Gamma of y - 1": (Gamma(y - 1), Gamma(y) / (y - 1)),
    "Gamma of y - 3/2": (Gamma(y - F(3, 2)), Gamma(y + F(1, 2)) / (y - F(3, 2)) / (y - F(1, 2))),
    "Gamma of 2 y": (Gamma(2 * y + 1), 2 * y * Gamma(2 * y)),
    "Gamma of a quotient": (Gamma(y / (1 + y)), Gamma(y / (y + 1))),
    "Gamma of one quotient": (Gamma((3 + y) * (2 + z) / ((2 + y) * (2 + z))), Gamma((3 + y) / (2 + y))),
    "Gamma too far": (Gamma(y + MOST_TURNS + 2), Gamma(MOST_TURNS + 2 + y)),
    "Gamma far on": (Gamma(y + MOST_TURNS), (y + MOST_TURNS - 1) * Gamma(y + MOST_TURNS - 1)),
    "Gamma far back": (Gamma(w - MOST_TURNS + 30) + 0 * w, (w + 29 - MOST_TURNS) * Gamma(w + 29 - MOST_TURNS)),
    "log": (log(y + 1), log(1 + y)),
    "erf": (erf(y + x), erf(x + y)),
}  # fmt: skip
# Terms of either sign, or negative, each in its own way.
EITHER: tuple[Any, ...] = (
    x, a, b, -2 * z, sin(x), cos(4 * x), log(x + F(6, 5)), erf(x), arccos(x) - 1, TWICE(x), x + F(1, 4), 1 - exp(x),
    x**3, 1 / x, x * z, x * exp(x), -pi, x * w, abs(x) - F(1, 2), Gamma(y) - 2, raised(y, x) - 1, x * root(z),
    -root(y),
)  # fmt: skip
# Each line: terms that have different values somewhere, and so must not be read as the same.
DIFFERENT: dict[str, tuple[object, object]] = {
    **{f"sqrt(({term})^2)": (root(term**2), term) for term in EITHER},
    **{f"sqrt(({term})^2 z)": (root(term * term * z), term * root(z)) for term in EITHER},
    "sqrt(a^2) = a": (root(a**2), a),
    "sqrt(a b)": (root(a * b), root(-a) * root(b + 2)),
    "|x| = x": (abs(x), x),
    "|x| = -x": (abs(x), -x),
    "|w| = |x|": (abs(w), abs(x)),
    "|a| = a": (abs(a), a),
    "|y| = -y": (abs(y), -y),
    "TWICE": (TWICE(x), TWICE(w)),
    "the sine's sign": (root(1 - cos(3 * w) ** 2), sin(3 * w)),
    "the sine is not the cosine": (sin(x), cos(x)),
    "cos is no sum": (cos(x + w), cos(x) + cos(w)),
    "pi and pi^2": (cos(pi**2), cos(pi)),
    "pi and pi x": (cos(pi * w), cos(pi)),
    "sqrt(pi)": (cos(root(pi)), cos(pi)),
    "a multiple of arccos": (cos(arccos(x) * w), x),
    "arccos(-x) = arccos(x)": (arccos(-x), arccos(x)),
    "exp of a product": (exp(x * w), exp(x) * exp(w)),
    "raised to a product": (raised(y, x * w), raised(y, x) * raised(y, w)),
    "raised to a quotient": (raised(y, 1 / (2 + x)), raised(z, 1 / (2 + x))),
    "Gamma of a quotient": (Gamma(y / (1 + y)), Gamma(y)),
    "log and erf": (log(y), erf(y)),
    "log of a product": (log(y * z), log(y)),
    "roots of numbers": (root(2), root(3)),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_equal_terms_are_read_alike(name):
    f, (first, *others) = field(), map(t.as_term, SAME[name])
    for other in others:
        assert f.same(read(f, first), read(f, other))


@pytest.mark.parametrize("name", DIFFERENT)
def test_other_terms_are_not(name):
    f, (one, other) = field(), map(t.as_term, DIFFERENT[name])
    assert not f.same(read(f, one), read(f, other))
    with ctx.workprec(128):
        both = zip(values(one), values(other), strict=True)
        assert any(p is not None and q is not None and not p.overlaps(q) for p, q in both)


@pytest.mark.parametrize("name", [*SAME, *DIFFERENT])
def test_a_reading_has_the_value_of_its_term(name):
    """Wherever both have one, and somewhere they do."""
    f = field()
    with ctx.workprec(128):
        for term in map(t.as_term, {**SAME, **DIFFERENT}[name]):
            found, compared = read(f, term), 0
            assert tidy(found.over)
            assert tidy(found.under)
            for point, wanted in zip(POINTS, values(term), strict=True):
                value = None if wanted is None else _value(lambda at=point, of=found: worth(f, of, at))
                if value is not None and wanted is not None:
                    compared += 1
                    assert value.overlaps(wanted)
                    assert (value - wanted).abs_upper() < 2**-40 * (1 + wanted.abs_upper())
            assert compared


# ---- signs, as the field knows them -------------------------------------------------------------------------
def test_a_sign_may_be_known_either_way():
    """Of a positive term it need not be said that it is nonnegative; nothing is known of another."""
    for f in (Field(positive=lambda term: term == x), Field(nonnegative=lambda term: term == x)):
        assert f.same(read(f, root(x**2 * 4)), read(f, 2 * x))
        assert f.same(read(f, root(x**3)), read(f, x * root(x)))
        assert not f.same(read(f, root(w**2)), read(f, t.as_term(w)))
        assert not f.same(read(f, root(x * x * w * w)), read(f, x * w))


@pytest.mark.parametrize(
    "function", [sin, cos, log, erf, arccos, TWICE, abs, Gamma], ids=lambda f: getattr(f, "__name__", str(f))
)
def test_a_function_of_unknown_sign_is_no_root_of_its_square(function):
    """A field of its own knows no sign: not even that arccos is nonnegative."""
    f = Field()
    for exponent in (2, 4, 6):
        assert not f.same(read(f, root(function(x) ** exponent)), read(f, function(x) ** (exponent // 2)))
        assert not f.same(read(f, root(x**exponent)), read(f, x ** (exponent // 2)))


@pytest.mark.parametrize("term", [
    pi, exp(x), exp(1 / (1 + x)), raised(x, w), raised(x, 1 / (1 + w)), raised(2, x), root(2), root(3, F(1, 3)),
    root(exp(x)),
    number(7),
], ids=str)  # fmt: skip
def test_what_is_positive_by_itself_is_the_root_of_its_square(term):
    f = Field()
    assert f.same(read(f, root(term**2)), read(f, term))
    assert f.same(read(f, root(root(term))), read(f, root(term, F(1, 4))))
    assert f.same(read(f, root(t.Product((term, term, t.as_term(x))))), read(f, term * root(x)))


def test_a_power_of_what_is_not_positive_is_no_number():
    f = Field()
    for base in (0, -1, -2):
        assert read(f, raised(base, x)).number is None


# ---- integrals ----------------------------------------------------------------------------------------------
def over(body: object, low: object = 0, high: object = 1, variable: Symbol = th) -> Term:
    return integral(t.as_term(body), variable, low, high)


def nested(body: object, *names: Symbol) -> Term:
    """The integral over [0, 1] in every name, the first the outermost."""
    for name in reversed(names):
        body = over(body, variable=name)
    return t.as_term(body)


ALIKE: dict[str, tuple[Term, Term]] = {
    "a factor": (over(2 * x * th), 2 * x * over(th)),
    "a sum": (over(th**2 + w * th + x), over(th**2) + w * over(th) + x * over(1)),
    "a denominator that does not vary": (over(th / (2 + x)), over(th) / (2 + x)),
    "a denominator that varies": (over(1 / (2 + th)), over(1 / (th + 2))),
    "the variable's name": (over(th**2), over(s**2, variable=s)),
    "one after another": (over(th) + over(th), 2 * over(th)),
    "to oo": (over(exp(-th) * x, 0, oo), x * over(exp(-th), 0, oo)),
    "between others": (over(th, x, w + 1), over(th, x, 1 + w)),
    "squares of sines": (over(sin(th) ** 2 + cos(th) ** 2), over(1)),
    "nested": (nested(s * th, th, s), nested(r * th, th, r)),
    "names exchanged": (nested(1 / (2 + th + 2 * s), th, s), nested(1 / (2 + s + 2 * th), s, th)),
    "an integral as a factor": (nested(s * th, th, s) + over(th), over(th * over(s, variable=s)) + over(s, variable=s)),
}
UNLIKE: dict[str, tuple[Term, Term]] = {
    "ends": (over(th), over(th, 0, 2)),
    "ends the other way round": (over(th), over(th, 1, 0)),
    "ends that vary": (over(th, 0, x), over(th, 0, w)),
    "from oo": (over(exp(-th), 0, oo), over(exp(-th), oo, 0)),
    "a factor that varies": (over(th**2), x * over(th)),
    "a sum that varies": (over(th + 1), over(th) + 1),
    "a parameter": (over(1 / (2 + th)), over(1 / (2 + x))),
    "a parameter in a function": (over(sin(th * x)), over(sin(th * w))),
    "the variable and the parameter": (over(sin(th + x)), over(sin(2 * th))),
    "a product of integrals": (over(th * th), over(th) * over(th)),
    "nested, the inner variable twice": (nested(1 / (2 + s + th), th, s), nested(1 / (2 + 2 * s), th, s)),
    "nested, the outer variable twice": (nested(1 / (2 + s + th), th, s), nested(1 / (2 + 2 * th), th, s)),
    "nested deeper": (nested(1 / (2 + s + th), r, th, s), nested(1 / (2 + 2 * s), r, th, s)),
    "nested deeper, a product": (nested(s * th, r, th, s), nested(s * s, r, th, s)),
}


@pytest.mark.parametrize("name", ALIKE)
def test_equal_integrals_are_read_alike(name):
    f, (one, other) = field(), ALIKE[name]
    assert f.same(read(f, one), read(f, other))
    assert f.level == 0


@pytest.mark.parametrize("name", UNLIKE)
def test_other_integrals_are_not(name):
    f, (one, other) = field(), UNLIKE[name]
    assert not f.same(read(f, one), read(f, other))


BODIES = (
    2 * x * th, th**2 + w * th + x, th / (2 + x), (x + th) / (2 + th), (x + th) / (3 + w / 9 + x * th), x + 1,
    exp(-th) * (1 + x) * sin(x), sin(th + x) ** 2, th * (x + 1) ** 2 + th * (w - 2), x * 0, raised(y, th + x),
)  # fmt: skip


@pytest.mark.parametrize("body", [*map(t.as_term, BODIES)], ids=str)
def test_pieces_are_what_does_not_vary_times_what_does(body):
    f, term = field(), over(body)
    assert isinstance(term, t.Integral)
    dummy, inner = dummy_body(f, term)
    found = pieces(f, term)
    assert all(dummy not in f.varies(outside) for outside, _ in found)
    assert len({tuple(inside.over) for _, inside in found}) == len(found)  # each is an integral of its own
    with ctx.workprec(128):
        for point in POINTS:
            values_of = {**point, dummy: F(2, 7)}
            total = sum((worth(f, o, values_of) * worth(f, i, values_of) for o, i in found), arb(0))
            wanted = evaluate(inner, {k: rational(q) for k, q in values_of.items()})
            assert total.overlaps(wanted)


def test_an_integral_is_one_generator():
    f = field()
    for term in (over(1), over(th), over(th / (2 + th)), over(exp(-th), 0, oo)):
        found = read(f, term).monomial
        assert found is not None
        (((generator, exponent),), factor) = found
        assert (f.generators[generator].kind, exponent, factor) == ("integral", 1, 1)


def test_infinite():
    assert infinite(oo)
    assert not any(infinite(t.as_term(term)) for term in (0, x, -oo, oo + 1, pi))


# ---- what is not read ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "term",
    [
        derivative(x**2, x),
        limit(x, x, oo),
        oo,
        column.T @ column,
        t.Product((row, column)),
        t.Product((t.as_term(x), row, column)),
        t.Trace(square),
        t.Derivative(x**3, x, t.as_term(x), "hessian"),
        root(number(-2)),
        t.Power(t.Number(F(-8)), F(1, 3)),
        t.Power(t.Number(F(0)), F(-1, 2)),
        root(-(y**0)),
    ],
    ids=str,
)
def test_it_is_not_read(term):
    with pytest.raises(UnreadableError):
        read(field(), term)


def test_a_slope_is_read_where_it_may_be():
    f = field(differentiate=True)
    assert f.same(read(f, derivative(x**2 * w, x)), read(f, 2 * x * w))
    assert f.same(read(f, derivative(x**2 * w, x, at=w)), read(f, 2 * w**2))


def test_no_slope_in_a_vector_is_read():
    with pytest.raises(UnreadableError):
        read(field(differentiate=True), t.Derivative(t.as_term(x), column, column, "gradient"))


def test_1_over_0():
    with pytest.raises(ZeroDivisionError):
        read(field(), (x - x) ** -1)


@pytest.mark.parametrize(("term", "expanded"), [
    (cos(MOST_TURNS * x), True), (cos((MOST_TURNS + 1) * x), False), (cos(-MOST_TURNS * x), True),
    (cos(x * F(MOST_TURNS, 7)), True), (cos(-(MOST_TURNS + 1) * x), False),
    (Gamma(y + MOST_TURNS), True), (Gamma(y + MOST_TURNS + 1), False), (Gamma(y - MOST_TURNS), True),
    (Gamma(y - MOST_TURNS - F(1, 2)), False), (Gamma(number(MOST_TURNS + 1)), True),
    (Gamma(number(MOST_TURNS + 2)), False),
    (root(number((10**6 + 3) ** 2)), None),
])  # fmt: skip
def test_limits_of_work(term, expanded):
    """Beyond them a term is a generator of its own, or is not read."""
    f = field()
    if expanded is None:
        with pytest.raises(TooLargeError):
            read(f, term)
        return
    found = read(f, term)
    assert (found.monomial is None or found.number is not None) == expanded
