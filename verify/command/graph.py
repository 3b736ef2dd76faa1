"""Which theorem rests on which: as text, Graphviz dot, JSON or a plain SVG drawing without any outside program."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence

from theory.statements.theorem import Theorem
from verify.press.pages.dependencies import layers

FORMATS = ("dot", "svg", "json", "mmd", "txt")
_BOX, _HEIGHT, _GAP_X, _GAP_Y, _MARGIN = 250, 34, 70, 14, 16


def edges(theorems: Sequence[Theorem]) -> list[tuple[str, str]]:
    """(user, used) pairs in the given order."""
    return [(theorem.id, used.id) for theorem in theorems for used in theorem.uses]


def render(theorems: Sequence[Theorem], form: str) -> str:
    """The graph in one of FORMATS; theorems come with used ones first."""
    writers = {"dot": _dot, "svg": _svg, "json": _json, "mmd": _mermaid, "txt": _text}
    return writers[form](theorems)


def _dot(theorems: Sequence[Theorem]) -> str:
    lines = ["digraph normproof {", "  rankdir=RL;", '  node [shape=box, fontname="sans-serif"];']
    lines += [f"  {json.dumps(t.id)} [tooltip={json.dumps(t.title)}];" for t in theorems]
    lines += [f"  {json.dumps(a)} -> {json.dumps(b)};" for a, b in edges(theorems)]
    return "\n".join([*lines, "}", ""])


def _json(theorems: Sequence[Theorem]) -> str:
    nodes = [{"id": t.id, "title": t.title, "topic": t.topic} for t in theorems]
    links = [{"from": a, "uses": b} for a, b in edges(theorems)]
    return json.dumps({"schema": 1, "nodes": nodes, "edges": links}, indent=1, ensure_ascii=False) + "\n"


def _mermaid(theorems: Sequence[Theorem]) -> str:
    names = {t.id: f"t{number}" for number, t in enumerate(theorems)}
    lines = ["graph RL", *(f'  {names[t.id]}["{t.id}"]' for t in theorems)]
    return "\n".join([*lines, *(f"  {names[a]} --> {names[b]}" for a, b in edges(theorems)), ""])


def _text(theorems: Sequence[Theorem]) -> str:
    lines = []
    for theorem in theorems:
        lines.append(theorem.id)
        lines += [f"  uses {used.id}" for used in theorem.uses]
    return "\n".join([*lines, ""])


def _svg(theorems: Sequence[Theorem]) -> str:
    columns, _ = layers(theorems)
    place = {name: (x, y) for x, column in enumerate(columns) for y, name in enumerate(column)}
    width = 2 * _MARGIN + len(columns) * _BOX + max(len(columns) - 1, 0) * _GAP_X
    height = 2 * _MARGIN + max((len(c) for c in columns), default=0) * (_HEIGHT + _GAP_Y)
    titles = {t.id: t.title for t in theorems}
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img" aria-label="which theorem uses which" font-family="sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    out += [_curve(place, a, b) for a, b in edges(theorems)]
    for name in place:
        x, y = _corner(place, name)
        out.append(
            f"<g><title>{html.escape(titles[name])}</title>"
            f'<rect x="{x}" y="{y}" width="{_BOX}" height="{_HEIGHT}" rx="6" fill="#f2f5f9" stroke="#44546a"/>'
            f'<text x="{x + _BOX // 2}" y="{y + 21}" text-anchor="middle" fill="#1b2430"'
            f"{_squeeze(name)}>{html.escape(name)}</text></g>"
        )
    return "\n".join([*out, "</svg>", ""])


def _squeeze(name: str) -> str:
    """A long id is drawn narrower rather than over the border."""
    return f' textLength="{_BOX - 16}" lengthAdjust="spacingAndGlyphs"' if len(name) > 31 else ""


def _corner(place: Mapping[str, tuple[int, int]], name: str) -> tuple[int, int]:
    x, y = place[name]
    return _MARGIN + x * (_BOX + _GAP_X), _MARGIN + y * (_HEIGHT + _GAP_Y)


def _curve(place: Mapping[str, tuple[int, int]], user: str, used: str) -> str:
    (x1, y1), (x2, y2) = _corner(place, used), _corner(place, user)
    x1, y1, y2 = x1 + _BOX, y1 + _HEIGHT // 2, y2 + _HEIGHT // 2
    middle = (x1 + x2) // 2
    return f'<path d="M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}" fill="none" stroke="#8a97a8"/>'
