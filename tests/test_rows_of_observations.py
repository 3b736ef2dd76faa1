"""A rule's observation is said everywhere: with a row of its own in each table, or by the names of what was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import pytest

from tests.soundness.test_kernel import BALLS, BOXES, EQUAL, FLOATS, PROOF, ROUNDED, RUNS
from verify.loading import loader
from verify.press.pages import build
from verify.press.pages.evidence import BY_NAME, range_parts
from verify.press.pages.parts import Evidence
from verify.press.printers.json import _result
from verify.proof import kernel, observations
from verify.proof.kernel import Rule, Verdict, establish
from verify.proof.observations import DenseTrace, LineOutcome, RepeatedLine, RepeatedPart, RepeatedTrace, Seen
from verify.results import ranges
from verify.results.records import TheoremResult

REPEATED = RepeatedTrace((RepeatedPart("", (RepeatedLine(1, LineOutcome.EVERYWHERE),)),))
EACH = (PROOF, REPEATED, DenseTrace((EQUAL,)), BALLS, FLOATS, BOXES, RUNS, ROUNDED)


@dataclass(frozen=True)
class NewTrace(Seen):
    """What a rule sees that only `verify/proof` and the rulebook know of."""

    largest_degree: int
    parts: tuple[str, ...]
    ranges: tuple[tuple[str, str], ...] = ()
    witness: str | None = None
    by: str = "elimination"
    device: str = "cuda"


NEW = NewTrace(4, ("left", "right"), (("d", "1..4"),))


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kernel._JUDGES, NewTrace, (Rule.DENSE, lambda _: (Verdict.SUPPORTED, "seen by elimination")))


def test_every_kind_of_observation_has_a_row_in_each_table(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = {kind for kind in vars(observations).values() if isinstance(kind, type) and issubclass(kind, Seen)} - {Seen}
    assert kinds == set(kernel._JUDGES) == set(ranges.IN_WORDS) == {type(each) for each in EACH}
    assert kinds == set(get_args(observations.Observation))
    monkeypatch.setattr(ranges, "by_name", lambda seen: pytest.fail(f"no row for {type(seen).__name__}"))
    theorem = loader.find("decoupling.variance")
    for each in EACH:
        assert ranges.of(theorem, establish(each))
        assert range_parts(establish(each))[0] not in ("", BY_NAME)


@pytest.mark.usefixtures("judged")
def test_one_without_a_row_is_said_by_its_names() -> None:
    theorem, evidence = loader.find("decoupling.variance"), establish(NEW)
    by_name = {"largest degree": 4, "parts": 2, "d": "1..4", "by": "elimination", "device": "cuda"}
    assert ranges.of(theorem, evidence) == by_name
    assert range_parts(evidence) == (BY_NAME, tuple((name, str(value)) for name, value in by_name.items()))
    assert ranges.evidence_range(theorem, [evidence]) == "seen by elimination"


@pytest.mark.usefixtures("judged")
def test_pages_and_json_show_one_without_a_row() -> None:
    theorem, evidence = loader.find("decoupling.variance"), establish(NEW)
    result = TheoremResult(theorem, evidence.verdict, evidence.reason, (evidence,), (), "all", "nothing")
    (written,) = _result(result, True)["evidence"]
    assert (written["range"]["largest degree"], written["device"], written["dtype"]) == (4, "cuda", None)
    (section,) = (part for part in build.of(result).sections if isinstance(part, Evidence))
    assert section.looks[0].covered.typed == BY_NAME
    assert ("largest degree", "4") in section.looks[0].ranges
