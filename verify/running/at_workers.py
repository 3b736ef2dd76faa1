"""What a worker of a cluster does with a unit, and what it must have in common with who sent it.

Evidence from another version of SymPy or of our own code would be kept under a key that says otherwise. So each unit
comes with the sender's `standing`, and a worker whose own differs answers with a Refusal and not with an outcome.
"""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from verify.results import fingerprint
from verify.running.executors import Errand, Outcome
from verify.settings import THREADS

GROUND = "SYMPY_GROUND_TYPES"


@dataclass(frozen=True)
class Refusal:
    """A worker that must not be believed: what of its standing differs, each as (name, expected, got)."""

    worker: str
    differences: tuple[tuple[str, str, str], ...]


def standing() -> dict[str, str]:
    """What evidence depends on beside the unit itself, of this process: code, versions, ground types, machine."""
    return {
        **fingerprint.versions(),
        "the code of normproof": fingerprint.source_code()[:16],
        GROUND: os.environ.get(GROUND, "auto"),
        "all that surrounds it": fingerprint.surroundings(),
    }


def objection(expected: Mapping[str, str], dask_worker: Any = None) -> Refusal | None:
    """What this worker has against being sent work by who stands so; None for nothing.

    `dask_worker` is given by Dask where it asks a worker itself, outside any unit.
    """
    from distributed import get_worker

    worker = dask_worker or get_worker()
    own = {**standing(), "threads of a worker": str(worker.state.nthreads)}
    told = {**expected, "threads of a worker": "1"}
    differing = tuple((name, told[name], own.get(name, "nothing")) for name in told if told[name] != own.get(name))
    return Refusal(worker.address, differing) if differing else None


def perform_there(work: Errand, expected: Mapping[str, str]) -> Outcome | Refusal:
    """What comes of the work, on a worker; a Refusal if it differs from who asks."""
    # Dask's own threads draw random numbers meanwhile, and Hypothesis takes a strategy for who did it
    warnings.filterwarnings("ignore", message="Do not use the `random` module inside strategies")
    for name in THREADS:  # read by what has not been imported yet; Dask's own nanny sets them as well
        os.environ.setdefault(name, "1")
    return objection(expected) or work.performed()


def dask_setup(worker: object) -> None:
    """Called by Dask in each worker that we start ourselves: what Ctrl-C means is for who sent the work to say."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
