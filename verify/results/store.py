"""The cache: finished observations and near misses in one SQLite file, written one by one, trusted row by row.

It keeps what was *seen*, never a verdict. Every row carries a digest of its content, so a damaged or edited row is
dropped, reported and run again; a file that is no database of ours is put aside and reported. (The digest guards
against accidents and careless edits; whoever can write the file and recompute a digest could as well edit the program.
Even then a value is built only of the types that its fields declare, and the kernel judges it anew.) A row is committed
as soon as its unit has finished: Ctrl-C or a killed process loses only the unit in flight. Where the folder cannot be
used, the run goes on without it.

Place: `$NORMPROOF_CACHE`, else `.normproof/` in the current folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from verify.results.codec import CodecError, decode, encode
from verify.settings import Settings

SCHEMA = 1
NAME = "evidence.sqlite3"
FAILURES = "failures"
COLUMNS = ["key", "unit", "payload", "seconds", "digest"]
PATIENCE = 30.0  # seconds that another process may hold the file


@dataclass(frozen=True)
class Stored:
    """A value from the cache and the seconds it once took."""

    value: Any
    seconds: float


def cache_folder() -> Path:
    """`$NORMPROOF_CACHE`, else `.normproof` in the current folder."""
    return Path(os.environ.get("NORMPROOF_CACHE") or ".normproof")


def cells_folder(settings: Settings) -> Path:
    """Where experiments keep what they have measured: beside the cache, or where a run without a cache says."""
    return Path(settings.cells or cache_folder() / "experiments")


class Store:
    """A key-value store of observations. `warn` is told once about each thing that is wrong with it."""

    def __init__(self, folder: Path | None, warn: Callable[[str], None]) -> None:
        self._warn = warn
        self._folder = folder
        self._connection: sqlite3.Connection | None = None
        if folder is not None:
            try:
                self._connection = _open(folder, warn)
            except (OSError, sqlite3.Error) as error:
                self._give_up(folder, error)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextlib.contextmanager
    def opened(self) -> Iterator[Store]:
        """This store; or its folder opened anew for as long as it takes, where this one is closed by now."""
        if self._connection is not None or self._folder is None or not self._folder.is_dir():
            yield self
        else:
            with Store(self._folder, self._warn) as again:
                yield again

    @property
    def usable(self) -> bool:
        return self._connection is not None

    def failures(self) -> str:
        """The folder beside the cache in which Hypothesis may keep what failed; empty if there is none to write to."""
        if self._connection is None or self._folder is None:
            return ""
        folder = self._folder / FAILURES
        if folder.exists() and not (folder.is_dir() and os.access(folder, os.R_OK | os.W_OK | os.X_OK)):
            self._warn(
                f"what fails cannot be kept in {folder}, which is no folder that can be written to; the run goes on "
                "without. Remedy: take it away"
            )
            return ""
        return str(folder)

    def get(self, key: str) -> Stored | None:
        """The value of a key, or None if there is none, or none that can be trusted."""
        if self._connection is None:
            return None
        try:
            row = self._connection.execute(
                "SELECT unit, payload, seconds, digest FROM evidence WHERE key = ?", (key,)
            ).fetchone()
        except sqlite3.Error as error:
            self._failed(error)
            return None
        if row is None:
            return None
        try:
            return _read(key, *row)
        except CodecError as error:
            self._warn(
                f"the cached result of {str(row[0])[:120]} is damaged ({str(error)[:200]}); it is dropped and run again"
            )
            self._execute("DELETE FROM evidence WHERE key = ?", (key,))
            return None

    def has(self, key: str) -> bool:
        """Is there a value of this key, whether it can be trusted or not?"""
        if self._connection is None:
            return False
        try:
            return self._connection.execute("SELECT 1 FROM evidence WHERE key = ?", (key,)).fetchone() is not None
        except sqlite3.Error as error:
            self._failed(error)
            return False

    def put(self, key: str, unit: str, value: object, seconds: float) -> None:
        """Keep a value; it is on disk when this returns."""
        payload = encode(value)
        self._execute(
            "INSERT OR REPLACE INTO evidence (key, unit, payload, seconds, digest) VALUES (?, ?, ?, ?, ?)",
            (key, unit, payload, seconds, _digest(key, unit, payload, seconds)),
        )

    def durations(self) -> dict[str, float]:
        """The seconds that each unit took when it last ran, by its label. They order work and are no part of it."""
        if self._connection is None:
            return {}
        try:
            rows = self._connection.execute("SELECT unit, seconds FROM evidence ORDER BY rowid").fetchall()
        except sqlite3.Error as error:
            self._failed(error)
            return {}
        return {unit: taken for unit, taken in rows if isinstance(taken, float) and 0 <= taken < math.inf}

    def count(self) -> int:
        """How many rows there are; 0 where there is no usable cache."""
        if self._connection is None:
            return 0
        try:
            return int(self._connection.execute("SELECT count(*) FROM evidence").fetchone()[0])
        except sqlite3.Error as error:
            self._failed(error)
            return 0

    def _execute(self, statement: str, values: tuple[object, ...]) -> None:
        if self._connection is None:
            return
        try:
            with self._connection:
                self._connection.execute(statement, values)
        except sqlite3.Error as error:
            self._failed(error)

    def _failed(self, error: sqlite3.Error) -> None:
        """A file that is no sound database is put aside and a new one begun; on any other failure the cache is left."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if _sound(error) or self._folder is None:
            self._give_up(None, error)
            return
        try:
            self._connection = _renewed(self._folder, error, self._warn)
        except (OSError, sqlite3.Error) as again:
            self._give_up(self._folder, again)

    def _give_up(self, folder: Path | None, error: Exception) -> None:
        place = f" in {folder}" if folder else ""
        self._warn(
            f"the cache{place} cannot be used ({error}); the run goes on without it. "
            "Remedy: set NORMPROOF_CACHE to a folder that can be written to"
        )
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._folder = None


