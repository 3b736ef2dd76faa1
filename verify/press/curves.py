"""Measured curves arranged for plots: which lines share a panel, which panels a figure, and where the ticks stand.

Reads `Series`, whose label is "comparison; line" or "comparison; line, layer k". A figure shows one comparison; a panel
one quantity (of one layer); its lines are what is compared. Knows neither SVG nor TikZ.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from verify.observations import Series

MOST = 6  # layers shown of a deep network, evenly chosen; the JSON results hold them all
BAND = 2.0  # standard errors on either side of a line


@dataclass(frozen=True)
class Line:
    """One curve with its band."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Panel:
    """One set of axes. `ticks` lie within the ranges."""

    title: str
    x_name: str
    lines: tuple[Line, ...]
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    x_ticks: tuple[float, ...]
    y_ticks: tuple[float, ...]

    @property
    def words(self) -> str:
        """What the picture shows, for those who do not see it."""
        said = [f"{line.name} from {line.y[0]:.3g} to {line.y[-1]:.3g}" for line in self.lines]
        return f"{self.title} against {self.x_name}: {', '.join(said)}"


@dataclass(frozen=True)
class Figure:
    """The panels of one comparison and the names of its lines, in the order of their colours."""

    label: str
    names: tuple[str, ...]
    panels: tuple[Panel, ...]
    left_out: int


def figures(series: Sequence[Series]) -> tuple[Figure, ...]:
    """One figure a comparison, in order."""
    groups: dict[str, list[Series]] = {}
    for item in series:
        if item.x:
            groups.setdefault(item.label.rpartition("; ")[0], []).append(item)
    return tuple(_figure(label, items) for label, items in groups.items())


def _figure(label: str, items: Sequence[Series]) -> Figure:
    panels: dict[tuple[str, str], dict[str, list[tuple[str, Series]]]] = {}
    names: dict[str, None] = {}
    for item in items:
        name, _, layer = item.label.rpartition("; ")[2].partition(", layer ")
        names[name] = None
        panels.setdefault((item.y_name, item.x_name), {}).setdefault(layer, []).append((name, item))
    shown: list[Panel] = []
    left_out = 0
    for (what, x_name), layers in panels.items():
        chosen = _spread(list(layers))
        left_out = max(left_out, len(layers) - len(chosen))
        common = _span([v for layer in chosen for _, s in layers[layer] for v in _extremes(s)])
        for layer in chosen:
            title = f"{what}, layer {layer}" if layer else what
            shown.append(_panel(title, x_name, [_line(n, s) for n, s in layers[layer]], common))
    return Figure(label, tuple(names), tuple(shown), left_out)


def _spread(layers: list[str]) -> list[str]:
    """At most MOST of them, the first and the last included."""
    if len(layers) <= MOST:
        return layers
    return [layers[round(k * (len(layers) - 1) / (MOST - 1))] for k in range(MOST)]


def _line(name: str, series: Series) -> Line:
    pairs = list(zip(series.y, series.errors, strict=True))
    low, high = (tuple(y + sign * BAND * e for y, e in pairs) for sign in (-1, 1))
    return Line(name, series.x, series.y, low, high)


def _extremes(series: Series) -> tuple[float, float]:
    """The line itself, and a band no wider than the line's own range asks for."""
    return min(series.y), max(series.y)


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = 0.08 * (high - low) or 0.05 * abs(high) or 0.05
    return low - room, high + room


def _panel(title: str, x_name: str, lines: Sequence[Line], y_range: tuple[float, float]) -> Panel:
    xs = [x for line in lines for x in line.x]
    low, high = min(xs), max(xs)
    x_range = (low, high) if high > low else (low - 0.5, high + 0.5)
    return Panel(title, x_name, tuple(lines), x_range, y_range, ticks(*x_range, 3), ticks(*y_range, 4))


def ticks(low: float, high: float, about: int) -> tuple[float, ...]:
    """Round numbers within [low, high], roughly `about` of them: multiples of 1, 2 or 5 times a power of ten."""
    rough = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(k * step for k in range(first, last + 1))


def number(value: float) -> str:
    """A tick in few letters."""
    return f"{value:.6g}".replace("e+0", "e").replace("e-0", "e-")
