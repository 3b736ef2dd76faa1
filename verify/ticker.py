"""How far long measurements are, told across processes: a small file a process, beside the cells it computes.

The rules write, the terminal reads. Nothing depends on these files, and nothing goes wrong without them.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from verify.plural import plural

if TYPE_CHECKING:
    from numerics.experiments.cells import Progress

FOLDER = "progress"
STALE = 3600.0  # seconds after which a file was left by a process that died


@dataclass(frozen=True)
class Tick:
    """`done` of `total` cells of one experiment; seconds left as estimated at `told` (a time.time()), if they were."""

    name: str
    done: int
    total: int
    seconds_left: float | None
    told: float

    def words(self, now: float) -> str:
        """`covariate-shift.vgg-at-0-1: 12 of 20 cells, about 3 min left`."""
        left = "" if self.seconds_left is None else f", {_about(max(self.seconds_left - (now - self.told), 0.0))} left"
        return f"{self.name}: {self.done} of {plural(self.total, 'cell')}{left}"


def _about(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(round(seconds, -1), 10):.0f} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"


def teller(name: str, cells: Path) -> Callable[[Progress], None]:
    """A callback for `cells.run` that keeps this process's file, and removes it when all is done."""
    path = cells / FOLDER / f"{os.getpid()}.json"

    def tell(step: Progress) -> None:
        with contextlib.suppress(OSError):
            if step.done >= step.total:
                path.unlink(missing_ok=True)
                return
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".partial")
            left = step.seconds_left
            partial.write_text(json.dumps([name, step.done, step.total, left, time.time()]), encoding="utf-8")
            os.replace(partial, path)

    return tell


def ticks(cells: Path) -> list[Tick]:
    """What the processes that compute cells here said last, by name."""
    found = []
    for path in (cells / FOLDER).glob("*.json"):
        with contextlib.suppress(OSError, ValueError, TypeError):
            tick = Tick(*json.loads(path.read_text(encoding="utf-8")))
            if time.time() - tick.told < STALE:
                found.append(tick)
    return sorted(found, key=lambda tick: tick.name)
