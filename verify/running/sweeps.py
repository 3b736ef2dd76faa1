"""Sweeps: one question put to many activations, each answer a cell that an executor finds and the store keeps.

A cell is named by its expression, batch size and digits, and answered by whoever gets it; so a sweep runs wherever a
run of theorems does, and one that was killed goes on from the cells that were finished. What is kept is the answer as
it is written: decimals that enclose a number which was certified when they were made. A cell for which there is no
number, such as a limit that is infinite, is answered as well, by a row that says why; the others go on.
"""

from __future__ import annotations

import contextlib
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from verify.errors import InternalError, UserError
from verify.patience import WORKING, OutOfTime, within
from verify.rates import rows, trend
from verify.rates.rate import checked_rate
from verify.results import fingerprint
from verify.results.store import Store
from verify.running.executors import Errand, Executor, Outcome, Unit, problem_of
from verify.running.storing import computed
from verify.settings import Budget

BOUND = WORKING[Budget.STANDARD]  # seconds of processor time for one cell
FAULT = "This is a fault of normproof, not of the expression; remedy: please report it with the expression"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """One question about one activation; `batch` is None for the limit, and where all batch sizes are asked about."""

    question: str
    phi: str
    batch: int | None = None
    digits: int = 0

    @property
    def label(self) -> str:
        return f"{self.question} / {self.phi} / {'inf' if self.batch is None else self.batch} / {self.digits}"

    def performed(self) -> Outcome:
        """The rows that answer it, each a tuple in the order of the question's columns."""
        begin = time.perf_counter()
        question = QUESTIONS[self.question]
        try:
            with within(BOUND):
                found = question.answer(self)
        except UserError as error:
            found = [_none(self, f"{error.expected}; got {error.got}" if error.got else error.expected)]
        except OutOfTime:
            return Outcome(None, time.perf_counter() - begin, f"stopped after {BOUND:.0f} s of processor time")
        except Exception as error:
            known = isinstance(error, InternalError | OSError | MemoryError)
            problem = problem_of(error) + ("" if known else f". {FAULT}")
            return Outcome(None, time.perf_counter() - begin, problem, traceback.format_exc())
        return Outcome(tuple(question.tuple_of(row) for row in found), time.perf_counter() - begin)


@dataclass(frozen=True)
class Question:
    """What is asked of each activation, and the columns of the answer: each a name and text, texts, whole or number.

    Any cell but those of `phi` may be None, where there is no such number.
    """

    answer: Callable[[Cell], Sequence[Row]]
    columns: Mapping[str, str]

    def tuple_of(self, row: Row) -> tuple[Any, ...]:
        found = (row[name] for name in self.columns)
        return tuple(tuple(value) if isinstance(value, list) else value for value in found)

    def row_of(self, values: Sequence[Any]) -> Row:
        return {
            name: list(value) if kind == "texts" and value is not None else value
            for (name, kind), value in zip(self.columns.items(), values, strict=True)
        }


def _rate(cell: Cell) -> list[Row]:
    return [{**rows.rate_row(checked_rate(cell.phi, cell.batch, cell.digits)), "problem": None}]


def _trend(cell: Cell) -> list[Row]:
    found = trend.trend(cell.phi)
    pairs = zip(rows.stretch_rows(cell.phi, found), found, strict=True)
    return [{**row, "problem": step.why or None} for row, step in pairs]


def _none(cell: Cell, why: str) -> Row:
    """The row of a cell without an answer."""
    nothing = dict.fromkeys(QUESTIONS[cell.question].columns)
    return {**nothing, **_UNKNOWN[cell.question](cell), "phi": cell.phi, "problem": why}


RATE, TREND = "rate", "trend"
QUESTIONS = {
    RATE: Question(
        _rate,
        {
            "phi": "text",
            "batch": "whole",
            "lambda": "text",
            "radius": "text",
            "norm_rate": "text",
            "method": "text",
            "evidence": "texts",
            "seconds": "number",
            "problem": "text",
        },
    ),
    TREND: Question(_trend, {"phi": "text", "from": "whole", "to": "whole", "direction": "text", "problem": "text"}),
}
_UNKNOWN: Mapping[str, Callable[[Cell], Row]] = {
    RATE: lambda cell: {"batch": cell.batch},
    TREND: lambda cell: {"from": trend.SMALLEST, "direction": "unknown"},
}


@dataclass(frozen=True)
class Answer:
    """The rows of a cell. `whole`: is each of them an answer? `cached`: was it known before?"""

    rows: tuple[Row, ...]
    cached: bool

    @property
    def whole(self) -> bool:
        return not any(row["problem"] for row in self.rows)


def rate_cells(expressions: Sequence[str], batches: Sequence[int | None], digits: int) -> list[Cell]:
    """A cell for each activation at each batch size, in the order given; what stands twice is asked once."""
    return list(dict.fromkeys(Cell(RATE, phi.strip(), batch, digits) for phi in expressions for batch in batches))


def trend_cells(expressions: Sequence[str]) -> list[Cell]:
    """A cell for each activation, in the order given; what stands twice is asked once."""
    return list(dict.fromkeys(Cell(TREND, phi.strip()) for phi in expressions))


def swept(
    cells: Sequence[Cell], store: Store, executor: Executor, progress: Callable[[int], None] = lambda done: None
) -> Generator[tuple[Cell, Answer]]:
    """Each cell with its answer, in the order given, as soon as all before it have theirs.

    Every answer is in the store before it is told of, but those that a fault or a bound cut off. `progress` is told how
    many are known.
    """
    known: dict[Errand, Answer] = {}
    todo = []
    for cell in cells:
        key = _key(cell) if store.usable else ""
        stored = store.get(key) if key else None
        if stored is None:
            todo.append(Unit(cell, cell.performed, key))
        else:
            known[cell] = Answer(_rows(cell, stored.value), cached=True)
    queue = deque(cells)

    def ready() -> Iterator[tuple[Cell, Answer]]:
        while queue and queue[0] in known:
            cell = queue.popleft()
            yield cell, known.pop(cell)

    recalled = len(known)
    progress(recalled)
    yield from ready()
    with contextlib.closing(computed(todo, store, executor)) as fresh:
        for done, (unit, outcome) in enumerate(fresh, recalled + 1):
            known[unit.work] = _answer(unit.work, outcome)
            progress(done)
            yield from ready()


def _answer(cell: Any, outcome: Outcome) -> Answer:
    if outcome.problem:
        return Answer((_none(cell, outcome.problem),), cached=False)
    return Answer(_rows(cell, outcome.value), cached=False)


def _rows(cell: Cell, values: Sequence[Sequence[Any]]) -> tuple[Row, ...]:
    return tuple(QUESTIONS[cell.question].row_of(row) for row in values)


def _key(cell: Cell) -> str:
    """The key of a cell in the store: itself, how its answer is laid out, and all that decides what comes out."""
    columns = ",".join(QUESTIONS[cell.question].columns)
    subject = fingerprint.digest((cell.question, cell.phi, cell.batch, cell.digits, columns))
    return fingerprint.key(subject, "sweep", "", None)
