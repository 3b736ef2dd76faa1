"""What a person sees while and after a run: live progress on a terminal, plain lines otherwise, then a table.

Progress goes to stderr, results to stdout. `NO_COLOR` is respected (by rich). Wide enough for an id when piped.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column
from rich.text import Text

from verify.beside import every
from verify.proof.kernel import Verdict
from verify.results.records import NearMissResult, TheoremResult
from verify.running.runner import Step
from verify.ticker import ticks

PIPED_WIDTH = 160
PLAIN_PAUSE = 60.0  # seconds between two lines on how far the experiments are, where nothing is live
TITLES = 150  # columns from which a table has titles; the ids say the same
NARROW = 110  # columns below which a line says less, so that it does not wrap
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

        with every(PLAIN_PAUSE, say):
            yield plain
        return
    with _bar(out) as live:
        task = live.add_task(total_hint, total=None)

        def lively(step: Step) -> None:
            live.update(task, total=step.total, completed=step.done, description=step.label)
            if step.result is not None:
                live.console.print(line(step.result, out.width), soft_wrap=True)

        def tick() -> None:
            words = "; ".join(_far(cells))
            if words:
                live.update(task, description=words)

        with every(1.0, tick):
            yield lively


@contextmanager
def counting(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """A callback for how many of `total` are done; on a terminal it moves a bar, elsewhere nothing is shown.

    What is written to stdout meanwhile goes where it went before, so it must not be to the same terminal.
    """
    out = console(sys.stderr)
    if not out.is_terminal:
        yield lambda done: None
        return
    with _bar(out, redirect_stdout=False) as live:
        task = live.add_task(what, total=total)
        yield lambda done: live.update(task, completed=done)


def _bar(out: Console, *, redirect_stdout: bool = True) -> Progress:
    columns = (
        SpinnerColumn(),
        BarColumn(24 if out.width >= NARROW else 10),
        MofNCompleteColumn(table_column=Column(no_wrap=True)),
        TimeElapsedColumn(table_column=Column(no_wrap=True, min_width=7)),
        TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1)),
    )
    return Progress(*columns, console=out, transient=True, redirect_stdout=redirect_stdout)


def _far(cells: Path) -> list[str]:
    return [tick.words(time.time()) for tick in ticks(cells)]


def verdict_text(result: TheoremResult) -> Text:
    """The verdict, coloured by whether it is what was hoped for."""
    good = result.verdict is Verdict.REFUTED and result.as_expected
    return Text(result.verdict.value, style="green" if good else STYLES[result.verdict])


def line(result: TheoremResult, width: int = PIPED_WIDTH) -> Text:
    """One theorem on one line, while the run goes on; on a narrow terminal without what its table says again."""
    spent = "cached" if from_cache(result) else f"{result.seconds:.1f} s"
    misses = f"{met(result.authored).replace(' of ', '/')} near misses"
    mutants = f"{met(result.mutants).replace(' of ', '/')} mutants" if result.mutants else ""
    erratum = result.kind == "erratum"
    pieces = [  # what is left out first where there is no room, what it says, its style
        (3, f"{result.instances:>11,} instance{' ' if result.instances == 1 else 's'}" if not erratum else "", ""),
        (2, "erratum" if erratum else misses, ""),
        (4, mutants if not erratum else "", ""),
        (0, f"({'; '.join(result.caveats)})" if result.caveats else "", "yellow"),
        (1, "derived by the program" if result.derived_by_program else "", "dim"),
        (5, spent, ""),
    ]
    pieces = [piece for piece in pieces if piece[1]]
    name = f"{result.theorem.id:<48}" if width >= NARROW else f"{result.theorem.id:<38}"
    taken = 10 + len(name)
    while taken + sum(len(words) + 2 for _, words, _ in pieces) > width and any(soon for soon, *_ in pieces):
        pieces.remove(max(pieces))
    text = Text.assemble((f"{result.verdict.value:<10}", verdict_text(result).style), name)
    for _, words, style in pieces:
        text.append(f"  {words}", style=style)
    return text


def from_cache(result: TheoremResult) -> bool:
    seen = [item.cached for item in result.evidence] + [miss.cached for miss in result.near_misses]
    return bool(seen) and all(seen)


def met(misses: Sequence[NearMissResult]) -> str:
    """How many near misses are refuted or equivalent, of how many."""
    return f"{sum(miss.verdict != 'survived' for miss in misses)} of {len(misses)}"
