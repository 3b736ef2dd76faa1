"""The ranges of functions that are not algebraic, against their values at the ends in balls of another precision."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, ctx

from tests.scalar.test_interval_arithmetic import shown, side
from verify.proof.numbers.interval_arithmetic import NotDefinedError, ends_of
from verify.proof.numbers.interval_functions import EXTREME, special

F = Fraction
NEAR = F(1, 2**80)


def _value(text: str) -> tuple[F, F]:
    """Ends, as close as it matters here, of a value that is written with the methods of balls: "2.exp"."""
    number, _, function = text.partition(".")
    with ctx.workprec(300):
        ball = arb(F(number).numerator) / F(number).denominator
        return ends_of(getattr(ball, function)() if function else ball)


def _between(found: F | None, text: str, slack: F) -> bool:
    """Is it the value, or by less than the slack below (or above, for a negative one) and no number inside?"""
    if found is None or text == "oo":
        return found is None and text == "oo"
    low, high = _value(text)
    return min(low, low + slack) <= found <= max(high, high + slack)


@pytest.mark.parametrize(
    ("name", "argument", "low", "high"),
    [
        ("exp", "[1, 2]", "1.exp", "2.exp"),
        ("exp", "[0, 1/2)", "0.exp", "1/2.exp"),
        ("exp", "(-3, -1]", "-3.exp", "-1.exp"),
        ("exp", "[1, oo)", "1.exp", "oo"),
        ("exp", "[-1000, -1000]", "-1000.exp", "-1000.exp"),
        ("exp", "[-1000, -999]", "-1000.exp", "-999.exp"),
        ("log", "[1/2, 2]", "1/2.log", "2.log"),
        ("log", "(0, 3)", "oo", "3.log"),
        ("log", "[3, oo)", "3.log", "oo"),
        ("log", "(0, oo)", "oo", "oo"),
        ("erf", "[-1, 2]", "-1.erf", "2.erf"),
        ("erf", "[1/2, 1/2]", "1/2.erf", "1/2.erf"),
        ("arccos", "[-1, 0]", "0.acos", "-1.acos"),
        ("arccos", "[1/3, 1]", "0", "1/3.acos"),
        ("arccos", "(-1/2, 1/2)", "1/2.acos", "-1/2.acos"),
        ("arccos", "[-1, 1]", "0", "-1.acos"),
    ],
)
def test_the_ends_are_the_values_at_the_ends(name, argument, low, high):
    found = special(name, [side(argument)], name)
    assert _between(found.low, low, -NEAR)
    assert _between(found.high, high, NEAR)
    assert not found.low_open
    assert name != "exp" or found.positive


@pytest.mark.parametrize(
    ("name", "argument", "range_of"),
    [
        ("exp", "(-oo, oo)", "(0, oo)"),
        ("exp", "[-1001, 1001]", "(0, oo)"),
        ("Gamma", "(0, 3]", "(0, oo)"),
        ("Gamma", "[1, oo)", "(0, oo)"),
        ("pow", "(0, 3]", "(0, oo)"),
        ("pow", "[1, 2]", "(0, oo)"),
        ("erf", "(-oo, oo)", "(-1, 1)"),
        ("erf", "[0, oo)", "(-1, 1)"),
        ("erf", "(-oo, 0]", "(-1, 1)"),
        ("sin", "(-oo, 0]", "[-1, 1]"),
        ("cos", "[0, oo)", "[-1, 1]"),
        ("sin", "[0, 5]", "[-1, 1]"),
        ("cos", "[-100, 100]", "[-1, 1]"),
        ("sin", "[1, 2]", "[0, 1]"),
        ("cos", "[-1, 1]", "[0, 1]"),
        ("cos", "[3, 10/3]", "[-1, 0]"),
    ],
)
def test_ranges_with_rational_ends(name, argument, range_of):
    """Of sin and cos near a top only that end is rational, so that the other is asked for roughly."""
    found, wanted = special(name, [side(argument), side("(-oo, oo)")], name), side(range_of)
    if name in ("sin", "cos") and wanted.low != -1:
        assert (found.high, found.high_open) == (1, False)
        assert found.low is not None
        assert 0 < found.low < 1
    elif name in ("sin", "cos") and wanted.high != 1:
        assert (found.low, found.low_open) == (-1, False)
        assert found.high is not None
        assert -1 < found.high < 0
    else:
        assert shown(found) == shown(wanted)


def test_the_ends_of_arccos():
    """Open below exactly where 1 is left out of the argument, as arccos(1) = 0 alone; closed elsewhere."""
    for argument, opened in (("[0, 1)", True), ("[0, 1]", False), ("[-1, 1/2)", False), ("(-1, 0]", False)):
        found = special("arccos", [side(argument)], "arccos")
        assert (found.low_open, found.high_open) == (opened, False)


def test_far_ends_of_exp():
    """Beyond what is computed, a bound from the near side, so that no number has millions of bits."""
    above = special("exp", [side(f"[{EXTREME + 5}, oo)")], "exp")
    below = special("exp", [side(f"(-oo, {-EXTREME - 5}]")], "exp")
    thousand, small = _value("1000.exp"), _value("-1000.exp")
    assert special("exp", [side(f"[0, {EXTREME}]")], "exp").high is not None
    assert above.high is None
    assert above.low is not None
    assert thousand[0] * (1 - NEAR) < above.low <= thousand[1]
    assert (below.low, below.low_open) == (0, True)
    assert below.high is not None
    assert small[0] <= below.high < small[1] * (1 + NEAR)


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_sin_and_cos_of_a_short_range(name):
    for low in range(-8, 9):
        for width in (F(0), F(1, 8), F(2), F(7, 2), F(4)):
            argument = side(f"[{low}, {low + width}]")
            found = special(name, [argument], name)
            assert found.low is not None
            assert found.high is not None
            for k in range(9):
                value = _value(f"{low + width * k / 8}.{name}")
                assert found.low <= value[1]
                assert value[0] <= found.high
            assert found.low >= -1
            assert found.high <= 1
            assert found.high - found.low <= width + NEAR


def test_pi():
    found = special("pi", [], "pi")
    with ctx.workprec(300):
        low, high = ends_of(arb.pi())
    assert found.low is not None
    assert found.high is not None
    assert found.low <= high
    assert low <= found.high
    assert 0 < found.high - found.low < NEAR


@pytest.mark.parametrize(
    ("name", "argument", "why"),
    [
        *((name, argument, "positive") for name in ("log", "Gamma", "pow") for argument in ("[0, 1]", "(-oo, 1]")),
        *((name, "[-2, -1]", "positive") for name in ("log", "Gamma", "pow")),
        *(("arccos", argument, "lies in") for argument in ("[-2, 0]", "[0, 2]", "(-oo, 0]", "[0, oo)", "(-3/2, 0]")),
        ("zeta", "[2, 3]", "zeta cannot stand here"),
        ("oo", "[2, 3]", "oo cannot stand here"),
    ],
)
def test_what_may_have_no_value_is_refused(name, argument, why):
    with pytest.raises(NotDefinedError, match=why):
        special(name, [side(argument), side("[1, 2]")], name)
