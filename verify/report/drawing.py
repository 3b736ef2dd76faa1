"""Pictures of the report as SVG text that takes its colours from the page: the dependency graph, histograms."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence

from markupsafe import Markup

from verify.results import TheoremResult

_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _MARGIN = 214, 50, 76, 16, 12


def layers(results: Sequence[TheoremResult]) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """Ids in layers, used ones first, each layer ordered to keep edges short; and the (used, user) edges."""
    import networkx as nx

    graph = nx.DiGraph()
    names = [r.theorem.id for r in results]
    graph.add_nodes_from(names)
    known = set(names)
    graph.add_edges_from((u.id, r.theorem.id) for r in results for u in r.theorem.uses if u.id in known)
    columns = [sorted(layer) for layer in nx.topological_generations(graph)]
    height: dict[str, float] = {}
    for column in columns:
        for rank, name in enumerate(column):
            before = [height[p] for p in graph.predecessors(name)]
            height[name] = sum(before) / len(before) if before else float(rank)
        column.sort(key=lambda n: (height[n], n))
        height.update({name: float(rank) for rank, name in enumerate(column)})
    return columns, sorted(graph.edges)


def graph_svg(results: Sequence[TheoremResult]) -> Markup:
    """The dependency graph, arrows from what is used to what uses it; each theorem links to its page."""
    columns, edges = layers(results)
    by_id = {r.theorem.id: r for r in results}
    tall = max((len(c) for c in columns), default=0)
    width = 2 * _MARGIN + len(columns) * _WIDTH + max(len(columns) - 1, 0) * _GAP_X
    height = 2 * _MARGIN + tall * (_HEIGHT + _GAP_Y)
    place = {}
    for x, column in enumerate(columns):
        top = _MARGIN + (tall - len(column)) * (_HEIGHT + _GAP_Y) / 2
        for y, name in enumerate(column):
            place[name] = (_MARGIN + x * (_WIDTH + _GAP_X), top + y * (_HEIGHT + _GAP_Y))
    out = [
        f'<svg class="graph" viewBox="0 0 {width} {height:g}" width="{width}" height="{height:g}" role="group" '
        'aria-label="Which theorem rests on which; the table below says the same">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0 8 4 0 8z"/></marker></defs>',
    ]
    for used, user in edges:
        (x1, y1), (x2, y2) = place[used], place[user]
        x1, y1, y2 = x1 + _WIDTH, y1 + _HEIGHT / 2, y2 + _HEIGHT / 2
        bend = max(_GAP_X * 0.8, (x2 - x1) * 0.4)
        path = f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2 - 1:g} {y2:g}"
        out.append(f'<path class="edge" d="{path}" marker-end="url(#tip)"/>')
    out += [_node(by_id[name], *place[name]) for name in place]
    return Markup("\n".join([*out, "</svg>"]))


def _node(result: TheoremResult, x: float, y: float) -> str:
    name = result.theorem.id
    topic, _, words = name.partition(".")
    rows = textwrap.wrap((words or topic).replace("-", " "), 27)[:2]
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
