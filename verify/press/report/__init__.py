"""The report: one folder of static HTML, no script needed, no network. Reads results, decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from theory.statements.erratum import Erratum
from theory.statements.experiment import Experiment
from theory.statements.premises import premises
from verify.press.explosion_plots import NO_RATES, Rates
from verify.results.records import TheoremResult

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent / "templates"
ASSETS = ("style.css", "report.js")


def write(
    results: Sequence[TheoremResult],
    folder: Path | str,
    meta: Mapping[str, object] | None = None,
    rates: Rates = NO_RATES,
) -> Path:
    """Write the report and return its index page. `meta` (seed, budget, versions, ...) is printed as it is.

    `rates` are drawn where the run has plots.

    Raises UserError if the folder cannot be written, or holds anything but a report.
    """
    from verify.errors import own_file, report_folder, writable_folder
    from verify.press import docket, explosion_plots
    from verify.press.report import drawing, errata, pages, weakest
    from verify.press.report.plots import plotted

    target = report_folder(Path(folder))
    writable_folder(target / "theorems", "the report")
    site = _environment()
    known = frozenset(r.theorem.id for r in results)
    theorems, printed = docket.split(results)
    rows = [pages.row(r) for r in results]
    of_theorems = [pages.row(r) for r in theorems]
    drawn = [plotted(p.figure, p.words) for p in explosion_plots.plots(results, rates)]
    shared = {"meta": _flat(meta or {}), "errata": [errata.item(r) for r in printed], "known": known, "plots": drawn}
    index = site.get_template("index.html").render(
        **shared,
        base="",
        rows=of_theorems,
        links=weakest.weakest_links(results),
        topics=sorted({r.topic for r in of_theorems}),
        tally=_tally(of_theorems),
    )
    own_file(target / "index.html").write_text(index, encoding="utf-8")
    uses = {r.theorem.id: pages.neighbours(r, results) for r in results}
    graph = site.get_template("graph.html").render(
        **shared, base="", rows=rows, graph=drawing.graph_svg(results), uses=uses
    )
    own_file(target / "graph.html").write_text(graph, encoding="utf-8")
    if drawn:
        page = site.get_template("plots.html").render(**shared, base="")
        own_file(target / "plots.html").write_text(page, encoding="utf-8")
    for result, row in zip(results, rows, strict=True):
        page = _page(site, result, results, known, {**shared, "rows": rows, "row": row}, rates)
        own_file(target / "theorems" / f"{result.theorem.id}.html").write_text(page, encoding="utf-8")
    for name in ASSETS:
        own_file(target / name).write_text((_HERE / name).read_text(encoding="utf-8"), encoding="utf-8")
    return target / "index.html"


def html_card(result: TheoremResult) -> str:
    """One result as a fragment of HTML for a notebook: verdict, statement, evidence. No outside file is needed."""
    from verify.press.report import pages

    parts = [pages.chain(result, k, p, frozenset()) for k, p in enumerate(result.theorem.parts)]
    evidence = [pages.seen(result.theorem, e) for e in result.evidence]
    page = _environment().get_template("card.html")
    return page.render(row=pages.row(result), parts=parts, evidence=evidence, result=result)


def _page(
    site: Environment,
    result: TheoremResult,
    results: Sequence[TheoremResult],
    known: frozenset[str],
    shared: Mapping[str, object],
    rates: Rates,
) -> str:
    from verify.loading.bibliography import listed
    from verify.press import prose
    from verify.press.mutants import counted
    from verify.press.report import errata, experiments, pages

    theorem = result.theorem
    both = {
        **shared,
        "base": "../",
        "result": result,
        "theorem": theorem,
        "setting": pages.setting(theorem),
        "assumptions": pages.assumptions(theorem),
        "definitions": pages.definitions(theorem),
        "evidence": [pages.seen(theorem, e) for e in result.evidence],
        "lies": pages.lies(result),
        "mutants": pages.mutants(result),
        "counted": counted(result.mutants),
        "purposes": pages.purposes(result),
        "sources": listed(theorem, theorem.sources),
        "see_also": listed(theorem, theorem.see_also),
        "premises": premises(theorem),
        "findings": prose.findings(result),
    }
    if isinstance(theorem, Erratum):
        own = errata.page(result, results, known, rates)
        return site.get_template("erratum.html").render(**both, **own, item=errata.item(result))
    uses, used_by = pages.neighbours(result, results)
    if isinstance(theorem, Experiment):
        own = experiments.page(result, theorem)
        return site.get_template("experiment.html").render(**both, **own, uses=uses, used_by=used_by)
    return site.get_template("theorem.html").render(
        **both,
        text=[pages.words(theorem, p) for p in prose.paragraphs(theorem)],
        chains=[pages.chain(result, k, p, known) for k, p in enumerate(theorem.parts)],
        claimed=pages.words(theorem, result.claim_range),
        covered=pages.words(theorem, result.evidence_range),
        uses=uses,
        used_by=used_by,
    )


def _environment() -> Environment:
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def _tally(rows: Sequence[object]) -> dict[str, int]:
    verdicts = ("proved", "supported", "undecided", "refuted")
    return {v: sum(getattr(r, "verdict", "") == v for r in rows) for v in verdicts}


def _flat(meta: Mapping[str, object]) -> list[tuple[str, str]]:
    """Nested facts as name and value, in order."""
    out: list[tuple[str, str]] = []
    for name, value in meta.items():
        if isinstance(value, Mapping):
            out.append((name, ", ".join(f"{k} {v}" for k, v in value.items())))
        else:
            out.append((name, str(value)))
    return out
