"""The cache: finished observations and near misses in one SQLite file, written one by one, trusted row by row.

It keeps what was *seen*, never a verdict. Every row carries a digest of its content, so a damaged or edited row is
dropped, reported and run again. (The digest guards against accidents and careless edits; whoever can write the file
and recompute a digest could as well edit the program.) A row is committed as soon as its unit has finished: Ctrl-C or
a killed process loses only the unit in flight. Where the folder cannot be used, the run goes on without it.

Place: `$NORMPROOF_CACHE`, else `.normproof/` in the current folder.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from verify.codec import CodecError, decode, encode
from verify.settings import Settings

SCHEMA = 1
NAME = "evidence.sqlite3"


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
        self._connection: sqlite3.Connection | None = None
        if folder is not None:
            try:
                self._connection = _open(folder)
            except (OSError, sqlite3.Error) as error:
                self._give_up(folder, error)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @property
    def usable(self) -> bool:
        return self._connection is not None

    def get(self, key: str) -> Stored | None:
        """The value of a key, or None if there is none, or none that can be trusted."""
        if self._connection is None:
            return None
        try:
            row = self._connection.execute(
                "SELECT unit, payload, seconds, digest FROM evidence WHERE key = ?", (key,)
            ).fetchone()
        except sqlite3.Error as error:
            self._give_up(None, error)
            return None
        if row is None:
            return None
        unit, payload, seconds, digest = row
        try:
            if digest != _digest(key, unit, payload, seconds):
                raise CodecError("its digest does not match its content")
            return Stored(decode(payload), float(seconds))
        except CodecError as error:
            self._warn(f"the cached result of {unit} is damaged ({error}); it is dropped and run again")
            self._execute("DELETE FROM evidence WHERE key = ?", (key,))
            return None

    def put(self, key: str, unit: str, value: object, seconds: float) -> None:
        """Keep a value; it is on disk when this returns."""
        payload = encode(value)
        self._execute(
            "INSERT OR REPLACE INTO evidence (key, unit, payload, seconds, digest) VALUES (?, ?, ?, ?, ?)",
            (key, unit, payload, seconds, _digest(key, unit, payload, seconds)),
        )

    def count(self) -> int:
        """How many rows there are; 0 where there is no usable cache."""
        if self._connection is None:
            return 0
        return int(self._connection.execute("SELECT count(*) FROM evidence").fetchone()[0])

    def _execute(self, statement: str, values: tuple[object, ...]) -> None:
        if self._connection is None:
            return
        try:
            with self._connection:
                self._connection.execute(statement, values)
        except sqlite3.Error as error:
            self._give_up(None, error)

    def _give_up(self, folder: Path | None, error: Exception) -> None:
        place = f" in {folder}" if folder else ""
        self._warn(
            f"the cache{place} cannot be used ({error}); the run goes on without it. "
            "Remedy: set NORMPROOF_CACHE to a folder that can be written to"
        )
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _digest(key: str, unit: str, payload: str, seconds: object) -> str:
    return hashlib.sha256("\0".join((key, unit, payload, repr(seconds))).encode()).hexdigest()


def _open(folder: Path) -> sqlite3.Connection:
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder / ".gitignore"
    if not ignore.exists():
        ignore.write_text("*\n")
    path = folder / NAME
    try:
        return _connect(path)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):  # locked, read-only, no space: the file itself may be fine
            raise
        for suffix in ("", "-wal", "-shm"):  # not a database: it holds nothing that can be kept
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30)
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
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
        connection.commit()
    except BaseException:
        connection.close()
        raise
    return connection
