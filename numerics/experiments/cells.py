"""Cells: the pieces of an experiment, each computed once, kept when finished, and found again after a kill.

A cell is a function named `module:function` and a frozen dataclass of settings; both, and the version of the code,
are in its file, and their digest is its name. A file is written whole or not at all, so a run that is killed and
started again computes what is missing and nothing twice, and its result is that of a run that was left alone: a cell
depends on its settings only. Processes that need the same cells at one time share them out. A long cell may keep its
state as well (`Checkpoint`). Nothing is printed.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import importlib
import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

try:
    import fcntl
except ImportError:  # not on this system: processes then do not share their cells
    fcntl = None  # type: ignore[assignment]

LOCKS = "cells.lock"
ABREAST = 8  # cells computed together at most
Numbers = Mapping[str, Any]  # names to numbers or nested lists of numbers


@dataclass(frozen=True)
class Cell:
    """`target` is called with `settings` (a frozen dataclass of plain data) and a Checkpoint; it returns Numbers.

    `cost` weighs cells against one another when the time left is estimated; it is no part of the cell's name. Neither
    is `together`, a function that takes the settings of several cells with the same `common` and gives the Numbers of
    each that their target would, in less time: what they have in common is computed once.
    """

    target: str
    settings: Any
    cost: float = dataclasses.field(default=1.0, compare=False)
    together: str = dataclasses.field(default="", compare=False)
    common: Any = dataclasses.field(default=None, compare=False)


@dataclass(frozen=True)
class Result:
    """What a cell gave, and the seconds it once took. `kept`: it was found, not computed."""

    cell: Cell
    numbers: Numbers
    seconds: float
    kept: bool


@dataclass(frozen=True)
class Progress:
    """Told after each cell. `seconds_left` is None until one cell has been computed."""

    done: int
    total: int
    label: str
    seconds_left: float | None


class Checkpoint:
    """The state of one unfinished cell, on disk. Without a folder it keeps nothing; without room, see `complaint`."""

    def __init__(self, path: Path | None) -> None:
        self._path, self.complaint = path, ""

    def load(self) -> dict[str, Any] | None:
        """The state saved last, or None if there is none that can be read."""
        if self._path is None or not self._path.exists():
            return None
        try:
            state = torch.load(self._path, weights_only=True)
        except Exception:  # a damaged file: torch raises many kinds; the cell begins again
            return None
        return state if isinstance(state, dict) else None

    def save(self, state: Mapping[str, Any]) -> None:
        """Keep tensors, numbers, strings and containers of them, in place of what was kept before."""
        if self._path is None or self.complaint:
            return
        try:
            with _Replacing(self._path) as partial:
                torch.save(dict(state), partial)
        except (OSError, RuntimeError) as error:  # torch says RuntimeError where the disk is full
            self.complaint = f"the state of an unfinished cell cannot be kept in {self._path.parent} ({error})"

    def drop(self) -> None:
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def run(
    cells: Sequence[Cell],
    folder: Path | None,
    *,
    version: str = "",
    executor: Executor | None = None,
    progress: Callable[[Progress], None] = lambda step: None,
    warn: Callable[[str], None] = lambda message: None,
) -> list[Result]:
    """Every cell's result, in the order of `cells`: found in `folder`, or computed here or by `executor`.

    `version` is the version of the code that computes; another version finds nothing of this one. Where the folder
    cannot be written to, `warn` is told once and the run goes on. What a cell raises is raised here, after the
    cells in flight are kept.
    """
    results: dict[int, Result] = {}
    todo: list[int] = []
    for index, cell in enumerate(cells):
        found = _find(cell, folder, version)
        if found is None:
            todo.append(index)
        else:
            results[index] = found
    begin, spent = time.perf_counter(), 0.0
    left = sum(cells[i].cost for i in todo)
    computed = (
        _here(cells, todo, folder, version) if executor is None else _there(cells, todo, folder, version, executor)
    )
    warned = False
    progress(Progress(len(results), len(cells), "", None if todo else 0.0))
    for index, result, complaint in computed:
        results[index] = result
        spent, left = spent + result.cell.cost, left - result.cell.cost
        if complaint and not warned:
            warn(complaint)
            warned = True
        rate = (time.perf_counter() - begin) / spent if spent > 0 else 0.0
        progress(Progress(len(results), len(cells), label(result.cell), max(0.0, rate * left)))
    return [results[index] for index in range(len(cells))]


def label(cell: Cell) -> str:
    """A cell in words, for a display."""
    fields = dataclasses.asdict(cell.settings)
    return ", ".join(f"{name} {value}" for name, value in fields.items() if not isinstance(value, (dict, list, tuple)))


Finished = Iterator[tuple[int, Result, str]]


def _here(cells: Sequence[Cell], todo: Sequence[int], folder: Path | None, version: str) -> Finished:
    """One group after another. What another process is computing is left for last, and by then mostly found."""
    left: list[int] = []
    for group in _groups(cells, todo):
        with contextlib.ExitStack() as claims:
            mine: list[int] = []
            for index in group:
                claimed = claims.enter_context(_claimed(cells[index], folder, version, wait=False))
                (mine if claimed else left).append(index)
            yield from _found_or_performed(cells, mine, folder, version)
    for index in left:
        with _claimed(cells[index], folder, version, wait=True):
            yield from _found_or_performed(cells, [index], folder, version)


def _groups(cells: Sequence[Cell], todo: Sequence[int]) -> list[list[int]]:
    """Cells that are computed together, at most `ABREAST` of them: what is computed is lost if the process dies."""
    groups: dict[object, list[list[int]]] = {}
    for index in todo:
        cell = cells[index]
        same = groups.setdefault((cell.together, cell.common) if cell.together else index, [[]])
        if len(same[-1]) == ABREAST:
            same.append([])
        same[-1].append(index)
    return sorted(group for same in groups.values() for group in same)


def _found_or_performed(cells: Sequence[Cell], mine: Sequence[int], folder: Path | None, version: str) -> Finished:
    """Each of these cells as it is found by now, or computed with the others."""
    left = []
    for index in mine:
        found = _find(cells[index], folder, version)
        if found is None:
            left.append(index)
        else:
            yield index, found, ""
    if len(left) == 1:
        yield left[0], *perform(cells[left[0]], folder, version)
    elif left:
        begin = time.perf_counter()
        every = _function(cells[left[0]].together)([cells[index].settings for index in left])
        share = (time.perf_counter() - begin) / sum(cells[index].cost for index in left)
        for index, numbers in zip(left, every, strict=True):
            cell = cells[index]
            result = Result(cell, _plain(numbers), share * cell.cost, kept=False)
            yield index, result, _keep(result, _place(cell, folder, version), version)


@contextlib.contextmanager
def _claimed(cell: Cell, folder: Path | None, version: str, *, wait: bool) -> Iterator[bool]:
    """Is the cell this process's to compute? One byte of a common file is locked for it; a process that dies lets go.

    Where there are no such locks, every process computes every cell: slower, never wrong.
    """
    if folder is None or fcntl is None:
        yield True
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCKS).open("ab")
    except OSError:
        yield True
        return
    with file:
        place = int(name(cell, version)[:15], 16)
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB), 1, place)
        except OSError as error:
            yield error.errno not in (errno.EACCES, errno.EAGAIN)
            return
        yield True  # closing the file lets go of the lock


def _there(
    cells: Sequence[Cell], todo: Sequence[int], folder: Path | None, version: str, executor: Executor
) -> Finished:
    flying: dict[Future[tuple[Result, str]], int] = {
        executor.submit(perform, cells[index], folder, version): index for index in todo
    }
    try:
        while flying:
            ready, _ = wait(flying, return_when=FIRST_COMPLETED)
            for future in ready:
                yield flying.pop(future), *future.result()
    finally:
        for future in flying:
            future.cancel()


def perform(cell: Cell, folder: Path | None, version: str) -> tuple[Result, str]:
    """Compute one cell and keep it; the second value says what went wrong with keeping it, if anything did.

    Raises whatever the cell's function raises, and TypeError if it does not return finite plain numbers.
    """
    place = _place(cell, folder, version)
    checkpoint = Checkpoint(None if place is None else place.with_suffix(".state"))
    begin = time.perf_counter()
    numbers = _function(cell.target)(cell.settings, checkpoint)
    result = Result(cell, _plain(numbers), time.perf_counter() - begin, kept=False)
    complaint = _keep(result, place, version)
    if not complaint:
        with contextlib.suppress(OSError):
            checkpoint.drop()
    return result, complaint or checkpoint.complaint


def _function(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


def _place(cell: Cell, folder: Path | None, version: str) -> Path | None:
    return None if folder is None else folder / name(cell, version)


def _keep(result: Result, place: Path | None, version: str) -> str:
    """Write the cell's file; the answer says what went wrong, if anything did."""
    if place is None:
        return ""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with _Replacing(place) as partial:
            partial.write_text(json.dumps(_document(result, version)), encoding="utf-8")
    except OSError as error:
        return f"finished cells cannot be kept in {place.parent} ({error.strerror or error}); the run goes on"
    return ""


