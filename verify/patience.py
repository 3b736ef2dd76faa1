"""A bound on processor time, for what nobody could know to be endless before it began.

Processor time and not the clock: on a loaded machine the same work takes as much of it, so no verdict depends on what
else the machine does.
"""

from __future__ import annotations

import _weakrefset
import ctypes
import gc
import math
import signal
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from verify.beside import every
from verify.settings import Budget

LOADING = 60.0  # seconds for a theorem file and what it imports; torch takes 2
SOON = 0.01  # seconds until the bound is asked about again
LOOKING = 1.0  # seconds between two looks at another thread's clock
WORKING = {Budget.QUICK: 120.0, Budget.STANDARD: 900.0, Budget.THOROUGH: 7_200.0}  # for one unit of work


class OutOfTime(BaseException):
    """The bound has passed. No Exception: whoever catches his own failures must not take it for one of them."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raises OutOfTime inside the block once this process has computed for so long in it.

    The main thread is interrupted by a signal of the system's clock, on POSIX; under a profiler that uses the same
    signal there is no bound. Another thread, in which a worker of a cluster computes, is watched from beside.
    """
    if threading.current_thread() is not threading.main_thread():
        with _watched(seconds):
            yield
        return
    free = hasattr(signal, "SIGPROF")
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


@contextmanager
def _watched(seconds: float) -> Iterator[None]:
    """The bound for a thread that no signal reaches: its own clock is read now and then, and what it does is ended."""
    if math.isinf(seconds) or not hasattr(time, "pthread_getcpuclockid"):
        yield
        return
    own = threading.get_ident()
    clock = time.pthread_getcpuclockid(own)
    end = time.clock_gettime(clock) + seconds

    def look() -> None:
        if time.clock_gettime(clock) > end:  # again each time: it may have been swallowed
            _raise_in(own, OutOfTime)

    try:
        with every(min(LOOKING, seconds), look):
            yield
    finally:
        _raise_in(own, None)  # one that was sent too late


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    held = ctypes.py_object(error) if error else None
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), held)


def _stop(number: int, frame: FrameType | None) -> None:
    """Raises OutOfTime, or asks again soon where that would be swallowed and printed: in a callback of the garbage
    collector or of a weak reference, or a finaliser."""
    if not swallows(frame):
        raise OutOfTime
    signal.setitimer(signal.ITIMER_PROF, SOON, 1.0)


def swallows(frame: FrameType | None) -> bool:
    """Would what is raised here be printed and forgotten, and not end what runs?"""
    callbacks = {getattr(callback, "__code__", None) for callback in gc.callbacks}
    while frame is not None:
        code = frame.f_code
        if (
            code in callbacks
            or code.co_name == "__del__"
            or code.co_filename in (weakref.__file__, _weakrefset.__file__)
        ):
            return True
        frame = frame.f_back
    return False
