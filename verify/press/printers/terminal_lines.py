"""Lines on a terminal of rich's, with their colours: broken where it is too narrow for them."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from verify.press.pages import parts
from verify.press.pages.line_breaking import cuts


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
    first, *rest = row.divide(cuts(row.plain, out.width, hang))
    *ended, last = first, *(Text(" " * hang) + piece[1:] for piece in rest)
    for piece in ended:
        piece.rstrip()
    for piece in (*ended, last):
        out.print(piece, soft_wrap=True)


def again(out: Console, lines: parts.Again, indent: int) -> None:
    """How to see a counterexample again; never broken, so that it can be pasted."""
    for line in (lines.shell, lines.python):
        out.print(Text(f"{' ' * indent}{line}"), soft_wrap=True)
