"""What balls and bounds promise: they hold every point, every slope, every tail, every ratio."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import acb, arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from rates.expressions import Sample, smooth

from verify.errors import UserError
from verify.rates.envelopes import gaussian_tail, growth
from verify.rates.expression import Node
from verify.rates.gegenbauer_series import harmonics, largest_ratio_after, ratios
from verify.rates.named import named
from verify.rates.parsing import parse
from verify.rates.pieces import pieces
from verify.rates.program import Bound, bind, compile_
from verify.rates.quadrature import CannotEncloseError, TooMuchWorkError, Work, around, integrate

PLACES = st.fractions(-5, 5, max_denominator=32)
UNIT = st.fractions(-1, 1, max_denominator=16)
GROWING = (
    *named(), "exp(z)", "sinh(z)*z^3", "cosh(z/2)", "log(1 + z^2)", "sqrt(1 + z^2)", "z^2/(1 + exp(-z))", "exp(-z^2)",
    "z/(2 - tanh(z))", "softplus(3*z)", "exp(sin(z))", "exp(2 - z)*atan(z)", "(1 + exp(z))^0.5", "log(1 + exp(-3*z))",
)  # fmt: skip


def bound(node: Node) -> Bound:
    return bind(compile_(node))


def ball(q: Fraction) -> arb:
    return arb(q.numerator) / q.denominator


def compiled(text: str) -> Bound:
    return bound(pieces(parse(text), None)[0].node)


@settings(deadline=None)
@given(smooth, PLACES, PLACES, st.fractions(Fraction(1, 32), 2, max_denominator=32), UNIT, UNIT)
def test_boxes_hold_the_values_of_their_points(
    sample: Sample, x: Fraction, y: Fraction, size: Fraction, a: Fraction, b: Fraction
) -> None:
    boxes_hold(sample.text, x, y, size, a, b)


def boxes_hold(text: str, x: Fraction, y: Fraction, size: Fraction, a: Fraction, b: Fraction) -> None:
    """phi and phi' at x + a size + i (y/4 + b size) lie in their enclosures on the box of half side `size`."""
    with ctx.workprec(64):
        f = compiled(text)
        box = acb(arb(ball(x), ball(size)), arb(ball(y / 4), ball(size)))
        inside = acb(ball(x + a * size), ball(y / 4 + b * size))
        for whole, point in zip(f(box), f(inside), strict=True):
            if acb(whole).is_finite():
                assert acb(whole).overlaps(acb(point))


@pytest.mark.parametrize(
    "name", ["tanh", "sigmoid", "softplus", "erf", "atan(z)", "asinh(z)", "gelu", "mish", "log(2 + z)"]
)
@settings(max_examples=40, deadline=None)
@given(PLACES, PLACES, st.fractions(Fraction(1, 8), 3, max_denominator=8), UNIT, UNIT)
def test_boxes_of_single_functions(
    name: str, x: Fraction, y: Fraction, size: Fraction, a: Fraction, b: Fraction
) -> None:
    boxes_hold(name, x, y, size, a, b)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("tanh(z)", (0, 1.6)),
        ("sigmoid(z)", (0, 3.1)),
        ("softplus(z)", (0, 3.1)),
        ("atan(z)", (0, 1)),
        ("asinh(z)", (0, 2)),
        ("log(z)", (-1, 0)),
        ("sqrt(z)", (0, 0)),
        ("1/z", (0, 0)),
        ("tan(z)", (1.5, 0)),
        ("sqrt(1 + z^2)", (0, 1)),
        ("sqrt(z)", (-3, 0)),
        ("(2 + z)^(1/3)", (-4, 0)),
        ("atan(z)", (0, 2)),
    ],
)
def test_boxes_over_poles_and_cuts_are_not_finite(text: str, place: tuple[float, float]) -> None:
    """Otherwise a bound on such a box would prove a rate of convergence that is not there."""
    with ctx.workprec(64):
        for size in (0.2, 1.0, 3.0):
            value, slope = compiled(text)(acb(arb(place[0], size), arb(place[1], size)))
            assert not (acb(value).is_finite() and acb(slope).is_finite())


@settings(deadline=None)
@given(smooth, PLACES, st.integers(2, 30))
def test_slopes_hold_difference_quotients(sample: Sample, x: Fraction, halvings: int) -> None:
    """By the mean value theorem phi' over [x, x + h] takes the value (phi(x + h) - phi(x))/h."""
    with ctx.workprec(200):
        f = compiled(sample.text)
        h = Fraction(1, 2**halvings)
        quotient = (arb(f(ball(x + h))[0]) - arb(f(ball(x))[0])) / ball(h)
        slope = arb(f(ball(x).union(ball(x + h)))[1])
        assert not slope.is_finite() or slope.overlaps(quotient)


