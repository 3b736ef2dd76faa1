"""The sampling rule: true claims are supported, planted lies certified, and what says nothing never counts."""

import json
from dataclasses import replace

import pytest
import torch
from sampling.claims import FALSE, TRUE, theorem

from numerics import reference
from numerics.activations import LIBRARY
from theory import Bound, E, Identity, at_most, define, dimension, equal, norm, ones, sqrt, vector, zero
from theory.definitions.bn_unit import SECOND_MOMENT, batch_mean, bn_unit, gamma, plain_unit, u, w, x
from theory.statements.claims import Claim
from verify.proof import kernel
from verify.proof.kernel import Verdict
from verify.rules.sampling import MOST_SUSPECTS, observe
from verify.settings import Budget, Settings

QUICK = Settings(budget=Budget.QUICK)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", TRUE)
def test_true_claims_are_supported(name: str, dtype: str) -> None:
    trace = observe(theorem(TRUE[name]), QUICK, dtype)
    assert kernel.establish(trace).verdict is Verdict.SUPPORTED, trace
    assert trace.satisfied >= 2**13
    assert trace.suspects == trace.rounding
    assert sum(trace.histogram) > 0


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", FALSE)
def test_lies_are_found_and_certified(name: str, dtype: str) -> None:
    evidence = kernel.establish(observe(theorem(FALSE[name]), QUICK, dtype))
    assert evidence.verdict is Verdict.REFUTED
    assert json.loads(evidence.witness or "")["claim"] == "user.planted"


def test_a_certified_witness_replays() -> None:
    from verify.adversary.replaying import replay

    planted = theorem(FALSE["no projection"])
    witness = observe(planted, QUICK, "float64").witness
    assert witness is not None
    assert replay(witness, lambda name: planted).outcome == "different"


def test_the_same_seed_gives_the_same_trace() -> None:
    first, second = (observe(theorem(TRUE["variance"]), QUICK, "float32") for _ in range(2))
    assert first == second
    assert first != observe(theorem(TRUE["variance"]), replace(QUICK, seed=1), "float32")


