"""Documents made from results: LaTeX that compiles cleanly, Markdown, MathML without leftovers, references."""

from __future__ import annotations

import importlib
import io
import pkgutil
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import files
import latex2mathml.converter
import press_samples
import pytest
from rich.console import Console

import theory.theorems
from theory import Experiment, Source, Theorem, instance, number
from theory.statements.theorem import TheoremError
from theory.typeset.formulas import latex, latex_relation
from theory.typeset.statements import latex_assumption, latex_function, latex_reasons
from verify.errors import UserError
from verify.loading import loader
from verify.loading.bibliography import parse, references
from verify.press.pages import build, counterexamples, parts, prose, sections, typed_formulas
from verify.press.pages.wording import side_tex, sides_tex, used, worded
from verify.press.printers import PRINTERS, html, latex_page, markdown, pdf, terminal, terminal_brief
from verify.press.printers import latex as typeset
from verify.press.printers.html import notebook
from verify.press.printers.html.mathml import MathError, mathml
from verify.press.printers.html.mathml import _piece as converted_pieces
from verify.press.printers.html.mathml import _polished as polished
from verify.press.printers.html.mathml import _prepared as prepared
from verify.press.printers.latex_display import escape

RESULTS = press_samples.results()


def every_theorem() -> Iterator[Theorem]:
    for module in pkgutil.walk_packages(theory.theorems.__path__, "theory.theorems."):
        if not module.ispkg and not module.name.rpartition(".")[2].startswith("_"):
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
    for _, miss in () if isinstance(theorem, Experiment) else theorem.near_miss_list():
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


def test_a_norm_with_a_matrix_below_it_is_introduced_where_it_is_used() -> None:
    assert r"$\lVert u \rVert_S = \sqrt{u^\top S u}$" in prose.declarations(press_samples.FLAGSHIP)


def test_an_instance_says_what_is_put_for_what() -> None:
    reason = instance(press_samples.GRADIENT, {press_samples.a: number(1)})
    assert latex_reasons([reason]) == r"\cref{samples.gradient} with $a = 1$"
    w, a = press_samples.w, press_samples.a
    assert (
        latex_reasons([instance(press_samples.GRADIENT, {w: a * w})]) == r"\cref{samples.gradient} with $a w$ for $w$"
    )


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
    main = typeset.write(RESULTS, tmp_path / "out")
    assert main.name == "derivations.tex"
    assert (main.parent / "references.bib").exists()
    for result in RESULTS:
        snippet = (main.parent / "theorems" / f"{result.theorem.id}.tex").read_text()
        assert rf"\label{{{result.theorem.id}}}" in snippet
        assert rf"\label{{{result.theorem.id}}}" in main.read_text()


def test_a_theorem_comes_after_those_it_uses(tmp_path: Path) -> None:
    text = typeset.write(RESULTS[::-1], tmp_path / "one.tex").read_text()
    assert text.index(r"\label{samples.flagship}") < text.index(r"\label{samples.gradient}")


def test_what_is_not_proved_says_so(tmp_path: Path) -> None:
    text = typeset.write(RESULTS, tmp_path / "one.tex").read_text()
    broken = text[text.index(r"\label{samples.bound}") :]
    assert r"\textbf{Status: supported.}" in broken
    assert r"\textbf{Survived.}" in broken
    refused = press_samples.result(press_samples.GRADIENT, broken=True)
    text = typeset.write([refused], tmp_path / "two.tex").read_text()
    assert "Derivation, not accepted" in text
    assert r"\textbf{not accepted}" in text


@pytest.mark.needs("pdflatex", "bibtex")
def test_the_document_compiles_without_loose_ends(tmp_path: Path) -> None:
    broken = press_samples.result(press_samples.GRADIENT, broken=True)
    main = typeset.write([RESULTS[0], broken, RESULTS[2]], tmp_path)
    log = pdf.compile_tex(main)
    assert pdf.log_problems(log) == []
    assert main.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.needs("pdflatex", "bibtex")
def test_a_source_of_ones_own_resolves(tmp_path: Path) -> None:
    own = "@misc{mine2026,\n  author = {Own, Anne},\n  title = {A {M}ine of {Lemmas}},\n  year = {2026}\n}"
    (tmp_path / "references.bib").write_text(f"{own}\n\n@misc{{kohler2019, title = {{Another}}}}\n")
    theorem = loader.load([str(files.citing(tmp_path, "mine2026"))])[0]
    main = typeset.write([press_samples.result(theorem), RESULTS[0]], tmp_path / "out")
    written = main.with_name("references.bib").read_text()
    assert own in written
    assert "Another" not in written  # the project's entry of that key stands
    assert pdf.log_problems(pdf.compile_tex(main)) == []


