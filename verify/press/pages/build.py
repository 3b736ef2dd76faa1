"""From a result to its page: which sections a theorem, an erratum and an experiment have, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from theory.statements.erratum import Erratum, Saying
from theory.statements.experiment import Comparison, Experiment
from theory.statements.premises import premises
from verify.press.pages import docket, hypotheses, measuring, parts, prose
from verify.press.pages import sections as s
from verify.press.pages.again import lines, source_of, verified
from verify.press.pages.curves import figures, gathered, laid_out, once
from verify.press.pages.evidence import evidence
from verify.press.pages.parts import Page, Section, Words
from verify.press.pages.titles import title
from verify.press.pages.wording import words
from verify.proof.kernel import Verdict
from verify.results.drawn_lines import NO_PLOTS, Plots
from verify.results.records import TheoremResult

Sections = tuple[Section, ...]


def of(result: TheoremResult, results: Sequence[TheoremResult] = (), plots: Plots = NO_PLOTS) -> Page:
    """The page of a result; `results` are those of the whole run, `plots` what is drawn of it."""
    theorem, because = result.theorem, measuring.because(result)
    kind = KINDS[result.kind]
    return Page(
        id=theorem.id,
        named=source_of(theorem) or theorem.id,
        kind=result.kind,
        topic=theorem.topic,
        heading=kind.heading or prose.topic_title(theorem),
        title=title(theorem),
        docstring=theorem.docstring,
        paragraphs=tuple(words(theorem, text) for text in prose.paragraphs(theorem)),
        assumed=tuple(words(theorem, text) for text in prose.assumed_in_words(theorem)),
        inherited=hypotheses.inherited(theorem),
        underived=hypotheses.underived(theorem),
        promise=docket.promise(theorem) if isinstance(theorem, Erratum) else "",
        verdict=result.verdict.value,
        examined=result.examined,
        status="" if result.verdict is kind.hoped else kind.otherwise.format(result.verdict.value).capitalize(),
        expected=result.expected.value,
        as_expected=result.as_expected,
        because=because,
        reason=result.reason,
        caveats=result.caveats,
        findings=tuple((str(f), again) for f in result.findings if (again := lines(theorem, f.witness))),
        claimed=words(theorem, result.claim_range),
        covered=words(theorem, result.evidence_range),
        told=_told(theorem) if isinstance(theorem, Erratum) else "Source",
        sources=s.sources(theorem, theorem.sources),
        see_also=s.sources(theorem, theorem.see_also),
        sections=kind.sections(result, results, plots),
        again=verified(theorem),
        headline=s.headline(theorem),
    )


def pages(results: Sequence[TheoremResult], plots: Plots = NO_PLOTS) -> Mapping[str, Page]:
    """The pages of a whole run, by id."""
    return {result.theorem.id: of(result, results, plots) for result in results}


def _told(erratum: Erratum) -> str:
    return "Said in" if erratum.says is Saying.DIFFER else "Printed in"


# ---- theorems -----------------------------------------------------------------------------------------------
def _theorem(result: TheoremResult, results: Sequence[TheoremResult], plots: Plots) -> Sections:
    failure = docket.failure(result)
    return (
        s.statement(result.theorem),
        *((failure,) if failure else ()),
        s.derivation(result),
        evidence(result),
        s.misses(result),
        s.slips(result),
        s.neighbours(result, results),
    )


# ---- errata -------------------------------------------------------------------------------------------------
def _erratum(result: TheoremResult, results: Sequence[TheoremResult], plots: Plots) -> Sections:
    erratum = result.theorem
    assert isinstance(erratum, Erratum)
    claims = tuple(s.relation(erratum, p, docket.sign(erratum, p)) for p in erratum.parts)
    said = docket.SAID[erratum.says].format(dtype=erratum.dtype)
    failure = docket.failure(result)
    drawn = tuple((laid_out(plot), plot.words) for plot in plots.of_errata.get(erratum.id, ()))
    denied = erratum.says is Saying.DIFFER
    return (
        parts.Statement("Printed", s.setting(erratum), said, claims, premises(erratum), accused=True),
        parts.Wrong(words(erratum, erratum.why)),
        *((failure,) if failure else ()),
        *((parts.Figures(drawn),) if drawn else ()),
        *((s.derivation(result, "The two sides are equal"),) if denied else ()),
        _truth(erratum, results),
        s.misses(result, *docket.ALSO[erratum.says]),
        evidence(result),
    )


def _truth(erratum: Erratum, results: Sequence[TheoremResult]) -> parts.Truth:
    theorem, part = erratum.true_theorem, docket.true_part(erratum)
    verdict = next((r.verdict.value for r in results if r.theorem == theorem), "not run")
    where = Words(part.label, s.letter(theorem, part)) if part else Words()
    return parts.Truth(theorem.id, where, s.claims(theorem, docket.true_parts(erratum)), verdict)


# ---- experiments --------------------------------------------------------------------------------------------
def _experiment(result: TheoremResult, results: Sequence[TheoremResult], plots: Plots) -> Sections:
    experiment = result.theorem
    assert isinstance(experiment, Experiment)
    curves = [f for seen in result.measurements for f in gathered(once(figures(seen.curves)))]
    declared = (
        (budget, experiment.expected.get(budget, "supported"), tuple(map(_declared, chosen)))
        for budget, chosen in experiment.comparisons.items()
    )
    comparisons = parts.Comparisons(
        experiment.margins,
        f"{float(experiment.false_alarm):g}",
        tuple(declared),
        experiment.expected_because,
        tuple(measuring.compared(found) for seen in result.measurements for found in seen.intervals),
    )
    return (
        comparisons,
        *((parts.Figures(tuple((figure, "") for figure in curves)),) if curves else ()),
        evidence(result),
        parts.Others(tuple(measuring.others(result))),
        s.neighbours(result, results),
    )


def _declared(comparison: Comparison) -> str:
    """A comparison as it was declared, with the settings it is measured at."""
    margin = "".join(
        f" {word} {value}"
        for word, value in (("+/-", comparison.margin), ("+/- relative", comparison.relative))
        if value
    )
    settings = ", ".join(f"{name} {value}" for name, value in comparison.measured.settings)
    return f"{comparison.label} {comparison.relation} {comparison.predicted}{margin}  ({settings})"


# ---- kinds --------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Kind:
    """What pages of one kind have: their sections, the verdict hoped for and the words for any other, a heading."""

    sections: Callable[[TheoremResult, Sequence[TheoremResult], Plots], Sections]
    hoped: Verdict | None
    otherwise: str
    heading: str = ""


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "theorem": Kind(_theorem, Verdict.PROVED, "Status: {}"),
        "erratum": Kind(_erratum, Verdict.REFUTED, "Not refuted: {}", docket.HEADING),
        "experiment": Kind(_experiment, None, "{}"),
    }
)
