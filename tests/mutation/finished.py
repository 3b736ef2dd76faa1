"""What was found of each mutant, kept the moment it is found: an interrupted run loses nothing, and the next goes on.

A file of lines in `.normproof/mutation/` for each file that is tried; the last line on a mutant counts. That its tests
noticed it holds as long as nothing in the house has changed; after that the test that noticed it is asked again, before
any other. That they did not notice it holds as long as the file and its own tests have not changed: what changed
elsewhere could only make them notice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

HOUSE = ("theory", "numerics", "verify", "tests")
READ = frozenset({".py", ".toml", ".json"})
KNOWN = Path("tests/mutation/known")  # the reasons, which change no outcome


class Outcome(NamedTuple):
    """Of one mutant: did it survive, and if not, which test noticed it; "" if it was noticed in a fresh process."""

    mutant: str
    survived: bool
    noticed_by: str


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
        if path.suffix in READ and root / KNOWN not in path.parents:
            yield path


def texts(root: Path, path: str, tests: Iterable[str]) -> Texts:
    """The present texts. A file's own tests are those, and all in the folder of tests that is no test itself."""
    helpers = (file for file in (root / "tests").rglob("*.py") if not file.name.startswith("test_"))
    own = {root / path, *(root / "tests" / name for name in tests), *helpers}
    return Texts(_digest(root, own), _digest(root, _house(root)))


def _store(root: Path, path: str) -> Path:
    return root / ".normproof" / "mutation" / f"{path.replace('/', '.')}.lines"


def keep(root: Path, path: str, outcome: Outcome, found_with: Texts) -> None:
    """Add one line. Several processes may add to one file."""
    store = _store(root, path)
    store.parent.mkdir(parents=True, exist_ok=True)
    with store.open("ab", buffering=0) as lines:
        lines.write(json.dumps([*outcome, *found_with]).encode() + b"\n")


def kept(root: Path, path: str) -> dict[str, tuple[Outcome, Texts]]:
    """The last outcome of each mutant and what it was found with; a line that was cut short is none."""
    store, found = _store(root, path), dict[str, tuple[Outcome, Texts]]()
    for line in store.read_text(encoding="utf-8").splitlines() if store.exists() else ():
        try:
            mutant, survived, noticed_by, own, house = json.loads(line)
        except ValueError:
            continue
        found[mutant] = Outcome(mutant, survived, noticed_by), Texts(own, house)
    return found


def holds(outcome: Outcome, found_with: Texts, now: Texts) -> bool:
    """Need a mutant not be tried again?"""
    return found_with.own == now.own if outcome.survived else found_with == now
