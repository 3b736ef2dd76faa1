"""How far a layer's gradient moves when the layers below it take their step: internal covariate shift, as defined.

    G_i  = dLoss/dW_i at (W_1 .. W_k)_t
    G'_i = dLoss/dW_i at (W_1 .. W_{i-1})_{t+1}, (W_i .. W_k)_t         on the same batch
    shift of layer i: |G_i - G'_i| and cos(G_i, G'_i)                  Santurkar et al. 2018, definition 2.1

W_i stands for all parameters of layer i when they are updated (bias, gamma and beta included); the gradient compared is
that of its weight. G'_1 = G_1, so layer 1 says nothing and is left out of means.

Cost of one measured step with k layers, in layers computed forward: k for the step itself, k - 1 for the prefix at new
weights, which all G' share, and k - i + 1 for each i, in all k(k-1)/2; the backward pass of G'_i stops at layer i. A
direct evaluation takes k(k-1) forward and as many backward.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import torch
from jaxtyping import Float
from torch import Tensor

from numerics.shift.four_networks import Blocks

Loss = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Shift:
    """Per layer, the last axis, in float64: |G - G'|, |G| and cos(G, G'); a cosine with a zero gradient is nan."""

    difference: Float[Tensor, "*runs layers"]
    norm: Float[Tensor, "*runs layers"]
    cosine: Float[Tensor, "*runs layers"]


def gradients(network: Blocks, x: Tensor, loss: Loss) -> tuple[Tensor, list[Tensor]]:
    """The loss and its gradient in every parameter, in the order of `network.own()`.

    Of networks side by side the loss is one of each; each has parameters of its own, so their sum is differentiated.
    """
    value = loss(network(x))
    return value.detach(), list(torch.autograd.grad(value.sum(), network.own()))


def step_ahead(network: Blocks, ahead: Blocks, found: list[Tensor], rate: float) -> None:
    """Put the parameters after a step of gradient descent into `ahead`, and leave `network` as it is."""
    with torch.no_grad():
        for new, old, gradient in zip(ahead.own(), network.own(), found, strict=True):
            torch.sub(old, gradient, alpha=rate, out=new)


def weight_gradients(network: Blocks, found: list[Tensor]) -> list[Tensor]:
    """Those of `found` that belong to the weights, layer by layer."""
    of = {id(p): g for p, g in zip(network.own(), found, strict=True)}
    return [of[id(w)] for w in network.weights()]


def moved_gradients(network: Blocks, ahead: Blocks, x: Tensor, loss: Loss, first: Tensor) -> list[Tensor]:
    """G'_i for every layer i; `first` is G_1, which is G'_1. `ahead` has the parameters of step t + 1."""
    moved = [first]
    weights = network.weights()
    for layer in range(1, len(weights)):
        with torch.no_grad():
            x = ahead.blocks[layer - 1](x)
        (gradient,) = torch.autograd.grad(loss(network.after(layer, x)), weights[layer])
        moved.append(gradient)
    return moved


def shift(old: list[Tensor], moved: list[Tensor]) -> Shift:
    """The measure from the two gradients of every layer."""
    each = [between(a.reshape(1, -1), b.reshape(1, -1)) for a, b in zip(old, moved, strict=True)]
    return Shift(*(torch.cat([getattr(one, f.name) for one in each]) for f in fields(Shift)))


def between(a: Tensor, b: Tensor) -> Shift:
    """The measure of gradients whose entries are the last axis, and whose layers are the one before."""
    a, b = a.double(), b.double()
    return Shift((a - b).norm(dim=-1), a.norm(dim=-1), _cosine(a, b))


def _cosine(a: Tensor, b: Tensor) -> Tensor:
    """0/0 is nan, on purpose. Scaled first, so that a small gradient does not vanish when it is squared."""
    a, b = (g / g.abs().amax(-1, keepdim=True) for g in (a, b))
    cosine: Tensor = torch.linalg.vecdot(a, b) / (a.norm(dim=-1) * b.norm(dim=-1))
    return cosine.clamp(-1, 1)


def layer_shift(network: Blocks, ahead: Blocks, x: Tensor, loss: Loss, rate: float, layer: int) -> float:
    """cos(G_i, G'_i) of the one layer, numbered from 1. Raises ValueError for a layer that does not exist."""
    layers = len(network.blocks)
    if not 1 <= layer <= layers:
        raise ValueError(f"expected a layer from 1 to {layers}, got {layer}.")
    _, found = gradients(network, x, loss)
    step_ahead(network, ahead, found, rate)
    old = weight_gradients(network, found)
    return float(shift(old, moved_gradients(network, ahead, x, loss, old[0])).cosine[layer - 1])
