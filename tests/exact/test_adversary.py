"""Near misses are found out, their witnesses are small and replay, and tampered ones are refused."""

from __future__ import annotations

import functools
import json
from fractions import Fraction
from random import Random

import pytest
from exact_setting import FALSE, THEOREM, TRUE

import theory as c
from theory import Theorem
from verify.adversary.attack import attack, proved, refute
from verify.adversary.lies import Lie, author_lie
from verify.adversary.replaying import WitnessError, replay
from verify.exact.climbing import LONGEST, _longest, search, uphill
from verify.exact.deciding import decide
from verify.exact.drawing import draw
from verify.exact.instances import Instance, from_json
from verify.results.records import NearMissResult
from verify.settings import Budget, Settings

SETTINGS = Settings(Budget.STANDARD)


def find(name: str) -> Theorem:
    assert name == THEOREM.id
    return THEOREM


@functools.cache
def refuted(name: str) -> NearMissResult:
    return refute(THEOREM, name, dict(THEOREM.near_miss_list())[name], SETTINGS)


@pytest.fixture(scope="module")
def witness() -> str:
    result = refuted("twice the variance")
    assert result.witness is not None
    return result.witness


@pytest.mark.parametrize("name", FALSE)
def test_near_misses_are_refuted_by_witnesses_that_replay(name: str) -> None:
    result = refuted(name)
    assert (result.verdict, result.origin, result.id) == ("refuted", "author", f"{THEOREM.id}/{name}")
    assert result.witness is not None
    assert "\n" not in result.witness
    again = replay(result.witness, find)
    assert (again.outcome, again.left, again.right) == ("different", result.left, result.right)
    lie = author_lie(THEOREM, name, dict(THEOREM.near_miss_list())[name])
    assert decide(lie.claim, lie.assumptions, again.instance).outcome == "different"


def test_witnesses_are_small(witness: str) -> None:
    instance = from_json(json.loads(witness)["instance"])
    assert instance.sizes == {"d": 1}
    assert {e for p in instance.laws["x"].points for e in p} == {Fraction(1), Fraction(-1)}
    assert instance.values["w"] == ((Fraction(1),),)


def test_a_dropped_assumption_is_not_built_in() -> None:
    result = refuted("not centred")
    assert result.witness is not None
    law = from_json(json.loads(result.witness)["instance"]).laws["x"]
    assert any(sum(w * p[i] for w, p in zip(law.weights, law.points, strict=True)) for i in range(law.size))


def test_a_true_claim_survives_and_the_search_repeats() -> None:
    lie = Lie("x/true", TRUE["gradient"], THEOREM.assumptions)
    assert attack(lie, Settings(Budget.QUICK)).verdict == "survived"
    false = author_lie(THEOREM, "wrong sign", dict(THEOREM.near_miss_list())["wrong sign"])
    assert attack(false, SETTINGS).witness == refuted("wrong sign").witness


def test_a_true_mutant_is_equivalent_and_a_true_near_miss_is_called_out() -> None:
    true = TRUE["length"]
    assert proved(Lie("x/y", true, THEOREM.assumptions))
    quick = Settings(Budget.QUICK)
    assert attack(Lie("x/y", true, THEOREM.assumptions, "mutant"), quick).verdict == "equivalent"
    author = attack(Lie("x/y", true, THEOREM.assumptions), quick)
    assert author.verdict == "survived"
    assert "is true" in author.left


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data["instance"]["values"].update(S=[["5"]]), "no instance of the claim"),
        (
            lambda data: data["instance"]["laws"]["x"]["points"].reverse() or data["instance"]["values"].pop("w"),
            "values.w",
        ),
        (lambda data: data["instance"]["laws"]["x"].update(weights=["1/2", "1/3"]), "sum to 1"),
        (lambda data: data["instance"]["sizes"].update(d=2), "expected"),
        (lambda data: data["instance"]["values"].update(w=[["one"]]), "rational number"),
        (lambda data: data.update(claim=THEOREM.id + "/no such near miss"), "does not state"),
        (lambda data: data.pop("instance"), "keys"),
    ],
)
def test_tampered_witnesses_are_refused(witness: str, change: object, message: str) -> None:
    data = json.loads(witness)
    change(data)  # type: ignore[operator]
    with pytest.raises(WitnessError, match=message):
        replay(json.dumps(data), find)


def test_what_is_no_witness_is_refused() -> None:
    with pytest.raises(WitnessError, match="one line of JSON"):
        replay("{", find)
    with pytest.raises(WitnessError, match="keys"):
        replay("[]", find)


def test_an_instance_on_which_the_claim_holds_does_not_refute(witness: str) -> None:
    data = json.loads(witness)
    data["claim"] = f"{THEOREM.id}#variance"
    again = replay(json.dumps(data), find)
    assert again.outcome == "agree"
    assert isinstance(again.instance, Instance)


def test_a_climb_on_a_plain_does_not_lengthen_its_numbers_without_end() -> None:
    """|u|^2 = 1 is met by reflections, of which each doubles the digits; both sides are equal all along."""
    u = c.vector("u", c.dimension("d"))
    claim = c.Bound(c.operator_norm(c.eye(c.dimension("d")) - u @ u.T), c.number(1))
    given = (c.equal(u.T @ u, c.number(1)),)
    start = draw(claim, given, {"d": 2}, Random(1), "small")
    assert start is not None
    reached = list(uphill(claim, given, Random(2), 1.0, start, 300))
    assert all(_longest(instance) <= LONGEST for _, instance in reached)
    assert search(claim, given, Random(3), 8) is None
