"""What a GPU makes of the same work: residuals, speed of the screen, an experiment's cell and a training step.

`device` is measured beside this machine's CPU in the same run; "cpu" measures the CPU against itself, which says
nothing but that the measuring works. A plan says how much of each: FULL is for minutes, SMALL for seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

import torch

from numerics import precision
from numerics.experiments import growth
from numerics.experiments.cells import Checkpoint
from numerics.shift.training import Training, train
from theory import Theorem
from theory.terms import CalculusError
from verify.bench.throughput import BATCH_SIZE, POINTS, SIZE, backward_norm, unit_gradient
from verify.bench.traffic import traffic
from verify.floating.building import Built, Ensemble, build
from verify.floating.ensembling import find_ensemble
from verify.floating.halving import halving
from verify.floating.measure import Sides, measure
from verify.floating.needs import Setting, read

DTYPES = {"float64": torch.float64, "float32": torch.float32}


@dataclass(frozen=True)
class Plan:
    """Of residuals: instances, and batches of each part. Of the screen: the first and the last size of a batch, as
    powers of two, seconds for each, and bytes that are copied. Of the cell: networks and depths. Of the VGG: its plan,
    images, how many of them, and steps."""

    instances: int
    batches: int
    first: int
    last: int
    seconds: float
    copied: int
    networks: int
    depths: tuple[int, ...]
    vgg: str
    images: str
    batch: int
    steps: int


FULL = {
    "cuda": Plan(512, 2, 12, 24, 0.3, 2**30, 256, (4, 8, 16), "vgg11", "digits32", 128, 2),
    "cpu": Plan(512, 2, 10, 16, 0.3, 2**28, 64, (4, 8, 16), "vgg11", "digits32", 32, 1),
}
SMALL = Plan(64, 1, 7, 9, 0.01, 2**20, 4, (2, 3), "vgg8x8", "digits", 16, 2)


@dataclass(frozen=True)
class Residual:
    """The worst residual of a theorem's parts in units of the derived bound, of the same instances each time.

    `device` with products in full, `reduced` with products cut on purpose; `beyond` of the instances then stand out.
    """

    theorem: str
    dtype: str
    instances: int
    cpu: float
    device: float
    reduced: float
    beyond: int


@dataclass(frozen=True)
class Screen:
    """How fast batches of `batch` instances are screened: drawn and screened, screened alone, and in bytes a second.

    `moved`: bytes that the screen's operations read and write for an instance.
    """

    claim: str
    dtype: str
    batch: int
    drawn: float
    screened: float
    moved: int

    @property
    def bandwidth(self) -> float:
        """Bytes a second that the screen moves."""
        return self.screened * self.moved


@dataclass(frozen=True)
class Room:
    """The largest batch that was screened in float64; and the one that was too large and was halved until it fitted."""

    claim: str
    largest: int
    refused: int


@dataclass(frozen=True)
class Piece:
    """Seconds of the same work on the device and on this machine's CPU."""

    name: str
    device: float
    cpu: float

    @property
    def ratio(self) -> float:
        """How many times faster the device is."""
        return self.cpu / self.device


# ---- residuals ----------------------------------------------------------------------------------------------
def residuals(theorems: Sequence[Theorem], device: str, plan: Plan) -> list[Residual]:
    """A row for each theorem and dtype; instances are drawn on the CPU and moved, so that all see the same."""
    return [
        row for theorem in theorems for name in DTYPES if (row := _residual(theorem, name, device, plan)) is not None
    ]


def _residual(theorem: Theorem, dtype: str, device: str, plan: Plan) -> Residual | None:
    row = Residual(theorem.id, dtype, 0, 0.0, 0.0, 0.0, 0)
    for sides, built in _batches(theorem, DTYPES[dtype], plan):
        here = measure(sides, built, full=True)
        there = moved(built, device)
        with precision.products(precision.FULL):
            full = measure(sides, there, full=True)
        with precision.products(precision.REDUCED):
            cut = measure(sides, there, full=True)
        row = replace(
            row,
            instances=row.instances + full.satisfied,
            cpu=max(row.cpu, here.worst),
            device=max(row.device, full.worst),
            reduced=max(row.reduced, cut.worst),
            beyond=row.beyond + len(cut.suspects),
        )
    return row if row.instances else None


def _batches(theorem: Theorem, dtype: torch.dtype, plan: Plan) -> Iterator[tuple[Sides, Built]]:
    for part in theorem.parts:
        rng = Random(f"{theorem.id}/{part.label}/{dtype}")
        try:
            setting, sides = read(part.claim, theorem.assumptions), Sides.of(part.claim)
            ensembles = [find_ensemble(setting, rng, index, dtype, "cpu")[0] for index in range(plan.batches)]
        except CalculusError:  # torch has no values for it, which the sampling rule says
            continue
        for ensemble in ensembles:
            yield sides, build(setting, ensemble, plan.instances, dtype, "cpu")


def moved(built: Built, device: str) -> Built:
    """The same instances on the device."""
    inputs = replace(
        built.inputs,
        symbols={name: value.to(device) for name, value in built.inputs.symbols.items()},
        laws={name: value.to(device) for name, value in built.inputs.laws.items()},
        device=device,
    )
    return Built(inputs, built.setting, built.satisfied.to(device), built.standings.to(device))


