"""The torch reference of every definition: torch's own layers, never a closed form. Knows nothing of theory.

A law is a finite set of equally weighted points, (*batch, points, d); a weight is realised by repeating a row, so
torch's batch norm in training mode, with the points as its batch, sees exactly the law that the symbols speak of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor


@dataclass(frozen=True)
class Surroundings:
    """What a definition holds fixed: laws by name (*batch, points, d), other symbols, activations by name."""

    laws: Mapping[str, Tensor]
    symbols: Mapping[str, Tensor]
    activations: Mapping[str, Callable[[Tensor], Tensor]]


def pre_activation(
    points: Float[Tensor, "*batch points d"], w: Float[Tensor, "*batch d"]
) -> Float[Tensor, "*batch points"]:
    """x'w at every point: a linear layer without bias."""
    return torch.einsum("...nd,...d->...n", points, w)


def batch_norm(
    y: Float[Tensor, "*batch points"], gamma: Float[Tensor, "*batch"], beta: Float[Tensor, "*batch"], eps: float = 0.0
) -> Float[Tensor, "*batch points"]:
    """Batch normalisation over the points, in training mode; instances are the channels of one call.

    `torch.native_batch_norm` because `F.batch_norm` refuses eps = 0, and eps = 0 is what the theorems speak of.
    """
    gamma, beta = gamma + torch.zeros_like(y[..., 0]), beta + torch.zeros_like(y[..., 0])
    batch = gamma.shape
    y = y.expand(*batch, y.shape[-1])
    channels = y.reshape(-1, y.shape[-1]).T
    weight, bias = (parameter.expand(batch).reshape(-1) for parameter in (gamma, beta))
    out = torch.native_batch_norm(channels, weight, bias, None, None, True, 0.0, eps)[0]
    return out.T.reshape(y.shape)


def normalised_batch(
    y: Float[Tensor, "*batch m"], gamma: Float[Tensor, "*batch"], beta: Float[Tensor, "*batch"], around: Surroundings
) -> Float[Tensor, "*batch m"]:
    """gamma yhat + beta 1 for a batch y of m numbers, at eps = 0."""
    return batch_norm(y, gamma, beta)


def batch_mean(w: Float[Tensor, "*batch d"], around: Surroundings) -> Float[Tensor, "*batch"]:
    """E[x'w] as the mean that torch takes over the points."""
    return pre_activation(around.laws["x"], w).mean(-1)


def batch_variance(w: Float[Tensor, "*batch d"], around: Surroundings) -> Float[Tensor, "*batch"]:
    """var[x'w], biased, as `torch.var` computes it."""
    return pre_activation(around.laws["x"], w).var(-1, unbiased=False)


def bn_unit(
    w: Float[Tensor, "*batch d"], gamma: Float[Tensor, "*batch"], beta: Float[Tensor, "*batch"], around: Surroundings
) -> Float[Tensor, "*batch"]:
    """E[phi(BN(x'w))]: linear layer, torch's batch norm, activation, mean. Kohler et al. 2019, eq. 3."""
    return around.activations["phi"](batch_norm(pre_activation(around.laws["x"], w), gamma, beta)).mean(-1)


def plain_unit(u: Float[Tensor, "*batch d"], around: Surroundings) -> Float[Tensor, "*batch"]:
    """E[phi(x'u)]: linear layer, activation, mean."""
    return around.activations["phi"](pre_activation(around.laws["x"], u)).mean(-1)


def s_norm(w: Float[Tensor, "*batch d"], around: Surroundings) -> Float[Tensor, "*batch"]:
    """|w|_S: the Euclidean length of L'w where S = LL' (Cholesky), so that w'Sw is never formed.

    NaN where the factorisation meets a pivot that is not positive.
    """
    factor, failed = torch.linalg.cholesky_ex(around.symbols["S"])
    factor = torch.where((failed > 0)[..., None, None], torch.nan, factor)
    length: Tensor = torch.linalg.vector_norm(torch.einsum("...ij,...i->...j", factor, w), dim=-1)
    return length


def effective_weights(
    w: Float[Tensor, "*batch d"], gamma: Float[Tensor, "*batch"], around: Surroundings
) -> Float[Tensor, "*batch d"]:
    """gamma w/|w|_S: weights of length gamma in the metric S."""
    return gamma[..., None] * (w / s_norm(w, around)[..., None])


def mean_slope(
    w: Float[Tensor, "*batch d"], gamma: Float[Tensor, "*batch"], around: Surroundings
) -> Float[Tensor, "*batch d"]:
    """E[phi'(x'u) x] at u = gamma w/|w|_S, as autograd's gradient of the plain unit. Kohler et al. 2019, section 4."""
    again = torch.is_grad_enabled()
    with torch.enable_grad():
        u = effective_weights(w, gamma, around)
        u = u if u.requires_grad else u.detach().requires_grad_()
        value = plain_unit(u, around)
        (slope,) = torch.autograd.grad(value.sum(), u, create_graph=again)
    return slope


Reference = Callable[..., Tensor]

REFERENCES: Mapping[str, Reference] = {
    "BN": normalised_batch,
    "mean": batch_mean,
    "var": batch_variance,
    "f_BN": bn_unit,
    "f": plain_unit,
    "s_norm": s_norm,
    "wtilde": effective_weights,
    "v": mean_slope,
}
