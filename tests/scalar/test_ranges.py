"""One range inside another, held against looking at points: a grid finer than the ends tells any two apart."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory import Range, above, at_least, between, real, whole_at_least
from theory.terms import CalculusError

x = real("x")
F = Fraction
POINTS = [F(n, 4) for n in range(-20, 21)]  # the ends are multiples of 1/2 up to 3: beyond them all points are alike


@st.composite
def ranges(draw: st.DrawFn, kinds: st.SearchStrategy[bool]) -> Range:
    """A range that is not empty, with or without ends, open and closed ones."""
    ends = st.none() | st.integers(-6, 6).map(lambda n: F(n, 2))
    whole = draw(kinds)
    try:
        found = Range(x, draw(ends), draw(ends), draw(st.booleans()), draw(st.booleans()), whole)
    except CalculusError:
        return Range(x, whole=whole)
    assert any(found.contains(p) for p in POINTS), "only a range without a number is refused"
    return found


@given(ranges(st.just(False)), ranges(st.just(False)))
def test_a_real_range_is_inside_exactly_if_all_its_points_are(first: Range, second: Range) -> None:
    assert first.inside(second) == all(second.contains(p) for p in POINTS if first.contains(p))


@given(ranges(st.booleans()), ranges(st.booleans()))
def test_whatever_is_inside_has_no_point_outside(first: Range, second: Range) -> None:
    if first.inside(second):
        assert all(second.contains(p) for p in POINTS if first.contains(p))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (whole_at_least(x, 4), at_least(x, 4), True),
        (whole_at_least(x, 5), whole_at_least(x, 4), True),
        (whole_at_least(x, 4), whole_at_least(x, 5), False),
        (at_least(x, 4), whole_at_least(x, 4), False),
        (between(x, 4, 5), whole_at_least(x, 4), False),
        (Range(x, F(4), F(4)), whole_at_least(x, 4), True),
        (Range(x, F(9, 2), F(9, 2)), whole_at_least(x, 4), False),
        (above(x, 4), at_least(x, 4), True),
        (at_least(x, 4), above(x, 4), False),
    ],
)
def test_real_numbers_are_not_inside_whole_ones(first: Range, second: Range, expected: bool) -> None:
    assert first.inside(second) is expected
