"""What each page of the report shows, as plain data for the templates: nothing here knows HTML tags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from theory import terms as t
from theory.statements.derivation import Surplus
from theory.statements.theorem import Part, Theorem
from theory.typeset.breaking import latex_lines, relation_lines
from theory.typeset.formulas import latex, relation_tex
from theory.typeset.statements import latex_assumption, latex_reasons
from verify.press import prose
from verify.press.again import shell_line, source_of
from verify.press.mutants import outcome
from verify.press.report import weakest
from verify.press.report.drawing import histogram_svg
from verify.press.report.richtext import cite, formula, rich
from verify.press.wording import sentence, worded
from verify.proof.kernel import Evidence
from verify.proof.observations import SamplingTrace, StatisticsCase
from verify.results.records import TheoremResult, docket_name

LINE = 54.0  # letters of mathematics beside the reasons on a wide screen; what cannot be cut there scrolls
CLAIM = 84.0  # letters of a statement across the page
MARKS = {True: "accepted", False: "not accepted", None: "not checked"}


@dataclass(frozen=True)
class Row:
    """One theorem in the index."""

    id: str
    topic: str
    title: Markup
    verdict: str
    expected: bool
    reason: str
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
class Step:
    """One line of a derivation: the formula in one or more rows, its reason, what it used, and the checker's mark."""

    number: int
    rows: tuple[Markup, ...]
    reason: Markup
    certificates: tuple[tuple[str, tuple[Markup, ...]], ...]
    used: tuple[Markup, ...]
    accepted: bool | None
    problem: str

    @property
    def mark(self) -> str:
        return MARKS[self.accepted]


@dataclass(frozen=True)
class Chain:
    """One part: its label, its claim, and its derivation if it has one."""

    label: str
    words: Markup
    claim: tuple[Markup, ...]
    start: tuple[Markup, ...]
    steps: tuple[Step, ...]
    instead: str  # what stands in the place of a derivation, if there is none


@dataclass(frozen=True)
class Seen:
    """One piece of evidence, with its histogram if it has one."""

    rule: str
    verdict: str
    reason: str
    counts: str
    range: Markup
    details: tuple[tuple[Markup, str], ...]
    seconds: float
    cached: bool
    histogram: Markup
    residual: str
    witness: str
    cases: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Lie:
    """One near miss."""

    name: Markup
    origin: str
    verdict: str
    claim: tuple[Markup, ...]
    without: tuple[Markup, ...]
    instance: Markup
    sides: Markup
    full: tuple[str, str]
    replay: str
    python: str
    cached: bool


def words(theorem: Theorem, text: str) -> Markup:
    """Text that speaks of the theorem's symbols, with the symbols typeset."""
    return rich(worded(theorem, text))


def row(result: TheoremResult) -> Row:
    """The line of a theorem in the index."""
    theorem = result.theorem
    return Row(
        id=theorem.id,
        topic=theorem.topic,
        title=words(theorem, theorem.title),
        verdict=result.verdict.value,
        expected=result.as_expected,
        reason=result.reason,
        caveats=result.caveats,
        lines=sum(len(p.derivation.lines) for p in theorem.parts if p.derivation),
        instances=weakest.instances(result),
        refuted=sum(m.verdict in ("refuted", "equivalent") for m in result.authored),
        misses=len(result.authored),
        met=sum(m.verdict in ("refuted", "equivalent") for m in result.mutants),
        mutants=len(result.mutants),
        residual=weakest.residual(result),
        cached=sum(e.cached for e in result.evidence),
        seconds=result.seconds,
    )


def setting(theorem: Theorem) -> list[Markup]:
    """What every symbol is."""
    return [rich(text) for text in prose.declarations(theorem)]


def assumptions(theorem: Theorem) -> list[tuple[Markup, Markup]]:
    """Each assumption as a formula and its note."""
    return [(formula(latex_assumption(a)), words(theorem, a.note)) for a in theorem.assumptions]


