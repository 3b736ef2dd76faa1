"""Time by the clock, of work that is done a few times."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def timed(work: Callable[[], T], times: int) -> tuple[list[T], float]:
    """What each call comes to, and the median time of one."""
    results, taken = [], []
    for _ in range(times):
        begin = time.perf_counter()
        results.append(work())
        taken.append(time.perf_counter() - begin)
    return results, statistics.median(taken)
