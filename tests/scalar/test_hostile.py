"""False lines on scalars, one trick each: none may be accepted. And true ones, so that refusal means something."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from theory import (
    ALGEBRA,
    DIFFERENTIATE,
    Antiderivative,
    Below,
    Bound,
    Extension,
    Gamma,
    Identity,
    KnownIntegral,
    Matrices,
    Numbers,
    Range,
    Term,
    Theorem,
    Written,
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
    gamma_integral,
    gaussian_cosine,
    integral,
    limit,
    log,
    nonnegative,
    number,
    oo,
    pi,
    positive,
    raised,
    real,
    sin,
    sqrt,
    start,
    surplus,
    unfold,
    vector,
    whole_at_least,
)
from theory import terms as t
from theory.statements import premises
from theory.statements.derivation import Instance, Line, Surplus
from theory.statements.known_integrals import Known
from theory.statements.theorem import Part
from theory.terms import rewrite
from verify.proof import lines_on_numbers as scalar_lines
from verify.proof.kernel import Verdict, establish
from verify.proof.numbers.intervals import NotDefinedError, domain_of
from verify.proof.numbers.reading import read

x, y, a, th = real("x"), positive("y"), real("a"), real("theta")
n, z, s = real("n"), nonnegative("z"), real("s")
F = Fraction
HALF = F(1, 2)


def line(left: object, right: object, *reasons: Any, ranges: tuple[Range, ...] = (), bound: bool = False) -> Verdict:
    """The verdict on a one-line theorem."""
    first = t.as_term(left)
    chain = start(first)
    chain = chain.at_most(right, *reasons) if bound else chain.equals(right, *reasons)
    claim = (Bound if bound else Identity)(first, chain.last)
    miss = {"none": Identity(first, chain.last + 1)}
    theorem = Theorem("user.line", claim, chain, near_misses=miss, setting=Numbers(ranges), docstring="A line.")
    return establish(scalar_lines.observe(theorem)).verdict


UNIT = (between(x, 0, 1),)
WHOLE = (between(x, -1, 1),)
WHOLE_A = (between(a, -1, 1),)
CUBE = integral(th**2, th, 0, x)
ODD = define("odd", (x,), x / abs(x))
STEP = integral(number(1), th, -1, 1)

FALSE: dict[str, tuple[Any, ...]] = {
    "sqrt(x^2) = x": (sqrt(x**2), x, ALGEBRA, UNIT[:0]),
    "the root of a product of negatives": (
        sqrt(x * a), sqrt(x) * sqrt(a), ALGEBRA, (between(x, -2, -1), between(a, -2, -1))),
    "sqrt(x^2) = x where x may be negative": (sqrt(x**2), x, ALGEBRA, WHOLE),
    "the negative root": (sqrt(z**2), -z, ALGEBRA, ()),
    "a factor of either sign out of a root": (sqrt(x**2 * z), x * sqrt(z), ALGEBRA, WHOLE),
    "two factors of either sign": (sqrt(x * a), sqrt(x) * sqrt(a), ALGEBRA, (between(x, -1, 0), between(a, -1, 0))),
    "z/sqrt(z^2) at 0": (z / sqrt(z**2), number(1), ALGEBRA, ()),
    "1/sqrt(z^2) at 0": (t.power(t.power(z, F(2)), F(-1, 2)), 1 / z, ALGEBRA, ()),
    "3 - |x| in a denominator where |x| = 3": (
        (3 - abs(x)) / (3 - abs(x)), number(1), ALGEBRA, (Range(x, F(-3), F(2)),)),
    "1/(x - 1) on a range with 1": ((x - 1) / (x - 1), number(1), ALGEBRA, UNIT),
    "0/0": (x / x, number(1), ALGEBRA, WHOLE),
    "log of what may be 0": (log(z) - log(z), number(0), ALGEBRA, ()),
    "arccos beyond 1": (arccos(x) - arccos(x), number(0), ALGEBRA, (between(x, 0, 2),)),
    "arccos of the cosine": (arccos(cos(x)), x, ALGEBRA, (between(x, -1, 1),)),
    "the sine without its sign": (sqrt(1 - cos(x) ** 2), sin(x), ALGEBRA, (between(x, -1, 1),)),
    "sin^2 - cos^2": (sin(x) ** 2 - cos(x) ** 2, number(1), ALGEBRA, ()),
    "a different angle": (cos(2 * x), 2 * cos(x), ALGEBRA, ()),
    "pi is 22/7": (pi, number(22) / 7, ALGEBRA, ()),
    "exp adds": (exp(x + a), exp(x) + exp(a), ALGEBRA, ()),
    "exp is even": (exp(x), exp(-x), ALGEBRA, ()),
    "a power of a power": (raised(y, 2 * a), raised(y, a) ** 3, ALGEBRA, ()),
    "Gamma of a sum": (Gamma(y + 1), (y + 1) * Gamma(y), ALGEBRA, ()),
    "Gamma at a pole": (Gamma(x) - Gamma(x), number(0), ALGEBRA, (between(x, -1, 1),)),
    "a root below 0": (sqrt(x) * sqrt(x), x, ALGEBRA, WHOLE),
    "an unknown definition": (ODD(x), number(1), unfold(ODD), WHOLE),
    "oo - oo": (oo - oo, number(0), ALGEBRA, ()),
    "oo / oo": (oo / oo, number(1), ALGEBRA, ()),
    "an antiderivative that speaks of an integral": (
        integral(2 * th, th, 0, 1), 5 * integral(t.as_term(s), s, 0, 1),
        Antiderivative(5 * th * integral(t.as_term(s), s, 0, 1), th), ()),
    "wrong antiderivative": (CUBE, x**3 / 2, Antiderivative(th**3 / 2, th), UNIT),
    "the end in place of the variable": (CUBE, x**3, Antiderivative(th * x**2, th), UNIT),
    "antiderivative with a jump": (STEP, number(4), Antiderivative(th + th / abs(th), th), ()),
    "antiderivative with a pole": (integral(th**2, th, -1, 1), number(0), Antiderivative(th**3 / 3 + 0 / th, th), ()),
    "a pole in the body": (integral(th**-2, th, -1, 1), number(-2), Antiderivative(-1 / th, th), ()),
    "a pole at the end": (integral(1 / th, th, 0, 1), number(0), Antiderivative(log(th), th), ()),
    "ends the wrong way round": (integral(2 * th, th, 0, 1), number(-1), Antiderivative(th**2, th), ()),
    "an integral that diverges": (integral(exp(-th) / th, th, 0, oo) * 0, number(0), ALGEBRA, ()),
    "an integral that grows": (integral(exp(th), th, 0, oo), number(-1), Antiderivative(exp(th), th), ()),
    "a part diverges": (integral(exp(-th) - 1, th, 0, oo), number(1), ALGEBRA, ()),
    "two integrals that diverge": (integral(1 / th, th, 0, 1) - integral(1 / th, th, 0, 1), number(0), ALGEBRA, ()),
    "Gamma integral with p = 0": (integral(raised(th, -1) * exp(-th), th, 0, oo), Gamma(0), gamma_integral(0, 1), ()),
    "Gamma integral with a rate of any sign": (
        integral(exp(-x * th), th, 0, oo), 1 / x, gamma_integral(1, x), (between(x, -1, 1),)),
    "Gamma integral, another p": (integral(th * exp(-th), th, 0, oo), number(2), gamma_integral(3, 1), ()),
    "an integral of no known name": (
        integral(exp(-th), th, 0, oo), number(7), KnownIntegral("gauss", (t.as_term(7),)), ()),
    "the variable of the integral as a parameter": (
        integral(raised(th, th - 1) * exp(-th), th, 0, oo), Gamma(y), gamma_integral(y, 1), ()),
    "limit of a constant": (limit(1 / n, n, oo), number(1), Extension(t.as_term(s), s, F(0), F(1)), ()),
    "limit of a sine": (limit(sin(n), n, oo), number(0), Extension(sin(1 / s), s, F(0), F(1)), ()),
    "limit on the wrong side": (limit(abs(n) / n, n, oo), number(-1), Extension(t.as_term(-1), s, F(0), F(1)), ()),
    "limit that is unbounded": (limit(n, n, oo), number(0), Extension(1 / s, s, F(0), F(1)), ()),
    "limit by another function": (limit(1 / n, n, oo), number(2), Extension(2 - s, s, F(0), F(1)), ()),
    "limit with a variable of the domain": (x * limit(1 / n, n, oo), x, Extension(t.as_term(x), x, F(0), F(1)), UNIT),
    "derivative at a kink": (derivative(abs(x), x, at=number(0)), number(0), DIFFERENTIATE, ()),
    "derivative of a root at 0": (derivative(sqrt(x), x, at=z), 1 / (2 * sqrt(z)), DIFFERENTIATE, ()),
    "derivative not asked for": (derivative(x**2, x), 2 * x, ALGEBRA, ()),
    "the wrong derivative": (derivative(erf(x), x), exp(-(x**2)), DIFFERENTIATE, ()),
    "derivative of Gamma": (derivative(Gamma(y), y), Gamma(y), DIFFERENTIATE, ()),
    "written as what it is not": (1 / (x - 2), 1 / (x - 2), Written(x - 2, t.as_term(-2) - x**2), (between(x, 0, 3),)),
    "written as 0/0": (1 / x, 1 / x, Written(t.as_term(x), 1 + x * 0 / x), WHOLE),
    "a huge power": (x**9999 - x**9999, number(0), ALGEBRA, ()),
}  # fmt: skip


@pytest.mark.parametrize("name", FALSE)
def test_a_false_line_is_not_accepted(name):
    left, right, reason, ranges = FALSE[name]
    assert line(left, right, reason, ranges=ranges) is Verdict.UNDECIDED


TRUE: dict[str, tuple[Any, ...]] = {
    "sqrt(y^2) = y for y > 0": (sqrt(y**2), y, ALGEBRA, ()),
    "sqrt(z^2) = z for z >= 0": (sqrt(z**2), z, ALGEBRA, ()),
    "(x^2)^(3/2) = x^3 for x >= 0": (t.power(x**2, F(3, 2)), x**3, ALGEBRA, UNIT),
    "sqrt(x) sqrt(x^3) = x^2 for x >= 0": (sqrt(x) * sqrt(x**3), x**2, ALGEBRA, UNIT),
    "the root of a product of nonnegatives": (sqrt(z * x**3), x * sqrt(x) * sqrt(z), ALGEBRA, UNIT),
    "the root of a sum that is a square": (sqrt(z * z * x + 3 * z**2 * x), 2 * z * sqrt(x), ALGEBRA, UNIT),
    "3 - |x| in a denominator": (
        (3 - abs(x)) / (3 - abs(x)), number(1), ALGEBRA, (Range(x, F(-3), F(2), low_open=True),)),
    "the root of a product of positives": (sqrt(4 * y * raised(y, a)), 2 * sqrt(y) * raised(y, a / 2), ALGEBRA, ()),
    "x/x off 0": (x / x, number(1), ALGEBRA, (between(x, 0, 1, open=True),)),
    "1 = sin^2 + cos^2": (sin(x) ** 2 + cos(x) ** 2, number(1), ALGEBRA, ()),
    "an angle of arccos": (sin(2 * arccos(x)), 2 * x * sqrt(1 - x**2), ALGEBRA, WHOLE),
    "arccos is odd about pi/2": (arccos(-x) + arccos(x), pi, ALGEBRA, WHOLE),
    "quarter turns": (cos(x - pi / 2), sin(x), ALGEBRA, ()),
    "Gamma steps": (Gamma(y + 2), (y + 1) * y * Gamma(y), ALGEBRA, ()),
    "Gamma(7/2)": (Gamma(F(7, 2)), number(15) / 8 * sqrt(pi), ALGEBRA, ()),
    "|x| where x < 0": (abs(x), -x, ALGEBRA, (between(x, -2, 0),)),
    "antiderivative": (CUBE, x**3 / 3, Antiderivative(th**3 / 3, th), WHOLE),
    "antiderivative within a sum": (2 * CUBE + 1, F(2, 3) * x**3 + 1, Antiderivative(th**3 / 3, th), WHOLE),
    "antiderivative with a parameter": (integral(2 * th * y, th, 0, 1), y, Antiderivative(th**2 * y, th), ()),
    "antiderivative off a pole": (integral(th**-2, th, 1, 2), number(F(1, 2)), Antiderivative(-1 / th, th), ()),
    "a slope with no value at the lower end": (
        integral(3 * th**2, th, 0, 1), number(1), Antiderivative(abs(th) ** 3, th), ()),
    "a slope with no value at the upper end": (
        integral(-3 * th**2, th, -1, 0), number(-1), Antiderivative(abs(th) ** 3, th), ()),
    "antiderivative at one place": (integral(t.as_term(th), th, 1, 1), number(0), Antiderivative(th**2 / 2, th), ()),
    "antiderivative within an integral to oo": (
        integral(exp(-a) * integral(2 * th, th, 0, 1), a, 0, oo), integral(exp(-a), a, 0, oo),
        Antiderivative(th**2, th), ()),
    "antiderivative in both directions": (integral(cos(th), th, x, 0), -sin(x), Antiderivative(sin(th), th), WHOLE),
    "Gaussian": (integral(exp(-(th**2) / 2), th, 0, oo), sqrt(pi / 2), gamma_integral(1, F(1, 2), 2), ()),
    "cosine of a Gaussian": (
        integral(cos(a * th) * exp(-(th**2)), th, 0, oo), sqrt(pi) / 2 * exp(-(a**2) / 4), gaussian_cosine(a, 1), ()),
    "linearity": (
        integral(exp(-th) * (3 + th), th, 0, oo),
        3 * integral(exp(-th), th, 0, oo) + integral(th * exp(-th), th, 0, oo), ALGEBRA, ()),
    "limit": (
        limit((2 * n + 1) / (n + x), n, oo), number(2), Extension((2 + s) / (1 + x * s), s, F(0), F(1, 2)), WHOLE),
    "derivative": (
        derivative(log(y) * erf(y), y), erf(y) / y + 2 * log(y) * exp(-(y**2)) / sqrt(pi), DIFFERENTIATE, ()),
    "derivative of a power": (derivative(raised(y, a), y), a * raised(y, a) / y, DIFFERENTIATE, ()),
    "written": (
        (x**2 - x + 1) / (x**2 - x + 1), number(1), Written(x**2 - x + 1, (x - F(1, 2)) ** 2 + F(3, 4)), ()),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
def test_its_true_twin_is(name):
    left, right, reason, ranges = TRUE[name]
    assert line(left, right, reason, ranges=ranges) is Verdict.PROVED


def test_bounds():
    ranges = (at_least(x, 1), above(a, 3))
    assert line(x, x**2, surplus(x * (x - 1)), ranges=ranges, bound=True) is Verdict.PROVED
    assert line(x, x**2, surplus(x * (x - 1)), ranges=(at_least(x, 0),), bound=True) is Verdict.UNDECIDED
    assert line(x, x**2, surplus(x**2), ranges=ranges, bound=True) is Verdict.UNDECIDED
    assert line(x, x**2, ALGEBRA, ranges=ranges, bound=True) is Verdict.UNDECIDED


@pytest.mark.parametrize(
    ("start_of", "to", "reasons", "bound"),
    [
        (x, x**2, (surplus(x), surplus(x * (x - 1))), True),
        (limit(1 / n, n, oo), 0, (Extension(2 - s, s, F(0), F(1)), Extension(t.as_term(s), s, F(0), F(1))), False),
    ],
    ids=["surplus", "extension"],
)
def test_a_line_brings_one_certificate(start_of, to, reasons, bound):
    """Not the last of several, whichever it is."""
    chain = start(start_of)
    chain = chain.at_most(to, *reasons) if bound else chain.equals(to, *reasons)
    claim = (Bound if bound else Identity)(chain.start, chain.last)
    theorem = Theorem(
        "user.line", claim, chain, near_misses={"none": Identity(chain.start, chain.last + 1)},
        setting=Numbers((at_least(x, 1),)), docstring="A line.")  # fmt: skip
    found = scalar_lines.check_line(theorem, 1, chain.start, chain.lines[0])
    assert not found.accepted
    assert "several" in found.problem
    assert line(start_of, to, reasons[-1], ranges=(at_least(x, 1),), bound=bound) is Verdict.PROVED


def test_an_absolute_value_is_bounded_by_the_ends():
    ranges = (between(x, -3, 3),)
    assert line(abs(x), number(3), surplus(3 - abs(x)), ranges=ranges, bound=True) is Verdict.PROVED
    assert line(abs(x), number(2), surplus(2 - abs(x)), ranges=ranges, bound=True) is Verdict.UNDECIDED
    assert line(abs(x), number(3), surplus(3 - abs(x)), ranges=(between(x, -4, 3),), bound=True) is Verdict.UNDECIDED


def test_an_integral_that_binds_a_free_symbol_is_refused():
    true = Theorem(
        "user.sign", Identity(abs(x), x), start(abs(x)).equals(x), near_misses={"none": Identity(x, -x)},
        setting=Numbers(UNIT), docstring="A sign.")  # fmt: skip
    assert establish(scalar_lines.observe(true)).verdict is Verdict.PROVED
    smuggled = t.Integral(abs(x), x, t.as_term(-1), t.as_term(0))
    assert line(smuggled + 0 * x, t.Integral(x, x, t.as_term(-1), t.as_term(0)) + 0 * x, true, ranges=UNIT) is (
        Verdict.UNDECIDED
    )


def _cited(values: dict[Any, Term]) -> Any:
    theorem = Theorem(
        "user.sign", Identity(abs(x), x), start(abs(x)).equals(x), near_misses={"none": Identity(x, -x)},
        setting=Numbers(UNIT), docstring="A sign.")  # fmt: skip
    return theorem.at(values)


def test_a_theorem_is_cited_on_its_ranges_only():
    assert line(abs(a / 2), a / 2, _cited({x: a / 2}), ranges=(between(a, 0, 2),)) is Verdict.PROVED
    assert line(abs(a), a, _cited({x: a}), ranges=(between(a, -1, 1),)) is Verdict.UNDECIDED
    assert line(abs(a), a, _cited({x: a}), ranges=(between(a, 0, 2),)) is Verdict.UNDECIDED
    assert line(abs(x), x, _cited({}), ranges=(between(x, -1, 1),)) is Verdict.UNDECIDED
    assert line(number(1), number(1) + abs(x) - x, _cited({}), ranges=UNIT) is Verdict.PROVED


def test_a_theorem_on_whole_numbers_is_not_cited_at_real_ones():
    whole = Theorem(
        "user.whole", Identity(abs(x), x), start(abs(x)).equals(x), near_misses={"none": Identity(x, -x)},
        setting=Numbers((whole_at_least(x, 0),)), docstring="On whole numbers.")  # fmt: skip
    assert establish(scalar_lines.observe(whole)).verdict is Verdict.PROVED
    assert line(abs(a), a, whole.at({x: a}), ranges=(whole_at_least(a, 1),)) is Verdict.PROVED
    assert line(abs(number(3)) + 0 * a, 3 + 0 * a, whole.at({x: number(3)})) is Verdict.PROVED
    for value, ranges in ((a, (at_least(a, 1),)), (a / 2, (whole_at_least(a, 1),)), (number(F(7, 2)), ())):
        assert line(abs(value) + 0 * a, value + 0 * a, whole.at({x: value}), ranges=ranges) is Verdict.UNDECIDED


TWICE = define("twice", (x,), 2 * x)
SQUARED = Written((x + 1) ** 2, x**2 + 2 * x + 1)
NOWHERE = 0 * log(x - 5)  # 0 wherever it has a value
VANISHING = limit(1 / n, n, oo)


class Other(type(ALGEBRA)):  # type: ignore[misc]
    """A reason by another name."""


REFUSED: dict[str, tuple[Any, ...]] = {
    "a rate of any sign": (number(1), number(1), (gamma_integral(1, x),), False, "needs x > 0"),
    "a known integral twice": (
        number(1), number(1), (gamma_integral(1, 1), gamma_integral(1, 1)), False, "speaks of 0 integrals"),
    "a surplus with no value": (x, x**2 + 1, (surplus(x**2 - x + 1 + NOWHERE),), True, "positive"),
    "a surplus under a square": (x, x**2 + 1, (Surplus(x**2 - x + 1, True),), True, "needs surplus"),
    "a reason of another kind": (x, x, (Other(),), False, "is no reason"),
    "an extension with no value at 0": (
        VANISHING, number(0), (Extension(s + 0 * log(s), s, F(0), F(1)),), False, "positive"),
    "a body with no value near oo": (
        limit(1 / n + 0 * log(n - 2), n, oo), number(0), (Extension(t.as_term(s), s, F(0), F(1)),), False, "positive"),
    "a limit with no value": (VANISHING, NOWHERE, (Extension(t.as_term(s), s, F(0), F(1)),), False, "positive"),
    "an extension of what is no limit": (x, x, (Extension(t.as_term(s), s, F(0), F(1)),), False, "a limit at oo"),
    "a bound on a limit": (VANISHING, number(1), (Extension(t.as_term(s), s, F(0), F(1)),), True, "a limit at oo"),
    "a limit elsewhere": (
        limit(1 / n, n, number(1)), number(0), (Extension(t.as_term(s), s, F(0), F(1)),), False, "a limit at oo"),
    "an integral as an extension": (
        VANISHING, number(0), (Extension(s + 0 * integral(th, th, 0, 1), s, F(0), F(1)),), False, "is continuous"),
    "a slope as an extension": (
        VANISHING, number(0), (Extension(s + 0 * derivative(abs(a), a, at=s + 1), s, F(0), F(1)),), False,
        "is continuous"),
    "an extension in a symbol of the domain": (
        VANISHING, number(0), (Extension(t.as_term(x), x, F(0), F(1)),), False, "a fresh variable"),
    "an extension in a symbol of the limit": (
        limit(1 / n + s, n, oo), number(0), (Extension(2 * s, s, F(0), F(1)),), False, "a fresh variable"),
    "an extension in a symbol of the result": (
        VANISHING, t.as_term(s), (Extension(t.as_term(s), s, F(0), F(1)),), False, "a fresh variable"),
    "a limit and more": (
        VANISHING, number(0), (Extension(t.as_term(s), s, F(0), F(1)), unfold(TWICE)), False, "line of its own"),
    "written with what has no value": (x, x, (Written(t.as_term(x), x + NOWHERE),), False, "positive"),
    "no value, whatever is written": (NOWHERE, number(0), (SQUARED,), False, "positive"),
    "an antiderivative with no value at an end": (
        integral(number(1), th, 0, 1), number(1), (Antiderivative(th + 0 * log(th), th),), False, "positive"),
    "an antiderivative of a slope, with no word of differentiating": (
        integral(derivative(a**2, a, at=th), th, 0, 1), number(1), (Antiderivative(th**2, th),), False,
        "no rule for Derivative"),
    "an antiderivative with no slope inside": (
        integral(3 * th * abs(th), th, -1, 1), number(0), (Antiderivative(abs(th) ** 3, th),), False,
        "the denominator"),
    "a result that varies with the extension's symbol": (
        VANISHING, 2 * s, (Extension(t.as_term(s), s, F(0), F(1)),), False, "a fresh variable"),
    "a term that no constructor built": (t.Power(x, F(1)), x, (ALGEBRA,), False, "constructors"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_line_is_refused_for_its_own_reason(name):
    left, right, reasons, bound, why = REFUSED[name]
    chain = start(t.as_term(left))
    chain = chain.at_most(right, *reasons) if bound else chain.equals(right, *reasons)
    theorem = Theorem(
        "user.line", Identity(x, x), start(x).equals(x), near_misses={"none": Identity(x, x + 1)},
        setting=Numbers(WHOLE), docstring="A line.")  # fmt: skip
    found = scalar_lines.check_line(theorem, 1, chain.start, chain.lines[0])
    assert not found.accepted
    assert why in found.problem


@pytest.mark.parametrize(
    ("values", "why"),
    [({a: x}, "has no symbol a"), ({x: x + NOWHERE}, "positive"), ({x: 2 * x}, r"nothing shows that 2 \* x")],
)
def test_a_theorem_is_not_cited_at_what_it_does_not_speak_of(values, why):
    theorem = _cited({}) if values.keys() == {a} else None
    reason = (
        _cited(values) if theorem is None else Instance(getattr(theorem, "theorem", theorem), tuple(values.items()))
    )
    with pytest.raises((scalar_lines.Rejected, NotDefinedError), match=why):
        list(scalar_lines._instantiated(reason, {x: between(x, -1, 1)}))


# ---- a part, and what is cited of a theorem ------------------------------------------------------------------
GOOD = start((x + 1) ** 2).equals(x**2 + 2 * x + 1)
SAME_SIDES = start(t.as_term(x))
UP = start(t.as_term(x)).at_most(x + 1, surplus(number(1)))
LESS = start(t.as_term(x)).below(x + 1, surplus(number(1)))
MIXED = UP.equals(1 + x)


@pytest.mark.parametrize(
    ("claim", "derivation", "complete", "lines"),
    [
        (Identity(GOOD.start, GOOD.last), GOOD, True, 1),
        (Identity(GOOD.start, GOOD.last), None, False, 0),
        (Identity(GOOD.last, GOOD.last), GOOD, False, 1),
        (Identity(GOOD.start, GOOD.start), GOOD, False, 1),
        (Identity(GOOD.start + 1, GOOD.last + 1), GOOD, False, 1),
        (Bound(GOOD.start, GOOD.last), GOOD, True, 1),
        (Bound(x, x + 1), UP, True, 1),
        (Identity(x, x + 1), UP, False, 1),
        (Bound(x, 1 + x), MIXED, True, 2),
        (Identity(x, 1 + x), MIXED, False, 2),
        (Identity(x, x), SAME_SIDES, False, 0),
        (Bound(x, x), SAME_SIDES, False, 0),
        (Below(x, x + 1), UP, False, 1),
        (Below(x, x + 1), LESS, True, 1),
        (Below(x, 1 + x), LESS.equals(1 + x), True, 2),
        (Bound(x, x + 1), LESS, True, 1),
        (Identity(x, x + 1), LESS, False, 1),
        (Below(x, x + 1), None, False, 0),
    ],
)
def test_a_part_is_complete(claim, derivation, complete, lines):
    """Its lines run from the left side to the right one, at least one, and with `=` alone for an identity."""
    found = scalar_lines.check_part(_theorem(Identity(x, x), SAME_SIDES), Part("name", claim, derivation))
    assert (found.label, found.complete) == ("name", complete)
    assert [(trace.number, trace.accepted) for trace in found.lines] == [(k + 1, True) for k in range(lines)]


def _theorem(claim: Any, chain: Any, ranges: tuple[Range, ...] = WHOLE) -> Theorem:
    return Theorem(
        "user.line", claim, chain, near_misses={"none": Identity(claim.left, claim.right + 1)},
        setting=Numbers(ranges), docstring="A line.")  # fmt: skip


def test_a_proof_says_over_what():
    assert scalar_lines.observe(_theorem(Identity(x, x), SAME_SIDES)).over == str(WHOLE[0])
    two = _theorem(Identity(x + a, a + x), start(x + a).equals(a + x), (*WHOLE, between(a, 0, 1)))
    assert scalar_lines.observe(two).over == f"{between(a, 0, 1)}; {WHOLE[0]}"
    assert scalar_lines.observe(_theorem(Identity(pi, pi), start(pi), ())).over == "the one case there is"


@pytest.mark.parametrize("relation", [">", ">=", "!=", "<=?"])
def test_a_line_of_another_relation_is_refused(relation):
    theorem = _theorem(Identity(x, x), SAME_SIDES)
    for reason in (surplus(number(1)), ALGEBRA):
        found = scalar_lines.check_line(theorem, 1, t.as_term(x), Line(relation, x + 1, (reason,)))
        assert not found.accepted
        assert "a line is =, or <= or < with surplus" in found.problem


@pytest.mark.parametrize("relation", ["<=", "<"])
def test_a_bound_without_a_surplus_is_refused(relation):
    found = scalar_lines.check_line(
        _theorem(Identity(x, x), SAME_SIDES), 1, t.as_term(x), Line(relation, x + 1, (ALGEBRA,))
    )
    assert "a line is =, or <= or < with surplus" in found.problem


@pytest.mark.parametrize(
    ("gap", "wanted", "accepted"),
    [
        (x**2, between(x, -1, 1), "<="),  # 0 at 0
        (x, at_least(x, 0), "<="),  # 0 at the end that belongs to the range
        (x, above(x, 0), "< <="),
        (x**2 + 1, between(x, -1, 1), "< <="),
        (1 - x, between(x, 0, 1), "<="),
        (2 - cos(x), Range(x), "< <="),
        (1 - cos(x), Range(x), "<="),
        (exp(x), Range(x), "< <="),
        (x - 1, Range(x), ""),
    ],
)
def test_a_strict_line_needs_a_surplus_that_is_positive_on_the_whole_domain(gap, wanted, accepted):
    theorem = _theorem(Identity(x, x), SAME_SIDES, (wanted,))
    for relation in ("<", "<="):
        found = scalar_lines.check_line(theorem, 1, t.as_term(x), Line(relation, x + gap, (surplus(gap),)))
        assert found.accepted == (relation in accepted.split()), found.problem


def test_a_problem_without_words_has_a_name(monkeypatch):
    monkeypatch.setattr(scalar_lines, "_check", lambda *_: (_ for _ in ()).throw(ArithmeticError))
    found = scalar_lines.check_line(_theorem(Identity(x, x), SAME_SIDES), 1, GOOD.start, GOOD.lines[0])
    assert (found.accepted, found.problem) == (False, "ArithmeticError")


def test_what_is_no_scalar_is_not_defined():
    other: Any = 3
    for term in (other, vector("v", dimension("d"))):
        with pytest.raises(scalar_lines.Rejected, match="constructors of scalars"):
            scalar_lines._require_defined(term, {})


AREA = integral(t.as_term(th), th, 0, x)
AREAS = _theorem(Identity(AREA, x**2 / 2), start(AREA).equals(x**2 / 2, Antiderivative(th**2 / 2, th)), UNIT)
LEFT_ALONE = _theorem(Identity(sqrt(x**2) - x, t.as_term(0)), start(sqrt(x**2) - x).equals(0), UNIT)
RIGHT_ALONE = _theorem(Identity(t.as_term(0), sqrt(x**2) - x), start(t.as_term(0)).equals(sqrt(x**2) - x), UNIT)
ABOVE = _theorem(Bound(2 * x, x**2 + 1), start(2 * x).at_most(x**2 + 1, surplus((x - 1) ** 2)), UNIT)
PARTS = Theorem(
    "user.parts",
    parts=(
        Part("area", Identity(AREA, x**2 / 2), AREAS.derivation),
        Part("volume", Identity(CUBE, x**3 / 3), start(CUBE).equals(x**3 / 3, Antiderivative(th**3 / 3, th))),
    ),
    near_misses={"none": Identity(AREA, x**2)}, setting=Numbers(UNIT), docstring="Two parts.",
)  # fmt: skip
THRICE = define("thrice", (x,), 3 * x)
ZERO_ONE = (between(a, 0, 1),)


def _at(term: Term, value: object) -> Term:
    return rewrite.substitute(term, {x: t.as_term(value)})


CITED: dict[str, tuple[Any, Any, tuple[Any, ...], tuple[Range, ...], bool]] = {
    "a theorem": (_at(AREA, a), a**2 / 2, (AREAS.at({x: a}),), ZERO_ONE, True),
    "no theorem": (_at(AREA, a), a**2 / 2, (ALGEBRA,), ZERO_ONE, False),
    "beyond its range": (_at(AREA, a), a**2 / 2, (AREAS.at({x: a}),), (between(a, 0, 2),), False),
    "twice": (
        _at(AREA, a) + AREA, (a**2 + x**2) / 2, (AREAS, AREAS.at({x: a})), (*ZERO_ONE, *UNIT), True),
    "a symbol on the left alone": (sqrt(a**2) - a, t.as_term(0), (LEFT_ALONE.at({x: a}),), WHOLE_A, False),
    "a symbol on the right alone": (t.as_term(0), sqrt(a**2) - a, (RIGHT_ALONE.at({x: a}),), WHOLE_A, False),
    "a bound is no identity": (2 * a, a**2 + 1, (ABOVE.at({x: a}),), ZERO_ONE, False),
    "all parts": (AREA + CUBE, x**2 / 2 + x**3 / 3, (PARTS,), UNIT, True),
    "a part": (CUBE + 0 * x, x**3 / 3, (Instance(PARTS, (), "volume"),), UNIT, True),
    "another part": (CUBE + 0 * x, x**3 / 3, (Instance(PARTS, (), "area"),), UNIT, False),
    "two definitions": (TWICE(x) + THRICE(x), 5 * x, (unfold(TWICE), unfold(THRICE)), UNIT, True),
}  # fmt: skip


@pytest.mark.parametrize("name", CITED)
def test_what_is_cited_is_what_was_shown(name):
    left, right, reasons, ranges, accepted = CITED[name]
    chain = start(t.as_term(left)).equals(right, *reasons)
    theorem = _theorem(Identity(chain.start, chain.last), chain, ranges)
    assert scalar_lines.check_line(theorem, 1, chain.start, chain.lines[0]).accepted is accepted


@pytest.mark.parametrize(("low", "high"), [(0, oo), (1, 2)])
def test_an_antiderivative_is_taken_within_an_integral(low, high):
    """Where the outer variable has its range, and the outer integral stays as it is."""
    outer = integral(exp(-a) * integral(2 * th * x / a, th, 0, x), a, low, high)
    assert isinstance(outer, t.Integral)
    reason = Antiderivative(th**2 * x / outer.variable, th)
    found = scalar_lines._integrated(outer, reason, domain_of({x: between(x, 0, 1)}))
    assert isinstance(found, t.Integral)
    assert (found.variable, found.lower, found.upper) == (outer.variable, t.as_term(low), t.as_term(high))
    assert not any(isinstance(node, t.Integral) for node in t.walk(found.body))


def test_an_antiderivative_within_an_integral_has_a_value_on_all_of_its_range():
    outer = integral(0 * a + integral(2 * th, th, 0, 1), a, -1, 1)
    assert isinstance(outer, t.Integral)
    with pytest.raises(NotDefinedError):
        scalar_lines._integrated(outer, Antiderivative(th**2 + 0 / (outer.variable - th + HALF), th), {})


def test_what_is_no_antiderivative_changes_nothing():
    """One that speaks of a symbol without a range, or of an integral."""
    part = integral(t.as_term(s), s, 0, 1)
    for body, primitive in ((2 * th, th**2 + a), (part, th * part)):
        term = integral(body, th, 0, 1)
        assert scalar_lines._integrated(term, Antiderivative(primitive, th), {}) == term


class Third(Theorem):
    """A theorem of another kind."""


def test_a_theorem_is_cited_as_it_was_checked():
    """Neither one of another kind, nor at a value that no constructor built."""
    claim, ranges = Identity(abs(x), x), {x: between(x, 0, 1)}
    plain, other = t.Power(x, F(1)), "is no theorem on numbers"
    for kind, setting, value, why in (
        (Third, Numbers(UNIT), x, other), (Theorem, Matrices(), x, other),
        (Theorem, Numbers(UNIT), plain, "constructors"),
    ):  # fmt: skip
        theorem = kind(
            "user.sign", claim, start(abs(x)).equals(x), near_misses={"none": Identity(x, -x)}, setting=setting,
            docstring="A sign.")  # fmt: skip
        with pytest.raises(scalar_lines.Rejected, match=why):
            list(scalar_lines._instantiated(Instance(theorem, ((x, value),)), ranges))


DECAY = integral(exp(-th), th, 0, oo)


@pytest.mark.parametrize(
    ("left", "why"),
    [
        (x * DECAY, "a multiple of an integral by what may vanish"),
        (x * DECAY + DECAY, "a multiple of an integral by what may vanish"),
        (DECAY / (2 + x), "is no sum of integrals"),
        (DECAY**2, "is not linear"),
        (1 / DECAY, "is not linear"),
        (t.as_term(x), "speaks of 0 integrals"),
        (DECAY + integral(th * exp(-th), th, 0, oo), "speaks of 2 integrals"),
    ],
)
def test_what_is_known_of_an_integral_gives_its_value(monkeypatch, left, why):
    """Not what may say nothing of it: a multiple by 0, a power, a quotient."""
    monkeypatch.setattr(scalar_lines, "instantiate", lambda _: Known(left, x, (), "a label", "a source"))
    with pytest.raises(scalar_lines.Rejected, match=why):
        scalar_lines._assume_known(scalar_lines._field({}), gamma_integral(1, 1), {})


def test_the_value_of_a_known_integral(monkeypatch):
    """3 I + x = 2 gives I = (2 - x) / 3, at each depth."""
    monkeypatch.setattr(scalar_lines, "instantiate", lambda _: Known(3 * DECAY + x, number(2), (), "a label", ""))
    f = scalar_lines._field({})
    scalar_lines._assume_known(f, gamma_integral(1, 1), {})
    assert f.level == 0
    for term, value in (
        (DECAY, (2 - x) / 3),
        (integral(th * DECAY, th, 0, 1), (2 - x) / 3 * integral(th, th, 0, 1)),
        (integral(a * integral(th * DECAY, th, 0, a), a, 0, 1),
         (2 - x) / 3 * integral(a * integral(th, th, 0, a), a, 0, 1)),
    ):  # fmt: skip
        assert f.same(read(f, term), read(f, value))
        assert not f.same(read(f, term), read(f, value + 1))


def test_an_antiderivative_is_taken_between_bounded_ends():
    for low, high in ((0, y), (y, 0), (-y, 0), (0, -y)):
        term = integral(t.as_term(th), th, low, high)
        with pytest.raises(scalar_lines.Rejected, match="not bounded"):
            scalar_lines._integrated(term, Antiderivative(th**2 / 2, th), domain_of({y: above(y, 0)}))


def test_a_term_speaks_of_what_has_a_range():
    for term, why in ((t.Symbol("u", bound=1), "outside its binder"), (a, "speaks of a, which has no range")):
        with pytest.raises(scalar_lines.Rejected, match=why):
            scalar_lines._require_defined(t.as_term(term), {})


def test_a_definition_is_unfolded_where_it_is_named():
    assert line(TWICE(x), 2 * x, unfold(TWICE)) is Verdict.PROVED
    assert line(TWICE(x), 2 * x, ALGEBRA) is Verdict.UNDECIDED


def test_a_line_names_what_it_rests_on():
    sign = Theorem(
        "user.sign", Identity(abs(x), x), start(abs(x)).equals(x), near_misses={"none": Identity(x, -x)},
        setting=Numbers(UNIT), docstring="A sign.")  # fmt: skip
    known = gamma_integral(1, 1)
    for reason, premise in (
        (sign, "user.sign"),
        (Antiderivative(th, th), premises.CALCULUS),
        (known, premises.known_integral(known)),
        (ALGEBRA, None),
    ):
        chain = start(t.as_term(x)).equals(x, reason)
        found = scalar_lines.check_line(sign, 1, chain.start, chain.lines[0])
        assert (found.accepted, found.used) == (True, () if premise is None else (premise,))
    chain = start(VANISHING).equals(0, Extension(t.as_term(s), s, F(0), F(1)))
    assert scalar_lines.check_line(sign, 1, chain.start, chain.lines[0]).used == (premises.CONTINUITY,)
