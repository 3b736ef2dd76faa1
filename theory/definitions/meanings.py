"""What the letters of the catalogue stand for, where a theorem does not say something else: words for its pages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from theory.definitions import batch_norm, bn_unit, mean_field
from theory.terms import Symbol
from theory.terms.symbols import real

MEANINGS: Mapping[Symbol, str] = MappingProxyType(
    {
        batch_norm.m: "the batch size",
        batch_norm.y: "the batch: what one unit has for each sample",
        batch_norm.gamma: "the scale",
        real("gamma", nonzero=True): "the scale",
        batch_norm.beta: "the shift",
        batch_norm.eps: "what is added to the variance",
        batch_norm.s_0: "a bound that says that the batch is not constant",
        bn_unit.d: "the dimension of the inputs",
        bn_unit.w: "the weights",
        bn_unit.x: "an input",
        bn_unit.S: "the second moment of the inputs",
        bn_unit.mu_S: "the smallest eigenvalue of S, or less",
        bn_unit.L_S: "the largest eigenvalue of S, or more",
        bn_unit.Phi: "a bound on the slope of the activation",
        mean_field.B: "the batch size",
    }
)
