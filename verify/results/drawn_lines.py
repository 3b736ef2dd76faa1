"""What plots show, as data: lines with their bands, the axes that share a plot, a sentence on it. All that is computed
is in them; where they stand on a page, its ranges, ticks and colours, are the press's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum


class Kind(Enum):
    """How a line is drawn: a curve with its band, points with their bars, or a thin line to compare with."""

    CURVE = "curve"
    POINTS = "points"
    GUIDE = "guide"


@dataclass(frozen=True)
class Line:
    """One curve with its band."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    kind: Kind = Kind.CURVE


@dataclass(frozen=True)
class Curve:
    """A measured curve of an experiment: its label is "comparison; line" or "comparison; line, layer k".

    `predicted` is a line of the slope that its comparison predicts, through the middle of the points; None where no
    slope was predicted or none estimated.
    """

    label: str
    x_name: str
    y_name: str
    measured: Line
    predicted: Line | None = None


@dataclass(frozen=True)
class Axes:
    """What is drawn in one set of axes. `y_range` where several are to be compared on one scale."""

    title: str
    x_name: str
    lines: tuple[Line, ...]
    y_range: tuple[float, float] | None = None
    log_x: bool = False


@dataclass(frozen=True)
class Plot:
    """A plot of a run: its label, the names of its lines in the order of their colours, and a sentence on it."""

    label: str
    names: tuple[str, ...]
    axes: tuple[Axes, ...]
    words: str


@dataclass(frozen=True)
class Plots:
    """The plots of a run in their order, and which of them stand on the page of an erratum too, by its id."""

    of_run: tuple[Plot, ...] = ()
    of_errata: Mapping[str, tuple[Plot, ...]] = field(default_factory=dict)


NO_PLOTS = Plots()


def line(name: str, x: Sequence[float], y: Sequence[float], kind: Kind = Kind.CURVE) -> Line:
    """A line without a band."""
    return Line(name, tuple(x), tuple(y), tuple(y), tuple(y), kind)
