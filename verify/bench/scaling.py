"""What more workers give: measured here with few, and simulated for many from what units took and Dask costs a unit.

List scheduling: units in the order in which an executor sends them, the longest first, each to the worker that is free
soonest; and the scheduler hands them out one after the other. By Graham's bound no order is done in less than 3/4 of
that time. Where more workers give nothing more, the longest unit alone is what is waited for.

Beside it stands what the same simulation says of a part of the catalogue and what real processes take for it, so that
a reader sees how far to believe it. More processes than cores are measured too: they gain nothing, and lose little.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distributed import Client

    from verify.running.executors import Errand, Outcome, Unit

WORKERS = (1, 2, 4, 8, 64, 1000)
LONG = 10.0  # seconds: a unit that takes longer is named
PART = "decoupling"  # of the catalogue, with real processes, at the budget quick
PROCESSES = (1, 2, 4)
NOTHINGS = 500  # units without work, by which Dask's own cost is measured


@dataclass(frozen=True)
class Row:
    """`seconds` that so many workers take from the first unit to the last."""

    workers: int
    seconds: float
    speedup: float
    longest_ends_it: bool


def predicted(durations: Sequence[float], overhead: float, workers: Sequence[int] = WORKERS) -> list[Row]:
    """A row for each number of workers. `durations` and `overhead` (of one unit, at the scheduler) are in seconds."""
    ordered = sorted(durations, reverse=True)
    total, longest = sum(ordered), max(ordered, default=0.0)
    rows = []
    for count in workers:
        taken = makespan(ordered, overhead, count)
        rows.append(
            Row(count, taken, total / taken if taken else 1.0, taken <= longest + overhead * (1 + len(ordered)))
        )
    return rows


def makespan(ordered: Sequence[float], overhead: float, workers: int) -> float:
    """Seconds until the last unit is done; unit number i is handed out no sooner than i overheads after the start."""
    free = [0.0] * min(workers, max(len(ordered), 1))
    for number, seconds in enumerate(ordered, 1):
        heapq.heappush(free, max(heapq.heappop(free), number * overhead) + seconds)
    return max(free)


def overhead() -> float:
    """Seconds of processor time that client and scheduler spend on one unit, measured with units that do nothing."""
    from verify.running import clusters

    with clusters.opened(clusters.Local(1)) as client:
        client.submit(int, 0, pure=False).result()
        begin = time.process_time()
        futures = [client.submit(int, number, priority=-number, pure=False) for number in range(NOTHINGS)]
        client.gather(futures)
        return (time.process_time() - begin) / NOTHINGS


@dataclass(frozen=True)
class Measured:
    """`seconds` that so many processes took for `units`, by the clock; `simulated` are those of the simulation."""

    processes: int
    units: int
    seconds: float
    simulated: float


def measured(
    select: Sequence[str] = (PART,),
    processes: Sequence[int] = PROCESSES,
    progress: Callable[[str], None] = lambda text: None,
) -> list[Measured]:
    """A row for each number of processes, the first of which says what units take. Raises UserError.

    Every process performs every unit once before that, so that all have loaded torch and the theorems' files.
    """
    rows: list[Measured] = []
    durations: list[float] = []
    cost = overhead()
    for count in processes:
        progress(f"measuring {count} process{'es' if count > 1 else ''}")
        seconds, taken = _performed(select, count)
        durations = durations or taken
        simulated = makespan(sorted(durations, reverse=True), cost, count)
        rows.append(Measured(count, len(taken), seconds, simulated))
    return rows


def _performed(select: Sequence[str], workers: int) -> tuple[float, list[float]]:
    """The seconds from the first unit to the last, and those of each unit, without a cache."""
    from verify.loading import loader
    from verify.results.store import Store
    from verify.running import clusters, on_dask, runner
    from verify.settings import Budget, Settings

    place, seconds, taken = clusters.Local(workers), 0.0, list[float]()

    def timing(units: Sequence[Unit]) -> Generator[tuple[Unit, Outcome]]:
        nonlocal seconds
        with clusters.opened(place) as client:
            last = _warmed(client, units, workers)
            known = [replace(unit, seconds=last[unit.work]) for unit in units]
            begin = time.perf_counter()
            found = list(on_dask.spread(known, client, place))
            seconds = time.perf_counter() - begin
        taken.extend(outcome.seconds for _, outcome in found)
        yield from found

    with Store(None, print) as store:
        runner.run(loader.load(select), Settings(Budget.QUICK), store, executor=timing)
    return seconds, taken


def _warmed(client: Client, units: Sequence[Unit], workers: int) -> dict[Errand, float]:
    """Have each of the workers perform each unit; says what each took, of some worker."""
    from verify.running.at_workers import perform_there, standing

    client.wait_for_workers(workers)
    own = standing()
    sent = [
        (unit.work, client.submit(perform_there, unit.work, own, workers=[address], pure=False))
        for address in client.scheduler_info(n_workers=-1)["workers"]
        for unit in units
    ]
    return {work: future.result().seconds for work, future in sent}


def measured_text(rows: Sequence[Measured], cores: int) -> str:
    """The table in Markdown."""
    lines = [
        f"{rows[0].units:,} units of {PART}, with real processes on {cores} cores:",
        "",
        "| processes | seconds | speed-up | simulated |",
        "| ---: | ---: | ---: | ---: |",
        *(
            f"| {row.processes} | {row.seconds:,.1f} | {rows[0].seconds / row.seconds:,.1f} | {row.simulated:,.1f} |"
            for row in rows
        ),
    ]
    return "\n".join(lines)


def text(durations: Mapping[str, float], cost: float) -> str:
    """The table in Markdown, and the units that are longer than they should be."""
    rows, total = predicted(list(durations.values()), cost), sum(durations.values())
    lines = [
        f"{len(durations):,} units of {total:,.0f} s together, {1000 * cost:.1f} ms of Dask's for each:",
        "",
        "| workers | seconds | speed-up | |",
        "| ---: | ---: | ---: | --- |",
        *(
            f"| {row.workers:,} | {row.seconds:,.1f} | {row.speedup:,.1f} | "
            f"{'the longest unit ends it' if row.longest_ends_it else ''} |"
            for row in rows
        ),
        "",
    ]
    long = sorted(((taken, name) for name, taken in durations.items() if taken > LONG), reverse=True)
    lines.append(f"Units of more than {LONG:.0f} s: {len(long) or 'none'}")
    return "\n".join([*lines, *(f"* {name}: {taken:.1f} s" for taken, name in long)])
