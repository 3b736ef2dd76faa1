"""What a run produces for one theorem: read by the terminal, the report, LaTeX and JSON alike. Frozen data only."""

from __future__ import annotations

from dataclasses import dataclass

from theory.theorem import Theorem
from verify.kernel import Evidence, Verdict


@dataclass(frozen=True)
class NearMissResult:
    """A false neighbour: id `theorem-id/name`, origin "author" or "mutant", verdict "refuted|equivalent|survived"."""

    id: str
    origin: str
    verdict: str
    witness: str | None = None
    left: str = ""
    right: str = ""
    seconds: float = 0.0
    cached: bool = False


@dataclass(frozen=True)
class TheoremResult:
    """Everything established about one theorem in one run."""

    theorem: Theorem
    verdict: Verdict
    reason: str
    evidence: tuple[Evidence, ...]
    near_misses: tuple[NearMissResult, ...]
    claim_range: str
    evidence_range: str
    seconds: float = 0.0
    kind: str = "theorem"
    expected: Verdict = Verdict.PROVED

    @property
    def as_expected(self) -> bool:
        return self.verdict is self.expected

    def _repr_html_(self) -> str:
        from verify.press.report import html_card

        return html_card(self)
