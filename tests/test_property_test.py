"""A theorem as a Hypothesis test of somebody's own: true ones pass, false ones fail with a witness that replays."""

from __future__ import annotations

from typing import Any

import hypothesis
import pytest
import torch
from hypothesis import HealthCheck
from hypothesis.errors import FailedHealthCheck
from sampling.claims import FALSE, TRUE, theorem

import normproof
from numerics import reference
from theory import Bound, Identity, Numbers, Theorem, at_most, between, norm, real
from theory.definitions.bn_unit import w
from theory.errata import rate_of_the_norm
from theory.theorems.decoupling import gradient_bound, reparametrisation
from theory.theorems.explosion import gradient_growth, relu_limit
from verify.adversary.replaying import parse
from verify.errors import UserError
from verify.testing import property_test

BOUND, ASSUMED = gradient_bound.BOUND, gradient_bound.THEOREM.assumptions
x = real("x")


def few(examples: int) -> hypothesis.settings:
    """Settings of a user who wants the same examples each time."""
    return hypothesis.settings(
        max_examples=examples, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )


def failure(stated: Theorem, examples: int = 60) -> tuple[str, str]:
    """The message with which the test of a theorem fails, and its witness."""
    with pytest.raises(AssertionError) as caught:
        property_test(stated, settings=few(examples))()
    message, _, witness = str(caught.value).partition("\n  witness: ")
    return message, witness


@pytest.mark.parametrize("name", ["gradient", "bound", "hessian"])
def test_what_holds_passes(name: str) -> None:
    property_test(theorem(TRUE[name]), settings=few(30))()


def test_theorems_of_the_catalogue_pass() -> None:
    for stated in (reparametrisation.THEOREM, relu_limit.THEOREM):
        property_test(stated, instances=64, settings=few(30))()


@pytest.mark.parametrize("name", FALSE)
def test_what_fails_says_what_came_and_how_to_look_again(name: str) -> None:
    stated = theorem(FALSE[name])
    message, witness = failure(stated)
    lines = message.split("\n")
    assert lines[0] == "expected user.planted to hold at every instance that meets its assumptions"
    assert [line.split(":")[0].strip() for line in lines[1:]] == ["got", "where", "remedy"]
    assert "normproof.replay(WITNESS, THEOREM)" in lines[3]
    assert "the claim fails" in normproof.replay(witness, stated)
    assert parse(witness)[1].sizes["d"] <= 2, "it is shrunk"


def test_a_bound_that_is_false_by_a_little_is_steered_into() -> None:
    stated = theorem(Bound(BOUND.left, 9 * BOUND.right / 10), ASSUMED)
    message, witness = failure(stated, 500)
    assert "user.planted, found in float64" in message
    assert " > " in message
    assert "the claim fails" in normproof.replay(witness, stated)


def test_a_theorem_on_numbers_is_tried_at_points() -> None:
    misses = {"none": Identity(x, x**3)}
    true = Theorem(
        "user.square", Bound(2 * x, x**2 + 1), near_misses=misses, setting=Numbers((between(x, 0, 3),)), docstring="A."
    )
    property_test(true, settings=few(40))()
    false = Theorem(
        "user.kink", Bound(x, x**2), near_misses=misses, setting=Numbers((between(x, 0, 3),)), docstring="B."
    )
    message, witness = failure(false)
    assert "expected user.kink to hold" in message
    assert "the claim fails" in normproof.replay(witness, false)


def test_a_library_that_computes_otherwise_is_what_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def doubled(w: Any, gamma: Any, beta: Any, around: Any) -> Any:
        return 2 * reference.REFERENCES["bn_unit.f_BN"].compute(w, gamma, beta, around)

    broken = {**reference.REFERENCES, "bn_unit.f_BN": reference.Reference(doubled)}
    monkeypatch.setattr("verify.floating.torch_run.REFERENCES", broken)
    message, witness = failure(theorem(TRUE["unit"]))
    assert message.startswith("expected torch to compute what the statement says")
    assert f"torch {torch.__version__}" in message
    assert parse(witness)[0] == "user.planted"


def test_what_no_instance_meets_never_passes() -> None:
    impossible = theorem(TRUE["variance"], (*ASSUMED, at_most(norm(w) + 1, norm(w))))
    plain = hypothesis.settings(derandomize=True, deadline=None, database=None, suppress_health_check=[])
    with pytest.raises(FailedHealthCheck, match="filtering out"):
        property_test(impossible, instances=16, settings=plain)()


def test_the_test_has_a_name_and_a_sentence() -> None:
    test = property_test(theorem(TRUE["unit"]))
    assert test.__name__ == "test_user_planted"
    assert test.__doc__ == "user.planted holds at every instance that Hypothesis draws."


@pytest.mark.parametrize(
    "given", ["decoupling.gradient", None, gradient_bound, Theorem, rate_of_the_norm.ERRATUM, gradient_growth.THEOREM]
)
def test_what_is_no_theorem_is_refused(given: Any) -> None:
    with pytest.raises(UserError) as caught:
        property_test(given)
    assert caught.value.expected == "expected a Theorem"
    assert "pytest --normproof" in caught.value.remedy


@pytest.mark.parametrize("instances", [0, -3, 2.5, "many"])
def test_a_number_of_instances_is_asked_for(instances: Any) -> None:
    with pytest.raises(UserError, match="expected a number of instances"):
        property_test(theorem(TRUE["unit"]), instances=instances)


def test_two_equal_sides_are_refused() -> None:
    side = TRUE["unit"].left
    with pytest.raises(UserError, match="the same expression twice"):
        property_test(theorem(Identity(side, side)))
