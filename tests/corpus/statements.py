"""The statements of the corpus, and the answer that `check` gives to one, with what it cost in CPU time."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from theory.grammar.misread import MisreadError
from theory.grammar.stating import read
from theory.statements.claims import FAILS
from theory.terms import CalculusError
from verify.running import answering

FOLDER = Path(__file__).parent
OPTIONS = ("let", "assume", "law")


@dataclass(frozen=True)
class Entry:
    """A statement as one types it; `options` are --let, --assume and --law with their texts; `found` says where such a
    statement stands."""

    topic: str
    says: str
    holds: bool
    found: str
    options: tuple[tuple[str, str], ...] = ()

    @property
    def command(self) -> str:
        """What is typed after `normproof check`."""
        return " ".join([f'"{self.says}"', *(f'--{name} "{text}"' for name, text in self.options)])


@dataclass(frozen=True)
class Outcome:
    """`verdict`: proved, refuted, supported or undecided; unread for what the grammar does not know.

    how: the number of lines, the counterexample, or what is missing. seconds: CPU time of this process.
    """

    verdict: str
    how: str
    seconds: float

    @property
    def decided(self) -> bool:
        return self.verdict in ("proved", "refuted")


@cache
def entries() -> tuple[Entry, ...]:
    """All of the corpus, topic by topic in the order of the page."""
    return tuple(entry for topic in TOPICS for entry in _of(FOLDER / f"{topic}.toml"))


@cache
def further() -> tuple[Entry, ...]:
    """Statements that were chosen later, before anyone looked at what the program makes of them; nearly all true."""
    whole = tomllib.loads((FOLDER / "further.toml").read_text(encoding="utf-8"))
    return tuple(
        Entry(group["topic"], item["says"], item.get("holds", True), "", _options(item))
        for group in whole["topics"]
        for item in group["statements"]
    )


def _options(item: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, item[name]) for name in OPTIONS if name in item)


TOPICS = (
    "matrix_calculus",
    "expectations",
    "norms",
    "inverses",
    "determinants",
    "entries",
    "softmax",
    "least_squares",
    "normalisation",
    "optimisation",
)


def _of(path: Path) -> Iterator[Entry]:
    whole = tomllib.loads(path.read_text(encoding="utf-8"))
    for item in whole["statements"]:
        if unknown := item.keys() - {*OPTIONS, "says", "holds", "found"}:
            raise ValueError(f"{path.name}: {item['says']} has {', '.join(sorted(unknown))}, which says nothing here")
        yield Entry(whole["topic"], item["says"], item["holds"], item["found"], _options(item))


def answered(entry: Entry) -> Outcome:
    """What `normproof check` answers, at the budget `quick` and seed 0."""
    start = time.process_time()
    given = dict(entry.options)
    try:
        found = read(entry.says, **{name: [given[name]] for name in OPTIONS if name in given})
        assert found.claim is not None
        theorem = answering.stated(found.claim, found.assumptions, title="of the corpus", scalars=found.scalars)
    except MisreadError as problem:
        return Outcome("unread", f"expected {problem.expected}, got {problem.got}", time.process_time() - start)
    except CalculusError as problem:
        return Outcome("unread", str(problem), time.process_time() - start)
    answer = answering.answer(theorem)
    return Outcome(answer.verdict.value, _how(answer), time.process_time() - start)


def _how(answer: answering.Answer) -> str:
    """In a few words, how the verdict came about."""
    if answer.verdict.value == "proved":
        [part] = answer.theorem.parts
        lines = len(part.derivation.lines) if part.derivation else 0
        return f"{lines} line{'s' * (lines != 1)}, derived by the program"
    if (found := answer.counterexample) is not None:
        relation = FAILS[answer.theorem.parts[0].claim.relation]
        return f"{found.left} {relation} {found.right}" if found.left else "a counterexample"
    return next((said for _, said in answer.refusal), "")
