r"""All results as one article: contents, the theorems by topic, the experiments, the errata, and an appendix.

A theorem's id stands in the margin: it leads from the page to `normproof run ID`, and the file `map.json` leads back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from types import MappingProxyType

from theory import terms as t
from verify.plural import plural
from verify.press.pages import build, mutants, parts, prose, reading_order, tally
from verify.press.pages.curves import laid_out
from verify.press.pages.parts import Page
from verify.press.pages.wording import worded
from verify.press.printers.latex_display import escape, spoken, text
from verify.press.printers.latex_page import BARRIER, page_tex
from verify.press.printers.tikz import figure_tex
from verify.results.drawn_lines import NO_PLOTS, Plots
from verify.results.records import Fate, TheoremResult

PREAMBLE = r"""\documentclass[11pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage[margin=27mm,marginparwidth=21mm,marginparsep=3mm]{geometry}
\usepackage{amsmath,amssymb,amsthm}
\usepackage{tikz}
\usepackage{placeins}
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
\interfootnotelinepenalty=10000
\setcounter{tocdepth}{2}
\newcommand*{\npassumed}{\textup{\textsf{\footnotesize[assumed, not derived]}}}
% A theorem's id in the margin and its title in the contents: kind, id, title.
\newcommand*{\npentry}[3]{\leavevmode\marginpar{\raggedright\tiny\ttfamily #2}%
\addtocontents{toc}{\protect\contentsline{subsection}%
{\protect\numberline{\csname the#1\endcsname}#3}{\thepage}{#1.\csname the#1\endcsname}}}
"""
TITLE = "Theorems with machine-checked derivations"
NOTHING: Mapping[str, object] = MappingProxyType({})
_PLOTTED = "Plots"
_EXCUSED = "Slips that are excused in words"


def document(
    results: Sequence[TheoremResult],
    plots: Plots = NO_PLOTS,
    about: Mapping[str, object] = NOTHING,
    pages: Mapping[str, Page] = MappingProxyType({}),
) -> str:
    """The whole document. `about` says when and by what it was run; `pages` are built if they do not come along."""
    known = frozenset(r.theorem.id for r in results)
    pages = pages or build.pages(results, plots)
    body: list[str] = []
    defined: dict[t.Definition, str] = {}
    volumes = reading_order.volumes(results)
    for volume in volumes:
        body += [rf"\part{{{volume.title}}}"] if len(volumes) > 1 else []
        for section in volume.sections:
            body.append(rf"\section{{{spoken(section.heading)}}}")
            body += [text(section.in_short.marked, known)] if section.in_short else []
            for result in section.results:
                page = pages[result.theorem.id]
                body.append(page_tex(page, known, defined, entry=True))
                body += (
                    [BARRIER] if any(isinstance(s, parts.Comparisons | parts.Figures) for s in page.sections) else []
                )
                for definition in prose.definitions(result.theorem):
                    defined.setdefault(definition, page.id)
        if volume is volumes[0]:
            body += _plots(plots)
    return "\n".join(
        [
            PREAMBLE + _data(about),
            rf"\title{{{TITLE}}}",
            rf"\author{{{_author(about)}}}",
            rf"\date{{{escape(str(about.get('date', '')))}}}",
            r"\begin{document}",
            r"\maketitle",
            rf"\begin{{abstract}}\noindent {_abstract(results)}\end{{abstract}}",
            *([r"\tableofcontents"] if len(results) > 1 else []),
            *body,
            *_excused(results),
            r"\bibliographystyle{plain}",
            r"\bibliography{references}",
            r"\end{document}",
            "",
        ]
    )


def _author(about: Mapping[str, object]) -> str:
    commit = f", commit {about['commit']}" if about.get("commit") else ""
    return f"Set by normproof {escape(version('normproof') + commit)}"


def _data(about: Mapping[str, object]) -> str:
    """What the PDF says of itself: title, date, commit, and the versions of what computed."""
    found = about.get("versions")
    versions = found if isinstance(found, Mapping) else {}
    told = {
        **{key: about[key] for key in ("date", "commit", "budget", "seed") if about.get(key) not in (None, "")},
        **versions,
    }
    subject = ", ".join(f"{key} {value}" for key, value in told.items())
    fields = {"pdftitle": TITLE, "pdfauthor": f"normproof {version('normproof')}", "pdfsubject": subject}
    return rf"\hypersetup{{{','.join(f'{key}={{{escape(value)}}}' for key, value in fields.items() if value)}}}" + "\n"


def _plots(plots: Plots) -> list[str]:
    """A section of the plots that the run has."""
    if not plots.of_run:
        return []
    return [
        rf"\clearpage\section{{{_PLOTTED}}}",
        *(x for plot in plots.of_run for x in figure_tex(laid_out(plot), plot.words)),
        BARRIER,
    ]


def _excused(results: Sequence[TheoremResult]) -> list[str]:
    """An appendix: what survived of the slips made automatically, and the sentence that its author gave for each."""
    out: list[str] = []
    for volume in reading_order.volumes(results):
        for result in volume.results:
            theorem = result.theorem
            said = [(mutants.name(result, m).marked, m.known) for m in mutants.survivors(result) if m.known]
            if said:
                out += [rf"\paragraph{{\cref{{{theorem.id}}}.}}", r"\begin{itemize}\small\sloppy"]
                out += [rf"\item {text(name)}: {text(worded(theorem, why))}." for name, why in said]
                out.append(r"\end{itemize}")
    intro = (
        "Each of these is the statement with one slip of the hand. No counterexample is known to it, and nothing "
        "derives it: the sentence beside it is its author's, and is believed by nobody who has not read it."
    )
    return [r"\appendix", rf"\section{{{_EXCUSED}}}", intro, *out] if out else []


def _abstract(results: Sequence[TheoremResult]) -> str:
    counts = tally.of(results)
    verdicts = prose.listed(tally.verdicts(counts) or ["none"])
    slips = mutants.counted([m for r in results for m in r.mutants])
    refuted, misses = counts.near_misses[Fate.REFUTED], counts.misses_met[1]
    return (
        f"{_how_many(results)}: {verdicts}. A theorem is called proved when every line of its "
        "derivation was accepted by a small checker that leaves all dimensions as symbols, or, where it says ``not "
        "derived but enclosed'', when boxes in ball arithmetic cover the whole range it speaks of. The reason beside a "
        "line is all that the checker may use there. The footnotes say what else was examined: components at explicit "
        "sizes, exact instances in ball arithmetic, and batches of floating-point instances, "
        f"{counts.instances:,} in all; such points support a statement and never prove it."
        + (
            " The near misses are false neighbours of the statements, written down by their authors: "
            f"{refuted} of {misses} are refuted by the counterexamples given, each certified in ball arithmetic."
            if misses
            else ""
        )
        + (f" Of the mutants made from the statements automatically, {slips.split(': ')[1]}." if slips else "")
        + (f" Of the survivors, {counts.excused} are excused in words." if counts.excused else "")
        + _docket(counts)
    )


def _how_many(results: Sequence[TheoremResult]) -> str:
    """`66 theorems and 16 experiments`."""
    kinds = Counter(result.kind for result in results)
    return prose.listed(
        [plural(kinds[kind], kind) for kind in ("theorem", "experiment") if kinds[kind]] or ["no theorem"]
    )


def _docket(counts: tally.Tally) -> str:
    if not counts.errata:
        return ""
    return (
        " The errata docket lists statements that were printed and are not true: "
        f"{counts.errata_refuted} of {counts.errata} {'is' if counts.errata == 1 else 'are'} "
        "refuted, by a counterexample that can be checked by hand, or by a proof of what was denied."
    )
