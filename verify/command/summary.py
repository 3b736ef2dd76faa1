"""What stands under a run: the table, the errata docket, reasons for what is not as expected, and one line."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from theory.statements import sidecar
from verify.command import errata_table
from verify.command.columns import Column, fitting
from verify.command.console import NARROW, TITLES, console, from_cache, met, verdict_text
from verify.plural import plural
from verify.press.pages import docket, tally
from verify.press.pages.again import shell_line, source_of
from verify.press.pages.docket import split
from verify.press.pages.hypotheses import UNDERIVED, stands_under_any
from verify.press.pages.mutants import stale
from verify.press.printers.terminal_lines import write
from verify.proof.kernel import Verdict
from verify.results.ranges import MISSED, missed
from verify.results.records import Counterexample, Fate, TheoremResult, docket_name

LONGEST = 1_600  # characters of a command that is printed whole
FORMULA = 160  # letters of a formula beside the name of a mutant
TITLE = 40  # letters that a column of titles needs at least
FEW = 5  # surviving mutants that are named under a run; pages name them all


def table(results: Sequence[TheoremResult], seconds: float) -> None:
    """The table, the errata docket, the reasons for anything that is not as expected, and one line of summary."""
    out = console()
    theorems, errata = split(results)
    if theorems:
        out.print(fitting(out.width, [c for c in _columns(theorems) if c.name != "title" or out.width >= TITLES]))
    if errata:
        errata_table.table(out, errata)
    for result in results:
        reasons(out, result)
    write(out, summary_line(results, seconds), 2)


def _columns(results: Sequence[TheoremResult]) -> list[Column]:
    """What the table shows, with what is left out first on a terminal that has no room for it."""
    spent = ["cached" if from_cache(result) else f"{result.seconds:.2f}" for result in results]
    columns = [
        Column("theorem", [result.theorem.id for result in results]),
        Column("title", [result.theorem.title for result in results], leave=5, least=TITLE),
        Column("verdict", [verdict_text(result) for result in results]),
        Column("instances", [f"{result.instances:,}" for result in results], leave=3, right=True),
        Column("near misses", [met(result.authored) for result in results], leave=2, right=True),
        Column("mutants", [met(r.mutants) if r.mutants else "" for r in results], leave=1, right=True),
        Column("seconds", spent, leave=4, right=True),
    ]
    buts = [(*result.caveats, *((UNDERIVED,) if stands_under_any(result.theorem) else ())) for result in results]
    said = Column("but", [Text("; ".join(but), style="yellow") for but in buts], least=len(UNDERIVED))
    return [*columns, said] if any(buts) else columns


def reasons(out: Console, result: TheoremResult) -> None:
    """Why a verdict is not the expected one, with what survived and what refutes it."""
    findings(out, result)
    _stale(out, result)
    if result.as_expected:
        return
    out.print()
    head = f"{result.theorem.id}: {result.verdict.value}, expected {result.expected.value}"
    write(out, Text(head, style="bold"))
    if result.verdict is Verdict.REFUTED and result.counterexample is not None:
        _refuted(out, result, result.counterexample)
        return
    write(out, Text(f"  {result.reason}"))
    for said in missed(result.evidence):
        write(out, Text(f"  {MISSED}: {said}"))
    nothing = ("vacuous: none of ", "no instance was found that meets the assumptions")
    if any(words in result.reason for words in nothing):  # whatever else was seen says nothing about the claim
        from verify.running import contradictions  # slow to load, and few runs end here

        found = contradictions.contradiction(result.theorem.assumptions, result.theorem.assumptions)
        if found is not None:
            write(out, Text(f"  nothing meets what is assumed: {contradictions.words(found, {})}"))
            return
        write(
            out,
            "  remedy: see whether the assumptions contradict one another or a declared property; if not, write them "
            "so that instances can be built (docs/theorem-files.md)",
        )
        return
    for part in result.theorem.parts:
        if part.sought and part.derivation is None:
            from verify.running.refusals import in_one_line  # slow to load, and few runs end here

            write(out, Text(f"  {part.sought}"))
            for word, said in in_one_line(result.theorem, part):
                write(out, Text(f"    {'in one line it is refused:' if word == 'refused' else f'{word:<10}'} {said}"))
    for item in result.evidence:
        if item.verdict in (Verdict.UNDECIDED, Verdict.REFUTED):
            write(out, Text(f"  {item.rule.value}: {item.verdict.value}: {item.reason}"))
        if item.witness:
            out.print(Text(f"    {_not_too_long(shell_line(item.witness, source_of(result.theorem)))}"), soft_wrap=True)
    for miss in result.authored:
        if miss.verdict is Fate.SURVIVED:
            write(out, Text(f"  near miss {miss.id} was not refuted{': ' + miss.left if miss.left else ''}"))
    unexplained = [miss for miss in result.mutants if miss.verdict is Fate.SURVIVED and not miss.known]
    for miss in unexplained[:FEW]:
        stated = result.said(miss).typed
        formula = f"   {_cut(stated)}" if stated else ""
        write(out, Text(f"  mutant survived: {docket_name(miss.id)}{formula}"))
    if len(unexplained) > FEW:
        shown = source_of(result.theorem) or result.theorem.id
        write(
            out, Text(f"  and {plural(len(unexplained) - FEW, 'mutant')} more survived: normproof show {shown} --all")
        )
    if unexplained:
        write(
            out,
            "  remedy: --budget thorough looks longer; if one of them is true, say why in "
            f"{sidecar.place(result.theorem.module)}: {sidecar.SHAPE}",
        )


def _refuted(out: Console, result: TheoremResult, found: Counterexample) -> None:
    """The counterexample, made small, with both sides; what each rule came across stands in the JSON."""
    failure = docket.failure(result)
    assert failure is not None
    write(out, Text(f"  fails at {failure.instance.typed}" if failure.instance else "  fails"))
    write(out, Text(f"    left   {found.left}\n {failure.sign:>2} right  {found.right}"))
    out.print(Text(f"    {_not_too_long(failure.again.shell)}"), soft_wrap=True)
    rules = dict.fromkeys(item.rule.value for item in result.evidence if item.verdict is Verdict.REFUTED)
    out.print(Text(f"  refuted by {', '.join(rules)}; no mutants are run of it (--json FILE has all that was seen)"))
    for name in (miss.id for miss in result.authored if miss.verdict is Fate.SURVIVED):
        write(out, Text(f"  near miss {name} was not refuted"))


def _cut(formula: str) -> str:
    return formula if len(formula) <= FORMULA else f"{formula[:FORMULA]}..."


def _not_too_long(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[:NARROW]}... ({len(line):,} characters; --json FILE has them all)"


def findings(out: Console, result: TheoremResult) -> None:
    """Where code computes otherwise than the statement says, with the smallest witness."""
    for found in result.findings:
        write(out, Text(f"{result.theorem.id}: the code disagrees with it: {found}"))
        out.print(Text(f"    {shell_line(found.witness, source_of(result.theorem))}"), soft_wrap=True)


def _stale(out: Console, result: TheoremResult) -> None:
    """What the theorem's docket says of mutants that do not survive: it excuses nothing any more."""
    for name in stale(result):
        write(out, Text(f"{result.theorem.id}: in its docket, but not a survivor: {name}"))
    if stale(result):
        write(out, f"  remedy: strike it from {sidecar.place(result.theorem.module)}")


def summary_line(results: Sequence[TheoremResult], seconds: float) -> Text:
    """The counts, on one line."""
    counts = tally.of(results)
    text = Text(f"{tally.words(counts)}; {seconds:.1f} s")
    if counts.unexpected:
        text.append(f"; {counts.unexpected} not as expected", style="bold red")
    return text
