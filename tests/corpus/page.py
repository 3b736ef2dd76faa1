"""`docs/corpus.md` out of what `check` answers: `python -m tests.corpus.page` asks all of it and writes the page."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from tests.corpus.statements import Entry, Outcome, answered, entries, further

PAGE = Path(__file__).parents[2] / "docs" / "corpus.md"
HEAD = """# A corpus of statements

{count} statements of general dimension, half of them true, as they stand in textbooks and in the tests of other
programs, or as a slip of the hand makes them. Each is typed as it stands after `normproof check`. They were chosen
before anyone looked at what the program makes of them. One was typed anew since, with `/ (2 K)` at its end, because a
fraction before a factor can be read in two ways. A statement that does not come out stays, and says what is missing.

{summary}

One command asks all of them again and writes this page, `python -m tests.corpus.page`; a test holds the page to the
statements, every night to the answers as well. The last column is CPU time of one process with nothing kept
from before, in seconds, as it was when the page was written.
"""
TABLE = "| statement | | answer | how | s |\n| --- | --- | --- | --- | --- |"
WORDS = {"supported": "supported at points", "unread": "not read"}
LONGEST = 110  # letters of what is missing


FURTHER = """# {count} further statements

{true} are true: {proved} of them are proved, none is refuted. The {false} others are false: {refuted} of them are
refuted. The first were chosen on 28 November 2026, when the program
proved 96 of the first 151; what it knows more since then, it owes to them. Those on permutations were chosen on the
29th, when the program knew of such matrices and had been asked of none of these. So were those of the next day, as they
would stand in a lecture: what is known of named activations, and Jensen's inequality behind a matrix, is owed to them.
What a first course states came later on that day: norms of sums, moments that are assumed of a symbol, relu(z)^2.
Those on columns of positive entries were chosen when it knew of such and had been asked of none of these.
Those of that evening came later, on resolvents, networks and steps: of their 208 true ones it proved 182 at first.
A newcomer, who had read these pages and nothing else, typed the last on the 30th: of 219 true ones 172 were proved at
first, and 71 of 72 false ones refuted; the other one could not be read as it was typed. Eighty more were typed by
another later on that day: of 56 true ones 41 were proved at first, and 22 of 24 false ones refuted.
One was typed anew on that day, with `exp: activation`, since exp of a matrix can be read in two ways.
"""


def page(outcomes: Mapping[Entry, Outcome], later: Mapping[Entry, Outcome]) -> str:
    """The whole page."""
    return "\n".join([_corpus(outcomes), _further(later)])


def _further(outcomes: Mapping[Entry, Outcome]) -> str:
    true = sum(entry.holds for entry in outcomes)
    proved, refuted = (sum(found.verdict == word for found in outcomes.values()) for word in ("proved", "refuted"))
    counts = {"count": len(outcomes), "true": true, "false": len(outcomes) - true, "proved": proved, "refuted": refuted}
    return "\n".join([FURTHER.format(**counts), *_topics(outcomes)])


def _topics(outcomes: Mapping[Entry, Outcome]) -> list[str]:
    return [
        f"## {topic}\n\n{TABLE}\n" + "\n".join(row(entry, outcomes[entry]) for entry in group) + "\n"
        for topic, group in groupby(outcomes, key=lambda entry: entry.topic)
    ]


def _corpus(outcomes: Mapping[Entry, Outcome]) -> str:
    return "\n".join([HEAD.format(count=len(outcomes), summary=summary(outcomes)), *_topics(outcomes)])


def summary(outcomes: Mapping[Entry, Outcome]) -> str:
    """How many of either kind came out, and what it cost."""
    lines = []
    for holds, wanted in ((True, "proved"), (False, "refuted")):
        kind = [outcomes[entry] for entry in outcomes if entry.holds == holds]
        came_out = sum(outcome.verdict == wanted for outcome in kind)
        lines.append(f"* of {len(kind)} {'true' if holds else 'false'} ones {came_out} {wanted}")
    wrong = sum(o.verdict == ("refuted" if e.holds else "proved") for e, o in outcomes.items())
    seconds = sorted(outcome.seconds for outcome in outcomes.values())
    lines.append(f"* wrongly answered: {wrong}")
    lines.append(f"* CPU time: median {seconds[len(seconds) // 2]:.1f} s, the longest {seconds[-1]:.1f} s")
    return "\n".join(lines)


def row(entry: Entry, outcome: Outcome) -> str:
    """One line of the table."""
    answer = WORDS.get(outcome.verdict, outcome.verdict)
    return f"{claimed(entry)} {answer} | {_cell(outcome.how)} | {outcome.seconds:.1f} |"


def claimed(entry: Entry) -> str:
    """What a row says of a statement before its answer."""
    return f"| {_code(entry.command)} | {'true' if entry.holds else 'false'} |"


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


def _cell(text: str) -> str:
    short = " ".join(text.split())
    short = short if len(short) <= LONGEST else short[: LONGEST - 3] + "..."
    return _code(short) if "|" in short or "*" in short or "<" in short else short


def main() -> None:
    """Ask and write."""
    asked, later = ({entry: answered(entry) for entry in some} for some in (entries(), further()))
    PAGE.write_text(page(asked, later), encoding="utf-8")


if __name__ == "__main__":
    main()
