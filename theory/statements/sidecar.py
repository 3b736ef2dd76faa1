"""What lies beside a theorem's file. Data alone.

<name>.toml     the docket of mutants known to survive
<name>.jsonl    what was found of its false neighbours, to be certified again (verify/adversary/kept_findings.py)
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from theory.statements.doors import TheoremError, require, require_words

LARGEST = 1_000_000  # bytes, as of a theorem file
LARGEST_FINDINGS = 16_000_000  # bytes
SHAPE = '[[survivors]] with mutants = ["name of the mutant"] and why = "why it is true"'


def survivors(name: str, module: str, given: Mapping[str, str]) -> Mapping[str, str]:
    """The docket of the theorem `name`: what is given in its file, or what stands beside the file of its module.

    Raises TheoremError if there are both and they differ, or if the file beside is no docket.
    """
    path = beside(module)
    if path is None:
        return given
    found = _read(name, path)
    if given and dict(given) != found:
        raise TheoremError(
            f"{name}: expected its survivors in one place, got {len(given)} in survivors= and {len(found)} in {path}. "
            "Remedy: leave survivors= out, and write all of them into that file."
        )
    return found


def beside(module: str) -> Path | None:
    """The docket beside the file of a module, if there is one."""
    path = _with_suffix(module, ".toml")
    return path if path is not None and path.is_file() else None


def findings(module: str) -> Path | None:
    """Where findings lie, or may lie, beside the file of a module; None for a module without a file."""
    return _with_suffix(module, ".jsonl")


def content(path: Path) -> bytes | None:
    """What a file of findings holds; None where there is none of at most `LARGEST_FINDINGS` bytes that can be read.

    What is no plain file, such as a pipe, may never end.
    """
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            found = file.read(LARGEST_FINDINGS + 1)
    except OSError:
        return None
    return found if len(found) <= LARGEST_FINDINGS else None


def _with_suffix(module: str, suffix: str) -> Path | None:
    file = getattr(sys.modules.get(module), "__file__", None)
    return Path(file).with_suffix(suffix) if file else None


def place(module: str) -> str:
    """Where the docket of a module's theorem stands, or may stand, for a reader: `projector.toml`."""
    return f"{module.rpartition('.')[2]}.toml"


def _read(name: str, path: Path) -> dict[str, str]:
    remedy = f"write {SHAPE} into {path}, or leave that file out"
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"{path.stat().st_size:,} bytes; it has at most {LARGEST:,}")
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise TheoremError(
            f"{name}: {path}: expected a TOML file that can be read, got {error}. Remedy: {remedy}"
        ) from None
    _require_names(name, str(path), document, {"survivors"}, remedy)
    found: dict[str, str] = {}
    for mutant, why in _entries(name, path, document, remedy):
        if mutant in found:
            raise TheoremError(
                f"{name}: {path}: expected each mutant once, got {mutant!r} twice. Remedy: keep the reason that holds."
            )
        found[mutant] = why
    require_words(name, f"{path}: survivors", found, remedy)
    return found


def _entries(name: str, path: Path, document: Mapping[str, Any], remedy: str) -> Iterator[tuple[str, str]]:
    require(name, f"{path}: survivors", document["survivors"], list, remedy)
    for number, group in enumerate(document["survivors"], 1):
        where = f"{path}: survivors, number {number}"
        require(name, where, group, dict, remedy)
        _require_names(name, where, group, {"mutants", "why"}, remedy)
        require(name, f"{where}: mutants", group["mutants"], list, remedy)
        if not group["mutants"]:
            raise TheoremError(f"{name}: {where}: expected the name of a mutant, got none. Remedy: {remedy}")
        for mutant in group["mutants"]:
            require(name, f"{where}: mutants", mutant, str, remedy)
            yield mutant, group["why"]


def _require_names(name: str, where: str, table: Mapping[str, Any], wanted: set[str], remedy: str) -> None:
    if set(table) != wanted:
        raise TheoremError(
            f"{name}: {where}: expected {' and '.join(sorted(wanted))}, got "
            f"{', '.join(f'{key!r:.60}' for key in sorted(table)) or 'nothing'}. Remedy: {remedy}"
        )
