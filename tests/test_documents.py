"""Whole documents: what stands in which order, the map for programs, every style, what `export` does not do unasked."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import files
import press_samples
import pytest
from click.testing import CliRunner
from test_no_ascii import made_up
from test_typesetting import every_theorem

from theory.theorems.explosion import identity_rate
from verify.command import document_numbers
from verify.command.cli import cli
from verify.errors import EXIT_USAGE
from verify.loading import loader
from verify.press.pages import reading_order
from verify.press.printers import latex, latex_map, latex_styles, pdf
from verify.results.records import Fate, NearMissResult, TheoremResult
from verify.results.store import Store
from verify.running import recalling, runner
from verify.running.concluding import rests_on
from verify.running.rulebook import RULES
from verify.settings import Budget, Settings

ABOUT = {"date": "2026-11-28 12:00 UTC", "commit": "abc123", "versions": {"python": "3.11", "torch": "2.13_0"}}


def everything() -> list[TheoremResult]:
    named = ("errata.rate-of-the-norm", "errata.bound-with-root-of-m")
    errata = [loader.find(e) for e in named if e in {entry.id for entry in loader.catalogue()}]
    return [press_samples.result(theorem) for theorem in (*every_theorem(), *errata)]


def some() -> list[TheoremResult]:
    """A few with long lines, an experiment and an erratum, for what is compiled."""
    kept = ("explosion.identity-rate", "explosion.mean-field", "smoothness.projector", "decoupling.gradient-bound")
    return [made_up(r.theorem) for r in everything() if r.theorem.id in kept or r.kind == "erratum"]


def typeset(results: list[TheoremResult]) -> str:
    return latex.document(results, about=ABOUT)


def test_theorems_stand_before_experiments_and_errata_last() -> None:
    results = everything()
    kinds = [result.kind for volume in reading_order.volumes(results) for result in volume.results]
    assert kinds == sorted(kinds, key=["theorem", "experiment", "erratum"].index)
    assert len(kinds) == len(results)
    text = typeset(results)
    places = [text.index(rf"\part{{{title}}}") for title in ("Theorems", "Experiments", "Errata")]
    assert places == sorted(places)
    assert text.index(r"\tableofcontents") < places[0]


def test_what_is_used_stands_before_what_uses_it() -> None:
    results = everything()
    order = [r.theorem.id for volume in reading_order.volumes(results) for r in volume.results if r.kind == "theorem"]
    for volume in reading_order.volumes(results):
        for result in volume.results:
            for used in result.theorem.uses:
                if result.kind == "theorem":
                    assert order.index(used.id) < order.index(result.theorem.id)


def test_a_theorem_that_prose_names_is_cited_by_its_number() -> None:
    growth = next(r for r in everything() if r.theorem.id == "explosion.every-layers-gradient")
    rate = next(r for r in everything() if r.theorem.id == "explosion.rate")
    assert r"grows by $\lambda$ a layer (\cref{explosion.rate})" in typeset([growth, rate])
    assert r"(\texttt{explosion.rate})" in typeset([growth])


def test_an_id_stands_in_the_margin_and_a_title_in_the_contents() -> None:
    text = typeset(press_samples.results())
    assert r"\npentry{theorem}{samples.\allowbreak gradient}{The gradient" in text
    assert r"\marginpar" in text


def test_the_pdf_says_when_it_was_made_and_by_what() -> None:
    text = typeset(press_samples.results())
    assert r"\date{2026-11-28 12:00 UTC}" in text
    assert "commit abc123" in text
    assert re.search(r"pdfsubject=\{[^}]*commit abc123, python 3\.11, torch 2\.13\\_0\}", text)


def test_excused_mutants_stand_in_an_appendix_with_their_reasons() -> None:
    known = "gamma^2 >= 0 anyway"
    miss = NearMissResult("samples.flagship/mutant: a sign", "mutant", Fate.SURVIVED, known=known)
    first, *others = press_samples.results()
    text = typeset([replace(first, near_misses=(*first.near_misses, miss)), *others])
    appendix = text[text.index(r"\appendix") :]
    assert r"A sign: $\gamma^2 \ge 0$ anyway." in appendix
    assert r"\cref{samples.flagship}" in appendix
    assert r"\appendix" not in typeset(press_samples.results())


# ---- the map ------------------------------------------------------------------------------------------------
def test_the_map_leads_from_every_part_to_its_place(tmp_path: Path) -> None:
    results = everything()
    latex.write(results, tmp_path)
    found = json.loads((tmp_path / latex_map.NAME).read_text(encoding="utf-8"))["entries"]
    assert {entry["id"] for entry in found} == {r.theorem.id for r in results}
    keys = set(re.findall(r"@\w+\{([^,]*),", (tmp_path / "references.bib").read_text(encoding="utf-8")))
    for entry in found:
        assert rf"\label{{{entry['label']}}}" in (tmp_path / entry["file"]).read_text(encoding="utf-8")
        assert set(entry["bibtex"]) <= keys
        assert entry["verdict"] in ("proved", "supported", "undecided", "refuted")
        assert len(entry["hash"]) == 64
    [s_norm] = [e for e in found if e["id"] == "decoupling.variance"]
    assert s_norm["statement"] == r"\operatorname{var}_x[x^\top w] = w^\top S w"
    assert r"\mathbb{E}_x[x] = 0" in s_norm["assumptions"]


@pytest.mark.needs("pdflatex", "bibtex")
def test_numbers_of_the_map_are_those_of_the_document(tmp_path: Path) -> None:
    main = latex.write(some(), tmp_path)
    pdf.compile_tex(main)
    aux = main.with_suffix(".aux").read_text(encoding="utf-8")
    entries = json.loads((tmp_path / latex_map.NAME).read_text(encoding="utf-8"))["entries"]
    for entry in entries:
        assert rf"\newlabel{{{entry['label']}}}{{{{{entry['number']}}}" in aux


def test_a_number_of_the_document_is_taken_for_the_id_it_stands_beside(tmp_path: Path) -> None:
    results = [press_samples.result(theorem) for theorem in runner.in_order(loader.load([]))]
    entries = latex_map.of(results, "theorems")["entries"]
    printed = {entry["id"]: f"{entry['kind'].capitalize()} {entry['number']}" for entry in entries}
    assert document_numbers.numbered() == printed
    listed = json.loads(CliRunner().invoke(cli, ["list", "--numbers", "--json"]).stdout)["theorems"]
    assert {row["id"]: row["number"] for row in listed} == printed
    for name in ("explosion.rate", "explosion.mean-field", "errata.rate-of-the-norm"):
        for typed in (printed[name], printed[name].upper(), printed[name].replace(" ", "~")):
            found = CliRunner().invoke(cli, ["list", typed])
            assert f"{name}  " in found.stdout
            assert found.stderr == f"{printed[name]} is {name}\n"
    shown = CliRunner().invoke(cli, ["show", printed["explosion.rate"], "--axioms"])
    assert shown.exit_code == 0
    assert shown.stdout == CliRunner().invoke(cli, ["show", "explosion.rate", "--axioms"]).stdout


@pytest.mark.parametrize("typed", ["Theorem 0", "theorem 1000", "Erratum 99"])
@pytest.mark.parametrize("command", [["run"], ["show"], ["check-lines"], ["export", "--to", "latex", "-o", "out"]])
def test_a_number_that_nothing_has_is_one_message(command: list[str], typed: str) -> None:
    found = CliRunner().invoke(cli, [command[0], typed, *command[1:]], standalone_mode=False)
    assert isinstance(found.exception, SystemExit)
    assert found.exit_code == EXIT_USAGE
    kind = typed.split(" ")[0].capitalize()
    assert f"expected a number of the document of the whole catalogue, {kind} 1 to " in found.stderr


def test_a_topic_named_as_a_kind_is_no_number(tmp_path: Path) -> None:
    found = CliRunner().invoke(cli, ["list", "theorem"])
    assert found.exit_code == EXIT_USAGE
    assert 'a number ("Theorem 31")' in found.stderr


# ---- styles -------------------------------------------------------------------------------------------------
@pytest.mark.needs("pdflatex", "bibtex")
@pytest.mark.parametrize("style", ["beamer", "two-column"])
def test_every_style_compiles_without_loose_ends(style: str, tmp_path: Path) -> None:
    main = latex.write(some(), tmp_path, ABOUT, style=style)
    assert pdf.log_problems(pdf.compile_tex(main)) == []


@pytest.mark.needs("pdflatex", "bibtex")
def test_an_appendix_is_a_body_for_any_paper(tmp_path: Path) -> None:
    folder = latex.write(some(), tmp_path).parent
    body = (folder / "appendix.tex").read_text(encoding="utf-8")
    assert r"\documentclass" not in body
    assert r"\begin{document}" not in body
    paper = folder / "paper.tex"
    paper.write_text(
        r"\documentclass{article}\usepackage{amsthm}\usepackage{normproof}\begin{document}\appendix\input{appendix}"
        r"\bibliographystyle{plain}\bibliography{references}\end{document}"
    )
    assert pdf.log_problems(pdf.compile_tex(paper)) == []


def test_a_style_is_one_file_with_what_it_needs(tmp_path: Path) -> None:
    for style in latex_styles.STYLES:
        main = latex.write(press_samples.results(), tmp_path / style / "paper.tex", ABOUT, style=style)
        assert {path.name for path in main.parent.iterdir()} == {"paper.tex", "normproof.sty", "references.bib"}


# ---- the command --------------------------------------------------------------------------------------------
def call(*arguments: object) -> tuple[int, str]:
    ran = CliRunner().invoke(cli, list(map(str, arguments)))
    return ran.exit_code, ran.output


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a store in which there is nothing."""
    monkeypatch.setenv("NORMPROOF_CACHE", str(tmp_path / "cache"))
    return tmp_path


