"""The LaTeX document as a PDF file, by whatever engine is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from verify.errors import UserError, writable_file
from verify.press.printers import latex
from verify.results.drawn_lines import NO_PLOTS, Plots
from verify.results.records import TheoremResult

PACKAGES = "amsmath, amsthm, amssymb, tikz, hyperref, cleveref, lmodern, geometry"
_REMEDY = (
    "install a TeX distribution with latexmk or pdflatex and bibtex; on Debian: "
    "texlive-latex-recommended texlive-latex-extra lmodern latexmk. Or export with --to latex, which needs none"
)

PARANOID = {"openin_any": "p", "openout_any": "p"}  # TeX reads and writes below its folder only
QUIET = ("-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error")  # no document runs a program


def write(
    results: Sequence[TheoremResult],
    path: Path | str,
    about: Mapping[str, object] | None = None,
    plots: Plots = NO_PLOTS,
    style: str = "article",
) -> Path:
    """Typeset to a PDF file. Raises UserError if no engine is there, a package is missing, or the log has errors."""
    target = Path(path)
    target = target if target.suffix == ".pdf" else target / "derivations.pdf"
    writable_file(target, "the PDF")
    require_engine()
    with tempfile.TemporaryDirectory() as folder:
        main = latex.write(results, Path(folder) / "derivations.tex", about, plots, style)
        compile_tex(main)
        shutil.copyfile(main.with_suffix(".pdf"), target)
    return target


def require_engine() -> None:
    """Raises UserError, before any work is done, if no TeX engine is installed."""
    if not any(map(shutil.which, ("latexmk", "pdflatex"))):
        raise UserError("expected a TeX engine to make a PDF", got="neither latexmk nor pdflatex found", remedy=_REMEDY)


def compile_tex(main: Path) -> str:
    """Run the engine on a file until references settle and return the log. Raises UserError with the first error."""
    name, folder = main.name, main.parent
    engine = ["pdflatex", *QUIET, name]
    if shutil.which("latexmk"):  # -norc: no settings of the folder or the user run anything
        steps = [["latexmk", "-norc", "-pdf", *QUIET, name]]
    elif shutil.which("bibtex"):
        steps = [engine, ["bibtex", main.stem], engine, engine]
    else:
        raise UserError("expected bibtex beside pdflatex", got="bibtex not found", remedy=_REMEDY)
    output = ""
    for step in steps:
        ran = subprocess.run(step, cwd=folder, capture_output=True, check=False, env={**os.environ, **PARANOID})
        output = ran.stdout.decode("utf-8", "replace") + ran.stderr.decode("utf-8", "replace")
        if ran.returncode and step[0] != "bibtex":
            break
    log_file = main.with_suffix(".log")
    log = log_file.read_text(encoding="utf-8", errors="replace") if log_file.exists() else output
    if not main.with_suffix(".pdf").exists() or re.search(r"^!", log, re.M):
        missing = re.findall(r"File `([^']+\.(?:sty|cls))' not found", log)
        first = next((line for line in log.splitlines() if line.startswith("!")), output.strip()[-400:])
        raise UserError(
            "expected the LaTeX to compile",
            got=f"missing packages: {', '.join(missing)}" if missing else first,
            where=str(main),
            remedy=_REMEDY if missing else "report this file: exported LaTeX should compile with " + PACKAGES,
        )
    return log


def log_problems(log: str, overfull_points: float = 2.0) -> list[str]:
    """What in a log a reader would see: undefined references or citations, duplicate labels, overfull lines."""
    joined = log.replace("\n", "")
    problems = re.findall(r"(?:LaTeX|Package natbib) Warning: (?:Reference|Citation) `[^']*'[^.]*undefined", joined)
    problems += re.findall(r"LaTeX Warning: (?:There were undefined \w+|Label `[^']*' multiply defined)", joined)
    for match in re.finditer(r"Overfull \\[hv]box \(([\d.]+)pt too (?:wide|high)\)[^\n]*", log):
        if float(match[1]) > overfull_points:
            problems.append(match[0])
    return problems
