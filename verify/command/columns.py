"""Tables on a terminal: where there is no room for a column it is left out, and no word of it is cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

GAP = 2  # between two columns


@dataclass(frozen=True)
class Column:
    """A column with its cells. `leave` says how soon it is left out, the largest first; 0 is never left out.

    `least`: it may be broken over lines, down to this width; 0 is never broken. `right`: its cells are numbers.
    """

    name: str
    cells: Sequence[str | Text]
    leave: int = 0
    least: int = 0
    right: bool = False

    @property
    def width(self) -> int:
        """What its longest cell takes."""
        return max(len(self.name), *(len(cell) for cell in self.cells)) if self.cells else len(self.name)

    @property
    def needed(self) -> int:
        """The least width that it can be shown in."""
        return min(self.width, self.least) if self.least else self.width


def fitting(width: int, columns: Sequence[Column]) -> Table:
    """The table of those columns that have room side by side."""
    kept = list(columns)
    while _needed(kept) > width and any(column.leave for column in kept):
        kept.remove(max(kept, key=lambda column: column.leave))
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold")
    for column, room in zip(kept, _widths(width, kept), strict=True):
        table.add_column(
            column.name,
            justify="right" if column.right else "left",
            no_wrap=not column.least,
            overflow="fold",
            width=room,
        )
    for cells in zip(*(column.cells for column in kept), strict=True):
        table.add_row(*cells)
    return table


def _widths(width: int, columns: Sequence[Column]) -> list[int]:
    """What each is given: what may be broken has its least, and of what is left over the last column takes first."""
    spare = max(width - _needed(columns), 0)
    out: list[int] = []
    for column in reversed(columns):
        more = min(spare, column.width - column.needed)
        out.insert(0, column.needed + more)
        spare -= more
    return out


def _needed(columns: Sequence[Column]) -> int:
    """How wide a terminal they need."""
    return sum(column.needed for column in columns) + GAP * (len(columns) - 1)
