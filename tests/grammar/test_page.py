"""The page of `check` and `derive`: what it shows is what the commands print, and it tells of all that there is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from theory.grammar.applying import FUNCTIONS
from theory.grammar.declared_words import WORDS
from verify.command.cli import cli

PAGE = (Path(__file__).parents[2] / "docs" / "check-and-derive.md").read_text(encoding="utf-8")
EXAMPLES = [block.partition("\n")[::2] for block in re.findall(r"```console\n\$ normproof (.*?)```", PAGE, flags=re.S)]


@pytest.mark.parametrize(("command", "shown"), EXAMPLES)
def test_an_example_prints_what_is_shown(command: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    result = CliRunner().invoke(cli, shlex.split(command))
    assert result.output == shown
    expected = {"proved": 0, "refuted": 1, "error": 3}
    assert result.exit_code == next(
        code for word, code in expected.items() if re.search(rf"^{word}(:| {{2,}}(?!beside))", shown, flags=re.M)
    )


def test_there_are_fifteen_of_them_and_mistakes_too() -> None:
    assert sum("error:" not in shown for _, shown in EXAMPLES) >= 15
    assert sum("error:" in shown for _, shown in EXAMPLES) >= 5


def test_the_page_tells_of_every_word() -> None:
    prose = PAGE.split("## How a text is read")[1].split("## Examples")[0]
    shorter = {"pd", "psd", "real", "vector", "orthogonal projector"}  # other words for the same
    for word in set(WORDS) - shorter:
        assert f"`{word}`" in prose, word
    same = {"trace", "diag", "gradient", "hessian", "jacobian", "diff", "abs", "norm", "arccos"}
    for name in FUNCTIONS.keys() - same:
        assert re.search(rf"`{name}[(`\[]", prose), name
