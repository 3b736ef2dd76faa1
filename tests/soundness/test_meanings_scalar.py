"""What the table of meanings leaves to scalars: complex balls, infinite ends, integrals over gaps, slopes of slopes."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest
from flint import acb, arb, ctx

from tests.soundness.meanings import ALGEBRA, ANALYSIS, EXPONENTIALS, Value, a
from theory import (
    Gamma,
    arccos,
    cos,
    derivative,
    erf,
    exp,
    integral,
    log,
    negative,
    number,
    oo,
    pi,
    positive,
    raised,
    real,
    sin,
    sqrt,
)
from theory import terms as t
from theory.terms import CalculusError, Term
from theory.terms.rewrite import substitute
from verify.exact.complex_balls import complex_function
from verify.exact.number_system import UncertainError, UndefinedError
from verify.exact.scalar_balls import Work, evaluate, rational
from verify.proof.numbers.differential import around
from verify.proof.numbers.intervals import Interval, NotDefinedError, enclose

u, h = real("u"), real("h")
F = Fraction
ENDS = (None, F(-1), F(0), F(1, 2), F(1))
GRID = [F(k, 8) for k in range(-40, 41)]
FLAT = t.Definition("flat", (u, h), u)

POWERS = tuple(map(F, ("0", "1", "-1", "2", "3", "-2", "1/2", "-1/2", "1/3", "3/2")))
FUNCTIONS: dict[str, Term] = {
    **{f"power {e}": a**e for e in POWERS},
    **{f"root of power {e}": t.Power(t.Power(a, e), F(1, 2)) for e in POWERS},
    **{f"power {e} of a root": t.Power(t.Power(a, F(1, 2)), e) for e in POWERS},
    **{f.__name__: f(a) for f in (abs, sin, cos, arccos, exp, log, erf, Gamma)},
    "pow 1/2": raised(a, F(1, 2)),
    "pow of 2": raised(2, a),
    "1/(1/a)": 1 / (1 / a),
    "0 log": 0 * log(a),
    "an argument that is not used": FLAT(a, log(a)),
    "exp of -1/a": exp(-1 / a),
    "slope of a root": derivative(sqrt(u), u, at=a),
    "slope of u^(3/2)": derivative(u ** F(3, 2), u, at=a),
    "slope of |u|": derivative(abs(u), u, at=a),
    "slope of 3 at 1/a": derivative(number(3), u, at=1 / a),
    "integral": integral(1 / u, u, a, 1),
    "a product": a * (1 - a),
    "a quotient": a / (1 + a**2),
}


def value(term: Term, place: Fraction) -> object:
    """In balls; None where there is certainly none, or where none is shown."""
    with ctx.workprec(128):
        try:
            return evaluate(term, {a: rational(place)})
        except (UndefinedError, UncertainError):
            return None


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize(("low", "high"), [(p, q) for p in ENDS for q in ENDS if p is None or q is None or p <= q])
def test_an_interval_holds_every_value_and_refuses_a_gap(name, low, high):
    """Closed, open and missing ends: each number inside has a value, which lies in the interval found."""
    term = FUNCTIONS[name]
    for low_open, high_open in itertools.product((False, True), repeat=2):
        if low is not None and low == high and (low_open or high_open):
            continue
        side = Interval(low, high, low_open and low is not None, high_open and high is not None)
        try:
            found = enclose(term, {a: side})
        except NotDefinedError:
            continue
        for place in GRID:
            if (low is not None and (place < low or (place == low and side.low_open))) or (
                high is not None and (place > high or (place == high and side.high_open))
            ):
                continue
            got = value(term, place)
            assert got is not None, f"{term!r} on {side}: balls give no value at {place}"
            assert found.low is None or got > rational(found.low) or got.overlaps(rational(found.low))  # type: ignore[operator,attr-defined]
            assert found.high is None or got < rational(found.high) or got.overlaps(rational(found.high))  # type: ignore[operator,attr-defined]
            if got.is_exact():  # type: ignore[attr-defined]
                assert not (found.low_open and got == rational(found.low or F(0)))
                assert not (found.high_open and got == rational(found.high or F(0)))


def _nodes(term: Term) -> set[type[Term]]:
    return {type(node) for node in t.walk(term)}


ROWS = (*ALGEBRA, *EXPONENTIALS, *ANALYSIS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.written)
def test_complex_balls_read_the_table(row):
    """At real places: the value wherever there is one. What they say elsewhere is asked of nobody."""
    if _nodes(row.term) & {t.Call, t.Derivative, t.Integral}:
        return  # written out before a body is looked at
    numbers = {n: arb(n.value.numerator) / n.value.denominator for n in t.walk(row.term) if isinstance(n, t.Number)}
    try:
        function = complex_function(row.term, numbers)
    except UncertainError:
        assert _nodes(row.term) & {t.Special}  # arccos and Gamma
        return
    for place, wanted in row.values.items():
        for analytic in (False, True):
            got = function(acb(rational(place)), analytic)
            if wanted is not None and got.is_finite():
                assert float(got.real.mid()) == pytest.approx(float(wanted), rel=1e-9, abs=1e-9)
                assert float(abs(got.imag).upper()) < 1e-9
            assert wanted is None or got.is_finite() or place == 0, f"{row.written} at {place}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.written)
def test_an_integral_over_a_place_without_a_value_has_none(row):
    """Complex balls give the root of a negative number a value: the real range is looked at first."""
    body = substitute(row.term, {a: u})
    for place in (place for place, wanted in row.values.items() if wanted is None):
        near = place + F(1, 8)
        for low, high in ((place, place), (place, near), (near, place)):
            term = integral(body, u, low, high)
            assert value(term, F(0)) is None, f"{term!r}"
            with pytest.raises(NotDefinedError):
                enclose(term, {})


QUADRATURES: dict[str, tuple[Term, Value]] = {
    "a kink": (integral(abs(u - a), u, 0, 1), 5 / 18),
    "kinks": (integral(abs(sin(10 * u)), u, 0, 1), 0.6160928),
    "a root at its end": (integral(u ** F(1, 3), u, 0, 1), 0.75),
    "ends the other way round": (integral(u, u, 1, 0), -0.5),
    "an end that moves": (integral(exp(u), u, 0, a), math.exp(1 / 3) - 1),
    "the sine of a root": (integral(sin(sqrt(u)) * exp(-u), u, 0, oo), 0.690194223521571),
    "zero": (integral(0 * u, u, 0, oo), 0.0),
    "zero between": (integral(0 * u, u, 0, 1), 0.0),
    "power 0": (integral(u**0 * exp(-u), u, 0, oo), 1.0),
    "power 0 between": (integral(u**0, u, -1, 1), 2.0),
}


@pytest.mark.parametrize("name", QUADRATURES)
def test_quadrature(name):
    term, wanted = QUADRATURES[name]
    got = value(term, F(1, 3))
    assert got is not None
    assert got.rad() < 1e-6  # type: ignore[attr-defined]
    assert float(got.mid()) == pytest.approx(wanted, abs=1e-6)  # type: ignore[attr-defined, arg-type]


DIVERGENT = (
    raised(u, u**2) * exp(-u),  # an exponent that varies: 1 + u^2 > 0 shows nothing
    exp(-raised(u, -u)),
    exp(-(u ** -1)),
    u**-1 * exp(-u),
    exp(-u) * exp(u),
    exp(-a * u),
    cos(u),
)  # fmt: skip


@pytest.mark.parametrize("body", DIVERGENT, ids=repr)
def test_an_improper_integral_that_is_not_shown_to_converge_is_refused(body):
    for side in (Interval(F(0), F(1)), Interval(F(-1), F(1))):
        with pytest.raises(NotDefinedError):
            enclose(integral(body, u, 0, oo), {a: side})
    assert value(integral(body, u, 0, oo), F(0)) is None


def test_a_slope_needs_what_its_variable_is_declared_to_be():
    p, n, z = positive("p"), negative("n"), real("z", nonzero=True)
    for variable, good, bad in ((p, (1,), (0, -1)), (n, (-1,), (0, 1)), (z, (1, -1), (0,))):
        for place in (*good, *bad):
            slope = derivative(variable**2, variable, at=number(place))
            if place in good:
                assert enclose(slope, {}).low == 2 * place
                assert value(slope, F(0)) is not None
            else:
                assert value(slope, F(0)) is None
                with pytest.raises(NotDefinedError):
                    enclose(slope, {})


def test_slopes_of_slopes_look_around_the_point():
    inner = derivative(h + u ** F(5, 2) + sqrt(h), h, at=u**2)
    outer = derivative(inner, u, at=a)
    for place, wanted in ((F(0), False), (F(-1), False), (F(1), True)):  # u^(5/2) and the root of h = u^2 need u > 0
        assert (value(outer, place) is not None) is wanted
        if wanted:
            enclose(outer, {a: Interval(place, place)})
        else:
            with pytest.raises(NotDefinedError):
                enclose(outer, {a: Interval(place, place)})
    with pytest.raises(CalculusError, match="no rule to differentiate Integral"):
        list(around(integral(h, h, 0, u), u))


def test_work_is_bounded_and_said():
    """A body without a row is refused at once, one with too many waves when the work is spent; so are large numbers."""
    with ctx.workprec(128):
        with pytest.raises(UncertainError, match="no integral over arccos"):
            evaluate(integral(arccos(u), u, 0, 1), {})
        with pytest.raises(UncertainError, match="which is all that is tried"):
            evaluate(integral(sin(10**9 * u) ** 2, u, 0, 1), {}, work=Work(500))
    for term in (exp(a), exp(-a), exp(exp(a)), exp(a) * exp(-a), raised(2, a), (1 + a) ** 999):
        found = enclose(term, {a: Interval(F(10) ** 9, None)})
        ends = [end for end in (found.low, found.high) if end is not None]
        assert all(end.numerator.bit_length() + end.denominator.bit_length() < 10**5 for end in ends)
    nested = integral(integral(1 / (u - h), u, 0, a), h, 0, a)
    with pytest.raises(NotDefinedError, match="Remedy: a shorter range"):
        enclose(nested, {a: Interval(F(0), F(1))})


def test_a_constant_to_the_power_0_is_1():
    with ctx.workprec(128):
        for base in (number(0), pi - pi, number(3)):
            assert evaluate(t.Power(base, F(0)), {}) == 1
