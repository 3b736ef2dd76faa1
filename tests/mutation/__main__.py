"""`make mutation`: which slips of the hand in what a verdict "proved" rests on would the tests let through?

The tests that guard a file are collected once; then each mutant is tried in a process of its own, forked from there, in
which the functions that it changes get its code. What a function's code cannot carry (a table, a default) is tried in a
fresh process, to which the mutated module is handed as it imports it. Nothing on disk changes. Exits 0 only if every
survivor is explained in `known/` and every explanation there is of a mutant that still exists and, where those are
tried (`--explained`), still survives. What is found is kept (`finished.py`).
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import math
import os
import pickle
import signal
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import accumulate
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import NamedTuple, TypeVar

import pytest
from _pytest.runner import runtestprotocol

from tests.mutation.finished import Outcome, Run, Texts, holds, keep, keep_run, kept, kept_runs, texts
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.targets import TARGETS

T = TypeVar("T")
_Changed = list[tuple[FunctionType, CodeType]]  # functions, and the code that a mutant gives them
ROOT = Path(__file__).parents[2]
KNOWN = Path(__file__).with_name("known")
FUNCTION = 0x02  # the flag of a code with fast locals, which a class body has not
SECONDS = 120  # of its own, for one test: one that never ends has noticed, and one that waits for a processor has not
AT_LEAST = 20  # of those, where it is known how long the test takes
ALL_PASS = -1
LONG = 0.5  # seconds of a test while it is noted what it runs
NEAREST = 6  # files of tests that are imported where a mutant is tried on the quickest tests alone
NOTED = 1_000_000  # lines of a test, one after another, that are noted; most come again and again
LOOKED = 50  # tests after which a share looks what the others have found of the rest
QUICKLY = {"PYTEST_EXAMPLES": "40"}  # random examples of each test, where a mutant is tried


def known() -> dict[str, str]:
    """The survivors that are explained: id -> why it weakens no verdict."""
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(KNOWN.glob("*.toml"))]
    return {mutant: entry["why"] for file in files for entry in file["reason"] for mutant in entry["mutants"]}


def module_name(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")


# ---- in a fork: functions get the mutant's code -------------------------------------------------------------
def _codes(code: CodeType, prefix: str = "") -> Iterator[tuple[str, CodeType]]:
    """The code of every function and class body at the top of a module or of its classes, by qualified name."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and not constant.co_name.startswith("<"):
            yield f"{prefix}{constant.co_name}", constant
            if not constant.co_flags & FUNCTION:  # a class body
                yield from _codes(constant, f"{prefix}{constant.co_name}.")


def _alike(one: CodeType, other: CodeType) -> bool:
    """Do two codes say the same but for the functions defined in them?"""

    def plain(code: CodeType) -> tuple[object, ...]:
        constants = tuple(
            repr(c) if not isinstance(c, CodeType) else plain(c) if c.co_name.startswith("<") else None
            for c in code.co_consts
        )
        return code.co_code, code.co_names, constants

    return plain(one) == plain(other)


def _function(module: ModuleType, name: str) -> FunctionType | None:
    """The function of that qualified name, under its decorators."""
    found: object = module
    for part in name.split("."):
        found = vars(found).get(part)
    for attribute in ("fget", "__func__", "__wrapped__"):
        found = getattr(found, attribute, found)
    return found if isinstance(found, FunctionType) else None


def swaps(module: ModuleType, path: str, before: str, after: str) -> _Changed | None:
    """The functions whose code a mutant changes, with their new code; None if it changes something else as well."""
    old, new = (compile(text, path, "exec", dont_inherit=True) for text in (before, after))
    if not _alike(old, new):
        return None
    was, will = dict(_codes(old)), dict(_codes(new))
    changed: _Changed = []
    for name, code in will.items():
        if was[name] == code:
            continue
        if not code.co_flags & FUNCTION:  # a class body: its functions follow by themselves
            if not _alike(was[name], code):
                return None
            continue
        function = _function(module, name)
        if function is None or function.__code__.co_freevars != code.co_freevars:
            return None
        changed.append((function, code))
    return changed


class _Run(NamedTuple):
    """A test with what it runs of the file; of its lines the n-th bit is set if it runs the n-th."""

    item: pytest.Item
    functions: frozenset[str]
    lines: int
    seconds: float


class _FailsUnchangedError(Exception):
    """A test fails although nothing is changed."""


