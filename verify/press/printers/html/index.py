"""The rows of the index: what it shows of a theorem and of an erratum, as plain data for its template."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from verify.press.pages import docket, parts, weakest
from verify.press.pages.wording import worded
from verify.press.printers.html.richtext import rich
from verify.results.records import TheoremResult

MET = ("refuted", "equivalent")


@dataclass(frozen=True)
class Row:
    """One theorem."""

    id: str
    topic: str
    title: Markup
    verdict: str
    expected: bool
    caveats: tuple[str, ...]
    lines: int
    instances: int
    refuted: int
    misses: int
    met: int
    mutants: int
    residual: float
    cached: int
    seconds: float


@dataclass(frozen=True)
class ErratumRow:
    """One erratum."""

    id: str
    title: Markup
    verdict: str
    expected: bool
    printed_in: tuple[str, ...]
    refuted_by: Markup
    truth: str
    part: str


def row(result: TheoremResult) -> Row:
    """The line of a theorem."""
    theorem = result.theorem
    return Row(
        id=theorem.id,
        topic=theorem.topic,
        title=rich(worded(theorem, theorem.title)),
        verdict=result.verdict.value,
        expected=result.as_expected,
        caveats=result.caveats,
        lines=sum(len(p.derivation.lines) for p in theorem.parts if p.derivation),
        instances=result.instances,
        refuted=sum(m.verdict in MET for m in result.authored),
        misses=len(result.authored),
        met=sum(m.verdict in MET for m in result.mutants),
        mutants=len(result.mutants),
        residual=weakest.residual(result),
        cached=sum(e.cached for e in result.evidence),
        seconds=result.seconds,
    )


def erratum_row(page: parts.Page) -> ErratumRow:
    """The line of an erratum, of its page."""
    failure = next((s for s in page.sections if isinstance(s, parts.Failure)), None)
    [truth] = (s for s in page.sections if isinstance(s, parts.Truth))
    proof = Markup("a proof that both sides are equal") if page.as_expected else Markup("—")
    where = (f"{s.short} ({s.qualifier})" if s.qualifier else s.short for s in page.sources)
    return ErratumRow(
        id=page.id,
        title=rich(page.title.marked),
        verdict=page.verdict,
        expected=page.as_expected,
        printed_in=tuple(dict.fromkeys(where)),
        refuted_by=rich(failure.sides + docket.where(failure)) if failure else proof,
        truth=truth.theorem,
        part=truth.part.marked,
    )
