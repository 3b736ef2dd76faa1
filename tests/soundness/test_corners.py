"""At the corners every claim of the catalogue survives or says that it does not speak of them; none is counted there.

Constant batches, duplicate rows, sizes of 1, entries of 1e-150 and 1e150, denormals, float32 overflow, gamma = 0,
condition numbers of 1e12: exactly and in balls first, then the way sampling sees them.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from random import Random

import pytest
import torch

from tests.soundness.corners import CORNERS, moved
from theory import Identity, Part, Theorem, at_most, dimension, norm, number, ones, real, sqrt, vector, zero
from theory.statements.claims import Assumption, Claim, symbols_of
from verify.exact.agreement import decide_suspect
from verify.exact.deciding import decide
from verify.exact.drawing import complete, draw
from verify.exact.gaussian_laws import normal_laws
from verify.exact.instances import Instance, column, scalar
from verify.exact.sizes import dimensions_of
from verify.floating import building
from verify.floating.ensembling import find_ensemble
from verify.floating.measure import Sides, measure
from verify.floating.needs import read
from verify.floating.promotion import promote
from verify.loading.loader import load
from verify.proof.kernel import Verdict, establish
from verify.rules import enclosure, sampling
from verify.settings import Budget, Settings

QUICK = Settings(Budget.QUICK)
THEOREMS = [theorem for theorem in load(["decoupling", "smoothness"]) if type(theorem) is Theorem]
PARTS = [(theorem, part) for theorem in THEOREMS for part in theorem.parts]
SIZES = {"one of everything": (1,), "duplicate rows": (3, 4)}
# How many of two instances for each part agree at least; the others lie outside the assumptions.
AGREEING = {"constant batch": 0.2, "one of everything": 0.35, "duplicate rows": 0.5}


@pytest.mark.parametrize("name", [*CORNERS, "one of everything"])
def test_exact_instances_agree_or_are_not_counted(name: str) -> None:
    seen: Counter[str] = Counter()
    for theorem, part in PARTS:
        symbols = {s.name: s for s in symbols_of(part.claim, theorem.assumptions)}
        rng = Random(f"{theorem.id}/{part.label}/{name}")
        for _ in range(2):
            sizes = {d: rng.choice(SIZES.get(name, (2, 3))) for d in dimensions_of(part.claim, theorem.assumptions)}
            drawn = draw(part.claim, theorem.assumptions, sizes, rng, "small")
            raw = drawn if drawn is None or name not in CORNERS else CORNERS[name](drawn, symbols)
            finished = None if raw is None else complete(raw, part.claim, theorem.assumptions)
            if finished is None:
                seen["none"] += 1
                continue
            decision = decide(part.claim, theorem.assumptions, finished)
            seen[decision.outcome] += 1
            where = f"{theorem.id}#{part.label} at {finished}: {decision}"
            assert decision.outcome in ("agree", "unsatisfied"), where
            assert decision.outcome == "agree" or decision.detail, where
    assert seen["agree"] >= AGREEING.get(name, 0.8) * 2 * len(PARTS), seen


FLOATS = [
    (torch.float64, "columns", 500),
    (torch.float64, "columns", -500),
    (torch.float64, "columns", -1060),
    (torch.float64, "scalars", -1060),
    (torch.float64, "scalars", 1000),
    (torch.float64, "coordinates", -20),
    (torch.float32, "columns", 60),
    (torch.float32, "columns", 120),
    (torch.float32, "columns", -140),
    (torch.float32, "scalars", 120),
    (torch.float32, "coordinates", -20),
]


@pytest.mark.parametrize(("dtype", "what", "exponent"), FLOATS)
def test_float_instances_agree_or_are_not_counted(dtype: torch.dtype, what: str, exponent: int) -> None:
    """Overflow and underflow leave no evidence against a claim: every instance is within the bound, or not counted,
    or decided in balls, where both sides agree."""
    counted = left_out = 0
    sampled = [(theorem, part) for theorem, part in PARTS if not normal_laws(theorem.assumptions)]
    for theorem, part in sampled:
        setting, sides = read(part.claim, theorem.assumptions), Sides.of(part.claim)
        ensemble, _ = find_ensemble(setting, Random(theorem.id + part.label), 0, dtype, "cpu")
        ensemble = replace(ensemble, sizes={name: min(size, 4) for name, size in ensemble.sizes.items()})
        built = building.build(setting, ensemble, 16, dtype, "cpu")
        built = building.complete(setting, moved(built.inputs, setting, exponent, what), 16)
        found = measure(sides, built, full=True)
        assert found.satisfied + found.unmet + found.undefined + found.unresolved == 16
        counted, left_out = counted + found.satisfied, left_out + 16 - found.satisfied
        for place in found.suspects[:2]:
            instance = promote(built, place, setting, part.claim, theorem.assumptions)
            if instance is not None:
                decision = decide_suspect(part.claim, theorem.assumptions, instance)
                assert decision.outcome in ("agree", "unsatisfied"), f"{theorem.id}#{part.label}: {decision}"
    assert counted >= len(sampled)
    assert left_out or what == "coordinates"


# ---- an overflow is no evidence -----------------------------------------------------------------------------
n = dimension("n")
v = vector("v", n)
r = real("r")


def one(claim: Claim, assumptions: tuple[Assumption, ...] = ()) -> Theorem:
    return Theorem(
        "user.one",
        parts=(Part("", claim, None),),
        near_misses={"no": Identity(norm(v), zero())},
        assumptions=assumptions,
        docstring="One.",
    )


@pytest.mark.parametrize("hidden", [1 / (1 + (v.T @ v) ** 2), sqrt(1 / (1 + (v.T @ v) ** 2))])
def test_an_infinity_that_a_power_hides_is_not_counted(hidden: object) -> None:
    claim = Identity(hidden, hidden + 0 * r)  # type: ignore[arg-type]
    setting, sides = read(claim, ()), Sides.of(claim)
    ensemble = building.Ensemble({"n": 3}, {}, {}, "generic", 1)
    built = building.build(setting, ensemble, 8, torch.float32, "cpu")
    for exponent, counted in ((0, 8), (60, 0)):
        far = building.complete(setting, moved(built.inputs, setting, exponent, "columns"), 8)
        found = measure(sides, far, full=True)
        assert (found.satisfied, found.undefined) == (counted, 8 - counted)


def test_assumptions_that_256_bits_cannot_tell_are_checked_again() -> None:
    """(a^2 + 2)^(1/2) - a is about 10^-150 at a = 10^150: 256 bits do not see its sign."""
    a = real("a")
    root = sqrt(a**2 + number(2))
    close = at_most(zero(1), root - a)
    instance = Instance({}, {"a": scalar(10**150)})
    assert decide(Identity(a, a + 0), (close,), instance).outcome == "agree"
    far = at_most(root - a, zero(1))
    assert decide(Identity(a, a + 0), (far,), instance).outcome == "unsatisfied"


# ---- too few instances --------------------------------------------------------------------------------------
ONLY_LONG = at_most(number(10**40), v.T @ v)
ONLY_ZERO = at_most(v.T @ v, zero(1))
TRUE = Identity(norm(2 * v), 2 * norm(v))


@pytest.mark.parametrize("assumption", [ONLY_LONG, ONLY_ZERO], ids=["far out", "the origin"])
def test_a_claim_that_only_a_corner_satisfies_is_undecided_and_says_so(assumption: Assumption) -> None:
    theorem = one(TRUE, (assumption,))
    for trace in (enclosure.observe(theorem, QUICK), sampling.observe(theorem, QUICK, "float64")):
        evidence = establish(trace)
        assert 2 * trace.satisfied < trace.requested
        assert evidence.verdict is Verdict.UNDECIDED
        assert re.search("instances satisfied the assumptions|with equality at each", evidence.reason)


def test_a_claim_without_a_value_anywhere_is_undecided_and_says_so() -> None:
    length = norm(v - v @ ones(1))  # 0, which no side says aloud
    theorem = one(Identity(1 / length, norm(2 * v) / length))
    for trace in (enclosure.observe(theorem, QUICK), sampling.observe(theorem, QUICK, "float64")):
        evidence = establish(trace)
        assert trace.satisfied == 0
        assert evidence.verdict is Verdict.UNDECIDED
        assert evidence.reason.startswith("vacuous")


def test_the_origin_is_outside_a_claim_with_its_length_below() -> None:
    claim = Identity((v.T @ v) / norm(v), norm(v))
    assert decide(claim, (), Instance({"n": 2}, {"v": column(0, 0)})).outcome == "unsatisfied"
    assert decide(claim, (), Instance({"n": 2}, {"v": column(0, 1)})).outcome == "agree"
