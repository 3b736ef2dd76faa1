"""Results that are kept: of units, in the store before anybody is told of them; and of what pages show, made once."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import TypeGuard, TypeVar

from verify.results import fingerprint
from verify.results.store import Store
from verify.running import interrupts
from verify.running.executors import Executor, Outcome, Unit

Value = TypeVar("Value")


def computed(units: Sequence[Unit], store: Store, executor: Executor) -> Generator[tuple[Unit, Outcome]]:
    """Each unit with its outcome, as they finish. What came without a problem is on disk by then, under the unit's key.

    The executor is told what each unit took the last time, as the store knows it.
    """
    taken = store.durations() if units else {}
    timed = [replace(unit, seconds=taken.get(unit.work.label, math.inf)) for unit in units]
    # whatever happens here, nobody goes on working there
    with interrupts.remembered(), contextlib.closing(executor(timed)) as finished:
        for unit, outcome in finished:
            interrupts.look()
            if unit.key and not outcome.problem:
                store.put(unit.key, unit.work.label, outcome.value, outcome.seconds)
            yield unit, outcome


def remembered(
    store: Store,
    label: str,
    subject: str,
    rule: str,
    variant: str,
    made: Callable[[], Value],
    valid: Callable[[object], TypeGuard[Value]],
) -> Value:
    """What the store has under this key, if it is valid; else what is made now, kept there unless it is None.

    The store may be closed by now: pages ask late."""
    with store.opened() as place:
        key = fingerprint.key(subject, rule, variant, None) if place.usable else ""
        stored = place.get(key) if key else None
        if stored is not None and valid(stored.value):
            return stored.value
        begin = time.perf_counter()
        found = made()
        if key and found is not None:
            place.put(key, label, found, time.perf_counter() - begin)
        return found
