"""`map.json`: where each part of each theorem stands in what was exported, and what it says, for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from theory.typeset.formulas import latex_relation
from theory.typeset.statements import latex_assumption
from verify.press.pages import docket, prose, reading_order
from verify.press.pages.sections import letter
from verify.press.printers import json as jsonout
from verify.results import fingerprint
from verify.results.records import TheoremResult

NAME = "map.json"
SCHEMA = 1


def of(results: Sequence[TheoremResult], folder: str) -> dict[str, Any]:
    """One entry a part, in the order of the document: `number` counts theorems, experiments and errata apart."""
    numbers = reading_order.numbers(results)
    ordered = [result for volume in reading_order.volumes(results) for result in volume.results]
    rows = [row for result in ordered for row in _rows(result, numbers[result.theorem.id], folder)]
    return {"schema": SCHEMA, "entries": rows}


def _rows(result: TheoremResult, number: int, folder: str) -> list[dict[str, Any]]:
    theorem = result.theorem
    common = {
        "id": theorem.id,
        "kind": result.kind,
        "title": theorem.title,
        "label": theorem.id,
        "number": number,
        "file": f"{folder}/{theorem.id}.tex",
        "assumptions": [latex_assumption(assumption) for assumption in theorem.assumptions],
        "assumed_in_words": prose.assumed_in_words(theorem),
        "inherited": jsonout.inherited(theorem),
        "verdict": result.verdict.value,
        "hash": fingerprint.statement(theorem),
        "bibtex": list(dict.fromkeys(source.key for source in (*theorem.sources, *theorem.see_also))),
    }
    if not theorem.parts:
        return [{**common, "part": "", "letter": "", "statement": ""}]
    return [
        {
            **common,
            "part": part.label,
            "letter": letter(theorem, part).strip("()"),
            "statement": latex_relation(part.claim.left, docket.sign(theorem, part), part.claim.right),
        }
        for part in theorem.parts
    ]
