"""The activations known by name, as expressions of the same grammar that users write.

A name may take a parameter, `leaky_relu:0.2`. Constants of selu: Klambauer et al. 2017, as printed in their code.
Tables of text only: the command line imports this at its start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Named:
    """`formula` in z, with `{}` for the parameter if there is one; `parameter` is its usual value."""

    formula: str
    parameter: str = ""


NAMED: Mapping[str, Named] = {
    "id": Named("z"),
    "relu": Named("max(z, 0)"),
    "leaky_relu": Named("max(z, 0) + {}*min(z, 0)", "0.01"),
    "tanh": Named("tanh(z)"),
    "erf": Named("erf(z)"),
    "sigmoid": Named("sigmoid(z)"),
    "softplus": Named("softplus(z)"),
    "gelu": Named("z*(1 + erf(z/sqrt(2)))/2"),
    "silu": Named("z*sigmoid(z)"),
    "elu": Named("max(z, 0) + {}*(exp(min(z, 0)) - 1)", "1"),
    "selu": Named(
        "1.0507009873554804934193349852946*(max(z, 0) + 1.6732632423543772848170429916717*(exp(min(z, 0)) - 1))"
    ),
    "mish": Named("z*tanh(softplus(z))"),
    "sin": Named("sin(z)"),
    "softsign": Named("z/(1 + abs(z))"),
}

ALIASES: Mapping[str, str] = {"identity": "id", "linear": "id", "swish": "silu", "leakyrelu": "leaky_relu"}


def named() -> tuple[str, ...]:
    """The names that `rate` knows."""
    return tuple(NAMED)