def definitions(theorem: Theorem) -> list[tuple[Markup, Markup]]:
    """Each definition the theorem speaks of, and where it comes from."""
    found = prose.definitions(theorem)
    rows = [
        (formula(f"{latex(d(*d.parameters))} := {latex(d.body)}", block=True), Markup("{}").format(d.source))
        for d in found
    ]
    phi = prose.growth_rate(theorem)
    if phi:
        rows.append((formula(prose.growth_tex(phi), block=True), rich(prose.growth_words(phi))))
    return rows


def chain(result: TheoremResult, number: int, part: Part, known: frozenset[str]) -> Chain:
    """One part with its derivation as the checker left it."""
    traces = prose.line_traces(result, number)
    label = prose.part_label(number, part, result.theorem)
    steps = []
    for k, line in enumerate(part.derivation.lines if part.derivation else (), 1):
        trace = traces.get(k)
        sign = relation_tex(line.relation, line.term)
        rows = latex_lines(line.term, LINE)
        steps.append(
            Step(
                number=k,
                rows=tuple(formula(f"{sign} {r}" if i == 0 else rf"\quad {r}", block=True) for i, r in enumerate(rows)),
                reason=rich(latex_reasons([r for r in line.reasons if not isinstance(r, Surplus)], cite), known),
                certificates=tuple(_certificate(r) for r in line.reasons if isinstance(r, Surplus)),
                used=_used(result.theorem, prose.used_beyond(result.theorem, line, trace), known) if trace else (),
                accepted=trace.accepted if trace else None,
                problem=trace.problem if trace else "",
            )
        )
    return Chain(
        label=label.split(" ")[0],
        words=words(result.theorem, label.partition(" ")[2]),
        claim=statement(part.claim.left, part.claim.relation, part.claim.right),
        start=tuple(formula(r, block=True) for r in latex_lines(part.derivation.start, LINE))
        if part.derivation
        else (),
        steps=tuple(steps),
        instead="" if part.derivation else prose.underived(result, number),
    )


def _used(theorem: Theorem, items: Sequence[str], known: frozenset[str]) -> tuple[Markup, ...]:
    """What the checker used beyond the reasons named: assumptions as formulas, theorems used by those as links."""
    cited = {t.id: t for t in theorem.uses}
    return tuple(rich(cite(cited[i]) if i in cited else i, known) for i in items)


def _certificate(reason: Surplus) -> tuple[str, tuple[Markup, ...]]:
    what = "the squares of the two sides differ by" if reason.squared else "the right side exceeds the left by"
    *rows, last = latex_lines(reason.term, 34)
    return what, tuple(formula(r, block=True) for r in (*rows, last + r" \ge 0"))


def statement(left: t.Term, relation: str, right: t.Term) -> tuple[Markup, ...]:
    """A claim as one display."""
    return tuple(formula(line, block=True) for line in relation_lines(left, relation, right, CLAIM))


def seen(theorem: Theorem, evidence: Evidence) -> Seen:
    """One row of the evidence table."""
    from verify.proof.observations import DenseTrace, StatisticsTrace

    observed = evidence.observation
    chart, residual = Markup(""), ""
    cases: tuple[tuple[str, str, str], ...] = ()
    name = evidence.rule.value
    covered, details = prose.range_parts(evidence)
    if isinstance(observed, SamplingTrace):
        name = f"{name}, {observed.dtype}"
        residual = f"{observed.worst_residual:.3g}"
        if observed.histogram:
            chart = histogram_svg(observed.histogram, bins(len(observed.histogram)), f"Residuals, {observed.dtype}")
    if isinstance(observed, DenseTrace):
        cases = tuple(
            (c.part, ", ".join(f"{k} = {v}" for k, v in c.sizes), c.outcome + (f": {c.detail}" if c.detail else ""))
            for c in observed.cases
        )
    if isinstance(observed, StatisticsTrace):
        cases = tuple((c.label, measured(c), f"{c.count} runs") for c in observed.cases)
    return Seen(
        rule=name,
        verdict=evidence.verdict.value,
        reason=evidence.reason,
        counts=prose.counts(evidence),
        range=words(theorem, covered),
        details=tuple((words(theorem, name), str(value)) for name, value in details),
        seconds=evidence.seconds,
        cached=evidence.cached,
        histogram=chart,
        residual=residual,
        witness=evidence.witness or "",
        cases=cases,
    )


