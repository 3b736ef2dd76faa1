"""Curves of an experiment as SVG text that takes its colours from the page: a line with its band, panel by panel."""

from __future__ import annotations

import html
from collections.abc import Sequence

from markupsafe import Markup

from verify.observations import Series
from verify.press.curves import Figure, Line, Panel, figures, number

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM, _RIGHT = 296, 178, 52, 26, 34, 12


def plots(series: Sequence[Series]) -> list[tuple[str, tuple[str, ...], list[Markup], int]]:
    """For each comparison: its label, the names of its lines, its panels, and how many layers are not shown."""
    return [(f.label, f.names, [panel_svg(p, f) for p in f.panels], f.left_out) for f in figures(series)]


def panel_svg(panel: Panel, figure: Figure) -> Markup:
    """One panel, with its title inside and its numbers in `aria-label`."""
    label = html.escape(panel.words, quote=True)
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    out = [
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" '
        f'aria-label="{label}">',
        f'<text class="title" x="{_LEFT}" y="15">{html.escape(panel.title)}</text>',
    ]
    for tick in panel.y_ticks:
        y = _y(panel, tick)
        out.append(f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        out.append(f'<text class="y" x="{_LEFT - 6}" y="{y + 4:.1f}">{number(tick)}</text>')
    for tick in panel.x_ticks:
        x = _x(panel, tick)
        out.append(f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="{bottom}" y2="{bottom + 4}"/>')
        out.append(f'<text class="x" x="{x:.1f}" y="{bottom + 16}">{number(tick)}</text>')
    out.append(f'<text class="name" x="{right}" y="{_HEIGHT - 4}">{html.escape(panel.x_name)}</text>')
    out += [shape for line in panel.lines for shape in _shapes(panel, line, figure.names.index(line.name))]
    out.append(f'<line class="axis" x1="{_LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}"/>')
    return Markup("\n".join([*out, "</svg>"]))


def _shapes(panel: Panel, line: Line, colour: int) -> list[str]:
    style = f"line{colour % 4}"
    over = [f"{_x(panel, x):.1f},{_y(panel, y):.1f}" for x, y in zip(line.x, line.high, strict=True)]
    under = [f"{_x(panel, x):.1f},{_y(panel, y):.1f}" for x, y in zip(line.x, line.low, strict=True)]
    points = " ".join(f"{_x(panel, x):.1f},{_y(panel, y):.1f}" for x, y in zip(line.x, line.y, strict=True))
    return [
        f'<polygon class="band {style}" points="{" ".join([*over, *reversed(under)])}"/>',
        f'<polyline class="curve {style}" points="{points}"/>',
    ]


def _x(panel: Panel, value: float) -> float:
    low, high = panel.x_range
    return _LEFT + (value - low) / (high - low) * (_WIDTH - _LEFT - _RIGHT)


def _y(panel: Panel, value: float) -> float:
    """Cut at the frame: a band may be wider than what is shown."""
    low, high = panel.y_range
    share = min(max((value - low) / (high - low), 0.0), 1.0)
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP)