class _Loop:
    """In place of running the collected tests once: once for every mutant, each in a fork.

    A mutant is tried on the test that noticed it in a former run, if there is one; then on the tests that run a
    function it changes, those first that run the lines of the change, and of these the one first that noticed another
    most lately. Which test runs what is found in forks as well, so that nothing that one test leaves in a cache hides
    what the next one runs.
    """

    def __init__(
        self, path: str, chosen: Sequence[Mutant], seconds: float, now: Texts, share: tuple[int, int] = (1, 1)
    ) -> None:
        self.path, self.chosen, self.seconds, self.now, self.share = path, chosen, seconds, now, share
        self.survivors: list[str] = []
        self.before = {mutant: outcome.noticed_by for mutant, (outcome, _) in kept(ROOT, path).items()}
        self.items: dict[str, pytest.Item] = {}
        self.runs: list[_Run] | None = None
        self.ran = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        source, module = ast_text(self.path), importlib.import_module(module_name(self.path))
        self.items = {item.nodeid: item for item in session.items}
        _forget_what_was_computed()
        try:
            for mutant in self.chosen:
                changed = swaps(module, self.path, source, mutant.source)
                noticed_by = self._as_before(mutant, changed) or self._by_another(mutant, changed)
                if noticed_by is None:
                    self.survivors.append(mutant.id)
                if noticed_by is not None or self.seconds == math.inf:  # the tests that were left out may notice
                    keep(ROOT, self.path, Outcome(mutant.id, noticed_by is None, noticed_by or ""), self.now)
        except _FailsUnchangedError:
            return True
        self.ran = True
        return True

    def _as_before(self, mutant: Mutant, changed: _Changed | None) -> str | None:
        """The test that noticed the mutant in a former run, if it does so now."""
        item = self.items.get(self.before.get(mutant.id, ""))
        if item is None or changed is None or _forked(partial(_noticed, [item], changed, [SECONDS])) == ALL_PASS:
            return None
        if _forked(partial(_noticed, [item], [], [SECONDS])) != ALL_PASS:
            raise _FailsUnchangedError
        return item.nodeid

    def _by_another(self, mutant: Mutant, changed: _Changed | None) -> str | None:
        """The test that notices the mutant, "" if it is one in a fresh process or ends the fork; None if there is
        none."""
        runs = self.runs = self._traced() if self.runs is None else self.runs
        names = {function.__code__.co_qualname for function, _ in changed or ()}
        inside = sum(1 << line for line in range(mutant.first, mutant.last + 1))
        fit = self._quick(sorted((r for r in runs if r.functions & names), key=lambda r: not r.lines & inside))
        if changed is None or not fit:  # a table, or a function that only runs while the file is imported
            return None if _survives_afresh(self.path, mutant.source, self.seconds) else ""
        limits = [AT_LEAST + 3 * math.ceil(run.seconds) for run in fit]
        noticed = _forked(partial(_noticed, [run.item for run in fit], changed, limits))
        if noticed is None:
            return ""
        if noticed == ALL_PASS:
            return None
        runs.remove(fit[noticed])
        runs.insert(0, fit[noticed])
        return fit[noticed].item.nodeid

    def _traced(self) -> list[_Run]:
        """The tests, the quickest of each file first, with what they run; found once, for all files. Each share begins
        with others, and looks now and then what the other shares have found."""
        before, runs, names = dict[str, Run](), list[_Run](), [*self.items]
        first = len(names) * (self.share[0] - 1) // self.share[1]
        for place, name in enumerate(names[first:] + names[:first]):
            if place % LOOKED == 0:
                before = kept_runs(ROOT, self.now)
            run, item = before.get(name), self.items[name]
            if run is None:
                began = time.perf_counter()
                seen = _forked(partial(_traced, item))
                if seen is None:
                    raise _FailsUnchangedError
                run = Run(name, time.perf_counter() - began, *seen)
                keep_run(ROOT, run, self.now)
            functions, lines = frozenset(run.functions.get(self.path, ())), int(run.lines.get(self.path, "0"), 16)
            runs.append(_Run(item, functions, lines, run.seconds))
        return _by_turns(runs, lambda run: (run.item.nodeid, run.seconds))

    def _quick(self, runs: Sequence[_Run]) -> list[_Run]:
        return runs[: _within(self.seconds, [run.seconds for run in runs])]


def _by_turns(tests: Sequence[T], known: Callable[[T], tuple[str, float]]) -> list[T]:
    """The quickest test of each file, then the next of each, and so on: what one file overlooks another may notice.
    Those that take longer than LONG come after all others. `known` gives a test's name and seconds."""
    rank, seen = dict[int, int](), Counter[str]()
    for test in sorted(tests, key=lambda test: known(test)[1]):
        file = known(test)[0].split("::")[0]
        rank[id(test)] = seen[file]
        seen[file] += 1
    return sorted(tests, key=lambda test: (known(test)[1] > LONG, rank[id(test)], known(test)[1]))


def _within(seconds: float, each: Sequence[float]) -> int:
    """How many of the first of these end or begin within so many seconds."""
    return sum(so_far - one < seconds for one, so_far in zip(each, accumulate(each), strict=True))


