"""Lines that SymPy says at points or sizes alone are repeated, and said apart from those that it says everywhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.press_samples import FLAGSHIP, result
from verify.press.pages import build, evidence, known, parts, tally, topics, weakest
from verify.press.printers import html
from verify.press.printers import json as jsonout
from verify.proof.kernel import establish
from verify.proof.observations import LineOutcome, RepeatedLine, RepeatedPart, RepeatedTrace
from verify.results.records import TheoremResult
from verify.settings import Settings

LINES = len(FLAGSHIP.parts[0].derivation.lines)


def repeated(*outcomes: str) -> TheoremResult:
    """The flagship, with what SymPy says of its first lines; of the others it says that they hold everywhere."""
    said = (*outcomes, *("everywhere",) * (LINES - len(outcomes)))
    lines = tuple(RepeatedLine(n, LineOutcome(outcome), "3 points") for n, outcome in enumerate(said, 1))
    seen = result(FLAGSHIP)
    return replace(seen, evidence=(*seen.evidence, establish(RepeatedTrace((RepeatedPart("", lines),)))))


@pytest.mark.parametrize(
    ("outcomes", "count", "words"),
    [
        ((), 0, f"{LINES} of {LINES} lines"),
        (("points",), 1, f"{LINES} of {LINES} lines; 1 at points alone"),
        (("points", "sizes", "points"), 3, f"{LINES} of {LINES} lines; 2 at points alone; 1 at sizes alone"),
        (("open", "points"), 1, f"{LINES - 1} of {LINES} lines; 1 at points alone"),
    ],
)
def test_they_are_counted_apart(outcomes: tuple[str, ...], count: int, words: str) -> None:
    seen = repeated(*outcomes)
    assert seen.repeated_in_part == count
    assert evidence.counts(seen.evidence[-1]) == words
    [look] = [look for s in build.of(seen).sections if isinstance(s, parts.Evidence) for look in s.looks[-1:]]
    assert look.counts == words


def test_the_run_says_how_many_are_derived_twice_in_part() -> None:
    counts = tally.of([repeated("points"), repeated()])
    assert (counts.derived_twice, counts.derived_twice_in_part) == (2, 1)
    assert tally.of([repeated("open", "points")]).derived_twice_in_part == 0, "which is not derived twice at all"
    document = jsonout.document([repeated("points")], Settings(), seconds=1.0)
    [written] = document["results"]
    assert (written["derived_twice"], written["repeated_in_part"]) == (True, 1)
    assert (document["summary"]["derived_twice"], document["summary"]["derived_twice_in_part"]) == (1, 1)


def test_pages_say_it(tmp_path: Path) -> None:
    seen = repeated("points", "points")
    html.write([seen], tmp_path)
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "</strong> derived twice, 1 of them in part at points or sizes alone" in index
    [topic] = topics.in_order([seen])
    [entry] = [e for group in known.of(topic, [seen], build.pages([seen])).groups for e in group.entries]
    assert entry.how == "derived twice, 2 lines at points or sizes alone"
    [link] = [link for link in weakest.weakest_links([seen]) if link.question.startswith("By SymPy at points")]
    assert link.answer.startswith("2 lines, of 1 theorem")
    assert link.theorem == FLAGSHIP.id
    [link] = [link for link in weakest.weakest_links([repeated()]) if link.question.startswith("By SymPy at points")]
    assert link.answer == "no line"
