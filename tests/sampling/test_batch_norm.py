"""What torch takes as one number for a call is one number in a batch; what it has no derivative of is unfolded."""

from dataclasses import replace
from random import Random

import pytest
import torch
from sampling.claims import theorem

from numerics import fields, reference
from numerics.reference import EPS, Reference
from theory import Bound, Identity, at_most, derivative, gradient, number, positive, real, vector, zero
from theory.definitions.batch_norm import (
    NOT_CONSTANT,
    batch_norm,
    beta,
    deviation,
    eps,
    gamma,
    loss,
    m,
    mean,
    normalised,
    one,
    variance,
    y,
)
from theory.terms.rewrite import unfold
from verify.floating import pairing
from verify.floating.building import Ensemble, build
from verify.floating.calls import has_reference, per_call
from verify.floating.ensembling import draw_ensemble
from verify.floating.measure import Sides, measure
from verify.floating.needs import read
from verify.proof import kernel
from verify.results.records import Verdict
from verify.rules.sampling import observe
from verify.settings import Budget, Settings

QUICK = Settings(Budget.QUICK)
DEFINITIONS = (mean, variance, deviation, normalised, batch_norm)


def drawn(claim, names, batches=24, dtype=torch.float32):
    """Values of symbols in many batches."""
    setting, rng = read(claim, ()), Random(1)
    for index in range(batches):
        symbols = build(setting, draw_ensemble(setting, rng, index), 32, dtype, "cpu").inputs.symbols
        yield [symbols[n] for n in names]


def test_eps_is_one_number_of_each_batch_and_takes_every_declared_value() -> None:
    claim = Identity(batch_norm(y, gamma, beta, eps), y)
    values = list(drawn(claim, ["eps", "gamma"]))
    assert all(len(e.unique()) == 1 for e, _ in values)
    assert sum(len(g.unique()) > 16 for _, g in values) > 12
    assert {e[0].item() for e, _ in values} == {torch.tensor(e).item() for e in EPS}


def test_a_positive_eps_is_never_zero() -> None:
    e = positive("e")
    values = {v[0].item() for (v,) in drawn(Identity(deviation(y, e), number(1)), ["e"])}
    assert len(values) == len(EPS) - 1
    assert min(values) > 0


def test_whatever_reaches_eps_is_shared() -> None:
    a = real("a", nonzero=True)
    claim = Identity(batch_norm(a * y, gamma, beta, a**2 * eps), batch_norm(y, gamma, beta, eps))
    assert per_call((claim.left, claim.right)) == {"a": (), "eps": EPS}
    values = list(drawn(claim, ["a"]))
    assert all(len(v.unique()) == 1 for (v,) in values)
    assert len({v[0].item() for (v,) in values}) > 12


def test_stretching_a_batch_and_eps_with_it() -> None:
    """BN(a y; a^2 eps) = BN(y; eps) for a > 0; not so if eps stays."""
    a = positive("a")
    stretched, plain = batch_norm(a * y, gamma, beta, a**2 * eps), batch_norm(y, gamma, beta, eps)
    true = theorem(Identity(stretched, plain), (NOT_CONSTANT,))
    false = theorem(Identity(batch_norm(a * y, gamma, beta, eps), plain), (NOT_CONSTANT,))
    assert kernel.establish(observe(true, QUICK, "float64")).verdict is Verdict.SUPPORTED
    assert kernel.establish(observe(false, QUICK, "float64")).verdict is Verdict.REFUTED


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda d: d.name)
def test_torch_computes_what_the_symbols_say(definition, dtype: torch.dtype) -> None:
    pair = pairing.compare(definition, (NOT_CONSTANT,), dtype=dtype, device="cpu")
    assert pair.problem == ""
    assert pair.instances > 1000
    assert 0 < pair.worst < 1


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda d: d.name)
def test_another_convention_is_noticed(definition, monkeypatch: pytest.MonkeyPatch) -> None:
    """The unbiased variance in every one of them, or a mean over m - 1."""

    def unbiased(*arguments):
        *given, around = arguments
        honest = reference.REFERENCES[definition.reference].compute
        factor = 1 + 1 / torch.tensor(float(given[0].shape[-1]), dtype=given[0].dtype)
        return honest(*given, around) * factor.sqrt()

    changed = replace(reference.REFERENCES[definition.reference], compute=unbiased)
    monkeypatch.setattr("verify.floating.torch_run.REFERENCES", {**reference.REFERENCES, definition.reference: changed})
    found = pairing.compare(definition, (NOT_CONSTANT,), dtype=torch.float64, device="cpu")
    assert "disagrees with its symbols" in found.problem


