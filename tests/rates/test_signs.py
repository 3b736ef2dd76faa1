"""The sign on an interval: exact values of random piecewise polynomials on both sides of each break and at it."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq
from rates.piecewise import piecewise

from verify.errors import UserError
from verify.rates.exactly import at_point
from verify.rates.expression import Node, constant
from verify.rates.parsing import parse
from verify.rates.pieces import pieces
from verify.rates.rate import rate
from verify.rates.signs import CutError, Interval, in_balls, signs

PLACES = [Fraction(a, b) for b in (1, 2, 3, 4, 7) for a in range(-4 * b, 4 * b + 1)] + [Fraction(10**6)]
LINE = Interval(None, None, None)


def value_at(node: Node, z: Fraction) -> Fraction:
    value = constant(at_point(node, z))
    assert value is not None
    return value


def held(seed: int) -> bool:
    """Do the pieces of a random piecewise polynomial have its values? False: it was refused."""
    rng = random.Random(seed)
    text, square = piecewise(rng, 4, elementary=False), rng.choice([None, 3, 4, 7])
    node = parse(text)
    try:
        found = pieces(node, square)
    except UserError:
        return False
    assert (found[0].low, found[-1].high) == (None, None)
    for z in PLACES:
        if square is None or z * z < square:
            here = [p for p in found if (p.low is None or p.low <= z) and (p.high is None or z <= p.high)]
            expected = value_at(node, z)
            assert {value_at(p.node, z) for p in here} == {expected}, (text, z)
    return True


def test_pieces_have_the_values_of_the_expression() -> None:
    assert sum(held(seed) for seed in range(400)) > 250


@pytest.mark.long
def test_pieces_have_the_values_of_very_many_expressions() -> None:
    assert sum(held(seed) for seed in range(1000, 41_000)) > 25_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-z^2", {-1, 0}),
        ("z^2*(z-1)^4 + 0", {0, 1}),
        ("z^2 + 1", {1}),
        ("-(z^2-2)^2", {-1, 0}),
        ("z - z", {0}),
        ("tanh(z) - tanh(z)", {0}),
        ("(tanh(z) - tanh(z))^2", {0, 1}),
        ("sin(z)^2", {0, 1}),
        ("sin(z)^2 + exp(z)", {1}),
        ("sin(z)^2 + z^4", {0, 1}),
        ("tanh(-z^2)*exp(z)", {-1, 0}),
        ("1 - exp(z^2)", {-1, 0}),
        ("1/(z^2 + 1)", {1}),
        ("-1/z^2", {-1}),
        ("sin(3)", {1}),
        ("sin(4)*z^2", {-1, 0}),
        ("pi - pi", {0}),
        ("pi - 3.1415926535897932384626433832795", {1}),
        ("-exp(z)", {-1}),
        ("-sqrt(sin(z))", {-1, 0}),
        ("(z^2)^(-1)", {1}),
        ("(-z^2)^(-1)", {-1}),
        ("sin(z)^(-2)", {1}),
        ("sin(z)^(-1/2)", {1}),
        ("sqrt(0)", {0, 1}),
        ("exp(z) + exp(z)", {1}),
        ("exp(z) + sin(z)^2", {1}),
        ("exp(z) + (tanh(z) - tanh(z))", {1}),
        ("sin(z)^2 + (tanh(z) - tanh(z))", {0, 1}),
    ],
)
def test_signs_on_the_whole_line(text: str, expected: set[int]) -> None:
    assert signs(parse(text), LINE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tanh(z)^2", {1}),
        ("tanh(z)^3", {-1}),
        ("1/tanh(z)^3", {-1}),
        ("tanh(z)^(-1)", {-1}),
        ("sqrt(tanh(z))", set()),  # defined nowhere
        ("sqrt(-tanh(z))", {1}),
        ("sqrt(tanh(z) - tanh(z))", {0}),
    ],
)
def test_signs_of_powers_below_zero_where_nothing_may_vanish(text: str, expected: set[int]) -> None:
    assert signs(parse(text), Interval(None, Fraction(0), None), nonzero=True) == expected


@pytest.mark.parametrize("text", ["z", "z^3", "tanh(z)^3", "z*(z-1)^2", "tanh(z^3)", "z*exp(z)", "-z^5"])
def test_a_change_of_sign_is_a_cut(text: str) -> None:
    with pytest.raises(CutError) as found:
        signs(parse(text), LINE)
    assert found.value.point == 0


@pytest.mark.parametrize(
    ("text", "point"), [("z^2", 0), ("(z-1)^4*exp(z)", 1), ("tanh((z+2)^2)", -2), ("z^2*sinh(z)^2", 0)]
)
def test_a_touching_zero_is_a_cut_where_nothing_may_vanish(text: str, point: int) -> None:
    with pytest.raises(CutError) as found:
        signs(parse(text), LINE, nonzero=True)
    assert found.value.point == point


@pytest.mark.parametrize(
    "text",
    [
        "sin(z)",
        "z^2 - 2",
        "log(z^2 + 1) - 1",
        "cos(pi/2)",
        "sin(1)^2 + cos(1)^2 - 1",
        "log(1)",
        "exp(z) - 2",
        "2 - exp(z)",
        "1 - cosh(z)",
    ],
)
def test_what_cannot_be_decided_is_refused(text: str) -> None:
    with pytest.raises(UserError):
        signs(parse(text), LINE)


def test_the_point_that_is_looked_at_lies_inside() -> None:
    """A break may lie closer to the end of the range than any fixed accuracy of its square root."""
    for digits in (3, 7, 30, 60):
        with ctx.workprec(300):
            low = Fraction(int((arb(3).sqrt() * 10**digits).floor().unique_fmpz()), 10**digits)
            where = Interval(low, None, 3)
            assert where.low < where.inside()
            assert where.inside() ** 2 < 3
            assert Interval(None, -low, 3).inside() < -low
    edge = 2 * Interval(Fraction(0), None, 3).inside()  # as found with 20 bits
    assert edge**2 < 3 < (edge + Fraction(1, 2**19)) ** 2
    assert edge < Interval(edge, None, 3).inside()
    assert Interval(Fraction(-1), Fraction(2), 99).inside() == Fraction(1, 2)
    assert Interval(Fraction(5), None, None).inside() > 5
    assert Interval(None, Fraction(-5), None).inside() < -5
    assert Interval(None, None, None).inside() == 0


@pytest.mark.parametrize(
    ("where", "place", "expected"),
    [
        (Interval(Fraction(1), Fraction(2), 9), arb(1.5), True),
        (Interval(Fraction(1), Fraction(2), 9), arb(0.5), False),
        (Interval(Fraction(1), Fraction(2), 9), arb(2.5), False),
        (Interval(Fraction(1), Fraction(2), 9), arb(1, 0.25), True),
        (Interval(Fraction(1), Fraction(2), 9), arb(2, 0.25), True),
        (Interval(Fraction(1), None, 9), arb(2.9), True),
        (Interval(Fraction(1), None, 9), arb(3.1), False),
        (Interval(None, Fraction(1), 9), arb(-3.1), False),
        (Interval(None, None, 9), arb(3, 0.25), True),
    ],
)
def test_only_what_lies_wholly_outside_is_outside(where: Interval, place: arb, expected: bool) -> None:
    assert where.may_hold(place) is expected


@pytest.mark.parametrize(
    ("text", "z", "expected"),
    [("z", 2, 2), ("z*z", 3, 9), ("abs(z)", -3, 3), ("sign(z)", -3, -1), ("max(z, 1)", -3, 1), ("min(z, 1)", -3, -3)],
)
def test_balls_of_piecewise_operations(text: str, z: int, expected: int) -> None:
    assert in_balls(parse(text), arb(z)) == expected
    for undefined in ("max(1, 1/z)", "min(1/z, 1)", "abs(1/z)", "sign(log(z))"):
        assert not in_balls(parse(undefined), arb(0)).is_finite()
    assert not in_balls(parse("min(z, 1)"), arb.pos_inf()).is_finite()


def test_a_polynomial_that_takes_long_to_factor_is_refused() -> None:
    for added in ("7" * 78 + "/" + "3" * 77, "1"):
        with pytest.raises(UserError, match=r"zeros of a polynomial of degree 64 with coefficients of [\d]+ bits"):
            signs(parse("(" + "9" * 79 + "*z + " + added + ")^64 - 1"), LINE)


def test_zeros_outside_an_interval_are_no_breaks() -> None:
    assert signs(parse("z^2 - 2"), Interval(Fraction(2), None, None)) == {1}
    assert signs(parse("z^2 - 2"), Interval(Fraction(-1), Fraction(1), None)) == {-1}
    assert signs(parse("z^2 - 2"), Interval(None, None, 2)) == {-1}


# ---- the rates that came out wrong ----------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "batch", "expected"),
    [
        ("relu(-z^2) + z", None, Fraction(1)),
        ("z + max(0, z^2)", 4, Fraction(34, 9)),
        ("min(0, z^4) + z", None, Fraction(1)),
        ("z + abs(-z^2)*z/6", None, rate("z + z^3/6", None).exact),
        ("z*sign((tanh(z)-tanh(z))^2) + z^3", None, Fraction(9, 5)),
        ("z*sign(z - z) + z^3", None, Fraction(9, 5)),
        ("max(z, z)", 8, Fraction(6, 5)),
        ("max(sin(z), sin(z)) - sin(z) + z", 8, Fraction(6, 5)),
        ("abs(z)*abs(z)", 8, rate("z^2", 8).exact),
        ("sign(z)^2*z", 8, Fraction(6, 5)),
        ("max((z-1)^2*(z-2)^2, 0)", 8, rate("(z-1)^2*(z-2)^2", 8).exact),
        ("abs(-(z^2-2)^2)", 8, rate("(z^2-2)^2", 8).exact),
        ("abs(abs(z)^3)*sign(z)", 8, rate("z^3", 8).exact),
        ("z^0*z + (z-z)^0", 8, Fraction(6, 5)),
    ],
)
def test_exact_rates_with_zeros_of_even_order(text: str, batch: int | None, expected: Fraction) -> None:
    found = rate(text, batch).value
    with ctx.workprec(300):
        assert found.contains(fmpq(expected.numerator, expected.denominator))
    assert found.rad() < 1e-20


def test_elu_of_a_square() -> None:
    with ctx.workprec(120):
        assert rate("elu(-z^2)", None).value.overlaps(rate("exp(-z^2)", None).value)


# ---- what is left out stays part of where phi is defined --------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "z + (1/z)^0",
        "z + (log(z) - log(z))",
        "z + 0*log(z)",
        "z*sign(1/(z - 1)^2)",
        "z + sign(exp(log(z)))*z",
        "z + max(0, 1/z^2) - 1/z^2",
        "z + max(-1/z^2, 1)",
        "z/sign(z)",
        "z + log(z)^0",
        "z + 0*tan(z)",
    ],
)
@pytest.mark.parametrize("batch", [4, None])
def test_undefined_somewhere_is_refused(text: str, batch: int | None) -> None:
    with pytest.raises(UserError):
        rate(text, batch)


@pytest.mark.parametrize(
    "text", ["z + sign(z)^2", "z + sign((z-1)^2)", "z + sign((z^2-2)^2)", "max(sign(z), z-z)*z + sign(z)"]
)
def test_a_jump_at_one_point_is_a_jump(text: str) -> None:
    with pytest.raises(UserError, match=r"jump|irrational|rational"):
        rate(text, 8)


@pytest.mark.parametrize(
    ("text", "like"),
    [
        ("z*sign(z) + softplus(z)", "abs(z) + softplus(z)"),
        ("sign(z)*tanh(z)*exp(z) + cos(z)", "abs(tanh(z))*exp(z) + cos(z)"),
        ("sign(z - 1)*(z - 1)*sin(z)", "abs(z - 1)*sin(z)"),
        ("sign(z)*z*exp(abs(z) + 1) + sign(z + 1)*relu(z + 1)", "abs(z)*exp(abs(z) + 1) + relu(z + 1)"),
        ("exp(sign(z)*z)", "exp(abs(z))"),
    ],
)
def test_values_at_a_break_may_be_any_numbers(text: str, like: str) -> None:
    assert rate(text, 8, 6).value.overlaps(rate(like, 8, 6).value)


@pytest.mark.parametrize(
    "text", ["sign(z)*softplus(z)", "sign(z - 1)*sin(z)", "exp(sign(z))", "sign(z)*(exp(z) - cos(1)) + z"]
)
def test_jumps_between_numbers_that_are_not_rational(text: str) -> None:
    with pytest.raises(UserError, match="cannot be shown to agree"):
        rate(text, 8)


def test_only_where_sign_jumps_must_the_sides_be_known_to_agree() -> None:
    plain = rate("z + abs(z - 1)*sin(z)", 8, 8).value
    assert plain.overlaps(rate("z*sign(z)*sign(z) + abs(z - 1)*sin(z)", 8, 8).value)
