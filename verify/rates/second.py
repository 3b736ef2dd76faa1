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

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from scipy.integrate import cubature
from scipy.special import roots_legendre

from verify.errors import InternalError
from verify.rates.expression import Node
from verify.rates.parsing import parse
from verify.rates.pointwise import ROUNDING, SHAKE, NoOpinionError, Points, difference, kinks, peaks, switches

Array = Any  # numpy.ndarray of float64
AGREEMENT = 1e-6  # relative, beyond the certified radius
SETTLED = 1e-7  # relative: two levels this close, and rounding this small, or there is no opinion
LEVELS = ((12, 200, 1e-8), (32, 800, 1e-9), (96, 3000, 1e-10))  # nodes of an inner panel; halvings, accuracy outside
WORK = 100_000_000  # operations on numbers at one level: a second
CALL = 500  # numbers that take as long as a call
CHUNK = 2_000_000  # numbers in memory at once
EDGES = (1, 2, 3, 4, 6, 8, 12, 16, 24)  # panels, as the laws live near 0
FARTHEST = 40.0  # of y_1
SCAN = 400  # points of a panel
FINE = 20_000  # panels that tell whether slopes were seen
AGREES = f"SciPy's quadrature in double precision agrees to {AGREEMENT:g}"
NONE = "no second opinion in double precision"


@dataclass(frozen=True)
class Opinion:
    """lambda in double precision, or why there is none."""

    value: float | None
    why: str = ""


# ---- the integrals --------------------------------------------------------------------------------------------
class _Problem:
    """One activation at one batch size (n = None: the limit), with its panels, its scales and what it has cost."""

    def __init__(self, node: Node, n: int | None, closely: bool) -> None:
        self.node, self.n, self.left = node, n, WORK
        self.shaken: int | None = None
        self.end = FARTHEST if n is None else min(FARTHEST, float(np.sqrt(n)))
        edges = [float(e) for e in EDGES if e < self.end]
        ends = np.array([-self.end, *(-e for e in reversed(edges)), 0.0, *edges, self.end])
        grid = np.concatenate([np.linspace(a, b, SCAN, endpoint=False) for a, b in pairwise(ends)])[1:]
        extra = peaks(node, grid) if closely else np.array([])
        panels = np.unique(np.concatenate([ends, kinks(node, grid), extra[np.abs(extra) < self.end]]))
        far = self._scales(panels)
        self.end = min([e for e in edges if e >= far], default=self.end)
        self.panels = panels[np.abs(panels) < self.end]

    def _scales(self, ends: Array) -> float:
        """Sets about the mean of phi, and the sizes of phi and phi'; gives the |z| beyond which nothing matters.

        Raises NoOpinionError where too much lies too far out.
        """
        places, weights = roots_legendre(SCAN // 4)
        middle, half = (ends[1:] + ends[:-1]) / 2, (ends[1:] - ends[:-1]) / 2
        z, width = ((middle[:, None] + half[:, None] * places).ravel(), (half[:, None] * weights).ravel())
        f, g = self.phi(z)
        root = self.root(z)
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

    def root(self, z: Array) -> Array:
        """The square root of the density of y_1, up to a factor."""
        return np.exp(-z * z / 4 if self.n is None else (self.n - 3) / 4 * np.log1p(-z * z / self.n))

    def misses_steps(self) -> bool:
        """Does phi rise somewhere by more than what its slope, looked at finely, adds up to?"""
        self.left = WORK
        ends = np.unique(np.concatenate([np.linspace(-self.end, self.end, FINE), self.panels]))
        middle, half = (ends[1:] + ends[:-1]) / 2, (ends[1:] - ends[:-1]) / 2
        places, weights = roots_legendre(4)
        g = self.phi(middle[:, None] + half[:, None] * places)[1]
        gap = np.diff(self.phi(ends)[0]) - half * (g @ weights)
        return not float(np.abs(gap * self.root(middle)).max()) <= 1e-4 * self.scale[0]

    def phi(self, z: Array) -> tuple[Array, Array]:
        self.left -= max(z.size, CALL) * self.node.size
        if self.left < 0:
            raise NoOpinionError("it varies too much for the limit of work")
        shaken = None if self.shaken is None else np.random.default_rng(self.shaken)
        parts = np.array_split(z.ravel(), 1 + z.size * self.node.size // CHUNK)
        found = [Points(part, shaken).at(self.node) for part in parts]
        f, g = (np.concatenate([pair[i] for pair in found]).reshape(z.shape) for i in (0, 1))
        return f, g

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
    once = _once(f)
    found = cubature(once, [low], [high], points=inside, rtol=accuracy, atol=accuracy, max_subdivisions=halvings)
    return found.estimate


def _once(f: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """f, worked out once at each point: SciPy asks for its values at the nodes of an interval for the integral, and for
    those and some more for the error."""
    known: dict[float, Array] = {}

    def values(x: Array) -> Array:
        points = x[:, 0].tolist()
        new = [point for point in points if point not in known]
        if new:
            known.update(zip(new, f(np.array(new)[:, None]), strict=True))
        return np.stack([known[point] for point in points])

    return values


# ---- what is said ---------------------------------------------------------------------------------------------
@lru_cache(maxsize=64)
def _problem(phi: str, batch: int | None, closely: bool) -> _Problem:
    with np.errstate(all="ignore"):
        return _Problem(parse(phi), None if batch is None else batch - 1, closely)


@lru_cache(maxsize=4096)
def at_level(phi: str, batch: int | None, level: int, shaken: int | None = None) -> Opinion:
    """lambda in double precision at one of LEVELS; with a seed in `shaken`, after many times the usual rounding."""
    try:
        problem = _problem(phi, batch, level > 0)
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
            if shaken is None or abs(shaken - value) > SETTLED * SHAKE / ROUNDING * abs(value) or _blind(phi, batch):
                return f"{NONE}: it is beyond the resolution of double precision"
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
            if shaken is None or abs(shaken - step) * ROUNDING > abs(step) * SHAKE / 10 or _blind(phi, batch, larger):
                return
            raise InternalError(
                f"lambda({phi}, B) {way} from B = {batch} to {larger or 'inf'} by proof, and changes by {step:+.2e} of "
                "its size in double precision"
            )
        before = step


def _step(phi: str, batch: int, larger: int | None, level: int, shaken: int | None) -> float | None:
    a, b = (at_level(phi, size, level, shaken).value for size in (batch, larger))
    return None if a is None or b is None else b / a - 1


def _blind(phi: str, *batches: int | None) -> bool:
    """Is there what double precision cannot see, such as steps too steep, or arguments of abs or max that underflow?"""
    with np.errstate(all="ignore"):
        if any(_problem(phi, batch, True).misses_steps() for batch in batches):
            return True
        with np.errstate(under="raise", over="raise"):
            try:
                for switch in switches(parse(phi)):
                    difference(switch, 0, np.linspace(-6, 6, 997))
            except FloatingPointError:
                return True
    return False


def _report(phi: str, batch: int | None, middle: float, radius: float, value: float) -> str:
    return (
        f"two computations of lambda({phi}, {batch or 'inf'}) disagree\n"
        f"  certified:        {middle!r} +/- {radius:.1e}\n"
        f"  double precision: {value!r}"
    )
