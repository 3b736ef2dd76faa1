"""Documents made from results: LaTeX that compiles cleanly, Markdown, MathML without leftovers, references."""

from __future__ import annotations

import importlib
import pkgutil
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import press_samples
import pytest

import theory.theorems
from theory.calculus.latex import latex, latex_relation
from theory.theorem import Theorem
from theory.typeset import latex_assumption, latex_function, latex_reasons
from verify import latex as typeset
from verify import markdown, prose
from verify.bibliography import parse, references
from verify.errors import UserError
from verify.latex_theorem import escape
from verify.report.mathml import MathError, mathml

RESULTS = press_samples.results()


def every_theorem() -> Iterator[Theorem]:
    for module in pkgutil.walk_packages(theory.theorems.__path__, "theory.theorems."):
        if not module.ispkg:
            yield importlib.import_module(module.name).THEOREM
    yield from press_samples.THEOREMS


def formulas(theorem: Theorem) -> Iterator[str]:
    """Every formula that a page about the theorem shows."""
    for text in prose.declarations(theorem):
        yield from re.findall(r"\$([^$]+)\$", text)
    yield from map(latex_assumption, theorem.assumptions)
    for definition in prose.definitions(theorem):
        yield f"{latex(definition(*definition.parameters))} := {latex(definition.body)}"
    for part in theorem.parts:
        yield latex_relation(part.claim.left, part.claim.relation, part.claim.right)
        for line in part.derivation.lines if part.derivation else ():
            yield latex(line.term)
            yield from re.findall(r"\$([^$]+)\$", latex_reasons(line.reasons))
    for _, miss in theorem.near_miss_list():
        yield latex_relation(miss.claim.left, miss.claim.relation, miss.claim.right)


@pytest.mark.parametrize("theorem", list(every_theorem()), ids=lambda t: t.id)
def test_every_formula_becomes_mathml(theorem: Theorem) -> None:
    for tex in formulas(theorem):
        page = mathml(tex)
        shown = re.sub(r"<annotation.*?</annotation>|alttext=\"[^\"]*\"", "", page)
        assert "\\" not in shown
        assert tex in page.replace("&#x27;", "'").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")


@pytest.mark.parametrize("tex", [r"\unknowncommand x", r"\frac{a", r"\left( a"])
def test_what_cannot_be_converted_is_refused(tex: str) -> None:
    with pytest.raises(MathError, match="cannot convert"):
        mathml(tex)


def test_functions_are_declared_with_their_smoothness() -> None:
    assert latex_function(press_samples.phi, 2) == r"$\phi \colon \mathbb{R} \to \mathbb{R}$ twice differentiable"


def test_every_source_is_in_the_bibliography() -> None:
    for theorem in every_theorem():
        for source in theorem.sources:
            assert source.key in references(), f"{theorem.id} cites {source.key}"


def test_bibtex_fields_may_be_braced_quoted_or_bare() -> None:
    [entry] = parse('@book{key1, author = {Last, First and {de Two}, B.}, title = "A {T}itle", year = 1999}')
    assert entry.line == "First Last and B. de Two (1999). A Title."
    assert entry.short == "Last and de Two 1999"


@pytest.mark.parametrize("text", ["50% of $ & # _ ^ ~ \\ { }", "w' grad <= |w|_S", "Poincaré λ → ∞"])
def test_escaped_text_has_no_active_character(text: str) -> None:
    bare = re.sub(r"\\(text\w+\{\}|[{}$&#%_]|\(\\\w+\\\))", "", escape(text))
    assert not set(bare) & set("\\{}$&#%_^~<>|")
    assert all(ord(c) < 0x250 for c in bare)


# ---- LaTeX --------------------------------------------------------------------------------------------------
def test_a_folder_gets_the_document_its_references_and_a_snippet_a_theorem(tmp_path: Path) -> None:
    main = typeset.export(RESULTS, tmp_path / "out")
    assert main.name == "derivations.tex"
    assert (main.parent / "references.bib").exists()
    for result in RESULTS:
        snippet = (main.parent / "theorems" / f"{result.theorem.id}.tex").read_text()
        assert rf"\label{{{result.theorem.id}}}" in snippet
        assert rf"\input{{theorems/{result.theorem.id}.tex}}" in main.read_text()


