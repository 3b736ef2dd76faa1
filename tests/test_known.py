"""The page of a topic: what is proved, under which hypotheses, what was measured, and what was printed otherwise."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from tests.press_samples import result
from verify.loading import loader
from verify.press.pages import build, known, measuring, topics
from verify.press.pages.known import Entry, Known
from verify.press.pages.parts import Words
from verify.press.printers import html
from verify.press.printers import latex_document as latex
from verify.proof.door import establish
from verify.proof.kernel import Verdict
from verify.proof.observations import StatisticsTrace
from verify.results.records import TheoremResult

NAMES = (
    "explosion.inverse-radius",
    "explosion.rate",
    "explosion.relu-rate",
    "explosion.squared-gradient",
    "explosion.gradient-growth",
    "explosion.residual-growth",
    "errata.rate-of-the-norm",
)


@pytest.fixture(scope="module")
def results() -> list[TheoremResult]:
    """Made up, as far as it goes: experiments support, errata are refuted, and all else is proved."""
    verdicts = {"theorem": Verdict.PROVED, "experiment": Verdict.SUPPORTED, "erratum": Verdict.REFUTED}
    found = [result(loader.find(name)) for name in NAMES]
    return [replace(r, verdict=verdicts[r.kind], expected=verdicts[r.kind]) for r in found]


def topic(results: list[TheoremResult]) -> Known:
    [found] = topics.in_order(results)
    return known.of(found, results, build.pages(results))


def entries(known_of: Known, heading: str) -> dict[str, Entry]:
    [group] = [group for group in known_of.groups if group.heading.startswith(heading)]
    return {entry.page.id: entry for entry in group.entries}


def test_every_result_stands_in_one_group(results: list[TheoremResult]) -> None:
    found = topic(results)
    assert sorted(entry.page.id for group in found.groups for entry in group.entries) == sorted(NAMES)
    assert set(entries(found, "Proved, under")) == {
        "explosion.inverse-radius",
        "explosion.rate",
        "explosion.relu-rate",
    }
    assert set(entries(found, "Proved, and no")) == {"explosion.squared-gradient"}
    assert found.counted == (
        "4 of 4 theorems proved, 3 of them under hypotheses that no line derives; "
        "2 of 2 experiments support what was claimed; 1 of 1 erratum refuted"
    )


def test_what_did_not_come_out_is_not_counted_as_proved(results: list[TheoremResult]) -> None:
    lower = [replace(r, verdict=Verdict.UNDECIDED) if r.theorem.id == "explosion.rate" else r for r in results]
    found = topic(lower)
    assert set(entries(found, "Not proved")) == {"explosion.rate"}
    assert found.counted.startswith("3 of 4 theorems proved, 2 of them")
    [measured] = [e for e in entries(found, "Measured").values() if e.page.id == "explosion.gradient-growth"]
    assert [(tie.id, tie.verdict) for tie in measured.ties] == [("explosion.rate", "undecided")]


def test_hypotheses_are_numbered_and_each_statement_says_which_are_its_own(results: list[TheoremResult]) -> None:
    found = topic(results)
    number = {item.by[0]: k for k, item in enumerate(found.hypotheses, 1)}
    assert set(number) == {"explosion.rate", "explosion.inverse-radius", "explosion.sphere-moments"}
    proved = entries(found, "Proved, under")
    rate = proved["explosion.rate"]
    assert (rate.own, rate.inherited) == ((number["explosion.rate"],), (number["explosion.inverse-radius"],))
    assert proved["explosion.relu-rate"].own == ()
    assert set(proved["explosion.relu-rate"].inherited) == set(number.values())
    assumed = {number["explosion.rate"], number["explosion.inverse-radius"]}
    for entry in entries(found, "Measured").values():
        assert set(entry.inherited) == assumed, "a prediction stands under what its theorem assumes"


def test_its_authors_words_come_first_and_are_called_theirs(results: list[TheoremResult], tmp_path: Path) -> None:
    found = topic(results)
    assert "multiply to lambda^L is assumed" in found.in_short.typed
    assert r"$\lambda^L$" in found.in_short.marked
    html.write(results, tmp_path)
    page = unescape((tmp_path / "topics" / "explosion.html").read_text(encoding="utf-8"))
    assert page.index("in its authors' words: What is proved") < page.index('id="assumed"')
    text = latex.document(results)
    assert text.count("What is proved speaks of one layer") == 1, "above the theorems, and not above the experiments"
    alone = replace(topics.in_order(results)[0], in_short=Words())
    assert not known.of(alone, results, build.pages(results)).in_short


def test_what_is_measured_and_what_predicts_it_name_one_another(results: list[TheoremResult]) -> None:
    found = topic(results)
    rate = entries(found, "Proved, under")["explosion.rate"]
    assert {tie.id for tie in rate.ties} == {"explosion.gradient-growth", "explosion.residual-growth"}
    [growth, *_] = entries(found, "Measured").values()
    assert [tie.id for tie in growth.ties] == ["explosion.rate"]
    assert next(iter(entries(found, "Proved, under"))) == "explosion.rate", "most is measured of it"


def test_the_page_is_one_click_from_the_index_and_from_each_theorem(
    results: list[TheoremResult], tmp_path: Path
) -> None:
    html.write(results, tmp_path)
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert index.index('href="topics/explosion.html"') < index.index("<table")
    for name in NAMES[:-1]:
        page = (tmp_path / "theorems" / f"{name}.html").read_text(encoding="utf-8")
        assert 'href="../topics/explosion.html"' in page
    text = unescape((tmp_path / "topics" / "explosion.html").read_text(encoding="utf-8"))
    assert topic(results).counted in text
    for group in topic(results).groups:
        assert group.heading in text
    for name in NAMES:
        assert f'href="../theorems/{name}.html"' in text
    assert '<a href="#H1">H1</a>' in text
    assert 'id="H2"' in text


def test_a_run_without_theorems_has_no_topics(tmp_path: Path) -> None:
    html.write([], tmp_path)
    assert not list((tmp_path / "topics").iterdir())
    assert "topic by topic" not in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_an_experiments_budget_is_said_where_it_is_not_that_of_the_run(
    results: list[TheoremResult], tmp_path: Path
) -> None:
    trace = StatisticsTrace(0.01, (), ranges=(("budget", "quick"),))
    measured = [replace(r, evidence=(establish(trace),)) if r.kind == "experiment" else r for r in results]
    assert (measuring.budgets(results), measuring.budgets(measured)) == ((), ("quick",))
    for budget, words in (("standard", "budget standard, experiments at quick."), ("quick", "budget quick.")):
        html.write(measured, tmp_path, about={"date": "2026-11-29", "budget": budget})
        assert words in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_a_version_that_a_place_names_is_the_one_that_is_linked(tmp_path: Path) -> None:
    theorem = loader.find("errata.lipschitz-bound-with-root-m")
    page = build.of(result(theorem))
    assert [source.address for source in page.sources] == ["arxiv.org/abs/1805.11604v3", "arxiv.org/abs/1805.11604"]


def test_the_search_finds_a_greek_letter_as_it_is_written(results: list[TheoremResult], tmp_path: Path) -> None:
    html.write(results, tmp_path)
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    [row] = (row for row in re.findall(r'data-find="([^"]*)"', page) if row.startswith("explosion.relu-rate "))
    assert {"lambda", "λ"} <= set(re.findall(r"lambda|λ", row))


def test_what_was_not_run_is_counted_neither_as_proved_nor_as_failed(results: list[TheoremResult]) -> None:
    asleep = [replace(r, evidence=(), near_misses=()) for r in results]
    assert not any(r.examined for r in asleep)
    found = topic(asleep)
    assert found.counted == f"{len(NAMES)} not run"
    assert {group.heading for group in found.groups} >= {"Not run", "Measured in networks"}
    assert "Not proved" not in {group.heading for group in found.groups}
    assert all(entry.how == "" for group in found.groups for entry in group.entries)