def test_a_source_that_cannot_resolve_is_not_exported(tmp_path: Path) -> None:
    lost = replace(press_samples.GRADIENT, sources=(Source("nobody1999"),))
    with pytest.raises(UserError) as caught:
        typeset.write([replace(RESULTS[0], theorem=lost)], tmp_path / "out")
    assert "nobody1999" in caught.value.got
    assert "references.bib" in caught.value.remedy
    assert not (tmp_path / "out").exists()


@pytest.mark.needs("pdflatex", "bibtex")
def test_every_theorem_of_the_project_compiles_without_loose_ends(tmp_path: Path) -> None:
    results = [press_samples.result(theorem) for theorem in every_theorem()]
    log = pdf.compile_tex(typeset.write(results, tmp_path))
    assert pdf.log_problems(log) == []


@pytest.mark.needs("pdflatex", "bibtex")
def test_a_snippet_fits_into_a_paper_that_cites_it(tmp_path: Path) -> None:
    folder = typeset.write(RESULTS, tmp_path).parent
    for snippet in (folder / "theorems").iterdir():
        text = snippet.read_text()
        assert text.count(r"\begin{theorem}") == 1
        assert r"\section" not in text
    paper = folder / "paper.tex"
    paper.write_text(
        r"\documentclass{article}\usepackage{amsthm,hyperref}\usepackage{normproof}\usepackage{cleveref}"
        r"\newtheorem{theorem}{Theorem}\begin{document}"
        r"By \cref{samples.flagship} and \cref{samples.gradient}:"
        r"\input{theorems/samples.flagship.tex}\input{theorems/samples.gradient.tex}"
        r"\bibliographystyle{plain}\bibliography{references}\end{document}"
    )
    assert [p for p in pdf.log_problems(pdf.compile_tex(paper)) if "Overfull" not in p] == []


def test_a_definition_is_written_out_once_in_a_document_and_in_every_snippet(tmp_path: Path) -> None:
    main = typeset.write(RESULTS, tmp_path)
    written = r"f_{\mathrm{BN}}(w, \gamma, \beta) & := "
    assert main.read_text().count(written) == 1
    assert r"$f_{\mathrm{BN}}$ as in \cref{samples.flagship}" in main.read_text()
    assert written in (tmp_path / "theorems" / "samples.gradient.tex").read_text()


def test_the_document_says_what_it_is(tmp_path: Path) -> None:
    text = typeset.write(RESULTS, tmp_path / "one.tex").read_text()
    assert "3 theorems: 2 proved and 1 supported" in text
    assert "2 of 4 are refuted" in text or "3 of 4 are refuted" in text
    assert r"\section{Samples}" in text