def measured(case: StatisticsCase) -> str:
    """An estimate with its interval, beside what was predicted."""
    half = case.critical * case.standard_error
    margin = f" +- {case.margin:.3g}" if case.relation == "=" else ""
    return f"{case.estimate:.4g} +- {half:.2g}, claimed {case.relation} {case.predicted:.4g}{margin}"


def bins(number: int) -> list[str]:
    """Names of the buckets of a residual histogram, as `verify.floating.measure.bucket_labels` says, in print."""
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    powers = [str(k - number + 2).translate(raised) for k in range(1, number - 1)]
    return ["0", *("≤ 1" if p == "⁰" else f"≤ 2{p}" for p in powers), "> 1"][-number:]


def lies(result: TheoremResult) -> list[Lie]:
    """The near misses of a theorem, those that survived first."""
    found = []
    for miss in prose.misses(result):
        item = miss.result
        found.append(
            Lie(
                name=words(result.theorem, sentence(miss.name)),
                origin=item.origin,
                verdict=item.verdict,
                claim=statement(*miss.claim) if miss.claim else (),
                without=tuple(formula(latex_assumption(a)) for a in miss.without),
                instance=rich(miss.instance_tex),
                sides=rich(prose.sides_tex(miss)),
                full=(item.left, item.right),
                replay=miss.replay,
                python=miss.python,
                cached=item.cached,
            )
        )
    return sorted(found, key=lambda lie: lie.verdict != "survived")


@dataclass(frozen=True)
class Mutant:
    """One mutant in the table: what was changed, the verdict, and the counterexample or the reason."""

    name: Markup
    verdict: str
    found: Markup


@dataclass(frozen=True)
class Purpose:
    """What one assumption is for: the assumption as a formula or in words, the outcome, where it fails without it."""

    what: Markup
    outcome: Markup
    needed: bool
    instance: Markup
    replay: str


def mutants(result: TheoremResult) -> list[Mutant]:
    """The automatic mutants, those that survived first."""
    theorem, found = result.theorem, []
    for miss in sorted(result.mutants, key=lambda m: ("survived", "equivalent", "refuted").index(m.verdict)):
        instance = rich(prose.witness_tex(theorem, miss.witness)) if miss.witness else Markup("")
        why = instance or (words(theorem, miss.known) if miss.known else Markup("{}").format(miss.left))
        found.append(Mutant(Markup("{}").format(sentence(docket_name(miss.id))), miss.verdict, why))
    return found


def purposes(result: TheoremResult) -> list[Purpose]:
    """What each assumption and declared property is for."""
    rows = []
    for item in result.purposes:
        plain = words(result.theorem, item.given_up)
        what = Markup("without ") + formula(latex_assumption(item.assumption)) if item.assumption else plain
        part = f" ({item.part.label})" if item.needed and item.part.label else ""
        instance = rich(prose.witness_tex(result.theorem, item.miss.witness)) if item.needed else Markup("")
        again = shell_line(item.miss.witness, source_of(result.theorem)) if item.miss.witness else ""
        rows.append(Purpose(what, Markup("{}").format(outcome(item) + part), item.needed, instance, again))
    return rows


def neighbours(result: TheoremResult, results: Sequence[TheoremResult]) -> tuple[list[Theorem], list[Theorem]]:
    """The theorems a theorem uses, and those that use it."""
    name = result.theorem.id
    return list(result.theorem.uses), [r.theorem for r in results if name in {u.id for u in r.theorem.uses}]
