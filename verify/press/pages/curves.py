"""Curves arranged for plots: which lines share a panel, which panels a figure, and where the ticks stand.

The lines come in the results, points and bands computed. A figure shows one comparison of an experiment, a panel one
quantity (of one layer); its lines are what is compared, and the predicted slope. Knows neither SVG nor TikZ.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from verify.results.bands import PREDICTED, comparison
from verify.results.drawn_lines import Axes, Curve, Kind, Line, Plot

MOST = 6  # layers shown of a deep network, evenly chosen; the JSON results hold them all
TITLE = 40  # letters that have room above a panel


@dataclass(frozen=True)
class Panel:
    """One set of axes. `ticks` lie within the ranges; `log_x` spaces equal ratios equally."""

    title: str
    x_name: str
    lines: tuple[Line, ...]
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    x_ticks: tuple[float, ...]
    y_ticks: tuple[float, ...]
    log_x: bool = False

    def across(self, x: float) -> float:
        """Where x lies between the left end, 0, and the right end, 1."""
        low, high = map(math.log, self.x_range) if self.log_x else self.x_range
        return ((math.log(x) if self.log_x else x) - low) / (high - low)

    def up(self, y: float) -> float:
        """Where y lies between the lower end, 0, and the upper end, 1."""
        low, high = self.y_range
        return (y - low) / (high - low)

    @property
    def words(self) -> str:
        """What the picture shows, for those who do not see it."""
        said = [f"{line.name} from {line.y[0]:.3g} to {line.y[-1]:.3g}" for line in self.lines if line.y]
        return f"{self.title} against {self.x_name}: {', '.join(said)}"


@dataclass(frozen=True)
class Figure:
    """The panels of one comparison and the names of its lines, in the order of their colours."""

    label: str
    names: tuple[str, ...]
    panels: tuple[Panel, ...]
    left_out: int = 0

    @property
    def keys(self) -> tuple[tuple[str, Kind], ...]:
        """The names with how their lines are drawn."""
        kinds = {line.name: line.kind for panel in self.panels for line in panel.lines}
        return tuple((name, kinds.get(name, Kind.CURVE)) for name in self.names)

    @property
    def banded(self) -> bool:
        """Does any line have a band or bars?"""
        return any(line.low != line.high for panel in self.panels for line in panel.lines)


def laid_out(plot: Plot) -> Figure:
    """A plot of the run, a panel for each of its axes."""
    return Figure(plot.label, plot.names, tuple(map(panel, plot.axes)))


def figures(curves: Sequence[Curve]) -> tuple[Figure, ...]:
    """One figure a comparison, in order."""
    groups: dict[str, list[Curve]] = {}
    for curve in curves:
        groups.setdefault(comparison(curve.label), []).append(curve)
    return tuple(_predicted(_figure(label, items), items) for label, items in groups.items())


def once(found: Sequence[Figure]) -> tuple[Figure, ...]:
    """The figures without those whose every measured line an earlier one has drawn: two comparisons may speak of one
    curve."""
    drawn: set[tuple[str, tuple[float, ...], tuple[float, ...]]] = set()
    kept = []
    for figure in found:
        lines = {(p.x_name, line.x, line.y) for p in figure.panels for line in p.lines if line.kind is not Kind.GUIDE}
        if not lines <= drawn:
            kept.append(figure)
        drawn |= lines
    return tuple(kept)


def gathered(found: Sequence[Figure]) -> tuple[Figure, ...]:
    """Neighbours of one panel each, with the same lines, as one figure whose panels bear their labels."""
    out: list[Figure] = []
    for (names, title), group in itertools.groupby(found, lambda f: (f.names, _single(f))):
        members = list(group)
        if title is None or len(members) < 2:
            out += members
            continue
        panels = tuple(replace(panel, title=f.label) for f in members for panel in f.panels)
        out.append(Figure(title[:1].upper() + title[1:], names, panels))
    return tuple(out)


def _single(figure: Figure) -> str | None:
    """The title of the one panel of a figure whose label has room above it."""
    return figure.panels[0].title if len(figure.panels) == 1 and len(figure.label) <= TITLE else None


def _predicted(figure: Figure, items: Sequence[Curve]) -> Figure:
    """Points in place of lines where all have a predicted slope to compare with, and these slopes before them."""
    guides = [item.predicted for item in items if item.predicted is not None]
    if len(figure.panels) != 1 or len(guides) < len(items):
        return figure
    [only] = figure.panels
    points = [replace(measured, kind=Kind.POINTS) for measured in only.lines]
    return replace(figure, names=(*figure.names, PREDICTED), panels=(replace(only, lines=(*guides, *points)),))


def _figure(label: str, items: Sequence[Curve]) -> Figure:
    panels: dict[tuple[str, str], dict[str, list[Line]]] = {}
    names: dict[str, None] = {}
    for item in items:
        layer = item.label.rpartition("; ")[2].partition(", layer ")[2]
        names[item.measured.name] = None
        panels.setdefault((item.y_name, item.x_name), {}).setdefault(layer, []).append(item.measured)
    shown: list[Panel] = []
    left_out = 0
    for (what, x_name), layers in panels.items():
        chosen = _spread(list(layers))
        left_out = max(left_out, len(layers) - len(chosen))
        common = _span([y for layer in chosen for line in layers[layer] for y in line.y])
        for layer in chosen:
            title = f"{what}, layer {layer}" if layer else what
            shown.append(_panel(title, x_name, layers[layer], common))
    return Figure(label, tuple(names), tuple(shown), left_out)


def _spread(layers: list[str]) -> list[str]:
    """At most MOST of them, the first and the last included."""
    if len(layers) <= MOST:
        return layers
    return [layers[round(k * (len(layers) - 1) / (MOST - 1))] for k in range(MOST)]


def panel(axes: Axes) -> Panel:
    """A panel with its ranges and ticks; on a logarithmic axis the ticks are powers of two."""
    y_range = axes.y_range or _span([y for line in axes.lines for y in line.y])
    found = _panel(axes.title, axes.x_name, axes.lines, y_range)
    if not axes.log_x:
        return replace(found, x_ticks=ticks(*found.x_range, 5))
    powers = tuple(2.0**k for k in range(40) if found.x_range[0] <= 2**k <= found.x_range[1])
    return replace(found, x_ticks=powers, log_x=True)


def _span(values: Sequence[float]) -> tuple[float, float]:
    """The lines themselves and a little room; a band may be wider than what is shown."""
    low, high = min(values), max(values)
    room = 0.08 * (high - low) or 0.05 * abs(high) or 0.05
    return low - room, high + room


def _panel(title: str, x_name: str, lines: Sequence[Line], y_range: tuple[float, float]) -> Panel:
    xs = [x for line in lines for x in line.x]
    low, high = min(xs), max(xs)
    x_range = (low, high) if high > low else (low - 0.5, high + 0.5)
    return Panel(title, x_name, tuple(lines), x_range, y_range, ticks(*x_range, 4), ticks(*y_range, 4))


def ticks(low: float, high: float, about: int) -> tuple[float, ...]:
    """Round numbers within [low, high], roughly `about` of them: multiples of 1, 2 or 5 times a power of ten.

    Where such a step leaves fewer than two, the next smaller one is taken.
    """
    rough = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    steps = [factor * power for factor in (10, 5, 2, 1, 0.5, 0.2)]
    smallest = next(k for k in reversed(range(len(steps))) if steps[k] >= rough * 0.999)
    wide, narrow = (_multiples(low, high, step) for step in steps[smallest : smallest + 2])
    return wide if len(wide) > 1 else narrow


def _multiples(low: float, high: float, step: float) -> tuple[float, ...]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(k * step for k in range(first, last + 1))


def number(value: float) -> str:
    """A tick in few letters."""
    return f"{value:.6g}".replace("e+0", "e").replace("e-0", "e-")
