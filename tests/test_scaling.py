"""The simulator of more workers, held to what is known of list scheduling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.bench import scaling

DURATIONS = st.lists(st.floats(0.001, 100.0), min_size=1, max_size=30)


@given(DURATIONS, st.integers(1, 40))
def test_within_grahams_bounds(durations: list[float], workers: int) -> None:
    """Nobody is done sooner than the longest unit or the mean load; list scheduling takes at most their sum."""
    [row] = scaling.predicted(durations, 0.0, [workers])
    least = max(max(durations), sum(durations) / workers)
    assert least * (1 - 1e-9) <= row.seconds <= (sum(durations) / workers + max(durations)) * (1 + 1e-9)


@given(DURATIONS)
def test_one_worker_takes_the_sum_and_as_many_as_units_the_longest(durations: list[float]) -> None:
    one, all_at_once = scaling.predicted(durations, 0.0, [1, len(durations)])
    assert one.seconds == pytest.approx(sum(durations))
    assert one.speedup == pytest.approx(1.0)
    assert all_at_once.seconds == max(durations)
    assert all_at_once.longest_ends_it


def test_the_scheduler_hands_out_one_after_the_other() -> None:
    """A thousand units of no length on a thousand workers take what the scheduler takes."""
    [row] = scaling.predicted([0.0] * 1000, 0.002, [1000])
    assert row.seconds == pytest.approx(2.0)
    by_hand = scaling.makespan([3.0, 2.0, 2.0], 0.5, 2)  # begin at 0.5 and 1; the third at 3, when the second is done
    assert by_hand == pytest.approx(5.0)


def test_the_table_names_what_is_long() -> None:
    text = scaling.text({"a / boxes": 12.34, "b / sampling": 1.0}, 0.001)
    assert "| 2 | 12.3 | 1.1 | the longest unit ends it |" in text
    assert text.endswith("Units of more than 10 s: 1\n* a / boxes: 12.3 s")
    assert scaling.text({"b / sampling": 1.0}, 0.001).endswith("more than 10 s: none")