def test_export_starts_nothing_and_names_what_no_run_has_examined(empty: Path) -> None:
    code, said = call("export", "covariate-shift.deep-linear-at-1e-6", "--to", "latex", "-o", empty / "out")
    assert code == 0
    assert "no run has examined" in said
    assert "covariate-shift.deep-linear-at-1e-6" in said
    assert (empty / "out" / "derivations.tex").is_file()


def test_export_finds_what_a_run_has_stored_at_any_budget(empty: Path) -> None:
    path = files.write(empty)
    assert call("run", path, "--budget", "quick")[0] == 0
    code, said = call("export", path, "--to", "latex", "-o", empty / "out.tex")
    assert code == 0
    assert "no run has examined" not in said
    assert "Proved." in (empty / "out.tex").read_text(encoding="utf-8")


def test_export_runs_first_where_it_is_asked_to(empty: Path) -> None:
    path = files.write(empty)
    code, said = call("export", path, "--run", "--budget", "quick", "--to", "latex", "-o", empty / "out.tex")
    assert code == 0
    assert "no run has examined" not in said
    assert "Proved." in (empty / "out.tex").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--to", "latex", "-o", "name.txt"], "or a file *.tex"),
        (["--to", "latex", "-o", "name.pdf"], "or a file *.tex"),
        (["--to", "pdf", "-o", "name.tex"], "or a file *.pdf"),
        (["--to", "html", "-o", "name.html"], "expected a folder"),
        (["--to", "latex", "--snippet", "-o", "name.tex"], "expected a folder"),
        (["--to", "markdown", "--style", "beamer", "-o", "out"], "--style"),
        (["--to", "pdf", "--style", "appendix", "-o", "out"], "an appendix is LaTeX"),
    ],
)
def test_a_place_or_style_of_another_format_is_refused(
    arguments: list[str], words: str, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(empty)
    code, said = call("export", "decoupling.variance", *arguments)
    assert code == 3
    assert words in said
    assert not list(empty.glob("name*"))


def test_identity_rate_is_cut_into_lines_that_any_column_holds() -> None:
    found = latex.latex_snippet.snippets(
        [press_samples.result(identity_rate.THEOREM)], latex.latex_snippet.Options(columns=2)
    )
    [tex] = found.values()
    assert tex.count(r"\qquad \quad") > 2


def test_what_runs_left_at_several_budgets_bounds_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long experiment is run at the quick budget beside theorems that are not: its verdict is bounded by theirs, and
    not by what the quick budget has of them, which is nothing."""
    used, user = press_samples.FLAGSHIP, press_samples.GRADIENT
    assert used in rests_on(user)
    asked: list[dict[str, Budget]] = []

    def run(theorems, settings, store, *, compute, budgets):
        asked.append(dict(budgets))
        return []

    monkeypatch.setattr(recalling.runner, "run", run)
    with Store(tmp_path, pytest.fail) as store:
        recalling.recalled([user], Settings(), store)
        assert asked.pop() == dict.fromkeys((used.id, user.id), Budget.THOROUGH), "nothing is stored at any of them"
        stored = {used: (Budget.STANDARD,), user: (Budget.QUICK, Budget.STANDARD)}
        for theorem, budgets in stored.items():
            for number, budget in enumerate(budgets):
                units = [*runner._units(theorem, Settings(budget), RULES)]
                for work in units[: len(units) - number]:  # one less at the second
                    store.put(runner._Keys(theorem).of(work, RULES[work.rule]), work.label, (), 0.0)
        recalling.recalled([user], Settings(), store)
    assert asked == [{used.id: Budget.STANDARD, user.id: Budget.QUICK}]
    recalling.recalled([user], Settings(), Store(None, pytest.fail))
    assert asked[-1] == {}, "without a store there is nothing to choose from"
