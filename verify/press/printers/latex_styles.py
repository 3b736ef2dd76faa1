r"""Other documents than the article: the body of an appendix, slides, and a paper in two columns.

They are made of the snippets that any paper takes, with the macros of `normproof.sty` alone; plots are left to the
article.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from verify.press.pages import reading_order
from verify.press.pages.parts import Page
from verify.press.pages.titles import title_tex
from verify.press.printers import latex_snippet
from verify.press.printers.latex_display import escape, text
from verify.press.printers.latex_snippet import Options
from verify.results.records import TheoremResult

TITLE = "Theorems with machine-checked derivations"
APPENDIX = r"""% All theorems, to be \input behind \appendix into a document with \usepackage{normproof};
% their sources are in references.bib.
"""
TWO_COLUMNS = r"""\documentclass[10pt,a4paper,twocolumn]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\usepackage[margin=17mm,columnsep=6mm]{geometry}
\usepackage{amsmath,amssymb,amsthm}
\usepackage[hidelinks]{hyperref}
\newtheorem{theorem}{Theorem}
\newtheorem{erratum}{Erratum}
\newtheorem{experiment}{Experiment}
\raggedbottom
\usepackage{normproof}
"""
SLIDES = r"""\documentclass[11pt,t]{beamer}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{lmodern}
\newtheorem{erratum}{Erratum}
\newtheorem{experiment}{Experiment}
\allowdisplaybreaks[4]
\setbeamertemplate{navigation symbols}{}
\setbeamertemplate{footline}[frame number]
\setbeamertemplate{frametitle continuation}[from second]
\setbeamerfont{frametitle}{size=\normalsize}
\usepackage{normproof}
\renewcommand{\nptitle}[1]{\sloppy\ignorespaces} % the slide bears it
"""


@dataclass(frozen=True)
class Style:
    """How a document begins and ends, how a section begins, and how a theorem stands in it."""

    options: Options
    opening: Callable[[Mapping[str, object]], str]
    closing: str
    heading: Callable[[str], str]
    around: Callable[[TheoremResult, str], str] = lambda result, tex: tex


def document(
    results: Sequence[TheoremResult],
    style: str,
    about: Mapping[str, object],
    pages: Mapping[str, Page] = MappingProxyType({}),
    snippets: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The document in one of STYLES; `snippets` are made if they do not come along."""
    row = STYLES[style]
    found = snippets or latex_snippet.snippets(results, row.options, pages=pages)
    out = [row.opening(about)]
    for volume in reading_order.volumes(results):
        for section in volume.sections:
            out.append(row.heading(escape(section.heading)))
            out += [row.around(result, _body(found[result.theorem.id])) for result in section.results]
    return "\n".join([*out, row.closing])


def _body(tex: str) -> str:
    return tex.removeprefix(latex_snippet.HEAD)


def _titled(preamble: str) -> Callable[[Mapping[str, object]], str]:
    def opening(about: Mapping[str, object]) -> str:
        date = escape(str(about.get("date", "")))
        commit = escape(f"commit {about['commit']}") if about.get("commit") else ""
        head = rf"\title{{{TITLE}}}\author{{{commit}}}\date{{{date}}}"
        return "\n".join(
            [preamble + head, r"\begin{document}", r"\maketitle" if "beamer" not in preamble else r"\frame{\titlepage}"]
        )

    return opening


def _slide(result: TheoremResult, tex: str) -> str:
    title = text(title_tex(result.theorem))
    return "\n".join([rf"\begin{{frame}}[allowframebreaks]{{{title}}}", tex, r"\end{frame}"])


_REFERENCES = r"\bibliographystyle{plain}" + "\n" + r"\bibliography{references}" + "\n"
STYLES: Mapping[str, Style] = MappingProxyType(
    {
        "appendix": Style(Options(), lambda about: APPENDIX, "", lambda heading: rf"\section{{{heading}}}"),
        "beamer": Style(
            Options(columns=2, evidence=False),
            _titled(SLIDES),
            "\n".join(
                [r"\begin{frame}[allowframebreaks]{References}", _REFERENCES + r"\end{frame}", r"\end{document}", ""]
            ),
            lambda heading: rf"\section{{{heading}}}" + "\n" + r"\frame{\sectionpage}",
            _slide,
        ),
        "two-column": Style(
            Options(columns=2),
            _titled(TWO_COLUMNS),
            _REFERENCES + r"\end{document}" + "\n",
            lambda heading: rf"\section{{{heading}}}",
        ),
    }
)
