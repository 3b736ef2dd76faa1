"""Theorems that speak of the same name one another, each on its own page."""

from __future__ import annotations

from pathlib import Path

from tests.press_samples import result
from theory.statements.theorem import Theorem
from verify.loading import loader
from verify.press.pages import build
from verify.press.pages.alike import FEW, alike, claimed
from verify.press.pages.hypotheses import near
from verify.press.printers import html, markdown
from verify.results.records import TheoremResult

RESULTS = [result(theorem) for theorem in loader.load(["decoupling", "explosion"])]


def named(seen: TheoremResult) -> set[str]:
    return {name for shared in alike(seen, RESULTS) for name in shared.theorems}


def of(name: str) -> TheoremResult:
    return next(r for r in RESULTS if r.theorem.id == name)


def test_length_and_direction_and_the_reparametrisation_name_one_another() -> None:
    for one, other in (("length-and-direction", "reparametrisation"), ("reparametrisation", "length-and-direction")):
        [shared] = [s for s in alike(of(f"decoupling.{one}"), RESULTS) if f"decoupling.{other}" in s.theorems]
        assert shared.what.typed == "wtilde"


def test_whoever_is_named_names_in_return_and_is_not_linked_already() -> None:
    pairs = {(r.theorem.id, name) for r in RESULTS for name in named(r)}
    assert pairs
    assert {(other, one) for one, other in pairs} == pairs
    for one, other in pairs:
        first, second = of(one).theorem, of(other).theorem
        assert second not in near(first)
        assert first not in near(second)
        assert claimed(first) & claimed(second)


def test_what_many_speak_of_says_nothing_of_two() -> None:
    speaking: dict[str, list[Theorem]] = {}
    for seen in RESULTS:
        for definition in claimed(seen.theorem):
            speaking.setdefault(definition.name, []).append(seen.theorem)
    [f_bn] = [found for name, found in speaking.items() if name == "f_BN"]
    assert len(f_bn) > FEW
    assert "f_BN" not in {name for r in RESULTS for s in alike(r, RESULTS) for name in s.what.typed.split(", ")}


def test_pages_link_them(tmp_path: Path) -> None:
    some = [of("decoupling.length-and-direction"), of("decoupling.reparametrisation"), of("decoupling.variance")]
    html.write(some, tmp_path)
    page = (tmp_path / "theorems" / "decoupling.length-and-direction.html").read_text(encoding="utf-8")
    told = page[page.index("Speak of the same") :]
    assert 'href="../theorems/decoupling.reparametrisation.html"' in told
    text = markdown.page_text(build.of(some[0], some), str)
    assert "speak as well decoupling.reparametrisation." in text


def test_what_a_theorem_speaks_of_is_a_link_on_both_pages(tmp_path: Path) -> None:
    html.write([of("explosion.relu-rate"), of("explosion.rate")], tmp_path)
    rate = (tmp_path / "theorems" / "explosion.rate.html").read_text(encoding="utf-8")
    relu = (tmp_path / "theorems" / "explosion.relu-rate.html").read_text(encoding="utf-8")
    assert 'href="../theorems/explosion.relu-rate.html"' in rate[rate.index("Spoken of by") :]
    assert 'href="../theorems/explosion.rate.html"' in relu[relu.index("Speaks of what is said in") :]
