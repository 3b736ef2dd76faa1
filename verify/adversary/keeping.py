"""Findings of a run written into the files beside the theorems (`kept_findings` reads them)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from theory.statements import sidecar
from theory.statements.erratum import Erratum, Saying
from theory.statements.theorem import Theorem
from verify.adversary.deciding.by_witness import recalled
from verify.adversary.kept_findings import Findings, digest, foreign, read
from verify.adversary.lies import Lie
from verify.adversary.mutating.mutants_of_theorems import ORIGIN
from verify.adversary.replaying import lies_of
from verify.errors import UserError
from verify.exact.drawing import free_part
from verify.exact.instances import from_json
from verify.exact.simplicity import measure
from verify.exact.witnesses import part_id, read_json
from verify.results.records import Fate, NearMissResult, TheoremResult
from verify.settings import Budget

Row = Mapping[str, Any]


def keep(result: TheoremResult, budget: Budget) -> Path | None:
    """Write what was found of a theorem's false neighbours into the file beside it; of two witnesses, the simpler one.

    What the file knew of others of its claims stays, what is about none of them goes. None for a theorem without a file
    and where there is nothing to write. Raises OSError where it cannot be written, and UserError where a file of that
    name holds anything else.
    """
    theorem = result.theorem
    path = sidecar.findings(theorem.module)
    if path is None or not theorem.setting.claims:  # what was measured is no witness
        return None
    before = read(path)
    found = {miss.id: miss for miss in (*result.near_misses, *_printed(result))}
    lies = lies_of(theorem, mutants=not isinstance(theorem, Erratum)).values()
    rows = [_latest(theorem, lie, found.get(lie.id), before.get(lie.id), budget) for lie in lies]
    kept = [row for row in rows if row is not None]
    if kept or before:
        _require_ours(path)
        _write(path, kept)
        return path
    return None


def _require_ours(path: Path) -> None:
    got = foreign(path)
    if got:
        raise UserError(
            "expected findings of normproof, or no file, where findings are kept",
            got=got,
            where=str(path),
            remedy="move it elsewhere: nothing in it was changed",
        )


def _printed(result: TheoremResult) -> tuple[NearMissResult, ...]:
    """The counterexample to a printed claim, as that of a near miss."""
    theorem, found = result.theorem, result.counterexample
    if found is None or not isinstance(theorem, Erratum) or theorem.says is not Saying.HOLDS:
        return ()
    [part] = theorem.parts
    return (NearMissResult(part_id(theorem, part), "author", Fate.REFUTED, found.witness),)


def _latest(theorem: Theorem, lie: Lie, miss: NearMissResult | None, before: Row | None, budget: Budget) -> Row | None:
    of = digest(theorem, lie)
    known = before if before is not None and before.get("of") == of else None
    if miss is None:
        return known
    if miss.witness is None and miss.verdict is not Fate.SURVIVED:
        return {"of": of, "claim": lie.id, "because": miss.left}
    fresh = {"of": of, "witness": read_json(miss.witness)} if miss.witness is not None else None
    if known is not None and "witness" in known and known != fresh and not _stands(theorem, lie, known):
        known = None
    if fresh is None:  # an author's is what the author works on
        return known or ({"of": of, "claim": lie.id, "searched": budget.value} if lie.origin == ORIGIN else None)
    return min((row for row in (fresh, known) if row is not None and "witness" in row), key=lambda row: _cost(lie, row))


def _stands(theorem: Theorem, lie: Lie, row: Row) -> bool:
    """Is the witness one? A run that searched has not looked at it."""
    return recalled(lie, Findings(theorem, {lie.id: row})) is not None


def _cost(lie: Lie, row: Row) -> tuple[int, ...]:
    return measure(free_part(from_json(row["witness"]["instance"]), lie.claim, lie.assumptions))


def _write(path: Path, rows: Iterable[Row]) -> None:
    """All of it or nothing: whoever reads meanwhile sees the file before or after."""
    new = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        lines = (json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n" for row in rows)
        new.write_text("".join(lines), encoding="utf-8")
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
