"""`normproof sweep`: rates or trends of many activations, as lines of JSON and as a table of Parquet."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from verify.command.command_group import say
from verify.command.options import EXECUTOR, JOBS, NO_CACHE, executor_of, tls
from verify.errors import EXIT_INTERRUPTED, EXIT_OK, EXIT_UNDECIDED, UserError, whole, writing
from verify.plural import plural

if TYPE_CHECKING:
    from verify.running.executors import Executor
    from verify.running.sweeps import Cell

SIZES = "4,8,32,128,inf"
DIGITS = 25
MOST = 100_000  # cells of one sweep, which this process holds in memory
SHOWN = 5  # lines that cannot be read, of one message


@click.command()
@click.argument("expressions", metavar="[PHI]...", nargs=-1)
@click.option("--from", "file", metavar="FILE", help="A file with one PHI a line; # begins a remark, - is the input.")
@click.option("--named", is_flag=True, help="Every activation that is known by name.")
@click.option("--batch", metavar="B,...", help=f"Batch sizes, or inf.  [default: {SIZES}]")
@click.option("--digits", type=click.IntRange(1, 100), help=f"Digits to aim at.  [default: {DIGITS}]")
@click.option("--trend", is_flag=True, help="Ask which way the rate goes from every batch size to the next.")
@JOBS
@EXECUTOR
@tls
@NO_CACHE
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Lines of JSON go to a file.")
@click.option("--parquet", type=click.Path(path_type=Path), metavar="FILE", help="Write a table of Parquet as well.")
def sweep(
    expressions: tuple[str, ...],
    file: str | None,
    named: bool,
    batch: str | None,
    digits: int | None,
    trend: bool,
    jobs: int | None,
    executor: str | None,
    no_cache: bool,
    output: Path | None,
    parquet: Path | None,
    tls: tuple[str, str, str] | None,
) -> int:
    """Enclose the rates of many activations at many batch sizes; one row of JSON each, in the order asked for.

    Every PHI is as `rate` takes it. What has been found is kept: a sweep that was cut short goes on from there.
    A row without a number says why, and the exit code is then 2.
    """
    from verify.command import parquet as tables
    from verify.errors import writable_file

    for path in filter(None, (output, parquet)):
        writable_file(path, "the rows")
    if parquet is not None:
        tables.require()
    place = executor_of(executor, jobs, tls)
    cells = _cells(_expressions(expressions, file, named), batch, digits, trend=trend)
    return _sweep(cells, place, output, parquet, cache=not no_cache)


# ---- what is asked -------------------------------------------------------------------------------------------
def _expressions(arguments: Sequence[str], file: str | None, named: bool) -> list[str]:
    """All expressions, each of which can be read. Raises UserError for none, and for those that cannot, with places."""
    from verify.rates.named import named as known
    from verify.rates.parsing import parse

    said = [(f"argument {number}", text) for number, text in enumerate(arguments, 1)]
    said += [] if file is None else _lines(file)
    said += [("--named", name) for name in known()] if named else []
    if not said:
        raise UserError(
            "expected at least one activation",
            got="none",
            where=file or "",
            remedy="normproof sweep relu tanh, normproof sweep --from FILE, or normproof sweep --named",
        )
    faults = []
    for place, text in said:
        try:
            parse(text)
        except UserError as error:
            faults.append((place, text, error))
    if faults:
        raise _unreadable(faults, len(said))
    return [text for _, text in said]


def _lines(file: str) -> list[tuple[str, str]]:
    """The lines of a file that say something, each with its place. Raises UserError."""
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        text = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            "expected a file of text, in UTF-8, with one expression a line",
            got=error.strerror or str(error) if isinstance(error, OSError) else "bytes that are no UTF-8",
            where=f"--from {file}",
        ) from None
    lines = ((number, line.partition("#")[0].strip()) for number, line in enumerate(text.split("\n"), 1))
    return [(f"{file}:{number}", line) for number, line in lines if line]


def _unreadable(faults: Sequence[tuple[str, str, UserError]], total: int) -> UserError:
    """Those that cannot be read, as one error; nothing has begun yet."""
    shown = [f"{place}: {text[:60]}\n  {error.expected}, got {error.got}" for place, text, error in faults[:SHOWN]]
    if len(faults) > SHOWN:
        shown.append(f"and {len(faults) - SHOWN} more")
    return UserError(
        "expected expressions in z that can be read, every one",
        got=f"{len(faults)} of {total} that cannot",
        where="\n".join(shown),
        remedy="normproof rate PHI shows the place in one of them; nothing has been computed",
    )


def _cells(expressions: Sequence[str], batch: str | None, digits: int | None, *, trend: bool) -> list[Cell]:
    """The cells of the sweep. Raises UserError for sizes that there are not, and for more cells than may be held."""
    from verify.command import rating
    from verify.rates.rate import require_in_range
    from verify.running import sweeps

    if trend:
        if batch is not None or digits is not None:
            raise UserError(
                "expected --trend without --batch and --digits: it speaks of every batch size",
                got="--batch" if batch is not None else "--digits",
                remedy="leave it out",
            )
        cells = sweeps.trend_cells(expressions)
    else:
        digits = digits or DIGITS
        sizes = rating.batch_sizes(batch or SIZES)
        for size in sizes:
            require_in_range(size, digits)
        cells = sweeps.rate_cells(expressions, sizes, digits)
    if len(cells) > MOST:
        raise UserError(f"expected at most {MOST:,} cells in one sweep", got=f"{len(cells):,}", remedy="sweep parts")
    return cells


# ---- what is answered ----------------------------------------------------------------------------------------
def _sweep(cells: Sequence[Cell], place: Executor, output: Path | None, parquet: Path | None, *, cache: bool) -> int:
    import json

    from verify.command.console import counting
    from verify.results.store import Store, cache_folder
    from verify.running import sweeps

    rows: list[sweeps.Row] = []
    known = recalled = short = 0

    def count(done: int) -> None:
        nonlocal known
        known = done
        show(done)

    with Store(cache_folder() if cache else None, lambda text: say(f"warning: {text}")) as store:
        try:
            with (
                _lines_to(output) as stream,
                contextlib.nullcontext(_unseen) if stream.isatty() else counting(len(cells), "cells") as show,
                contextlib.closing(sweeps.swept(cells, store, place, count)) as answers,
            ):
                for _, answer in answers:
                    recalled, short = recalled + answer.cached, short + (not answer.whole)
                    for row in answer.rows:
                        stream.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")
                    stream.flush()
                    rows += answer.rows if parquet is not None else ()
        except KeyboardInterrupt:
            kept = "they are kept, the same command goes on from there" if store.usable else "nothing of them is kept"
            say(f"interrupted after {known:,} of {plural(len(cells), 'cell')}; {kept}")
            return EXIT_INTERRUPTED
    if parquet is not None:
        from verify.command import parquet as tables

        tables.write(rows, sweeps.QUESTIONS[cells[0].question].columns, parquet)
    words = f"{plural(known, 'cell')}, {short:,} without an answer" if short else plural(known, "cell")
    say(f"{words}; {recalled:,} from the cache")
    return EXIT_UNDECIDED if short else EXIT_OK


def _unseen(done: int) -> None:
    """Where the rows themselves are on the terminal, they say how far it is."""


@contextlib.contextmanager
def _lines_to(output: Path | None) -> Iterator[IO[str]]:
    """Where the lines go: the standard output, or a file that is there whole or not at all."""
    if output is None:
        yield sys.stdout
        return
    with writing(output, "the rows"), whole(output) as path, path.open("w", encoding="utf-8") as stream:
        yield stream
