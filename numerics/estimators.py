"""From runs to estimates: the growth of a mean over depth with its standard error, and critical values of Student's t.

Theory speaks of the logarithm of the *mean* squared gradient. The mean of the logarithms lies below it by half the
variance of the logarithm (Jensen), and that variance grows with depth, so averaging logarithms would bias the slope.
The standard error is the delta method's: the slope is sum_i w_i log m_i with m_i the mean over runs at depth i, and
run s moves it by sum_i w_i X_si/m_i; these influences are independent between runs and carry every correlation
between the depths of one run. Knows nothing of theory or verify.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor

ROUNDED_UP = 1 + 1e-14  # stdtrit is too low by 1e-15 at most, which the tests measure, for rates up to a half


@dataclass(frozen=True)
class Estimate:
    """A value, its standard error, the independent runs it rests on and the degrees of freedom of its error."""

    value: float
    standard_error: float
    count: int
    freedom: int
    diverged: int = 0


def mean(values: Float[Tensor, " runs"]) -> Estimate:
    """The mean over runs with its standard error. Raises ValueError for fewer than two runs."""
    finite = values[torch.isfinite(values)]
    if len(finite) < 2:
        raise ValueError(f"expected at least two finite runs, got {len(finite)} of {len(values)}.")
    error = float(finite.std()) / math.sqrt(len(finite))
    return Estimate(float(finite.mean()), error, len(finite), len(finite) - 1, len(values) - len(finite))


def log_means(logs: Float[Tensor, "runs points"]) -> Float[Tensor, " points"]:
    """log of the mean over runs of exp(logs), without overflow."""
    return torch.logsumexp(logs, 0) - math.log(len(logs))


def log_mean_slope(logs: Float[Tensor, "runs points"], positions: Sequence[float]) -> Estimate:
    """The least-squares slope of log mean exp(logs) against the positions; a run with a non-finite entry diverged.

    Raises ValueError for fewer than two positions or two finite runs.
    """
    at = torch.tensor(list(positions), dtype=torch.float64, device=logs.device)
    if len(at) < 2 or logs.shape[1] != len(at) or float((at - at.mean()).abs().max()) == 0:
        raise ValueError(f"expected one column a position and two positions that differ, got {list(positions)}.")
    weights = (at - at.mean()) / (at - at.mean()).square().sum()
    return log_mean_contrast(logs, weights)


def log_mean_contrast(logs: Float[Tensor, "runs points"], weights: Float[Tensor, " points"]) -> Estimate:
    """sum_i weights_i log mean exp(logs_i) with the delta method's standard error."""
    good = torch.isfinite(logs).all(1)
    kept = logs[good].double()
    if len(kept) < 2:
        raise ValueError(f"expected at least two finite runs, got {len(kept)} of {len(logs)}.")
    heights = log_means(kept)
    influence = ((kept - heights).exp() * weights).sum(1)
    error = float(influence.std()) / math.sqrt(len(kept))
    return Estimate(float((heights * weights).sum()), error, len(kept), len(kept) - 1, len(logs) - len(kept))


def combined(estimates: Sequence[Estimate], coefficients: Sequence[float]) -> Estimate:
    """A linear combination of independent estimates. Degrees of freedom: the least of all, which is the safe side."""
    pairs = list(zip(estimates, coefficients, strict=True))
    return Estimate(
        sum(c * e.value for e, c in pairs),
        math.sqrt(sum((c * e.standard_error) ** 2 for e, c in pairs)),
        min(e.count for e in estimates),
        min(e.freedom for e in estimates),
        sum(e.diverged for e in estimates),
    )


def extrapolated(narrow: Estimate, wide: Estimate) -> Estimate:
    """The value at infinite width from widths n and 2n, which removes the term in 1/n: 2 wide - narrow."""
    return combined([wide, narrow], [2.0, -1.0])


def student_critical(false_alarm: float, freedom: int) -> float:
    """t with P(|T| > t) at most false_alarm, and no less to 13 digits of t.

    Raises ValueError for a rate outside (1e-12, 1/2]: beyond a half, which no test is made for, stdtrit is off by 1e-10
    at four degrees of freedom.
    """
    from scipy.special import stdtrit  # here, as it takes its time and few need it

    if not 1e-12 < false_alarm <= 0.5 or freedom < 1:
        raise ValueError(f"expected a false-alarm rate in (1e-12, 1/2] and freedom >= 1, got {false_alarm}, {freedom}.")
    return float(-stdtrit(freedom, false_alarm / 2)) * ROUNDED_UP