@pytest.mark.parametrize("text", GROWING)
@settings(max_examples=25, deadline=None)
@given(st.integers(4, 40), st.fractions(0, 60, max_denominator=8), st.sampled_from([-1, 1]))
def test_growth_holds_beyond_its_start(text: str, start: int, further: Fraction, side: int) -> None:
    with ctx.workprec(80):
        piece = pieces(parse(text), None)[0 if side < 0 else -1]
        f = bound(piece.node)
        z = start + ball(further)
        for envelope, value in zip(growth(f.program, start, side), f(side * z), strict=True):
            assert envelope is not None, text
            top = envelope.factor * z**envelope.power * (envelope.rate * z).exp()
            assert not abs(value) > top


@pytest.mark.parametrize("text", ["exp(z^2)", "tan(z)", "sin(log(9 - z^2))", "log(z)", "1/sin(z)", "sqrt(z)"])
def test_growth_that_is_not_known_is_not_claimed(text: str) -> None:
    with ctx.workprec(80):
        program = compiled(text).program
        assert None in (*growth(program, 8, 1), *growth(program, 8, -1))


@settings(deadline=None)
@given(st.integers(4, 20), st.integers(0, 3), st.fractions(0, 2, max_denominator=4))
def test_gaussian_tails(start: int, power: int, rate: Fraction) -> None:
    """E[Z^P e^(QZ); Z >= R] by flint's own quadrature up to R + 60."""
    from verify.rates.envelopes import Envelope

    with ctx.workprec(100):
        q = ball(rate)
        found = gaussian_tail(Envelope(arb(1), power, q), 2, start)
        if found is None:
            return
        tolerances = {"rel_tol": arb(2) ** -20, "abs_tol": arb(2) ** -2000}
        whole = acb.integral(
            lambda z, _: z ** (2 * power) * (2 * q * z - z * z / 2).exp(), start, start + 60, **tolerances
        )
        assert whole.real / (2 * arb.pi()).sqrt() < found


@pytest.mark.parametrize("n", [3, 4, 7, 31, 127])
def test_ratios_stay_below_their_bound(n: int) -> None:
    with ctx.workprec(100):
        at = ratios(n, 160)
        for degree in (0, 1, 5, 40, 100):
            top = largest_ratio_after(n, degree)
            assert all(not abs(r) > top for r in at[degree + 1 :])
            assert top <= 1


@pytest.mark.parametrize("n", [3, 4, 9])
def test_ratios_and_dimensions_are_those_of_gegenbauer(n: int) -> None:
    with ctx.workprec(100):
        alpha = arb(n - 2) / 2
        for k, r in enumerate(ratios(n, 12)):
            at_one = arb(1).gegenbauer_c(k, alpha)
            assert r.overlaps((arb(-1) / n).gegenbauer_c(k, alpha) / at_one)
            assert ((k + alpha) / alpha * at_one).overlaps(arb(harmonics(n, k)))


def total(f, ends: tuple[float, float], work: int = 10**5):  # type: ignore[no-untyped-def]
    sums = [arb(0)]

    def values(x, w) -> None:  # type: ignore[no-untyped-def]
        sums[0] += w * f(x)

    with ctx.workprec(150):
        errors = integrate(
            values, lambda box: [f(box).abs_upper()], (arb(ends[0]), arb(ends[1])), arb(2) ** -110, Work(work)
        )
        return sums[0] + around(errors[0])


def test_quadrature_holds_known_integrals() -> None:
    with ctx.workprec(200):
        cases = [
            (total(lambda x: x.exp(), (-1, 2)), arb(2).exp() - arb(-1).exp()),
            (total(lambda x: 1 / (1 + 10000 * x * x), (-1, 1)), arb(100).atan() / 50),
            (total(lambda x: (50 * x).sin() ** 2, (0, 1)), arb(1) / 2 - arb(100).sin() / 200),
            (total(lambda x: x**9, (-1, 3)), (arb(3) ** 10 - 1) / 10),
        ]
    for found, exact in cases:
        assert found.overlaps(exact)
        assert found.rad() < 1e-28
        assert not found.contains(exact + arb("1e-27"))


def test_quadrature_gives_up_clearly() -> None:
    with pytest.raises(CannotEncloseError) as caught:
        total(lambda x: 1 / (x - arb("0.3")), (0, 1))
    assert abs(float(caught.value.place.mid()) - 0.3) < 1e-6
    with pytest.raises(TooMuchWorkError):
        total(lambda x: (10**6 * x).sin(), (0, 1))


def test_error_of_too_few_nodes_is_inside_the_ball() -> None:
    """With a coarse tolerance the ball is wide, and right."""
    sums = [arb(0)]

    def values(x, w) -> None:  # type: ignore[no-untyped-def]
        sums[0] += w / (1 + x * x)

    with ctx.workprec(100):
        errors = integrate(
            values, lambda b: [(1 / (1 + b * b)).abs_upper()], (arb(-1), arb(1)), arb("1e-3"), Work(1000)
        )
        found = sums[0] + around(errors[0])
        assert found.contains(arb.pi() / 2)
        assert not sums[0].contains(arb.pi() / 2)


def test_user_error_is_what_trees_raise() -> None:
    with pytest.raises(UserError):
        parse("z^65")
