"""Concrete smooth functions of a column, standing for a loss: values, gradients and Hessians. i counts from 1.

quadratic: (1/2) sum_i u_i^2
cubic: sum_i u_i/i + (1/2) sum_i i u_i^2 + (1/3) (sum_i u_i)^3
sine: sin(sum_i i u_i) + (1/2) sum_i u_i^2
tilted: sum_i i^2 u_i
bowl: sum_i i^2 u_i + (1/4) sum_i u_i^2
wells: (1/4) sum_i i (u_i^2 - 1)^2
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor


@dataclass(frozen=True)
class Field:
    """Each of the ranks 1, ..., n and a column (*batch, n): value (*batch), gradient (*batch, n), and Hessian
    (*batch, n, n) or what is broadcast to it."""

    value: Callable[[Tensor, Tensor], Tensor]
    gradient: Callable[[Tensor, Tensor], Tensor]
    hessian: Callable[[Tensor, Tensor], Tensor]


def _total(u: Tensor) -> Tensor:
    return u.sum(-1, keepdim=True)


def _angle(k: Tensor, u: Tensor) -> Tensor:
    return (k * u).sum(-1, keepdim=True)


FIELDS: Mapping[str, Field] = {
    "quadratic": Field(
        lambda k, u: (u * u).sum(-1) / 2,
        lambda k, u: u,
        lambda k, u: torch.diag(torch.ones_like(k)),
    ),
    "cubic": Field(
        lambda k, u: (u / k).sum(-1) + (k * u**2).sum(-1) / 2 + u.sum(-1) ** 3 / 3,
        lambda k, u: 1 / k + k * u + _total(u) ** 2,
        lambda k, u: torch.diag(k) + 2 * _total(u)[..., None],
    ),
    "sine": Field(
        lambda k, u: torch.sin((k * u).sum(-1)) + (u**2).sum(-1) / 2,
        lambda k, u: k * torch.cos(_angle(k, u)) + u,
        lambda k, u: torch.diag(torch.ones_like(k)) - torch.outer(k, k) * torch.sin(_angle(k, u)[..., None]),
    ),
    "tilted": Field(
        lambda k, u: (k * k * u).sum(-1),
        lambda k, u: (k * k).expand_as(u),
        lambda k, u: torch.zeros_like(torch.outer(k, k)),
    ),
    "bowl": Field(
        lambda k, u: (k * k * u).sum(-1) + (u * u).sum(-1) / 4,
        lambda k, u: k * k + u / 2,
        lambda k, u: torch.diag(torch.ones_like(k)) / 2,
    ),
    "wells": Field(
        lambda k, u: (k * (u * u - 1) ** 2).sum(-1) / 4,
        lambda k, u: k * u * (u * u - 1),
        lambda k, u: torch.diag_embed(k * (3 * u * u - 1)),
    ),
}
NAMES = tuple(FIELDS)


def ranks(column: Float[Tensor, "*batch n"]) -> Float[Tensor, " n"]:
    """1, 2, ..., n in the column's dtype and on its device."""
    return torch.arange(1, column.shape[-1] + 1, dtype=column.dtype, device=column.device)


def value(name: str, column: Float[Tensor, "*batch n"]) -> Float[Tensor, "*batch"]:
    """The field at every column of the batch. Raises KeyError for an unknown name."""
    return FIELDS[name].value(ranks(column), column)


def gradient(name: str, column: Float[Tensor, "*batch n"]) -> Float[Tensor, "*batch n"]:
    """The gradient at every column."""
    return FIELDS[name].gradient(ranks(column), column)


def hessian(name: str, column: Float[Tensor, "*batch n"]) -> Float[Tensor, "*batch n n"]:
    """The Hessian at every column."""
    size = column.shape[-1]
    return FIELDS[name].hessian(ranks(column), column).expand(*column.shape[:-1], size, size)
