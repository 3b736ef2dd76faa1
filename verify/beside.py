"""An action that is called again and again beside what goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def every(pause: float, action: Callable[[], object]) -> Iterator[None]:
    """Call `action` every `pause` seconds, in a thread of its own; it ends with the block."""
    over = threading.Event()

    def again() -> None:
        while not over.wait(pause):
            action()

    thread = threading.Thread(target=again, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