def test_a_theorem_comes_after_those_it_uses(tmp_path: Path) -> None:
    text = typeset.export(RESULTS[::-1], tmp_path / "one.tex").read_text()
    assert text.index(r"\label{samples.flagship}") < text.index(r"\label{samples.gradient}")


def test_what_is_not_proved_says_so(tmp_path: Path) -> None:
    text = typeset.export(RESULTS, tmp_path / "one.tex").read_text()
    broken = text[text.index(r"\label{samples.bound}") :]
    assert r"\textbf{Status: supported.}" in broken
    assert r"\textbf{Survived.}" in broken
    refused = press_samples.result(press_samples.GRADIENT, broken=True)
    text = typeset.export([refused], tmp_path / "two.tex").read_text()
    assert "Derivation, not accepted" in text
    assert r"\textbf{not accepted}" in text


@pytest.mark.needs("pdflatex", "bibtex")
def test_the_document_compiles_without_loose_ends(tmp_path: Path) -> None:
    broken = press_samples.result(press_samples.GRADIENT, broken=True)
    main = typeset.export([RESULTS[0], broken, RESULTS[2]], tmp_path)
    log = typeset.compile_tex(main)
    assert typeset.log_problems(log) == []
    assert main.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.needs("pdflatex", "bibtex")
def test_every_theorem_of_the_project_compiles_without_loose_ends(tmp_path: Path) -> None:
    results = [press_samples.result(theorem) for theorem in every_theorem()]
    log = typeset.compile_tex(typeset.export(results, tmp_path))
    assert typeset.log_problems(log) == []


@pytest.mark.needs("pdflatex", "bibtex")
def test_a_pdf_is_written(tmp_path: Path) -> None:
    assert typeset.export_pdf(RESULTS, tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")


def test_without_an_engine_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(UserError, match="TeX engine") as error:
        typeset.export_pdf(RESULTS, tmp_path / "out.pdf")
    assert "texlive" in error.value.remedy


def test_a_log_with_problems_is_read() -> None:
    log = (
        "Overfull \\hbox (12.5pt too wide) in paragraph at lines 3--4\nOverfull \\hbox (1.0pt too wide) x\n"
        "LaTeX Warning: Reference `a.b' on page 1 undefined on input line 4.\n"
        "LaTeX Warning: Citation `kohler' on page 1 undefined on input line 5.\n"
    )
    assert len(typeset.log_problems(log)) == 3


def test_an_unwritable_place_is_a_user_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for export in (typeset.export, markdown.export):
        with pytest.raises(UserError, match="folder"):
            export(RESULTS, tmp_path / "file" / "out")


# ---- Markdown -----------------------------------------------------------------------------------------------
def test_markdown_in_one_file_and_in_a_folder(tmp_path: Path) -> None:
    text = markdown.export(RESULTS, tmp_path / "all.md").read_text()
    assert r"\nabla_w f_{\mathrm{BN}}(a w, \gamma, 0)" in text
    assert "(#samples-flagship)" in text
    index = markdown.export(RESULTS, tmp_path / "folder")
    assert "(samples.gradient.md)" in index.read_text()
    for result in RESULTS:
        page = (index.parent / f"{result.theorem.id}.md").read_text()
        assert result.verdict.value in page
        assert page.count("```") % 2 == 0


def test_markdown_tables_are_not_broken_by_bars(tmp_path: Path) -> None:
    rows = [r for r in markdown.export(RESULTS, tmp_path / "a.md").read_text().split("\n") if r.startswith("| [")]
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [4] * len(RESULTS)


# ---- words --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("enclosure", "short"),
    [
        ("[0.8123711923456 +/- 1e-70]", "0.81237119..."),
        ("[0.5000000 +/- 1e-70]", "0.5"),
        ("[-1.25e-10 +/- 3e-80]", "-1.25e-10"),
        ("2/3", "2/3"),
        ("[1.0 +/- 1e-9]; [2.0 +/- 1e-9]", "1; 2"),
    ],
)
def test_enclosures_are_shortened_for_reading(enclosure: str, short: str) -> None:
    assert prose.shorten(enclosure) == short


def test_a_witness_is_told_as_an_instance_and_replayed_as_it_is() -> None:
    [_, miss] = prose.misses(RESULTS[0])
    assert miss.instance.startswith("d = 2, ")
    assert press_samples.WITNESS in miss.replay
    assert prose.counterexample("no json") == "no json"
