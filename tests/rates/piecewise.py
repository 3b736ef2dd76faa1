"""Random piecewise expressions from polynomials with zeros of any order, for tests that hold them to exact values."""

from __future__ import annotations

import random

KINDS = ("abs", "sign", "relu", "max", "min", "clip", "elu", "power", "sum", "product", "leaf", "leaf")
SMOOTH = ("tanh({})", "exp(-({})^2)", "sin({})", "sigmoid({})", "atan({})", "softplus({})", "erf({})")


def number(rng: random.Random) -> str:
    return rng.choice(["0", "1", "-1", "2", "-2", "1/2", "-1/2", "3/2", "1/3", "0.75", "-3", "5/2"])


def polynomial(rng: random.Random) -> str:
    """A product of powers of linear factors and, now and then, one without a real zero, or with irrational ones."""
    factors = [f"(z - ({number(rng)}))^{rng.choice([1, 1, 2, 2, 3, 4])}" for _ in range(rng.choice([1, 1, 2, 3]))]
    if rng.random() < 0.2:
        factors.append(rng.choice(["(z^2 + 1)", "(z^2 - 2)^2", "(z^2 + z + 1)", "(z^2 - 2)"]))
    return "*".join([rng.choice(["1", "-1", "1/2", "-1/3"]), *factors])


def piecewise(rng: random.Random, depth: int = 3, elementary: bool = True) -> str:
    """An expression of abs, sign, max, min, relu, clip and elu, nested; `elementary`: with elu and smooth functions."""

    def inner() -> str:
        return piecewise(rng, depth - 1, elementary)

    kind = rng.choice(KINDS) if depth else "leaf"
    if kind == "leaf":
        return rng.choice(["z", "z", number(rng), polynomial(rng), "z^0", "(z - z)"])
    if kind in ("max", "min"):
        a = inner()
        return f"{kind}({a}, {a if rng.random() < 0.1 else inner()})"
    if kind == "clip":
        return f"clip({inner()}, -1, {rng.choice(['2', '-1', '1/2'])})"
    if kind == "power":
        return f"({inner()})^{rng.choice([0, 1, 2, 2, 3, 4])}"
    if kind in ("sum", "product"):
        return f"(({inner()}) {rng.choice('+-') if kind == 'sum' else '*'} ({inner()}))"
    if kind == "elu":
        if not elementary:
            return f"leaky_relu({inner()})"
        return rng.choice(["elu({})", *SMOOTH]).format(inner())
    return f"{kind}({inner()})"


def activation(rng: random.Random) -> str:
    """Something piecewise, made to vary: its own slope, and some of z, so that few are constant."""
    text = piecewise(rng)
    return text if rng.random() < 0.3 else f"{text} + z*({rng.choice(['1', '1/2', '2', 'sign(z)', 'tanh(z)'])})"
