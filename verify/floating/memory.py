"""Memory that a batch frees stays with the process for the next tensor, and goes back to the system after the unit.

The C library of Linux gives large blocks back as soon as they are freed, and takes them again page by page, each page
filled with zeros: for tensors of a megabyte that costs more than what is computed in them. What it keeps it then keeps
for good, in pieces between what is in use, so a process would be as large for ever as its largest unit made it. Other
systems do as they do.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

TRIM, MMAP = -1, -3  # numbers of the parameters in <malloc.h>
KEPT, LARGEST = 2**27, 2**25  # bytes kept at most, and of the largest block that is kept; the latter is the limit there

HELD = 2**29  # bytes that a process may hold between two units before it gives back what is free of them


@cache
def keep_freed_memory() -> bool:
    """Once in a process; says whether the C library takes it."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # not of GNU
        return False
    return bool(mallopt(TRIM, KEPT)) and bool(mallopt(MMAP, LARGEST))


def give_back() -> bool:
    """Between two units: what is free goes back to the system, of a process that holds more than HELD.

    Says whether anything went.
    """
    release = _release()
    return release is not None and held() > HELD and bool(release(0))


def held() -> int:
    """The bytes of memory that this process holds; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


@cache
def _release() -> Callable[[int], int] | None:
    try:
        release: Callable[[int], int] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # not of GNU
        return None
    return release