def _forget_what_was_computed() -> None:
    """What was computed while the tests were collected was so by the code as it is; forks begin without it."""
    for name, module in list(sys.modules.items()):
        if name.startswith("verify.proof"):
            for value in vars(module).values():
                getattr(value, "cache_clear", lambda: None)()


def _forked(work: Callable[[], T]) -> T | None:
    """What `work` gives in a process of its own, whose output is lost; None if it fails or never ends."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.write(writing, pickle.dumps(work()))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        given = answer.read()
    _, status = os.waitpid(child, 0)
    return pickle.loads(given) if status == 0 else None


def _end_after(seconds: int) -> None:
    """End this process once it has computed for so long, or done nothing for ten times as long."""
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    signal.alarm(10 * seconds)


def _fails(item: pytest.Item, following: pytest.Item | None = None) -> bool:
    return any(report.failed for report in runtestprotocol(item, nextitem=following, log=False))


def _traced(item: pytest.Item) -> tuple[dict[str, list[str]], dict[str, str]] | None:
    """The functions of each file that a test runs, one within another counted as that other, and the lines among the
    first NOTED; None if the test fails."""
    paths, seen = {str(ROOT / path): path for path in TARGETS}, dict[int, CodeType]()
    lines, noted = {path: set[int]() for path in paths}, 0

    def note_line(frame: FrameType, event: str, _: object) -> Callable[..., object] | None:
        nonlocal noted
        if event == "line":
            lines[frame.f_code.co_filename].add(frame.f_lineno)
            noted += 1
        return note_line if noted < NOTED else None

    def note(frame: FrameType, *_: object) -> Callable[..., object] | None:
        if frame.f_code.co_filename not in paths:
            return None
        seen[id(frame.f_code)] = frame.f_code
        return note_line if noted < NOTED else None

    _end_after(10 * SECONDS)
    sys.settrace(note)
    failed = _fails(item)
    sys.settrace(None)
    found: dict[str, set[str]] = {}
    for code in seen.values():
        found.setdefault(paths[code.co_filename], set()).add(code.co_qualname.split(".<locals>")[0])
    if failed:
        return None
    bits = {paths[path]: f"{sum(1 << line for line in ran):x}" for path, ran in lines.items() if ran}
    return {path: sorted(functions) for path, functions in found.items()}, bits


def _noticed(items: Sequence[pytest.Item], changed: _Changed, limits: Sequence[int]) -> int:
    """The place of the first test that fails once the functions are changed, or ALL_PASS; each has its limit."""
    for function, code in changed:
        function.__code__ = code
    for place, (item, following, limit) in enumerate(zip(items, [*items[1:], None], limits, strict=True)):
        _end_after(limit)
        if _fails(item, following):
            return place
    return ALL_PASS


def ast_text(path: str) -> str:
    """The file as the mutants write it, so that only what they change differs."""
    return ast.unparse(ast.parse((ROOT / path).read_text(encoding="utf-8")))


def _arguments(path: str, tests: Sequence[str] = ()) -> list[str]:
    files = [str(ROOT / "tests" / name) for name in tests or TARGETS[path]]
    return ["-x", "-q", "--assert=plain", "-p", "no:randomly", "-p", "no:cacheprovider", *files]


# ---- in a fresh process: the module is imported as the mutant -----------------------------------------------
class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a text, every other as always."""

    def __init__(self, path: str, source: str) -> None:
        self.name, self.path, self.source = module_name(path), path, source

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, ROOT / self.path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, self.path, "exec"), module.__dict__)


class _QuickestFirst:
    """The quickest tests of each file first, as far as they are known and go within so many seconds; ends the process
    where one takes too long."""

    def __init__(self, known: dict[str, Run], seconds: float) -> None:
        self.known, self.seconds = known, seconds

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        def taken(item: pytest.Item) -> float:
            return self.known[item.nodeid].seconds if item.nodeid in self.known else 0.0

        items[:] = _by_turns(items, lambda item: (item.nodeid, taken(item)))
        del items[_within(self.seconds, [taken(item) for item in items]) :]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self) -> None:
        _end_after(SECONDS)


def _survives_afresh(path: str, source: str, seconds: float) -> bool:
    command = [sys.executable, "-m", "tests.mutation", "--seconds", str(seconds), "--mutated", path]
    return subprocess.run(command, input=source, text=True, capture_output=True, cwd=ROOT, check=False).returncode == 0


def _as_mutated(path: str, seconds: float) -> int:
    _end_after(2 * SECONDS)  # while it is imported
    known = kept_runs(ROOT, texts(ROOT, path, TARGETS[path]))
    tests = TARGETS[path] if seconds == math.inf else _nearest(path, known)
    sys.meta_path.insert(0, _Mutated(path, sys.stdin.read()))
    return int(pytest.main(_arguments(path, tests), plugins=[_QuickestFirst(known, seconds)]))


