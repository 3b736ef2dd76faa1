"""Within a theorem no letter stands for two things, as it is printed: symbols, definitions, functions and constants."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import press_samples
import pytest
from rich.console import Console
from test_typesetting import every_theorem

from theory import Experiment, Identity, Theorem, activation, define, dimension, real, vector
from theory import terms as t
from theory.statements.claims import assumption_terms
from theory.statements.doors import TheoremError
from theory.typeset.names import activation_tex, name_tex, symbol_tex
from theory.typeset.statements import definition_head
from verify.loading import loader
from verify.press.pages import build, prose
from verify.press.printers import html, latex, latex_map, markdown, terminal, terminal_brief
from verify.press.printers import json as jsonout
from verify.settings import Settings

Thing = tuple[object, ...]
STATED = [theorem for theorem in every_theorem() if not isinstance(theorem, Experiment)]


def printed(theorem: Theorem) -> Iterator[t.Term]:
    """Every term on the page of a theorem, near misses and bodies of definitions included."""
    claims = [part.claim for part in theorem.parts] + [miss.claim for _, miss in theorem.near_miss_list()]
    for claim in claims:
        yield from (claim.left, claim.right)
    for part in theorem.parts:
        if part.derivation:
            yield part.derivation.start
            yield from (line.term for line in part.derivation.lines)
    for assumption in theorem.assumptions:
        yield from assumption_terms(assumption)
    for definition in prose.definitions(theorem):
        yield definition.body
        yield from definition.parameters


def things(node: t.Term) -> Iterator[tuple[str, Thing]]:
    """What a node is printed as, and what it is; a dummy of another definition is the same letter for the same kind."""
    match node:
        case t.Symbol():
            yield symbol_tex(node), ("symbol", "number" if node.is_scalar else node.shape)
        case t.Elementwise():
            yield activation_tex(node.function), ("function", node.function.name)
        case t.FieldValue():
            yield name_tex(node.field.name, node.field.tex), ("field", node.field.name)
        case t.Eye():
            yield "I", ("the identity",)
        case t.Special(name="exp"):
            yield "e", ("Euler's number",)
        case t.Special(name="pi"):
            yield r"\pi", ("pi",)
        case t.GrowthRate():
            yield "u", ("the variance of the growth rate",)
            yield "y", ("the batch of the growth rate",)


def clashes(theorem: Theorem) -> Mapping[str, set[Thing]]:
    """Letters that stand for several things on the page of a theorem."""
    found: defaultdict[str, set[Thing]] = defaultdict(set)
    for definition in prose.definitions(theorem):
        found[re.sub(r"\(.*", "", definition_head(definition))].add(("definition", definition.name))
    for declared in prose.declarations(theorem):
        for letter in re.findall(r"\\lVert (\w) \\rVert_\w = ", declared):
            found[letter].add(("symbol", next(s.shape for s in theorem.symbols if s.shape[1] == 1 and not s.is_scalar)))
    for term in printed(theorem):
        for node in t.walk(term):
            for tex, thing in things(node):
                found[tex].add(thing)
    return {tex: those for tex, those in found.items() if len(those) > 1}


@pytest.mark.parametrize("theorem", [*STATED, *loader.load(["errata"])], ids=lambda theorem: theorem.id)
def test_no_letter_stands_for_two_things(theorem: Theorem) -> None:
    assert clashes(theorem) == {}


def test_clashes_are_seen() -> None:
    n = dimension("n")
    v, x, gamma = vector("v", n), vector("x", n), real("gamma")
    again = define("v", (x,), x, tex="v")
    density = activation("density", tex=r"\gamma")
    claim = Identity(v.T @ again(x) + density(gamma), v.T @ x)
    theorem = Theorem("samples.clash", claim, near_misses={"none": Identity(gamma, 2 * gamma)}, docstring="Clashes.")
    assert set(clashes(theorem)) == {"v", r"\gamma"}


@pytest.mark.parametrize(
    "theorem", [t for t in STATED if t.module.startswith("theory.")], ids=lambda theorem: theorem.id
)
def test_every_symbol_is_introduced_with_its_meaning(theorem: Theorem) -> None:
    assert [symbol.name for symbol in theorem.symbols if not prose.meaning(theorem, symbol)] == []


def test_a_theorem_of_a_user_says_what_its_own_letters_are() -> None:
    m = dimension("m")
    claim = Identity(m + 0 * m, m)
    lies = {"one more": Identity(m, m + 1)}
    plain = Theorem("samples.plain", claim, near_misses=lies, docstring="Plain.")
    assert prose.declarations(plain) == [r"$m \in \mathbb{N}$"]
    told = Theorem("samples.told", claim, near_misses=lies, docstring="Told.", meanings={"m": "a number m >= 1"})
    assert prose.declarations(told) == [r"$m \in \mathbb{N}$, a number $m \ge 1$"]
    with pytest.raises(TheoremError, match="a symbol of it"):
        Theorem("samples.strange", claim, near_misses=lies, docstring="Strange.", meanings={"n": "no symbol"})


def test_what_is_assumed_and_not_derived_is_a_hypothesis_with_a_badge() -> None:
    text = latex.document([press_samples.result(loader.find("explosion.rate"))])
    statement = text[text.index(r"\begin{theorem}") : text.index(r"\end{theorem}")]
    assert r"\npassumed{} Infinite width, so that the batch is Gaussian; $\varepsilon = 0$" in statement
    assert r"the sphere of radius $\sqrt{B}$" in statement
    text = latex.document([press_samples.result(loader.find("decoupling.gradient"))])
    assert r"\mathbb{E}_{x}[\partial\, \cdot\,]$ \npassumed{}" in text


def test_the_badge_stands_in_the_report_and_in_markdown_too(tmp_path: Path) -> None:
    results = [press_samples.result(loader.find("decoupling.gradient"))]
    report = html.write(results, tmp_path / "report", {}).parent
    page = next(report.rglob("decoupling.gradient.html")).read_text(encoding="utf-8")
    assert "assumed, not derived</span>" in page
    rate = html.write([press_samples.result(loader.find("explosion.rate"))], tmp_path / "rate", {}).parent
    page = next(rate.rglob("explosion.rate.html")).read_text(encoding="utf-8")
    assert "assumed, not derived</span> infinite width" in page
    assert "**[assumed, not derived]**" in markdown.write(results, tmp_path / "a.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["explosion.rate", "decoupling.gradient"])
def test_every_medium_says_that_it_is_assumed(name: str, tmp_path: Path) -> None:
    seen = press_samples.result(loader.find(name))
    page = build.of(seen)
    html.write([seen], tmp_path)
    brief, whole = io.StringIO(), io.StringIO()
    terminal_brief.brief(Console(file=brief, width=400), page)
    terminal.show(Console(file=whole, width=400), page)
    texts = {
        "page": (tmp_path / "theorems" / f"{name}.html").read_text(),
        "show": brief.getvalue(),
        "show --all": whole.getvalue(),
        "markdown": markdown.page_text(page, str),
    }
    for place, text in texts.items():
        assert "assumed, not derived" in text.lower(), place


def test_programs_are_told_what_is_assumed_and_not_derived() -> None:
    results = [press_samples.result(loader.find(name)) for name in ("explosion.rate", "decoupling.gradient")]
    rate, gradient = jsonout.document(results, Settings(), seconds=1.0)["results"]
    assert rate["assumed_in_words"][0].startswith("Assumed, not derived: infinite width")
    assert gradient["assumed_in_words"] == []
    assert [assumed["text"] for assumed in gradient["assumptions"] if assumed["premise"]] == [
        "derivatives under E over x"
    ]
    entries = latex_map.of(results, "theorems")["entries"]
    assert {entry["id"]: entry["assumed_in_words"] for entry in entries} == {
        "explosion.rate": rate["assumed_in_words"],
        "decoupling.gradient": [],
    }


def test_the_meaning_of_a_definition_stands_below_it() -> None:
    text = latex.document([press_samples.result(loader.find("explosion.leaky-relu-rate"))])
    assert r"$M$: $\mathbb{E}[\phi(X)\, \phi(Y)]$ of leaky ReLU of slope a" in text
