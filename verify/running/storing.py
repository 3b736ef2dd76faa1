"""Units whose results are kept: what an executor finds is in the store before anybody is told of it."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Generator, Sequence
from dataclasses import replace

from verify.results.store import Store
from verify.running.executors import Executor, Outcome, Unit


def computed(units: Sequence[Unit], store: Store, executor: Executor) -> Generator[tuple[Unit, Outcome]]:
    """Each unit with its outcome, as they finish. What came without a problem is on disk by then, under the unit's key.

    The executor is told what each unit took the last time, as the store knows it.
    """
    taken = store.durations() if units else {}
    timed = [replace(unit, seconds=taken.get(unit.work.label, math.inf)) for unit in units]
    with contextlib.closing(executor(timed)) as finished:  # whatever happens here, nobody goes on working there
        for unit, outcome in finished:
            if unit.key and not outcome.problem:
                store.put(unit.key, unit.work.label, outcome.value, outcome.seconds)
            yield unit, outcome
