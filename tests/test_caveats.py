"""What stands beside a verdict: survivors excused in words, code that disagrees, instances left undecided."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from html import unescape

import pytest
from rich.console import Console

from tests import press_samples
from verify.command import console, summary
from verify.command.running import exit_code
from verify.press.pages import build
from verify.press.pages.weakest import weakest_links
from verify.press.printers import html, latex, latex_page, markdown
from verify.press.printers import json as jsonout
from verify.press.printers.html import notebook
from verify.press.printers.terminal import show
from verify.proof.kernel import Verdict, conclude, establish
from verify.proof.observations import CodeDisagreement, SamplingTrace
from verify.results.records import MUTANT, NearMissResult
from verify.settings import Settings

WITNESS = '{"claim": "samples.flagship", "instance": {}}'
CODE = CodeDisagreement("torch 2.13", "the left side", "0", "-16/9", 1e12, "m = 3, y = (0, 0, 1)", WITNESS)
FLOATS = SamplingTrace("float64", "cpu", 200, 200, suspects=40, rounding=0, unknown=0, worst_residual=1e12)
DISAGREES = replace(FLOATS, disagreements=40, code=CODE)
EXCUSED = NearMissResult(f"samples.flagship{MUTANT}half the right side", "mutant", "survived", known="true as well")


def result(*misses, observations=()):
    sample = press_samples.result(press_samples.FLAGSHIP)
    return replace(
        sample,
        verdict=Verdict.PROVED,
        near_misses=(*sample.authored, *misses),
        evidence=(*sample.evidence, *map(establish, observations)),
    )


def printed(seen, tmp_path):
    """Everything that a reader may look at, by name."""
    table, terminal = io.StringIO(), io.StringIO()
    plain = summary.console
    try:
        summary.console = lambda stream=None: Console(file=table, width=400)
        summary.table([seen], 1.0)
    finally:
        summary.console = plain
    show(Console(file=terminal, width=400), build.of(seen))
    html.write([seen], tmp_path)
    pages = {
        name: unescape((tmp_path / name).read_text()) for name in ("index.html", f"theorems/{seen.theorem.id}.html")
    }
    return {
        "line": console.line(seen).plain,
        "table": table.getvalue(),
        "show": terminal.getvalue(),
        "json": json.dumps(jsonout.document([seen], Settings(), seconds=0)["results"], ensure_ascii=False),
        "latex": latex_page.page_tex(build.of(seen)),
        "markdown": markdown.page_text(build.of(seen), str),
        "card": notebook.card(seen),
        "weakest": " ".join(f"{link.answer} {link.items}" for link in weakest_links([seen])),
        **pages,
    }


def test_a_sentence_is_counted_beside_the_verdict(tmp_path):
    seen = result(EXCUSED, replace(EXCUSED, id=EXCUSED.id + " again"))
    assert seen.caveats == ("2 excused in words",)
    for place, text in printed(seen, tmp_path).items():
        wanted = "2, by nothing but a sentence of the author" if place == "weakest" else "2 excused in words"
        assert wanted in text, place
    assert jsonout.document([seen], Settings(), seconds=0)["summary"]["excused"] == 2
    assert "2 are excused in words" in latex.document([seen])
    assert exit_code([replace(seen, expected=Verdict.PROVED)]) == 0


def test_the_sentence_of_an_author_excuses_no_near_miss_of_his_own():
    """Only mutants have a docket: a near miss that its author wrote and nothing refutes lowers the grade."""
    found = conclude([], ["samples.flagship/half the right side"], {})
    assert found.verdict is Verdict.UNDECIDED


def test_code_that_disagrees_is_a_finding_with_its_smallest_witness(tmp_path):
    seen = result(observations=(DISAGREES,))
    assert seen.findings == (CODE,)
    assert seen.undecided == ("sampling float64: 40 of 200 undecided",)
    for place, text in printed(seen, tmp_path).items():
        assert "isagree" in text or place == "weakest", place
        if place not in ("line", "index.html", "card"):
            assert "torch 2.13" in text, place
    assert exit_code([replace(seen, expected=Verdict.PROVED)]) == 2
    (found,) = jsonout.document([seen], Settings(), seconds=0)["results"][0]["findings"]
    assert found["witness"] == WITNESS
    assert found["exact"] == "-16/9"


@pytest.mark.parametrize(("unknown", "code"), [(0, 0), (2, 0), (3, 2), (200, 2)])
def test_a_rule_that_leaves_more_than_one_in_a_hundred_open_shows_in_the_exit_code(unknown, code):
    seen = result(observations=(replace(FLOATS, suspects=unknown, unknown=unknown),))
    assert exit_code([replace(seen, expected=Verdict.PROVED)]) == code
    assert bool(seen.undecided) == (code == 2)
    counted = jsonout.document([seen], Settings(), seconds=0)["results"][0]["evidence"][-1]["instances"]
    assert counted == 200 - unknown


def test_nothing_is_said_where_nothing_is_to_be_said(tmp_path):
    seen = result()
    assert seen.caveats == ()
    assert not any("But:" in text for text in printed(seen, tmp_path).values())


def test_excuses_are_counted_by_what_they_say_and_the_page_leads_to_them(tmp_path):
    seen = result(EXCUSED, replace(EXCUSED, id=EXCUSED.id + " again", known="it claims nothing: 0 in a denominator"))
    [link] = [link for link in weakest_links([seen]) if "excused" in link.question]
    assert "1 said to be true as well, 1 said to claim nothing" in link.answer
    page = printed(seen, tmp_path)[f"theorems/{seen.theorem.id}.html"]
    assert page.index('href="#survived"') < page.index('id="survived"') < page.index("0 in a denominator")
