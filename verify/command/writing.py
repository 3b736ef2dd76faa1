"""The commands that write files: `export` typesets what was verified, `new` starts a theorem file."""

from __future__ import annotations

from pathlib import Path

import click

from verify.command.command_group import say
from verify.command.options import BUDGET, DEVICE, JOBS, SEED, SELECT, executor_of, settings_of
from verify.command.running import about, exit_code, verified
from verify.command.templates import TEMPLATES
from verify.errors import EXIT_INTERRUPTED, EXIT_OK
from verify.press.printers import PRINTERS


@click.command()
@SELECT
@click.option("--to", "form", type=click.Choice(list(PRINTERS)), required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="PATH")
@BUDGET
@DEVICE
@JOBS
@SEED
def export(
    selectors: tuple[str, ...], form: str, output: Path, budget: str, device: str, jobs: int | None, seed: int
) -> int:
    """Typeset theorems with their derivations and evidence (verified first; stored evidence is used).

    PATH is a folder, or a file with the format's own suffix: .tex, .pdf, .md.
    """
    from verify.errors import report_folder, writable_file, writable_folder, writing
    from verify.running.plotting import growth_rates

    printer = PRINTERS[form]
    printer.ready()
    if printer.own:
        report_folder(output)
    else:
        check = writable_file if output.suffix.lower() in printer.suffixes else writable_folder
        check(output, f"the {printer.what}")
    settings = settings_of(budget, device, seed)
    finished = verified(selectors, settings, executor=executor_of(None, jobs))
    if finished.interrupted:
        say("interrupted: nothing was written; finished work is kept")
        return EXIT_INTERRUPTED
    with writing(output, f"the {printer.what}"):
        rates = growth_rates(finished.results) if printer.draws else {}
        written = printer.write(finished.results, output, about(settings), rates)
    click.echo(f"written: {written or output}")
    return exit_code(finished.results)


@click.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(list(TEMPLATES)), default="identity", show_default=True)
@click.option(
    "--into", type=click.Path(path_type=Path), default=Path(), metavar="DIR", help="The folder; here if not given."
)
def new(name: str, kind: str, into: Path) -> int:
    """Write a file that runs as it is: a theorem, an experiment, or an erratum that comes out refuted."""
    from verify.command import scaffold

    path = scaffold.create(name, kind, into)
    click.echo(f"written: {path}\nnext:    normproof run {path}")
    return EXIT_OK
