"""What a theorem says in words, at the door: of a length that can be read, in characters that every medium prints.

Titles, notes, names of near misses and the like go to terminals, web pages, Markdown and LaTeX. What would steer any of
them, such as an escape sequence or a mark that reverses the reading, is no text; everything else is escaped where it is
printed.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from theory.terms import CalculusError, Symbol, Term, walk

LONGEST, LONGEST_DOCSTRING = 4_000, 20_000  # letters; the longest of the catalogue have 203 and 877
MOST = {"near_misses": 100, "parts": 50, "assumptions": 50, "survivors": 500, "sources": 50, "lines": 500}
_SHOWN = 60


def text_problem(text: str, longest: int = LONGEST, *, lines: bool = False) -> str:
    """Why a text cannot be printed, in words; empty if it can. `lines`: it may have several."""
    if len(text) > longest:
        return f"{len(text):,} letters, at most {longest:,} are printed"
    for character in text:
        kind = unicodedata.category(character)
        if (kind[0] == "C" or kind in ("Zl", "Zp")) and not (lines and character == "\n"):
            return f"the character U+{ord(character):04X}, which is not printed but steers what prints it"
    return ""


def require_texts(where: str, theorem: Any) -> None:
    """See that all that a theorem says in words can be printed, and that there is no more than a reader can read.

    Raises CalculusError, which begins with `where`.
    """
    for place, text in _texts(theorem, ""):
        whole = place == "docstring"
        problem = text_problem(text, LONGEST_DOCSTRING if whole else LONGEST, lines=whole)
        if problem:
            raise CalculusError(
                f"{where}: {place}: expected a text that can be printed, got {ascii(text)[:_SHOWN]}: {problem}. "
                "Remedy: write it in plain letters, and shorter if need be."
            )


def _texts(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Every text in frozen data, by its place; theorems that are cited have been asked themselves."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        _require_few(place, len(value))
        for name, item in value.items():
            yield from _texts(name, f"{place}, a name")
            yield from _texts(item, f"{place}, {name!r:.30}")
    elif isinstance(value, (tuple, list, set, frozenset)):
        _require_few(place, len(value))
        for item in value:
            yield from _texts(item, place)
    elif isinstance(value, Term):
        for node in walk(value):
            definition = getattr(node, "definition", None)
            if definition is not None:
                yield f"the source of {definition.name}", definition.source
    elif dataclasses.is_dataclass(value) and not isinstance(value, (type, Symbol)):
        if place and hasattr(value, "docstring"):
            return
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name), f"{place}, {field.name}" if place else field.name)


def _require_few(place: str, count: int) -> None:
    most = MOST.get(place.rpartition(", ")[2], 10_000)
    if count > most:
        raise CalculusError(
            f"{place}: expected at most {most:,}, got {count:,}. Remedy: keep those that a reader would make, or "
            "state a second theorem."
        )
