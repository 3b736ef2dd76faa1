"""The batched stacks against torch's own modules one network at a time, and what must not change their result."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from numerics.networks import Draws, Stack, first_layer_gradients, layer_gradients

MODULES = {"identity": nn.Identity, "relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU, "silu": nn.SiLU}


def generators(count: int, first: int = 0) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(first + i) for i in range(count)]


class Block(nn.Module):
    """BatchNorm, activation, linear layer, and a skip connection if asked for: as one would write it in torch."""

    def __init__(self, stack: Stack, weight: Tensor, skips: bool) -> None:
        super().__init__()
        if stack.side:
            self.norm: nn.Module = nn.BatchNorm2d(stack.width, eps=1e-30, affine=False, dtype=torch.float64)
            self.layer: nn.Module = nn.Conv2d(
                stack.width, stack.width, 3, padding=1, padding_mode="circular", bias=False, dtype=torch.float64
            )
        else:
            self.norm = nn.BatchNorm1d(stack.width, eps=1e-30, affine=False, dtype=torch.float64)
            self.layer = nn.Linear(stack.width, stack.width, bias=False, dtype=torch.float64)
        self.layer.weight = nn.Parameter(weight)
        self.phi, self.skips = MODULES[stack.activation](), skips

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.layer(self.phi(self.norm(x)))
        return x + out if self.skips else out


def by_torch(stack: Stack, generator: torch.Generator, depth: int) -> list[float]:
    """log |dLoss/dW^l|^2 of one network of torch's modules; batch first, as torch has it."""
    draws = Draws(stack, (generator,), torch.float64, "cpu")
    x, r = (t if stack.side else t[0].T for t in (draws.activations(), draws.readout()))
    weights = [w[0] for w in draws.weights(depth)]
    blocks = [Block(stack, w, stack.residual and layer > 0) for layer, w in enumerate(weights)]
    (nn.Sequential(*blocks)(x) * r).sum().backward()
    return [float(block.layer.weight.grad.square().sum().log()) for block in blocks]


@pytest.mark.parametrize("residual", [False, True], ids=["plain", "residual"])
@pytest.mark.parametrize("side", [0, 3], ids=["dense", "convolutional"])
@pytest.mark.parametrize("activation", MODULES)
def test_gradients_are_those_of_torch_modules(activation: str, side: int, residual: bool) -> None:
    stack = Stack(activation, 6, 5, residual, side)
    expected = [by_torch(stack, g, 4) for g in generators(3)]
    found = layer_gradients(stack, generators(3), 4, dtype=torch.float64)
    torch.testing.assert_close(found, torch.tensor(expected, dtype=torch.float64), rtol=0, atol=1e-9)
    first = first_layer_gradients(stack, generators(3), [4], dtype=torch.float64)
    torch.testing.assert_close(first[:, 0], found[:, 0], rtol=0, atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**40),
    side=st.sampled_from([0, 2]),
    residual=st.booleans(),
    memory=st.sampled_from([1, 20_000, 200_000]),
    depths=st.lists(st.integers(1, 40), min_size=1, max_size=4, unique=True).map(sorted),
)
def test_memory_changes_nothing(seed: int, side: int, residual: bool, memory: int, depths: list[int]) -> None:
    stack = Stack("tanh", 5, 4, residual, side)
    chosen = {"dtype": torch.float64}
    expected = first_layer_gradients(stack, generators(3, seed), depths, **chosen)
    found = first_layer_gradients(stack, generators(3, seed), depths, memory=memory, **chosen)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-8)
    every = layer_gradients(stack, generators(3, seed), depths[-1], **chosen)
    less = layer_gradients(stack, generators(3, seed), depths[-1], memory=memory, **chosen)
    torch.testing.assert_close(less, every, rtol=0, atol=1e-8)


def test_a_seed_names_a_network_wherever_it_stands() -> None:
    stack = Stack("relu", 8, 6)
    together = first_layer_gradients(stack, generators(4), [2, 5])
    alone = torch.cat([first_layer_gradients(stack, [g], [2, 5]) for g in generators(4)])
    torch.testing.assert_close(together, alone, rtol=0, atol=1e-4)
    assert len(set(together[:, 1].tolist())) == 4
    in_double = first_layer_gradients(stack, generators(4), [2, 5], dtype=torch.float64)
    torch.testing.assert_close(together, in_double, rtol=0, atol=1e-3)


def test_no_depth_overflows() -> None:
    """Batch 4 with ReLU gains a factor of about 3 a layer: after 400 layers the square is beyond every float."""
    stack, depth = Stack("relu", 8, 4), 400
    found = first_layer_gradients(stack, generators(2), [2, depth])
    assert torch.isfinite(found).all()
    assert float(found[:, 1].min()) > math.log(torch.finfo(torch.float32).max)
    x = torch.randn(4, 8, generator=torch.Generator().manual_seed(1)).requires_grad_()
    entry, weight = x, torch.randn(8, 8, generator=torch.Generator().manual_seed(2)) / math.sqrt(8)
    for _ in range(depth):
        x = torch.relu(torch.nn.functional.batch_norm(x, None, None, training=True, eps=1e-30)) @ weight
    (naive,) = torch.autograd.grad((x * torch.randn_like(x)).sum(), entry)
    assert not torch.isfinite(naive).all(), "the plain way should overflow here"


def test_a_gradient_that_is_not_finite_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = Draws.weights
    monkeypatch.setattr(Draws, "weights", lambda self, layers: [w * math.inf for w in drawn(self, layers)])
    with pytest.raises(OverflowError, match="layers 1 to 3"):
        first_layer_gradients(Stack("relu", 3, 4), generators(1), [3])


@pytest.mark.parametrize("depths", [[], [0, 2], [3, 3], [5, 2]])
def test_depths_are_checked(depths: list[int]) -> None:
    with pytest.raises(ValueError, match="increasing depths"):
        first_layer_gradients(Stack("relu", 4, 4), generators(1), depths)


@pytest.mark.parametrize(("width", "batch", "side"), [(0, 4, 0), (4, 2, 0), (4, 1, 1), (4, 4, -1)])
def test_stacks_are_checked(width: int, batch: int, side: int) -> None:
    with pytest.raises(ValueError, match="expected a width"):
        Stack("relu", width, batch, side=side)


def test_unknown_activation_and_no_generator() -> None:
    with pytest.raises(ValueError, match="activation of identity"):
        Stack("swoosh", 4, 4)
    with pytest.raises(ValueError, match="one a network"):
        first_layer_gradients(Stack("relu", 4, 4), [], [2])
