"""The mean-field picture in numbers: batches on the sphere, what an activation makes of them, and the forward map.

A normalised batch of B samples is sqrt(B) times a uniform unit vector of the hyperplane of sum 0. Every mean over it is
taken over all samples and all pairs of samples as well, because these are exchangeable. Knows nothing of theory or
verify.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

Activation = Callable[[Tensor], Tensor]
BLOCK = 16  # numbers that torch makes normal at a time


@dataclass(frozen=True)
class Moments:
    """Of each drawn batch: phi(y_i)^2, phi(y_i) phi(y_j), and the numerator of the rate, each a mean over i and i != j.

    The numerator is (B - 1 - y_i^2) phi'(y_i)^2 + (1 + y_i y_j) phi'(y_i) phi'(y_j).
    """

    square: Float[Tensor, " N"]
    product: Float[Tensor, " N"]
    numerator: Float[Tensor, " N"]


def normalised(z: Float[Tensor, "N B"]) -> Float[Tensor, "N B"]:
    """Every row centred and scaled to mean square 1: batch normalisation with eps = 0."""
    centred = z - z.mean(1, keepdim=True)
    return centred / centred.square().mean(1, keepdim=True).sqrt()


def on_the_sphere(count: int, batch: int, generator: torch.Generator) -> Float[Tensor, "N B"]:
    """`count` uniform points of the sphere of radius sqrt(batch) in the hyperplane of sum 0, in float64."""
    return normalised(standard_normal(count, batch, generator))


def standard_normal(count: int, batch: int, generator: torch.Generator) -> Float[Tensor, "N B"]:
    """Independent standard normal numbers in float64: those of `torch.randn`, but for rounding, in half the time.

    Box and Muller's pairs: sqrt(-2 log(1 - u)) times cos and sin of 2 pi v, u and v being eight apart in blocks of 16.
    torch computes them one by one in float64. What does not come in blocks of 16 is left to it.
    """
    if count * batch % BLOCK:
        return torch.randn(count, batch, generator=generator, dtype=torch.float64)
    uniform = torch.empty(count * batch // BLOCK, 2, BLOCK // 2, dtype=torch.float64).uniform_(generator=generator)
    radius = (1 - uniform[:, 0]).log_().mul_(-2).sqrt_()
    angle = uniform[:, 1] * (2 * math.pi)
    torch.mul(radius, angle.cos(), out=uniform[:, 0])
    torch.mul(radius, angle.sin_(), out=uniform[:, 1])
    return uniform.view(count, batch)


def moments(phi: Activation, y: Float[Tensor, "N B"]) -> Moments:
    """What `phi` makes of normalised batches; phi' by autograd.

    A sum of (B - 1 - y_i^2) phi'(y_i)^2 is B - 1 times that of phi'(y_i)^2 less that of (y_i phi'(y_i))^2. Sums over a
    batch are products with ones: torch's own sum of a short axis takes several times as long.
    """
    batch = y.shape[1]
    at = y.detach().clone().requires_grad_()
    value = phi(at)
    (slope,) = torch.autograd.grad(value.sum(), at)
    ones = torch.ones(batch, dtype=y.dtype, device=y.device)
    seen = (value.detach(), slope, y * slope)
    squares = [part.square() @ ones for part in seen]
    pairs = [((part @ ones).square() - own) / (batch * (batch - 1)) for part, own in zip(seen, squares, strict=True)]
    single = ((batch - 1) * squares[1] - squares[2]) / batch
    return Moments(squares[0] / batch, pairs[0], single + pairs[1] + pairs[2])


def forward(
    phi: Activation, covariance: Float[Tensor, "B B"], count: int, generator: torch.Generator
) -> Float[Tensor, "B B"]:
    """The batch covariance of the next layer at infinite width, E[phi(y) phi(y)'], from `count` drawn batches.

    y is the normalised batch of a Gaussian one of this covariance, which may be singular.
    """
    values, vectors = torch.linalg.eigh(covariance)
    root = vectors * values.clamp(min=0).sqrt()
    noise = standard_normal(count, len(covariance), generator).to(covariance.dtype)
    image = phi(normalised(noise @ root.T))
    return image.T @ image / count


def departure(covariance: Float[Tensor, "B B"]) -> float:
    """How far a centred batch covariance is from a multiple of G = I - 11'/B, relative to its own Frobenius norm."""
    batch = len(covariance)
    centre = torch.eye(batch, dtype=covariance.dtype) - 1 / batch
    centred = centre @ covariance @ centre
    rest = centred - centred.trace() / (batch - 1) * centre
    return float(rest.norm() / centred.norm())
