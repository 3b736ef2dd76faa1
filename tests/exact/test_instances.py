"""Instances survive their JSON unchanged, and nothing else is taken for one."""

from __future__ import annotations

import json
import pickle
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.exact.instances import Instance, InstanceError, Law, column, display, from_json, scalar, to_json

LONG = [f"1/{10**3600 + 2 * k + 1}" for k in range(40)]
rationals = st.fractions(max_denominator=10**6)


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    size = draw(st.integers(1, 4))
    columns = st.lists(rationals, min_size=size, max_size=size).map(tuple)
    points = tuple(draw(st.lists(columns, min_size=1, max_size=5)))
    raw = [draw(st.integers(1, 9)) for _ in points]
    weights = tuple(Fraction(r, sum(raw)) for r in raw)
    w = tuple((e,) for e in draw(columns))
    return Instance({"d": size}, {"w": w, "gamma": ((draw(rationals),),)}, {"x": Law(points, weights)}, {"phi": "tanh"})


@given(instances())
def test_json_round_trip(instance: Instance) -> None:
    back = from_json(json.loads(json.dumps(to_json(instance))))
    assert back == instance
    assert hash(back) == hash(instance)
    assert pickle.loads(pickle.dumps(instance)) == instance


def test_display_is_for_people() -> None:
    law = Law(((Fraction(1),), (Fraction(-1, 2),)), (Fraction(1, 3), Fraction(2, 3)))
    instance = Instance({"d": 1}, {"w": column(1), "v": column(1, 2), "c": scalar(3)}, {"x": law}, {"phi": "tanh"})
    assert display(instance) == "d = 1, c = 3, v = (1, 2), w = 1, x in {(1): 1/3, (-1/2): 2/3}, phi = tanh"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sizes": {"d": 0}}, "whole number from 1"),
        ({"sizes": {"d": True}}, "whole number from 1"),
        ({"values": {"w": [["1"], ["1", "2"]]}}, "different lengths"),
        ({"values": {"w": [[0.5]]}}, "rational as a string"),
        ({"values": {"w": [["1/0"]]}}, "quotient by 0"),
        ({"laws": {"x": {"points": [["1"]], "weights": ["1/2"]}}}, "sum to 1"),
        ({"laws": {"x": {"points": [["1"], ["2"]], "weights": ["2", "-1"]}}}, "positive"),
        ({"laws": {"x": {"points": [["1"]], "weights": ["1/2", "1/2"]}}}, "as many weights as points"),
        ({"laws": {"x": {"points": [["1"]], "weights": [f"{10**3600}/7"]}}}, "sum to 1"),
        ({"laws": {"x": {"points": [["1"]] * 40, "weights": LONG}}}, "over a common denominator"),
        ({"functions": {"phi": 3}}, "expected a name"),
        ({"functions": {"phi": "\x1b[31mrelu"}}, "expected a name"),
        ({"values": {"\x1b[31mw": [["1"]]}}, "names of symbols"),
        ({"sizes": {"d" * 1000: 1}}, "names of symbols"),
        ({"extra": 1}, "got also extra"),
    ],
)
def test_damaged_data_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(InstanceError, match=message):
        from_json({"sizes": {"d": 1}, **change})
