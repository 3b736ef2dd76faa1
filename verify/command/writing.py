"""The commands that write files: `export` typesets what was verified, `new` starts a theorem file."""

from __future__ import annotations

from pathlib import Path

import click

from verify.command.command_group import say
from verify.command.options import BUDGET, DEVICE, JOBS, SEED, SELECT, executor_of, settings_of
from verify.command.running import about, document, exit_code, verified
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
@click.option("--snippet", is_flag=True, help="LaTeX for another document: a file a theorem, with normproof.sty.")
@click.option("--statement", "held", flag_value="statement", help="in a snippet: the statement alone.")
@click.option("--proof", "held", flag_value="proof", help="in a snippet: the proof alone.")
@click.option("--both", "held", flag_value="both", default=True, help="in a snippet: statement and proof (default).")
@click.option("--no-evidence", is_flag=True, help="in a snippet: no footnote on what was examined.")
@click.option("--no-near-misses", is_flag=True, help="in a snippet: no near misses.")
@click.option("--no-definitions", is_flag=True, help="in a snippet: no definitions, the document has them.")
@click.option("--rename", default="", metavar="OLD=NEW,...", help=r"in a snippet: symbols by other names, S=\Sigma.")
@click.option("--columns", type=click.Choice(["1", "2"]), default="1", help="in a snippet: where lines are broken.")
@click.option("--theorem-env", default="theorem", metavar="NAME", help="in a snippet: the environment of theorems.")
def export(
    selectors: tuple[str, ...],
    form: str,
    output: Path,
    budget: str,
    device: str,
    jobs: int | None,
    seed: int,
    snippet: bool,
    held: str,
    no_evidence: bool,
    no_near_misses: bool,
    no_definitions: bool,
    rename: str,
    theorem_env: str,
    columns: str,
) -> int:
    """Typeset theorems with their derivations and evidence (verified first; stored evidence is used).

    PATH is a folder, or a file with the format's own suffix: .tex, .pdf, .md. A snippet's PATH is a folder.
    """
    from verify.errors import UserError, report_folder, writable_file, writable_folder, writing
    from verify.loading import loader
    from verify.press.printers import latex_snippet
    from verify.running.plotting import growth_rates

    printer = PRINTERS[form]
    if snippet and form != "latex":
        raise UserError("expected LaTeX for a snippet", got=f"--to {form}", remedy="write --to latex --snippet")
    options = latex_snippet.Options(
        statement=held != "proof",
        proof=held != "statement",
        evidence=not no_evidence,
        near_misses=not no_near_misses and held == "both",
        definitions=not no_definitions,
        rename=latex_snippet.renames(rename),
        environment=theorem_env,
        columns=int(columns),
    )
    if not snippet and options != latex_snippet.Options():
        raise UserError(
            "expected --snippet beside the options that shape one",
            got="an option that `normproof export --help` explains with 'in a snippet'",
            remedy="add --snippet",
        )
    printer.ready()
    if snippet:
        writable_folder(output, "the LaTeX files")
    elif printer.own:
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
        if snippet:
            chosen = frozenset(theorem.id for theorem in loader.load(selectors))
            click.echo(f"written: {latex_snippet.write(finished.results, output, options, chosen)}")
            return exit_code(finished.results)
        rates = growth_rates(finished.results) if printer.draws else {}
        more = {"data": document(finished, settings)} if printer.own else {}
        written = printer.write(finished.results, output, about(settings), rates, **more)
    click.echo(f"written: {written or output}")
    return exit_code(finished.results)


@click.command()
@click.argument("name")
@click.option("--kind", type=click.Choice(list(TEMPLATES)), default="statement", show_default=True)
@click.option(
    "--into", type=click.Path(path_type=Path), default=Path(), metavar="DIR", help="The folder; here if not given."
)
def new(name: str, kind: str, into: Path) -> int:
    """Write a file that runs as it is: a statement alone, or one with its lines, an experiment, an erratum.

    NAME is all that is asked for. The file is a statement in ten lines, and what proves it is derived by the program.
    """
    from verify.command import scaffold

    path = scaffold.create(name, kind, into)
    click.echo(f"written: {path}\nnext:    put your statement there, then normproof run {path}")
    return EXIT_OK
