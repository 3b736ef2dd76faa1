"""Intervals hold every value, and the zero test and derivatives agree with balls: two algorithms, random terms."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from flint import ctx
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from theory import Range, Term, arccos, between, cos, derivative, erf, exp, number, real, sin, sqrt
from theory.terms import CalculusError
from verify.exact.number_system import UncertainError, UndefinedError
from verify.exact.scalar_balls import evaluate, rational
from verify.proof.numbers import polynomials as p
from verify.proof.numbers.field import Field
from verify.proof.numbers.interval_arithmetic import hull, plus, rounded, times
from verify.proof.numbers.intervals import Interval, NotDefinedError, domain_of, enclose, sign_of
from verify.proof.numbers.reading import read

x, a = real("x"), real("a")
F = Fraction
NUMBERS = st.fractions(min_value=-3, max_value=3, max_denominator=6)


def _grown(inner: st.SearchStrategy[Term]) -> st.SearchStrategy[Term]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        pair.map(lambda s: s[0] + s[1]),
        pair.map(lambda s: s[0] * s[1]),
        pair.map(lambda s: s[0] / (s[1] ** 2 + 1)),
        inner.map(lambda s: s**2 - 1),
        inner.map(lambda s: sqrt(s**2 + 2)),
        inner.map(lambda s: sin(s)),
        inner.map(lambda s: cos(2 * s)),
        inner.map(lambda s: exp(s / 2)),
        inner.map(lambda s: erf(s)),
        inner.map(lambda s: arccos(s / (1 + s**2))),
        inner.map(lambda s: abs(s)),
    )


TERMS = st.recursive(st.one_of(st.just(x), st.just(a), NUMBERS.map(number)), _grown, max_leaves=5)


@settings(max_examples=80, deadline=None)
@given(TERMS, NUMBERS, NUMBERS)
def test_the_interval_holds_every_value(term, at_x, at_a):
    box = domain_of({x: between(x, -3, 3), a: between(a, -3, 3)})
    with ctx.workprec(128):
        try:
            found, value = enclose(term, box), evaluate(term, {x: rational(at_x), a: rational(at_a)})
        except (NotDefinedError, UncertainError):  # "not shown" is no mistake; Hypothesis complains if it is frequent
            reject()
        assert found.low is None or value >= rational(found.low) or value.overlaps(rational(found.low))
        assert found.high is None or value <= rational(found.high) or value.overlaps(rational(found.high))
        sign = sign_of(term, box)
        assert not (sign in (">", ">=") and value < 0)
        assert not (sign in ("<", "<=") and value > 0)


ENDS = st.none() | st.integers(-3, 3).map(F)


@given(ENDS, ENDS, st.booleans(), st.booleans())
def test_the_interval_of_an_absolute_value_is_as_small_as_can_be(low, high, low_open, high_open):
    """Against the values at a grid that is finer than the ends and reaches beyond them."""
    try:
        sides = Range(x, low, high, low_open, high_open)
    except CalculusError:  # no number lies in it
        reject()
    sizes = [abs(F(k, 4)) for k in range(-20, 21) if sides.contains(F(k, 4))]
    if not sizes:
        reject()
    found = enclose(abs(x), domain_of({x: sides}))
    shown = Range(x, found.low, found.high, found.low_open, found.high_open)
    assert all(shown.contains(size) for size in sizes)
    assert not any(shown.contains(F(k, 4)) for k in range(-20, 21) if F(k, 4) not in sizes)


SIDES = st.builds(Interval, ENDS, ENDS, st.booleans(), st.booleans())
STEPS = [F(k, 4) for k in range(-20, 21)]


def _inside(side: Interval, value: Fraction) -> bool:
    above = side.low is None or value > side.low or (value == side.low and not side.low_open)
    return above and (side.high is None or value < side.high or (value == side.high and not side.high_open))


@settings(max_examples=300, deadline=None)
@given(SIDES, SIDES)
def test_sums_and_products_of_intervals_hold_every_pair(first, second):
    """With open, closed and missing ends, 0 at an end and 0 within: whether an end is attained counts."""
    ones, others = ([step for step in STEPS if _inside(side, step)] for side in (first, second))
    if not ones or not others:
        reject()
    total, product, joined = plus(first, second), times(first, second), hull([first, second])
    for one, other in itertools.product(ones[::3] + ones[-1:], others[::2] + others[-1:]):
        assert _inside(joined, one)
        assert _inside(joined, other)
        assert _inside(total, one + other)
        assert _inside(product, one * other)


@given(st.fractions(), st.integers(-6000, 6000))
def test_a_long_end_is_rounded_outwards(value, exponent):
    for end in (value, value * F(2) ** exponent, value * F(3) ** exponent):
        low, high = rounded(Interval(end, None, True)), rounded(Interval(None, end, False, True))
        assert low.low is None or low.low <= end
        assert high.high is None or high.high >= end
        assert not end > 0 or low.positive
        assert not end < 0 or high.negative
        for found in (low.low, high.high):
            assert found is None or found.numerator.bit_length() + found.denominator.bit_length() < 5000


@settings(max_examples=80, deadline=None)
@given(TERMS, TERMS, NUMBERS, NUMBERS)
def test_what_vanishes_is_zero(first, second, at_x, at_a):
    """A difference built to vanish does, and nothing vanishes that balls tell from 0."""
    field = Field()
    same = (first + second) ** 2 - first**2 - 2 * first * second - second**2
    try:
        assert field.vanishes(read(field, same))
        vanishes = field.vanishes(p.minus(read(field, first), read(field, second)))
    except p.TooLargeError:
        return
    with ctx.workprec(128):
        values = {x: rational(at_x), a: rational(at_a)}
        if vanishes:
            assert evaluate(first, values).overlaps(evaluate(second, values))


@settings(max_examples=60, deadline=None)
@given(TERMS, st.fractions(min_value=-2, max_value=2, max_denominator=7))
def test_derivatives_agree_with_differences(term, at):
    step = F(1, 2**60)
    with ctx.workprec(400):
        values = {a: rational(F(1, 3))}
        try:
            slope = evaluate(derivative(term, x), {**values, x: rational(at)})
        except (UncertainError, UndefinedError):
            return
        near = [evaluate(term, {**values, x: rational(at + sign * step)}) for sign in (1, -1)]
        difference = (near[0] - near[1]) / rational(2 * step)
        assert abs(difference - slope) < rational(F(1, 2**40)) * (1 + abs(slope))


@pytest.mark.parametrize(
    ("term", "sign"),
    [(1 - x**2, ">"), (x - 1, "<"), (x + 1, ">"), (x**2, ">="), (x, ""), (-abs(x), "<="), (x**2 - 2 * x + 2, ">")],
)
def test_signs_inside_an_open_interval(term, sign):
    assert sign_of(term, {x: Interval(F(-1), F(1), True, True)}) == sign


def test_what_may_be_undefined_is_refused():
    closed = {x: Interval(F(-1), F(1))}
    for term in (1 / x, sqrt(x), 1 / (1 - x**2), arccos(2 * x), 1 / sqrt(1 - x**2)):
        with pytest.raises(NotDefinedError):
            enclose(term, closed)
    assert enclose(sqrt(1 - x**2), closed).nonnegative
    assert enclose(1 / (2 - x**2), closed).positive
