"""Concrete functions in words, where the name of one does not say what it is to a reader of a counterexample."""

from __future__ import annotations

from collections.abc import Mapping

FIELDS: Mapping[str, str] = {
    "quadratic": "(1/2) sum_i t_i^2",
    "tilted": "sum_i i^2 t_i",
    "bowl": "sum_i i^2 t_i + (1/4) sum_i t_i^2",
    "wells": "(1/4) sum_i i (t_i^2 - 1)^2",
    "cubic": "sum_i t_i/i + (1/2) sum_i i t_i^2 + (1/3) (sum_i t_i)^3",
    "sine": "sin(sum_i i t_i) + (1/2) sum_i t_i^2",
    "none": "0 everywhere",
    "level": "1 everywhere",
    "steep": "10^100 (sum_i t_i/i + (1/2) sum_i i t_i^2 + (1/3) (sum_i t_i)^3)",
}  # of the exact scalar fields, i from 1
_ACTIVATIONS: Mapping[str, str] = {
    "zero": "0 everywhere",
    "one": "1 everywhere",
    "square": "t^2",
    "cube": "t^3",
    "quartic": "t^4",
    "sin2": "sin(2 t)",
    "tall": "10^100 (t + t^3)",
    "leaky_relu": "t for t > 0, else t/100",
    "hardtanh": "t between -1 and 1, else the nearer of the two",
}


def in_words(name: str) -> str:
    """`bowl: sum_i i^2 t_i + (1/4) sum_i t_i^2`; the name alone where it says all, such as `tanh`."""
    formula = FIELDS.get(name) or _ACTIVATIONS.get(name)
    return f"{name}: {formula}" if formula else name
