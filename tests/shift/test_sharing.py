"""Two processes that need the same cells at one time compute each of them once, and one that is killed lets go."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import files
import pytest

from numerics.experiments import cells
from numerics.experiments.cells import Cell, Checkpoint, Numbers

WORKER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import cells_to_share as shared
from numerics.experiments import cells
results = cells.run(shared.plan(sys.argv[3]), Path(sys.argv[2]), version="1")
print([r.numbers["value"] for r in results])
"""
MODULE = """
from dataclasses import dataclass
from pathlib import Path
from numerics.experiments.cells import Cell

@dataclass(frozen=True)
class Slow:
    log: str
    index: int

def compute(settings, checkpoint):
    log = Path(settings.log)
    with log.open("a") as file:
        file.write(f"{settings.index}\\n")
    while len(log.read_text().split()) > 3 and not log.with_name("go on").exists():
        time.sleep(0.02)
    return {"value": settings.index**2}

def plan(log):
    return [Cell("cells_to_share:compute", Slow(log, i)) for i in range(6)]
"""


def worker(tmp_path: Path) -> subprocess.Popen[str]:
    (tmp_path / "cells_to_share.py").write_text(MODULE)
    arguments = [str(tmp_path), str(tmp_path / "kept"), str(tmp_path / "log")]
    return subprocess.Popen([sys.executable, "-c", WORKER, *arguments], stdout=subprocess.PIPE, text=True)


def computed(tmp_path: Path) -> list[int]:
    log = tmp_path / "log"
    return [int(line) for line in log.read_text().split()] if log.exists() else []


@pytest.mark.skipif(cells.fcntl is None, reason="this system has no such locks")
def test_each_cell_is_computed_by_one_process(tmp_path: Path) -> None:
    (tmp_path / "go on").touch()
    both = [worker(tmp_path), worker(tmp_path)]
    answers = [process.communicate(timeout=files.HANG)[0].strip() for process in both]
    assert answers == [str([i**2 for i in range(6)])] * 2
    assert sorted(computed(tmp_path)) == list(range(6))


@pytest.mark.skipif(cells.fcntl is None, reason="this system has no such locks")
def test_a_killed_process_loses_the_cell_in_flight_and_no_other(tmp_path: Path) -> None:
    first = worker(tmp_path)
    files.until(lambda: len(computed(tmp_path)) == 4)  # the fourth waits to be told to go on
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    before = computed(tmp_path)
    assert len(before) == 4
    (tmp_path / "go on").touch()
    answer = worker(tmp_path).communicate(timeout=files.HANG)[0].strip()
    assert answer == str([i**2 for i in range(6)])
    again = computed(tmp_path)[len(before) :]
    assert set(before[:-1]).isdisjoint(again), "a finished cell was computed again"
    assert sorted(set(before) | set(again)) == list(range(6))


@dataclass(frozen=True)
class Value:
    index: int


def twice(settings: Value, checkpoint: Checkpoint) -> Numbers:
    return {"value": 2 * settings.index}


def test_a_folder_that_cannot_be_made_shares_nothing_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    told: list[str] = []
    plan = [Cell(f"{__name__}:twice", Value(i)) for i in range(2)]
    results = cells.run(plan, tmp_path / "file" / "kept", warn=told.append)
    assert [r.numbers["value"] for r in results] == [0, 2]
    assert len(told) == 1
