"""Which theorem rests on which: as text, Graphviz dot, JSON, Mermaid, or the picture of the report as a file."""

from __future__ import annotations

import json
from collections.abc import Sequence

from theory.statements.theorem import Theorem
from verify.press.printers import picture
from verify.results.records import TheoremResult

FORMATS = ("dot", "svg", "json", "mmd", "txt")


def edges(theorems: Sequence[Theorem]) -> list[tuple[str, str]]:
    """(user, used) pairs in the given order."""
    return [(theorem.id, used.id) for theorem in theorems for used in theorem.uses]


def render(results: Sequence[TheoremResult], form: str) -> str:
    """The graph in one of FORMATS; results come with the theorems used first. The picture shows their verdicts."""
    return f"{picture.of(results)}\n" if form == "svg" else written([r.theorem for r in results], form)


def written(theorems: Sequence[Theorem], form: str) -> str:
    """The graph in one of the formats that show no verdicts."""
    writers = {"dot": _dot, "json": _json, "mmd": _mermaid, "txt": _text}
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
