"""Memory that a batch frees stays with the process for the next tensor.

The C library of Linux gives large blocks back as soon as they are freed, and takes them again page by page, each page
filled with zeros: for tensors of a megabyte that costs more than what is computed in them. Other systems do as they do.
"""

from __future__ import annotations

import ctypes
from functools import cache

TRIM, MMAP = -1, -3  # numbers of the parameters in <malloc.h>
KEPT, LARGEST = 2**27, 2**25  # bytes kept at most, and of the largest block that is kept; the latter is the limit there


@cache
def keep_freed_memory() -> bool:
    """Once in a process; says whether the C library takes it."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # not of GNU
        return False
    return bool(mallopt(TRIM, KEPT)) and bool(mallopt(MMAP, LARGEST))
