"""Pictures of the report as SVG text that takes its colours from the page: the dependency graph, histograms."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence

from markupsafe import Markup

from verify.press.pages.dependencies import layers
from verify.press.pages.parts import Look
from verify.results.records import TheoremResult

_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _MARGIN = 178, 48, 54, 16, 8


def routes(results: Sequence[TheoremResult]) -> tuple[list[list[str]], list[list[str]]]:
    """Places in layers, used theorems first, each layer ordered to keep edges short; and every edge as a path.

    An edge that skips a layer gets an empty place there, named `used>user`, so that it passes no theorem's box.
    """
    found, edges = layers([r.theorem for r in results])
    columns = [sorted(layer) for layer in found]
    depth = {name: x for x, column in enumerate(columns) for name in column}
    before: dict[str, list[str]] = {name: [] for name in depth}
    paths = []
    for used, user in sorted(edges):
        path = [used]
        for x in range(depth[used] + 1, depth[user]):
            columns[x].append(f"{used}>{user}")
            before.setdefault(f"{used}>{user}", []).append(path[-1])
            path.append(f"{used}>{user}")
        before[user].append(path[-1])
        paths.append([*path, user])
    _untangle(columns, before)
    return columns, paths


def _untangle(columns: list[list[str]], before: dict[str, list[str]]) -> None:
    """Order each layer by where its predecessors stand; the first so that users' order is met."""
    after: dict[str, list[str]] = {}
    for name, others in before.items():
        for other in others:
            after.setdefault(other, []).append(name)
    for _ in range(4):
        for nearby, sequence in ((before, columns[1:]), (after, columns[-2::-1])):
            rank = {name: y - len(c) / 2 for c in columns for y, name in enumerate(c)}
            for column in sequence:
                weight = {n: sum(rank[o] for o in nearby.get(n, [])) / max(len(nearby.get(n, [])), 1) for n in column}
                alone = {n for n in column if not nearby.get(n)}
                column.sort(key=lambda n: (rank[n] if n in alone else weight[n], n))
                rank.update({name: y - len(column) / 2 for y, name in enumerate(column)})


def graph_svg(results: Sequence[TheoremResult]) -> Markup:
    """The dependency graph, arrows from what is used to what uses it; each theorem links to its page."""
    columns, paths = routes(results)
    by_id = {r.theorem.id: r for r in results}
    tall = max((len(c) for c in columns), default=0)
    width = 2 * _MARGIN + len(columns) * _WIDTH + max(len(columns) - 1, 0) * _GAP_X
    height = 2 * _MARGIN + tall * (_HEIGHT + _GAP_Y)
    place: dict[tuple[int, str], tuple[float, float]] = {}
    for x, column in enumerate(columns):
        top = _MARGIN + (tall - len(column)) * (_HEIGHT + _GAP_Y) / 2
        for y, name in enumerate(column):
            place[x, name] = (_MARGIN + x * (_WIDTH + _GAP_X), top + y * (_HEIGHT + _GAP_Y))
    where = {name: at for (_, name), at in place.items() if name in by_id}
    depth = {name: x for (x, name) in place if name in by_id}
    out = [
        f'<svg class="graph" viewBox="0 0 {width} {height:g}" width="{width}" height="{height:g}" role="group" '
        'aria-label="Which theorem rests on which; the table below says the same">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z"/></marker></defs>',
    ]
    for path in paths:
        points = [place[depth[path[0]] + k, name] for k, name in enumerate(path)]
        out.append(f'<path class="edge" d="{_route(points)}" marker-end="url(#tip)"/>')
    out += [_node(by_id[name], *at) for name, at in where.items()]
    return Markup("\n".join([*out, "</svg>"]))


def _route(points: Sequence[tuple[float, float]]) -> str:
    """A smooth path from the right edge of the first box, straight through empty places, to the left of the last."""
    (x, y), *rest = points
    x, y = x + _WIDTH, y + _HEIGHT / 2
    path, bend = f"M{x:g} {y:g}", _GAP_X * 0.6
    for k, (left, top) in enumerate(rest):
        middle, last = top + _HEIGHT / 2, k == len(rest) - 1
        path += f"C{x + bend:g} {y:g} {left - bend:g} {middle:g} {left - last:g} {middle:g}"
        x, y = left + _WIDTH, middle
        path += "" if last else f"H{x:g}"
    return path


def _node(result: TheoremResult, x: float, y: float) -> str:
    name = result.theorem.id
    topic, _, words = name.partition(".")
    rows = textwrap.wrap((words or topic).replace("-", " "), 20)[:2]
    first = y + (_HEIGHT / 2 + 5 if len(rows) == 1 else _HEIGHT / 2 - 4)
    text = "".join(
        f'<text x="{x + 18:g}" y="{first + 17 * k:g}">{html.escape(row)}</text>' for k, row in enumerate(rows)
    )
    label = html.escape(f"{result.theorem.title}: {result.verdict.value}", quote=True)
    return (
        f'<a href="theorems/{html.escape(name)}.html" class="node {result.verdict.value}" aria-label="{label}">'
        f"<title>{label}</title>"
        f'<rect x="{x:g}" y="{y:g}" width="{_WIDTH}" height="{_HEIGHT}" rx="7"/>'
        f'<rect class="bar" x="{x:g}" y="{y:g}" width="7" height="{_HEIGHT}" rx="3"/>{text}</a>'
    )


def residuals(look: Look) -> Markup:
    """The histogram of what one rule saw in floats."""
    return histogram_svg(look.histogram, bins(len(look.histogram)), f"Residuals, {look.dtype}")


def bins(number: int) -> list[str]:
    """Names of the buckets of a residual histogram, as `verify.floating.measure.bucket_labels` says, in print."""
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    powers = [str(k - number + 2).translate(raised) for k in range(1, number - 1)]
    return ["0", *("≤ 1" if p == "⁰" else f"≤ 2{p}" for p in powers), "> 1"][-number:]


def histogram_svg(counts: Sequence[int], labels: Sequence[str], name: str) -> Markup:
    """Bars with their counts, on a logarithmic height so that a single suspect stays visible."""
    from math import log10

    bar, gap, room, top = 46, 8, 92, 20
    width = len(counts) * (bar + gap) + gap
    full = max((log10(1 + c) for c in counts), default=0.0) or 1.0
    said = ", ".join(f"{label}: {count:,}" for label, count in zip(labels, counts, strict=True) if count)
    out = [
        f'<svg class="histogram" viewBox="0 0 {width} {room + top + 24}" width="{width}" height="{room + top + 24}" '
        f'role="img" aria-label="{html.escape(f"{name}: {said}", quote=True)}">',
        f'<line x1="0" x2="{width}" y1="{top + room}" y2="{top + room}"/>',
    ]
    for k, (label, count) in enumerate(zip(labels, counts, strict=True)):
        x, high = gap + k * (bar + gap), room * log10(1 + count) / full
        out.append(f'<rect x="{x}" y="{top + room - high:.1f}" width="{bar}" height="{high:.1f}"/>')
        if count:
            out.append(f'<text x="{x + bar / 2:g}" y="{top + room - high - 5:.1f}">{_short(count)}</text>')
        out.append(f'<text class="axis" x="{x + bar / 2:g}" y="{top + room + 16}">{html.escape(label)}</text>')
    return Markup("\n".join([*out, "</svg>"]))


def _short(count: int) -> str:
    if count < 10_000:
        return str(count)
    return f"{count / 1000:.0f}k" if count < 1_000_000 else f"{count / 1e6:.1f}M"
