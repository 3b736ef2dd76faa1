"""phi and its slope point by point in double precision, and where to look: kinks, found by scanning, and narrow peaks.

For the second opinion (second.py), which shares the tree of an expression with the proofs and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from scipy.special import erf, expit

from verify.rates.expression import Node

Array = Any  # numpy.ndarray of float64
SHAKE, ROUNDING = 2.0**-38, 2.0**-53  # relative, of each operation
SCANNED = 100_000_000  # operations on numbers that a search for kinks may take
MOST_KINKS, MOST_HALVINGS = 200, 1100
MOST_PEAKS = 8
PEAKS = np.array([s * 10.0**-k for k in range(2, 10) for s in (-1, 1)] + [0.0])


class NoOpinionError(Exception):
    """Double precision cannot tell, and why."""


FUNCTIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "neg": (np.negative, lambda x: -np.ones_like(x)),
    "exp": (np.exp, np.exp),
    "log": (np.log, lambda x: 1 / x),
    "sin": (np.sin, np.cos),
    "cos": (np.cos, lambda x: -np.sin(x)),
    "tan": (np.tan, lambda x: 1 / np.cos(x) ** 2),
    "tanh": (np.tanh, lambda x: 1 / np.cosh(x) ** 2),
    "sinh": (np.sinh, np.cosh),
    "cosh": (np.cosh, np.sinh),
    "atan": (np.arctan, lambda x: 1 / (1 + x * x)),
    "asinh": (np.arcsinh, lambda x: 1 / np.hypot(1, x)),
    "erf": (erf, lambda x: 2 / np.sqrt(np.pi) * np.exp(-x * x)),
    "sigmoid": (expit, lambda x: expit(x) * expit(-x)),
    "softplus": (lambda x: np.logaddexp(0, x), expit),
    "abs": (np.abs, np.sign),
    "sign": (np.sign, np.zeros_like),
}


class Points:
    """The values and slopes of every node of a tree at some points; `shaken` multiplies each by about 1 +- SHAKE."""

    def __init__(self, z: Array, shaken: np.random.Generator | None = None) -> None:
        self.z, self.shaken = z, shaken
        self.known: dict[int, tuple[Array, Array]] = {}

    def at(self, node: Node) -> tuple[Array, Array]:
        if id(node) not in self.known:
            value, slope = self._at(node)
            if self.shaken is not None and node.op != "z":
                value, slope = (x * (1 + SHAKE * self.shaken.uniform(-1, 1, x.shape)) for x in (value, slope))
            self.known[id(node)] = value, slope
        return self.known[id(node)]

    def _at(self, node: Node) -> tuple[Array, Array]:
        one, zero = np.ones_like(self.z), np.zeros_like(self.z)
        if node.op == "z":
            return self.z, one
        if node.op in ("number", "pi"):
            return one * (np.pi if node.op == "pi" else float(node.value)), zero
        parts = [self.at(a) for a in node.args]
        (a, da) = parts[0]
        if node.op == "power":
            return _power(a, da, node.value.numerator, node.value.denominator)
        if node.op in FUNCTIONS:
            value, slope = FUNCTIONS[node.op]
            return value(a), slope(a) * da
        (b, db) = parts[1]
        if node.op in ("max", "min"):
            first = np.sign(a - b) * (1 if node.op == "max" else -1)
            chosen = np.where(first > 0, da, np.where(first < 0, db, (da + db) / 2))
            return (np.maximum if node.op == "max" else np.minimum)(a, b), chosen
        if node.op == "div":
            return a / b, (da - a / b * db) / b
        return {
            "add": lambda: (a + b, da + db),
            "sub": lambda: (a - b, da - db),
            "mul": lambda: (a * b, da * b + a * db),
        }[node.op]()


def _power(a: Array, da: Array, over: int, under: int) -> tuple[Array, Array]:
    if under == 1:
        return a ** float(over), over * a ** float(over - 1) * da
    p = over / under
    return np.power(a, p), p * np.power(a, p - 1) * da


def switches(node: Node) -> Iterator[tuple[Node, ...]]:
    """What abs and sign are taken of, and both arguments of max and min."""
    for a in node.args:
        yield from switches(a)
    if node.op in ("abs", "sign", "max", "min"):
        yield node.args


def difference(switch: tuple[Node, ...], which: int, z: Array) -> Array:
    """What changes its sign at a kink (`which` 0), or its slope (1)."""
    points = Points(z)
    values = [points.at(a)[which] for a in switch]
    return values[0] - values[1] if len(values) == 2 else values[0]


def crossings(f: Callable[[Array], Array], grid: Array) -> Array:
    """Where f is 0 or changes its sign between neighbours of a grid."""
    sign = np.sign(f(grid))
    zeros = grid[1:-1][(sign[1:-1] == 0) & ((sign[:-2] != 0) | (sign[2:] != 0))]
    here = np.flatnonzero(sign[:-1] * sign[1:] < 0)
    low, high, left = grid[here], grid[here + 1], sign[here]
    for _ in range(MOST_HALVINGS):
        middle = (low + high) / 2
        if np.all((middle == low) | (middle == high)):
            break
        same = np.sign(f(middle)) == left
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.concatenate([zeros, high])


def kinks(node: Node, grid: Array) -> Array:
    """The kinks, innermost first. Where a difference turns round the grid gets a point: two of them may be close."""
    found, looked_at = np.array([]), list(switches(node))
    if sum(a.size for switch in looked_at for a in switch) * 2 * grid.size > SCANNED:
        raise NoOpinionError("it has too many places where kinks may be")
    for switch in looked_at:
        turns = crossings(partial(difference, switch, 1), grid)
        grid = np.unique(np.concatenate([grid, turns, found]))
        found = np.concatenate([found, crossings(partial(difference, switch, 0), grid)])
        if len(found) > MOST_KINKS:
            raise NoOpinionError(f"it has more than {MOST_KINKS} kinks")
    return np.unique(found)


def peaks(node: Node, grid: Array) -> Array:
    """Where arguments of functions vanish or turn round, and places ever closer to these: narrow peaks stand there.

    Nothing if there are many, which no panel would miss.
    """
    found = np.array([])
    for inner in _arguments(node):
        for which in (0, 1):
            found = np.concatenate([found, crossings(partial(difference, (inner,), which), grid)])
    found = np.unique(found)
    return (found[:, None] + PEAKS).ravel() if len(found) <= MOST_PEAKS else np.array([])


def _arguments(node: Node) -> Iterator[Node]:
    for a in node.args:
        if node.op not in ("add", "sub", "mul", "neg") and a.op not in ("z", "number", "pi"):
            yield a
        yield from _arguments(a)
