"""A bound on processor time, for what nobody could know to be endless before it began.

Processor time and not the clock: on a loaded machine the same work takes as much of it, so no verdict depends on what
else the machine does.
"""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

from verify.settings import Budget

LOADING = 60.0  # seconds for a theorem file and what it imports; torch takes 2
WORKING = {Budget.QUICK: 120.0, Budget.STANDARD: 900.0, Budget.THOROUGH: 7_200.0}  # for one unit of work


class OutOfTime(BaseException):
    """The bound has passed. No Exception: whoever catches his own failures must not take it for one of them."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raises OutOfTime inside the block once this process has computed for so long in it.

    Only the main thread can be interrupted, and only on POSIX; elsewhere, or under a profiler that uses the same
    signal, there is no bound.
    """
    free = hasattr(signal, "SIGPROF") and threading.current_thread() is threading.main_thread()
    if not free or math.isinf(seconds) or signal.getsignal(signal.SIGPROF) not in (signal.SIG_DFL, _stop):
        yield
        return
    begin = time.process_time()
    before = signal.signal(signal.SIGPROF, _stop)
    left, again = signal.setitimer(signal.ITIMER_PROF, seconds, 1.0)  # again each second: it may have been swallowed
    try:
        yield
    finally:
        rest = max(left - (time.process_time() - begin), 0.01) if left else 0.0
        signal.setitimer(signal.ITIMER_PROF, rest, again)
        signal.signal(signal.SIGPROF, before)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise OutOfTime
