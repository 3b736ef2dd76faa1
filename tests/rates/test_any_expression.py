"""Random expressions: the ball agrees with a plain grid in floating point, or there is one clear error."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rates.expressions import Meaning, Sample, samples

from verify.errors import UserError
from verify.rates.rate import rate

GRID = 60
STEP = 1e-5


def on_a_grid(phi: Meaning, batch: int) -> float:
    """Formula E2 by the midpoint rule in polar coordinates and central differences: right to a percent or so."""
    n = batch - 1
    p = (np.arange(GRID) + 0.5) * (math.pi / 2 / GRID)
    s = (np.arange(2 * GRID) + 0.5) * (math.pi / GRID)
    weight = np.sin(p) * np.cos(p) ** (n - 3)
    weight = np.repeat(weight / weight.sum() / len(s), len(s))
    radius = math.sqrt(n) * np.sin(p)[:, None]
    y1 = (radius * np.cos(s)[None, :]).ravel()
    y2 = (radius * np.cos(s - math.acos(-1 / n))[None, :]).ravel()

    def both(y):  # type: ignore[no-untyped-def]
        high, low = (np.array([phi(float(z) + h) for z in y]) for h in (STEP, -STEP))
        return (high + low) / 2, (high - low) / (2 * STEP)

    (f1, g1), (f2, g2) = both(y1), both(y2)
    f1, f2 = f1 - f1.mean(), f2 - f1.mean()  # a large constant would cancel badly
    u = float((weight * (f1 * f1 - f1 * f2)).sum())
    assume(u > 1e-6)
    return float((weight * ((n - y1**2) * g1**2 + (1 + y1 * y2) * g1 * g2)).sum()) / u / (n - 2)


@settings(max_examples=20, deadline=None)
@given(samples, st.sampled_from([4, 5, 8]))
def test_balls_agree_with_a_grid_in_floating_point(sample: Sample, batch: int) -> None:
    try:
        found = rate(sample.text, batch, 8)
    except UserError as error:
        assert str(error).startswith("error: expected")  # noqa: PT017
        return
    assert not found.value < (batch - 2) / (batch - 3) * (1 - 1e-15)
    assume(found.value.rad() < 1e-3)
    value = float(found.value.mid())
    assert abs(on_a_grid(sample.meaning, batch) - value) < 0.03 * value
