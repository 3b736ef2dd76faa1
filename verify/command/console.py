"""What a person sees while and after a run: live progress on a terminal, plain lines otherwise, then a table.

Progress goes to stderr, results to stdout. `NO_COLOR` is respected (by rich). Wide enough for an id when piped.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table
from rich.text import Text

from verify.command.jsonout import instances, summary
from verify.kernel import Verdict
from verify.replay import shell_line, source_of
from verify.results import NearMissResult, TheoremResult, docket_name
from verify.runner import Step
from verify.ticker import ticks

PIPED_WIDTH = 160
PLAIN_PAUSE = 60.0  # seconds between two lines on how far the experiments are, where nothing is live
NARROW = 110  # columns below which a line says less, so that it does not wrap
TITLES = 150  # columns from which the table has room for titles; the ids say the same
LONGEST = 1_600  # characters of a command that is printed whole
STYLES = {
    Verdict.PROVED: "green",
    Verdict.SUPPORTED: "cyan",
    Verdict.UNDECIDED: "yellow",
    Verdict.REFUTED: "red",
}


def console(stream: IO[str] | None = None) -> Console:
    """A console on a stream (stdout if none); piped output is not cut at 80 columns."""
    out = stream or sys.stdout
    width = None if out.isatty() or "COLUMNS" in os.environ else PIPED_WIDTH
    # no markup: what stands in brackets in a title is part of the title
    return Console(file=out, width=width, highlight=False, soft_wrap=False, markup=False, emoji=False)


@contextmanager
def progress(cells: Path, total_hint: str = "verifying") -> Iterator[Callable[[Step], None]]:
    """A callback for `runner.run`. `cells`: where experiments keep their cells and say how far they are."""
    out = console(sys.stderr)
    if not out.is_terminal:

        def plain(step: Step) -> None:
            if step.result is not None:
                out.print(line(step.result), soft_wrap=True)

        def say() -> None:
            for words in _far(cells):
                out.print(f"          {words}", soft_wrap=True)

        with _every(PLAIN_PAUSE, say):
            yield plain
        return
    columns = (
        SpinnerColumn(),
        BarColumn(24 if out.width >= NARROW else 10),
        MofNCompleteColumn(table_column=Column(no_wrap=True)),
        TimeElapsedColumn(table_column=Column(no_wrap=True, min_width=7)),
        TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1)),
    )
    with Progress(*columns, console=out, transient=True) as live:
        task = live.add_task(total_hint, total=None)

        def lively(step: Step) -> None:
            live.update(task, total=step.total, completed=step.done, description=step.label)
            if step.result is not None:
                live.console.print(line(step.result, out.width), soft_wrap=True)

        def tick() -> None:
            words = "; ".join(_far(cells))
            if words:
                live.update(task, description=words)

        with _every(1.0, tick):
            yield lively


def _far(cells: Path) -> list[str]:
    return [tick.words(time.time()) for tick in ticks(cells)]


@contextmanager
def _every(pause: float, action: Callable[[], object]) -> Iterator[None]:
    """Call `action` every `pause` seconds beside what goes on; it ends with it."""
    over = threading.Event()

    def again() -> None:
        while not over.wait(pause):
            action()

    thread = threading.Thread(target=again, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def verdict_text(result: TheoremResult) -> Text:
    """The verdict, coloured by whether it is what was hoped for."""
    good = result.verdict is Verdict.REFUTED and result.as_expected
    return Text(result.verdict.value, style="green" if good else STYLES[result.verdict])


def line(result: TheoremResult, width: int = PIPED_WIDTH) -> Text:
    """One theorem on one line, while the run goes on; on a narrow terminal without its instances."""
    narrow = width < NARROW
    name = f"{result.theorem.id:<38}" if narrow else f"{result.theorem.id:<48}"
    text = Text.assemble((f"{result.verdict.value:<10}", verdict_text(result).style), name)
    if result.kind == "erratum":
        text.append("  erratum")
    else:
        text.append("" if narrow else f"  {instances(result):>11,} instances")
        text.append(f"  {met(result.authored).replace(' of ', '/')} near misses")
        text.append(f"  {met(result.mutants).replace(' of ', '/')} mutants" if result.mutants and not narrow else "")
    text.append(f"  ({'; '.join(result.caveats)})" if result.caveats else "", style="yellow")
    text.append("  cached" if _cached(result) else f"  {result.seconds:.1f} s")
    return text


def _cached(result: TheoremResult) -> bool:
    seen = [item.cached for item in result.evidence] + [miss.cached for miss in result.near_misses]
    return bool(seen) and all(seen)


def met(misses: Sequence[NearMissResult]) -> str:
    """How many near misses are refuted or equivalent, of how many."""
    return f"{sum(miss.verdict != 'survived' for miss in misses)} of {len(misses)}"


def table(results: Sequence[TheoremResult], seconds: float) -> None:
    """The table, the errata docket, the reasons for anything that is not as expected, and one line of summary."""
    from verify.command import docket as errata_docket
    from verify.press.docket import split

    out = console()
    theorems, errata = split(results)
    rows = Table(box=None, pad_edge=False, header_style="bold")
    rows.add_column("theorem", no_wrap=True)
    titles = out.width >= TITLES
    if titles:
        rows.add_column("title", ratio=1)
    rows.add_column("verdict", no_wrap=True)
    for name in ("instances", "near misses", "mutants", "seconds"):
        rows.add_column(name, justify="right", no_wrap=True)
    if any(result.caveats for result in theorems):
        rows.add_column("but", overflow="fold")
    for result in theorems:
        spent = "cached" if _cached(result) else f"{result.seconds:.2f}"
        rows.add_row(
            result.theorem.id,
            *([result.theorem.title] if titles else []),
            verdict_text(result),
            f"{instances(result):,}",
            met(result.authored),
            met(result.mutants) if result.mutants else "",
            spent,
            *([Text("; ".join(result.caveats), style="yellow")] if any(r.caveats for r in theorems) else []),
        )
    if theorems:
        out.print(rows)
    if errata:
        errata_docket.table(out, errata)
    for result in results:
        reasons(out, result)
    out.print(summary_line(results, seconds), soft_wrap=True)


def reasons(out: Console, result: TheoremResult) -> None:
    """Why a verdict is not the expected one, with what survived and what refutes it."""
    findings(out, result)
    if result.as_expected:
        return
    out.print()
    head = f"{result.theorem.id}: {result.verdict.value}, expected {result.expected.value}"
    out.print(Text(head, style="bold"), soft_wrap=True)
    out.print(Text(f"  {result.reason}"), soft_wrap=True)
    nothing = ("vacuous: none of ", "no instance was found that meets the assumptions")
    if any(words in result.reason for words in nothing):  # whatever else was seen says nothing about the claim
        out.print(
            "  remedy: see whether the assumptions contradict one another or a declared property; if not, write them "
            "so that instances can be built (docs/theorem-files.md)",
            soft_wrap=True,
        )
        return
    for item in result.evidence:
        if item.verdict in (Verdict.UNDECIDED, Verdict.REFUTED):
            out.print(Text(f"  {item.rule.value}: {item.verdict.value}: {item.reason}"), soft_wrap=True)
        if item.witness:
            out.print(Text(f"    {_not_too_long(shell_line(item.witness, source_of(result.theorem)))}"), soft_wrap=True)
    for miss in result.authored:
        if miss.verdict == "survived":
            out.print(
                Text(f"  near miss {miss.id} was not refuted{': ' + miss.left if miss.left else ''}"), soft_wrap=True
            )
    unexplained = [docket_name(m.id) for m in result.mutants if m.verdict == "survived" and not m.known]
    for name in unexplained:
        out.print(Text(f"  mutant survived: {name}"), soft_wrap=True)
    if unexplained:
        out.print(
            "  remedy: --budget thorough looks longer; if one of them is true, say why in the theorem's "
            "survivors={name: reason}",
            soft_wrap=True,
        )


def _not_too_long(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[:NARROW]}... ({len(line):,} characters; --json FILE has them all)"


def findings(out: Console, result: TheoremResult) -> None:
    """Where code computes otherwise than the statement says, with the smallest witness."""
    for found in result.findings:
        out.print(Text(f"{result.theorem.id}: the code disagrees with it: {found}"), soft_wrap=True)
        out.print(Text(f"    {shell_line(found.witness, source_of(result.theorem))}"), soft_wrap=True)


def summary_line(results: Sequence[TheoremResult], seconds: float) -> Text:
    counts: dict[str, Any] = summary(results, seconds)
    errata = [r for r in results if r.kind == "erratum"]
    found = Counter(r.verdict for r in results if r.kind != "erratum")
    words = [f"{found[v]} {v.value}" for v in Verdict if found[v]] or ([] if errata else ["nothing finished"])
    if errata:
        words.append(f"{sum(r.as_expected for r in errata)} of {len(errata)} errata refuted")
    text = Text(f"{', '.join(words)}; {counts['instances']:,} instances")
    for name in ("near_misses", "mutants"):
        found_out = ", ".join(f"{n} {word}" for word, n in counts[name].items() if n)
        text.append(f"; {name.replace('_', ' ')}: {found_out or 'none'}" if found_out or name == "near_misses" else "")
    text.append(f"; {seconds:.1f} s")
    if counts["unexpected"]:
        text.append(f"; {counts['unexpected']} not as expected", style="bold red")
    return text
