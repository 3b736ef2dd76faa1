"""What a sampled instance may say: nothing through a wide bound, nothing about the claim where the library is off."""

from __future__ import annotations

import json

import pytest

from numerics import reference
from theory import DIFFERENTIATE, Bound, Identity, Theorem, gradient, number, real, sqrt, start, unfold, vector, zero
from theory.definitions.batch_norm import NORMALISED, NOT_CONSTANT, eps, m, normalised, one, y
from verify.adversary.replaying import replay
from verify.proof.kernel import Verdict, establish
from verify.proof.observations import SamplingTrace
from verify.rules.sampling import observe
from verify.settings import Budget, Settings

QUICK = Settings(budget=Budget.QUICK, seed=3)
x, big = real("x"), 10**20
g = vector("g", m)
centred = y - (one.T @ y / m) * one
deviation = sqrt(centred.T @ centred / m + eps)


def planted(claim, assumptions=(), derivation=None) -> Theorem:
    misses = {"planted": type(claim)(claim.left, 7 * claim.right)}
    return Theorem("user.planted", claim, derivation, assumptions=assumptions, near_misses=misses, docstring="Planted.")


def seen(claim, assumptions=(), dtype="float64") -> SamplingTrace:
    return observe(planted(claim, assumptions), QUICK, dtype)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "claim",
    [
        Identity(x + big - big, 2 * x + big - big),
        Identity((x + big - big) * x, (3 * x + big - big) * x),
        Bound(x + big - big, x / 2 + big - big),
        Identity((x + big - big) ** 2, (x + 2 * big - 2 * big) ** 4),
    ],
)
def test_a_bound_wider_than_the_sides_is_no_agreement(claim, dtype: str) -> None:
    """Everything agrees to rounding errors of 10^20; the sides themselves are not seen."""
    judged = establish(seen(claim, dtype=dtype))
    assert judged.verdict in (Verdict.UNDECIDED, Verdict.REFUTED), judged
    assert "not evaluated" in judged.reason or judged.verdict is Verdict.REFUTED


def test_what_is_seen_says_how_closely() -> None:
    trace = seen(Identity((x + 1) ** 2, x**2 + 2 * x + 1))
    assert establish(trace).verdict is Verdict.SUPPORTED
    assert 1e-17 < trace.agreement < 1e-13
    assert 1e-8 < seen(Identity((x + 1) ** 2, x**2 + 2 * x + 1), dtype="float32").agreement < 1e-4


@pytest.fixture
def doubled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library whose normalised batch has right values and a gradient that is twice what it should be."""

    def compute(y, eps, around):
        value = reference.without_affine(y, eps, around)
        return 2 * value - value.detach()

    broken = {**reference.REFERENCES, "batch_norm.yhat": reference.Reference(compute, {1: reference.EPS})}
    monkeypatch.setattr("verify.floating.torch_run.REFERENCES", broken)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_code_that_disagrees_is_named_with_the_smallest_witness(doubled: None, dtype: str) -> None:
    left, right = (gradient(g.T @ f, y) for f in (normalised(y, eps), centred / deviation))
    steps = start(left).equals(right, unfold(*NORMALISED), DIFFERENTIATE)
    proved = Theorem(
        "user.planted",
        Identity(left, right),
        steps,
        assumptions=(NOT_CONSTANT,),
        near_misses={"twice": Identity(left, 2 * right)},
        docstring="Planted.",
    )
    trace = observe(proved, QUICK, dtype)
    assert trace.witness is None
    assert trace.code is not None
    assert trace.disagreements > trace.satisfied // 2
    assert trace.unknown == 0
    assert trace.decided + trace.disagreements == trace.satisfied
    assert trace.code.library.startswith("torch ")
    assert "yhat(y, eps)" in trace.code.side
    instance = json.loads(trace.code.witness)["instance"]
    assert instance["sizes"]["m"] <= 3
    assert replay(trace.code.witness, lambda name: proved).outcome == "agree"
    judged = establish(trace)
    assert (judged.verdict, judged.instances) == (Verdict.UNDECIDED, trace.decided)
    assert "torch" in judged.reason


def test_a_false_claim_is_refuted_however_the_code_is_off(doubled: None) -> None:
    left, right = gradient(g.T @ normalised(y, eps), y), 3 * gradient(g.T @ centred / deviation, y)
    assert establish(seen(Identity(left, right), (NOT_CONSTANT,))).verdict is Verdict.REFUTED
    # Twice the gradient is what the broken code computes: floats agree, and balls are asked for nothing.
    twice = seen(Identity(left, 2 * gradient(g.T @ centred / deviation, y)), (NOT_CONSTANT,))
    assert establish(twice).verdict is not Verdict.PROVED


def test_what_torch_has_no_number_for_is_no_vacuity() -> None:
    huge = number(10**400)
    for dtype in ("float64", "float32"):
        judged = establish(seen(Identity(huge * x + zero(), x * huge), dtype=dtype))
        assert judged.verdict is Verdict.UNDECIDED
        assert "not representable" in judged.reason
        assert not judged.reason.startswith("vacuous")
