"""The memory of a process that works: what it does twice as long makes it no larger, and what is free goes back.

Measured in processes of their own, after what is free has been given back, so that it is what is held and no more.
"""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import driven
import files
import pytest

from verify.floating import memory

SLACK = 4 * 2**20  # bytes: what the collector and the C library leave here and there
OBJECTS = 300  # of Python, beside the one that a cache holds of each expression
GNU = platform.libc_ver()[0] == "glibc"

MEASURING = """
import gc, sys
import psutil
from verify.floating import memory

def measured(work, count):
    '''Bytes and objects that are held after work, after as much again, and after twice as much again.'''
    first = 0
    for more in (count, count, 2 * count):
        for number in range(first, first + more):
            work(number)
        first += more
        gc.collect()
        if memory._release():
            memory._release()(0)
        print(psutil.Process().memory_info().rss, len(gc.get_objects()))
"""
UNITS = """
from verify.loading import loader
from verify.results.store import Store
from verify.running import runner
from verify.settings import Budget, Settings

theorems = loader.load(sys.argv[1:])

def all_units(seed):
    with Store(None, print) as store:
        runner.run(theorems, Settings(Budget.QUICK, seed), store)

measured(all_units, 2)
"""
CELLS = """
from verify.running.sweeps import Cell

def cell(number):
    outcome = Cell("rate", f"tanh({number + 1}/64*z) + z/7", None if number % 2 else 9, 5).performed()
    assert not outcome.problem

measured(cell, 60)
"""
LEAKING = """
kept = []
measured(lambda number: kept.extend(object() for _ in range(100_000)), 5)
"""
FRAGMENTS = """
from verify.floating.memory import HELD, give_back, held, keep_freed_memory

keep_freed_memory()
blocks = [100_000 * b'x' for _ in range(HELD // 80_000)]
kept = blocks[::10]
before = held()
del blocks
print(before, held(), give_back(), held(), give_back())
"""


def said(program: str, *arguments: object) -> list[list[int]]:
    ran = subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)],
        env=driven.environment(), capture_output=True, text=True, check=False, timeout=files.HANG,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return [
        [int(word) for word in line.replace("True", "1").replace("False", "0").split()]
        for line in ran.stdout.splitlines()
    ]


def grown(program: str, *arguments: object) -> tuple[list[int], list[int]]:
    """Bytes and objects by which a process grew, with as much work again, and with twice as much after that."""
    begin, once, twice = said(MEASURING + program, *arguments)
    return [once[0] - begin[0], twice[0] - once[0]], [once[1] - begin[1], twice[1] - once[1]]


def test_units_leave_nothing_behind(tmp_path: Path) -> None:
    """All rules, near misses and mutants of a theorem, each time with another seed."""
    size, objects = grown(UNITS, files.write(tmp_path))
    assert max(size) < SLACK
    assert max(objects) < OBJECTS


def test_cells_of_a_sweep_leave_nothing_behind() -> None:
    """Each of another expression; caches hold a piece of some thousand of them."""
    size, objects = grown(CELLS)
    assert max(size) < SLACK
    assert max(objects) < OBJECTS


def test_what_is_left_behind_is_noticed() -> None:
    size, _ = grown(LEAKING)
    assert min(size) > SLACK


@pytest.mark.skipif(not GNU, reason="other C libraries give back by themselves, or cannot be asked")
def test_what_is_free_between_what_is_in_use_goes_back() -> None:
    [[before, freed, gave, after, again]] = said(FRAGMENTS)
    assert before > memory.HELD
    assert freed > memory.HELD, "the C library keeps it by itself"
    assert gave
    assert after < memory.HELD // 2
    assert not again, "so small a process keeps what it has"


def test_a_system_that_does_not_say_what_is_held_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "Path", lambda name: Path("/nowhere"))
    assert memory.held() == 0
    assert not memory.give_back()
