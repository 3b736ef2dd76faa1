"""Curves of an experiment as SVG text that takes its colours from the page: a line with its band, panel by panel."""

from __future__ import annotations

import html

from markupsafe import Markup

from verify.press.pages.curves import Figure, Panel, number
from verify.press.pages.unicode_text import unicode_text
from verify.results.drawn_lines import Kind, Line

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM, _RIGHT = 296, 164, 52, 10, 22, 12


def panel_svg(panel: Panel, figure: Figure) -> Markup:
    """The axes and lines of a panel, with its numbers in `aria-label`; title and name of the axis are the page's."""
    label = html.escape(unicode_text(panel.words), quote=True)
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    out = [
        f'<svg class="plot" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" '
        f'aria-label="{label}">',
    ]
    for tick in panel.y_ticks:
        y = _y(panel, tick)
        out.append(f'<line class="grid" x1="{_LEFT}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        out.append(f'<text class="y" x="{_LEFT - 6}" y="{y + 4:.1f}">{unicode_text(number(tick))}</text>')
    for tick in panel.x_ticks:
        x = _x(panel, tick)
        out.append(f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="{bottom}" y2="{bottom + 4}"/>')
        out.append(f'<text class="x" x="{x:.1f}" y="{bottom + 16}">{unicode_text(number(tick))}</text>')
    out += [shape for line in panel.lines for shape in _shapes(panel, line, figure.names.index(line.name))]
    out.append(f'<line class="axis" x1="{_LEFT}" x2="{right}" y1="{bottom}" y2="{bottom}"/>')
    return Markup("\n".join([*out, "</svg>"]))


def _shapes(panel: Panel, line: Line, colour: int) -> list[str]:
    style = f"line{colour % 4}"
    over, points, under = (
        [f"{_x(panel, x):.1f},{_y(panel, y):.1f}" for x, y in zip(line.x, ys, strict=True)]
        for ys in (line.high, line.y, line.low)
    )
    if line.kind is Kind.POINTS:
        return [_point(top, middle, bottom, style) for top, middle, bottom in zip(over, points, under, strict=True)]
    band = f'<polygon class="band {style}" points="{" ".join([*over, *reversed(under)])}"/>'
    curve = f'<polyline class="{line.kind.value} {style}" points="{" ".join(points)}"/>'
    return [curve] if line.low == line.high else [band, curve]


def _point(top: str, middle: str, bottom: str, style: str) -> str:
    """A point and its bar."""
    (x, y), high, low = middle.split(","), top.split(",")[1], bottom.split(",")[1]
    return (
        f'<line class="bar {style}" x1="{x}" x2="{x}" y1="{low}" y2="{high}"/>'
        f'<circle class="point {style}" cx="{x}" cy="{y}" r="3"/>'
    )


def _x(panel: Panel, value: float) -> float:
    return _LEFT + panel.across(value) * (_WIDTH - _LEFT - _RIGHT)


def _y(panel: Panel, value: float) -> float:
    """Cut at the frame: a band may be wider than what is shown."""
    return _HEIGHT - _BOTTOM - min(max(panel.up(value), 0.0), 1.0) * (_HEIGHT - _BOTTOM - _TOP)
