"""The report: one folder of static HTML, no script needed, no network. Reads results, decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from verify.results.drawn_lines import NO_PLOTS, Plots
from verify.results.records import TheoremResult

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent / "templates"
ASSETS = ("style.css", "report.js")
FOLDERS = ("theorems", "topics")


def write(
    results: Sequence[TheoremResult],
    path: Path | str,
    about: Mapping[str, object] | None = None,
    plots: Plots = NO_PLOTS,
    data: Mapping[str, object] | None = None,
) -> Path:
    """Write the report and return its index page. `about` (date, commit, seed, ...) is printed as it is; `data`, the
    run as JSON, stands beside the pages as `results.json`, with its SHA-256 in print.

    Raises UserError if the folder cannot be written, or holds anything but a report.
    """
    from verify.errors import own_file, report_folder, writable_folder
    from verify.press.pages import build, docket, known, measuring, tally, topics, trusted, weakest
    from verify.press.pages.curves import laid_out
    from verify.press.pages.sections import neighbours
    from verify.press.printers import picture
    from verify.press.printers.html.index import erratum_row, shelves

    target = report_folder(Path(path))
    for folder in FOLDERS:
        writable_folder(target / folder, "the report")
    ids = frozenset(r.theorem.id for r in results)
    site = environment(ids)
    theorems, _ = docket.split(results)
    pages = {r.theorem.id: build.of(r, results, plots) for r in results}
    drawn = [(laid_out(plot), plot.words) for plot in plots.of_run]
    printed = [erratum_row(page) for page in pages.values() if page.kind == "erratum"]
    ordered = topics.in_order(results)
    known_of = [known.of(topic, results, pages) for topic in ordered]
    links = weakest.weakest_links(results)
    meta = _flat(about or {})
    room, axioms = trusted.files(), trusted.rested_on(theorems)
    shared = {
        "meta": meta,
        "proved": trusted.PROVED,
        "errata": printed,
        "known": ids,
        "about_topics": bool(ordered),
        "plots": drawn,
        "digest": _results_file(target, data),
    }
    index: dict[str, object] = {
        "shelves": shelves(ordered, pages),
        "links": links,
        "known_of": known_of,
        "counts": tally.of(results),
        "about": dict(meta),
        "budgets": measuring.budgets(results),
        "trusted_lines": sum(file.lines for file in room),
        "trusted_axioms": len(axioms),
        "used_axioms": sum(bool(axiom.users) for axiom in axioms),
    }
    graph: dict[str, object] = {
        "rows": [(pages[r.theorem.id], neighbours(r, results)) for r in results],
        "drawn": picture.on_a_page(results, lambda name: f"theorems/{name}.html"),
    }
    trust: dict[str, object] = {"files": room, "axioms": axioms}
    files = {"index": index, "graph": graph, "trust": trust} | ({"plots": {}} if drawn else {})
    for name, own in files.items():
        text = site.get_template(f"{name}.html").render(**shared, **own, base="")
        own_file(target / f"{name}.html").write_text(text, encoding="utf-8")
    for page in pages.values():
        text = site.get_template("page.html").render(**shared, base="../", page=page)
        own_file(target / "theorems" / f"{page.id}.html").write_text(text, encoding="utf-8")
    for topic in known_of:
        text = site.get_template("topic.html").render(**shared, base="../", topic=topic)
        own_file(target / "topics" / f"{topic.name}.html").write_text(text, encoding="utf-8")
    for name in ASSETS:
        own_file(target / name).write_text((_HERE / name).read_text(encoding="utf-8"), encoding="utf-8")
    return target / "index.html"


def _results_file(target: Path, data: Mapping[str, object] | None) -> str:
    """Write the run as JSON and return the SHA-256 of the file; nothing where there is none to write."""
    import hashlib

    from verify.errors import own_file
    from verify.press.printers.json import written

    if data is None:
        return ""
    whole = written(data).encode()
    own_file(target / "results.json").write_bytes(whole)
    return hashlib.sha256(whole).hexdigest()


def environment(known: frozenset[str]) -> Environment:
    """The templates with their filters; theorems in `known` are linked."""
    import jinja2

    from verify.plural import plural
    from verify.press.pages import docket, glossary, hypotheses, prose
    from verify.press.pages.evidence import lines_now
    from verify.press.pages.unicode_text import unicode_text
    from verify.press.printers.html import copied, richtext, svg
    from verify.press.printers.html.plots import panel_svg

    site = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    site.globals |= {"verdicts": glossary.VERDICTS, "glossary": glossary.WORDS}
    notation = (richtext.formula, richtext.claim, richtext.start, richtext.line, richtext.certificates)
    site.filters |= {function.__name__: function for function in (*notation, richtext.definition)}
    site.filters |= {"statement_tex": copied.statement_tex, "chain_tex": copied.chain_tex}
    site.filters |= {
        "plain": unicode_text,
        "set": lambda rows: [richtext.formula(row, block=True) for row in rows],
        "prose": richtext.prose,
        "number": richtext.number,
        "lines_now": lines_now,
        "without_lead": prose.without_lead,
        "rich": lambda text, base="": richtext.rich(text, known, base),
        "whose": lambda item: hypotheses.whose(item).marked,
        "reasons": lambda step: richtext.reasons(step, known),
        "section": lambda section: f"section/{type(section).__name__.lower()}.html",
        "histogram": svg.residuals,
        "steps": lambda failure: [
            (*map(richtext.formula, docket.step_tex(s)), docket.inexact(s)) for s in failure.steps
        ],
        "place": docket.where,
        "plural": plural,
        "svg": panel_svg,
    }
    return site


def _flat(about: Mapping[str, object]) -> list[tuple[str, str]]:
    """Nested facts as name and value, in order."""
    out: list[tuple[str, str]] = []
    for name, value in about.items():
        if isinstance(value, Mapping):
            out.append((name, ", ".join(f"{k} {v}" for k, v in value.items())))
        else:
            out.append((name, str(value)))
    return out
