"""Concrete smooth functions of a column, standing for a loss: values, gradients and Hessians. i counts from 0.

cubic: sum_i u_i/(i+1) + (1/2) sum_i (i+1) u_i^2 + (1/3) (sum_i u_i)^3
sine: sin(sum_i (i+1) u_i) + (1/2) sum_i u_i^2
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

NAMES = ("cubic", "sine")


def ranks(column: Float[Tensor, "*batch n"]) -> Float[Tensor, " n"]:
    """1, 2, ..., n in the column's dtype and on its device."""
    return torch.arange(1, column.shape[-1] + 1, dtype=column.dtype, device=column.device)


def value(name: str, column: Float[Tensor, "*batch n"]) -> Float[Tensor, "*batch"]:
    """The field at every column of the batch. Raises KeyError for an unknown name."""
    k = ranks(column)
    if name == "cubic":
        return (column / k).sum(-1) + (k * column**2).sum(-1) / 2 + column.sum(-1) ** 3 / 3
    if name == "sine":
        return torch.sin((k * column).sum(-1)) + (column**2).sum(-1) / 2
    raise KeyError(name)


def gradient(name: str, column: Float[Tensor, "*batch n"]) -> Float[Tensor, "*batch n"]:
    """The gradient at every column."""
    k = ranks(column)
    if name == "cubic":
        return 1 / k + k * column + column.sum(-1, keepdim=True) ** 2
    if name == "sine":
        return k * torch.cos((k * column).sum(-1, keepdim=True)) + column
    raise KeyError(name)


def hessian(name: str, column: Float[Tensor, "*batch n"]) -> Float[Tensor, "*batch n n"]:
    """The Hessian at every column."""
    k = ranks(column)
    if name == "cubic":
        return torch.diag(k) + 2 * column.sum(-1)[..., None, None]
    if name == "sine":
        angle = (k * column).sum(-1)[..., None, None]
        return torch.diag(torch.ones_like(k)) - torch.outer(k, k) * torch.sin(angle)
    raise KeyError(name)
