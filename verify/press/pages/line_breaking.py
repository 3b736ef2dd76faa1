"""Where a line is broken that is too long: between words and, in a formula, before the loosest sign of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPENING, _CLOSING = "([{", ")]}"
_SIGNS = frozenset("+-=<>")  # where a formula is broken: before one of them
_TIMES = frozenset("*/")
_FACTOR = re.compile(r"['_^)\]]\w*$")  # how a factor ends that another one may follow
_EARLIEST = 0.4  # of the room: no line is left emptier than this for the sake of a better place


def place(text: str, first: int, width: int) -> int | None:
    """The space to break at: the one least deep in brackets, before a sign if it can be, and then the last."""
    found = [(cost, at) for at, cost in _spaces(text) if first <= at <= width]
    late = [(cost, at) for cost, at in found if at >= _EARLIEST * width]
    best = min(late or found, key=lambda pair: (pair[0], -pair[1]), default=None)
    return None if best is None else best[1]


def broken(text: str, width: int, hang: int) -> list[str]:
    """The line in pieces of at most `width` letters where words allow it, all but the first set in by `hang`."""
    at = cuts(text, width, hang)
    pieces = [text[begin:end] for begin, end in zip([0, *(cut + 1 for cut in at)], [*at, None], strict=True)]
    *ended, last = pieces[0], *(" " * hang + piece for piece in pieces[1:])
    return [*(piece.rstrip() for piece in ended), last]


def cuts(text: str, width: int, hang: int) -> list[int]:
    """The spaces at which the line is broken: each is left out, and what follows it is set in by `hang`."""
    found: list[int] = []
    begin, rest = 0, text  # `rest` stands on the page from its column 0, and in the text from `begin`
    while len(rest) > width:
        start = len(rest) - len(rest.lstrip())
        at = place(rest, max(start, hang) + 1, width)
        if at is None:
            break
        found.append(begin + at)
        begin, rest = begin + at + 1 - hang, " " * hang + rest[at + 1 :]
    return found


def _spaces(text: str) -> Iterator[tuple[int, int]]:
    """Every space, with what it costs to break there. A sentence has no signs, and so its last space is the best."""
    depth = 0
    for at, letter in enumerate(text):
        if letter in _OPENING:
            depth += 1
        elif letter in _CLOSING:
            depth = max(depth - 1, 0)
        elif letter == " " and not text.startswith(" ", at + 1):
            before, after = text[:at].split(" ")[-1] or text[:at].rstrip()[-1:], text[at + 1 : at + 2]
            product = _FACTOR.search(before) and (after.isalnum() or after == "(")
            times = 1 if after in _TIMES else 2 if before[-1:] in _TIMES or product else 0
            inside = 0 if after in _SIGNS else 1 if before[-1:] in _SIGNS else times
            yield at, 3 * depth + inside
