"""What a theorem speaks of is defined wherever it is shown: on the terminal, in LaTeX, Markdown and the report."""

from __future__ import annotations

import press_samples
import pytest
from click.testing import CliRunner

from verify.command.cli import cli
from verify.loading import loader
from verify.press.pages import build, prose, sections
from verify.press.printers import latex_page, markdown
from verify.proof.kernel import Verdict
from verify.results.records import TheoremResult


def shown(name: str) -> list[str]:
    return CliRunner().invoke(cli, ["show", name, "--all"], standalone_mode=False).output.splitlines()


def test_show_prints_definitions_with_their_notes() -> None:
    lines = shown("explosion.arc-cosine-kernel")
    start = lines.index("Definitions")
    names = [line.split(" := ")[0].strip() for line in lines[start + 1 : lines.index("", start)]]
    assert names == ["J(c)", "J_1(c)", "K(c)", "O(c)"]
    assert lines[start + 1].endswith("(the arc-cosine kernel, Cho & Saul 2009)")


def test_show_lists_the_functions_of_claims_and_near_misses() -> None:
    lines = shown("explosion.rates-decreasing")
    symbols = lines[lines.index("Symbols") : lines.index("Definitions")]
    assert any(line.startswith("  phi one of ") and "softsign" in line for line in symbols)
    assert any(line.startswith("  psi in near misses: ") for line in symbols)


@pytest.mark.parametrize("name", ["explosion.rates-decreasing", "errata.rate-decreases-for-every-activation"])
def test_a_growth_rate_is_defined_on_every_page(name: str) -> None:
    theorem = loader.find(name)
    phi = prose.growth_rate(theorem)
    assert phi == r"\phi"
    assert any(line.startswith("  lambda(phi, B) := E[") for line in shown(name))
    setting = sections.setting(theorem)
    assert "explosion.rate" in setting.growth.words
    sheet = latex_page.Sheet(build.of(press_samples.result(theorem)), frozenset(), {})
    for text in (latex_page.setting(setting, sheet), markdown.setting(setting)):
        assert prose.growth_tex(phi) in "".join(text)


def test_a_theorem_without_a_growth_rate_defines_none() -> None:
    theorem = loader.find("explosion.arc-cosine-kernel")
    assert prose.growth_rate(theorem) == ""
    assert sections.setting(theorem).growth is None


def test_what_is_assumed_and_not_derived_is_typeset() -> None:
    theorem = loader.find("explosion.rate")
    (words,) = prose.assumed_in_words(theorem)
    assert words.startswith("Assumed, not derived: ")
    result = TheoremResult(theorem, Verdict.UNDECIDED, "nothing was run", (), (), "all", "nothing")
    assert r"\npassumed{} Infinite width" in latex_page.page_tex(build.of(result))
