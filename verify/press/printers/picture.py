"""The dependency graph as SVG: a band a topic, colours by verdict, a legend. The same in the report and in a file.

The picture brings its own colours, for light and dark, so that it can stand alone. Errata stand in the topic of what is
true instead; a theorem of another topic is drawn again, dashed, where it is used, so that no arrow leaves its band.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from theory.statements.erratum import Erratum
from verify.press.pages import topics
from verify.press.pages.dependencies import Edge, layers
from verify.press.pages.unicode_text import name, unicode_text
from verify.results.records import TheoremResult

_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _MARGIN = 158, 46, 34, 12, 8
_HEAD, _BETWEEN, _LEGEND, _COLUMNS = 30, 26, 44, 6
_LETTERS = 18  # of a name that fit on one line of its box
NOT_RUN = "not run"
MARKS: Mapping[str, str] = {"proved": "✓", "supported": "≈", "undecided": "?", "refuted": "✗", NOT_RUN: "·"}
STYLE = """
.normproof-graph { font-family: system-ui, "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif;
  --ink: #1d2129; --soft: #5b6472; --line: #b9bfc8; --box: #f4f5f2; --page: #fdfdfb;
  --proved: #1d6b3c; --supported: #8a5a00; --undecided: #5d5f66; --refuted: #a51d2d; --not-run: #8b93a0; }
@media (prefers-color-scheme: dark) { .normproof-graph { --ink: #e6e7ea; --soft: #a3abb8; --line: #4a505c;
  --box: #1e2129; --page: #16181d; --proved: #6fd195; --supported: #e6b45a; --undecided: #b3b7c0;
  --refuted: #ff8b94; } }
@media print { .normproof-graph { --ink: #1d2129; --soft: #5b6472; --line: #b9bfc8; --box: #f4f5f2; --page: #ffffff;
  --proved: #1d6b3c; --supported: #8a5a00; --undecided: #5d5f66; --refuted: #a51d2d; } }
.normproof-graph .paper { fill: var(--page); }
.normproof-graph text { fill: var(--ink); font-size: 12.5px; }
.normproof-graph .topic { font-size: 15px; font-weight: 600; }
.normproof-graph .mark, .normproof-graph .said { font-size: 11.5px; fill: var(--soft); }
.normproof-graph .edge { fill: none; stroke: var(--soft); stroke-width: 1.2; opacity: .8; }
.normproof-graph marker path { fill: var(--soft); }
.normproof-graph .node rect { fill: var(--box); stroke: var(--line); }
.normproof-graph .node .stripe { fill: var(--tone); stroke: none; }
.normproof-graph .node .mark { fill: var(--tone); font-weight: 700; }
.normproof-graph .erratum rect:first-of-type { stroke: var(--tone); stroke-width: 1.4; }
.normproof-graph .elsewhere rect:first-of-type { fill: none; stroke-dasharray: 4 3; }
.normproof-graph .proved { --tone: var(--proved); } .normproof-graph .supported { --tone: var(--supported); }
.normproof-graph .undecided { --tone: var(--undecided); } .normproof-graph .refuted { --tone: var(--refuted); }
.normproof-graph .not-run { --tone: var(--not-run); }
.normproof-graph a:hover rect:first-of-type, .normproof-graph a:focus-visible rect:first-of-type { stroke-width: 2.2; }
"""
Link = Callable[[str], str]


@dataclass(frozen=True)
class Band:
    """A topic: its heading, its own results, and the theorems of other topics that these use."""

    heading: str
    own: tuple[TheoremResult, ...]
    elsewhere: tuple[TheoremResult, ...]


def of(results: Sequence[TheoremResult]) -> str:
    """The picture of some results, as a file of its own: legend and topics below one another, each with its heading."""
    drawn, top, widest = _legend(), float(_LEGEND), _legend_width()
    for band in _bands(results):
        drawn.append(f'<text class="topic" x="{_MARGIN}" y="{top + 16:g}">{html.escape(band.heading)}</text>')
        shapes, width, height = _band(band, top + _HEAD, None)
        drawn += shapes
        top += _HEAD + height + _BETWEEN
        widest = max(widest, width)
    paper = '<rect class="paper" width="100%" height="100%"/>'
    return _svg([f"<style>{STYLE}</style>", _TIP, paper, *drawn], widest, top, "Which theorem rests on which, by topic")


@dataclass(frozen=True)
class Drawn:
    """A picture on a page: its heading, its SVG, and how wide that is."""

    heading: str
    svg: str


def on_a_page(results: Sequence[TheoremResult], link: Link) -> list[Drawn]:
    """The same piece by piece, the legend first, so that a page may break between two topics. `link` gives the address
    of a theorem's page."""
    head = [f"<style>{STYLE}</style>", _TIP, *_legend()]
    out = [Drawn("", _svg(head, _legend_width(), 30, "What colours and borders mean"))]
    for band in _bands(results):
        shapes, width, height = _band(band, 2.0, link)
        out.append(Drawn(band.heading, _svg(shapes, width, height, f"Which theorem rests on which: {band.heading}")))
    return out


_TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>'
)


def _svg(shapes: Sequence[str], width: float, height: float, label: str) -> str:
    wide = width + 2 * _MARGIN
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="normproof-graph" viewBox="0 0 {wide:g} {height:g}" '
        f'width="{wide:g}" height="{height:g}" role="group" aria-label="{html.escape(label, quote=True)}">'
    )
    return "\n".join([opening, *shapes, "</svg>"])


# ---- what stands where --------------------------------------------------------------------------------------
def _bands(results: Sequence[TheoremResult]) -> list[Band]:
    """The topics in reading order, each with its errata; errata on nothing that is drawn have a band of their own."""
    by_id = {r.theorem.id: r for r in results}
    found, placed = [], set()
    for topic in topics.in_order(results):
        errata = [r for r in results if isinstance(r.theorem, Erratum) and r.theorem.true_theorem.topic == topic.name]
        own = (*topic.results, *errata)
        placed |= {r.theorem.id for r in own}
        found.append(_with_neighbours(topic.heading, own, by_id))
    rest = tuple(r for r in results if r.theorem.id not in placed)
    return [*found, *([_with_neighbours("Errata docket", rest, by_id)] if rest else [])]


def _with_neighbours(heading: str, own: Sequence[TheoremResult], by_id: Mapping[str, TheoremResult]) -> Band:
    names = {r.theorem.id for r in own}
    used = dict.fromkeys(u.id for r in own for u in r.theorem.uses if u.id not in names and u.id in by_id)
    return Band(heading, tuple(own), tuple(by_id[other] for other in used))


def routes(
    results: Sequence[TheoremResult], elsewhere: Sequence[TheoremResult] = ()
) -> tuple[list[list[str]], list[list[str]]]:
    """Places in layers, used theorems first, each layer ordered to keep edges short; and every edge as a path.

    An edge that skips a layer gets an empty place there, named `used>user`, so that it passes no theorem's box.
    Between two of `elsewhere` no edge is drawn.
    """
    found, edges = layers([r.theorem for r in (*elsewhere, *results)], {r.theorem.id for r in elsewhere})
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
    for place, others in before.items():
        for other in others:
            after.setdefault(other, []).append(place)
    for _ in range(4):
        for nearby, sequence in ((before, columns[1:]), (after, columns[-2::-1])):
            rank = {name: y - len(c) / 2 for c in columns for y, name in enumerate(c)}
            for column in sequence:
                weight = {n: sum(rank[o] for o in nearby.get(n, [])) / max(len(nearby.get(n, [])), 1) for n in column}
                alone = {n for n in column if not nearby.get(n)}
                column.sort(key=lambda n: (rank[n] if n in alone else weight[n], n))
                rank.update({name: y - len(column) / 2 for y, name in enumerate(column)})


def _band(band: Band, top: float, link: Link | None) -> tuple[list[str], int, float]:
    """The shapes of a band from `top` on, its width and its height."""
    joined = _joined(band)
    columns, paths = routes([r for r in band.own if r.theorem.id in joined], band.elsewhere) if joined else ([], [])
    tall = max((len(column) for column in columns), default=0)
    below = top
    place: dict[tuple[int, str], tuple[float, float]] = {}
    for x, column in enumerate(columns):
        first = below + (tall - len(column)) * (_HEIGHT + _GAP_Y) / 2
        for y, each in enumerate(column):
            place[x, each] = (_MARGIN + x * (_WIDTH + _GAP_X), first + y * (_HEIGHT + _GAP_Y))
    depth = {each: x for x, each in place}
    out: list[str] = []
    for path in paths:
        points = [place[depth[path[0]] + k, each] for k, each in enumerate(path)]
        out.append(f'<path class="edge" d="{_route(points)}" marker-end="url(#tip)"/>')
    foreign = {r.theorem.id for r in band.elsewhere}
    by_id = {r.theorem.id: r for r in (*band.own, *band.elsewhere)}
    out += [
        _node(by_id[each], x, y, link, elsewhere=each in foreign)
        for (_, each), (x, y) in place.items()
        if each in by_id
    ]
    below += tall * (_HEIGHT + _GAP_Y)
    alone = [r for r in band.own if r.theorem.id not in joined]
    for k, result in enumerate(alone):
        down, across = divmod(k, _COLUMNS)
        out.append(_node(result, _MARGIN + across * (_WIDTH + _GAP_X), below + down * (_HEIGHT + _GAP_Y), link))
    below += -(-len(alone) // _COLUMNS) * (_HEIGHT + _GAP_Y)
    wide = max(len(columns), min(len(alone), _COLUMNS))
    return out, wide * (_WIDTH + _GAP_X) - _GAP_X, below - top


def _joined(band: Band) -> set[str]:
    """The ids of a band that use another, or are used by one."""
    drawn = {r.theorem.id for r in (*band.own, *band.elsewhere)}
    edges: list[Edge] = [(u.id, r.theorem.id) for r in band.own for u in r.theorem.uses if u.id in drawn]
    return {end for edge in edges for end in edge}


# ---- shapes -------------------------------------------------------------------------------------------------
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


def _node(result: TheoremResult, x: float, y: float, link: Link | None, *, elsewhere: bool = False) -> str:
    """A box with its name, a stripe and a mark in the colour of its verdict."""
    identifier, verdict = result.theorem.id, verdict_of(result)
    rows = textwrap.wrap(name(identifier), _LETTERS) or [identifier]
    rows = rows if len(rows) <= 3 else [*rows[:2], f"{rows[2]} …"]
    first = y + _HEIGHT / 2 + 4.5 - 7 * (len(rows) - 1)
    text = "".join(f'<text x="{x + 14:g}" y="{first + 14 * k:g}">{html.escape(r)}</text>' for k, r in enumerate(rows))
    said = f"{identifier}: {unicode_text(result.theorem.title)}: {verdict}"
    label = html.escape(said + (", of another topic" if elsewhere else ""), quote=True)
    kind = " ".join(
        [
            "node",
            verdict.replace(" ", "-"),
            *(["erratum"] if result.kind == "erratum" else []),
            *(["elsewhere"] * elsewhere),
        ]
    )
    inner = (
        f"<title>{label}</title>"
        f'<rect x="{x:g}" y="{y:g}" width="{_WIDTH}" height="{_HEIGHT}" rx="6"/>'
        f'<rect class="stripe" x="{x:g}" y="{y:g}" width="6" height="{_HEIGHT}" rx="3"/>{text}'
        f'<text class="mark" x="{x + _WIDTH - 16:g}" y="{y + 15:g}">{MARKS[verdict]}</text>'
    )
    if link is None:
        return f'<g class="{kind}">{inner}</g>'
    return f'<a href="{html.escape(link(identifier), quote=True)}" class="{kind}" aria-label="{label}">{inner}</a>'


def verdict_of(result: TheoremResult) -> str:
    """The verdict; of what no run has looked at, that it was not run."""
    return result.verdict.value if result.examined else NOT_RUN


_WORDS = {"proved": 82, "supported": 98, "undecided": 100, "refuted": 86, NOT_RUN: 80}
_MORE = (("erratum", "erratum: printed, and wrong", 200), ("elsewhere", "of another topic", 140))


def _legend_width() -> int:
    return sum(_WORDS.values()) + sum(width for *_, width in _MORE) + 180


def _legend() -> list[str]:
    """What the colours, the borders and the arrow say."""
    out, x = [], float(_MARGIN)
    for verdict, width in _WORDS.items():
        out.append(
            f'<g class="node {verdict.replace(" ", "-")}"><rect class="stripe" x="{x:g}" y="6" width="6" height="18" '
            f'rx="3"/><text class="mark" x="{x + 11:g}" y="19.5">{MARKS[verdict]}</text>'
            f'<text class="said" x="{x + 23:g}" y="19.5">{verdict}</text></g>'
        )
        x += width
    for kind, said, width in _MORE:
        out.append(
            f'<g class="node {kind} refuted"><rect x="{x:g}" y="6.5" width="22" height="17" rx="4"/>'
            f'<text class="said" x="{x + 29:g}" y="19.5">{said}</text></g>'
        )
        x += width
    out.append(
        f'<path class="edge" d="M{x:g} 15H{x + 30:g}" marker-end="url(#tip)"/>'
        f'<text class="said" x="{x + 37:g}" y="19.5">is used by</text>'
    )
    return out
