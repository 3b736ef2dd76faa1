"""Our definition of batch norm against torch's layers: same values to the derived rounding bound, another one beyond.

The truth is the symbolic definition, evaluated in float64 from the very numbers that the layer got; the bound is that
of `verify.floating.tolerance` for the layer's dtype. No tolerance is chosen here.
"""

from dataclasses import dataclass, replace
from functools import cache

import pytest
import torch
from found_devices import DEVICES
from torch import Tensor

from numerics.layers import SUBJECTS, Call, Statistics
from theory import derivative, gradient, nonnegative, number, real, sqrt, vector
from theory.definitions import batch_norm as bn
from theory.terms import Term
from theory.terms.rewrite import unfold
from verify.floating.tolerance import Roundoff, analyse
from verify.floating.torch_compile import compile_term
from verify.floating.torch_run import Inputs

pytestmark = pytest.mark.device
CHANNELS, M = 64, 12
FLOATS = [torch.float64, torch.float32]
DTYPES = [*FLOATS, torch.bfloat16]

g, v = vector("g", bn.m), vector("v", bn.m)
r_mean, r_var, a = real("r_mean"), nonnegative("r_var"), real("a")
OUTPUT = bn.batch_norm(bn.y, bn.gamma, bn.beta, bn.eps)
EVALUATED = bn.gamma * (bn.y - r_mean * bn.one) / sqrt(r_var + bn.eps) + bn.beta * bn.one
BACKWARD = gradient(g.T @ OUTPUT, bn.y)
TERMS: dict[str, Term] = {
    "output": OUTPUT,
    "evaluated": EVALUATED,
    "running mean": (1 - a) * r_mean + a * bn.mean(bn.y),
    "running variance": (1 - a) * r_var + a * (bn.m / (bn.m - 1) * bn.variance(bn.y)),
    "biased running variance": (1 - a) * r_var + a * bn.variance(bn.y),
    "momentum the other way round": a * r_mean + (1 - a) * bn.mean(bn.y),
    "unbiased normalising": bn.gamma
    * (bn.y - bn.mean(bn.y) * bn.one)
    / sqrt(bn.m / (bn.m - 1) * bn.variance(bn.y) + bn.eps)
    + bn.beta * bn.one,
    "eps outside the root": bn.gamma * (bn.y - bn.mean(bn.y) * bn.one) / (sqrt(bn.variance(bn.y)) + sqrt(bn.eps))
    + bn.beta * bn.one,
    "gradient in y": BACKWARD,
    "gradient in gamma": derivative(g.T @ OUTPUT, bn.gamma),
    "gradient in beta": derivative(g.T @ OUTPUT, bn.beta),
    "statistics held fixed": bn.gamma * g / bn.deviation(bn.y, bn.eps),
    "gradient of evaluation": gradient(g.T @ EVALUATED, bn.y),
    "double backward in y": gradient(v.T @ BACKWARD, bn.y),
    "double backward in gamma": derivative(v.T @ BACKWARD, bn.gamma),
    "double backward in g": gradient(v.T @ BACKWARD, g),
}


@dataclass(frozen=True)
class Truth:
    """The term's value, how far any evaluation in the dtype may be from it, and the scale of what was added up."""

    value: Tensor
    bound: Tensor
    scale: Tensor

    def agrees(self, result: Tensor) -> bool:
        assert torch.isfinite(self.bound).all()
        return bool(((result.double() - self.value).abs() <= self.bound).all())

    @property
    def is_sharp(self) -> bool:
        """Is the bound below the values nearly everywhere, so that agreement says something?"""
        return bool((self.bound < self.scale).double().mean() > 0.9)


@cache
def program(name: str):
    return compile_term(unfold(TERMS[name]), "symbols")


