"""The commands that look at theorems and write no evidence of their own: `list`, `show`, `graph`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from verify.command.command_group import say, tell
from verify.command.document_numbers import as_ids, numbered
from verify.command.options import SEED, SELECT, settings_of
from verify.errors import EXIT_OK, UserError, printable

if TYPE_CHECKING:
    from theory.statements.theorem import Theorem
    from verify.results.records import TheoremResult


@click.command("list")
@SELECT
@click.option("--numbers", is_flag=True, help="With their numbers in the document of the whole catalogue.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(selectors: tuple[str, ...], numbers: bool, as_json: bool) -> int:
    """List theorems with their titles."""
    from verify.loading.catalogue import select

    entries = select(selectors)
    known = numbered() if numbers else {}
    if as_json:
        import json

        rows = [
            {"id": e.id, "kind": e.kind, "topic": e.topic, "title": e.title, "path": str(e.path)}
            | ({"number": known.get(e.id, "")} if numbers else {})
            for e in entries
        ]
        click.echo(json.dumps({"schema": 1, "theorems": rows}, indent=1, ensure_ascii=False))
        return EXIT_OK
    first = max((len(number) for number in known.values()), default=0)
    shown = {e.id: f"{known.get(e.id, ''):<{first}}  {e.id}" if numbers else e.id for e in entries}
    width = max(map(len, shown.values()), default=0)
    lines = []
    errata = [entry for entry in entries if entry.kind == "erratum"]
    others = [entry for entry in entries if entry not in errata]
    for heading, chosen in (("", others), ("\nErrata docket: printed, and refuted", errata)):
        if chosen and heading:
            lines.append(heading.lstrip("\n") if len(chosen) == len(entries) else heading)
        for entry in chosen:
            lines += _row(shown[entry.id], printable(entry.title), width)
    if lines:
        click.echo("\n".join(lines))
    return EXIT_OK


def _row(identifier: str, title: str, width: int) -> list[str]:
    """An id with its title beside it, or, on a terminal without room for that, below it."""
    whole = f"{identifier:<{width}}  {title}"
    if not sys.stdout.isatty():
        return [whole]
    import shutil
    import textwrap

    room = shutil.get_terminal_size().columns
    if len(whole) <= room:
        return [whole]
    return [identifier, *textwrap.wrap(title, room, initial_indent="    ", subsequent_indent="    ")]


@click.command()
@click.argument("identifier", metavar="ID", callback=as_ids)
@click.option("--axioms", is_flag=True, help="Only what its proof rests on and no line derives, one a line.")
@click.option("--all", "whole", is_flag=True, help="The whole page: every line with what it used, evidence, replays.")
@click.option("--sympy", "by_sympy", is_flag=True, help="Each line as SymPy writes it, and what SymPy says of it.")
@SEED
def show(identifier: str, axioms: bool, whole: bool, by_sympy: bool, seed: int) -> int:
    """Show a theorem on one screen: verdict, statement, derivation with a mark on each line, near misses.

    The lines are checked now; other evidence is shown if an earlier run left it. --all shows all there is.
    """
    if by_sympy:
        return _show_as_sympy(_one(identifier))
    if axioms:
        from verify.command.trust import rests_on

        for name in rests_on(_one(identifier)):
            click.echo(name)
        return EXIT_OK
    from verify.command import console
    from verify.press.pages import build
    from verify.press.printers import terminal, terminal_brief

    theorem = _one(identifier)
    results = _recalled([theorem], seed)
    best = next(result for result in results if result.theorem.id == theorem.id)
    others = [result for result in results if result.examined]
    printer = terminal.show if whole else terminal_brief.brief
    printer(console.console(), build.of(best, others))
    return EXIT_OK


def _show_as_sympy(theorem: Theorem) -> int:
    """Every line as a relation that SymPy has not evaluated, and under it what SymPy says of it, asked now."""
    from theory.statements.claims import Identity
    from theory.sympy import lines, relation
    from verify.press.pages.evidence import opinion
    from verify.rules.second_opinion import observe
    from verify.settings import Settings

    if not any(part.derivation or isinstance(part.claim, Identity) for part in theorem.parts):
        raise UserError(
            f"{theorem.id}: expected lines to put to SymPy",
            got="a statement without a derivation, and no equation",
            remedy=f"normproof show {theorem.id}",
        )
    for part, heard in zip(theorem.parts, observe(theorem, Settings()).parts, strict=True):
        if part.label:
            click.echo(part.label)
        written = lines(part.derivation) if part.derivation else [relation(part.claim)]
        for line, said in zip(heard.lines, written, strict=False):
            tell(f"  {line.number}. {said}")
            tell(f"     {opinion(line).words}")
    return EXIT_OK


def _recalled(theorems: Sequence[Theorem], seed: int = 0) -> list[TheoremResult]:
    """The theorems and those they use, in order, with the evidence that earlier runs left; their lines are checked."""
    from verify.results.store import Store, cache_folder
    from verify.running.recalling import recalled

    with Store(cache_folder(), lambda text: say(f"warning: {text}")) as store:
        return recalled(theorems, settings_of("quick", "auto", seed), store).results


def _one(identifier: str) -> Any:
    """The theorem of an id, or of a .py file."""
    from verify.loading import loader

    if identifier.endswith(".py"):
        return loader.load([identifier])[0]
    return loader.find(identifier)


@click.command()
@SELECT
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="dot, svg, json, mmd or txt, by suffix."
)
def graph(selectors: tuple[str, ...], output: Path | None) -> int:
    """Show which theorem uses which; as .svg with the verdicts that earlier runs left."""
    from verify.command import graph as drawing
    from verify.errors import writable_file, writing
    from verify.loading import loader
    from verify.running import runner

    form = output.suffix.lstrip(".") if output else "txt"
    if form not in drawing.FORMATS:
        raise UserError(
            "expected a file name with a known suffix",
            got=str(output),
            where="-o",
            remedy="one of " + ", ".join(f".{name}" for name in drawing.FORMATS),
        )
    theorems = loader.load(selectors)
    if form == "svg":
        content = drawing.render(_recalled(theorems), form)
    else:
        content = drawing.written(runner.in_order(theorems), form)
    if output is None:
        click.echo(content, nl=False)
    else:
        with writing(writable_file(output, "the graph"), "the graph"):
            output.write_text(content, encoding="utf-8")
    return EXIT_OK
