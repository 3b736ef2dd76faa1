"""How many threads torch computes with on a CPU: one, while a rule looks.

Two cost as much as they save on batches of our size, and when another program wants a core they wait for one another at
every step; sums come out the same on every machine. Other cores have other units. Knows nothing of theory or verify.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import torch


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """One thread for a while, and then as many as before: the program that calls us may train a network beside it."""
    before = torch.get_num_threads()
    if before == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