@pytest.mark.needs("pdflatex", "bibtex")
def test_a_pdf_is_written(tmp_path: Path) -> None:
    assert pdf.write(RESULTS, tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")


def test_without_an_engine_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(UserError, match="TeX engine") as error:
        pdf.write(RESULTS, tmp_path / "out.pdf")
    assert "texlive" in error.value.remedy


def test_a_log_with_problems_is_read() -> None:
    log = (
        "Overfull \\hbox (12.5pt too wide) in paragraph at lines 3--4\nOverfull \\hbox (1.0pt too wide) x\n"
        "LaTeX Warning: Reference `a.b' on page 1 undefined on input line 4.\n"
        "LaTeX Warning: Citation `kohler' on page 1 undefined on input line 5.\n"
    )
    assert len(pdf.log_problems(log)) == 3


def test_an_unwritable_place_is_a_user_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for export in (typeset.write, markdown.write):
        with pytest.raises(UserError, match="folder"):
            export(RESULTS, tmp_path / "file" / "out")


# ---- Markdown -----------------------------------------------------------------------------------------------
def test_markdown_in_one_file_and_in_a_folder(tmp_path: Path) -> None:
    text = markdown.write(RESULTS, tmp_path / "all.md").read_text()
    assert r"(\nabla_w f_{\mathrm{BN}})(a w, \gamma, 0)" in text
    assert "(#samples-flagship)" in text
    index = markdown.write(RESULTS, tmp_path / "folder")
    assert "(samples.gradient.md)" in index.read_text()
    for result in RESULTS:
        page = (index.parent / f"{result.theorem.id}.md").read_text()
        assert result.verdict.value in page
        assert page.count("```") % 2 == 0


def test_markdown_tables_are_not_broken_by_bars(tmp_path: Path) -> None:
    rows = [r for r in markdown.write(RESULTS, tmp_path / "a.md").read_text().split("\n") if r.startswith("| [")]
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
    assert counterexamples.shorten(enclosure) == short


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("gamma with its sign", r"$\gamma$ with its sign"),
        ("all d >= 1; every differentiable phi", r"all $d \ge 1$; every differentiable $\phi$"),
        ("the S-norm, not a norm", "the $S$-norm, not a norm"),
        ("a shift a", "a shift a"),
        ("a code `w` stays, |w|_S is a norm", r"a code `w` stays, $\lVert w \rVert_S$ is a norm"),
        ("without gamma^2/2", r"without $\gamma^2/2$"),
        ("in components at d = 2, 3", "in components at $d = 2, 3$"),
    ],
)
def test_names_in_words_become_formulas(text: str, shown: str) -> None:
    assert worded(press_samples.FLAGSHIP, text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("grows as lambda^L: measured", r"grows as $\lambda^L$: measured"),
        ("at rate 1e-6 and 2.5e-3", r"at rate $10^{-6}$ and $2.5 \cdot 10^{-3}$"),
        ("lambda(phi, B s^2) on s x s pixels", r"$\lambda(\phi, B\, s^2)$ on $s \times s$ pixels"),
        ("z^l = W^l phi(BN(z^{l-1}))", r"$z^l = W^l\, \phi(\mathrm{BN}(z^{l - 1}))$"),
        ("for every slope a >= 0 and B >= 4", r"for every slope $a \ge 0$ and $B \ge 4$"),
        ("1/(s(B - 3))", r"$1/(s(B - 3))$"),
        ("P = I - 11'/m - yhat yhat'/m", r"$P = I - \mathbf{1} \mathbf{1}^\top/m - \hat y\, \hat y^\top/m$"),
        ("E|dLoss/dW^l|^2", r"$\mathbb{E}\, \lvert \partial \mathrm{Loss}/\partial W^{l} \rvert^2$"),
        ("off by +/- 3", r"off by $\pm$ 3"),
        ("with 1/v lambda_L is right", r"with $1/v$ $\lambda_L$ is right"),
        ("a layer's mean, 46-fold", "a layer's mean, 46-fold"),
        ("I read A and a (b) or/and layer(s)", "I read A and a (b) or/and layer(s)"),
        ("Euler's integral for the Gamma function", "Euler's integral for the Gamma function"),
        ("the scale is xi = 1/log lambda", r"the scale is $\xi = 1/\log \lambda$"),
        ("exp(-r^2 / 2) and x^((B - 1) / 2)", r"$\exp(-r^2/2)$ and $x^{(B - 1)/2}$"),
        ("1'yhat is 0, that is what is meant", r"$\mathbf{1}^\top\, \hat y$ is 0, that is what is meant"),
        ("the root of a number < 0, at oo", r"the root of a number $< 0$, at $\infty$"),
        ("images of 10 x 10", r"images of $10 \times 10$"),
        ("an S-norm, x86-64, batch-norm - so", "an S-norm, x86-64, batch-norm - so"),
    ],
)
def test_formulas_in_prose_are_found_and_words_are_left(text: str, shown: str) -> None:
    assert typed_formulas.typeset(text, {}) == shown


ASCII_FORMULA = re.compile(r"\^|\+/-|\d+e-?\d|->|[<>]=|\w_\w|\w\*\w|\|")


@pytest.mark.parametrize("theorem", list(every_theorem()), ids=lambda t: t.id)
def test_no_formula_of_titles_near_misses_and_prose_is_left_as_ascii(theorem: Theorem) -> None:
    names = [] if isinstance(theorem, Experiment) else [name for name, _ in theorem.near_miss_list()]
    for text in (theorem.title, *names, *prose.paragraphs(theorem)):
        marked = worded(theorem, text)
        assert not ASCII_FORMULA.search(re.sub(r"\$[^$]*\$|`[^`]*`", "", marked)), marked
        for formula in re.findall(r"\$([^$]*)\$", marked):
            mathml(formula)