def test_the_derivative_of_what_torch_returns_without_one_is_not_zero() -> None:
    slope = Identity(gradient(deviation(y, eps), y), (y - mean(y) * one) / (m * deviation(y, eps)))
    flat = Identity(gradient(deviation(y, eps), y), zero(m))
    assert kernel.establish(observe(theorem(slope, (NOT_CONSTANT,)), QUICK, "float64")).verdict is Verdict.SUPPORTED
    assert kernel.establish(observe(theorem(flat, (NOT_CONSTANT,)), QUICK, "float64")).verdict is Verdict.REFUTED


def test_a_derivative_in_eps_goes_around_the_reference() -> None:
    a = real("a")
    sigma = deviation(y, a**2)
    claim = Identity(derivative(sigma, a), a / sigma)
    assert kernel.establish(observe(theorem(claim, (NOT_CONSTANT,)), QUICK, "float64")).verdict is Verdict.SUPPORTED
    assert not has_reference(sigma, (a,))
    assert has_reference(sigma)
    assert has_reference(normalised(y, eps), (y,))
    assert not has_reference(deviation(y, eps), (y,))


def test_eps_that_varies_is_told_and_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reference that does not declare what it takes as one number."""
    undeclared = {
        **reference.REFERENCES,
        "batch_norm.sigma": Reference(reference.REFERENCES["batch_norm.sigma"].compute),
    }
    monkeypatch.setattr("verify.floating.calls.REFERENCES", undeclared)
    found = pairing.compare(deviation, (NOT_CONSTANT,), dtype=torch.float64, device="cpu")
    assert "expected one eps for all instances of a call" in found.problem


def test_conditions_that_hold_now_and_then_do_not_empty_the_sample() -> None:
    """Sizes and corners on which no instance is admissible (here m = 1, constant batches) are left early."""
    trace = observe(theorem(Identity(one.T @ normalised(y, eps), zero()), (NOT_CONSTANT,)), QUICK, "float64")
    assert trace.satisfied >= 2**13
    assert trace.requested < 1.2 * trace.satisfied


def test_where_many_instances_miss_a_condition_they_are_mirrored() -> None:
    """c <= a'b for some c > 0 holds for every second pair; for every pair once a is mirrored where it fails."""
    a, b, c = vector("a", m, nonzero=True), vector("b", m, nonzero=True), positive("c")
    claim = Bound(zero(), a.T @ b)
    setting = read(claim, (at_most(c, a.T @ b),))
    built = build(setting, Ensemble({"m": 3}, {}, {}, "generic", 5), 400, torch.float64, "cpu")
    products = (built.inputs.symbols["a"] * built.inputs.symbols["b"]).sum(-1)
    assert torch.equal(built.satisfied, (built.inputs.symbols["c"] > 0) & (built.inputs.symbols["c"] <= products))
    assert built.satisfied.float().mean() > 0.95


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_nearly_constant_batches_are_drawn_and_bounded(dtype: torch.dtype) -> None:
    """Digits are lost in y - mean: the bound must say so, and still cover what torch computes."""
    claim = Identity(normalised(y, zero()), unfold(normalised(y, zero())))
    setting = read(claim, (NOT_CONSTANT,))
    worst = {}
    for corner in ("generic", "offset"):
        built = build(setting, Ensemble({"m": 5}, {}, {}, corner, 5), 2000, dtype, "cpu")
        values = built.inputs.symbols["y"].double()
        worst[corner] = (values.mean(-1).abs() / values.std(-1)).median()
        found = measure(Sides.of(claim), built, full=True)
        assert found.satisfied + found.unresolved > 1500
        assert found.satisfied > found.unresolved
        assert not found.suspects
        assert found.worst > 0
    assert worst["offset"] > 16 * worst["generic"]


def test_a_function_of_the_assumptions_alone_is_drawn_too() -> None:
    positive_loss = at_most(zero(), loss(y))
    claim = Identity(one.T @ normalised(y, eps), zero())
    trace = observe(theorem(claim, (NOT_CONSTANT, positive_loss)), QUICK, "float64")
    assert kernel.establish(trace).verdict is Verdict.SUPPORTED
    assert dict(trace.ranges)["L"] == ", ".join(sorted(fields.NAMES))
    pair = pairing.compare(normalised, (NOT_CONSTANT, positive_loss), dtype=torch.float64, device="cpu")
    assert pair.problem == ""
