"""The commands that write files: `export` typesets what was verified, `new` starts a theorem file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.command.command_group import say
from verify.command.options import BUDGET, DEVICE, JOBS, SEED, SELECT, executor_of, settings_of
from verify.command.running import Finished, about, document, exit_code, to_draw, verified
from verify.command.templates import TEMPLATES
from verify.errors import EXIT_INTERRUPTED, EXIT_OK
from verify.plural import plural
from verify.press.printers import PRINTERS, Printer
from verify.results.drawn_lines import NO_PLOTS

if TYPE_CHECKING:
    from verify.settings import Settings

STYLED = ("latex", "pdf")  # formats of which there are several kinds of document
MOST_NAMED = 5  # theorems on one line


@click.command()
@SELECT
@click.option("--to", "form", type=click.Choice(list(PRINTERS)), required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="PATH")
@click.option("--run", "run_first", is_flag=True, help="Run first what no run has left; experiments take their time.")
@BUDGET
@DEVICE
@JOBS
@SEED
@click.option(
    "--style",
    type=click.Choice(["article", "appendix", "beamer", "two-column"]),
    default="article",
    show_default=True,
    help="Of LaTeX and PDF: what kind of document.",
)
@click.option("--snippet", is_flag=True, help="LaTeX for another document: a file a theorem, with normproof.sty.")
@click.option("--statement", "held", flag_value="statement", help="in a snippet: the statement alone.")
@click.option("--proof", "held", flag_value="proof", help="in a snippet: the proof alone.")
@click.option("--both", "held", flag_value="both", default=True, help="in a snippet: statement and proof (default).")
@click.option("--no-evidence", is_flag=True, help="in a snippet: no footnote on what was examined.")
@click.option("--no-near-misses", is_flag=True, help="in a snippet: no near misses.")
@click.option("--no-definitions", is_flag=True, help="in a snippet: no definitions, the document has them.")
@click.option("--rename", default="", metavar="OLD=NEW,...", help=r"in a snippet: symbols by other names, S=\Sigma.")
@click.option(
    "--columns",
    type=click.Choice(["1", "2"]),
    default="1",
    help="in a snippet: where lines are broken; 2 for a page of two columns, and for slides.",
)
@click.option("--theorem-env", default="theorem", metavar="NAME", help="in a snippet: the environment of theorems.")
def export(
    selectors: tuple[str, ...],
    form: str,
    output: Path,
    run_first: bool,
    budget: str,
    device: str,
    jobs: int | None,
    seed: int,
    style: str,
    snippet: bool,
    held: str,
    no_evidence: bool,
    no_near_misses: bool,
    no_definitions: bool,
    rename: str,
    theorem_env: str,
    columns: str,
) -> int:
    """Typeset theorems with their derivations and the evidence that runs have left; what is missing is named.

    Lines are checked now; nothing else is run without --run. PATH is a folder, or a file with the format's own suffix:
    .tex, .pdf, .md. A snippet's PATH is a folder.
    """
    from verify.errors import UserError, writing
    from verify.loading import loader
    from verify.press.printers import latex_snippet

    printer = PRINTERS[form]
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
    if snippet and form != "latex":
        raise UserError("expected LaTeX for a snippet", got=f"--to {form}", remedy="write --to latex --snippet")
    if not snippet and options != latex_snippet.DEFAULT:
        raise UserError(
            "expected --snippet beside the options that shape one",
            got="an option that `normproof export --help` explains with 'in a snippet'",
            remedy="add --snippet",
        )
    if style != "article" and (snippet or form not in STYLED or (form, style) == ("pdf", "appendix")):
        raise UserError(
            "expected --style for a whole document in LaTeX or PDF; an appendix is LaTeX without a document around it",
            got=f"--to {form} --style {style}{' --snippet' if snippet else ''}",
            remedy="write --to latex --style " + style,
        )
    printer.ready()
    _require_place(output, printer, snippet=snippet)
    settings = settings_of(budget, device, seed)
    finished = (
        verified(selectors, settings, executor=executor_of(None, jobs), written=True)
        if run_first
        else _stored(selectors, settings)
    )
    if finished.interrupted:
        say("interrupted: nothing was written; finished work is kept")
        return EXIT_INTERRUPTED
    with writing(output, f"the {printer.what}"):
        if snippet:
            chosen = frozenset(theorem.id for theorem in loader.load(selectors))
            click.echo(f"written: {latex_snippet.write(finished.results, output, options, chosen)}")
            return exit_code(finished.examined)
        plots = to_draw(finished.results) if printer.draws else NO_PLOTS
        more: dict[str, object] = {"data": document(finished, settings)} if printer.own else {}
        more |= {"style": style} if form in STYLED else {}
        written = printer.write(finished.results, output, about(settings), plots, **more)
    click.echo(f"written: {written or output}")
    return exit_code(finished.examined)


def _require_place(output: Path, printer: Printer, *, snippet: bool) -> None:
    """See before any work is done that PATH can be written. Raises UserError, also for a suffix of another format."""
    from verify.errors import UserError, report_folder, writable_file, writable_folder

    alone = () if snippet else printer.suffixes
    if output.suffix.lower() in alone:
        writable_file(output, f"the {printer.what}")
        return
    if re.fullmatch(r"\.[A-Za-z]{2,8}", output.suffix) and not output.is_dir():
        raise UserError(
            f"expected a folder{''.join(f', or a file *{suffix}' for suffix in alone)}",
            got=str(output),
            where="-o",
            remedy=f"write -o {output.with_suffix('')}" + (f" or -o {output.with_suffix(alone[0])}" if alone else ""),
        )
    if printer.own:
        report_folder(output)
    else:
        writable_folder(output, f"the {printer.what}")


def _stored(selectors: Sequence[str], settings: Settings) -> Finished:
    """What earlier runs left, at the budget of which most is stored; what they did not do is named on stderr."""
    import time

    from verify.errors import UserError
    from verify.loading import loader
    from verify.results.store import Store, cache_folder
    from verify.running.recalling import recalled

    begin = time.perf_counter()
    theorems = loader.load(selectors)
    if not theorems:
        raise UserError("expected at least one theorem", got="none selected", remedy="normproof list")
    with Store(cache_folder(), lambda text: say(f"warning: {text}")) as store:
        found = recalled(theorems, settings, store)
    if found.missing:
        names = ", ".join(list(found.missing)[:MOST_NAMED]) + (", ..." if len(found.missing) > MOST_NAMED else "")
        say(
            f"no run has examined {len(found.missing)} of {plural(len(found.results), 'theorem')} in full: {names}. "
            "What is stored is typeset; --run runs the rest first"
        )
    ids = frozenset(theorem.id for theorem in theorems)
    seconds = time.perf_counter() - begin
    return Finished(found.results, ids, seconds, len(found.results), frozenset(found.missing))


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
