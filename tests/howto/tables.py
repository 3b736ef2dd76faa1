"""The rows of `statements.toml`, read as `normproof check` reads them, and what is asked of each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from theory.grammar.stating import Statement, read
from theory.statements.theorem import Theorem
from verify.running import answering

FILE = Path(__file__).with_name("statements.toml")
OPTIONS = ("let", "assume", "law")


@dataclass(frozen=True)
class Said:
    """A statement as one types it, with its options by name."""

    says: str
    options: tuple[tuple[str, str], ...] = ()

    @property
    def command(self) -> str:
        """What is typed after `normproof check`."""
        return " ".join([f'"{self.says}"', *(f'--{name} "{text}"' for name, text in self.options)])

    def statement(self) -> Statement:
        return read(self.says, **{name: [t for n, t in self.options if n == name] for name in OPTIONS})

    def theorem(self) -> Theorem:
        found = self.statement()
        assert found.claim is not None
        return answering.stated(found.claim, found.assumptions, title=self.says, scalars=found.scalars)

    def with_options(self, *more: tuple[str, str]) -> Said:
        """Each option in the place of the one of its name, or in addition."""
        names = {name for name, _ in more}
        return Said(self.says, (*(o for o in self.options if o[0] not in names), *more))


@dataclass(frozen=True)
class Obligation:
    """What must hold, a statement that asks for it, and options each of which shows it."""

    holds: str
    said: Said
    by: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Built:
    """What is assumed, how instances meet it, and a statement that assumes it."""

    assumed: str
    how: str
    said: Said


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def said() -> Iterator[tuple[str, str, Said]]:
    """Topic, what is said, and a true statement that says it."""
    for topic in _table()["topic"]:
        for words, says, *options in topic["rows"]:
            yield topic["name"], words, Said(says, tuple(zip(options[::2], options[1::2], strict=True)))


def _said(row: dict[str, Any]) -> Said:
    return Said(row["says"], tuple((name, row[name]) for name in OPTIONS if name in row))


def obligations() -> list[Obligation]:
    rows = _table()["obligation"]
    return [Obligation(row["holds"], _said(row), tuple(map(tuple, row["by"]))) for row in rows]


def built() -> list[Built]:
    return [Built(row["assumed"], row["how"], _said(row)) for row in _table()["instances"]]
