"""The JSON contract, schema 1: fields may be added, never dropped or renamed."""

from __future__ import annotations

import json
import os
import platform
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from theory.statements.claims import Assumption, Interchange, assumption_text
from theory.statements.erratum import Erratum
from theory.statements.premises import premises
from theory.statements.theorem import Part, Theorem
from theory.terms.text import text
from theory.typeset.formulas import latex_relation
from theory.typeset.statements import latex_assumption
from verify.errors import whole, writable_file
from verify.press.pages import docket, hypotheses, prose, tally
from verify.press.pages.measuring import because
from verify.press.pages.sections import letter
from verify.proof.kernel import Evidence, Verdict
from verify.proof.observations import Observation, StatisticsTrace
from verify.results import fingerprint, ranges
from verify.results.records import NearMissResult, TheoremResult
from verify.settings import Settings

SCHEMA = 1


def document(
    results: Sequence[TheoremResult],
    settings: Settings,
    *,
    seconds: float,
    selected: Collection[str] | None = None,
    interrupted: bool = False,
) -> dict[str, Any]:
    """The whole run as plain data. `selected`: ids that were asked for; others ran because these use them."""
    return {
        "schema": SCHEMA,
        "versions": dict(fingerprint.versions()),
        "environment": environment(settings),
        "seed": settings.seed,
        "budget": settings.budget.value,
        "data": settings.data or "digits",
        "interrupted": interrupted,
        "results": [_result(r, selected is None or r.theorem.id in selected) for r in results],
        "summary": summary(results, seconds),
    }


def summary(results: Sequence[TheoremResult], seconds: float) -> dict[str, Any]:
    """The counts of the run. `theorems` and `errata` are what the terminal and the pages say; `proved` to `refuted` add
    up the two, since an erratum that came out as it should is refuted as well."""
    counts = tally.of(results)
    verdicts = Counter(r.verdict for r in results)
    theorems = Counter(counts.verdicts) + Counter({Verdict.UNDECIDED: counts.not_run})  # schema 1 knows no other word
    return {
        "theorems": {**{verdict.value: theorems[verdict] for verdict in Verdict}, "of": counts.theorems},
        "errata": {"refuted": counts.errata_refuted, "of": counts.errata},
        "sums": f"{', '.join(verdict.value for verdict in Verdict)}: theorems and errata together",
        **{verdict.value: verdicts[verdict] for verdict in Verdict},
        "excused": counts.excused,
        "derived_twice": counts.derived_twice,
        "derived_twice_in_part": counts.derived_twice_in_part,
        "derived_by_program": counts.derived_by_program,
        "unexpected": counts.unexpected,
        "instances": counts.instances,
        "mutants": dict(counts.mutants),
        "near_misses": dict(counts.near_misses),
        "seconds": round(seconds, 3),
    }


def environment(settings: Settings) -> Mapping[str, Any]:
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "device": settings.device,
        "sympy_ground_types": os.environ.get("SYMPY_GROUND_TYPES", "auto"),
    }


def written(data: object) -> str:
    """The text of a JSON file of ours."""
    return json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def write(data: object, path: Path) -> None:
    """Write JSON whole or not at all. Raises UserError if the place cannot be written."""
    writable_file(path, "the JSON results")
    with whole(path) as place:
        place.write_text(written(data), encoding="utf-8")


