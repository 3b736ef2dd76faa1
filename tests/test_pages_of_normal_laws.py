"""A normal law is printed with the other assumptions, and Isserlis with the premises, in every format."""

from __future__ import annotations

import io
import json
from html import unescape
from pathlib import Path

from rich.console import Console

from tests.gaussian_setting import CENTRED, TRUE
from tests.press_samples import result
from theory import Identity, Theorem, start
from theory.statements.premises import ISSERLIS
from verify.press.pages import build
from verify.press.printers import html, latex_page, markdown
from verify.press.printers import json as jsonout
from verify.press.printers.terminal import show
from verify.settings import Settings

LEFT, RIGHT, _ = TRUE["two symmetric forms"]
STATED = Theorem(
    "sandbox.two_forms",
    Identity(LEFT, RIGHT),
    start(LEFT).equals(RIGHT, CENTRED),
    near_misses={"thrice": Identity(LEFT, 3 * RIGHT)},
    assumptions=(CENTRED,),
    docstring="Two forms.",
)


def test_a_normal_law_is_printed_everywhere(tmp_path: Path) -> None:
    seen = result(STATED)
    (written,) = json.loads(json.dumps(jsonout.document([seen], Settings(), seconds=0)))["results"]
    assert ISSERLIS in written["premises"]
    assert [(a["text"], a["latex"], a["premise"]) for a in written["assumptions"]] == [
        ("x ~ N(0, S)", r"x \sim \mathcal{N}(0,\, S)", False)
    ]
    terminal = io.StringIO()
    show(Console(file=terminal, width=400), build.of(seen))
    tex, marked = latex_page.page_tex(build.of(seen)), markdown.page_text(build.of(seen), str)
    html.write([seen], tmp_path)
    page = unescape((tmp_path / "theorems" / f"{STATED.id}.html").read_text(encoding="utf-8"))
    for text in (terminal.getvalue(), tex, marked, page):
        assert ISSERLIS in " ".join(text.split())
    assert "x ~ N(0, S)" in terminal.getvalue()
    assert r"x \sim \mathcal{N}(0,\, S)" in tex
    assert r"\sim" in marked
    assert "∼" in page
