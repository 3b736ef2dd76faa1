"""The measure of internal covariate shift against a direct evaluation of its definition, and its cost."""

import copy

import pytest
import torch
from torch.nn import functional

from numerics.shift import correlation
from numerics.shift.four_networks import Blocks, DistributionalNoise, deep_linear, vgg

RATE = 0.05


def setting(kind: str, normalisation: str) -> tuple[Blocks, torch.Tensor, correlation.Loss]:
    generator = torch.Generator().manual_seed(3)
    if kind == "deep linear":
        network = deep_linear(normalisation, 5, depth=5, width=4, dtype=torch.float64)
        x, y = torch.randn(2, 30, 4, generator=generator, dtype=torch.float64)
        return network, x, lambda out: (out - y).square().sum() / 30
    network = vgg("vgg8x8", normalisation, 5, channels=1, dtype=torch.float64)
    x = torch.randn(12, 1, 8, 8, generator=generator, dtype=torch.float64)
    labels = torch.arange(12) % 10
    return network, x, lambda out: functional.cross_entropy(out, labels)


def direct(network: Blocks, x: torch.Tensor, loss: correlation.Loss, rate: float) -> list[torch.Tensor]:
    """G'_i written out: for every i, set the parameters of layers below i to step t + 1, and differentiate it all."""
    start = copy.deepcopy(network)
    loss(start(x)).backward()
    found = []
    for layer in range(len(network.blocks)):
        mixed = copy.deepcopy(network)
        with torch.no_grad():
            for below in range(layer):
                pairs = zip(mixed.blocks[below].parameters(), start.blocks[below].parameters(), strict=True)
                for parameter, old in pairs:
                    assert old.grad is not None
                    parameter -= rate * old.grad
        loss(mixed(x)).backward()
        gradient = mixed.weights()[layer].grad
        assert gradient is not None
        found.append(gradient)
    return found


@pytest.mark.parametrize("kind", ["deep linear", "vgg"])
@pytest.mark.parametrize("normalisation", ["none", "batch", "noisy"])
def test_the_measure_is_the_definition(kind: str, normalisation: str) -> None:
    network, x, loss = setting(kind, normalisation)
    network.at_step(7)
    expected = direct(network, x, loss, RATE)
    ahead = copy.deepcopy(network)
    _, found = correlation.gradients(network, x, loss)
    correlation.step_ahead(network, ahead, found, RATE)
    old = correlation.weight_gradients(network, found)
    moved = correlation.moved_gradients(network, ahead, x, loss, old[0])
    for mine, theirs in zip(moved, expected, strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-10, atol=1e-13)
    shift = correlation.shift(old, moved)
    assert float(shift.difference[0]) == 0
    assert float(shift.difference[1:].min()) > 1e-6, "nothing moved, so nothing was compared"
    for i, (a, b) in enumerate(zip(old, moved, strict=True)):
        cosine = functional.cosine_similarity(a.flatten(), b.flatten(), dim=0)
        assert float(shift.cosine[i]) == pytest.approx(float(cosine), abs=1e-12)
        assert float(shift.norm[i]) == pytest.approx(float(a.norm()))


@pytest.mark.parametrize("depth", [2, 5, 9])
def test_a_measured_step_costs_half_of_the_direct_one(depth: int) -> None:
    """k for the step, k - 1 for the prefix and k(k-1)/2 for the suffixes, counted by hooks."""
    network = deep_linear("batch", 1, depth=depth, width=3)
    ahead = copy.deepcopy(network)
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    for block in [*network.blocks, *ahead.blocks]:
        block.register_forward_hook(count)
    x = torch.randn(8, 3, generator=torch.Generator().manual_seed(0))
    _, found = correlation.gradients(network, x, lambda out: out.square().sum())
    correlation.step_ahead(network, ahead, found, 0.01)
    old = correlation.weight_gradients(network, found)
    correlation.moved_gradients(network, ahead, x, lambda out: out.square().sum(), old[0])
    assert calls == depth + (depth - 1) + depth * (depth - 1) // 2


