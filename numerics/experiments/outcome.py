"""What a measurement plans and what comes of it: one estimate, and points for a plot."""

from __future__ import annotations

from dataclasses import dataclass

from numerics.estimators import Estimate
from numerics.experiments.cells import Cell

Plan = tuple[Cell, ...]


@dataclass(frozen=True)
class Points:
    """A measured curve: y with its standard errors at x, and the slope estimated from it where there is one."""

    label: str
    x_name: str
    y_name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    errors: tuple[float, ...]
    slope: float | None = None
    slope_error: float | None = None


@dataclass(frozen=True)
class Outcome:
    """The estimate that a comparison is about, and the curves behind it."""

    estimate: Estimate
    curves: tuple[Points, ...] = ()
