"""Lines on a narrow terminal: broken where a reader would, never within a word, and whole where nobody looks."""

from __future__ import annotations

import io

import press_samples
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from verify.command import command_group
from verify.command.cli import cli
from verify.command.columns import Column, fitting
from verify.loading import loader
from verify.press.pages import build
from verify.press.printers import terminal
from verify.press.printers.terminal_lines import write

FORMULA = "  E[x] = gamma^2 / (w' S w) * (v(w, gamma)' S^-1 v(w, gamma) - (w' v(w, gamma))^2 / (w' S w)) + 1"


def shown(words: str, width: int, hang: int = 4, terminal: bool = True) -> list[str]:
    out = io.StringIO()
    write(Console(file=out, width=width, force_terminal=terminal, color_system=None, highlight=False), words, hang)
    return out.getvalue().splitlines()


def test_a_formula_is_broken_before_a_sign_and_outside_of_brackets() -> None:
    first, *rest = shown(FORMULA, 60)
    assert first == "  E[x] = gamma^2 / (w' S w)"
    assert rest[-1].lstrip().startswith(("+", "-", "*"))
    for row in (first, *rest):
        assert not row.endswith(("w'", "(", "-", "+", "="))


@given(st.lists(st.text("ab'(^)+-= ", min_size=1, max_size=12), min_size=1, max_size=20), st.integers(20, 90))
def test_what_is_broken_keeps_every_letter_in_order(words: list[str], width: int) -> None:
    text = " ".join(" ".join(words).split())
    rows = shown(text, width)
    assert "".join("".join(rows).split()) == "".join(text.split())
    if all(len(word) + 4 < width for word in text.split()):
        assert all(len(row) <= width for row in rows)


def test_a_line_that_nobody_looks_at_is_left_whole() -> None:
    assert shown(FORMULA, 40, terminal=False) == [FORMULA]


@pytest.mark.parametrize(("width", "names"), [(60, "id verdict count"), (30, "id verdict"), (16, "id verdict")])
def test_a_table_leaves_out_columns_and_cuts_no_word(width: int, names: str) -> None:
    columns = [
        Column("id", ["decoupling.gradient"]),
        Column("verdict", ["proved"]),
        Column("count", ["16,408"], leave=1, right=True),
    ]
    assert " ".join(str(column.header) for column in fitting(width, columns).columns) == names
    out = io.StringIO()
    Console(file=out, width=max(width, 28), color_system=None).print(fitting(width, columns))
    assert "decoupling.gradient" in out.getvalue()
    assert "…" not in out.getvalue()


def test_a_column_of_sentences_is_broken_before_another_is_cut() -> None:
    columns = [
        Column("theorem", ["smoothness.curvature-along-gradient"]),
        Column("verdict", ["proved"]),
        Column("but", ["3 excused in words; hypotheses not derived"], least=22),
    ]
    out = io.StringIO()
    Console(file=out, width=72, color_system=None).print(fitting(72, columns))
    assert "smoothness.curvature-along-gradient  proved   3 excused in words;" in out.getvalue()
    assert out.getvalue().rstrip().endswith("  hypotheses not derived")


def test_what_a_command_tells_goes_on_below_its_second_column(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the doctor says what is missing; what is to be pasted, or pointed at by a caret, is left whole."""
    line = "missing CUDA          torch is a build without CUDA; no device in use, everything runs on the CPU"
    paste = '    normproof replay \'{"claim":"mine.length","instance":{"sizes":{"d":1,"m":1}}}\''
    monkeypatch.setenv("COLUMNS", "50")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    command_group.tell(f"{line}\n{paste}\n{line}\n    ^")
    rows = capsys.readouterr().out.splitlines()
    assert rows[-3:] == [paste, line, "    ^"]
    assert rows[0] == "missing CUDA          torch is a build without"
    assert all(row.startswith(" " * 22 + row.strip()[0]) and len(row) <= 50 for row in rows[1:-3])
    assert "".join("".join(rows[:-3]).split()) == "".join(line.split())


def test_help_cuts_no_sentence() -> None:
    output = CliRunner().invoke(cli, ["--help"], standalone_mode=False, terminal_width=80).output
    assert "..." not in output.partition("Commands:")[2]
    assert all(len(row) <= 80 for row in output.splitlines())


def test_a_paragraph_of_a_docstring_is_broken_at_the_width_of_the_terminal() -> None:
    """Not where its file broke it as well: a row would be left over with a few words."""
    page = build.of(press_samples.result(loader.find("errata.rate-of-the-norm")))
    out = io.StringIO()
    terminal.show(Console(file=out, width=80, force_terminal=True, color_system=None, highlight=False), page)
    rows = out.getvalue().splitlines()
    start = next(k for k, row in enumerate(rows) if row.startswith("It is the growth of"))
    assert rows[start + 1] == "layer: over 20 layers the print overstates the growth 46-fold."
    assert "    lim lambda(B) = pi/(pi - 1) = 1.46694..." in rows[start - 3] + rows[start - 2]