def test_the_network_is_left_at_step_t() -> None:
    network, x, loss = setting("deep linear", "batch")
    before = [p.clone() for p in network.parameters()]
    correlation.layer_shift(network, copy.deepcopy(network), x, loss, RATE, 3)
    assert all(torch.equal(a, b) for a, b in zip(before, network.parameters(), strict=True))


@pytest.mark.parametrize("layer", [0, 6, -1])
def test_a_layer_that_does_not_exist_is_named(layer: int) -> None:
    network, x, loss = setting("deep linear", "none")
    with pytest.raises(ValueError, match=f"expected a layer from 1 to 5, got {layer}"):
        correlation.layer_shift(network, copy.deepcopy(network), x, loss, RATE, layer)


def test_a_zero_gradient_has_no_cosine_and_a_tiny_one_has() -> None:
    zero, small = torch.zeros(3), torch.tensor([3e-38, 0.0, 4e-38])
    assert bool(correlation.shift([zero], [zero]).cosine.isnan())
    assert float(correlation.shift([small], [2 * small]).cosine) == pytest.approx(1)


def test_one_seed_starts_every_normalisation_from_the_same_weights() -> None:
    for make in (lambda n: deep_linear(n, 4), lambda n: vgg("vgg8x8", n, 4)):
        plain, normalised, other = make("none"), make("batch"), make("noisy")
        for a, b, c in zip(plain.weights(), normalised.weights(), other.weights(), strict=True):
            assert torch.equal(a, b)
            assert torch.equal(a, c)
    assert not torch.equal(deep_linear("none", 4).weights()[0], deep_linear("none", 5).weights()[0])


def test_glorot_and_he_have_the_variances_they_are_named_for() -> None:
    linear = torch.cat([w.detach().flatten() for w in deep_linear("none", 0, depth=200).weights()])
    assert float(linear.var()) == pytest.approx(2 / 20, rel=0.05)
    convolution = vgg("vgg11", "none", 0).weights()[3]
    assert float(convolution.detach().var()) == pytest.approx(2 / (256 * 9), rel=0.05)


@pytest.mark.parametrize(("plan", "layers"), [("vgg11", 9), ("vgg13", 11), ("vgg16", 14)])
@pytest.mark.parametrize("normalisation", ["none", "noisy"])
def test_vgg_takes_32_by_32(plan: str, layers: int, normalisation: str) -> None:
    network = vgg(plan, normalisation, 1)
    assert len(network.blocks) == layers
    with torch.no_grad():
        out = network(torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(1)))
    assert out.shape == (2, 10)
    assert bool(out.isfinite().all())


def test_noise_is_one_a_step_and_has_the_stated_ranges() -> None:
    noise = DistributionalNoise(1, 2)
    zero, one = torch.zeros(4000, 50), torch.ones(4000, 50)
    noise.step = 3
    moved, scaled = noise(zero), noise(one) - noise(zero)
    assert torch.equal(moved, noise(zero)), "G and G' of one step must see one noise"
    assert float(moved.abs().max()) <= 0.6
    assert float(moved.mean(0).abs().max()) <= 0.51
    assert float((moved.max(0).values - moved.min(0).values).max()) <= 0.2
    assert 0.99 <= float(scaled.mean(0).min()) <= float(scaled.mean(0).max()) <= 1.26
    assert float(scaled.std(0).mean()) == pytest.approx(0.1, rel=0.02)
    noise.step = 4
    assert not torch.equal(moved, noise(zero))


@pytest.mark.parametrize("make", [lambda: deep_linear("layer", 0), lambda: vgg("vgg8x8", "group", 0)])
def test_an_unknown_normalisation_is_named(make: object) -> None:
    with pytest.raises(ValueError, match="expected a normalisation of none, batch, noisy"):
        make()  # type: ignore[operator]


def test_an_unknown_network_is_named() -> None:
    with pytest.raises(ValueError, match="vgg8x8, vgg11, vgg13, vgg16; got 'vgg12'"):
        vgg("vgg12", "none", 0)
