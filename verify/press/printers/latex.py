r"""Results as LaTeX that compiles: `derivations.tex`, a BibTeX file, and one snippet a theorem to \input elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from theory import terms as t
from verify.errors import UserError, writable_file, writable_folder
from verify.loading.bibliography import BIBLIOGRAPHY, merged, require_sources
from verify.press.pages import build, docket, explosion_plots, prose, tally
from verify.press.pages.explosion_plots import NO_RATES, Rates
from verify.press.pages.mutants import counted
from verify.press.pages.parts import Page
from verify.press.printers.latex_display import escape
from verify.press.printers.latex_page import page_tex
from verify.press.printers.tikz import figure_tex
from verify.results.records import Fate, TheoremResult

PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage[margin=27mm]{geometry}
\usepackage{amsmath,amssymb,amsthm}
\usepackage{tikz}
\usepackage[hidelinks]{hyperref}
\usepackage[capitalise,noabbrev]{cleveref}
\newtheorem{theorem}{Theorem}
\newtheorem{erratum}{Erratum}
\newtheorem{experiment}{Experiment}
\theoremstyle{remark}
\newtheorem*{remark}{Remark}
\crefname{theorem}{Theorem}{Theorems}
\crefname{erratum}{Erratum}{Errata}
\crefname{experiment}{Experiment}{Experiments}
\allowdisplaybreaks[2]
\emergencystretch=8em
"""
WRITTEN = "% Written by normproof, which writes it over.\n"
SNIPPET = r"""% One theorem, to be \input into a paper with amsmath, amssymb, amsthm, tikz, hyperref, cleveref
% that declares \newtheorem{theorem}{Theorem}, the same for erratum and experiment, and \newtheorem*{remark}{Remark},
% and cites from references.bib.
"""


def write(
    results: Sequence[TheoremResult],
    path: Path | str,
    about: Mapping[str, object] | None = None,
    rates: Rates = NO_RATES,
) -> Path:
    """Write LaTeX and return the main file. A path ending in .tex: one file; otherwise a folder with snippets.

    `references.bib` is written beside the main file. Raises UserError if the place cannot be written, or if a theorem
    cites what no BibTeX file has.
    """
    target = Path(path)
    for result in results:
        require_sources(result.theorem)
    bibliography = WRITTEN + merged(r.theorem for r in results)
    known = frozenset(r.theorem.id for r in results)
    pages = {r.theorem.id: build.of(r, results) for r in results}
    if target.suffix == ".tex":
        writable_file(target, "the LaTeX file")
        require_own(target.with_name(BIBLIOGRAPHY.name), bibliography)
        target.write_text(_document(results, pages, rates), encoding="utf-8")
        target.with_name(BIBLIOGRAPHY.name).write_text(bibliography, encoding="utf-8")
        return target
    require_own(target / BIBLIOGRAPHY.name, bibliography)
    writable_folder(target / "theorems", "the LaTeX files")
    for name, page in pages.items():
        (target / "theorems" / f"{name}.tex").write_text(SNIPPET + page_tex(page, known), encoding="utf-8")
    main = target / "derivations.tex"
    main.write_text(_document(results, pages, rates), encoding="utf-8")
    (target / BIBLIOGRAPHY.name).write_text(bibliography, encoding="utf-8")
    return main


def require_own(path: Path, text: str) -> None:
    """A bibliography of the user's own is not written over. Raises UserError."""
    if path.exists() and path.read_text(encoding="utf-8", errors="replace") not in (text, text.removeprefix(WRITTEN)):
        with path.open(encoding="utf-8", errors="replace") as file:
            own = file.readline() == WRITTEN
        if not own or path.is_symlink():
            raise UserError(
                f"expected no other {path.name} beside the LaTeX file: it would be written over",
                got="one that normproof did not write",
                where=str(path),
                remedy="name another folder",
            )