@pytest.mark.parametrize(
    ("side", "tex"),
    [
        ("-3/2", "-3/2"),
        ("0.70710678...", r"0.70710678\ldots"),
        ("-1.25e-10", r"-1.25\cdot 10^{-10}"),
        ("0 (within 6.68e-38)", r"0 \pm 7\cdot 10^{-38}"),
        ("1; 2", ""),
    ],
)
def test_sides_of_a_counterexample_as_formulas(side: str, tex: str) -> None:
    assert side_tex(side) == tex


def test_what_a_line_used_is_typeset() -> None:
    assert used(press_samples.FLAGSHIP, "E_x[x] = 0") == r"$\mathbb{E}_x[x] = 0$"
    assert used(press_samples.FLAGSHIP, "S positive definite") == r"$S \succ 0$"
    assert used(press_samples.FLAGSHIP, "w != 0") == r"$w \ne 0$"
    assert used(press_samples.FLAGSHIP, "Cauchy-Schwarz") == "Cauchy-Schwarz"


def test_indented_paragraphs_are_for_the_terminal_alone() -> None:
    theorem = replace(press_samples.BOUND, docstring="Title.\n\n    |w|_S <= 1\n\nWords about w.\nSource: none.")
    assert prose.paragraphs(theorem) == ["Words about w. Source: none."]


def test_a_witness_is_told_as_an_instance_and_replayed_as_it_is() -> None:
    [_, miss] = sections.misses(RESULTS[0]).lies
    assert miss.instance.typed.startswith("d = 2, ")
    assert press_samples.WITNESS in miss.again.shell
    assert counterexamples.counterexample("no json") == "no json"


def test_a_bibliography_of_the_users_own_is_kept(tmp_path: Path) -> None:
    (tmp_path / "references.bib").write_text("@misc{mine, title = {Mine}}\n")
    for target in (tmp_path, tmp_path / "paper.tex"):
        with pytest.raises(UserError, match="did not write"):
            typeset.write(RESULTS, target)
    assert (tmp_path / "references.bib").read_text() == "@misc{mine, title = {Mine}}\n"
    for _ in range(2):
        typeset.write(RESULTS, tmp_path / "new")


def test_no_document_runs_a_program() -> None:
    assert "-no-shell-escape" in pdf.QUIET
    source = Path(pdf.__file__).read_text(encoding="utf-8")
    assert len(re.findall(r'\["(?:latexmk|pdflatex)"[^\]]*\*QUIET', source)) == 2


# ---- pages and printers -------------------------------------------------------------------------------------
def test_every_format_has_a_row_for_every_section() -> None:
    kinds = set(get_args(parts.Section))
    for printer in (latex_page, markdown, terminal):
        assert set(printer.SECTIONS) == kinds, printer.__name__
    templates = {path.stem for path in (Path(html.__file__).parent / "templates" / "section").iterdir()}
    assert templates == {kind.__name__.lower() for kind in kinds}


@pytest.mark.parametrize("form", [name for name in PRINTERS if name != "pdf"])
def test_every_row_writes_a_run(form: str, tmp_path: Path) -> None:
    main = PRINTERS[form].write(RESULTS, tmp_path / "out", {"seed": 0})
    assert main.is_file()
    for suffix in PRINTERS[form].suffixes:
        whole = PRINTERS[form].write(RESULTS, tmp_path / f"one{suffix}", {"seed": 0})
        assert press_samples.FLAGSHIP.id in whole.read_text(encoding="utf-8")


def test_an_entry_is_counted_from_1_and_said_once() -> None:
    from verify.exact.outcomes import Decision, Outcome, located

    assert located(Decision(Outcome.DIFFERENT, entry=(0, 1)), "0") == "0 in entry (1, 2)"
    assert located(Decision(Outcome.DIFFERENT, entry=(0, 0)), "0") == "0"
    sides = sides_tex("0 in entry (1, 2)", "=", "-1/2 in entry (1, 2)")
    assert sides == r"$0 \ne -1/2$ in entry $(1, 2)$"


