"""What the page `docs/sympy.md` shows is what happens: its theorem is proved, and its sessions print what they show."""

from __future__ import annotations

import doctest
import re
import sys
from pathlib import Path

import pytest

from tests import files
from verify.loading import loader

PAGE = Path(__file__).parents[2] / "docs" / "sympy.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.S)


def test_every_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NORMPROOF_CACHE", str(tmp_path / "cache"))
    (theorem,) = blocks("python")
    stem = files.fresh("reparametrised")
    (loaded,) = loader.load([str(files.write(tmp_path, theorem, stem=stem))])  # as the command line loads it
    names = dict(vars(sys.modules[stem]))
    assert names["THEOREM"] == loaded
    sessions = blocks("pycon")
    assert len(sessions) == 3
    parser, runner = doctest.DocTestParser(), doctest.DocTestRunner(verbose=False)
    for number, session in enumerate(sessions):
        test = parser.get_doctest(session, names, f"session {number}", str(PAGE), 0)
        assert test.examples
        runner.run(test, clear_globs=False)
        names.update(test.globs)
    assert runner.summarize(verbose=False).failed == 0


def test_the_page_is_in_the_index() -> None:
    assert "\nsympy\n" in (PAGE.parent / "index.md").read_text(encoding="utf-8")
