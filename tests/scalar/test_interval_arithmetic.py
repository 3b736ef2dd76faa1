"""Sums, products, powers and roots of intervals, against ends worked out by hand: open, closed, infinite."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb

from verify.proof.numbers import interval_arithmetic as ia
from verify.proof.numbers.interval_arithmetic import Interval, NotDefinedError

F = Fraction


def side(text: str) -> Interval:
    """An interval as it is written in books, oo for no end."""
    low, high = text[1:-1].split(",")
    ends = [None if "oo" in end else F(end.strip()) for end in (low, high)]
    return Interval(ends[0], ends[1], text[0] == "(" and "oo" not in low, text[-1] == ")" and "oo" not in high)


def shown(found: Interval) -> str:
    low = "(-oo" if found.low is None else f"{'[('[found.low_open]}{found.low}"
    return f"{low}, oo)" if found.high is None else f"{low}, {found.high}{'])'[found.high_open]}"


HULLS = """
    [0, 1) [1, 2]: [0, 2]       (0, 1) [0, 1]: [0, 1]       (0, 1) (0, 1): (0, 1)       (-oo, 0] [1, 2): (-oo, 2)
    [1, oo) (0, 1): (0, oo)     [0, 0] (0, 1/2): [0, 1/2)   [0, 1/2) [0, 0]: [0, 1/2)   (-1, 0) [-2, 0): [-2, 0)
    [-1, 0] [-2, -1/2]: [-2, 0] [-2, 3] [0, 1]: [-2, 3]     (-oo, 0) [-1, 0]: (-oo, 0]  (0, 1] [0, 1): [0, 1]
    [0, 1] [1, oo): [0, oo)     [0, 1] (-oo, 1]: (-oo, 1]   [-1, -1/2) [-2, -1/2): [-2, -1/2)
"""
SUMS = """
    [0, 1) [1, 2]: [1, 3)       (0, 1] [1, 2]: (1, 3]       [0, 1] (1, 2): (1, 3)       [0, 1] [1, 2]: [1, 3]
    (-oo, 1) [1, 2]: (-oo, 3)   [1, 2] (-oo, 1]: (-oo, 3]   [0, oo) (1, 2]: (1, oo)     [2, 3] (-5, oo): (-3, oo)
    (-oo, 0) (0, oo): (-oo, oo) [-1, 1] [-1/2, 2]: [-3/2, 3]
"""
PRODUCTS = """
    [2, 3] [4, 5): [8, 15)      (2, 3] [4, 5]: (8, 15]      [2, 3) (4, 5]: (8, 15)      (2, 3) (4, 5): (8, 15)
    [0, 1) [4, 5]: [0, 5)       (0, 1] [4, 5]: (0, 5]       (4, 5] [0, 1]: [0, 5]       [4, 5] (0, 1]: (0, 5]
    (0, 1] [0, 1]: [0, 1]       [0, 1] (0, 1]: [0, 1]       (0, 1) (0, 2): (0, 2)       [0, 1] [0, 1): [0, 1)
    (0, 1] (0, oo): (0, oo)     [0, oo) (3, 4): [0, oo)     (0, oo) [3, 4]: (0, oo)     (0, oo) [1, 4]: (0, oo)
    (1, 2] [1, oo): (1, oo)     [1, oo) [1, 2): [1, oo)     [2, oo) [3, oo): [6, oo)    [1/2, 1] (0, 2]: (0, 2]
    [-3, -2) [4, 5]: [-15, -8)  (-3, -2] [4, 5]: (-15, -8]  [4, 5] [-3, -2): [-15, -8)  [4, 5] (-3, -2]: (-15, -8]
    [-3, -2] (-5, -4]: [8, 15)  (-oo, -2] (-oo, -4): (8, oo) (-oo, 0) [1, 2]: (-oo, 0)  (-oo, 0] (1, 2]: (-oo, 0]
    [-1, 2] [-3, 4]: [-6, 8]    [-1, 2] [3, 4]: [-4, 8]     [3, 4] [-1, 2]: [-4, 8]     [-1, 2] [-4, -3]: [-8, 4]
    [-1, 2] [0, oo): (-oo, oo)  [1, oo) [-1, 2]: (-oo, oo)  (-oo, 1] [-1, 2]: (-oo, oo) (-oo, oo) [1, 2]: (-oo, oo)
    [2, 2] (1, 3]: (2, 6]       (1, 3] [2, 2]: (2, 6]       [-2, -2] (1, 3]: [-6, -2)   (1, oo) [-2, -2]: (-oo, -2)
    [0, 0] (-oo, oo): [0, 0]    (-oo, 1) [0, 0]: [0, 0]     [0, 0] (1, 2): [0, 0]       [2, 2] (-oo, 3): (-oo, 6)
    [1/2, 1/2] [-1, 1): [-1/2, 1/2)    (-oo, oo) (-oo, oo): (-oo, oo)    [-2, 0] [-3, 0): [0, 6]    (-2, 0) [3, 4]: (-8, 0)
    (1, 2] (-oo, 0]: (-oo, 0]   [-1, 2] (-3, 0]: [-6, 3]    [0, 1] [0, 2): [0, 2)       [1/4, 1/2] [1/4, 1/3): [1/16, 1/6)
