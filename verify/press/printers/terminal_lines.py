"""Lines on a terminal: broken between words and, in a formula, before the loosest sign, never inside a product."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from verify.press.pages import parts

_OPENING, _CLOSING = "([{", ")]}"
_SIGNS = frozenset("+-=<>")  # where a formula is broken: before one of them
_TIMES = frozenset("*/")
_FACTOR = re.compile(r"['_^)\]]\w*$")  # how a factor ends that another one may follow
_EARLIEST = 0.4  # of the room: no line is left emptier than this for the sake of a better place


def heading(out: Console, words: str) -> None:
    """A blank line and a bold one."""
    out.print()
    write(out, Text(words, style="bold"), 4)


def write(out: Console, words: str | Text, hang: int = 4) -> None:
    """One line; on a terminal too narrow for it, broken, with the rest set in by `hang`. Elsewhere it is left whole."""
    row = Text(words) if isinstance(words, str) else words
    if not out.is_terminal:
        out.print(row, soft_wrap=True)
        return
    while len(row) > out.width:
        start = len(row.plain) - len(row.plain.lstrip())
        cut = _place(row.plain, max(start, hang) + 1, out.width)
        if cut is None:
            break
        head, rest = row.divide([cut])
        head.rstrip()
        out.print(head, soft_wrap=True)
        row = Text(" " * hang) + rest[1:]
    out.print(row, soft_wrap=True)


def _place(text: str, first: int, width: int) -> int | None:
    """The space to break at: the one least deep in brackets, before a sign if it can be, and then the last."""
    found = [(cost, place) for place, cost in _spaces(text) if first <= place <= width]
    late = [(cost, place) for cost, place in found if place >= _EARLIEST * width]
    best = min(late or found, key=lambda pair: (pair[0], -pair[1]), default=None)
    return None if best is None else best[1]


def _spaces(text: str) -> Iterator[tuple[int, int]]:
    """Every space, with what it costs to break there. A sentence has no signs, and so its last space is the best."""
    depth = 0
    for place, letter in enumerate(text):
        if letter in _OPENING:
            depth += 1
        elif letter in _CLOSING:
            depth = max(depth - 1, 0)
        elif letter == " " and not text.startswith(" ", place + 1):
            before, after = text[:place].split(" ")[-1] or text[:place].rstrip()[-1:], text[place + 1 : place + 2]
            product = _FACTOR.search(before) and (after.isalnum() or after == "(")
            times = 1 if after in _TIMES else 2 if before[-1:] in _TIMES or product else 0
            inside = 0 if after in _SIGNS else 1 if before[-1:] in _SIGNS else times
            yield place, 3 * depth + inside


def again(out: Console, lines: parts.Again, indent: int) -> None:
    """How to see a counterexample again; never broken, so that it can be pasted."""
    for line in (lines.shell, lines.python):
        out.print(Text(f"{' ' * indent}{line}"), soft_wrap=True)
