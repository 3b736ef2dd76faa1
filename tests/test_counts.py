"""The counts of a run are the same wherever they are printed: terminal, JSON, report, LaTeX and Markdown."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import press_samples

from verify.command import summary
from verify.loading import loader
from verify.press.pages import tally
from verify.press.printers import html, latex, markdown
from verify.press.printers import json as jsonout
from verify.proof.kernel import Verdict
from verify.results.records import MUTANT, Fate, NearMissResult, TheoremResult
from verify.settings import Settings


def run() -> list[TheoremResult]:
    """Three theorems, one of them with mutants, and an erratum with near misses and instances of its own."""
    erratum = loader.find("errata.curvature-bound-without-conditions")
    misses = tuple(NearMissResult(f"{erratum.id}/{name}", "author", "refuted") for name, _ in erratum.near_miss_list())
    first, *others = press_samples.results()
    mutants = tuple(
        NearMissResult(
            f"{first.theorem.id}{MUTANT}{fate} {k}", "mutant", fate, known="also true" * (fate == "survived")
        )
        for fate, number in (("refuted", 1_300), ("equivalent", 5), ("survived", 2))
        for k in range(number)
    )
    return [
        replace(first, near_misses=(*first.near_misses, *mutants)),
        *others,
        TheoremResult(
            erratum,
            Verdict.REFUTED,
            "a certified counterexample",
            press_samples.observed(press_samples.FLAGSHIP)[2:3],
            misses,
            "",
            "",
            kind="erratum",
            expected=Verdict.REFUTED,
        ),
    ]


def test_every_printer_says_the_same_numbers(tmp_path: Path) -> None:
    results = run()
    counts = tally.of(results)
    assert counts.instances == sum(r.instances for r in results) > 0
    assert counts.errata == counts.errata_refuted == 1
    assert counts.misses_met[1] > sum(len(r.authored) for r in results[:3]), "those of errata are counted"

    data = jsonout.document(results, Settings(), seconds=1.0)["summary"]
    assert data["instances"] == counts.instances
    assert data["near_misses"] == counts.near_misses
    assert data["mutants"] == counts.mutants == {"refuted": 1_300, "equivalent": 5, "survived": 2}
    assert data["excused"] == 2
    assert data["errata"] == {"refuted": 1, "of": 1}

    html.write(results, tmp_path / "report")
    index = (tmp_path / "report" / "index.html").read_text()
    tallied = re.sub(r"<[^>]*>", "", re.findall(r'<p class="tally">.*?</p>', index, re.S)[0])
    assert f"{counts.instances:,} instances" in tallied
    assert "{}/{} near misses".format(*counts.misses_met) in tallied
    assert "1,305/1,307 mutants" in tallied
    assert "1/1 errata" in tallied

    said = tally.words(counts)
    assert said in summary.summary_line(results, 1.0).plain
    markdown.write(results, tmp_path / "pages")
    assert said in (tmp_path / "pages" / "index.md").read_text()
    for words in (f"{counts.instances:,} instances", "near misses: ", "mutants: 1300 refuted", "1 of 1 errata refuted"):
        assert words in said

    document = latex.document(results)
    assert f"{counts.instances:,} in all" in document
    assert f"{counts.near_misses[Fate.REFUTED]} of {counts.misses_met[1]} are refuted" in document
    assert "1 of 1 are refuted" in document