def truth(name: str, call: Call, dtype: torch.dtype, **others: Tensor) -> Truth:
    """Of a term at the numbers of a call; eps and the momentum reach the layer rounded to its dtype."""
    channels, m = call.y.shape
    one = torch.ones(channels, dtype=torch.float64, device=call.y.device)
    momentum = 1 / (call.seen + 1) if call.momentum is None else call.momentum
    symbols = {
        "y": call.y,
        "gamma": one if call.gamma is None else call.gamma,
        "beta": one * 0 if call.beta is None else call.beta,
        "eps": one * call.eps,
        "a": one * momentum,
        **others,
    }
    if call.running is not None:
        symbols |= {"r_mean": call.running.mean, "r_var": call.running.variance}
    double = {k: t.detach().double() for k, t in symbols.items()}
    errors = {k: double[k].abs() for k in ("eps", "a")}
    inputs = Inputs({"m": m}, double, {}, {}, torch.float64, str(call.y.device))
    value, scale, bound = analyse(program(name), inputs, errors, dtype)
    own = Roundoff.of(torch.float64).unit / Roundoff.of(dtype).unit  # the truth is itself rounded, to float64
    return Truth(value, (1 + own) * bound, scale)


def numbers(dtype: torch.dtype, device: str, *, m: int = M, seed: int = 1) -> Call:
    """Channels of scales 2^-6..2^6 with means up to a few deviations; every entry is a number of the dtype."""
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    scale = 2.0 ** torch.randint(-6, 7, (CHANNELS,), generator=generator)
    y = (normal(CHANNELS, m) + normal(CHANNELS, 1)) * scale[:, None]
    running = Statistics(normal(CHANNELS) * scale, (0.5 + normal(CHANNELS) ** 2) * scale**2)
    tensors = [t.to(dtype).to(device) for t in (y, normal(CHANNELS), normal(CHANNELS), running.mean, running.variance)]
    return Call(*tensors[:3], Statistics(*tensors[3:]))


def runs(dtypes=DTYPES):
    return [pytest.param(s, t, d, id=f"{s}-{str(t)[6:]}-{d}") for s in SUBJECTS for t in dtypes for d in DEVICES]


@pytest.mark.parametrize("eps", [1e-5, 1e-3, 1.0])
@pytest.mark.parametrize("affine", [True, False], ids=["affine", "plain"])
@pytest.mark.parametrize(("subject", "dtype", "device"), runs())
def test_training(subject: str, dtype: torch.dtype, device: str, affine: bool, eps: float) -> None:
    call = replace(numbers(dtype, device), eps=eps)
    call = call if affine else replace(call, gamma=None, beta=None)
    outcome = SUBJECTS[subject].run(call)
    expected = truth("output", call, dtype)
    assert expected.agrees(outcome.output)
    assert outcome.output.dtype is dtype
    assert truth("running mean", call, dtype).agrees(outcome.running.mean)
    assert truth("running variance", call, dtype).agrees(outcome.running.variance)
    assert expected.is_sharp
    assert not truth("evaluated", call, dtype).agrees(outcome.output)
    if dtype is not torch.bfloat16:  # whose bound is wider than m/(m-1) is different from 1
        assert not truth("unbiased normalising", call, dtype).agrees(outcome.output)
        assert not truth("eps outside the root", call, dtype).agrees(outcome.output)
        assert not truth("biased running variance", call, dtype).agrees(outcome.running.variance)
        assert not truth("momentum the other way round", call, dtype).agrees(outcome.running.mean)


@pytest.mark.parametrize(("subject", "dtype", "device"), runs())
def test_evaluation_uses_the_running_statistics_and_leaves_them(subject: str, dtype: torch.dtype, device: str) -> None:
    call = replace(numbers(dtype, device), training=False)
    outcome = SUBJECTS[subject].run(call)
    expected = truth("evaluated", call, dtype)
    assert expected.agrees(outcome.output)
    assert expected.is_sharp
    assert not truth("output", call, dtype).agrees(outcome.output)
    assert torch.equal(outcome.running.mean, call.running.mean)
    assert torch.equal(outcome.running.variance, call.running.variance)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("subject", "dtype", "device"), runs())
def test_without_running_statistics_evaluation_is_training(
    subject: str, dtype: torch.dtype, device: str, training: bool
) -> None:
    call = replace(numbers(dtype, device), running=None, training=training)
    outcome = SUBJECTS[subject].run(call)
    assert outcome.running is None
    assert truth("output", call, dtype).agrees(outcome.output)


