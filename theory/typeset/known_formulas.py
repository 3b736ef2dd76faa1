"""The functions that have one meaning everywhere (`theory.terms.known_functions`) as LaTeX in t, by their names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

FORMULAS: Mapping[str, str] = MappingProxyType(
    {
        "identity": "t",
        "square": "t^2",
        "cube": "t^3",
        "tanh": r"\tanh(t)",
        "exp": "e^t",
        "sin": r"\sin(t)",
        "erf": r"\operatorname{erf}(t)",
        "sigmoid": r"1/(1 + e^{-t})",
        "softplus": r"\log(1 + e^t)",
        "gelu": r"\tfrac12 t\,(1 + \operatorname{erf}(t/\sqrt 2))",
        "silu": r"t/(1 + e^{-t})",
        "relu": r"\max(0, t)",
        "leaky_relu": r"\max(t, t/100)",
        "hardtanh": r"\max(-1, \min(1, t))",
        "abs": r"\lvert t \rvert",
        "log": r"\log(t)",
        "sqrt": r"\sqrt{t}",
        "rsqrt": r"1/\sqrt{t}",
    }
)