def _read(key: str, unit: object, payload: object, seconds: object, digest: object) -> Stored:
    """A row as it was written. Raises CodecError for one that this program did not write so."""
    kinds = ", ".join(type(cell).__name__ for cell in (unit, payload, seconds, digest))
    if not isinstance(unit, str) or not isinstance(payload, str) or not isinstance(seconds, float):
        raise CodecError(f"expected three texts and a time, got {kinds}")
    if not (math.isfinite(seconds) and seconds >= 0):
        raise CodecError(f"expected the seconds that it took, got {seconds}")
    if digest != _digest(key, unit, payload, seconds):
        raise CodecError("its digest does not match its content")
    return Stored(decode(payload), seconds)


def _digest(key: str, unit: str, payload: str, seconds: float) -> str:
    return hashlib.sha256("\0".join((key, unit, payload, repr(seconds))).encode()).hexdigest()


def _open(folder: Path, warn: Callable[[str], None]) -> sqlite3.Connection:
    if not folder.exists():  # a folder of somebody else's gets no file of ours but the cache itself
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".gitignore").write_text("*\n")
    try:
        return _connect(folder / NAME)
    except sqlite3.DatabaseError as error:
        if _sound(error):
            raise
        return _renewed(folder, error, warn)


def _sound(error: sqlite3.Error) -> bool:
    """Locked, read-only, no space: may the file itself be fine?"""
    return isinstance(error, sqlite3.OperationalError) or not isinstance(error, sqlite3.DatabaseError)


def _renewed(folder: Path, error: Exception, warn: Callable[[str], None]) -> sqlite3.Connection:
    path = folder / NAME
    aside = path.with_name(f"{NAME}.damaged")
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    warn(f"the cache {path} is damaged ({error}); it is put aside as {aside.name}, and all is run again")
    return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    """A connection to the table of this program, made where there is none. SQLite does not wait of its own accord for
    who turns a new file into one with a write-ahead log, or takes the log away with the last connection: asked again.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return _prepared(path)
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _prepared(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE)
    connection.text_factory = _text
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        if connection.execute("PRAGMA user_version").fetchone()[0] not in (0, SCHEMA):
            connection.execute("DROP TABLE IF EXISTS evidence")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS evidence "
            "(key TEXT PRIMARY KEY, unit TEXT NOT NULL, payload TEXT NOT NULL, seconds REAL NOT NULL, "
            "digest TEXT NOT NULL)"
        )
        columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(evidence)")]
        if columns != COLUMNS:
            raise sqlite3.DatabaseError(f"its table has the columns {', '.join(columns)}")
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
        connection.commit()
    except BaseException:
        connection.close()
        raise
    return connection


def _text(found: bytes) -> str:
    """A text that is not UTF-8 is that of a damaged row, which its digest tells; it must not stop the reading."""
    return found.decode("utf-8", "replace")