def document(results: Sequence[TheoremResult], rates: Rates = NO_RATES) -> str:
    """A whole document: what it is, the theorems by topic, each after those it uses, then the errata docket."""
    return _document(results, {r.theorem.id: build.of(r, results) for r in results}, rates)


def _document(results: Sequence[TheoremResult], pages: Mapping[str, Page], rates: Rates) -> str:
    known = frozenset(r.theorem.id for r in results)
    body, heading = [], ""
    defined: dict[t.Definition, str] = {}
    theorems, errata = docket.split(_ordered(results))
    for result in (*theorems, *errata):
        page = pages[result.theorem.id]
        if page.heading != heading:
            heading = page.heading
            body.append(rf"\section{{{escape(heading)}}}")
        body.append(page_tex(page, known, defined))
        for definition in prose.definitions(result.theorem):
            defined.setdefault(definition, page.id)
    return "\n".join(
        [
            PREAMBLE + r"\title{Theorems with machine-checked derivations}",
            rf"\author{{Set by normproof {escape(version('normproof'))}}}",
            r"\date{}",
            r"\begin{document}",
            r"\maketitle",
            rf"\begin{{abstract}}\noindent {_abstract(results)}\end{{abstract}}",
            *body,
            *_plots(results, rates),
            r"\bibliographystyle{plain}",
            r"\bibliography{references}",
            r"\end{document}",
            "",
        ]
    )


def _plots(results: Sequence[TheoremResult], rates: Rates) -> list[str]:
    """A section of the plots that the run has."""
    found = explosion_plots.plots(results, rates)
    if not found:
        return []
    pages = [text for plot in found for text in (rf"\noindent {escape(plot.words)}\par", *figure_tex(plot.figure))]
    return [rf"\section{{{explosion_plots.HEADING}}}", *pages]


def _abstract(results: Sequence[TheoremResult]) -> str:
    counts = tally.of(results)
    verdicts = prose.listed([f"{n} {verdict.value}" for verdict, n in counts.verdicts.items() if n] or ["none"])
    mutants = counted([m for r in results for m in r.mutants])
    refuted, misses = counts.near_misses[Fate.REFUTED], counts.misses_met[1]
    return (
        f"{prose.plural(counts.theorems, 'theorem')}: {verdicts}. A theorem is called proved when every line of its "
        "derivation was accepted by a small checker that leaves all dimensions as symbols, or, where it says ``not "
        "derived but enclosed'', when boxes in ball arithmetic cover the whole range it speaks of. The reason beside a "
        "line is all that the checker may use there. The footnotes say what else was examined: components at explicit "
        "sizes, exact instances in ball arithmetic, and batches of floating-point instances, "
        f"{counts.instances:,} in all; such points support a statement and never prove it. The near misses are false "
        "neighbours of the statements, written down by their authors: "
        f"{refuted} of {misses} are refuted by the counterexamples given, each certified in ball arithmetic."
        + (f" Of the mutants made from the statements automatically, {mutants.split(': ')[1]}." if mutants else "")
        + (f" Of the survivors, {counts.excused} are excused in words." if counts.excused else "")
        + _docket(counts)
    )


def _docket(counts: tally.Tally) -> str:
    if not counts.errata:
        return ""
    return (
        " The errata docket lists statements that were printed and are not true: "
        f"{counts.errata_refuted} of {counts.errata} are "
        "refuted, by a counterexample that can be checked by hand, or by a proof of what was denied."
    )


def _ordered(results: Sequence[TheoremResult]) -> list[TheoremResult]:
    """A theorem after those it uses; otherwise as given."""
    by_id = {r.theorem.id: r for r in results}
    out: dict[str, TheoremResult] = {}

    def visit(result: TheoremResult) -> None:
        for used in result.theorem.uses:
            if used.id in by_id and used.id not in out:
                visit(by_id[used.id])
        out.setdefault(result.theorem.id, result)

    for result in results:
        visit(result)
    return list(out.values())
