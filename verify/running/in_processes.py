"""Units in processes of this machine: a pool of loky's, of which a dead worker takes nothing with it but its unit."""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait

from verify.running import interrupts
from verify.running.executors import Outcome, Unit, longest_first, serial
from verify.settings import OBJECTS, THREADS

LARGEST = 2**30  # bytes by which a worker may grow after its first unit; loky ends one that has grown by more


def performed(units: Sequence[Unit], *, jobs: int) -> Generator[tuple[Unit, Outcome]]:
    """A window of units in flight, so that Ctrl-C loses few. A unit whose worker died is tried once more, alone."""
    if len(units) <= 1:
        yield from serial(units)
        return
    queue = longest_first(units)
    jobs = min(jobs, len(queue))
    executor = pool(jobs)
    flying: dict[Future[Outcome], Unit] = {}
    orphans: list[Unit] = []
    try:
        while queue or flying:
            while queue and len(flying) < 2 * jobs:
                try:
                    future = executor.submit(queue[0].work.performed)
                except BrokenExecutor:  # a worker has died since: what is in flight will say so, if anything is
                    if flying:
                        break
                    _stop(executor)
                    executor = pool(jobs)
                    continue
                flying[future] = queue.pop(0)
            for future in _ready(flying):
                unit = flying.pop(future)
                try:
                    yield unit, future.result()
                except BrokenExecutor:
                    orphans.append(unit)
            if orphans:
                orphans.extend(flying.values())
                flying.clear()
                _stop(executor)
                executor = pool(jobs)
                yield from ((unit, _alone(unit)) for unit in orphans)
                orphans.clear()
    finally:
        _stop(executor)


def _ready(flying: Iterable[Future[Outcome]]) -> set[Future[Outcome]]:
    """Those that are done, as soon as there is one."""
    while not (done := wait(flying, interrupts.PULSE, FIRST_COMPLETED).done):
        interrupts.look()
    return done


def _alone(unit: Unit) -> Outcome:
    executor = pool(1)
    try:
        (done,) = _ready([executor.submit(unit.work.performed)])
        return done.result()
    except BrokenExecutor as error:
        return Outcome(None, 0.0, f"the worker process died twice ({type(error).__name__}); out of memory?")
    finally:
        _stop(executor)


def pool(jobs: int) -> Executor:
    """A pool of `jobs` fresh processes, each with one thread. Never forked: torch's threads do not survive that."""
    from loky import ProcessPoolExecutor

    environment = {**dict.fromkeys(THREADS, "1"), "LOKY_MAX_MEMORY_LEAK_SIZE": str(LARGEST)}
    executor: Executor = ProcessPoolExecutor(
        max_workers=jobs, initializer=_prepare_worker, initargs=(os.getpid(),), env=environment
    )
    return executor


def _stop(executor: Executor) -> None:
    executor.shutdown(wait=True, kill_workers=True)  # type: ignore[call-arg]  # loky's own argument


def _prepare_worker(parent: int) -> None:
    gc.set_threshold(OBJECTS)
    # the parent decides what Ctrl-C means; a worker that dies of it would only print a traceback
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    """A worker whose parent was killed would wait for work for ever."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
