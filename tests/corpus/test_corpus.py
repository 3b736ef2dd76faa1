"""The corpus: every false statement is refuted, no true one is, and nearly all true ones are proved."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.corpus.page import PAGE, WORDS, claimed, page, summary
from tests.corpus.statements import Entry, Outcome, answered, entries, further

UNDECIDED = 10  # of 120, at most
THIRD = entries()[::3]


@pytest.fixture(scope="module")
def outcomes() -> dict[Entry, Outcome]:
    return {entry: answered(entry) for entry in entries()}


@pytest.fixture(scope="module")
def later() -> dict[Entry, Outcome]:
    return {entry: answered(entry) for entry in further()}


def test_half_of_them_hold_and_none_stands_twice() -> None:
    assert Counter(entry.holds for entry in entries()) == {True: 60, False: 60}
    assert len({entry.command for entry in entries()}) == 120
    assert all(entry.found for entry in entries())


@pytest.mark.parametrize("entry", THIRD, ids=lambda entry: entry.says)
def test_a_third_of_them(entry: Entry) -> None:
    """The false ones are refuted; the true ones are proved where the page says so, and never refuted."""
    verdict = answered(entry).verdict
    assert _agrees(entry, verdict)
    assert _answer_on_the_page(entry) == WORDS.get(verdict, verdict)


@pytest.mark.long
def test_all_of_them(outcomes: dict[Entry, Outcome]) -> None:
    assert [entry.command for entry, outcome in outcomes.items() if not _agrees(entry, outcome.verdict)] == []
    assert sum(not outcome.decided for outcome in outcomes.values()) <= UNDECIDED


@pytest.mark.long
def test_the_page_says_what_comes_out(outcomes: dict[Entry, Outcome], later: dict[Entry, Outcome]) -> None:
    """But for the times."""
    text = PAGE.read_text(encoding="utf-8")
    assert _without_times(text) == _without_times(page(outcomes, later))


@pytest.mark.long
def test_no_further_statement_is_answered_wrongly(later: dict[Entry, Outcome]) -> None:
    assert [entry.command for entry, outcome in later.items() if not _agrees(entry, outcome.verdict)] == []


@pytest.mark.parametrize("entry", further()[::10], ids=lambda entry: entry.command)
def test_a_tenth_of_the_further_ones_come_out_as_the_page_says(entry: Entry) -> None:
    verdict = answered(entry).verdict
    assert _agrees(entry, verdict)
    assert _answer_on_the_page(entry) == WORDS.get(verdict, verdict)


def test_the_page_tells_of_each() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [line for entry in (*entries(), *further()) if (line := claimed(entry)) not in text] == []
    true = sum(entry.holds for entry in further())
    assert text.count("| true |") == 60 + true
    assert text.count("| false |") == 60 + len(further()) - true
    assert "* wrongly answered: 0" in text


def test_a_wrong_answer_is_counted() -> None:
    true, false = (next(entry for entry in entries() if entry.holds == holds) for holds in (True, False))
    refuted, proved = Outcome("refuted", "", 1.0), Outcome("proved", "", 1.0)
    assert "wrongly answered: 2" in summary({true: refuted, false: proved})
    assert not _agrees(true, "refuted")
    assert not _agrees(false, "proved")
    assert not _agrees(false, "supported")


def _agrees(entry: Entry, verdict: str) -> bool:
    return verdict != "refuted" if entry.holds else verdict == "refuted"


def _answer_on_the_page(entry: Entry) -> str:
    [line] = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(claimed(entry))]
    return line[len(claimed(entry)) :].split("|")[0].strip()


def _without_times(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if not line.startswith("* CPU time")]
    return [line.rpartition("|")[0].rpartition("|")[0] if line.startswith("| ") else line for line in lines]
