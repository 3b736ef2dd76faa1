"""How the cost of what is run grows with its size: instances, entries, lines, digits, depth.

Each is timed at sizes that double, on one thread, the best of a few calls; the exponent is the slope of the logarithms.
Sizes were chosen before the first measurement.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

CALLS = 3  # of which the fastest counts; one before them warms up


@dataclass(frozen=True)
class CostGrowth:
    """Seconds of `name` at each size, which counts `what`."""

    name: str
    what: str
    sizes: tuple[int, ...]
    seconds: tuple[float, ...]

    @property
    def exponent(self) -> float:
        """The slope of log seconds against log size, over the larger half of the sizes: a fixed cost is left out."""
        half = len(self.sizes) // 2
        x = [math.log(size) for size in self.sizes[half - 1 :]]
        y = [math.log(taken) for taken in self.seconds[half - 1 :]]
        return statistics.linear_regression(x, y).slope


def growths() -> Iterator[CostGrowth]:
    """Every one, in seconds each."""
    for name, what, sizes, work in (
        ("screen of the unit's gradient, d = 4", "instances", (2**11, 2**12, 2**13, 2**14, 2**15), _instances),
        ("screen of the unit's gradient, 2,048 instances", "d", (4, 8, 16, 32), _dimension),
        ("screen of the batch-norm backward norm, 2,048 instances", "m", (8, 16, 32, 64, 128), _batch),
        ("check of a derivation", "lines", (10, 20, 40, 80), _lines),
        ("certified rate of tanh, B = inf", "digits", (10, 20, 40, 80), _digits),
        ("growth cell, ReLU networks of width 64", "layers", (16, 32, 64, 128), _depth),
    ):
        yield CostGrowth(name, what, sizes, tuple(_seconds(work(size)) for size in sizes))


def _seconds(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(CALLS):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def _instances(count: int) -> Callable[[], object]:
    from verify.bench.throughput import screening, unit_gradient

    check = screening(*unit_gradient())
    return lambda: check(count, 1)


def _dimension(size: int) -> Callable[[], object]:
    from verify.bench.throughput import screening, unit_gradient

    claim, assumptions, _ = unit_gradient()
    check = screening(claim, assumptions, {"d": size})
    return lambda: check(2048, 1)


def _batch(size: int) -> Callable[[], object]:
    from verify.bench.throughput import backward_norm, screening

    claim, assumptions, _ = backward_norm()
    check = screening(claim, assumptions, {"m": size})
    return lambda: check(2048, 1)


def _lines(count: int) -> Callable[[], object]:
    """A square written out and gathered again, over and over."""
    from theory import Identity, Theorem, dimension, real, start, vector
    from verify.proof.door import check

    d = dimension("d")
    u, v, a = vector("u", d), vector("v", d), real("a")
    gathered, written = (u + a * v).T @ (u + a * v), u.T @ u + 2 * a * (u.T @ v) + a**2 * (v.T @ v)
    chain = start(gathered)
    for number in range(count):
        chain = chain.equals(written if number % 2 == 0 else gathered)
    claim = Identity(gathered, chain.lines[-1].term)
    miss = {"none": Identity(gathered, written + 1)}
    theorem = Theorem("bench.lines", claim, chain, near_misses=miss, docstring="A square, written out and gathered.")
    return lambda: check(theorem)


def _digits(digits: int) -> Callable[[], object]:
    from verify.rates.rate import rate

    return lambda: rate("tanh", None, digits)


def _depth(layers: int) -> Callable[[], object]:
    from numerics.experiments.cells import Checkpoint
    from numerics.experiments.growth import Block, measure

    return lambda: measure(Block("relu", 64, 8, (layers,), 0, 32), Checkpoint(None))


def as_rows(found: Sequence[CostGrowth]) -> list[dict[str, object]]:
    """Plain data."""
    return [
        {
            "name": growth.name,
            "what": growth.what,
            "sizes": list(growth.sizes),
            "seconds": list(growth.seconds),
            "exponent": growth.exponent,
        }
        for growth in found
    ]
