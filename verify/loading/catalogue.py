"""Which theorem files there are, and what SELECT means. Reads file names and docstrings; imports no theorem.

A theorem is a file: its topic is its folder, its id `topic.name-in-words` its file name. Places looked at:
`theory/theorems/<topic>/`, `theory/errata/`, packages registered in the entry-point group `normproof.theorems`,
and the .py files and folders that a user names. A user's file has the topic `user`, or the name of its package.
"""

from __future__ import annotations

import ast
import fnmatch
import functools
import importlib.metadata
import importlib.util
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from verify.errors import UserError, did_you_mean

GROUP = "normproof.theorems"
LARGEST = 1_000_000  # bytes of a theorem file
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
        """Errata are to be refuted, everything else is to hold."""
        return "erratum" if self.topic == "errata" or "ERRATUM" in _assigned(self.path) else "theorem"


def _assigned(path: Path) -> frozenset[str]:
    """The names that a file assigns at its top level."""
    targets = [t for node in parse(path).body if isinstance(node, ast.Assign) for t in node.targets]
    return frozenset(t.id for t in targets if isinstance(t, ast.Name))


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


def title(entry: Entry) -> str:
    """The first line of the file's docstring. Raises UserError for a file that cannot be parsed."""
    return (ast.get_docstring(parse(entry.path)) or "").strip().split("\n")[0].rstrip(".")


def parse(path: Path) -> ast.Module:
    """The syntax tree of a file. Raises UserError with file, line and caret."""
    try:
        found = path.stat()
        if found.st_size > LARGEST:
            raise ValueError(f"{found.st_size:,} bytes; a theorem file has at most {LARGEST:,}")
        return _parsed(path, found.st_mtime_ns, found.st_size)
    except SyntaxError as error:
        raise syntax_error(error, path) from None
    except (RecursionError, MemoryError):
        raise UserError(
            "expected a Python file", got="brackets or operators nested too deep for Python", where=str(path)
        ) from None
    except (OSError, ValueError) as error:
        raise UserError("expected a readable Python file", got=str(error), where=str(path)) from None


@functools.lru_cache(maxsize=256)
def _parsed(path: Path, changed: int, size: int) -> ast.Module:
    """What is asked for its title, its kind and its names is parsed once."""
    return ast.parse(path.read_bytes(), filename=str(path))


def syntax_error(error: SyntaxError, path: Path | None = None) -> UserError:
    """A syntax error as the user's mistake, with the caret under the place."""
    line = (error.text or "").rstrip("\n")
    column = max((error.offset or 1) - 1, 0)
    caret = f"\n{line}\n{' ' * column}^" if line else ""
    return UserError(
        "expected a theorem file that Python can read",
        got=f"{type(error).__name__}: {error.msg}",
        where=f"{error.filename or path}" + (f":{error.lineno}{caret}" if error.lineno else ""),
        remedy="mend the line",
    )


def unique(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries themselves; raises UserError if two files claim one id."""
    seen: dict[str, Entry] = {}
    for entry in entries:
        other = seen.setdefault(entry.id, entry)
        if other.path.resolve() != entry.path.resolve():
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


def _folder_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise UserError(f"expected the package {package} to be installed", remedy="install normproof again")
    return Path(next(iter(spec.submodule_search_locations)))


def _entry(path: Path, module: str, root: Path | None = None) -> Iterator[Entry]:
    from theory.statements.theorem import theorem_id

    if not path.stem.startswith("_"):
        yield Entry(theorem_id(module), module, path, root)


# ---- a user's own files -------------------------------------------------------------------------------------
def _from_path(selector: str, entries: Sequence[Entry]) -> list[Entry]:
    path = Path(selector)
    looks_like_path = path.suffix == ".py" or "/" in selector or "\\" in selector or path.exists()
    if not selector or not looks_like_path:
        words = [e.id for e in entries] + sorted({e.topic for e in entries})
        raise UserError(
            "expected an id, a topic, a glob over ids, or a path to a .py file or a folder",
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
    names = (node.id for node in ast.walk(parse(path)) if isinstance(node, ast.Name))
    return any(name in {"THEOREM", "Theorem", "ERRATUM", "Erratum"} for name in names)


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
