"""What an observation says by itself, before any judge reads it: frozen, silent where nothing is said, exact."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from fractions import Fraction

import pytest

from tests.soundness.test_kernel import BALLS, BOXES, FLOATS, PROOF, ROUNDED, RUNS
from verify.proof import observations
from verify.proof.observations import (
    LARGEST,
    Box,
    BoxOutcome,
    CaseOutcome,
    CodeDisagreement,
    DenseCase,
    DenseTrace,
    DerivationTrace,
    LineTrace,
    PartTrace,
    Seen,
    Series,
    StatisticsCase,
    exact_number,
    malformed,
)

KINDS = [kind for kind in vars(observations).values() if isinstance(kind, type) and dataclasses.is_dataclass(kind)]
SAID = {("DerivationTrace", "over"), ("StatisticsTrace", "device"), ("StatisticsTrace", "dtype")}
NAN, INF = float("nan"), float("inf")
CODE = CodeDisagreement("torch", "left", "1", "2", 7.5, "a = 1", "w")


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_frozen_and_what_is_not_said_is_nothing(kind):
    assert kind.__dataclass_params__.frozen
    given = {f.name for f in dataclasses.fields(kind) if f.default is not dataclasses.MISSING and f.default}
    assert {(kind.__name__, name) for name in given} <= SAID


# ---- what the kernel asks -----------------------------------------------------------------------------------
def test_of_what_is_not_asked_nothing_is_said():
    seen = Seen()
    assert (seen.decided, seen.counterexample, seen.vacuity, seen.refused) == (0, None, "", False)
    assert (ROUNDED.decided, PROOF.decided, BOXES.decided) == (0, 0, 0)


HOLDS, FAILS = LineTrace(1, "=", True), LineTrace(2, "=", False)


@pytest.mark.parametrize(
    ("parts", "refused"),
    [
        ((), False),
        ((PartTrace("", True, (HOLDS,)),), False),
        ((PartTrace("", True, (FAILS,)),), True),
        ((PartTrace("", True, (HOLDS, FAILS)),), True),
        ((PartTrace("", False, (HOLDS,)),), True),
        ((PartTrace("", False, (FAILS,)),), True),
        ((PartTrace("", False, ()),), False),
        ((PartTrace("a", True, (HOLDS,)), PartTrace("b", True, (HOLDS, FAILS))), True),
    ],
)
def test_a_derivation_is_refused_with_any_line_of_it(parts, refused):
    assert DerivationTrace(parts).refused is refused


def test_the_witness_is_that_of_the_case_that_differs():
    equal, different = (
        DenseCase("", (("m", 2),), CaseOutcome.EQUAL, witness="e"),
        DenseCase("", (("m", 2),), CaseOutcome.DIFFERENT, "", "d"),
    )
    assert DenseTrace((equal, different)).counterexample == "d"
    assert DenseTrace((equal,)).counterexample is None


def test_the_witness_of_boxes_is_that_of_the_part_that_has_one():
    (part,) = BOXES.parts[:1]
    assert replace(BOXES, parts=(replace(part, witness=None), replace(part, witness="w"))).counterexample == "w"
    assert replace(BOXES, parts=(replace(part, witness=None),)).counterexample is None


@pytest.mark.parametrize("outcome", [BoxOutcome.FAILS, BoxOutcome.UNKNOWN])
def test_boxes_are_refused_with_any_box_that_does_not_hold(outcome):
    (part,) = BOXES.parts[:1]
    good, bad = replace(part, boxes=(Box("0", "1", BoxOutcome.HOLDS),)), Box("1", "2", outcome)
    assert not replace(BOXES, parts=(good,)).refused
    assert replace(BOXES, parts=(good, replace(part, boxes=(*good.boxes, bad)))).refused


def test_instances_that_are_decided():
    assert replace(BALLS, satisfied=8, unknown=3).decided == 5
    assert replace(BALLS, satisfied=1, unknown=3).decided == 0
    assert replace(FLOATS, satisfied=9, unknown=3, disagreements=2).decided == 4
    assert replace(FLOATS, satisfied=4, unknown=3, disagreements=2).decided == 0
    assert replace(RUNS, instances=6).decided == 6


@pytest.mark.parametrize("trace", [BALLS, FLOATS])
def test_why_points_say_nothing(trace):
    assert replace(trace, requested=8, satisfied=1, vacuous="").vacuity == ""
    assert replace(trace, requested=8, satisfied=1, vacuous="one side twice").vacuity == "one side twice"
    assert (
        replace(trace, requested=8, satisfied=0, vacuous="").vacuity == "none of 8 instances satisfied the assumptions"
    )


def test_what_is_found_about_code_is_not_vacuous():
    silent = replace(FLOATS, requested=8, satisfied=0)
    assert silent.finding == ""
    unread = replace(silent, not_evaluated="a name")
    assert (unread.finding, unread.vacuity) == ("not evaluated: a name", "")
    wrong = replace(silent, code=CODE, disagreements=3)
    assert wrong.finding.startswith("the code disagrees on 3 instances: torch computes 1 for left, which is 2 (7.5 ")
    assert wrong.vacuity == ""


@pytest.mark.parametrize(
    ("agreement", "unknown", "said"),
    [
        (1e-9, 0, ", sides agree to about 10^-9"),
        (0.1, 0, ", sides agree to about 10^-1"),
        (0.11, 0, ""),
        (2.0, 0, ""),
        (0.0, 0, ""),
        (1e-9, 1, ""),
    ],
)
def test_how_much_floats_say_at_best(agreement, unknown, said):
    assert replace(FLOATS, agreement=agreement, unknown=unknown).closeness == said


# ---- at the door --------------------------------------------------------------------------------------------
CASE = StatisticsCase("c", "=", 0.5, 0.1, 0.5, 1.0, 2.0, 8)
CURVE = Series("s", "x", "y", (1.0, 2.0), (3.0, 4.0), (0.0, 0.0))


@pytest.mark.parametrize(
    "observation",
    [
        PROOF,
        BALLS,
        FLOATS,
        replace(FLOATS, code=CODE, histogram=(0, 2), ranges=(("m", "2"), ("n", "3"))),
        BOXES,
        RUNS,
        ROUNDED,
        DenseTrace((DenseCase("", (), CaseOutcome.EQUAL), DenseCase("", (("m", 2),), CaseOutcome.EQUAL, witness="w"))),
        replace(RUNS, cases=(CASE,), series=(CURVE, replace(CURVE, slope=1.0))),
        replace(CASE, count=0),
        replace(CASE, estimate=LARGEST - 1),
        replace(CASE, estimate=-INF),
    ],
    ids=lambda o: type(o).__name__,
)
def test_what_is_well_formed(observation):
    assert malformed(observation) == ""


class Number(int):
    """A subclass."""


class Text(str):
    """A subclass."""


class Pair(tuple):  # type: ignore[type-arg]
    """A subclass."""


@pytest.mark.parametrize(
    ("observation", "said"),
    [
        (replace(CASE, count=-1), "StatisticsCase.count is -1 of type int, not int"),
        (replace(CASE, count=True), "StatisticsCase.count is True of type bool, not int"),
        (replace(CASE, count=1.0), "StatisticsCase.count is 1.0 of type float, not int"),
        (replace(CASE, count=Number(1)), "StatisticsCase.count is a thing of type Number, not int"),
        (replace(CASE, count="9" * 60), f"StatisticsCase.count is '{'9' * 39} of type str, not int"),
        (replace(CASE, estimate=NAN), "StatisticsCase.estimate is nan of type float, not float"),
        (replace(CASE, estimate=LARGEST), f"StatisticsCase.estimate is {2**53} of type int, not float"),
        (replace(CASE, estimate=-LARGEST), f"StatisticsCase.estimate is {-(2**53)} of type int, not float"),
        (replace(CASE, estimate=True), "StatisticsCase.estimate is True of type bool, not float"),
        (replace(CASE, estimate=Number(1)), "StatisticsCase.estimate is a thing of type Number, not float"),
        (replace(CASE, estimate=Fraction(1)), "StatisticsCase.estimate is a thing of type Fraction, not float"),
        (replace(CASE, estimate=None), "StatisticsCase.estimate is a thing of type NoneType, not float"),
        (replace(CASE, label=Text("c")), "StatisticsCase.label is a thing of type Text, not str"),
        (replace(CASE, label=1), "StatisticsCase.label is 1 of type int, not str"),
        (replace(HOLDS, accepted=1), "LineTrace.accepted is 1 of type int, not bool"),
        (replace(HOLDS, used=["a"]), "LineTrace.used is list, not tuple[str, ...]"),
        (replace(HOLDS, used=Pair(("a",))), "LineTrace.used is Pair, not tuple[str, ...]"),
        (replace(HOLDS, used=("a", 2)), "LineTrace.used[1] is 2 of type int, not str"),
        (replace(CURVE, slope=NAN), "Series.slope is nan of type float, not float"),
        (replace(ROUNDED, witness=""), "RoundingTrace.witness is empty"),
        (replace(ROUNDED, witness=1), "RoundingTrace.witness is 1 of type int, not str"),
        (replace(RUNS, ranges=(("m",),)), "StatisticsTrace.ranges[0] is tuple, not tuple[str, str]"),
        (replace(RUNS, ranges=(("m", "2", "3"),)), "StatisticsTrace.ranges[0] is tuple, not tuple[str, str]"),
        (replace(RUNS, ranges=("mn",)), "StatisticsTrace.ranges[0] is str, not tuple[str, str]"),
        (replace(RUNS, cases=(HOLDS,)), "StatisticsTrace.cases[0] is LineTrace, not StatisticsCase"),
        (
            replace(RUNS, cases=(CASE, replace(CASE, count=-1))),
            "StatisticsTrace.cases[1].count is -1 of type int, not int",
        ),
        (Box("0", "1", "holds"), "Box.outcome is 'holds' of type str, not BoxOutcome"),
        (Box("0", "1", CaseOutcome.EQUAL), "Box.outcome is a thing of type CaseOutcome, not BoxOutcome"),
        (replace(FLOATS, code=CASE), "SamplingTrace.code is StatisticsCase, not CodeDisagreement"),
    ],
    ids=str,
)
def test_what_is_malformed(observation, said):
    assert malformed(observation) == said


def test_exact_numbers():
    assert exact_number("-3/6") == Fraction(-1, 2)
    assert exact_number("12") == exact_number("12", whole=True) == 12
    for text in ("1.5", "1e3", "oo", " 1", "1/", "+1", ""):
        with pytest.raises(ValueError, match="expected p/q, got"):
            exact_number(text)
    with pytest.raises(ValueError, match="expected a whole number, got '1/2'"):
        exact_number("1/2", whole=True)
