"""`normproof run`, and what every command needs that verifies: a run that can be cut short, and its exit code."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.command.command_group import say
from verify.command.options import BUDGET, DEVICE, EXECUTOR, JOBS, NO_CACHE, SEED, SELECT, executor_of, settings_of, tls
from verify.errors import EXIT_INTERRUPTED, EXIT_OK, EXIT_REFUTED, EXIT_UNDECIDED, UserError
from verify.plural import plural

if TYPE_CHECKING:
    from theory.statements.theorem import Theorem
    from verify.results.drawn_lines import Plots
    from verify.results.records import TheoremResult
    from verify.results.store import Store
    from verify.running.executors import Executor, Unit
    from verify.settings import Settings


@click.command()
@SELECT
@BUDGET
@DEVICE
@JOBS
@EXECUTOR
@tls
@SEED
@NO_CACHE
@click.option("--search", is_flag=True, help="Search again for every counterexample, also for those that are kept.")
@click.option("--keep", is_flag=True, help="Keep the counterexamples in files beside the theorems, for the next run.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), metavar="FILE", help="Write the results as JSON.")
@click.option("--report", type=click.Path(path_type=Path), metavar="DIR", help="Write an HTML report into a folder.")
@click.option("--data", metavar="cifar10:DIR", help="Images for experiments that train on images; digits if not given.")
def run(
    selectors: tuple[str, ...],
    budget: str,
    device: str,
    jobs: int | None,
    executor: str | None,
    seed: int,
    no_cache: bool,
    search: bool,
    keep: bool,
    json_file: Path | None,
    report: Path | None,
    data: str | None,
    tls: tuple[str, str, str] | None,
) -> int:
    """Verify theorems: derive, attack, measure.

    Without SELECT, experiments that take long run at the quick budget.
    """
    from verify.errors import report_folder, writable_file

    if json_file is not None:
        writable_file(json_file, "the JSON results")
    if report is not None:
        report_folder(report)
    place = executor_of(executor, jobs, tls)
    settings = replace(settings_of(budget, device, seed), search=search)
    if data is not None:
        from verify.command.data_folder import resolved

        settings = replace(settings, data=resolved(data))
    written = bool(json_file or report)
    finished = verified(
        selectors, settings, executor=place, cache=not no_cache, drawn=report is not None, written=written
    )
    code = _publish(finished, settings, json_file, report, cache=not no_cache)
    if keep:  # last: a file that cannot be written takes no result away
        _keep(finished.results, settings)
    return code


@dataclass(frozen=True)
class Finished:
    """What a run left: its results, the ids that were asked for, and how many theorems there were to do.

    `unexamined` are ids of which something was not looked at, where stored results were taken as they are.
    """

    results: list[TheoremResult]
    selected: frozenset[str]
    seconds: float
    total: int
    unexamined: frozenset[str] = frozenset()

    @property
    def examined(self) -> list[TheoremResult]:
        """The results that have all their evidence: these speak by an exit code."""
        return [result for result in self.results if result.theorem.id not in self.unexamined]

    @property
    def interrupted(self) -> bool:
        """Was it cut short, with theorems left undone?"""
        return len(self.results) < self.total


def verified(
    selectors: Sequence[str],
    settings: Settings,
    *,
    executor: Executor | None = None,
    cache: bool = True,
    drawn: bool = False,
    written: bool = False,
) -> Finished:
    """Run the selected theorems and those they use, with progress on stderr; Ctrl-C leaves what has finished.

    `drawn`: plots are wanted, and the rates that they draw are computed beside the theorems; `written`: so is what
    mutants state, for pages or JSON that will say it.
    Raises UserError if nothing is selected, a file cannot be loaded, or it asks for what cannot be measured.
    """
    import time

    from verify.command import console
    from verify.loading import loader
    from verify.results.store import Store, cache_folder, cells_folder
    from verify.rules import measurable
    from verify.running import executors, runner

    begin = time.perf_counter()
    theorems = loader.load(selectors)
    if not theorems:
        raise UserError("expected at least one theorem", got="none selected", remedy="normproof list")
    measurable.require_measurable(theorems)
    ids = frozenset(theorem.id for theorem in theorems)
    with (
        Store(cache_folder() if cache else None, lambda text: say(f"warning: {text}")) as store,
        nullcontext("") if cache else _forgotten() as fresh,
    ):
        if fresh:  # what is measured is shared between the units of this run, and then forgotten
            settings = replace(settings, cells=fresh)
        try:
            with console.progress(cells_folder(settings)) as progress:
                results = runner.run(
                    theorems,
                    settings,
                    store,
                    executor=executor or executors.serial,
                    progress=progress,
                    brief=not selectors,
                    beside=[
                        *(_formulas_of(theorems, store) if written else ()),
                        *(_rates_of(theorems, store) if drawn else ()),
                    ],
                )
            total = len(results)
        except runner.Interrupted as stop:
            results, total = stop.results, stop.total
    return Finished(results, ids, time.perf_counter() - begin, total)


def _forgotten() -> AbstractContextManager[str]:
    """A new folder, for as long as it is needed."""
    import tempfile

    return tempfile.TemporaryDirectory(prefix="normproof-")


def _keep(results: Sequence[TheoremResult], settings: Settings) -> None:
    """Write what was found into files beside the theorems. Raises UserError where one cannot be written."""
    from theory.statements import sidecar
    from verify.adversary.keeping import keep
    from verify.errors import writing

    kept = 0
    for result in results:
        path = sidecar.findings(result.theorem.module)
        if path is not None:
            with writing(path, "the findings"):
                kept += keep(result, settings.budget) is not None
    say(f"what was found is kept beside {plural(kept, 'theorem')}")


def _rates_of(theorems: Sequence[Theorem], store: Store) -> Sequence[Unit]:
    from verify.running.plotting import beforehand

    return beforehand(theorems, store)


def _formulas_of(theorems: Sequence[Theorem], store: Store) -> Sequence[Unit]:
    from verify.running import runner
    from verify.running.saying import beforehand

    return beforehand(runner.in_order(theorems), store)


def to_draw(results: Sequence[TheoremResult], *, cache: bool = True) -> Plots:
    """What is drawn of a run; growth rates come from the store where they were computed before."""
    from verify.results.store import Store, cache_folder
    from verify.running.plotting import drawn

    with Store(cache_folder() if cache else None, lambda text: say(f"warning: {text}")) as store:
        return drawn(results, store)


def _publish(
    finished: Finished, settings: Settings, json_file: Path | None, report: Path | None, *, cache: bool
) -> int:
    from verify.command import summary
    from verify.errors import writing

    summary.table(finished.results, finished.seconds)
    data = document(finished, settings) if json_file or report else {}
    if json_file is not None:
        from verify.press.printers import json as jsonout

        with writing(json_file, "the JSON results"):
            jsonout.write(data, json_file)
    if report is not None and finished.results:
        from verify.press.printers import PRINTERS

        with writing(report, "the report"):
            plots = to_draw(finished.results, cache=cache)
            PRINTERS["html"].write(finished.results, report, about(settings), plots, data)
        click.echo(f"report: {report / 'index.html'}")
    if finished.interrupted:
        done = f"{len(finished.results)} of {plural(finished.total, 'theorem')}"
        say(f"interrupted: {done} finished; their work is kept, the same command goes on from there")
        return EXIT_INTERRUPTED
    return exit_code(finished.results)


def document(finished: Finished, settings: Settings) -> dict[str, object]:
    """The run as JSON, as `--json` writes it and as it stands beside a report."""
    from verify.command.provenance import made
    from verify.press.printers import json as jsonout

    data = jsonout.document(
        finished.results,
        settings,
        seconds=finished.seconds,
        selected=finished.selected,
        interrupted=finished.interrupted,
    )
    return {**data, "made": made()}


def about(settings: Settings) -> dict[str, object]:
    """What the report says about the run itself."""
    from verify.command.provenance import made
    from verify.press.printers import json as jsonout
    from verify.results import fingerprint

    return {
        **made(),
        "budget": settings.budget.value,
        "seed": settings.seed,
        **jsonout.environment(settings),
        "versions": dict(fingerprint.versions()),
    }


def exit_code(results: Sequence[TheoremResult]) -> int:
    """1 if something was refuted that should hold or an erratum was not; 2 if anything else is not as expected,
    or a rule left more than a share of its instances undecided."""
    from verify.proof.kernel import Verdict

    wrong = [r for r in results if not r.as_expected]
    if any(r.verdict is Verdict.REFUTED or r.expected is Verdict.REFUTED for r in wrong):
        return EXIT_REFUTED
    return EXIT_UNDECIDED if wrong or any(r.undecided for r in results) else EXIT_OK
