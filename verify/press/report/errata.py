"""What the errata docket shows, in the index and on a page for each erratum, as plain data for the templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from theory.statements.erratum import Erratum, Saying
from theory.statements.theorem import Theorem
from verify.loading.bibliography import references_of
from verify.press import docket, prose
from verify.press.explosion_plots import Rates, rates_that_rise
from verify.press.report import pages
from verify.press.report.plots import plotted
from verify.press.report.richtext import formula, rich
from verify.proof.observations import RoundedStep
from verify.results.records import TheoremResult


@dataclass(frozen=True)
class Item:
    """One erratum in the index."""

    id: str
    title: Markup
    verdict: str
    expected: bool
    printed_in: tuple[str, ...]
    refuted_by: Markup
    truth: Theorem
    part: str


@dataclass(frozen=True)
class Failure:
    """Its counterexample: the values, both sides, the operations executed, and how to see it again."""

    instance: Markup
    sides: Markup
    full: tuple[str, str]
    steps: tuple[tuple[Markup, Markup, Markup, bool], ...]
    replay: str
    python: str


def item(result: TheoremResult) -> Item:
    """The line of an erratum in the index."""
    erratum = _erratum(result)
    known = references_of(erratum)
    short = {s: known[s.key].short if s.key in known else s.key for s in erratum.sources}
    where = [f"{short[s]} ({s.qualifier})" if s.qualifier else short[s] for s in erratum.sources]
    return Item(
        id=erratum.id,
        title=pages.words(erratum, erratum.title),
        verdict=result.verdict.value,
        expected=result.as_expected,
        printed_in=tuple(dict.fromkeys(where)),
        refuted_by=_refuted_by(result),
        truth=erratum.true_theorem,
        part=_part(erratum),
    )


def failure(result: TheoremResult) -> Failure | None:
    """The counterexample, if one refutes the erratum."""
    found = docket.counterexample(result)
    if found is None:
        return None
    return Failure(
        instance=rich(found.where_tex),
        sides=rich(found.sides_tex),
        full=(found.left, found.right),
        steps=tuple(_step(step) for step in found.steps),
        replay=found.replay,
        python=found.python,
    )


def page(
    result: TheoremResult, results: Sequence[TheoremResult], known: frozenset[str], rates: Rates
) -> dict[str, object]:
    """Everything that the page of an erratum shows beside what every page has."""
    erratum = _erratum(result)
    return {
        "promise": docket.promise(erratum),
        "text": [pages.words(erratum, p) for p in prose.paragraphs(erratum)],
        "why": pages.words(erratum, erratum.why),
        "said": docket.SAID[erratum.says].format(dtype=erratum.dtype),
        "printed": printed(erratum),
        "failure": failure(result),
        "plotted": [plotted(p.figure, p.words) for p in rates_that_rise(erratum, rates)],
        "chains": [pages.chain(result, k, p, known) for k, p in enumerate(erratum.parts)]
        if erratum.says is Saying.DIFFER
        else [],
        "also": docket.ALSO[erratum.says],
        "truth": erratum.true_theorem,
        "truth_verdict": next((r.verdict.value for r in results if r.theorem == erratum.true_theorem), "not run"),
        "true_part": _part(erratum),
        "true_claims": [
            pages.statement(p.claim.left, p.claim.relation, p.claim.right) for p in docket.true_parts(erratum)
        ],
    }


def printed(erratum: Erratum) -> Sequence[tuple[str, Markup, tuple[Markup, ...]]]:
    """What is printed, part by part: letter, words, formula."""
    found = []
    for number, part in enumerate(erratum.parts):
        letter, _, label = prose.part_label(number, part, erratum).partition(" ")
        found.append((letter, pages.words(erratum, label), pages.statement(*docket.printed(erratum, part))))
    return found


def _step(step: RoundedStep) -> tuple[Markup, Markup, Markup, bool]:
    operation, exact, rounded = map(formula, docket.step_tex(step))
    return operation, exact, rounded, docket.inexact(step)


def _refuted_by(result: TheoremResult) -> Markup:
    """A counterexample in short, or that a proof does it."""
    found = docket.counterexample(result)
    if found is not None:
        return rich(f"{found.sides_tex}{found.where_tex}")
    return Markup("a proof that both sides are equal") if result.as_expected else Markup("—")


def _part(erratum: Erratum) -> str:
    part = docket.true_part(erratum)
    if part is None:
        return ""
    theorem = erratum.true_theorem
    return prose.part_label(theorem.parts.index(part), part, theorem).split(" ")[0]


def _erratum(result: TheoremResult) -> Erratum:
    if not isinstance(result.theorem, Erratum):
        raise TypeError(f"{result.theorem.id} is no erratum.")
    return result.theorem
