r"""Results as LaTeX that compiles: an article, an appendix for another paper, slides or two columns, with BibTeX.

A folder gets all of it: `derivations.tex` in the style asked for, `appendix.tex` to be put into somebody's paper, a
snippet a theorem, `normproof.sty` that these two need, `references.bib`, and `map.json` for programs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from verify.errors import writable_file, writable_folder
from verify.loading.bibliography import BIBLIOGRAPHY, merged, require_sources
from verify.press.pages import build
from verify.press.printers import latex_map, latex_snippet, latex_styles
from verify.press.printers.latex_document import document
from verify.results.drawn_lines import NO_PLOTS, Plots
from verify.results.records import TheoremResult

WRITTEN = latex_snippet.WRITTEN
STYLES = ("article", *latex_styles.STYLES)
SNIPPETS = "theorems"


def write(
    results: Sequence[TheoremResult],
    path: Path | str,
    about: Mapping[str, object] | None = None,
    plots: Plots = NO_PLOTS,
    style: str = "article",
) -> Path:
    """Write LaTeX and return the main file. A path ending in .tex: that file alone; otherwise a folder.

    `references.bib` is written beside the main file, and `normproof.sty` where the style needs it. Raises UserError if
    the place cannot be written, or if a theorem cites what no BibTeX file has.
    """
    target = Path(path)
    for result in results:
        require_sources(result.theorem)
    bibliography = WRITTEN + merged(r.theorem for r in results)
    told, pages = about or {}, build.pages(results, plots)
    if style == "article":
        main = document(results, plots, told, pages)
    else:
        main = latex_styles.document(results, style, told, pages)
    if target.suffix == ".tex":
        writable_file(target, "the LaTeX file")
        latex_snippet.require_own(target.with_name(BIBLIOGRAPHY.name), bibliography)
        target.write_text(main, encoding="utf-8")
        target.with_name(BIBLIOGRAPHY.name).write_text(bibliography, encoding="utf-8")
        if style != "article":
            target.with_name(latex_snippet.STYLE_NAME).write_text(latex_snippet.STYLE, encoding="utf-8")
        return target
    latex_snippet.require_own(target / BIBLIOGRAPHY.name, bibliography)
    writable_folder(target / SNIPPETS, "the LaTeX files")
    snippets = latex_snippet.snippets(results, pages=pages)
    files = {
        **{f"{SNIPPETS}/{name}.tex": tex for name, tex in snippets.items()},
        "derivations.tex": main,
        "appendix.tex": latex_styles.document(results, "appendix", told, pages, snippets),
        latex_snippet.STYLE_NAME: latex_snippet.STYLE,
        BIBLIOGRAPHY.name: bibliography,
        latex_map.NAME: json.dumps(latex_map.of(results, SNIPPETS), indent=1, ensure_ascii=False) + "\n",
    }
    for name, content in files.items():
        (target / name).write_text(content, encoding="utf-8")
    return target / "derivations.tex"