# ---- files --------------------------------------------------------------------------------------------------
def name(cell: Cell, version: str) -> str:
    """The name of a cell's file."""
    return hashlib.sha256(_identity(cell, version).encode()).hexdigest()[:32] + ".json"


def _identity(cell: Cell, version: str) -> str:
    return json.dumps(_described(cell, version), sort_keys=True)


def _described(cell: Cell, version: str) -> dict[str, Any]:
    return {"target": cell.target, "settings": dataclasses.asdict(cell.settings), "version": version}


def _document(result: Result, version: str) -> dict[str, Any]:
    body = {**_described(result.cell, version), "seconds": result.seconds, "numbers": result.numbers}
    return {**body, "digest": _digest(body)}


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def _find(cell: Cell, folder: Path | None, version: str) -> Result | None:
    if folder is None:
        return None
    try:
        document = json.loads((folder / name(cell, version)).read_text(encoding="utf-8"))
        digest = document.pop("digest")
        if digest == _digest(document) and json.dumps(
            {k: document[k] for k in ("target", "settings", "version")}, sort_keys=True
        ) == _identity(cell, version):
            return Result(cell, document["numbers"], float(document["seconds"]), kept=True)
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        pass  # there is none, or none that can be trusted: it is computed
    return None


class _Replacing:
    """A path to write to, which takes the place of `path` when all went well."""

    def __init__(self, path: Path) -> None:
        self._path, self._partial = path, path.with_name(f"{path.name}.{os.getpid()}.partial")

    def __enter__(self) -> Path:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        return self._partial

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is not None:
            self._partial.unlink(missing_ok=True)
            return
        with self._partial.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(self._partial, self._path)


def _plain(value: Any) -> Any:
    """Numbers as JSON keeps them exactly; infinities and NaN, which mark diverged runs, as text."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, torch.Tensor):
        return _plain(value.tolist())
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(f"expected a cell to return plain numbers, got {type(value).__name__}.")


def table(values: Any) -> torch.Tensor:
    """Nested lists of a result as a float64 tensor."""
    return torch.tensor(_floats(values), dtype=torch.float64)


def _floats(value: Any) -> Any:
    return [_floats(v) for v in value] if isinstance(value, list) else float(value)
