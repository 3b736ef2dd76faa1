"""What was found before of a theorem's false neighbours, in a file beside the theorem's: checked again, never believed.

`<name>.jsonl` has a line for each: a witness, the words for why the claim is true as well, or how long it was searched.

    {"of": "0f3c9a...", "witness": {"claim": "decoupling.s-norm/half", "instance": {...}, "version": 1}}
    {"of": "77e01b...", "claim": "decoupling.s-norm/mutant: ...", "because": "weaker, follows from the theorem"}
    {"of": "5e20d4...", "claim": "decoupling.s-norm/mutant: ...", "searched": "standard"}

`of` is the digest of the claim, its assumptions and the setting: what was found of another claim is not looked at. A
line that is none of these is skipped; whoever wants it searches again. Nothing here decides: a witness counts when
`decide` certifies it, words count when the check that they name succeeds. That a search found nothing is taken as it
stands, since a mutant that survives speaks against its theorem: a false line of that kind takes a verdict, it gives
none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from theory.statements import sidecar
from theory.statements.theorem import Theorem
from verify.adversary.lies import Lie
from verify.exact.instances import Instance, InstanceError, from_json
from verify.exact.witnesses import read_json
from verify.results import fingerprint
from verify.settings import Budget, Settings

DIGITS = 16  # of a digest: it says which claim was meant, and is no evidence


_SIZES = tuple(Budget)  # from the smallest to the largest
_AT_LEAST = {budget: {larger.value for larger in _SIZES[number:]} for number, budget in enumerate(_SIZES)}


@dataclass(frozen=True)
class Findings:
    """What is known of a theorem's false neighbours: by the id of each, the digest of its claim and the line's data."""

    theorem: Theorem
    rows: Mapping[str, Mapping[str, Any]]

    def instance(self, lie: Lie) -> Instance | None:
        """The instance at which this claim was found to fail."""
        row = self._row(lie)
        if row is None or "witness" not in row:
            return None
        try:
            return from_json(row["witness"].get("instance"))
        except InstanceError:
            return None

    def because(self, lie: Lie) -> str:
        """Why this claim was found to be true as well; "" if it was not."""
        row = self._row(lie)
        return str(row.get("because", "")) if row is not None else ""

    def in_vain(self, lie: Lie, budget: Budget) -> bool:
        """Was this claim searched for a counterexample, at this budget or a larger one, and none found?"""
        row = self._row(lie)
        return row is not None and str(row.get("searched")) in _AT_LEAST[budget]

    def _row(self, lie: Lie) -> Mapping[str, Any] | None:
        row = self.rows.get(lie.id)
        return row if row is not None and row.get("of") == digest(self.theorem, lie) else None


def digest(theorem: Theorem, lie: Lie) -> str:
    """Which claim was meant, under which assumptions, in which setting."""
    return fingerprint.digest((lie.claim, lie.assumptions, theorem.setting))[:DIGITS]


def findings(theorem: Theorem, settings: Settings) -> Findings:
    """What is known; nothing if all is to be searched again, or the file is none of ours."""
    path = None if settings.search else sidecar.findings(theorem.module)
    return Findings(theorem, read(path) if path is not None else {})


def read(path: Path) -> dict[str, Mapping[str, Any]]:
    """The lines of a file by the claim that each is about; of two about one, the last. Nothing raises."""
    found = (_row(line) for line in _lines(path) or ())
    return {_name(row): row for row in found if row is not None}


def foreign(path: Path) -> str:
    """What in the file was not written here, in words; "" if all was, or there is no file."""
    lines = _lines(path)
    if lines is None:
        most = f"{sidecar.LARGEST_FINDINGS:,}"
        return f"what is no text of at most {most} bytes that can be read" if path.exists() else ""
    number = next((n for n, line in enumerate(lines, 1) if line.strip() and _row(line) is None), 0)
    return f"something else in line {number}" if number else ""


def _lines(path: Path) -> list[str] | None:
    """None where there is no text that can be read."""
    content = sidecar.content(path)
    try:
        return None if content is None else content.decode("utf-8").splitlines()
    except UnicodeDecodeError:
        return None


def _row(line: str) -> Mapping[str, Any] | None:
    try:
        row = read_json(line)
    except ValueError:
        return None
    if not isinstance(row, dict) or not isinstance(row.get("of"), str):
        return None
    named = row.get("witness", row)
    return row if isinstance(named, dict) and isinstance(named.get("claim"), str) else None


def _name(row: Mapping[str, Any]) -> str:
    return str(row.get("witness", row)["claim"])
