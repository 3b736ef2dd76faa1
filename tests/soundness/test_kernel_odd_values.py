"""No observation with an odd value in it supports anything: every leaf of every kind, every odd value."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction

import numpy as np
import pytest

from tests.soundness.test_kernel import BALLS, BOXES, EQUAL, FLOATS, PROOF, ROUNDED, RUNS
from verify.proof.kernel import EvidenceError, Verdict, establish
from verify.proof.observations import (
    Box,
    BoxOutcome,
    BoxPart,
    BoxTrace,
    DenseTrace,
    LineTrace,
    PartTrace,
    StatisticsTrace,
)

GOOD = (Verdict.PROVED, Verdict.SUPPORTED)
NAN, INF = float("nan"), float("inf")
WHOLE = BoxTrace(
    128,
    (BoxPart("", "B", "4", "oo", (Box("4", "9", BoxOutcome.HOLDS), Box("10", "oo", BoxOutcome.HOLDS)), whole=True),),
)
FULL_FLOATS = dataclasses.replace(FLOATS, histogram=(1, 2), ranges=(("m", "2..512"),))
SAMPLES = (PROOF, DenseTrace((EQUAL,)), BALLS, FULL_FLOATS, BOXES, WHOLE, RUNS, ROUNDED)


class Agreeable(int):
    """A count that is what you wish."""

    def __eq__(self, other: object) -> bool:
        return True

    def __le__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


class Truthy(str):
    """Equal to whatever is asked."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


class Endless(tuple):  # type: ignore[type-arg]
    """A tuple that shows nothing of what it holds, or other things each time."""

    def __iter__(self) -> Iterator[object]:
        return iter((LineTrace(1, "=", True),))

    def __len__(self) -> int:
        return 1


ODD = (
    -1,
    True,
    False,
    0.5,
    "5",
    "",
    "yes",
    None,
    NAN,
    INF,
    -INF,
    Fraction(1, 2),
    np.float64(1),
    np.int64(8),
    Agreeable(8),
)
ODD += (
    Truthy("holds"),
    Truthy("x"),
    Endless(),
    [],
    {},
    (),
    object(),
    "1/0",
    "nan",
    "inf",
    "-oo",
    " 1",
    "1e5000000",
    10**400,
)


def mutated(value: object) -> Iterator[tuple[str, object]]:
    """The value with one leaf, or one tuple, put otherwise; with the path to it."""
    for odd in ODD:
        yield f"{odd!r}", odd
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            for path, other in mutated(getattr(value, field.name)):
                yield f"{field.name}.{path}", dataclasses.replace(value, **{field.name: other})
    elif type(value) is tuple:
        for k, item in enumerate(value):
            for path, other in mutated(item):
                yield f"{k}.{path}", (*value[:k], other, *value[k + 1 :])


def odd_ones(sample: object) -> Iterator[tuple[str, object]]:
    for field in dataclasses.fields(sample):  # type: ignore[arg-type]
        for path, other in mutated(getattr(sample, field.name)):
            yield f"{field.name}.{path}", dataclasses.replace(sample, **{field.name: other})  # type: ignore[type-var]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda s: type(s).__name__)
def test_an_odd_value_supports_nothing(sample):
    wrong = []
    for path, observation in odd_ones(sample):
        evidence = establish(observation)
        if evidence.verdict in GOOD and not well_typed(observation):
            wrong.append(path)
        if evidence.verdict is Verdict.REFUTED and type(sample) is not StatisticsTrace:  # which has no witness
            assert evidence.witness, path
        assert type(evidence.instances) is int
        assert evidence.instances >= 0
    assert not wrong


def well_typed(value: object) -> bool:
    """By the declared types, exactly: no subclass, no bool for a number, no negative count, no NaN."""
    return all(_fits(getattr(value, field.name), field.type) for field in dataclasses.fields(value))  # type: ignore[arg-type]


def _fits(item: object, declared: object) -> bool:
    text = str(declared)
    if text.endswith(" | None"):
        return item is None or _fits(item, text.removesuffix(" | None"))
    if text in ("int", "str", "bool"):
        return type(item).__name__ == text and type(item) in (int, str, bool) and not (text == "int" and item < 0)  # type: ignore[operator]
    if text.endswith("Outcome"):
        return isinstance(item, StrEnum) and type(item).__name__ == text
    if text == "float":
        return type(item) in (int, float) and item == item
    if text.startswith("tuple["):
        return type(item) is tuple and all(
            type(x) in (str, int, tuple) or (type(x) is float and x == x) or well_typed(x) for x in item
        )
    return dataclasses.is_dataclass(item) and type(item).__name__ == text and well_typed(item)


@pytest.mark.parametrize(
    "observation",
    [
        dataclasses.replace(RUNS, cases=(dataclasses.replace(RUNS.cases[0], margin=INF),)),
        dataclasses.replace(RUNS, cases=(dataclasses.replace(RUNS.cases[0], relation=">", predicted=-INF),)),
        dataclasses.replace(RUNS, cases=(dataclasses.replace(RUNS.cases[0], relation="<", predicted=INF),)),
        dataclasses.replace(RUNS, cases=(dataclasses.replace(RUNS.cases[0], relation=">", estimate=INF),)),
        dataclasses.replace(RUNS, cases=(dataclasses.replace(RUNS.cases[0], margin=10**400),)),
        dataclasses.replace(RUNS, cases=(dataclasses.replace(RUNS.cases[0], diverged=-1),)),
        dataclasses.replace(RUNS, cases=(dataclasses.replace(RUNS.cases[0], relation="!"),)),
        dataclasses.replace(BALLS, agreeing=9),
        dataclasses.replace(BALLS, agreeing=16, unknown=-8),
        dataclasses.replace(BALLS, bits=0),
        dataclasses.replace(FLOATS, rounding=5, suspects=5, satisfied=3, requested=3),
        dataclasses.replace(FLOATS, disagreements=1),
        dataclasses.replace(FLOATS, worst_residual=NAN),
        dataclasses.replace(BOXES, parts=(dataclasses.replace(BOXES.parts[0], start="1/0"),)),
        PartTrace("", True, (LineTrace(1, "=", True),)),
    ],
    ids=repr,
)
def test_known_ways_in(observation):
    with contextlib.suppress(EvidenceError):  # no observation at all
        assert establish(observation).verdict not in GOOD
