"""Which theorem files there are, and what SELECT means. Reads file names and docstrings; imports no theorem, and not
`theory` either: listing what there is takes no longer than looking at the files.

A theorem is a file: its topic is its folder, its id `topic.name-in-words` its file name. Places looked at:
`theory/theorems/<topic>/`, `theory/errata/`, packages registered in the entry-point group `normproof.theorems`,
and the .py files and folders that a user names. A user's file has the topic `user`, or the name of its package.
"""

from __future__ import annotations

import fnmatch
import importlib.util
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path

from verify.errors import UserError, did_you_mean
from verify.loading import glance

GROUP = "normproof.theorems"
LONGEST_NAME = 80
_NAME = re.compile(rf"[\w-]{{1,{LONGEST_NAME}}}", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """One theorem file. `root` is the folder that must be importable for `module` to be found, if not yet so."""

    id: str
    module: str
    path: Path
    root: Path | None = None

    @property
    def topic(self) -> str:
        return self.id.split(".")[0]

    @property
    def kind(self) -> str:
        """ "erratum", "experiment" or "theorem", as far as the file says it: it is not run. Errata are to be refuted,
        everything else is to hold."""
        if self.topic == "errata" or glance.assigns(self.path, "ERRATUM"):
            return "erratum"
        return "experiment" if glance.builds(self.path, "THEOREM", "Experiment") else "theorem"

    @property
    def title(self) -> str:
        """The first line of the docstring. Raises UserError for a user's file that cannot be parsed."""
        return glance.title_of_ours(self.path) if self.root is None else glance.title(self.path)


def catalogue() -> tuple[Entry, ...]:
    """Every theorem that ships with the program or is registered by a package, by topic and name."""
    return unique([*_shipped(), *_registered()])


def select(selectors: Sequence[str], known: Sequence[Entry] | None = None) -> tuple[Entry, ...]:
    """The entries that SELECT names: an id, a topic, a glob over ids, or a path; all of them if there is none."""
    entries = catalogue() if known is None else tuple(known)
    if not selectors:
        return entries
    chosen: list[Entry] = []
    for selector in selectors:
        found = [e for e in entries if selector in (e.id, e.topic) or fnmatch.fnmatchcase(e.id, selector)]
        chosen.extend(found or _from_path(selector, entries))
    return unique([*dict.fromkeys(chosen)])


def unique(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries themselves; raises UserError if two files claim one id."""
    seen: dict[str, Entry] = {}
    for entry in entries:
        other = seen.setdefault(entry.id, entry)
        if other is not entry and other.path.resolve() != entry.path.resolve():
            raise UserError(
                "expected every theorem to have an id of its own",
                got=f"{entry.id} twice",
                where=f"{other.path}\n{entry.path}",
                remedy="rename one of the files: the file name is the id",
            )
    return tuple(seen.values())


# ---- places -------------------------------------------------------------------------------------------------
def _shipped() -> Iterator[Entry]:
    folder = _folder_of("theory")
    for path in sorted((folder / "theorems").glob("*/*.py")):
        yield from _entry(path, f"theory.theorems.{path.parent.name}.{path.stem}")
    for path in sorted((folder / "errata").glob("*.py")):
        yield from _entry(path, f"theory.errata.{path.stem}")


def _registered() -> Iterator[Entry]:
    if not _may_register():
        return
    import importlib.metadata

    for point in sorted(importlib.metadata.entry_points(group=GROUP), key=lambda p: p.name):
        try:
            spec = importlib.util.find_spec(point.module)
        except ImportError:
            spec = None
        if spec is None or spec.origin is None:
            raise UserError(
                f"expected the entry point {point.name!r} of group {GROUP} to name a module",
                got=point.value,
                where=str(point.dist.name if point.dist else "an installed package"),
                remedy="reinstall or remove that package",
            )
        if spec.submodule_search_locations is None:
            yield from _entry(Path(spec.origin), point.module)
            continue
        for path in sorted(Path(spec.origin).parent.glob("*.py")):
            if states_theorem(path):
                yield from _entry(path, f"{point.module}.{path.stem}")


def _may_register() -> bool:
    """May an installed package have registered theorems? `importlib.metadata` says which, and takes long to load.

    What it would read is looked through for the name of the group; where there is another place that it would look
    at, such as an archive on the path, it is asked.
    """
    if any(finder is not PathFinder and hasattr(finder, "find_distributions") for finder in sys.meta_path):
        return True
    return any(_mentions_group(folder or ".") for folder in dict.fromkeys(sys.path))


def _mentions_group(folder: str) -> bool:
    try:
        with os.scandir(folder) as found:
            described = [entry.path for entry in found if entry.name.lower().endswith((".dist-info", ".egg-info"))]
    except OSError:  # nothing there, or an archive
        return os.path.isfile(folder)
    return any(_holds_group(path) for path in described)


def _holds_group(described: str) -> bool:
    try:
        with open(os.path.join(described, "entry_points.txt"), "rb") as file:
            return GROUP.encode() in file.read()
    except OSError:
        return False


def _folder_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise UserError(f"expected the package {package} to be installed", remedy="install normproof again")
    return Path(next(iter(spec.submodule_search_locations)))


def _entry(path: Path, module: str, root: Path | None = None) -> Iterator[Entry]:
    if not path.stem.startswith("_"):
        yield Entry(theorem_id(module), module, path, root)


def theorem_id(module: str) -> str:
    """The id of a theorem module, as `theory.statements.theorem` has it; that it is so is held by a test."""
    topic, _, name = module.rpartition(".")
    return f"{topic.rpartition('.')[2] or 'user'}.{name}".replace("_", "-")


# ---- a user's own files -------------------------------------------------------------------------------------
def _from_path(selector: str, entries: Sequence[Entry]) -> list[Entry]:
    path = Path(selector)
    looks_like_path = path.suffix == ".py" or "/" in selector or "\\" in selector or path.exists()
    if not selector or not looks_like_path:
        words = [e.id for e in entries] + sorted({e.topic for e in entries})
        raise UserError(
            'expected an id, a topic, a glob over ids, a number ("Theorem 31"), or a path to a .py file or a folder',
            got=repr(selector),
            remedy=did_you_mean(selector, words) or "normproof list shows what there is",
        )
    if path.is_file() and path.suffix == ".py":
        return [_user_entry(path, entries)]
    if path.is_dir():
        files = [p for p in sorted(path.rglob("*.py")) if not _hidden(p.relative_to(path)) and states_theorem(p)]
        if files:
            return [_user_entry(file, entries) for file in files]
        raise UserError(
            "expected a folder with theorem files in it",
            got="no .py file there that builds a Theorem",
            where=str(path),
            remedy=f"normproof new my-theorem --into {path}",
        )
    raise UserError(
        "expected a .py file or a folder",
        got="nothing there" if not path.exists() else "another kind of file",
        where=str(path),
        remedy=f"normproof new {path.stem or 'my-theorem'} writes a first one",
    )


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "_")) for part in path.parts)


def states_theorem(path: Path) -> bool:
    """Does the file assign THEOREM or ERRATUM, or build one at all? Helper modules in the same folder do neither."""
    return glance.mentions(path, frozenset({"THEOREM", "Theorem", "ERRATUM", "Erratum"}))


def _user_entry(path: Path, entries: Sequence[Entry]) -> Entry:
    """The file as an entry; a file that is in the catalogue already keeps its id."""
    full = path.resolve()
    for entry in entries:
        if entry.path.resolve() == full:
            return entry
    names, root = [path.stem], full.parent
    while (root / "__init__.py").exists():
        names.insert(0, root.name)
        root = root.parent
    found = list(_entry(full, ".".join(names), root))
    if not all(_NAME.fullmatch(name) for name in names):
        raise UserError(
            f"expected names of files and folders of at most {LONGEST_NAME} letters, digits, _ and -",
            got=ascii(".".join(names))[:200],
            where=str(path),
            remedy="rename it: the name is the id, in text, links and LaTeX",
        )
    if not found:
        raise UserError(
            "expected a file name that begins with a letter", got=path.name, where=str(path), remedy="rename the file"
        )
    return found[0]
