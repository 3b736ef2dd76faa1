"""What is known of a topic, on one screen: what is proved, under which hypotheses that no line derives, what was
measured, and what was printed otherwise. Every row comes from the results; nothing is written by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from verify.plural import plural
from verify.press.pages import docket, hypotheses
from verify.press.pages.hypotheses import Stated
from verify.press.pages.parts import Page, Words
from verify.press.pages.titles import title
from verify.press.pages.topics import Topic
from verify.proof.kernel import Verdict
from verify.results.records import TheoremResult


@dataclass(frozen=True)
class Tie:
    """The other end of a measurement, or what is true in place of a print: a result by its id and title, and its
    verdict."""

    id: str
    title: Words
    verdict: str


@dataclass(frozen=True)
class Entry:
    """A statement: its page, by what it stands, and which of the topic's hypotheses, counted from 1, are its own and
    which it inherits."""

    page: Page
    how: str
    own: tuple[int, ...]
    inherited: tuple[int, ...]
    ties: tuple[Tie, ...]


@dataclass(frozen=True)
class Group:
    """Statements that are known in the same way; `tied` is what their ties are."""

    heading: str
    said: str
    tied: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Known:
    """A topic with what is known of it; `counted` says it in a sentence, `in_short` in its authors' words."""

    name: str
    heading: str
    in_short: Words
    counted: str
    hypotheses: tuple[Stated, ...]
    groups: tuple[Group, ...]


def of(topic: Topic, results: Sequence[TheoremResult], pages: Mapping[str, Page]) -> Known:
    """What the results of a run say of a topic; `pages` are those of the run by id."""
    theorems = [r for r in topic.results if r.kind == "theorem"]
    measured = [r for r in topic.results if r.kind == "experiment"]
    printed = [r for r in docket.split(results)[1] if (true := docket.truth(r.theorem)) and true.topic == topic.name]
    found = hypotheses.stated(r.theorem for r in topic.results)
    proved = [r for r in theorems if r.examined and r.verdict is Verdict.PROVED]
    under = [r for r in proved if pages[r.theorem.id].underived]
    leaned_on = Counter(other.id for r in results for other in hypotheses.reached(r.theorem))

    def group(heading: str, said: str, tied: str, chosen: Sequence[TheoremResult]) -> Group:
        return Group(heading, said, tied, _entries(chosen, results, pages, found, leaned_on))

    groups = (
        group(
            "Measured in networks",
            "A claim is compared with what networks do. At best that supports it; it proves nothing.",
            "Predicted by",
            measured,
        ),
        group(
            "Proved, under hypotheses that no line derives",
            "Every line is derived; what the hypotheses above say is not.",
            "Measured in",
            under,
        ),
        group(
            "Proved, and no such hypothesis stands behind it",
            "Nothing is assumed but what the statement itself names, and the axioms that its proof uses.",
            "Measured in",
            [r for r in proved if r not in under],
        ),
        group("Not proved", "", "Measured in", [r for r in theorems if r.examined and r not in proved]),
        group(
            "Not run",
            "Their lines are checked as this page is made; nothing else was looked at.",
            "Measured in",
            [r for r in theorems if not r.examined],
        ),
        group(
            "Printed, and not true",
            "Statements on this topic that were printed; each must come out refuted.",
            "True is",
            printed,
        ),
    )
    return Known(
        topic.name,
        topic.heading,
        topic.in_short,
        _counted(proved, under, theorems, measured, printed),
        found,
        tuple(group for group in groups if group.entries),
    )


def _counted(
    proved: Sequence[TheoremResult],
    under: Sequence[TheoremResult],
    theorems: Sequence[TheoremResult],
    measured: Sequence[TheoremResult],
    printed: Sequence[TheoremResult],
) -> str:
    """`31 of 31 theorems proved, 15 of them under hypotheses that no line derives; 7 of 7 experiments support ...`."""
    said = []
    if seen := [r for r in theorems if r.examined]:
        some = f", {len(under)} of them under hypotheses that no line derives" if under else ""
        said.append(f"{len(proved)} of {plural(len(seen), 'theorem')} proved{some}")
    if seen := [r for r in measured if r.examined]:
        good = sum(r.verdict is Verdict.SUPPORTED for r in seen)
        said.append(f"{good} of {plural(len(seen), 'experiment')} support what was claimed")
    if seen := [r for r in printed if r.examined]:
        fell = sum(r.as_expected for r in seen)
        said.append(f"{fell} of {len(seen)} {'erratum' if len(seen) == 1 else 'errata'} refuted")
    left = sum(not r.examined for r in (*theorems, *measured, *printed))
    return "; ".join([*said, *([f"{left} not run"] if left else [])])


def _entries(
    chosen: Sequence[TheoremResult],
    results: Sequence[TheoremResult],
    pages: Mapping[str, Page],
    found: Sequence[Stated],
    leaned_on: Mapping[str, int],
) -> tuple[Entry, ...]:
    """Theorems first that most is measured of, then those that most others lean on; experiments first that measure
    one theorem alone."""
    out = []
    for result in chosen:
        name = result.theorem.id
        own = tuple(k for k, item in enumerate(found, 1) if name in item.by)
        rest = tuple(k for k, item in enumerate(found, 1) if name in item.under)
        out.append(Entry(pages[name], _how(result), own, rest, _ties(result, results)))
    if chosen and chosen[0].kind == "experiment":
        return tuple(sorted(out, key=lambda e: (not e.ties, len(e.ties))))
    return tuple(sorted(out, key=lambda e: (-len(e.ties), -leaned_on[e.page.id])))


def _how(result: TheoremResult) -> str:
    """By what it stands."""
    if not result.examined:
        return ""
    if result.kind == "experiment":
        return plural(sum(len(seen.intervals) for seen in result.measurements), "comparison")
    if result.kind == "erratum" or result.verdict is not Verdict.PROVED:
        return ""
    if result.theorem.by_boxes:
        return "enclosed in balls"
    if not result.derived_twice:
        return "derived once"
    apart = result.repeated_in_part
    return "derived twice" + (f", {plural(apart, 'line')} at points or sizes alone" if apart else "")


def _ties(result: TheoremResult, results: Sequence[TheoremResult]) -> tuple[Tie, ...]:
    """Of an experiment the theorems that it measures, of a theorem the experiments, of an erratum what is true."""
    if result.kind == "theorem":
        return tuple(
            _tie(r) for r in results if r.kind == "experiment" and result.theorem in hypotheses.near(r.theorem)
        )
    true = docket.truth(result.theorem)
    meant = hypotheses.near(result.theorem) if true is None else (true,)
    return tuple(_tie(r) for r in results if r.kind == "theorem" and r.theorem in meant)


def _tie(result: TheoremResult) -> Tie:
    return Tie(result.theorem.id, title(result.theorem), result.verdict.value)
