"""Ctrl-C that is heard wherever it is pressed, and breaks nothing.

Python raises KeyboardInterrupt wherever the main thread happens to be. In a finaliser or in the callback of a weak
reference it is printed and forgotten, and the program goes on; in the middle of what a client of Dask does, it leaves
connections that nobody closes. So it is remembered, raised a moment later than where it would be lost, and between the
two ends of `deferred` only where somebody looks: at his next pulse, or after a while wherever he is.
"""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from verify.patience import SOON, swallows

PULSE = 1.0  # seconds between two looks of somebody who waits
GRACE = 10.0  # seconds after which it is raised although nobody has looked; at once if it is pressed again


@dataclass
class _Heard:
    """Was it pressed, and has nobody seen it yet? Is it to be raised at a look alone? What will press it again?"""

    unseen: bool = False
    deferred: bool = False
    again: threading.Timer | None = None


_heard = _Heard()


@contextmanager
def remembered() -> Iterator[None]:
    """Inside the block `look` knows of a Ctrl-C. Nothing changes in another thread than the main one, where no signal
    arrives, or where Ctrl-C means something else already."""
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    _forget()
    signal.signal(signal.SIGINT, _hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _forget()


@contextmanager
def deferred() -> Iterator[None]:
    """Inside the block, and that of `remembered`, it is raised by `look`, and elsewhere only where that takes long."""
    _heard.deferred = True
    try:
        yield
    finally:
        _heard.deferred = False


def look() -> None:
    """Raises KeyboardInterrupt if Ctrl-C was pressed, whatever became of it."""
    if _heard.unseen:
        _forget()
        raise KeyboardInterrupt


def _forget() -> None:
    _heard.unseen = False
    _stop_waiting()


def _stop_waiting() -> None:
    if _heard.again is not None:
        _heard.again.cancel()
    _heard.again = None


def _hear(number: int, frame: FrameType | None) -> None:
    waits = _heard.deferred and not _heard.unseen
    _heard.unseen = True
    _stop_waiting()
    if not waits and not swallows(frame):
        signal.default_int_handler(number, frame)
    _heard.again = threading.Timer(GRACE if waits else SOON, _press)
    _heard.again.daemon = True
    _heard.again.start()


def _press() -> None:
    """Ctrl-C, in the main thread."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)  # ends a wait of the system's as well
    else:
        _thread.interrupt_main()
