"""The docket names who printed a false statement, and apart from them who is right; each with its qualifier."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from html import unescape

import pytest
from rich.console import Console

from tests import press_samples
from theory import Erratum, Source, Theorem
from verify.loading import loader
from verify.press.pages import build
from verify.press.printers import html, latex_page, markdown, terminal
from verify.press.printers import json as jsonout
from verify.settings import Settings

ERRATA = {t.id: t for t in loader.load([]) if isinstance(t, Erratum)}
RIGHT = {
    "errata.rate-of-the-norm": "yang2019",
    "errata.missing-term-in-back-propagation": "darknet29",
    "errata.gradient-check-through-the-sum": "mnemosyne310",
}
PRINTED = Source("santurkar2018", "Theorem 4.1", "in a copy")
ALSO = Source("kohler2019", "Section 4", "which is right")


def said(theorem: Theorem, tmp_path) -> dict[str, tuple[str, str]]:
    """What stands before `See also` and what after it, in each output."""
    seen = press_samples.result(theorem)
    printed = io.StringIO()
    page = build.of(seen)
    terminal.show(Console(file=printed, width=400), page)
    html.write([seen], tmp_path)
    report = unescape((tmp_path / "theorems" / f"{theorem.id}.html").read_text(encoding="utf-8"))
    texts = {
        "terminal": printed.getvalue(),
        "latex": latex_page.page_tex(page),
        "html": report,
        "markdown": markdown.page_text(page, str),
    }
    return {place: text.split("See also", 1) for place, text in texts.items()}


@pytest.mark.parametrize("name", RIGHT)
def test_who_is_right_is_not_accused(name, tmp_path):
    erratum = ERRATA[name]
    assert RIGHT[name] not in {s.key for s in erratum.sources}
    assert RIGHT[name] in {s.key for s in erratum.see_also}
    assert all(s.qualifier for s in erratum.see_also)
    for place, (before, after) in said(erratum, tmp_path).items():
        for source in erratum.see_also:
            assert source.qualifier in after, place
            assert source.qualifier not in before.rpartition("Printed in")[2], place


def test_what_was_read_in_a_copy_says_so_wherever_it_is_named(tmp_path):
    erratum = ERRATA["errata.forward-eigenvalues-with-v"]
    assert "machine-converted copy; not the print" in erratum.sources[0].qualifier
    html.write([press_samples.result(erratum)], tmp_path)
    assert "not the print" in (tmp_path / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "base", [press_samples.FLAGSHIP, ERRATA["errata.lipschitz-bound-with-root-m"]], ids=lambda t: t.id
)
def test_both_fields_are_printed_apart_with_their_qualifiers(base, tmp_path):
    theorem = replace(base, sources=(PRINTED,), see_also=(ALSO,))
    for place, parts in said(theorem, tmp_path).items():
        assert len(parts) == 2, place
        before, after = parts
        assert "in a copy" in before, place
        assert "which is right" in after, place
        assert "which is right" not in before, place
    (row,) = json.loads(json.dumps(jsonout.document([press_samples.result(theorem)], Settings(), seconds=0)))["results"]
    assert row["sources"] == [{"key": "santurkar2018", "place": "Theorem 4.1", "qualifier": "in a copy"}]
    assert row["see_also"] == [{"key": "kohler2019", "place": "Section 4", "qualifier": "which is right"}]
    assert theorem.kind in ("theorem", "erratum")
