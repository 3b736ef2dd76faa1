"""`make mutation`: which slips of the hand in the kernel and the line checker would the tests let through?

Each mutant is tried in a process of its own, forked from one that has the libraries loaded; the mutated module is
handed to Python's import system and nothing on disk changes. Exits 0 only if every survivor is explained in
`known.toml` and every explanation there is of a mutant that still exists and still survives.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation.mutants import Mutant, mutants

ROOT = Path(__file__).parents[2]
KNOWN = Path(__file__).with_name("known.toml")
LIBRARIES = ("sympy", "flint", "torch", "hypothesis", "numpy")
SECONDS = 90
TARGETS = {
    "verify/kernel.py": ("test_kernel.py", "test_kernel_ranges.py", "test_wicked.py", "test_smuggling.py"),
    "verify/rules/derivation.py": (
        "test_line_checker.py",
        "test_citations.py",
        "test_wicked.py",
        "test_scopes.py",
        "test_derivations_hold.py",
    ),
}


def known() -> dict[str, str]:
    """The survivors that are explained: id -> why it weakens no verdict."""
    return {entry["id"]: entry["why"] for entry in tomllib.loads(KNOWN.read_text(encoding="utf-8")).get("mutant", [])}


class _Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports one module from a text, every other as always."""

    def __init__(self, path: str, source: str) -> None:
        self.name, self.path, self.source = path.removesuffix(".py").replace("/", "."), path, source

    def find_spec(self, name: str, path: object, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, ROOT / self.path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.source, self.path, "exec"), module.__dict__)


def survives(path: str, source: str) -> bool:
    """Do the tests that guard the file pass with this text in its place? A run that never ends has noticed."""
    child = os.fork()
    if child == 0:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        signal.alarm(SECONDS)
        sys.meta_path.insert(0, _Mutated(path, source))
        files = [str(ROOT / "tests/soundness" / name) for name in TARGETS[path]]
        os._exit(
            int(pytest.main(["-x", "-q", "--assert=plain", "-p", "no:randomly", "-p", "no:cacheprovider", *files]))
        )
    _, status = os.waitpid(child, 0)
    return status == 0


def _preload(path: str) -> None:
    """Load what no mutant can touch. A mutant of verify/ leaves theory/ as it is."""
    for name in LIBRARIES:
        importlib.import_module(name)
    if path.startswith("verify/"):
        for file in (ROOT / "theory").rglob("*.py"):
            importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))


def _report(path: str, only: str) -> Iterator[Mutant]:
    """Try every mutant of a file; yield those that survive."""
    source = (ROOT / path).read_text(encoding="utf-8")
    if not survives(path, source):
        sys.exit(f"the tests of {path} fail without any change. Remedy: run them with pytest first.")
    for mutant in mutants(path, source):
        if only in mutant.id and survives(path, mutant.source):
            yield mutant


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--only", default="", metavar="TEXT", help="only mutants whose id contains this text")
    only = parser.parse_args().only
    explained, tally = known(), Counter[str]()
    for path in TARGETS:
        total = sum(only in m.id for m in mutants(path, (ROOT / path).read_text(encoding="utf-8")))
        if not total:
            continue
        _preload(path)
        began, survivors = time.perf_counter(), set[str]()
        for mutant in _report(path, only):
            survivors.add(mutant.id)
            if mutant.id not in explained:
                print(f"survived: {mutant.id}", flush=True)
        stale = {i for i in explained if i.startswith(f"{path} ") and only in i} - survivors
        for name in sorted(stale):
            print(f"explained, but noticed by the tests or gone: {name}")
        tally.update(unexplained=len(survivors - explained.keys()), stale=len(stale))
        print(
            f"{path}: {total} mutants, {total - len(survivors)} noticed by the tests, "
            f"{len(survivors & explained.keys())} survive with a reason, {len(survivors - explained.keys())} without; "
            f"{time.perf_counter() - began:.0f} s",
            flush=True,
        )
    return 1 if tally.total() else 0


if __name__ == "__main__":
    sys.exit(main())
