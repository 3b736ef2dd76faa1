"""The one way to tell a user what is wrong: expected, got, where, remedy. No traceback, exit code 3."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

EXIT_OK, EXIT_REFUTED, EXIT_UNDECIDED, EXIT_USAGE, EXIT_INTERRUPTED = 0, 1, 2, 3, 130


class UserError(Exception):
    """A mistake that the user can mend. `expected` is one sentence; the rest is left out when empty."""

    def __init__(self, expected: str, *, got: str = "", where: str = "", remedy: str = "") -> None:
        super().__init__(expected, got, where, remedy)
        self.expected, self.got, self.where, self.remedy = expected, got, where, remedy

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.expected, self.got, self.where, self.remedy)

    def __str__(self) -> str:
        lines = [f"error: {self.expected}"]
        for name, value in (("got", self.got), ("where", self.where), ("remedy", self.remedy)):
            if value:
                lines.append(f"  {name + ':':<8}" + _short(value).replace("\n", "\n          "))
        return printable("\n".join(lines))


LONGEST = 1_000  # letters of what came; the beginning says what it is


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else f"{value[:LONGEST]}... ({len(value):,} letters)"


def printable(text: str) -> str:
    r"""The text as a terminal may be given it: what would move its cursor or colour it stands as `\x1b`."""
    if text.isprintable():  # as nearly all of it is
        return text
    return "".join(c if c.isprintable() or c in "\n\t" else ascii(c)[1:-1] for c in text)


class InternalError(Exception):
    """A fault of this program that it has found itself: a bug report, never a verdict. `what` says what cannot be."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return (
            f"error: a fault of normproof, not of what it was given: {self.what}\n"
            "  remedy: use nothing that rests on it, and report this message with the input to the authors of normproof"
        )


def _again(expected: str, got: str, where: str, remedy: str) -> UserError:
    return UserError(expected, got=got, where=where, remedy=remedy)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean a, b?`, or nothing when no known word is close."""
    import difflib  # here, as traceback below: who makes no mistake does not wait for it

    names = list(known)
    lower = {name.lower(): name for name in names}
    close = [lower[c] for c in difflib.get_close_matches(word.lower(), lower, n=3, cutoff=0.6)]
    # a topic or the words of an id may be right although the whole is not close
    close += [n for n in names if word and word.lower() in n.lower() and n not in close][: 3 - len(close)]
    return f"did you mean {', '.join(close)}?" if close else ""


def place(trace: TracebackType | None, within: Iterable[Path] = ()) -> str:
    """`file:line` and the source line of the innermost frame whose file lies in one of `within` (else the last)."""
    import traceback

    frames = traceback.extract_tb(trace)
    if not frames:
        return ""
    roots = [Path(root).resolve() for root in within]
    inside = [f for f in frames if any(Path(f.filename).resolve().is_relative_to(root) for root in roots)]
    frame = (inside or list(frames))[-1]
    return f"{frame.filename}:{frame.lineno}" + (f"\n{frame.line}" if frame.line else "")


def writable_folder(path: Path, what: str) -> Path:
    """Make the folder and see that a file can be written there. Raises UserError before any work is lost."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        probe = path / ".normproof-probe"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise UserError(
            f"expected a folder that can be written to, for {what}",
            got="a file" if path.is_file() else f"{error.strerror or error}",
            where=str(path),
            remedy="name another folder, or change its permissions",
        ) from None
    return path


MARK = ".normproof-report"


def report_folder(path: Path) -> Path:
    """A folder for a report: new, empty, or one that a report was written to before. Raises UserError.

    A report replaces files of its own names, so it goes to no folder that holds anything else, and through no link.
    """
    if (
        path.is_symlink()
        or (path / MARK).is_symlink()
        or any((path / name).is_symlink() for name in ("theorems", "topics"))
    ):
        got = "a link, which leads elsewhere"
    elif path.is_dir() and not (path / MARK).is_file() and any(path.iterdir()):
        got = "a folder with other files in it"
    else:
        writable_folder(path, "the report")
        (path / MARK).write_text("A report of normproof; it may be written over.\n", encoding="utf-8")
        return path
    raise UserError(
        "expected a new or empty folder, or one with a report in it, for the report",
        got=got,
        where=str(path),
        remedy=f"name another folder, such as {path.parent / 'report'}; or empty this one yourself",
    )


def own_file(path: Path) -> Path:
    """A file of ours to write over. Raises UserError for a link: what it leads to is not ours."""
    if path.is_symlink():
        raise UserError(
            "expected a file to write over",
            got="a link",
            where=str(path),
            remedy="take it away, or name another folder",
        )
    return path


@contextmanager
def writing(path: Path, what: str) -> Iterator[None]:
    """What goes wrong while writing, such as a full disk, becomes a UserError that names the place."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UserError(
            f"expected room for {what}",
            got=error.strerror or str(error),
            where=str(path),
            remedy="free some space or name another place; finished evidence is in the cache, nothing is run again",
        ) from None


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """A place to write what shall be at `path` whole or not at all; what is no file, such as a pipe, is written to."""
    if path.exists() and not path.is_file():
        yield path
        return
    partial = path.with_name(path.name + ".partial")
    try:
        yield partial
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def writable_file(path: Path, what: str) -> Path:
    """See that a file can be written, without touching it if it exists. Raises UserError."""
    if path.is_dir():
        raise UserError(
            f"expected a file for {what}",
            got="a folder",
            where=str(path),
            remedy=f"name a file, such as {path / 'out'}",
        )
    if path.exists() and not path.is_file():  # a device or a pipe: written to as it is, never replaced
        return path
    writable_folder(path.parent, what)
    if path.exists():
        try:
            with path.open("a"):
                pass
        except OSError as error:
            raise UserError(
                f"expected a file that can be written, for {what}",
                got=f"{error.strerror or error}",
                where=str(path),
                remedy="name another file, or change its permissions",
            ) from None
    return path
