"""What an experiment measured, with all that pages say or draw of it: intervals, bands, the line of a predicted slope.

The kernel judges what was measured by itself (`verify/proof/kernel.py`); nothing here is evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from verify.proof.observations import Series, StatisticsCase, StatisticsTrace
from verify.results.drawn_lines import Curve, Kind, Line, line

BAND = 2.0  # standard errors on either side of a line
PREDICTED = "predicted slope"


@dataclass(frozen=True)
class Interval:
    """One comparison with half the width of its interval, at the level fixed beforehand."""

    case: StatisticsCase
    half: float


@dataclass(frozen=True)
class Measurement:
    """What the statistics saw: at which budget, each comparison with its interval, each curve with its band."""

    budget: str
    intervals: tuple[Interval, ...]
    curves: tuple[Curve, ...]


def measurement(trace: StatisticsTrace) -> Measurement:
    """What pages say and draw of a trace. A curve has a slope to compare with if its comparison claims an equality."""
    slopes = {case.label: case.predicted for case in trace.cases if case.relation == "="}
    return Measurement(
        dict(trace.ranges).get("budget", ""),
        tuple(Interval(case, case.critical * case.standard_error) for case in trace.cases),
        tuple(_curve(series, slopes.get(comparison(series.label))) for series in trace.series if series.x),
    )


def comparison(label: str) -> str:
    """The comparison that a curve belongs to, by the curve's label."""
    return label.rpartition("; ")[0]


def banded(name: str, x: Sequence[float], y: Sequence[float], errors: Sequence[float], kind: Kind = Kind.CURVE) -> Line:
    """A line with BAND standard errors on either side."""
    low, high = (tuple(v + sign * BAND * e for v, e in zip(y, errors, strict=True)) for sign in (-1, 1))
    return Line(name, tuple(x), tuple(y), low, high, kind)


def _curve(series: Series, slope: float | None) -> Curve:
    name = series.label.rpartition("; ")[2].partition(", layer ")[0]
    guide = None if slope is None or series.slope is None else _guide(series, slope)
    return Curve(series.label, series.x_name, series.y_name, banded(name, series.x, series.y, series.errors), guide)


def _guide(series: Series, slope: float) -> Line:
    """A line of this slope through the middle of the points, as far as they go."""
    x, y = (sum(v) / len(v) for v in (series.x, series.y))
    ends = (min(series.x), max(series.x))
    return line(PREDICTED, ends, [y + slope * (end - x) for end in ends], Kind.GUIDE)
