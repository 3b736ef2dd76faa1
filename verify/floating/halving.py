"""As many instances at once as the device has room for: where memory runs out, half as many are tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import torch

T = TypeVar("T")


def halving(work: Callable[[int], T], count: int) -> tuple[T, int]:
    """`work(count)`, or of half as many, and so on; and of how many it was.

    Raises torch.OutOfMemoryError if one is too many.
    """
    while True:
        try:
            return work(count), count
        except torch.OutOfMemoryError:
            if count <= 1:
                raise
        # out here, where the exception no longer holds what was computed so far
        count //= 2
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