def _result(result: TheoremResult, selected: bool) -> dict[str, Any]:
    theorem = result.theorem
    sources = [f"{s.key}, {s.where}" if s.where else s.key for s in theorem.sources]
    return {
        "id": theorem.id,
        "kind": result.kind,
        "topic": theorem.topic,
        "title": theorem.title,
        "label": theorem.id,
        "statement": [_part(theorem, part) for part in theorem.parts],
        "assumptions": [_assumption(assumption) for assumption in theorem.assumptions],
        "assumed_in_words": prose.assumed_in_words(theorem),
        "inherited": inherited(theorem),
        "verdict": result.verdict.value,
        "reason": result.reason,
        "excused": result.excused,
        "caveats": list(result.caveats),
        "derived_by_program": result.derived_by_program,
        "derived_twice": result.derived_twice,
        "repeated_in_part": result.repeated_in_part,
        "sought": [{"part": part.label, "words": part.sought} for part in theorem.parts if part.sought],
        "findings": [{**asdict(found), "words": str(found)} for found in result.findings],
        "expected": result.expected.value,
        "as_expected": result.as_expected,
        "expected_because": because(result),
        "selected": selected,
        "source": "; ".join(sources),
        "sources": [asdict(source) for source in theorem.sources],
        "see_also": [asdict(source) for source in theorem.see_also],
        **_erratum(theorem),
        "premises": list(premises(theorem)),
        "uses": [used.id for used in theorem.uses],
        "speaks_of": [other.id for other in theorem.speaks_of],
        "claim_range": result.claim_range,
        "evidence_range": result.evidence_range,
        "seconds": round(result.seconds, 3),
        "counterexample": asdict(result.counterexample) if result.counterexample else None,
        "evidence": [_evidence(result, item) for item in result.evidence],
        "near_misses": [_near_miss(miss, result.said(miss).typed) for miss in result.near_misses],
    }


def inherited(theorem: Theorem) -> list[dict[str, str]]:
    """What other theorems assume in words and is assumed of this one too: whose it is, through which, and the words."""
    found = hypotheses.inherited(theorem)
    return [{"theorem": item.theorem, "through": item.through, "words": item.words.typed} for item in found]


def _part(theorem: Theorem, part: Part) -> dict[str, str]:
    """What one part says, as one types it and as LaTeX; of an erratum, what was printed or denied."""
    left, relation, right = part.claim.left, docket.sign(theorem, part), part.claim.right
    return {
        "part": part.label,
        "letter": letter(theorem, part).strip("()"),
        "text": f"{text(left)} {relation} {text(right)}",
        "latex": latex_relation(left, relation, right),
    }


def _assumption(assumption: Assumption) -> dict[str, object]:
    """`premise`: it is no hypothesis on what the theorem speaks of, but a step that a proof would have to show."""
    return {
        "text": assumption_text(assumption),
        "latex": latex_assumption(assumption),
        "note": assumption.note,
        "premise": isinstance(assumption, Interchange),
    }


def _erratum(theorem: Theorem) -> dict[str, Any]:
    """What an erratum has beside a theorem's fields."""
    if not isinstance(theorem, Erratum):
        return {}
    truth = {"id": theorem.true_theorem.id, "part": theorem.true_part}
    return {"says": theorem.says.value, "why": theorem.why, "truth": truth}


def _evidence(result: TheoremResult, item: Evidence) -> dict[str, Any]:
    trace = item.observation
    return {
        "rule": item.rule.value,
        "verdict": item.verdict.value,
        "reason": item.reason,
        "instances": item.instances,
        "device": getattr(trace, "device", "cpu"),  # what has none is exact, and computed there
        "dtype": getattr(trace, "dtype", None),
        "range": dict(ranges.of(result.theorem, item)),
        "witness": item.witness,
        "seconds": round(item.seconds, 3),
        "cached": item.cached,
        **_measured(trace),
    }


def _measured(trace: Observation) -> dict[str, Any]:
    """What an experiment has beside a rule's fields: its comparisons, and its curves in full."""
    if not isinstance(trace, StatisticsTrace):
        return {}
    return {
        "false_alarm": trace.false_alarm,
        "cases": [asdict(case) for case in trace.cases],
        "series": [asdict(curve) for curve in trace.series],
    }


def _near_miss(miss: NearMissResult, stated: str) -> dict[str, Any]:
    return {
        "id": miss.id,
        "statement": stated,
        "origin": miss.origin,
        "verdict": miss.verdict,
        "witness": miss.witness,
        "left": miss.left,
        "right": miss.right,
        "known": miss.known,
        "seconds": round(miss.seconds, 3),
        "cached": miss.cached,
    }
