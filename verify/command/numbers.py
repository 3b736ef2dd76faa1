"""The commands that print numbers: `rate` and `trend` enclose growth rates, `bench` measures this program."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.command.command_group import say, tell
from verify.command.options import DEVICE
from verify.errors import EXIT_OK, EXIT_UNDECIDED

if TYPE_CHECKING:
    from verify.bench.ratios import Row


@click.command()
@click.argument("phi", metavar="PHI")
@click.option("--batch", default="4,8,32,128,inf", show_default=True, metavar="B,...", help="Batch sizes, or inf.")
@click.option("--digits", type=click.IntRange(1, 100), default=25, show_default=True, help="Digits to aim at.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the rates as JSON.")
def rate(phi: str, batch: str, digits: int, json_file: Path | None) -> int:
    """Enclose the rate lambda at which deep batch-norm networks multiply the squared gradient norm, layer by layer.

    PHI is a name (relu, leaky_relu:0.2, gelu, ...) or an expression in z such as "z*sigmoid(1.702*z)" or
    "clip(z, -1, 1)". One that begins with a minus sign goes after --.
    """
    from verify.command import rating
    from verify.errors import writable_file

    sizes = rating.batch_sizes(batch)
    if json_file is not None:
        writable_file(json_file, "the rates")
    found = []
    for size in sizes:
        found += rating.rates(phi, [size], digits)
        tell(rating.text(found[-1]))
    if json_file is not None:
        from verify.press.printers import json as jsonout
        from verify.rates.rows import rate_row

        jsonout.write([rate_row(item) for item in found], json_file)
    return EXIT_OK


@click.command()
@click.argument("phi", metavar="PHI")
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the answer as JSON.")
def trend(phi: str, json_file: Path | None) -> int:
    """Say for every batch size from 4 on whether the rate of PHI falls or rises to the next.

    Each answer is certified: ball by ball for small batches, by the enclosed slope in 1/(B - 1) for all larger ones.
    What could not be told is printed as not known, with the reason, and the exit code is 2.
    """
    from verify.command import rating
    from verify.errors import writable_file
    from verify.rates import trend as trends

    if json_file is not None:
        writable_file(json_file, "the answer")
    found = trends.trend(phi)
    lines = [rating.stretch_text(phi, stretch) for stretch in found]  # all before any: one may be found to be wrong
    tell("\n".join([f"lambda({phi.strip()}, B)", *lines]))
    if json_file is not None:
        from verify.press.printers import json as jsonout
        from verify.rates.rows import stretch_rows

        jsonout.write(stretch_rows(phi, found), json_file)
    return EXIT_UNDECIDED if any(stretch.direction == "unknown" for stretch in found) else EXIT_OK


@click.command()
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the rows as JSON.")
@click.option("--page", type=click.Path(path_type=Path), metavar="FILE", help="Write a page of Markdown as well.")
@click.option("--growth", is_flag=True, help="Measure also how cost grows with size (a minute more).")
@click.option("--scaling", is_flag=True, help="Only say what more workers give, here and by the cache.")
@DEVICE
def bench(json_file: Path | None, page: Path | None, growth: bool, scaling: bool, device: str) -> int:
    """Measure throughput, proofs and start-up, as ratios within one run."""
    if scaling:
        return _scaling()
    from verify.bench import cost_growth, performance_page, ratios
    from verify.errors import writable_file, writing
    from verify.press.printers import json as jsonout
    from verify.running.devices import resolve

    for file in filter(None, (json_file, page)):
        writable_file(file, "the measurements")
    measured = ratios.measure(resolve(device), progress=lambda text: say(f"measuring {text}"))
    _table(measured)
    grown = []
    if growth:
        say("measuring how cost grows")
        grown = cost_growth.as_rows(list(cost_growth.growths()))
        for row in grown:
            click.echo(f"{row['name']}: time grows as {row['what']}^{row['exponent']:.2f}")
    document = ratios.document(measured, grown)
    if json_file is not None:
        jsonout.write(document, json_file)
    if page is not None:
        with writing(page, "the page"):
            page.write_text(performance_page.page(document), encoding="utf-8")
    return ratios.exit_code(measured)


def _scaling() -> int:
    """Print what more workers give. Raises UserError where no run has been kept."""
    import os

    from verify.bench import scaling
    from verify.errors import UserError
    from verify.results.store import Store, cache_folder

    with Store(cache_folder(), lambda text: say(f"warning: {text}")) as store:
        durations = store.durations()
    if not durations:
        raise UserError(
            "expected a cache that tells what units took",
            got="none, or an empty one",
            where=str(cache_folder()),
            remedy="normproof run",
        )
    click.echo(scaling.text(durations, scaling.overhead()))
    rows = scaling.measured(progress=say)
    click.echo(f"\n{scaling.measured_text(rows, os.cpu_count() or 1)}")
    return EXIT_OK


def _table(rows: Sequence[Row]) -> None:
    """Print the rows of a measurement."""
    from rich.table import Table
    from rich.text import Text

    from verify.command.console import console

    grid = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("what", "measured", "against", "ratio", "goal", ""):
        grid.add_column(name, no_wrap=True, justify="left" if name in ("what", "against", "") else "right")
    for row in rows:
        state = Text("met", style="green") if row.met and not row.note else Text(row.note or "missed", style="yellow")
        against = f"{row.against}: {_number(row.baseline, row.unit)}"
        grid.add_row(row.name, _number(row.value, row.unit), against, f"{row.ratio:,.2f}", f"{row.goal:.3g}", state)
    console().print(grid)


def _number(value: float, unit: str) -> str:
    return f"{1000 * value:,.1f} ms" if unit == "s" else f"{value:,.0f} {unit}"
