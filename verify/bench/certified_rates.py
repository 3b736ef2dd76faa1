"""Certified rates against the two usual ways to such numbers: mpmath's quadrature and Monte Carlo.

mpmath is asked for as many digits as are certified here, Monte Carlo for three, which is what its samples allow.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from verify.bench.timing import timed

PHI, BATCH, DIGITS = "tanh", 8, 25
RELATIVE = 1e-3  # the standard error that Monte Carlo is to reach
SAMPLES = 100_000


@dataclass(frozen=True)
class Compared:
    """Seconds for the certified ball and for the other way, and how far apart they are, as found and at most."""

    name: str
    seconds: float
    other: str
    other_seconds: float
    gap: float
    expected_gap: float


def compare() -> list[Compared]:
    """tanh in the limit against mpmath, and at a finite batch size against Monte Carlo."""
    from verify.rates.rate import rate

    rows = []
    (*_, limit), seconds = timed(lambda: rate(PHI, None, DIGITS), 5)
    [other], other_seconds = timed(mpmath_limit, 1)
    gap = _gap(limit.value, other)
    rows.append(
        Compared(f"rate {PHI}, B = inf", seconds, f"mpmath, {DIGITS} digits", other_seconds, gap, 10.0 ** (2 - DIGITS))
    )
    (*_, finite), seconds = timed(lambda: rate(PHI, BATCH, DIGITS), 5)
    value, error, other_seconds = monte_carlo(BATCH)
    needed = other_seconds * max(1.0, (error / RELATIVE) ** 2)
    gap = abs(float(finite.value.mid()) - value)
    rows.append(Compared(f"rate {PHI}, B = {BATCH}", seconds, f"Monte Carlo to {RELATIVE:g}", needed, gap, 6 * error))
    return rows


def _gap(ball: Any, other: Any) -> float:
    """The distance of mpmath's number from the middle of a ball."""
    import mpmath
    from flint import arb, ctx

    with ctx.workprec(200):
        return float(abs(ball.mid() - arb(mpmath.nstr(other, DIGITS + 3))))


def mpmath_limit() -> Any:
    """E[tanh'(Z)^2]/Var tanh(Z) by mpmath, without error bounds."""
    import mpmath

    with mpmath.workdps(DIGITS + 3):
        edges = [-mpmath.inf, -3, 0, 3, mpmath.inf]
        square = mpmath.quad(lambda z: mpmath.tanh(z) ** 2 * mpmath.npdf(z), edges)
        return mpmath.quad(lambda z: mpmath.sech(z) ** 4 * mpmath.npdf(z), edges) / square


def mpmath_finite(batch: int, digits: int) -> Any:
    """Formula E2 for tanh at a finite batch size as a double integral by mpmath, without error bounds."""
    import mpmath

    n = batch - 1
    with mpmath.workdps(digits + 3):
        c, root = mpmath.mpf(-1) / n, mpmath.sqrt(n)
        side, half = mpmath.sqrt(1 - c * c), mpmath.pi / 2

        def mean(f: Callable[[Any, Any], Any]) -> Any:
            def integrand(a: Any, b: Any) -> Any:
                y1 = root * mpmath.sin(a)
                y2 = root * (c * mpmath.sin(a) + side * mpmath.cos(a) * mpmath.sin(b))
                return f(y1, y2) * mpmath.cos(a) ** (n - 2) * mpmath.cos(b) ** (n - 3)

            return mpmath.quad(integrand, [-half, 0, half], [-half, 0, half], method="gauss-legendre")

        def slope(z: Any) -> Any:
            return mpmath.sech(z) ** 2

        u = mean(lambda a, b: mpmath.tanh(a) * (mpmath.tanh(a) - mpmath.tanh(b)))
        top = mean(lambda a, b: (n - a * a) * slope(a) ** 2 + (1 + a * b) * slope(a) * slope(b))
        return top / u / (n - 2)


def monte_carlo(batch: int) -> tuple[float, float, float]:
    """lambda of tanh, its relative standard error, and the seconds, from uniform points on the sphere of E1."""
    import torch

    begin = time.perf_counter()
    generator = torch.Generator().manual_seed(0)
    y = torch.randn(SAMPLES, batch, dtype=torch.float64, generator=generator)
    y = y - y.mean(1, keepdim=True)
    y = y * math.sqrt(batch) / y.norm(dim=1, keepdim=True)
    f = y.tanh()
    g = 1 - f * f
    pairs = batch * (batch - 1)
    u = (f * f).mean(1) - (f.sum(1) ** 2 - (f * f).sum(1)) / pairs
    h = y * g
    cross = (g.sum(1) ** 2 - (g * g).sum(1) + h.sum(1) ** 2 - (h * h).sum(1)) / pairs
    top = (((batch - 1 - y * y) * g * g).mean(1) + cross) / (batch - 3)
    value = float(top.mean() / u.mean())
    error = float((top - value * u).std() / u.mean()) / math.sqrt(SAMPLES) / value
    return value, error, time.perf_counter() - begin
