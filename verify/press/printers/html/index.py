"""The rows of the index: what it shows of a theorem and of an erratum, as plain data for its template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from theory.terms.text import text
from theory.typeset.breaking import relation_lines
from verify.press.pages import docket, parts, tally
from verify.press.pages.topics import Topic
from verify.press.pages.unicode_text import unicode_text
from verify.press.printers.html.richtext import formula, rich
from verify.results.records import TheoremResult

LETTERS, ERRATUM = 66.0, 40.0  # letters of mathematics in the first column; what cannot be cut there scrolls
LONGEST = 4  # lines of a formula in the index; of a longer one the page has the rest


@dataclass(frozen=True)
class Row:
    """One theorem or experiment. `formula` is the claim that its title speaks of, row by row; `more` says how many
    other parts it has.

    `underived` says whose hypotheses it stands under that no line derives, as text with links.
    `found_by` is what the search looks through: title, id, statement, symbols and sources, in lower case.
    """

    id: str
    kind: str
    title: Markup
    formula: tuple[Markup, ...]
    more: int
    verdict: str
    examined: bool
    as_expected: bool
    caveats: tuple[str, ...]
    underived: str
    lines: int
    instances: int
    refuted: int
    misses: int
    met: int
    mutants: int
    found_by: str


@dataclass(frozen=True)
class Shelf:
    """The rows of a topic under its heading."""

    name: str
    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class ErratumRow:
    """One erratum: its print, who printed it, who else speaks of it, what refutes it and what is true."""

    id: str
    kind: str
    title: Markup
    formula: tuple[Markup, ...]
    verdict: str
    examined: bool
    as_expected: bool
    printed_in: tuple[tuple[str, str], ...]
    see_also: tuple[tuple[str, str], ...]
    refuted_by: Markup
    truth: str
    part: str
    found_by: str


def shelves(topics: Sequence[Topic], pages: dict[str, parts.Page]) -> tuple[Shelf, ...]:
    """The topics in their order, with their rows."""
    return tuple(
        Shelf(topic.name, topic.heading, tuple(row(r, pages[r.theorem.id]) for r in topic.results)) for topic in topics
    )


def row(result: TheoremResult, page: parts.Page) -> Row:
    """The line of a theorem."""
    counts = tally.of([result])
    return Row(
        id=page.id,
        kind=page.kind,
        title=rich(page.title.marked),
        formula=_shown(page.headline, LETTERS),
        more=max(len(_claims(page)) - 1, 0),
        verdict=page.verdict,
        examined=page.examined,
        as_expected=page.as_expected,
        caveats=page.caveats,
        underived=page.underived.marked,
        lines=sum(len(p.derivation.lines) for p in result.theorem.parts if p.derivation),
        instances=counts.instances,
        refuted=counts.misses_met[0],
        misses=counts.misses_met[1],
        met=counts.mutants_met[0],
        mutants=counts.mutants_met[1],
        found_by=_found_by(page),
    )


def erratum_row(page: parts.Page) -> ErratumRow:
    """The line of an erratum, of its page."""
    failure = next((s for s in page.sections if isinstance(s, parts.Failure)), None)
    [truth] = (s for s in page.sections if isinstance(s, parts.Truth))
    proof = Markup("a proof that both sides are equal") if page.as_expected else Markup("—")
    return ErratumRow(
        id=page.id,
        kind=page.kind,
        title=rich(page.title.marked),
        formula=_shown(page.headline, ERRATUM),
        verdict=page.verdict,
        examined=page.examined,
        as_expected=page.as_expected,
        printed_in=_places(page.sources),
        see_also=_places(page.see_also),
        refuted_by=rich(failure.sides + docket.where(failure)) if failure else proof,
        truth=truth.theorem,
        part=truth.part.marked,
        found_by=_found_by(page),
    )


def _places(sources: Sequence[parts.Source]) -> tuple[tuple[str, str], ...]:
    """Each source in short with its qualifier, and its address."""
    found = ((f"{s.short} ({s.qualifier})" if s.qualifier else s.short, s.address) for s in sources)
    return tuple(dict.fromkeys(found))


def _claims(page: parts.Page) -> tuple[parts.Relation, ...]:
    return next((s.claims for s in _statements(page)), ())


def _statements(page: parts.Page) -> Iterator[parts.Statement]:
    return (section for section in page.sections if isinstance(section, parts.Statement))


def _shown(claim: parts.Relation | None, letters: float) -> tuple[Markup, ...]:
    """A claim; cut where it would fill the page."""
    if claim is None:
        return ()
    lines = relation_lines(claim.left, claim.sign, claim.right, letters)
    if len(lines) > LONGEST:
        lines = [*lines[: LONGEST - 1], r"\quad \cdots"]
    return tuple(formula(line, block=True) for line in lines)


def _found_by(page: parts.Page) -> str:
    """What the search of the index looks in: the words as they are typed, and as Unicode has them."""
    typed = " ".join(_words(page))
    return f"{typed} {unicode_text(typed)}".lower()


def _words(page: parts.Page) -> Iterator[str]:
    yield from (page.id, page.title.typed, page.kind)
    for source in (*page.sources, *page.see_also):
        yield from (source.key, source.line, source.where)
    for section in _statements(page):
        yield from section.setting.typed
        yield from (a.formula.typed for a in section.setting.assumptions)
        for claim in section.claims:
            yield from (claim.label.typed, text(claim.left), claim.sign, text(claim.right))
