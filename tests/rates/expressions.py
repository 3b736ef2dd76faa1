"""Random expressions as text together with what they mean in floating point, from a grammar of their own."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

Meaning = Callable[[float], float]


@dataclass(frozen=True)
class Sample:
    text: str
    meaning: Meaning


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


_ONE: dict[str, Meaning] = {
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "erf": math.erf,
    "atan": math.atan,
    "asinh": math.asinh,
    "sigmoid": _sigmoid,
    "softplus": lambda x: math.log1p(math.exp(x)),
    "gelu": lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2,
    "silu": lambda x: x * _sigmoid(x),
}
_KINKED: dict[str, Meaning] = {
    "abs": abs,
    "relu": lambda x: max(x, 0.0),
    "softsign": lambda x: x / (1 + abs(x)),
    "elu": lambda x: x if x > 0 else math.expm1(x),
}


def _leaf(numerator: int, denominator: int) -> Sample:
    return Sample(f"({numerator}/{denominator})", lambda z: numerator / denominator)


def _join(sign: str, a: Sample, b: Sample) -> Sample:
    how: dict[str, Callable[[float, float], float]] = {
        "+": lambda x, y: x + y,
        "-": lambda x, y: x - y,
        "*": lambda x, y: x * y,
    }
    return Sample(f"({a.text} {sign} {b.text})", lambda z: how[sign](a.meaning(z), b.meaning(z)))


def _call(name: str, f: Meaning, a: Sample) -> Sample:
    return Sample(f"{name}({a.text})", lambda z: f(a.meaning(z)))


def _extend(inner: st.SearchStrategy[Sample]) -> st.SearchStrategy[Sample]:
    return st.one_of(
        st.builds(_join, st.sampled_from("+-*"), inner, inner),
        st.builds(lambda item, a: _call(*item, a), st.sampled_from(sorted(_ONE.items(), key=lambda i: i[0])), inner),
        st.builds(lambda a: Sample(f"-({a.text})^2", lambda z: -(a.meaning(z) ** 2)), inner),
        st.builds(lambda a: Sample(f"1/(1 + ({a.text})**2)", lambda z: 1 / (1 + a.meaning(z) ** 2)), inner),
        st.builds(lambda a: Sample(f"sqrt(2 + ({a.text})^2)", lambda z: math.sqrt(2 + a.meaning(z) ** 2)), inner),
    )


_LEAVES = st.one_of(
    st.just(Sample("z", lambda z: z)),
    st.builds(_leaf, st.integers(-3, 3), st.integers(1, 4)),
    st.builds(
        lambda item: _call(*item, Sample("z", lambda z: z)),
        st.sampled_from(sorted(_KINKED.items(), key=lambda i: i[0])),
    ),
)

samples = st.recursive(_LEAVES, _extend, max_leaves=5)
smooth = st.recursive(
    st.one_of(st.just(Sample("z", lambda z: z)), st.builds(_leaf, st.integers(-3, 3), st.integers(1, 4))),
    _extend,
    max_leaves=5,
)
