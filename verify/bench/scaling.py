"""What more workers would give: a run simulated from what its units took the last time, and what Dask costs a unit.

List scheduling: units in the order in which an executor sends them, the longest first, each to the worker that is free
soonest; and the scheduler hands them out one after the other. By Graham's bound no order is done in less than 3/4 of
that time. Where more workers give nothing more, the longest unit alone is what is waited for.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WORKERS = (1, 2, 4, 8, 64, 1000)
LONG = 10.0  # seconds: a unit that takes longer is named
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
