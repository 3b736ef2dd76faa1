"""What a unit of work is, and how it is performed: here, or by its name in another process.

A unit is named, not shipped: a worker imports the theorem's file itself, so nothing of a term crosses a process
boundary but strings, and definitions keep their identity. Torch computes with one thread everywhere.

An executor takes units and gives each back with its outcome, once, as they finish, in whatever order. What is kept of a
unit and what it says of a theorem are none of its business; nor is what kind of work it is, if it is an Errand: a rule
on a theorem here, a cell of a sweep elsewhere. `where.py` knows all executors by name.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import math
import sys
import time
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from theory.statements.erratum import stated
from theory.statements.theorem import Theorem
from theory.terms import CalculusError
from verify.errors import UserError
from verify.floating.memory import give_back
from verify.patience import WORKING, OutOfTime, within
from verify.results import fingerprint
from verify.running.completing import completed
from verify.settings import Settings


@dataclass(frozen=True)
class Work:
    """One call, by name: `target` is `module:function`; `variant` its further argument ("" for none)."""

    module: str
    theorem_id: str
    rule: str
    variant: str
    target: str
    settings: Settings
    search_path: tuple[str, ...] = ()
    theorem: str = ""  # its fingerprint: what a worker finds under the name must be the same

    @property
    def label(self) -> str:
        return f"{self.theorem_id} / {self.rule}{f' ({self.variant})' if self.variant else ''}"

    def performed(self) -> Outcome:
        """As `perform`, where the theorem is not at hand: it is found by its module."""
        try:
            theorem = found_again(self.module, self.search_path)
            if fingerprint.whole(theorem) != self.theorem:
                raise RuntimeError(
                    f"{self.module} states another theorem by now, or other findings lie there; run again"
                )
        except Exception as error:
            return Outcome(None, 0.0, problem_of(error), traceback.format_exc())
        return perform(self, theorem)


NEAR_MISS = "near miss"
MUTANTS = "mutants"


FAULT = "This is a fault of normproof, not of the theorem; remedy: please report it with the theorem's file"


@dataclass(frozen=True)
class Outcome:
    """What came of a unit: a value, or a problem in one line (and the traceback for whoever debugs)."""

    value: Any
    seconds: float
    problem: str = ""
    trace: str = ""


def perform(work: Work, theorem: Theorem) -> Outcome:
    """Call the rule. Whatever it raises becomes an Outcome with a problem: a crash is not a verdict."""
    begin = time.perf_counter()
    try:
        module, _, name = work.target.partition(":")
        function = getattr(importlib.import_module(module), name)
        with within(_bound(work)), _in_full(work.settings.device):
            if work.rule == NEAR_MISS:
                value = function(theorem, work.variant, dict(theorem.near_miss_list())[work.variant], work.settings)
            elif work.variant or work.rule == MUTANTS:  # a part without a label is a part
                value = function(theorem, work.settings, work.variant)
            else:
                value = function(theorem, work.settings)
        return Outcome(value, time.perf_counter() - begin)
    except OutOfTime:
        return Outcome(None, time.perf_counter() - begin, _endless(work))
    except Exception as error:
        known = isinstance(error, CalculusError | UserError | OSError | MemoryError)
        problem = problem_of(error) + ("" if known else f". {FAULT}")
        return Outcome(None, time.perf_counter() - begin, problem, traceback.format_exc())
    finally:
        give_back()


@contextlib.contextmanager
def _in_full(device: str) -> Iterator[None]:
    """A GPU multiplies float32 as float32; a unit on the CPU need not load torch for that."""
    if device == "cpu":
        yield
        return
    from numerics import precision

    with precision.products(precision.FULL):
        yield


def _bound(work: Work) -> float:
    """Seconds of processor time; experiments state their size themselves and are measured to the end."""
    return math.inf if work.rule == "statistics" else WORKING[work.settings.budget]


def _endless(work: Work) -> str:
    return (
        f"stopped after {_bound(work):.0f} s of processor time, the bound at the budget {work.settings.budget.value}. "
        "Remedy: state it for symbols or smaller numbers; a run waits longer with --budget thorough"
    )


def found_again(module: str, search_path: tuple[str, ...]) -> Theorem:
    """The theorem that a module states, with the lines that are sought for it. Raises what the import raises."""
    return completed(_theorem(module, search_path))


@functools.lru_cache(maxsize=1024)  # as the modules that Python keeps
def _theorem(module: str, search_path: tuple[str, ...]) -> Theorem:
    for folder in search_path:
        if folder not in sys.path:
            sys.path.append(folder)
    theorem = stated(importlib.import_module(module))
    if not isinstance(theorem, Theorem):
        raise TypeError(f"{module} states a {type(theorem).__name__}")
    return theorem


def problem_of(error: Exception) -> str:
    """What was raised and where, on one line."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith("<")]
    last = frames[-1] if frames else None
    where = f" ({last.filename.rsplit('/', 1)[-1]}:{last.lineno})" if last else ""
    text = str(error).strip().split("\n")[0]
    return f"{type(error).__name__}{': ' + text if text else ''}{where}"


# ---- the seam ----------------------------------------------------------------------------------------------
class Errand(Protocol):
    """Work as an executor knows it: plain data that can be compared, shipped, and performed wherever it arrives."""

    @property
    def label(self) -> str: ...

    def performed(self) -> Outcome: ...


@dataclass(frozen=True)
class Unit:
    """A unit of work as it is handed out.

    `here` performs it in this process, by what is at hand there already. `key` is that of the store, "" where nothing
    is kept; `seconds` is what the unit took when it last ran, infinite if that is not known.
    """

    work: Errand
    here: Callable[[], Outcome]
    key: str = ""
    seconds: float = math.inf


Executor = Callable[[Sequence[Unit]], Generator[tuple[Unit, Outcome]]]


def longest_first(units: Sequence[Unit]) -> list[Unit]:
    """The order in which several workers are done soonest: what takes long begins early, and what is unknown may."""
    return sorted(units, key=lambda unit: -unit.seconds)


def serial(units: Sequence[Unit]) -> Generator[tuple[Unit, Outcome]]:
    """Each unit in this process, in the order given, so that theorems are finished one after the other."""
    for unit in units:
        yield unit, unit.here()
