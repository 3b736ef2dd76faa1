"""What was found of each mutant, kept the moment it is found: an interrupted run loses nothing, and the next goes on.

A file of lines in `.normproof/mutation/` for each file that is tried; the last line on a mutant counts. That its tests
noticed it holds as long as nothing in the house has changed; after that the test that noticed it is asked again, before
any other. That they did not notice it holds as long as the file and its own tests have not changed: what changed
elsewhere could only make them notice. Beside them, as long as nothing changes, what each test runs that passes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

HOUSE = ("theory", "numerics", "verify", "tests")
READ = frozenset({".py", ".toml", ".json"})
MUTATION = Path("tests/mutation")  # what tries the mutants, and the reasons, change no outcome


class Outcome(NamedTuple):
    """Of one mutant: did it survive, and if not, which test noticed it; "" if it was noticed in a fresh process."""

    mutant: str
    survived: bool
    noticed_by: str


class Run(NamedTuple):
    """A test that passes, how long it takes, and of each file the functions that it runs, and the lines: the n-th bit
    of a number in hexadecimal digits."""

    test: str
    seconds: float
    functions: dict[str, list[str]]
    lines: dict[str, str]


class Texts(NamedTuple):
    """Digests of what an outcome was found with: of the file and the tests that try it, and of the whole house."""

    own: str
    house: str


def _digest(root: Path, paths: Iterable[Path]) -> str:
    found = sha256()
    for path in sorted(set(paths)):
        found.update(f"{path.relative_to(root).as_posix()}\n".encode() + sha256(path.read_bytes()).digest())
    return found.hexdigest()[:16]


def _house(root: Path) -> Iterator[Path]:
    for path in (path for name in HOUSE for path in (root / name).rglob("*")):
        if path.suffix in READ and root / MUTATION not in path.parents:
            yield path


def texts(root: Path, path: str, tests: Iterable[str]) -> Texts:
    """The present texts. A file's own tests are those, and all in the folder of tests that is no test itself."""
    house = set(_house(root))
    helpers = {file for file in house if root / "tests" in file.parents and not file.name.startswith("test_")}
    own = {root / path, *(root / "tests" / name for name in tests), *helpers}
    return Texts(_digest(root, own), _digest(root, house))


def _store(root: Path, name: str) -> Path:
    return root / ".normproof" / "mutation" / f"{name.replace('/', '.')}.lines"


def _add(store: Path, line: Sequence[object]) -> None:
    """Several processes may add to one file."""
    store.parent.mkdir(parents=True, exist_ok=True)
    with store.open("ab", buffering=0) as lines:
        lines.write(json.dumps(line).encode() + b"\n")


def _lines(store: Path) -> Iterator[list[Any]]:
    """The lines that are there; one that was cut short is none."""
    for line in store.read_bytes().splitlines() if store.exists() else ():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def keep(root: Path, path: str, outcome: Outcome, found_with: Texts) -> None:
    _add(_store(root, path), [*outcome, *found_with])


def kept(root: Path, path: str) -> dict[str, tuple[Outcome, Texts]]:
    """The last outcome of each mutant and what it was found with."""
    lines = _lines(_store(root, path))
    return {line[0]: (Outcome(*line[:3]), Texts(*line[3:])) for line in lines}


def keep_run(root: Path, run: Run, now: Texts) -> None:
    _add(_store(root, "runs"), [now.house, *run])


def kept_runs(root: Path, now: Texts) -> dict[str, Run]:
    """The tests that are known to pass as the house is now, by name."""
    return {line[1]: Run(*line[1:]) for line in _lines(_store(root, "runs")) if line[0] == now.house}


def holds(outcome: Outcome, found_with: Texts, now: Texts) -> bool:
    """Need a mutant not be tried again?"""
    return found_with.own == now.own if outcome.survived else found_with == now