def test_nan_in_a_reference_is_never_agreement(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {
        **reference.REFERENCES,
        "bn_unit.f_BN": reference.Reference(lambda w, g, b, around: torch.full_like(g, torch.nan)),
    }
    monkeypatch.setattr("verify.floating.torch_run.REFERENCES", broken)
    evidence = kernel.establish(observe(theorem(TRUE["unit"]), QUICK, "float64"))
    assert evidence.verdict is Verdict.UNDECIDED
    assert "f_BN is mostly not finite" in evidence.reason


def test_a_claim_that_is_mostly_undefined_is_vacuous() -> None:
    claim = Identity(sqrt(-norm(w)), sqrt(-norm(w) * 1 + 0 * norm(w)))
    evidence = kernel.establish(observe(theorem(claim, ()), QUICK, "float64"))
    assert evidence.verdict is Verdict.UNDECIDED
    assert "not finite" in evidence.reason


def test_names_alone_are_matched_with_no_reference() -> None:
    """A norm layer of somebody's own, whose `mean` and `var` are those of a batch and not of a law."""
    n = dimension("n")
    y, one = vector("y", n), ones(n)
    mean = define("mean", (y,), one.T @ y / n)
    var = define("var", (y,), y.T @ y / n - mean(y) ** 2)
    stated = theorem(Identity(n * var(y) + n * mean(y) ** 2, y.T @ y), ())
    evidence = kernel.establish(observe(stated, QUICK, "float64"))
    assert evidence.verdict is Verdict.SUPPORTED, evidence.reason


def test_a_reference_that_there_is_not_is_said() -> None:
    n = dimension("n")
    y, one = vector("y", n), ones(n)
    mean = define("mean", (y,), one.T @ y / n, reference="batch_norm.average")
    evidence = kernel.establish(observe(theorem(Identity(n * mean(y), one.T @ y), ()), QUICK, "float64"))
    assert evidence.verdict is Verdict.UNDECIDED
    assert "there is no torch reference 'batch_norm.average'" in evidence.reason


def test_a_reference_with_another_meaning_stops_the_theorem(monkeypatch: pytest.MonkeyPatch) -> None:
    def unbiased(w, around):
        return torch.einsum("...nd,...d->...n", around.laws["x"], w).var(-1)

    monkeypatch.setattr(
        "verify.floating.torch_run.REFERENCES", {**reference.REFERENCES, "bn_unit.var": reference.Reference(unbiased)}
    )
    evidence = kernel.establish(observe(theorem(TRUE["unit"]), QUICK, "float64"))
    assert evidence.verdict is Verdict.UNDECIDED
    assert "the torch reference of var disagrees with its symbols" in evidence.reason


def test_a_definition_whose_reference_takes_other_arguments_is_told() -> None:
    borrowed = define("f", (u, gamma), gamma * E(x.T @ u), reference="bn_unit.f")
    evidence = kernel.establish(observe(theorem(Identity(borrowed(w, gamma), gamma * (E(x.T) @ w))), QUICK, "float64"))
    assert evidence.verdict is Verdict.UNDECIDED
    assert "Remedy: another reference" in evidence.reason


def test_an_abbreviation_without_a_reference_is_unfolded_and_named() -> None:
    double = define("double", (u,), 2 * u)
    trace = observe(theorem(Identity(plain_unit(double(w)), plain_unit(2 * w))), QUICK, "float64")
    assert kernel.establish(trace).verdict is Verdict.SUPPORTED
    assert dict(trace.ranges)["definitions without a torch reference"] == "double"


def test_both_sides_the_same_is_vacuous() -> None:
    claim = TRUE["variance"]
    evidence = kernel.establish(observe(theorem(Identity(claim.left, claim.left)), QUICK, "float64"))
    assert evidence.reason == "vacuous: both sides are the same expression"


def test_an_assumption_that_no_instance_meets_is_vacuous() -> None:
    impossible = at_most(norm(w), -norm(w))
    pair = Identity(2 * norm(w), norm(w) + norm(w))
    evidence = kernel.establish(observe(theorem(pair, (impossible,)), QUICK, "float64"))
    assert evidence.verdict is Verdict.UNDECIDED
    assert "satisfied the assumptions" in evidence.reason


def test_orthogonal_columns_are_constructed() -> None:
    d = dimension("d")
    v, step = vector("v", d, nonzero=True), vector("step", d)
    pythagoras = Identity((v + step).T @ (v + step), v.T @ v + step.T @ step)
    trace = observe(theorem(pythagoras, (equal(v.T @ step, 0),)), QUICK, "float64")
    assert kernel.establish(trace).verdict is Verdict.SUPPORTED
    assert kernel.establish(observe(theorem(pythagoras, ()), QUICK, "float64")).verdict is Verdict.REFUTED


def test_unexamined_suspects_are_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    from verify.exact import agreement, deciding

    monkeypatch.setattr(agreement, "decide_suspect", lambda *_: deciding.Decision("unknown"))
    trace = observe(theorem(FALSE["no projection"]), QUICK, "float64")
    assert trace.witness is None
    assert trace.unknown == trace.suspects > MOST_SUSPECTS
    assert kernel.establish(trace).verdict is Verdict.UNDECIDED


def test_rounding_is_told_from_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bound that is far too small makes suspects of true instances: balls must acquit those examined."""
    from verify.floating import measure

    honest = measure.analyse_together
    monkeypatch.setattr(
        measure, "analyse_together", lambda *a: [(v, gross, 2.0**-12 * bound) for v, gross, bound in honest(*a)]
    )
    monkeypatch.setattr(
        measure, "least_bounds", lambda programs, slots, inputs, counts: [slots[p.result] * 0 for p in programs]
    )
    trace = observe(theorem(TRUE["variance"]), QUICK, "float32")
    assert trace.suspects > 0
    assert trace.rounding > 0
    assert trace.witness is None


@pytest.mark.parametrize("claim", [Identity(batch_mean(w), E(x.T) @ w), Bound(-norm(w), norm(w))])
def test_ranges_say_what_was_covered(claim: Claim) -> None:
    ranges = dict(observe(theorem(claim, (SECOND_MOMENT,)), QUICK, "float64").ranges)
    assert set(ranges["d"].split(", ")) <= {"1", "2", "3", "5", "8", "16"}
    assert ranges["condition numbers"] == "to 1e8"


def test_many_activations_of_the_library_are_drawn_at_the_smallest_budget() -> None:
    trace = observe(
        theorem(Identity(bn_unit(w, gamma, zero()), bn_unit(w, gamma, zero()) * 1 + 0 * gamma)), QUICK, "float64"
    )
    assert len(set(dict(trace.ranges)["phi"].split(", ")) & set(LIBRARY)) >= 7
