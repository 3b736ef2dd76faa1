"""The counts of a run are the same wherever they are printed: terminal, JSON, report, LaTeX and Markdown."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import press_samples

from verify.command import summary
from verify.loading import loader
from verify.plural import plural
from verify.press.pages import tally
from verify.press.printers import html, latex, markdown
from verify.press.printers import json as jsonout
from verify.proof.door import establish
from verify.proof.kernel import Verdict
from verify.proof.observations import StatisticsCase, StatisticsTrace, counted
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
    said = {verdict.value: n for verdict, n in counts.verdicts.items()}
    assert data["theorems"] == {**said, "of": counts.theorems}
    assert {verdict: data[verdict] for verdict in said} == {**said, "refuted": said["refuted"] + 1}, "both together"
    assert data["sums"] == "proved, supported, undecided, refuted: theorems and errata together"

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
    for words in (
        f"{counts.instances:,} instances",
        "near misses: ",
        "mutants: 1300 refuted",
        "1 of 1 erratum refuted",
    ):
        assert words in said

    document = latex.document(results)
    assert f"{counts.instances:,} in all" in document
    assert f"{counts.near_misses[Fate.REFUTED]} of {counts.misses_met[1]} are refuted" in document
    assert "1 of 1 is refuted" in document


# ---- one thing is no several things -------------------------------------------------------------------------
NOUNS = (
    "instances", "points", "boxes", "lines", "cases", "theorems", "mutants", "runs", "comparisons", "results", "errata",
    "statements", "functions", "pieces", "cells", "terms", "operations", "parts", "units", "threads", "cores", "times",
)  # fmt: skip
SAYS = ("verify/press", "verify/command", "verify/running", "verify/results", "verify/rules", "verify/proof/kernel.py")
SEVERAL = {  # counts that are never 1
    ("verify/command/sweeping.py", "cells"): "the most that are asked for at once",
    ("verify/command/trust.py", "lines"): "of the folder that is trusted",
    ("verify/command/console.py", "mutants"): "a share of them, in a column",
    ("verify/running/on_dask.py", "times"): "after several",
    ("verify/results/ranges.py", "times"): "differentiable: once and twice have words of their own",
    ("verify/running/concluding.py", "parts"): "a message about a fault of ours",
}


def spoken_of(source: str) -> list[str]:
    """The nouns in the plural that stand right behind a number which text is made with."""
    found = []
    for node in ast.walk(ast.parse(source)):
        for before, after in pairwise(node.values if isinstance(node, ast.JoinedStr) else ()):
            if isinstance(before, ast.FormattedValue) and isinstance(after, ast.Constant):
                found += re.findall(rf"^ (?:more )?({'|'.join(NOUNS)})\b", str(after.value))
    return found


def test_a_noun_behind_a_count_is_in_the_plural_only_where_the_count_is() -> None:
    assert spoken_of('f"{number} boxes of {size}"') == ["boxes"]
    root = Path(__file__).parent.parent
    files = [
        path for place in SAYS for path in ([root / place] if place.endswith(".py") else (root / place).rglob("*.py"))
    ]
    found = {(path.relative_to(root).as_posix(), noun) for path in files for noun in spoken_of(path.read_text())}
    assert found == set(SEVERAL)


def test_one_is_said_of_one() -> None:
    assert [plural(n, "box") for n in (0, 1, 2, 1_200)] == ["0 boxes", "1 box", "2 boxes", "1,200 boxes"]
    assert [counted(n, "line") for n in (0, 1, 2, 1_200)] == ["0 lines", "1 line", "2 lines", "1200 lines"]
    case = StatisticsCase("a", "=", estimate=1, standard_error=0.01, predicted=1, margin=0.1, critical=4, count=9)
    assert establish(StatisticsTrace(0.001, (case,))).reason == "1 comparison, false alarms 0.001"
    assert establish(StatisticsTrace(0.001, (case, case))).reason == "2 comparisons, false alarms 0.001"