@pytest.mark.parametrize("momentum", [0.0, 0.1, 1.0, None])
@pytest.mark.parametrize(("subject", "dtype", "device"), runs(FLOATS))
def test_momentum(subject: str, dtype: torch.dtype, device: str, momentum: float | None) -> None:
    """0 keeps, 1 forgets, None averages; three batches one after another, each from the layer's own statistics."""
    if momentum is None and not SUBJECTS[subject].is_module:
        with pytest.raises(ValueError, match="for modules"):
            SUBJECTS[subject].run(replace(numbers(dtype, device), momentum=None))
        return
    running = numbers(dtype, device).running
    for seen in range(3):
        call = replace(numbers(dtype, device, seed=seen), running=running, momentum=momentum, seen=seen)
        running = SUBJECTS[subject].run(call).running
        assert truth("running mean", call, dtype).agrees(running.mean)
        assert truth("running variance", call, dtype).agrees(running.variance)
        if momentum != 0:
            assert not truth("biased running variance", call, dtype).agrees(running.variance)
        else:
            assert torch.equal(running.mean, call.running.mean)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("dtype", FLOATS)
def test_no_momentum_is_the_average_of_all_batches(dtype: torch.dtype, device: str) -> None:
    """Whatever the statistics began with, for the first batch has weight 1."""
    batches = [numbers(dtype, device, seed=s) for s in range(4)]
    running = batches[0].running
    for seen, batch in enumerate(batches):
        running = SUBJECTS["BatchNorm1d"].run(replace(batch, running=running, momentum=None, seen=seen)).running
    means = torch.stack([truth("running mean", replace(b, momentum=1.0), dtype).value for b in batches])
    bounds = [truth("running mean", replace(b, momentum=1.0), dtype).bound for b in batches]
    roundings = 4 * len(batches) * Roundoff.of(dtype).unit * means.abs().sum(0)  # of the recurrence
    assert ((running.mean.double() - means.mean(0)).abs() <= sum(bounds) / len(batches) + roundings).all()


def moving(call: Call) -> Call:
    """The same call with everything that a gradient is taken in marked so."""
    leaves = [t.clone().requires_grad_() for t in (call.y, call.gamma, call.beta)]
    return replace(call, y=leaves[0], gamma=leaves[1], beta=leaves[2])


