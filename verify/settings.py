"""What a run was asked to do: budget, seed, device. Frozen, part of every cache key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

# One thread for torch: two cost as much as they save on batches of this size, and when another program wants a core
# they wait for one another at every step. Sums then also come out the same everywhere. --jobs uses the other cores.
THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")

# New objects after which Python looks for circles among all there are, in a process of our own; by itself after 700. A
# catalogue is hundreds of thousands of objects that live as long as the process: to walk through them took a tenth of a
# run that finds everything in the store.
OBJECTS = 50_000


class Budget(Enum):
    """How much work a run may spend; sizes are chosen by each rule and stated in its range."""

    QUICK = "quick"
    STANDARD = "standard"
    THOROUGH = "thorough"


@dataclass(frozen=True)
class Settings:
    """seed fixes every random choice; device is "cpu" or "cuda", already resolved from "auto".

    data names the images that experiments on images take, with a checksum; empty are those that come along.
    cells is the folder where experiments keep what they have measured, empty for the usual one; it changes no result.
    search: what was found before of false neighbours is not looked at, all of it is searched for again.
    failures is the folder in which Hypothesis keeps what failed, to try it first the next time; empty for none.
    """

    budget: Budget = Budget.STANDARD
    seed: int = 0
    device: str = "cpu"
    data: str = ""
    search: bool = False
    cells: str = ""
    failures: str = ""
