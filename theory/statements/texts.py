"""What a theorem says in words, at the door: of a length that can be read, in characters that every medium prints.

Titles, notes, names of near misses and the like go to terminals, web pages, Markdown and LaTeX. What would steer any of
them, such as an escape sequence or a mark that reverses the reading, is no text; everything else is escaped where it is
printed.
"""

from __future__ import annotations

import dataclasses
import functools
import unicodedata
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from theory.terms import CalculusError, Symbol, Term
from theory.terms.rewrite import definitions_in

LONGEST, LONGEST_DOCSTRING = 4_000, 20_000  # letters; the longest of the catalogue have 203 and 877
MOST = {"near_misses": 100, "parts": 50, "assumptions": 50, "survivors": 500, "sources": 50, "lines": 500}
_SHOWN = 60


def text_problem(text: str, longest: int = LONGEST, *, lines: bool = False) -> str:
    """Why a text cannot be printed, in words; empty if it can. `lines`: it may have several."""
    if len(text) > longest:
        return f"{len(text):,} letters, at most {longest:,} are printed"
    if text.isprintable():  # no control character, no separator but the space
        return ""
    for character in text:
        kind = unicodedata.category(character)
        if (kind[0] == "C" or kind in ("Zl", "Zp")) and not (lines and character == "\n"):
            return f"the character U+{ord(character):04X}, which is not printed but steers what prints it"
    return ""


def require_texts(where: str, theorem: Any) -> None:
    """See that all that a theorem says in words can be printed, and that there is no more than a reader can read.

    Raises CalculusError, which begins with `where`.
    """

    def look(place: Place, text: str) -> None:
        whole = place == ("docstring",)
        problem = text_problem(text, LONGEST_DOCSTRING if whole else LONGEST, lines=whole)
        if problem:
            raise CalculusError(
                f"{where}: {', '.join(place)}: expected a text that can be printed, got {ascii(text)[:_SHOWN]}: "
                f"{problem}. Remedy: write it in plain letters, and shorter if need be."
            )

    _each_text(theorem, (), look, {})


Place = tuple[str, ...]
_SILENT = frozenset({int, bool, float, Fraction, type(None), Symbol})


def _each_text(value: object, place: Place, look: Callable[[Place, str], None], seen: dict[int, object]) -> None:
    """Look at every text in frozen data, by its place, the same object once; theorems that are cited have been asked
    themselves."""
    if type(value) in _SILENT:
        return
    if isinstance(value, str):
        look(place, value)
    elif isinstance(value, (tuple, list, set, frozenset)):
        _require_few(place, len(value))
        for item in value:
            if type(item) not in _SILENT:
                _each_text(item, place, look, seen)
    elif isinstance(value, Term):
        for definition in sorted(definitions_in(value), key=lambda found: found.name):
            look((f"the source of {definition.name}",), definition.source)
    elif isinstance(value, Mapping):
        _require_few(place, len(value))
        for name, item in value.items():
            _each_text(name, (*place, "a name"), look, seen)
            _each_text(item, (*place, f"{name!r:.30}"), look, seen)
    elif dataclasses.is_dataclass(value) and not isinstance(value, (type, Symbol)):
        if (place and hasattr(value, "docstring")) or id(value) in seen:
            return
        seen[id(value)] = value
        for name in _fields(type(value)):
            item = getattr(value, name)
            if type(item) not in _SILENT:
                _each_text(item, (*place, name), look, seen)


@functools.lru_cache(maxsize=256)
def _fields(kind: Any) -> Place:
    return tuple(field.name for field in dataclasses.fields(kind))


def _require_few(place: Place, count: int) -> None:
    most = MOST.get(place[-1], 10_000)
    if count > most:
        raise CalculusError(
            f"{', '.join(place)}: expected at most {most:,}, got {count:,}. Remedy: keep those that a reader would "
            "make, or state a second theorem."
        )