def test_what_a_statement_says_of_its_title_is_printed_below_it_everywhere(tmp_path: Path) -> None:
    theorem = loader.find("smoothness.weight-gradient-bound")
    result = press_samples.result(theorem)
    tex = r"$\max_{X} \lvert X^\top v \rvert^2$"
    assert f"That is, the right side bounds the worst gradient, {tex}" in typeset.document([result])
    assert "That is, the right side" in markdown.write([result], tmp_path / "one.md").read_text(encoding="utf-8")
    html.write([result], tmp_path / "report")
    page = (tmp_path / "report" / "theorems" / f"{theorem.id}.html").read_text(encoding="utf-8")
    assert r'alttext="\max_{X} \lvert X^\top v \rvert^2"' in page
    assert "That is, the right side" in notebook.card(result)
    for show in (terminal.show, terminal_brief.brief):
        shown = io.StringIO()
        show(Console(file=shown, width=100), build.of(result))
        assert "that is, the right side bounds the worst gradient, max_X |X'v|^2" in shown.getvalue()
    with pytest.raises(TheoremError, match="reads"):
        replace(theorem, reads=3)


def test_a_letter_alone_is_a_formula_and_an_english_word_is_none() -> None:
    theorem = loader.find("explosion.sphere-moments")
    assert worded(theorem, "a length r, and I know of f and E: (b) it's X-rayed, e.g. in Q.") == (
        r"a length $r$, and I know of $f$ and $\mathbb{E}$: (b) it's X-rayed, e.g. in $Q$."
    )


MINUS = '<mo form="prefix" lspace="0em" rspace="0em">&#x02212;</mo>'


def converted(tex: str, *, block: bool) -> str:
    """What the converter makes of a formula as a whole, but for what tells one minus from another."""
    raw = latex2mathml.converter.convert(prepared(tex), display="block" if block else "inline")
    whole = re.sub(r"^<math[^>]*><mrow>(.*)</mrow></math>$", r"\1", polished(raw), flags=re.S)
    return whole.replace(MINUS, "<mo>&#x02212;</mo>")


@pytest.mark.parametrize("theorem", list(every_theorem()), ids=lambda t: t.id)
def test_pieces_of_a_formula_come_together_as_the_formula(theorem: Theorem) -> None:
    for tex in formulas(theorem):
        for block in (False, True):
            inner = re.sub(r"^<math[^>]*><semantics><mrow>|</mrow><annotation.*", "", mathml(tex, block=block))
            assert inner.replace(MINUS, "<mo>&#x02212;</mo>") == converted(tex, block=block)


@pytest.mark.parametrize(
    "tex",
    [
        r"\frac{a = b}{c} = d",
        r"\left(x = y\right) \le \{z = 1\}",
        r"x^{b + 1}_{a + 2} + \sum_{k = 1}^{n} k - \left\lvert a - b \right\rvert",
        r"\sqrt{\frac{1}{2} + \left(\frac{x - 1}{y}\right)^{2}} + \mathbf{1}_{m}",
        r"\left(\begin{smallmatrix}a + b & -1 \\ 0 & \frac{1}{2}\end{smallmatrix}\right) + \left. f \right|_{x = z}",
        r"x' + f(y - 1) - \operatorname{var}(z)",
        r"\left\{a + b\right\} = c := d",
        "= ",
        "+ x",
        "x",
    ],
)
def test_groups_sums_and_relations_are_where_a_formula_is_cut(tex: str) -> None:
    for block in (False, True):
        inner = re.sub(r"^<math[^>]*><semantics><mrow>|</mrow><annotation.*", "", mathml(tex, block=block))
        assert inner == converted(tex, block=block).replace("(</mo><mo>&#x02212;</mo>", f"(</mo>{MINUS}")


def test_a_minus_with_nothing_before_it_is_a_sign() -> None:
    for tex in ("-x", "a = -x", r"\left(-x\right)", r"\frac{-x}{2}", "a + (-x)", "a^{-1}"):
        assert mathml(tex).count(MINUS) == 1, tex
    for tex in ("a - x", r"\left(a - x\right)", "-"):
        assert MINUS not in mathml(tex), tex
    assert mathml("a = -b").count("<math") == 1
    assert 'alttext="a = -b"' in mathml("a = -b")


def test_what_formulas_share_is_converted_once() -> None:
    mathml(r"f(x) = \frac{\sqrt{a + b}}{n} + g(x)")
    before = converted_pieces.cache_info().misses
    mathml(r"f(x) \le \frac{\sqrt{a + b}}{n} - g(x)")
    assert converted_pieces.cache_info().misses <= before + 2, "the two signs"