def _nearest(path: str, known: dict[str, Run]) -> list[str]:
    """The files of tests that are named after a file, and those with the most tests that run something of it: to import
    all takes longer than to run the quickest."""
    counts = Counter(name.removeprefix("tests/").split("::")[0] for name, run in known.items() if path in run.functions)
    return sorted(TARGETS[path], key=lambda name: (Path(path).stem not in name, -counts[name]))[:NEAREST]


# ---- the report ---------------------------------------------------------------------------------------------
def survivors_of(
    path: str, chosen: Sequence[Mutant], seconds: float = math.inf, share: tuple[int, int] = (1, 1)
) -> set[str]:
    """The ids of a file's mutants that its tests do not notice, each kept as it is found, in a process of its own: what
    one file's tests load is not kept for the next. Exits if the tests do not pass as they are."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        loop = _Loop(path, chosen, seconds, texts(ROOT, path, TARGETS[path]), share)
        pytest.main(_arguments(path), plugins=[loop])
        os.write(writing, "\n".join(["done" if loop.ran else "", *loop.survivors]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answers:
        state, *found = answers.read().split("\n")
    os.wait()
    if state != "done":
        sys.exit(f"the tests of {path} fail without any change, or were ended. Remedy: run them with pytest first.")
    return set(found)


def _finished(path: str, chosen: Sequence[Mutant]) -> dict[str, bool]:
    """Those of the mutants that need not be tried again, and whether they survived."""
    before, now = kept(ROOT, path), texts(ROOT, path, TARGETS[path])
    found = {m.id: before[m.id] for m in chosen if m.id in before}
    return {mutant: outcome.survived for mutant, (outcome, then) in found.items() if holds(outcome, then, now)}


def _count() -> None:
    """Of each file, how many of its mutants are finished as all the texts are now; nothing is tried."""
    explained, total = known(), Counter[str]()
    for path in TARGETS:
        found = list(mutants(path, (ROOT / path).read_text(encoding="utf-8")))
        finished = _finished(path, found)
        loose = [name for name, survived in finished.items() if survived and name not in explained]
        untried = sum(m.id not in finished and m.id not in explained for m in found)
        print(f"{path}: {len(found)} mutants, {untried} to be tried, {len(loose)} survive without a reason")
        total.update(mutants=len(found), untried=untried, files=1, whole=not untried)
    print("{mutants} mutants, {untried} to be tried; {whole} of {files} files are finished".format(**total))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", default=[""], metavar="TEXT", help="only mutants whose id contains one of these texts"
    )
    parser.add_argument(
        "--share", default="1/1", metavar="I/N", help="the I-th of N equal shares of them, for several cores"
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=math.inf,
        metavar="S",
        help="try each on the quickest tests alone, so long in all",
    )
    parser.add_argument("--explained", action="store_true", help="try those alone that have a reason in known/")
    parser.add_argument("--again", action="store_true", help="try those too that a former run has finished")
    parser.add_argument("--count", action="store_true", help="say of each file how much of it is finished; try nothing")
    parser.add_argument("--mutated", metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    os.environ.update(QUICKLY)
    if options.mutated:
        return _as_mutated(options.mutated, options.seconds)
    if options.count:
        _count()
        return 0
    share, shares = (int(n) for n in options.share.split("/"))
    explained, tally = known(), Counter[str]()
    for path in TARGETS:
        made = mutants(path, (ROOT / path).read_text(encoding="utf-8"))
        found = [m for m in made if any(text in m.id for text in options.only)]
        chosen = [m for m in found if (m.id in explained) == options.explained][share - 1 :: shares]
        if not chosen:
            continue
        began = time.perf_counter()
        finished = {} if options.again else _finished(path, chosen)
        survivors = {name for name, survived in finished.items() if survived}
        if rest := [m for m in chosen if m.id not in finished]:
            survivors |= survivors_of(path, rest, options.seconds, (share, shares))
        for name in sorted(survivors - explained.keys()):
            print(f"survived: {name}", flush=True)
        ids = {m.id for m in chosen}
        stale = {i for i in explained if i in ids} - survivors
        meant = {i for i in explained if i.startswith(f"{path} ") and any(text in i for text in options.only)}
        gone = meant - {m.id for m in found}
        for name in sorted(stale | gone):
            print(f"explained, but noticed by the tests or gone: {name}")
        tally.update(unexplained=len(survivors - explained.keys()), stale=len(stale | gone))
        print(
            f"{path}: {len(chosen)} mutants, {len(chosen) - len(survivors)} noticed by the tests, "
            f"{len(survivors & explained.keys())} survive with a reason, {len(survivors - explained.keys())} without; "
            f"{len(finished)} of them found before; {time.perf_counter() - began:.0f} s",
            flush=True,
        )
    return 1 if tally.total() else 0


if __name__ == "__main__":
    sys.exit(main())