def cotangent(call: Call, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(call.y.shape, generator=generator).to(call.y.dtype).to(call.y.device)


@pytest.mark.parametrize(("subject", "dtype", "device"), runs())
def test_backward(subject: str, dtype: torch.dtype, device: str) -> None:
    call = moving(numbers(dtype, device, m=6))
    up = cotangent(call, 7)
    found = torch.autograd.grad(SUBJECTS[subject].run(call).output, (call.y, call.gamma, call.beta), up)
    for name, result in zip(("y", "gamma", "beta"), found, strict=True):
        assert truth(f"gradient in {name}", call, dtype, g=up).agrees(result)
    if dtype is not torch.bfloat16:
        assert not truth("statistics held fixed", call, dtype, g=up).agrees(found[0])
        assert not truth("gradient in y", call, dtype, g=2 * up).agrees(found[0])


@pytest.mark.parametrize(("subject", "dtype", "device"), runs(FLOATS))
def test_double_backward(subject: str, dtype: torch.dtype, device: str) -> None:
    call = moving(numbers(dtype, device, m=6))
    up, second = cotangent(call, 7).requires_grad_(), cotangent(call, 8)
    (first,) = torch.autograd.grad(SUBJECTS[subject].run(call).output, call.y, up, create_graph=True)
    found = torch.autograd.grad(first, (call.y, call.gamma, up), second)
    for name, result in zip(("y", "gamma", "g"), found, strict=True):
        expected = truth(f"double backward in {name}", call, dtype, g=up, v=second)
        assert expected.agrees(result)
        assert not replace(expected, value=-expected.value).agrees(result)


@pytest.mark.parametrize(("subject", "dtype", "device"), runs(FLOATS))
def test_backward_of_evaluation(subject: str, dtype: torch.dtype, device: str) -> None:
    call = moving(replace(numbers(dtype, device), training=False))
    up = cotangent(call, 7)
    (found,) = torch.autograd.grad(SUBJECTS[subject].run(call).output, call.y, up)
    assert truth("gradient of evaluation", call, dtype, g=up).agrees(found)
    assert not truth("gradient in y", call, dtype, g=up).agrees(found)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_bfloat16_with_parameters_in_float32_is_rounded_once(subject: str, device: str) -> None:
    """Mixed precision as autocast leaves it: computed in float32, its result then rounded to bfloat16."""
    call = numbers(torch.bfloat16, device)
    running = Statistics(call.running.mean.float(), call.running.variance.float())
    call = replace(call, gamma=call.gamma.float(), beta=call.beta.float(), running=running)
    outcome = SUBJECTS[subject].run(call)
    single = truth("output", call, torch.float32)
    once = Roundoff.of(torch.bfloat16).unit * (single.value.abs() + single.bound)
    mixed = replace(single, bound=single.bound + once)
    assert outcome.output.dtype is torch.bfloat16
    assert mixed.agrees(outcome.output)
    assert mixed.is_sharp
    assert not replace(truth("unbiased normalising", call, torch.float32), bound=mixed.bound).agrees(outcome.output)
    assert truth("running mean", call, torch.float32).agrees(outcome.running.mean)
    assert truth("running variance", call, torch.float32).agrees(outcome.running.variance)


@pytest.mark.parametrize(("subject", "dtype", "device"), runs())
def test_a_constant_batch_with_eps_is_its_shift(subject: str, dtype: torch.dtype, device: str) -> None:
    call = numbers(dtype, device)
    call = replace(call, y=call.y[:, :1].repeat(1, M), eps=1e-3)
    outcome = SUBJECTS[subject].run(call)
    assert truth("output", call, dtype).agrees(outcome.output)
    assert not torch.isnan(outcome.output).any()


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_batch_of_one(subject: str, device: str) -> None:
    """Refused in training; but `native_batch_norm` answers beta, with a running variance that is no number."""
    size = 1
    for n in SUBJECTS[subject].spatial:
        size *= n
    call = numbers(torch.float64, device, m=size)
    if size > 1:  # one sample, but several values per channel
        assert truth("output", call, torch.float64).agrees(SUBJECTS[subject].run(call).output)
    elif subject == "native_batch_norm":
        outcome = SUBJECTS[subject].run(call)
        assert replace(truth("output", call, torch.float64), value=call.beta[:, None]).agrees(outcome.output)
        assert outcome.running.variance.isnan().all()  # 0 times m/(m-1)
    else:
        with pytest.raises(ValueError, match="Expected more than 1 value per channel when training"):
            SUBJECTS[subject].run(call)
    evaluation = replace(call, training=False)
    assert truth("evaluated", evaluation, torch.float64).agrees(SUBJECTS[subject].run(evaluation).output)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("subject", SUBJECTS)
def test_without_eps(subject: str, device: str) -> None:
    """`F.batch_norm` and the modules refuse eps = 0 in training; `native_batch_norm` does what the theorems say."""
    call = replace(numbers(torch.float64, device), eps=0.0)
    if subject == "native_batch_norm":
        assert truth("output", call, torch.float64).agrees(SUBJECTS[subject].run(call).output)
        constant = replace(call, y=torch.ones_like(call.y))
        assert torch.equal(SUBJECTS[subject].run(constant).output, call.beta[:, None].expand(-1, M))  # 0/0 taken as 0
    else:
        with pytest.raises(ValueError, match="eps"):
            SUBJECTS[subject].run(call)


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_planted_discrepancy_of_sixteen_bounds_is_found(dtype: torch.dtype) -> None:
    call = numbers(dtype, "cpu")
    expected = truth("output", call, dtype)
    output = SUBJECTS["BatchNorm1d"].run(call).output.double()
    assert expected.agrees(output)
    assert not expected.agrees(output + 16 * expected.bound)
    assert (16 * expected.bound < 0.01 * expected.scale).double().mean() > 0.9


def test_axes_are_those_of_the_layer() -> None:
    """A batch of four samples of three by two values has its variance over all twenty-four, not over four."""
    call = numbers(torch.float64, "cpu", m=24)
    output = SUBJECTS["BatchNorm2d"].run(replace(call, gamma=None, beta=None, eps=1e-12)).output
    assert output.shape == (CHANNELS, 24)
    torch.testing.assert_close(output.var(1, unbiased=False), torch.ones(CHANNELS, dtype=torch.float64))
    assert TERMS["output"].shape == (bn.m, number(1).rows)
