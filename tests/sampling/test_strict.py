"""Claims `<` in floats: an instance counts only where a side is less beyond rounding, and equality is told exactly."""

from __future__ import annotations

import json
from fractions import Fraction
from random import Random

import pytest
import torch

from theory import (
    Below,
    Bound,
    Theorem,
    activation,
    dimension,
    exp,
    norm,
    number,
    positive_definite,
    positive_semidefinite,
    real,
    vector,
)
from theory import trace as tr
from verify.floating.building import build
from verify.floating.ensembling import draw_ensemble
from verify.floating.measure import Sides, measure
from verify.floating.needs import read
from verify.proof.kernel import Verdict, establish
from verify.rules.sampling import observe
from verify.settings import Budget, Settings

QUICK = Settings(budget=Budget.QUICK)
n = dimension("n")
u, v = vector("u", n), vector("v", n)
w, z = vector("w", n, nonzero=True), vector("z", n, nonzero=True)
S, N = positive_definite("S", n), positive_semidefinite("N", n)
a = real("a")
SQUARES = u.T @ u + v.T @ v

STRICT = {
    "squares and a number": Below(u.T @ v, SQUARES + 1),
    "a definite form": Below(number(0), w.T @ S @ w),
    "a length more": Below(norm(w), 2 * norm(w)),
    "an exponential": Below(number(0), exp(a / (1 + a**2))),
}
TOUCHING = {
    "two squares": Below(2 * (u.T @ v), SQUARES),
    "all at 0": Below(u.T @ v, SQUARES),
    "a trace": Below(number(0), tr(N)),
    "Cauchy-Schwarz": Below(abs(w.T @ z), norm(w) * norm(z)),
}


def bare(claim: Below) -> Theorem:
    return Theorem("user.strict", claim, near_misses={"turned": Below(claim.right, claim.left)}, docstring="A claim.")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", STRICT)
def test_what_is_strict_is_supported_and_seen_beyond_rounding(name: str, dtype: str) -> None:
    trace = observe(bare(STRICT[name]), QUICK, dtype)
    assert trace.witness is None
    assert trace.suspects == trace.rounding
    assert establish(trace).verdict is Verdict.SUPPORTED, trace


@pytest.mark.parametrize("name", TOUCHING)
def test_what_touches_is_refuted_by_steering_or_by_what_floats_cannot_tell(name: str) -> None:
    evidence = establish(observe(bare(TOUCHING[name]), QUICK, "float64"))
    assert evidence.verdict is Verdict.REFUTED
    assert json.loads(evidence.witness or "")["claim"] == "user.strict"


def test_what_is_equal_to_rounding_is_close_and_no_instance() -> None:
    """Of a bound such instances count; of a strict claim they are named, the closest first, and count for nothing."""
    tiny = number(Fraction(1, 10**30))
    for kind, counts in ((Bound, True), (Below, False)):
        claim = kind(norm(w), norm(w) + tiny)
        setting, sides = read(claim, ()), Sides.of(claim)
        ensemble = draw_ensemble(setting, Random(0))
        built = build(setting, ensemble, 64, torch.float64, "cpu")
        found = measure(sides, built, full=True)
        assert not found.suspects
        assert (found.satisfied == 64) == counts
        assert (len(found.close) == 64) == (not counts)
    assert establish(observe(bare(Below(norm(w), norm(w) + tiny)), QUICK, "float64")).verdict is Verdict.UNDECIDED


def test_sides_that_are_both_0_without_rounding_are_not_less() -> None:
    claim = Below(number(0), activation("relu")(a) + 0)
    setting, sides = read(claim, ()), Sides.of(claim)
    counts = []
    for seed in range(6):
        built = build(setting, draw_ensemble(setting, Random(seed)), 64, torch.float64, "cpu")
        found = measure(sides, built, full=False)
        counts.append(found.satisfied)
        assert found.satisfied == int((built.inputs.symbols["a"] > 0).sum())
        assert len(found.close) == 64 - found.satisfied
    assert 0 < sum(counts) < 6 * 64