"""  # noqa: E501


def _rows(table: str) -> list[tuple[str, str, str]]:
    """The rows "one other: value" of a table."""
    words = table.replace(", ", ",").replace(":", "").split()
    return list(zip(words[::3], words[1::3], words[2::3], strict=True))


@pytest.mark.parametrize(("operation", "table"), [("hull", HULLS), ("plus", SUMS), ("times", PRODUCTS)])
def test_of_two_intervals(operation, table):
    for one, other, value in _rows(table):
        first, second = side(one), side(other)
        found = ia.hull([first, second]) if operation == "hull" else getattr(ia, operation)(first, second)
        assert shown(found) == shown(side(value)), f"{operation} of {one} and {other}"


def test_the_hull_of_several_and_of_one():
    assert shown(ia.hull([side("[3, 4)"), side("(0, 1]"), side("[-2, -1]")])) == "[-2, 4)"
    assert shown(ia.hull([side("(3, 4)")])) == "(3, 4)"


@pytest.mark.parametrize(
    ("of", "negated", "absolute", "signs"),
    [
        ("[1, 2)", "(-2, -1]", "[1, 2)", "positive nonnegative"),
        ("(0, 1]", "[-1, 0)", "(0, 1]", "positive nonnegative"),
        ("[0, 1]", "[-1, 0]", "[0, 1]", "nonnegative"),
        ("(0, oo)", "(-oo, 0)", "(0, oo)", "positive nonnegative"),
        ("[-2, -1)", "(1, 2]", "(1, 2]", "negative"),
        ("[-2, 0)", "(0, 2]", "(0, 2]", "negative"),
        ("[-2, 0]", "[0, 2]", "[0, 2]", ""),
        ("(-2, 1]", "[-1, 2)", "[0, 2)", ""),
        ("[-2, 1)", "(-1, 2]", "[0, 2]", ""),
        ("[-1, 2)", "(-2, 1]", "[0, 2)", ""),
        ("[-1, 1)", "(-1, 1]", "[0, 1]", ""),
        ("(-1, 1]", "[-1, 1)", "[0, 1]", ""),
        ("(-1, 1)", "(-1, 1)", "[0, 1)", ""),
        ("(-oo, 1)", "(-1, oo)", "[0, oo)", ""),
        ("[-1, oo)", "(-oo, 1]", "[0, oo)", ""),
        ("(-oo, -1)", "(1, oo)", "(1, oo)", "negative"),
        ("(-oo, 0]", "[0, oo)", "[0, oo)", ""),
        ("(-oo, oo)", "(-oo, oo)", "[0, oo)", ""),
    ],
)
def test_of_one_interval(of, negated, absolute, signs):
    given = side(of)
    assert shown(ia.negated(given)) == shown(side(negated))
    assert shown(ia.absolute(given)) == shown(side(absolute))
    assert [sign for sign in ("positive", "nonnegative", "negative") if getattr(given, sign)] == signs.split()


@pytest.mark.parametrize(
    ("base", "exponent", "value"),
    [
        ("[-3, 2]", "0", "[1, 1]"),
        ("(1, oo)", "0", "[1, 1]"),
        ("(-3, 2]", "1", "(-3, 2]"),
        ("(-oo, 2)", "1", "(-oo, 2)"),
        ("(-3, oo)", "3", "(-27, oo)"),
        ("[-3, 2)", "3", "[-27, 8)"),
        ("(2, 3]", "2", "(4, 9]"),
        ("[2, oo)", "2", "[4, oo)"),
        ("(-3, 2]", "2", "[0, 9)"),
        ("(-3, -2]", "2", "[4, 9)"),
        ("(-oo, 2]", "2", "[0, oo)"),
        ("(-oo, 2]", "3", "(-oo, 8]"),
        ("(2, 4]", "-1", "[1/4, 1/2)"),
        ("(0, 4)", "-1", "(1/4, oo)"),
        ("[2, oo)", "-1", "(0, 1/2]"),
        ("(0, oo)", "-2", "(0, oo)"),
        ("(-4, -2]", "-1", "[-1/2, -1/4)"),
        ("(-oo, 0)", "-1", "(-oo, 0)"),
        ("(-4, 0)", "-2", "(1/16, oo)"),
        ("(-oo, -2]", "-3", "[-1/8, 0)"),
        ("[0, 4)", "1/2", "[0, 2)"),
        ("(1/4, 9/16]", "1/2", "(1/2, 3/4]"),
        ("(0, 1)", "1/3", "(0, 1)"),
        ("(0, oo)", "1/3", "(0, oo)"),
        ("[1, 4)", "3/2", "[1, 8)"),
        ("[1/4, 1]", "-3/2", "[1, 8]"),
        ("(0, 4]", "-1/2", "[1/2, oo)"),
        ("[1, oo)", "-1/2", "(0, 1]"),
        ("[0, 1]", "1000", "[0, 1]"),
        ("[0, 1]", "999/1000", "[0, 1]"),
    ],
)
def test_powers(base, exponent, value):
    assert shown(ia.power(side(base), F(exponent), "x")) == shown(side(value))


@pytest.mark.parametrize(
    ("base", "exponent", "why"),
    [
        ("[-1, 1]", "1/2", ">= 0"),
        ("(-oo, 1]", "1/3", ">= 0"),
        ("[-2, -1]", "1/2", ">= 0"),
        ("[-2, -1]", "-1/2", ">= 0"),
        ("[0, 1]", "-1", "not 0"),
        ("[-1, 0]", "-2", "not 0"),
        ("[-1, 1]", "-1", "not 0"),
        ("[0, 1]", "-1/2", "not 0"),
        ("[0, 1]", "1001", "too high"),
        ("[1, 2]", "-1001", "too high"),
        ("[0, 1]", "1/1001", "too high"),
    ],
)
def test_powers_that_are_refused(base, exponent, why):
    with pytest.raises(NotDefinedError, match=why):
        ia.power(side(base), F(exponent), "x")


@pytest.mark.parametrize(("low", "high", "q"), [("2", "3", 2), ("1/4", "1/3", 2), ("3/4", "5/9", 2), ("8", "9", 3)])
def test_a_root_that_is_not_rational_is_rounded_outwards_by_little(low, high, q):
    """A rounded end is closed, an exact one open as before."""
    below, above = sorted((F(low), F(high)))
    found = ia.power(Interval(below, above, True, True), F(1, q), "x")
    assert found.low is not None
    assert found.high is not None
    assert found.low**q <= below
    assert below - found.low**q < F(1, 2**40)
    assert found.high**q >= above
    assert found.high**q - above < F(1, 2**40)
    assert (found.low_open, found.high_open) == (found.low**q == below, found.high**q == above)


NEAR = 1 + F(1, 3**400)
LARGE, SMALL, EXACT = F(3) ** 4000, F(1, 3**4000), F(5 * 2**600)


@pytest.mark.parametrize(
    ("of", "within"),
    [  # what is found holds `of` and lies in `within`
        (Interval(NEAR, NEAR, True, True), "[1, 1000000000000001/1000000000000000]"),
        (Interval(-NEAR, -NEAR), "[-1000000000000001/1000000000000000, -1]"),
        (Interval(-NEAR, NEAR), "[-1000000000000001/1000000000000000, 1000000000000001/1000000000000000]"),
        (Interval(EXACT, EXACT), f"[{EXACT}, {EXACT}]"),
        (Interval(1 / F(3) ** 1000, 1 / F(3) ** 999), "(0, 1/1000000000000000]"),
        (Interval(F(3) ** 1000, F(3) ** 1000, True), f"[1000000000000000, {F(3) ** 1001}]"),
        (Interval(SMALL, SMALL), "(0, 1/1000000000000000]"),
        (Interval(-SMALL, -SMALL), "[-1/1000000000000000, 0)"),
        (Interval(LARGE, LARGE), "[1000000000000000, oo)"),
        (Interval(-LARGE, -LARGE), "(-oo, -1000000000000000]"),
        (Interval(-LARGE, LARGE), "(-oo, oo)"),
        (Interval(-(F(2) ** (ia.FAR + 1)), F(0)), "(-oo, 0]"),
        (Interval(None, LARGE * SMALL, False, True), "(-oo, 1)"),
        (Interval(NEAR * LARGE, None, True), "[1000000000000000, oo)"),
    ],
)
def test_long_ends_are_rounded_outwards_by_little(of, within):
    found, wide = ia.rounded(of), side(within)
    for inner, outer in ((of, found), (found, wide)):
        assert shown(ia.hull([inner, outer])) == shown(outer)
    for end in (found.low, found.high):
        if end:  # a power of 2 aside, a short number
            odd = end.denominator * (end.numerator // (end.numerator & -end.numerator))
            odd //= end.denominator & -end.denominator
            assert odd.bit_length() <= ia.LONG + 2
            assert end.numerator.bit_length() + end.denominator.bit_length() <= ia.FAR + 2


def test_short_ends_are_left_as_they_are():
    for end in (F(0), F(1, 2**509), F(2**510), -F(2**255, 3**160)):
        for kept in (Interval(end, None, True), Interval(None, end, False, True), Interval(end, end)):
            assert ia.rounded(kept) == kept
            assert ia.rounded(ia.negated(kept)) == ia.negated(kept)


def test_the_ends_of_a_ball():
    low, high = ia.ends_of(arb(3, 0.25))
    assert F(11, 4) - F(1, 2**20) < low <= F(11, 4) < F(13, 4) <= high < F(13, 4) + F(1, 2**20)
    assert ia.ends_of(arb(-1) / 8) == (F(-1, 8), F(-1, 8))
    assert ia.ends_of(arb(24)) == (24, 24)
    for none in (arb("nan"), arb(1) / arb(0), arb(0, 2).acos()):
        with pytest.raises(NotDefinedError, match="number"):
            ia.ends_of(none)
