"""Units on a cluster of Dask: all are sent at once, the longest first, and each result is taken as soon as it is there.

Which worker takes what, stealing from a busy one and trying again where one has died are Dask's. Ours is what becomes
of a unit whose workers die: Dask blames every unit that a dead worker held, also one that only waited there. So who is
blamed twice goes to the end and is tried a third time alone, where it harms nobody and nobody harms it; if its worker
dies again, it is left undecided.
"""

from __future__ import annotations

import itertools
import queue
import time
import uuid
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

from verify.running import clusters, interrupts
from verify.running.at_workers import Refusal, perform_there, standing
from verify.running.executors import Errand, Outcome, Unit, longest_first

if TYPE_CHECKING:
    from distributed import Client, Future

TRIES = 3  # the last of them alone


def performed(units: Sequence[Unit], *, place: clusters.Local | clusters.Remote) -> Generator[tuple[Unit, Outcome]]:
    """Each unit once, as they finish. Raises UserError for a cluster that cannot be used, or that goes away."""
    if not units:
        return
    with interrupts.deferred(), clusters.opened(place) as client:
        yield from spread(units, client, place)


def spread(
    units: Sequence[Unit], client: Client, place: clusters.Local | clusters.Remote
) -> Generator[tuple[Unit, Outcome]]:
    """As `performed`, on a cluster that is open already."""
    crowd = _Crowd(client, place)
    aside: list[Unit] = []
    for unit in longest_first(units):
        crowd.send(unit)
    for unit, outcome in crowd.finished():
        if outcome is not None:
            yield unit, outcome
        elif crowd.deaths[unit.work] < TRIES - 1:
            crowd.send(unit)
        else:
            aside.append(unit)
    for unit in aside:
        crowd.send(unit)
        for _, outcome in crowd.finished():
            yield unit, outcome or _quarantined(crowd.deaths[unit.work])


class _Crowd:
    """Units that are on the cluster, and how often a worker died that held one."""

    def __init__(self, client: Client, place: clusters.Local | clusters.Remote) -> None:
        self._client, self._place = client, place
        self._standing = standing()
        self._flying: dict[Future[Any], Unit] = {}
        self._settled: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()
        self._name, self._number = f"normproof-{uuid.uuid4().hex}", itertools.count()
        self._alone_since = time.monotonic()
        self.deaths: Counter[Errand] = Counter()

    def send(self, unit: Unit) -> None:
        interrupts.look()
        number = next(self._number)
        future = self._client.submit(
            perform_there, unit.work, self._standing, key=(self._name, number), priority=-number, pure=False
        )
        self._flying[future] = unit
        future.add_done_callback(self._settled.put)

    def finished(self) -> Iterator[tuple[Unit, Outcome | None]]:
        """What comes back, until nothing is out; None for a unit whose workers died."""
        while self._flying:
            try:
                future = self._settled.get(timeout=interrupts.PULSE)
            except queue.Empty:
                self._look()
                continue
            unit = self._flying.pop(future)
            yield unit, self._outcome(future, unit.work)

    def _outcome(self, future: Future[Any], work: Errand) -> Outcome | None:
        from distributed.comm import CommClosedError
        from distributed.scheduler import KilledWorker

        while True:
            try:
                answer = future.result(timeout=interrupts.PULSE)
            except TimeoutError:  # the worker that has it died before it told; Dask performs the unit again
                self._look()
            except CommClosedError:  # so did it, or the scheduler, while it told
                time.sleep(interrupts.PULSE / 10)
                self._look()
            except KilledWorker as error:
                self.deaths[work] += error.allowed_failures + 1
                return None
            except CancelledError:
                raise clusters.gone(self._place) from None
            except Exception as error:  # what a worker could not even begin
                raise clusters.refused([clusters.incapable("a worker", error)]) from None
            else:
                if isinstance(answer, Refusal):
                    raise clusters.refused([answer])
                return answer  # type: ignore[no-any-return]

    def _look(self) -> None:
        """See that somebody is there to work. Raises UserError, and KeyboardInterrupt if that was pressed."""
        interrupts.look()
        if self._client.status != "running":
            raise clusters.gone(self._place)
        now = time.monotonic()
        if not clusters.lonely(self._client):
            self._alone_since = now
        elif now - self._alone_since > clusters.ARRIVAL:
            raise clusters.no_worker(self._place)


def _quarantined(deaths: int) -> Outcome:
    return Outcome(None, 0.0, f"its worker died each of {deaths} times, the last time alone; out of memory?")
