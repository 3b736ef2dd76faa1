"""The torch reference of every definition: torch's own layers, never a closed form. Knows nothing of theory.

A law is a finite set of equally weighted points, (*batch, points, d); a weight is realised by repeating a row, so
torch's batch norm in training mode, with the points as its batch, sees exactly the law that the symbols speak of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

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


def one_number(eps: float | Tensor) -> float:
    """An argument that torch takes as one number for a whole call.

    Raises ValueError for a tensor whose entries differ or through which a derivative is wanted.
    """
    if not isinstance(eps, Tensor):
        return eps
    if eps.requires_grad:
        raise ValueError("expected eps to be a plain number, as torch takes it; got a tensor to differentiate through.")
    least, most = eps.min().item(), eps.max().item()
    if least != most:
        raise ValueError(f"expected one eps for all instances of a call, as torch takes it; got {least} to {most}.")
    return float(least)


def _batch_norm(
    y: Float[Tensor, "*batch points"], gamma: Tensor, beta: Tensor, eps: float | Tensor
) -> tuple[Float[Tensor, "*batch points"], Float[Tensor, "*batch"], Float[Tensor, "*batch"]]:
    """What `torch.native_batch_norm` returns, in training mode, instances as the channels of one call; 1/invstd last.

    `F.batch_norm` refuses eps = 0, and eps = 0 is what many theorems speak of. At variance + eps = 0 torch takes
    invstd = 0 and answers beta; here that is NaN, for 0/0 has no value.
    """
    gamma, beta = gamma + torch.zeros_like(y[..., 0]), beta + torch.zeros_like(y[..., 0])
    batch = gamma.shape
    y = y.expand(*batch, y.shape[-1])
    channels = y.reshape(-1, y.shape[-1]).T
    weight, bias = (parameter.expand(batch).reshape(-1) for parameter in (gamma, beta))
    out, mean, invstd = torch.native_batch_norm(channels, weight, bias, None, None, True, 0.0, one_number(eps))
    sigma = torch.where(invstd > 0, invstd.reciprocal(), torch.nan)
    out = torch.where(invstd > 0, out, torch.nan)
    return out.T.reshape(y.shape), mean.reshape(batch), sigma.reshape(batch)


def batch_norm(
    y: Float[Tensor, "*batch points"], gamma: Tensor, beta: Tensor, eps: float | Tensor = 0.0
) -> Float[Tensor, "*batch points"]:
    """gamma yhat + beta 1 over the points of every instance; gamma and beta are (*batch,), eps is one number."""
    return _batch_norm(y, gamma, beta, eps)[0]


def normalised_batch(
    y: Float[Tensor, "*batch m"],
    gamma: Float[Tensor, "*batch"],
    beta: Float[Tensor, "*batch"],
    eps: Float[Tensor, "*batch"],
    around: Surroundings,
) -> Float[Tensor, "*batch m"]:
    """gamma yhat + beta 1 for a batch y of m numbers. Ioffe & Szegedy 2015, Algorithm 1."""
    return batch_norm(y, gamma, beta, eps)


def without_affine(
    y: Float[Tensor, "*batch m"], eps: Float[Tensor, "*batch"], around: Surroundings
) -> Float[Tensor, "*batch m"]:
    """yhat: the layer at gamma = 1, beta = 0."""
    return batch_norm(y, torch.ones_like(y[..., 0]), torch.zeros_like(y[..., 0]), eps)


def mean_of_batch(y: Float[Tensor, "*batch m"], around: Surroundings) -> Float[Tensor, "*batch"]:
    """The mean that torch's batch norm subtracts. No derivative."""
    return _batch_norm(y, torch.ones_like(y[..., 0]), torch.zeros_like(y[..., 0]), 1.0)[1]


def deviation_of_batch(
    y: Float[Tensor, "*batch m"], eps: Float[Tensor, "*batch"], around: Surroundings
) -> Float[Tensor, "*batch"]:
    """sqrt(s^2 + eps), by which torch's batch norm divides; 0 where torch says 0 for its reciprocal. No derivative."""
    return _none_where_equal(y, _batch_norm(y, torch.ones_like(y[..., 0]), torch.zeros_like(y[..., 0]), eps)[2])


def variance_of_batch(y: Float[Tensor, "*batch m"], around: Surroundings) -> Float[Tensor, "*batch"]:
    """The variance by which torch's batch norm normalises at eps = 0: the biased one. No derivative."""
    return _none_where_equal(y, _batch_norm(y, torch.ones_like(y[..., 0]), torch.zeros_like(y[..., 0]), 0.0)[2]) ** 2


def _none_where_equal(y: Float[Tensor, "*batch m"], deviation: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch"]:
    """A deviation that torch cannot invert is 0 where the batch has one value."""
    return torch.where(deviation.isnan() & (y.amax(-1) == y.amin(-1)), 0.0, deviation)


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
    turned = torch.einsum("...ij,...i->...j", factor, w)
    length: Tensor = torch.linalg.vector_norm(turned, dim=-1)
    # At 0 autograd takes 0 for the gradient of a length, which has none: the root of the square says so.
    return torch.where(length > 0, length, (turned * turned).sum(-1).sqrt())


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


@dataclass(frozen=True)
class Reference:
    """How torch computes a definition: `compute(*arguments, around)`.

    `per_call`: places of arguments that torch takes as one number for a whole call, with values worth trying.
    `differentiable`: whether autograd sees through it, in its other arguments.
    """

    compute: Callable[..., Tensor]
    per_call: Mapping[int, tuple[float, ...]] = field(default_factory=dict)
    differentiable: bool = True


EPS = (0.0, 1e-5, 1e-3, 0.1, 1.0)  # none, torch's default, others in use, and one that dominates many batches

REFERENCES: Mapping[str, Reference] = {  # a definition names the one that is meant to be it
    "batch_norm.BN": Reference(normalised_batch, {3: EPS}),
    "batch_norm.yhat": Reference(without_affine, {1: EPS}),
    "batch_norm.batch_mean": Reference(mean_of_batch, differentiable=False),
    "batch_norm.batch_var": Reference(variance_of_batch, differentiable=False),
    "batch_norm.sigma": Reference(deviation_of_batch, {1: EPS}, differentiable=False),
    "bn_unit.mean": Reference(batch_mean),
    "bn_unit.var": Reference(batch_variance),
    "bn_unit.f_BN": Reference(bn_unit),
    "bn_unit.f": Reference(plain_unit),
    "bn_unit.s_norm": Reference(s_norm),
    "bn_unit.wtilde": Reference(effective_weights),
    "bn_unit.v": Reference(mean_slope),
}
