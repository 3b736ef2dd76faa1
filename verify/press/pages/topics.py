"""The topics of a run in reading order, each with its heading: what others rest on first, what is measured last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from verify.press.pages import docket, prose
from verify.press.pages.parts import Words
from verify.press.pages.wording import words
from verify.results.records import TheoremResult


@dataclass(frozen=True)
class Topic:
    """One topic: its name in ids, its heading, what its authors say of it in short, and its results, theorems before
    experiments."""

    name: str
    heading: str
    in_short: Words
    results: tuple[TheoremResult, ...]

    @property
    def proves(self) -> bool:
        """Does it hold a theorem, or experiments alone?"""
        return any(result.kind == "theorem" for result in self.results)


def in_order(results: Sequence[TheoremResult]) -> tuple[Topic, ...]:
    """The topics of theorems and experiments. Errata are of none: they have a docket of their own.

    A topic stands behind those whose theorems its own use; where nothing decides, theorems stand before what is only
    measured, and then the name decides.
    """
    found, _ = docket.split(results)
    topics = [_topic(name, found) for name in dict.fromkeys(r.theorem.topic for r in found)]
    waiting = sorted(topics, key=lambda topic: (not topic.proves, topic.name))
    out: list[Topic] = []
    while waiting:
        names = {topic.name for topic in waiting}
        ready = next((topic for topic in waiting if not (_leans_on(topic) & names)), waiting[0])
        waiting.remove(ready)
        out.append(ready)
    return tuple(out)


def _topic(name: str, found: Sequence[TheoremResult]) -> Topic:
    own = [result for result in found if result.theorem.topic == name]
    first = own[0].theorem
    in_short = words(first, prose.topic_in_short(first))
    return Topic(name, prose.topic_title(first), in_short, tuple(sorted(own, key=lambda r: r.kind == "experiment")))


def _leans_on(topic: Topic) -> set[str]:
    """The other topics whose theorems it uses."""
    return {used.topic for result in topic.results for used in result.theorem.uses} - {topic.name}
