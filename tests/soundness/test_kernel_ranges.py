"""Boxes must tile the range they speak of; an experiment must clear its margin at the rate it stated."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import pytest

from verify.proof.kernel import Verdict, conclude, establish
from verify.proof.observations import (
    Box,
    BoxOutcome,
    BoxPart,
    BoxTrace,
    EnclosureTrace,
    StatisticsCase,
    StatisticsTrace,
)

HALVES = (Box("0", "1/6", BoxOutcome.HOLDS), Box("1/6", "1/3", BoxOutcome.HOLDS))
WHOLE = BoxPart("", "t", "0", "1/3", HALVES)
NEAR = StatisticsCase(
    "relu", "=", estimate=0.71, standard_error=0.01, predicted=0.7, margin=0.05, critical=3.0, count=8
)


def boxes(**changes: object) -> Verdict:
    return establish(BoxTrace(128, (replace(WHOLE, **changes),))).verdict


def experiment(*cases: StatisticsCase, false_alarm: float = 0.01) -> Verdict:
    return establish(StatisticsTrace(false_alarm, cases)).verdict


def test_boxes_that_tile_the_range_prove_it() -> None:
    evidence = establish(BoxTrace(128, (WHOLE,)))
    assert evidence.verdict is Verdict.PROVED
    assert "[0, 1/3]" in evidence.reason
    assert conclude([evidence], [], {}).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    "pieces",
    [
        (),
        HALVES[:1],
        HALVES[1:],
        (Box("0", "1/6", BoxOutcome.HOLDS), Box("1/5", "1/3", BoxOutcome.HOLDS)),
        (Box("0", "1/6", BoxOutcome.UNKNOWN), HALVES[1]),
        (Box("0", "1/6", BoxOutcome.FAILS), HALVES[1]),
        (HALVES[1], HALVES[0]),
        (Box("0", "1/2", BoxOutcome.HOLDS), Box("1/2", "1/3", BoxOutcome.HOLDS)),
    ],
)
def test_a_gap_or_an_open_box_proves_nothing(pieces: tuple[Box, ...]) -> None:
    assert boxes(boxes=pieces) is Verdict.UNDECIDED


def test_a_witness_refutes_whatever_the_boxes_say() -> None:
    assert boxes(witness="{}") is Verdict.REFUTED


def test_no_part_is_no_proof() -> None:
    assert establish(BoxTrace(128, ())).verdict is Verdict.UNDECIDED


def test_an_interval_within_the_margin_supports() -> None:
    assert experiment(NEAR) is Verdict.SUPPORTED


@pytest.mark.parametrize(
    "change",
    [
        {"standard_error": 0.02},
        {"standard_error": nan},
        {"standard_error": inf},
        {"standard_error": -1.0},
        {"estimate": nan},
        {"critical": 2.0},  # too small for one false alarm in a hundred
        {"critical": nan},
        {"margin": -1.0},
        {"margin": inf},
        {"estimate": -inf, "relation": "<"},
        {"count": 1},
        {"diverged": 1},
        {"relation": "~"},
    ],
)
def test_what_is_too_wide_too_few_or_too_lax_decides_nothing(change: dict[str, object]) -> None:
    assert experiment(replace(NEAR, **change)) is Verdict.UNDECIDED


def test_an_interval_beyond_the_margin_refutes() -> None:
    far = replace(NEAR, estimate=0.8)
    assert experiment(far) is Verdict.REFUTED
    assert experiment(NEAR, far) is Verdict.REFUTED
    assert experiment(replace(far, relation=">")) is Verdict.SUPPORTED
    assert experiment(replace(far, relation="<")) is Verdict.REFUTED
    assert experiment(replace(NEAR, relation=">")) is Verdict.UNDECIDED


def test_many_comparisons_need_wider_intervals() -> None:
    cases = [replace(NEAR, label=str(k), critical=2.6) for k in range(9)]
    assert experiment(cases[0]) is Verdict.SUPPORTED
    assert experiment(*cases) is Verdict.UNDECIDED


def test_an_experiment_alone_is_support_and_no_proof() -> None:
    evidence = establish(StatisticsTrace(0.01, (NEAR,)))
    assert conclude([evidence], [], {}).verdict is Verdict.SUPPORTED
    assert establish(StatisticsTrace(0.01, ())).verdict is Verdict.UNDECIDED
    assert experiment(NEAR, false_alarm=0.7) is Verdict.UNDECIDED


def test_an_open_experiment_says_what_is_open_and_points_say_that_there_were_none() -> None:
    wide = establish(StatisticsTrace(0.01, (replace(NEAR, standard_error=0.5),)))
    points = establish(EnclosureTrace(128, 4, 4, 3, 1))
    measured = conclude([points, wide], [], {})
    assert measured.verdict is Verdict.UNDECIDED
    assert measured.reason == f"enclosure: {points.reason}; statistics: {wide.reason}"
    assert "relu" in measured.reason
    assert conclude([points], [], {}).reason == f"enclosure: {points.reason}"
    none = establish(EnclosureTrace(128, 4, 4, 0, 4))
    assert none.instances == 0
    assert conclude([none], [], {}).reason == "no instance of the claim was evaluated, so it may be vacuous"
