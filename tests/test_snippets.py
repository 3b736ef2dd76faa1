"""Theorems inside other people's documents: snippets that need one style, in five kinds of document."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path

import press_samples
import pytest
from click.testing import CliRunner
from test_typesetting import every_theorem

from theory.theorems.decoupling import gradient_bound
from verify.command.cli import cli
from verify.errors import UserError
from verify.press.printers import latex, latex_snippet, pdf
from verify.press.printers.latex_snippet import Options, renames, snippet, write
from verify.results.records import TheoremResult

RESULTS = press_samples.results()
GRADIENT = next(r for r in RESULTS if r.theorem is press_samples.GRADIENT)
USUAL = r"""\usepackage{amsmath,amsthm,amssymb}\newtheorem{theorem}{Theorem}\usepackage[hidelinks]{hyperref}
\newcommand{\E}{\mathbb{E}}\newcommand{\R}{\mathbb{R}}\newcommand{\T}{\top}\newcommand{\norm}[1]{\lVert#1\rVert}"""
HOSTS = {  # class, what a paper of that kind has before the style, columns, what stands around a theorem
    "article": ("article", USUAL, 1, ("", "")),
    "two columns": ("IEEEtran", "", 2, ("", "")),
    "lecture notes": ("llncs", "", 1, ("", "")),
    "slides": ("beamer", "", 2, (r"\begin{frame}[allowframebreaks]", r"\end{frame}")),
    "thesis": ("memoir", r"\newcommand{\E}{E}", 1, ("", "")),
}
WIDE = 2.0  # points that a line may stand out of its column


def of(options: Options, known: frozenset[str] = frozenset({"samples.gradient"})) -> str:
    return snippet(GRADIENT, RESULTS, known, options)


@pytest.fixture(scope="module")
def catalogue() -> list[TheoremResult]:
    """A result of every theorem."""
    return [press_samples.result(theorem) for theorem in every_theorem()]


@pytest.fixture(scope="module")
def snippets(catalogue: list[TheoremResult], tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Path]:
    """Folders with a snippet of every theorem, by the columns that they are for. Tests add files and change none."""
    folders = {columns: tmp_path_factory.mktemp(f"columns_{columns}") for columns in latex_snippet.LETTERS}
    for columns, folder in folders.items():
        write(catalogue, folder, Options(columns=columns))
    return folders


@pytest.mark.needs("pdflatex")
@pytest.mark.parametrize("host", HOSTS)
def test_every_theorem_compiles_inside(host: str, catalogue: list[TheoremResult], snippets: Mapping[int, Path]) -> None:
    """No error, which a clash of names would be, no reference that leads nowhere, nothing that stands out of the
    column."""
    name, before, columns, (opening, closing) = HOSTS[host]
    if not _has(f"{name}.cls"):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{name}.cls is missing; `make system` installs it")
    inside = "\n".join(rf"{opening}\input{{{r.theorem.id}}}{closing}" for r in catalogue)
    head = rf"\documentclass{{{name}}}\usepackage[T1]{{fontenc}}{before}\usepackage{{normproof}}"
    document = snippets[columns] / f"host_{name}.tex"
    document.write_text(rf"{head}\begin{{document}}{inside}\end{{document}}", encoding="utf-8")
    engine = ["pdflatex", "-halt-on-error", "-draftmode", *pdf.QUIET, document.name]
    ran = [subprocess.run(engine, cwd=document.parent, capture_output=True, check=False) for _ in range(2)][-1]
    log = document.with_suffix(".log").read_text(encoding="utf-8", errors="replace")
    assert ran.returncode == 0, re.findall(r"^!.*", log, re.M)
    assert re.findall(r"Reference `[^']*'|multiply", log.replace("\n", "")) == []
    wide = [float(points) for points in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    assert max(wide, default=0.0) <= WIDE


def texts(folder: Path, results: list[TheoremResult]) -> list[str]:
    return [(folder / f"{result.theorem.id}.tex").read_text(encoding="utf-8") for result in results]


def _has(file: str) -> bool:
    return subprocess.run(["kpsewhich", file], capture_output=True, check=False).returncode == 0


def test_no_formula_is_set_smaller(catalogue: list[TheoremResult], snippets: Mapping[int, Path]) -> None:
    """A long line is broken: every theorem in every width, and the document of all of them."""
    for tex in (*texts(snippets[1], catalogue), *texts(snippets[2], catalogue), latex.document(catalogue)):
        assert not re.search(r"\\(?:scale|resize|adjust)box|\\(?:footnote|script)size *\$", tex)


def test_a_snippet_uses_the_style_alone() -> None:
    tex = of(Options())
    foreign = (r"\cref", r"\mathbb{E}", r"\begin{proof}", r"\begin{remark}", r"\qed", r"\lVert", "tikz")
    assert [word for word in foreign if word in re.sub(r"\\npqed\w*", "", tex)] == []
    used = set(re.findall(r"\\(?:begin\{)?(np[A-Za-z]+)", tex))
    defined = set(re.findall(r"\\new(?:command\*?|environment)\{\\?(np\w+)\}", latex_snippet.STYLE))
    assert used <= defined


def test_the_style_defines_only_names_of_its_own() -> None:
    named = re.findall(r"\\(?:re)?new(?:command|environment)\*?\{\\?([\w@]+)\}", latex_snippet.STYLE)
    assert named
    assert all(name.startswith("np") for name in named)
    assert "amsthm" not in latex_snippet.STYLE


def test_every_reference_of_an_export_has_its_label(
    catalogue: list[TheoremResult], snippets: Mapping[int, Path]
) -> None:
    folder = snippets[Options().columns]
    written = texts(folder, catalogue)
    labels = {label for tex in written for label in re.findall(r"\\label\{([^}]*)\}", tex)}
    assert {name for tex in written for name in re.findall(r"\\npref\{([^}]*)\}", tex)} <= labels
    keys = re.findall(r"@\w+\{([^,]*),", (folder / "references.bib").read_text(encoding="utf-8"))
    assert {key for tex in written for key in re.findall(r"\\cite(?:\[\{.*?\}\])?\{(\w+)\}", tex)} <= set(keys)


def test_a_theorem_that_is_not_exported_is_named_in_words() -> None:
    assert r"\npref" not in of(Options())
    assert "the theorem ``" in of(Options())
    both = of(Options(), frozenset({"samples.gradient", "samples.flagship"}))
    assert r"\npref{samples.flagship}{the theorem ``" in both  # in words as well, for a paper that leaves it out


def test_only_what_was_chosen_is_written(tmp_path: Path) -> None:
    write(RESULTS, tmp_path, Options(), frozenset({"samples.gradient"}))
    assert {path.name for path in tmp_path.iterdir()} == {"samples.gradient.tex", "normproof.sty", "references.bib"}
    assert r"\npref" not in (tmp_path / "samples.gradient.tex").read_text(encoding="utf-8")


def test_what_is_left_out() -> None:
    assert r"\begin{npproof}" not in of(Options(proof=False))
    assert r"\begin{theorem}" not in of(Options(statement=False))
    assert r"\footnote" not in of(Options(evidence=False))
    assert "False neighbours" not in of(Options(near_misses=False))
    assert ":=" not in of(Options(definitions=False))
    assert r"\begin{thm}" in of(Options(environment="thm"))


def test_how_a_statement_stands_is_said_without_its_evidence() -> None:
    bound = next(r for r in RESULTS if r.theorem is press_samples.BOUND)
    tex = snippet(bound, RESULTS, frozenset({bound.theorem.id}), Options(evidence=False, proof=False))
    assert "Status: supported." in tex


def test_symbols_are_renamed_in_formulas_and_not_in_words() -> None:
    tex = of(Options(rename={"S": r"\Sigma", "E": r"\E"}))
    assert r"\npnorm[\Sigma]{w}" in tex
    assert r"\E_x[x x^{\npT}] = \Sigma$ ($\Sigma$ is the second moment" in tex
    assert r"\npE" not in tex
    assert "Source: " in tex
    assert "linearity of E" in tex


@pytest.mark.parametrize(
    ("tex", "said"),
    [
        (r"2\, \langle u + v, -v \rangle", r"2\, \npinner{u + v}{-v}"),
        (r"\langle \langle u, v \rangle\, u, f(v, w) \rangle_S", r"\npinner{\npinner{u}{v}\, u}{f(v, w)}_S"),
        (r"\langle \lVert u \rVert_S\, u, v \rangle", r"\npinner{\npnorm[S]{u}\, u}{v}"),
        (r"\langle a, b, c \rangle + \langle a \rangle", r"\langle a, b, c \rangle + \langle a \rangle"),
        (r"\left\langle u, v \right\rangle", r"\left\langle u, v \right\rangle"),
    ],
)
def test_inner_products_norms_and_bars_are_macros_in_a_snippet(tex: str, said: str) -> None:
    assert latex_snippet._in_macros(tex) == said


@pytest.mark.parametrize("name", ["Q", r"\gamma", "kappa"])
def test_a_name_that_stands_nowhere_is_not_passed_over(name: str) -> None:
    seen = press_samples.result(gradient_bound.THEOREM)
    assert latex_snippet.snippets([seen], Options(rename={"gamma": "g"}))
    with pytest.raises(UserError, match="stands in a formula"):
        latex_snippet.snippets([seen], Options(rename={name: "k"}))


@pytest.mark.parametrize("rename", [{"S": "w"}, {"S": "T", "w": "T"}])
def test_no_symbol_is_renamed_to_another(rename: dict[str, str]) -> None:
    with pytest.raises(UserError, match="has not got already"):
        of(Options(rename=rename))


def test_names_are_read_or_refused() -> None:
    assert renames(r"S=\Sigma,E=\E") == {"S": r"\Sigma", "E": r"\E"}
    for wrong in ("S", "S=", r"S=\input{x}"):
        with pytest.raises(UserError, match="OLD=NEW"):
            renames(wrong)


def test_options_of_snippets_are_refused_elsewhere(tmp_path: Path) -> None:
    for arguments in (["--to", "markdown", "--snippet"], ["--to", "latex", "--theorem-env", "thm"]):
        ran = CliRunner().invoke(cli, ["export", "decoupling.variance", "-o", str(tmp_path / "out"), *arguments])
        assert "snippet" in ran.output
        assert ran.exit_code == 3
        assert not (tmp_path / "out").exists()


@pytest.mark.needs("pdflatex", "pdftotext")
def test_a_statement_longer_than_a_slide_goes_on_on_the_next(tmp_path: Path) -> None:
    """A theorem of a presentation is a box, and what stands below the slide would be lost without a word."""
    write([press_samples.result(gradient_bound.THEOREM)], tmp_path, Options(columns=2))
    head = r"\documentclass{beamer}\usepackage[T1]{fontenc}\usepackage{normproof}\begin{document}"
    body = r"\begin{frame}[allowframebreaks]\input{decoupling.gradient-bound}\end{frame}\end{document}"
    (tmp_path / "host.tex").write_text(head + body, encoding="utf-8")
    for command in (["pdflatex", *pdf.QUIET, "host.tex"], ["pdftotext", "host.pdf"]):
        subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    said = (tmp_path / "host.txt").read_text(encoding="utf-8", errors="replace")
    for word in ("Lipschitz", "Source:", "Rests on", "Proof of part (b)"):
        assert word in said, word
