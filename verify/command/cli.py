"""The command line. Everything but click is imported inside the commands, so that `--help` and `list` start at once.

Exit codes: 0 everything as expected; 1 something refuted that should hold, or an erratum not refuted; 2 undecided (or
not as strongly established as expected); 3 wrong usage or bad input; 130 interrupted, with finished work kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from verify.command.program import Program, say
from verify.errors import EXIT_INTERRUPTED, EXIT_OK, EXIT_REFUTED, EXIT_UNDECIDED, EXIT_USAGE, UserError

if TYPE_CHECKING:
    from theory.theorem import Theorem
    from verify.executors import Work
    from verify.results import TheoremResult
    from verify.settings import Settings

SELECT = click.argument("selectors", metavar="[SELECT]...", nargs=-1)
BUDGET = click.option(
    "--budget", type=click.Choice(["quick", "standard", "thorough"]), default="standard", show_default=True
)
DEVICE = click.option("--device", type=click.Choice(["auto", "cpu", "cuda"]), default="auto", show_default=True)
JOBS = click.option("--jobs", type=click.IntRange(1), default=1, show_default=True, help="Processes to work in.")
SEED = click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Fixes every random choice.")
NO_CACHE = click.option("--no-cache", is_flag=True, help="Run everything again; neither read nor write the cache.")


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="normproof", prog_name="normproof")
def cli() -> None:
    """State a theorem once; get it derived, attacked, measured and typeset.

    SELECT is an id, a topic, a glob over ids, or a path to a .py file or folder of your own theorems.
    Exit codes: 0 as expected, 1 refuted, 2 undecided, 3 wrong usage or bad input, 130 interrupted.
    """


def main() -> NoReturn:
    """The console script."""
    cli.main()


# ---- run ----------------------------------------------------------------------------------------------------
@cli.command()
@SELECT
@BUDGET
@DEVICE
@JOBS
@SEED
@NO_CACHE
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the results as JSON.")
@click.option("--report", type=click.Path(path_type=Path), metavar="DIR", help="Write an HTML report into a folder.")
@click.option("--data", metavar="cifar10:DIR", help="Images for experiments that train on images; digits if not given.")
def run(
    selectors: tuple[str, ...],
    budget: str,
    device: str,
    jobs: int,
    seed: int,
    no_cache: bool,
    json_file: Path | None,
    report: Path | None,
    data: str | None,
) -> int:
    """Verify theorems: derive, attack, measure.

    Without SELECT, experiments that take long run at the quick budget.
    """
    from dataclasses import replace

    from verify.errors import writable_file, writable_folder

    if json_file is not None:
        writable_file(json_file, "the JSON results")
    if report is not None:
        writable_folder(report, "the report")
    settings = _settings(budget, device, seed)
    if data is not None:
        from verify.command.data import resolved

        settings = replace(settings, data=resolved(data))
    finished = _verify(selectors, settings, jobs=jobs, cache=not no_cache)
    return _publish(finished, settings, json_file, report)


class _Finished:
    """What a run left: results, the ids that were asked for, and whether it was cut short."""

    def __init__(self, results: list[TheoremResult], selected: frozenset[str], seconds: float, total: int) -> None:
        self.results, self.selected, self.seconds, self.total = results, selected, seconds, total

    @property
    def interrupted(self) -> bool:
        return len(self.results) < self.total


def _verify(selectors: Sequence[str], settings: Settings, *, jobs: int = 1, cache: bool = True) -> _Finished:
    import tempfile
    import time
    from dataclasses import replace

    from verify import loader, runner
    from verify.command import console
    from verify.store import Store, cache_folder, cells_folder

    begin = time.perf_counter()
    theorems = loader.load(selectors)
    if not theorems:
        raise UserError("expected at least one theorem", got="none selected", remedy="normproof list")
    ids = frozenset(theorem.id for theorem in theorems)
    with (
        Store(cache_folder() if cache else None, lambda text: say(f"warning: {text}")) as store,
        tempfile.TemporaryDirectory(prefix="normproof-") as fresh,
    ):
        if not cache:  # what is measured is shared between the units of this run, and then forgotten
            settings = replace(settings, cells=fresh)
        try:
            with console.progress(cells_folder(settings)) as progress:
                results = runner.run(theorems, settings, store, jobs=jobs, progress=progress, brief=not selectors)
            total = len(results)
        except runner.Interrupted as stop:
            results, total = stop.results, stop.total
    return _Finished(results, ids, time.perf_counter() - begin, total)


def _publish(finished: _Finished, settings: Settings, json_file: Path | None, report: Path | None) -> int:
    from verify.command import console, jsonout
    from verify.errors import writing

    console.table(finished.results, finished.seconds)
    if json_file is not None:
        data = jsonout.document(
            finished.results,
            settings,
            seconds=finished.seconds,
            selected=finished.selected,
            interrupted=finished.interrupted,
        )
        with writing(json_file, "the JSON results"):
            jsonout.write(data, json_file)
    if report is not None and finished.results:
        from verify.press import report as pages

        with writing(report, "the report"):
            pages.write(finished.results, report, _meta(settings))
        click.echo(f"report: {report / 'index.html'}")
    if finished.interrupted:
        done, total = len(finished.results), finished.total
        say(
            f"interrupted: {done} of {total} theorems finished; their work is kept, the same command goes on from there"
        )
        return EXIT_INTERRUPTED
    return exit_code(finished.results)


def _meta(settings: Settings) -> dict[str, object]:
    """What the report says about the run itself."""
    from verify import fingerprint
    from verify.command import jsonout

    return {
        "budget": settings.budget.value,
        "seed": settings.seed,
        **jsonout.environment(settings),
        "versions": dict(fingerprint.versions()),
    }


def exit_code(results: Sequence[TheoremResult]) -> int:
    """1 if something was refuted that should hold or an erratum was not; 2 if anything else is not as expected."""
    from verify.kernel import Verdict

    wrong = [r for r in results if not r.as_expected]
    if any(r.verdict is Verdict.REFUTED or r.expected is Verdict.REFUTED for r in wrong):
        return EXIT_REFUTED
    return EXIT_UNDECIDED if wrong else EXIT_OK


def _settings(budget: str, device: str, seed: int) -> Settings:
    from verify.devices import resolve
    from verify.settings import Budget, Settings

    return Settings(Budget(budget), seed, resolve(device))


# ---- looking ------------------------------------------------------------------------------------------------
@cli.command("list")
@SELECT
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(selectors: tuple[str, ...], as_json: bool) -> int:
    """List theorems with their titles."""
    from verify.catalogue import select, title

    entries = select(selectors)
    if as_json:
        import json

        rows = [{"id": e.id, "kind": e.kind, "topic": e.topic, "title": title(e), "path": str(e.path)} for e in entries]
        click.echo(json.dumps({"schema": 1, "theorems": rows}, indent=1, ensure_ascii=False))
        return EXIT_OK
    width = max((len(e.id) for e in entries), default=0)
    for heading, kind in (("", "theorem"), ("\nErrata docket: printed, and refuted", "erratum")):
        chosen = [entry for entry in entries if entry.kind == kind]
        if chosen and heading:
            click.echo(heading.lstrip("\n") if len(chosen) == len(entries) else heading)
        for entry in chosen:
            click.echo(f"{entry.id:<{width}}  {title(entry)}")
    return EXIT_OK


@cli.command()
@click.argument("identifier", metavar="ID")
@SEED
def show(identifier: str, seed: int) -> int:
    """Show a theorem: statement, derivation with a mark on each line, evidence, near misses.

    The derivation is checked now; other evidence is shown if an earlier run left it.
    """
    from verify import runner
    from verify.command import console
    from verify.command import show as page
    from verify.store import Store, cache_folder

    theorem = _one(identifier)
    with Store(cache_folder(), lambda text: say(f"warning: {text}")) as store:

        def known(budget: str) -> TheoremResult:
            chosen = _settings(budget, "auto", seed)
            results = runner.run([theorem], chosen, store, compute=lambda work: _at_once(work, theorem))
            return next(r for r in results if r.theorem.id == theorem.id)

        best = max((known(b) for b in ("thorough", "standard", "quick")), key=_amount)
    if best.kind == "erratum":
        from verify.command import docket

        docket.show(console.console(), best)
    else:
        page.show(console.console(), best)
    return EXIT_OK


def _at_once(work: Work, theorem: Theorem) -> bool:
    """What `show` does not wait for a run to do: derivations, and the one rule that refutes a misprint."""
    from theory.erratum import Erratum
    from verify.runner import PRINTED

    if isinstance(theorem, Erratum) and theorem.says in PRINTED and work.theorem_id == theorem.id:
        return work.rule == PRINTED[theorem.says][0] and work.settings.budget.value == "standard"
    return work.rule == "derivation"


def _amount(result: TheoremResult) -> int:
    return len(result.evidence) + len(result.near_misses)


def _one(identifier: str) -> Any:
    """The theorem of an id, or of a .py file."""
    from verify import loader

    if identifier.endswith(".py"):
        return loader.load([identifier])[0]
    return loader.find(identifier)


@cli.command()
@SELECT
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="dot, svg, json, mmd or txt, by suffix."
)
def graph(selectors: tuple[str, ...], output: Path | None) -> int:
    """Show which theorem uses which."""
    from verify import loader, runner
    from verify.command import graph as drawing
    from verify.errors import writable_file, writing

    form = output.suffix.lstrip(".") if output else "txt"
    if form not in drawing.FORMATS:
        raise UserError(
            "expected a file name with a known suffix",
            got=str(output),
            where="-o",
            remedy="one of " + ", ".join(f".{name}" for name in drawing.FORMATS),
        )
    content = drawing.render(runner.in_order(loader.load(selectors)), form)
    if output is None:
        click.echo(content, nl=False)
    else:
        with writing(writable_file(output, "the graph"), "the graph"):
            output.write_text(content, encoding="utf-8")
    return EXIT_OK


_SUFFIXES = {"latex": (".tex",), "pdf": (".pdf",), "markdown": (".md", ".markdown"), "html": ()}
_WHAT = {"latex": "LaTeX files", "pdf": "PDF", "markdown": "Markdown files", "html": "report"}


# ---- writing ------------------------------------------------------------------------------------------------
@cli.command()
@SELECT
@click.option("--to", "form", type=click.Choice(["latex", "pdf", "markdown", "html"]), required=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="PATH")
@BUDGET
@DEVICE
@JOBS
@SEED
def export(selectors: tuple[str, ...], form: str, output: Path, budget: str, device: str, jobs: int, seed: int) -> int:
    """Typeset theorems with their derivations and evidence (verified first; stored evidence is used).

    PATH is a folder, or a file with the format's own suffix: .tex, .pdf, .md.
    """
    import importlib

    module, name = {
        "latex": ("verify.press.latex", "export"),
        "pdf": ("verify.press.latex", "export_pdf"),
        "markdown": ("verify.press.markdown", "export"),
        "html": ("verify.press.report", "write"),
    }[form]
    writer = getattr(importlib.import_module(module), name)
    if form == "pdf":
        importlib.import_module("verify.press.latex").require_engine()
    from verify.errors import writable_file, writable_folder, writing

    check = writable_file if output.suffix.lower() in _SUFFIXES[form] else writable_folder
    check(output, f"the {_WHAT[form]}")
    settings = _settings(budget, device, seed)
    finished = _verify(selectors, settings, jobs=jobs)
    if finished.interrupted:
        say("interrupted: nothing was written; finished work is kept")
        return EXIT_INTERRUPTED
    extra = (_meta(settings),) if form == "html" else ()
    with writing(output, f"the {_WHAT[form]}"):
        written = writer(finished.results, output, *extra)
    click.echo(f"written: {written or output}")
    return exit_code(finished.results)


@cli.command()
@click.argument("name")
@click.option(
    "--kind", type=click.Choice(["identity", "bound", "limit", "experiment"]), default="identity", show_default=True
)
@click.option(
    "--into", type=click.Path(path_type=Path), default=Path(), metavar="DIR", help="The folder; here if not given."
)
def new(name: str, kind: str, into: Path) -> int:
    """Write a skeleton theorem file that runs as it is."""
    from verify.command import scaffold

    path = scaffold.create(name, kind, into)
    click.echo(f"written: {path}\nnext:    normproof run {path}")
    return EXIT_OK


# ---- checking -----------------------------------------------------------------------------------------------
@cli.command()
@click.argument("witness")
@click.option("--from", "source", metavar="PATH", help="The file or folder of your own theorems that it speaks of.")
def replay(witness: str, source: str | None) -> int:
    """Evaluate a counterexample again in ball arithmetic. WITNESS is its JSON, a file with it, or - for stdin.

    Exit code 0 if the two sides are certainly different, 2 if that cannot be decided, 1 if they agree.
    """
    from verify.adversary.replaying import WitnessError
    from verify.command.witness import read
    from verify.replay import described, replayed

    text = read(witness)
    try:
        found = replayed(text, source)
    except WitnessError as error:
        message, _, remedy = str(error).partition(" Remedy: ")
        raise UserError(
            "expected a witness that fits its claim", got=message, where=text[:200], remedy=remedy
        ) from None
    click.echo(described(found))
    return {"different": EXIT_OK, "unknown": EXIT_UNDECIDED}.get(found.outcome, EXIT_REFUTED)


@cli.command()
def doctor() -> int:
    """Say what this machine has and lacks."""
    from verify.command.doctor import examine

    broken = False
    for finding in examine():
        broken = broken or finding.state == "broken"
        click.echo(f"{finding.state:<8}{finding.name:<14}{finding.detail}")
        if finding.remedy:
            click.echo(f"{'':<22}remedy: {finding.remedy}")
    return EXIT_USAGE if broken else EXIT_OK


# ---- numbers ------------------------------------------------------------------------------------------------
@cli.command()
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
        click.echo(rating.text(found[-1]))
    if json_file is not None:
        from verify.command import jsonout

        jsonout.write(rating.rows(found), json_file)
    return EXIT_OK


@cli.command()
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the rows as JSON.")
@DEVICE
def bench(json_file: Path | None, device: str) -> int:
    """Measure throughput, proofs and start-up, as ratios within one run."""
    from verify.command import bench as rows
    from verify.command import jsonout
    from verify.devices import resolve
    from verify.errors import writable_file

    if json_file is not None:
        writable_file(json_file, "the measurements")
    measured = rows.measure(resolve(device), progress=lambda text: say(f"measuring {text}"))
    rows.table(measured)
    if json_file is not None:
        jsonout.write(rows.document(measured), json_file)
    return rows.exit_code(measured)
