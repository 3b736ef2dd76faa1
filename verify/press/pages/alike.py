"""Theorems that speak of the same: their claims share a definition, and neither names the other."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from theory import terms as t
from theory.statements.theorem import Theorem
from theory.typeset.statements import definition_head
from verify.press.pages.hypotheses import near
from verify.press.pages.parts import Shared, Words
from verify.results.records import TheoremResult

FEW = 5  # theorems of a run: what more of them speak of tells nothing about any two


def alike(result: TheoremResult, results: Sequence[TheoremResult]) -> tuple[Shared, ...]:
    """What it shares with whom. If one theorem is named on the page of another, that one is named on its own."""
    theorem = result.theorem
    others = [r.theorem for r in results if r.kind == "theorem" and r.theorem != theorem]
    if result.kind != "theorem":
        return ()
    found: dict[tuple[str, ...], list[t.Definition]] = {}
    for definition in sorted(claimed(theorem), key=lambda d: d.name):
        speaking = [other for other in others if definition in claimed(other)]
        apart = tuple(o.id for o in speaking if theorem not in near(o) and o not in near(theorem))
        if apart and len(speaking) < FEW:
            found.setdefault(apart, []).append(definition)
    return tuple(Shared(_words(definitions), names) for names, definitions in found.items())


@functools.lru_cache(maxsize=512)
def claimed(theorem: Theorem) -> frozenset[t.Definition]:
    """The definitions that its claims themselves speak of, and not only in the body of another."""
    sides = (side for part in theorem.parts for side in (part.claim.left, part.claim.right))
    return frozenset(node.definition for side in sides for node in t.walk(side) if isinstance(node, t.Call))


def _words(definitions: Sequence[t.Definition]) -> Words:
    heads = [f"${definition_head(d)}$" for d in definitions]
    return Words(", ".join(d.name for d in definitions), ", ".join(heads))
