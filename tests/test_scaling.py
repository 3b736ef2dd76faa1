"""The simulator of more workers, held to what is known of list scheduling."""

from __future__ import annotations

from pathlib import Path

import files
import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.bench import scaling
from verify.bench.scaling import Measured

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


# ---- real processes ----------------------------------------------------------------------------------------------
def test_real_processes_perform_every_unit_and_stand_beside_the_simulation(tmp_path: Path) -> None:
    path, said = files.write(tmp_path), list[str]()
    [row] = scaling.measured([str(path)], (2,), said.append)
    assert said == ["measuring 2 processes"]
    assert row.processes == 2
    assert row.units > 5
    assert row.seconds > 0
    assert row.simulated > 0


def test_the_table_of_what_was_measured() -> None:
    rows = [Measured(1, 150, 30.0, 30.5), Measured(2, 150, 16.0, 15.25)]
    assert scaling.measured_text(rows, 2).splitlines()[-2:] == [
        "| 1 | 30.0 | 1.0 | 30.5 |",
        "| 2 | 16.0 | 1.9 | 15.2 |",
    ]
