"""A run as one reads it: theorems by topic, each after those it uses, then the experiments, then the errata."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from verify.press.pages import docket, topics
from verify.press.pages.parts import Words
from verify.results.records import TheoremResult

THEOREMS, EXPERIMENTS, ERRATA = "Theorems", "Experiments", "Errata"


@dataclass(frozen=True)
class Section:
    """What stands under one heading; `in_short` is what its topic's authors say of it, where it comes first."""

    heading: str
    results: tuple[TheoremResult, ...]
    in_short: Words | None = None


@dataclass(frozen=True)
class Volume:
    """One of the parts of a document: theorems, experiments or errata, section by section."""

    title: str
    sections: tuple[Section, ...]

    @property
    def results(self) -> tuple[TheoremResult, ...]:
        return tuple(result for section in self.sections for result in section.results)


def volumes(results: Sequence[TheoremResult]) -> tuple[Volume, ...]:
    """The parts that a run has something for."""
    found = topics.in_order(_used_first(results))
    _, errata = docket.split(results)
    volumes = (
        Volume(THEOREMS, tuple(_of_kind(found, "theorem"))),
        Volume(EXPERIMENTS, tuple(_of_kind(found, "experiment"))),
        Volume(ERRATA, (Section(docket.HEADING, tuple(errata)),) if errata else ()),
    )
    return tuple(volume for volume in volumes if volume.sections)


def numbers(results: Sequence[TheoremResult]) -> Mapping[str, int]:
    """The number of each theorem, experiment and erratum in the document, counted by kind."""
    counts: dict[str, int] = {}
    out: dict[str, int] = {}
    for volume in volumes(results):
        for result in volume.results:
            counts[result.kind] = out[result.theorem.id] = counts.get(result.kind, 0) + 1
    return out


def _of_kind(found: Sequence[topics.Topic], kind: str) -> Iterator[Section]:
    for topic in found:
        own = tuple(result for result in topic.results if result.kind == kind)
        if own:
            first = kind == "theorem" or not topic.proves
            yield Section(topic.heading, own, topic.in_short if first else None)


def _used_first(results: Sequence[TheoremResult]) -> list[TheoremResult]:
    """A theorem after those it uses; otherwise as given."""
    by_id = {r.theorem.id: r for r in results}
    out: dict[str, TheoremResult] = {}

    def visit(result: TheoremResult) -> None:
        for used in result.theorem.uses:
            if used.id in by_id and used.id not in out:
                visit(by_id[used.id])
        out.setdefault(result.theorem.id, result)

    for result in results:
        visit(result)
    return list(out.values())
