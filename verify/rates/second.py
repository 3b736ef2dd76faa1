"""A second opinion on lambda(phi, B): the same integrals in double precision by SciPy's adaptive quadrature.

It shares with the rest of verify.rates the tree of the expression and nothing else: not the pieces, not the derivative,
not the series, not the rules. phi and phi' are taken point by point from the tree, kinks are found by scanning for
changes of sign, and lambda is written down from its definition in docs/rates.md, with n = B - 1,

    lambda = E[(n - y_1^2) phi'(y_1)^2 + (1 + y_1 y_2) phi'(y_1) phi'(y_2)]/((n - 2) E[(phi(y_1) - phi(y_2))^2]/2),

in the limit E[phi'(Z)^2]/Var phi(Z). With y_1 = sqrt(n) sin x the density of x is proportional to cos(x)^(n-2); given
it, y_2 = -y_1/n + sqrt((n^2-1)/n) cos(x) cos(v) with a density of v proportional to sin(v)^(n-3).

It proves nothing. A certified number that disagrees with it is a fault of this program, and is not said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.integrate import cubature
from scipy.special import erf, expit, roots_legendre

from verify.errors import InternalError
from verify.rates.expression import Node
from verify.rates.parsing import parse

Array = Any  # numpy.ndarray of float64
AGREEMENT = 1e-6  # relative, beyond the certified radius
SETTLED = 1e-7  # relative: two levels this close, and rounding this small, or there is no opinion
LEVELS = ((12, 200, 1e-8), (32, 800, 1e-9), (96, 3000, 1e-10))  # nodes of an inner panel; halvings, accuracy outside
WORK = 100_000_000  # operations on numbers at one level: a second
CALL = 500  # numbers that take as long as a call
EDGES = (1, 2, 3, 4, 6, 8, 12, 16, 24)  # panels, as the laws live near 0
FARTHEST = 40.0  # of y_1
SCAN = 400  # points of a panel
MOST_KINKS = 200
SHAKE, ROUNDING = 2.0**-38, 2.0**-53  # relative, of each operation
AGREES = f"SciPy's quadrature in double precision agrees to {AGREEMENT:g}"
NONE = "no second opinion in double precision"


class NoOpinionError(Exception):
    """Double precision cannot tell, and why."""


@dataclass(frozen=True)
class Opinion:
    """lambda in double precision, or why there is none."""

    value: float | None
    why: str = ""


# ---- phi and its slope, point by point ------------------------------------------------------------------------
_ONE: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
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


class _Points:
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
        if node.op in _ONE:
            value, slope = _ONE[node.op]
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


def _switches(node: Node) -> Iterator[tuple[Node, ...]]:
    """What abs and sign are taken of, and both arguments of max and min."""
    for a in node.args:
        yield from _switches(a)
    if node.op in ("abs", "sign", "max", "min"):
        yield node.args


def _difference(switch: tuple[Node, ...], which: int, z: Array) -> Array:
    """What changes its sign at a kink (`which` 0), or its slope (1)."""
    points = _Points(z)
    values = [points.at(a)[which] for a in switch]
    return values[0] - values[1] if len(values) == 2 else values[0]


def _crossings(f: Callable[[Array], Array], grid: Array) -> Array:
    """Where f is 0 or changes its sign between neighbours of a grid."""
    sign = np.sign(f(grid))
    zeros = grid[1:-1][(sign[1:-1] == 0) & ((sign[:-2] != 0) | (sign[2:] != 0))]
    here = np.flatnonzero(sign[:-1] * sign[1:] < 0)
    low, high, left = grid[here], grid[here + 1], sign[here]
    for _ in range(60):
        middle = (low + high) / 2
        same = np.sign(f(middle)) == left
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return np.concatenate([zeros, high])


def _kinks(node: Node, grid: Array) -> Array:
    """The kinks, innermost first. Where a difference turns round the grid gets a point: two of them may be close."""
    found = np.array([])
    for switch in _switches(node):
        turns = _crossings(partial(_difference, switch, 1), grid)
        grid = np.unique(np.concatenate([grid, turns, found]))
        found = np.concatenate([found, _crossings(partial(_difference, switch, 0), grid)])
        if len(found) > MOST_KINKS:
            raise NoOpinionError(f"it has more than {MOST_KINKS} kinks")
    return np.unique(found)


# ---- the integrals --------------------------------------------------------------------------------------------
class _Problem:
    """One activation at one batch size (n = None: the limit), with its panels, its scales and what it has cost."""

    def __init__(self, node: Node, n: int | None) -> None:
        self.node, self.n, self.left = node, n, WORK
        self.shaken: int | None = None
        self.end = FARTHEST if n is None else min(FARTHEST, float(np.sqrt(n)))
        edges = [float(e) for e in EDGES if e < self.end]
        ends = np.array([-self.end, *(-e for e in reversed(edges)), 0.0, *edges, self.end])
        grid = np.concatenate([np.linspace(a, b, SCAN, endpoint=False) for a, b in pairwise(ends)])[1:]
        panels = np.unique(np.concatenate([ends[1:-1], _kinks(node, grid)]))
        far = self._scales(grid)
        self.end = min([e for e in edges if e >= far], default=self.end)
        self.panels = panels[np.abs(panels) < self.end]

    def _scales(self, z: Array) -> float:
        """Sets about the mean of phi, and the sizes of phi and phi'; gives the |z| beyond which nothing matters.

        Raises NoOpinionError where too much lies too far out.
        """
        f, g = self.phi(z)
        log_weight = -z * z / 2 if self.n is None else (self.n - 3) / 2 * np.log1p(-z * z / self.n)
        width = np.gradient(z)
        root = np.exp(log_weight / 2)
        good = np.isfinite(f) & np.isfinite(g) & (root > 0)
        mass = np.where(good, root * root * width, 0.0)
        self.centre = float(np.sum(np.where(good, f, 0) * mass) / np.sum(mass))
        square = np.where(good, (root * (f - self.centre)) ** 2 * width, 0.0)
        slope = np.where(good, (root * g) ** 2 * width, 0.0)
        far = 0.0
        for sizes in (square, slope):
            total = sizes.sum()
            if not np.isfinite(total) or total == 0:
                raise NoOpinionError("its moments are out of the range of double precision")
            lost = ~good
            edge = np.zeros_like(lost)
            edge[:-1] |= lost[1:] & good[:-1]
            edge[1:] |= lost[:-1] & good[1:]
            if self.end == FARTHEST:
                edge[[0, -1]] = True
            matters = sizes > 1e-12 * total
            if np.any(matters & edge):
                raise NoOpinionError("too much of it lies where double precision overflows")
            far = max(far, float(np.abs(z[matters]).max()))
        self.scale = float(np.sqrt(square.sum())), float(np.sqrt(slope.sum()))
        return far

    def phi(self, z: Array) -> tuple[Array, Array]:
        self.left -= max(z.size, CALL) * self.node.size
        if self.left < 0:
            raise NoOpinionError("it varies too much for the limit of work")
        shaken = None if self.shaken is None else np.random.default_rng(self.shaken)
        return _Points(z, shaken).at(self.node)

    def rate(self, level: int, shaken: int | None = None) -> float:
        self.left, self.shaken = WORK, shaken
        nodes, halvings, accuracy = LEVELS[level]
        if self.n is None:
            return self._limit(halvings, accuracy)
        return self._finite(self.n, nodes, halvings, accuracy)

    def _limit(self, halvings: int, accuracy: float) -> float:
        def integrands(z: Array) -> Array:
            z = z[:, 0]
            root = np.exp(-z * z / 4) / (2 * np.pi) ** 0.25
            f, g = self.phi(z)
            f, g = _seen((f - self.centre) / self.scale[0] * root, root), _seen(g / self.scale[1] * root, root)
            return np.stack([f * root, f * f, g * g], 1)

        mean, square, slope = _integral(integrands, -self.end, self.end, self.panels, halvings, accuracy)
        return float(slope / (square - mean * mean)) * (self.scale[1] / self.scale[0]) ** 2

    def _finite(self, n: int, nodes: int, halvings: int, accuracy: float) -> float:
        places, weights = roots_legendre(nodes)
        reach = np.sqrt((n * n - 1) / n)

        def integrands(x: Array) -> Array:
            x = x[:, 0]
            y1 = np.sqrt(n) * np.sin(x)
            ends = (self.panels[:, None] + y1 / n) / (reach * np.cos(x))
            v = np.concatenate([np.full((1, len(x)), np.pi), np.arccos(np.clip(ends, -1, 1)), np.zeros((1, len(x)))])
            middle, half = (v[1:] + v[:-1]) / 2, (v[:-1] - v[1:]) / 2  # over panels and x
            v = middle + half * places[:, None, None]
            weight = half * weights[:, None, None] * np.sin(v) ** (n - 3)
            y2 = -y1 / n + reach * np.cos(x) * np.cos(v)
            (f1, g1), (f2, g2) = self.phi(y1), self.phi(y2)
            root = np.sqrt(weight) * np.cos(x) ** ((n - 2) / 2)
            difference = _seen((f1 - f2) / self.scale[0] * root, root)
            g1, g2 = _seen(g1 / self.scale[1] * root, root), _seen(g2 / self.scale[1] * root, root)
            size = (n - y1 * y1) * g1 * g1 + (1 + y1 * y2) * g1 * g2
            return np.stack([np.sum(difference**2, (0, 1)) / 2, np.sum(size, (0, 1))], 1)

        rim = np.sqrt((1 - 1 / n**2) * (n - self.panels**2))  # the curves y_2 = b leave the disc at these y_1
        corners = np.concatenate([self.panels, -self.panels / n - rim, -self.panels / n + rim])
        corners = np.unique(np.arcsin(np.clip(corners / np.sqrt(n), -1, 1)))
        end = float(np.arcsin(self.end / np.sqrt(n)))
        variance, size = _integral(integrands, -end, end, corners, halvings, accuracy)
        return float(size / variance) / (n - 2) * (self.scale[1] / self.scale[0]) ** 2


def _seen(values: Array, root: Array) -> Array:
    """Without what has no weight, which may have overflowed; what that was worth has been looked at before."""
    return np.where(np.isfinite(values) & (root > 0), values, 0.0)


def _integral(
    f: Callable[[Array], Array], low: float, high: float, points: Array, halvings: int, accuracy: float
) -> Any:
    inside = [[p] for p in points if low < p < high]
    found = cubature(f, [low], [high], points=inside, rtol=accuracy, atol=accuracy, max_subdivisions=halvings)
    return found.estimate


# ---- what is said ---------------------------------------------------------------------------------------------
@lru_cache(maxsize=64)
def _problem(phi: str, n: int | None) -> _Problem:
    with np.errstate(all="ignore"):
        return _Problem(parse(phi), n)


@lru_cache(maxsize=4096)
def at_level(phi: str, batch: int | None, level: int, shaken: int | None = None) -> Opinion:
    """lambda in double precision at one of LEVELS; with a seed in `shaken`, after many times the usual rounding."""
    try:
        problem = _problem(phi, None if batch is None else batch - 1)
        with np.errstate(all="ignore"):
            value = problem.rate(level, shaken)
    except NoOpinionError as error:
        return Opinion(None, str(error))
    except OverflowError:
        return Opinion(None, "it has numbers that double precision has not")
    return Opinion(value) if np.isfinite(value) else Opinion(None, "it is not finite in double precision")


def opinion(phi: str, batch: int | None, middle: float, radius: float) -> str:
    """What is said of a certified number beside its evidence. Raises InternalError where both cannot be right.

    Accused is only what double precision can tell: finer panels settle, and rounding does not matter.
    """
    before = None
    for level in range(len(LEVELS)):
        found = at_level(phi, batch, level)
        value = found.value
        if value is None:
            return f"{NONE}: {found.why}"
        if abs(value - middle) <= radius + AGREEMENT * abs(value):
            return AGREES
        if before is not None and abs(value - before) <= SETTLED * abs(value):
            shaken = at_level(phi, batch, level, 1).value
            if shaken is None or abs(shaken - value) > SETTLED * SHAKE / ROUNDING * abs(value) or _vanishing(phi):
                return f"{NONE}: it drowns in the rounding of double precision"
            raise InternalError(_report(phi, batch, middle, radius, value))
        before = value
    return f"{NONE}: double precision does not settle"


def hold_direction(phi: str, batch: int, larger: int | None, way: str) -> None:
    """Raises InternalError where lambda "falls" or "rises" from one batch size to a larger one, and double precision
    settles on the opposite."""
    before = None
    for level in range(len(LEVELS)):
        step = _step(phi, batch, larger, level, None)
        if step is None or (step < 0) == (way == "falls") or abs(step) < AGREEMENT:
            return
        if before is not None and abs(step - before) < abs(step) / 10:
            shaken = _step(phi, batch, larger, level, 1)
            if shaken is None or abs(shaken - step) * ROUNDING > abs(step) * SHAKE / 10 or _vanishing(phi):
                return
            raise InternalError(
                f"lambda({phi}, B) {way} from B = {batch} to {larger or 'inf'} by proof, and changes by {step:+.2e} of "
                "its size in double precision"
            )
        before = step


def _step(phi: str, batch: int, larger: int | None, level: int, shaken: int | None) -> float | None:
    a, b = (at_level(phi, size, level, shaken).value for size in (batch, larger))
    return None if a is None or b is None else b / a - 1


def _vanishing(phi: str) -> bool:
    """Does something that abs, sign, max or min look at underflow near 0, so that it is no longer what it was?"""
    with np.errstate(all="ignore"), np.errstate(under="raise", over="raise"):
        try:
            for switch in _switches(parse(phi)):
                _difference(switch, 0, np.linspace(-6, 6, 997))
        except FloatingPointError:
            return True
    return False


def _report(phi: str, batch: int | None, middle: float, radius: float, value: float) -> str:
    return (
        f"two computations of lambda({phi}, {batch or 'inf'}) disagree\n"
        f"  certified:        {middle!r} +/- {radius:.1e}\n"
        f"  double precision: {value!r}"
    )
