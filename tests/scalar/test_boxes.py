"""Strict claims over an interval: where boxes are cut, what each is, and which claims are not taken at all."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest

from theory import (
    Below,
    Bound,
    Identity,
    Numbers,
    Part,
    Range,
    Theorem,
    activation,
    between,
    exp,
    growth_rate,
    integral,
    number,
    real,
)
from verify.proof.kernel import Verdict, establish
from verify.proof.numbers.intervals import Interval, NotDefinedError
from verify.proof.observations import BoxPart
from verify.rules import boxes
from verify.settings import Settings

F = Fraction
x, a, u = real("x"), real("a"), real("u")
phi = activation("phi")
UNIT, TINY = between(x, 0, 1), F(1, 2**40)
FALSE = abs(x) - x  # 0, which no box of more than a point shows


def theorem(claim, *ranges, functions=None):
    return Theorem(
        "user.boxes",
        claim,
        near_misses={"none": Below(number(3), 2 + 0 * x)},
        setting=Numbers(ranges or (UNIT,), functions=functions or {}),
        docstring="Boxes.",
    )


def over(claim, *ranges, share=1024, part=None) -> BoxPart:
    """Over the range with 4096 / share boxes to cut; `part`: another claim in its place."""
    [found] = boxes.over_range(theorem(claim, *ranges), Part("a", part or claim, None), share)
    return found


@pytest.mark.parametrize(
    ("claim", "found"),
    [
        (Below(1 + x, 3 + 0 * x), Verdict.PROVED),
        (Below(2 + 0 * x, 1 + x / 2), Verdict.REFUTED),
        (Below(x, number(2)), Verdict.PROVED),
        (Below(number(-1), x), Verdict.PROVED),
        (Below(0 * x, 0 * x), Verdict.REFUTED),
        (Below(x, abs(x) + x), Verdict.UNDECIDED),
    ],
)
def test_the_right_side_less_the_left_is_positive_on_every_box(claim, found):
    trace = boxes.observe(theorem(claim), Settings())
    assert establish(trace).verdict is found
    assert trace.bits == boxes.BITS


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-1, 0), (F(1, 3), 2)])
def test_a_range_is_taken_from_end_to_end(low, high):
    part = over(Below(number(-2), x), between(x, low, high))
    assert (part.label, part.variable, part.start, part.stop) == ("a", "x", str(F(low)), str(F(high)))
    assert [(box.start, box.stop, box.outcome) for box in part.boxes] == [(str(F(low)), str(F(high)), "holds")]


def test_boxes_are_halved_from_the_left_until_their_number_is_spent():
    for share, ends in ((4096, ["0", "1"]), (1024, ["0", "1/8", "1/4", "1/2", "1"])):
        part = over(Below(0 * x, FALSE), share=share)
        assert [(b.start, b.stop, b.outcome) for b in part.boxes] == [
            (low, high, "unknown") for low, high in pairwise(ends)
        ]
        assert part.witness is None  # what is open is not looked at, though the claim is false there
    assert len(over(Below(0 * x, FALSE), between(x, 0, F(1, 2**30)), share=1).boxes) == 1024


def test_boxes_are_not_cut_smaller_than_what_is_said():
    assert len(over(Below(0 * x, FALSE), between(x, 0, TINY)).boxes) == 1
    assert len(over(Below(0 * x, FALSE), between(x, 0, 2 * TINY)).boxes) == 2


def test_the_witness_is_the_middle_of_the_first_box_that_fails():
    part = over(Below(x, number(F(1, 3))), share=512)
    assert [box.outcome for box in part.boxes] == ["holds", "holds", "unknown", "fails", "fails", "fails"]
    assert '"x":[["23/64"]]' in part.witness
    assert '"x":[["1/2"]]' in over(Below(0 * x, 0 * x)).witness


def test_no_witness_is_one_without_a_certificate_of_its_own():
    true, false = Below(x, number(2)), Below(2 + 0 * x, number(2))
    part = theorem(true).parts[0]
    assert boxes._witness(theorem(true), part, UNIT, F(0), F(1)) is None
    assert boxes._witness(theorem(false), theorem(false).parts[0], UNIT, F(0), F(1)) is not None


def test_a_box_holds_only_where_intervals_show_the_term_defined_as_well(monkeypatch):
    """Balls alone would do here: the lock is looked at by itself."""
    asked = []

    def refuse(term, box):
        asked.append((term, box))
        raise NotDefinedError("not shown")

    assert boxes._outcome(1 + x, UNIT, F(0), F(1), boxes.Work()) == "holds"
    monkeypatch.setattr(boxes, "enclose", refuse)
    assert boxes._outcome(1 + x, UNIT, F(0), F(1), boxes.Work()) == "unknown"
    assert asked == [(1 + x, {x: Interval(F(0), F(1))})]


@pytest.mark.parametrize(
    "part", [Identity(-1 + 0 * x, x), Bound(-1 + 0 * x, x), Below(a - 3, x), Below(number(0), number(1))]
)
def test_a_claim_of_another_kind_is_not_taken(part):
    found = over(Below(a - 3, x), UNIT, between(a, 0, 1), part=part)
    assert found == BoxPart("a", "what such a claim speaks of", "0", "1", ())
    assert establish(boxes.BoxTrace(128, (found,))).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize(
    "side", [Range(x), Range(x, F(0)), between(x, 0, 1, open=True), Range(x, F(0), F(1), whole=True)]
)
def test_a_range_without_both_ends_is_not_taken(side):
    assert over(Below(number(-1), abs(x)), side).boxes == ()


def test_a_rate_is_not_taken_over_an_interval():
    claim = Below(growth_rate(phi, x + 1), growth_rate(phi, x))
    [part] = boxes.observe(theorem(claim, between(x, 4, 10), functions={"phi": ("relu",)}), Settings()).parts
    assert part.boxes == ()


def test_work_that_is_spent_leaves_the_range_open_and_says_so():
    part = over(Below(integral(exp(u), u, 0, x), number(9)), share=boxes.WORK + 1)
    words, problem = part.variable.split(" ", 1)
    assert words == "x"
    assert "evaluated 400,000 times, which is all that is tried" in problem
    assert (part.start, part.stop, part.boxes, part.witness) == ("0", "1", (), None)
    assert over(Below(integral(exp(u), u, 0, x), number(9)), share=64).boxes[-1].outcome == "holds"