# ---- the screen ---------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Subject:
    name: str
    setting: Setting
    sides: Sides
    ensemble: Ensemble

    def build(self, count: int, dtype: torch.dtype, device: str) -> Built:
        return build(self.setting, self.ensemble, count, dtype, device)

    def screen(self, built: Built) -> None:
        if measure(self.sides, built, full=False).suspects:
            raise RuntimeError(f"{self.name}: a true claim has suspects")


def _subjects() -> Iterator[_Subject]:
    for name, (claim, assumptions, sizes) in (
        (f"batch-norm backward norm, m = {BATCH_SIZE}", backward_norm()),
        (f"gradient of the unit, d = {SIZE}, {POINTS} points", unit_gradient()),
    ):
        setting = read(claim, assumptions)
        functions = {f: ("sine" if "sine" in choices else "tanh") for f, choices in setting.functions}
        ensemble = Ensemble(sizes, {x.name: POINTS for x in setting.laws}, functions, "generic", 1)
        yield _Subject(name, setting, Sides.of(claim), ensemble)


def screens(device: str, plan: Plan) -> tuple[list[Screen], list[Room]]:
    """Rows for every size of batch that fits, and how large the largest is."""
    rows: list[Screen] = []
    rooms = []
    for subject in _subjects():
        for name, dtype in DTYPES.items():
            found, room = _grown(subject, name, dtype, device, plan)
            rows += found
            rooms += [room] if dtype is torch.float64 else []
    return rows, rooms


def _grown(subject: _Subject, name: str, dtype: torch.dtype, device: str, plan: Plan) -> tuple[list[Screen], Room]:
    """Batches four times as large each time, until one does not fit; that one is halved until it does."""
    bytes_each = _moved(subject, dtype)
    rows: list[Screen] = []
    largest = 0
    for power in range(plan.first, plan.last + 1, 2):
        (drawn, screened), largest = halving(lambda k: _times(subject, k, dtype, device, plan), 2**power)
        rows.append(Screen(subject.name, name, largest, drawn, screened, bytes_each))
        if largest < 2**power:
            return rows, Room(subject.name, largest, 2**power)
    return rows, Room(subject.name, largest, 0)


def _times(subject: _Subject, count: int, dtype: torch.dtype, device: str, plan: Plan) -> tuple[float, float]:
    """Instances a second: drawn and screened, and screened alone."""
    drawn = count / _seconds(lambda: subject.screen(subject.build(count, dtype, device)), device, plan.seconds)
    built = subject.build(count, dtype, device)
    return drawn, count / _seconds(lambda: subject.screen(built), device, plan.seconds)


def _moved(subject: _Subject, dtype: torch.dtype) -> int:
    """Bytes that screening one instance more moves, counted on the CPU."""
    few, more = (_traffic(subject, dtype, count) for count in (1024, 2048))
    return (more - few) // 1024


def _traffic(subject: _Subject, dtype: torch.dtype, count: int) -> int:
    built = subject.build(count, dtype, "cpu")
    return traffic(lambda: subject.screen(built)).moved


def copying(device: str, plan: Plan) -> float:
    """Bytes a second that a copy from the device to itself reads and writes: what memory can do."""
    source = torch.ones(plan.copied, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    return 2 * len(source) / _seconds(lambda: target.copy_(source), device, plan.seconds)


# ---- pieces of experiments ----------------------------------------------------------------------------------
def pieces(device: str, plan: Plan) -> list[Piece]:
    """A growth cell of the explosion experiments and a measured training step of a VGG, on the device and the CPU."""
    rows = []
    for name, work in (
        (f"growth cell, {plan.networks} ReLU networks of width 64, depths {list(plan.depths)}", _growth),
        (f"measured step of {plan.vgg} with batch norm, {plan.batch} images", _training),
    ):
        with precision.products(precision.FULL):
            there = work(device, plan)
            rows.append(Piece(name, there, work("cpu", plan)))
    return rows


def _growth(device: str, plan: Plan) -> float:
    block = growth.Block("relu", 64, 8, plan.depths, 0, plan.networks, device=device)
    growth.measure(replace(block, stop=2), Checkpoint(None))
    return _once(lambda: growth.measure(block, Checkpoint(None)), device)


def _training(device: str, plan: Plan) -> float:
    """Seconds a step: what one step takes by itself, making the network included, is taken off."""
    one = Training(plan.vgg, "batch", plan.images, "cross entropy", 0.01, 1, 1, plan.batch, 0, device=device)
    train(one, Checkpoint(None))
    first = _once(lambda: train(one, Checkpoint(None)), device)
    more = _once(lambda: train(replace(one, steps=1 + plan.steps), Checkpoint(None)), device)
    return max(more - first, 1e-9) / plan.steps


# ---- time ---------------------------------------------------------------------------------------------------
def _once(work: Callable[[], object], device: str) -> float:
    _settle(device)
    begin = time.perf_counter()
    work()
    _settle(device)
    return time.perf_counter() - begin


def _seconds(work: Callable[[], object], device: str, for_seconds: float) -> float:
    """The best time of one call among those that fit into the time, after one that warms up."""
    work()
    best, spent = float("inf"), 0.0
    while spent < for_seconds:
        taken = _once(work, device)
        best, spent = min(best, taken), spent + taken
    return best


def _settle(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()
