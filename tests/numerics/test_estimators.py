"""Slopes with their errors on synthetic runs whose truth is known, and Student's critical values against mpmath."""

from __future__ import annotations

import math
from itertools import pairwise

import mpmath
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from numerics.estimators import (
    Estimate,
    combined,
    extrapolated,
    log_mean_slope,
    log_means,
    mean,
    student_critical,
)

DEPTHS = [3.0, 11.0, 19.0]


def lognormal(seed: int, runs: int, drift: float, spread: float) -> torch.Tensor:
    """Random walks over depth whose exponentials grow by exp(drift) a step in the mean: E exp(walk) = exp(drift d)."""
    generator = torch.Generator().manual_seed(seed)
    gaps = torch.tensor([DEPTHS[0], *(b - a for a, b in pairwise(DEPTHS))], dtype=torch.float64)
    noise = torch.randn(runs, 3, generator=generator, dtype=torch.float64) * spread * gaps.sqrt()
    return (noise + (drift - spread**2 / 2) * gaps).cumsum(1)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    covered = 0
    for seed in range(1000):
        estimate = log_mean_slope(lognormal(seed, 128, 0.4, 0.05), DEPTHS)
        half = student_critical(0.05, estimate.freedom) * estimate.standard_error
        covered += abs(estimate.value - 0.4) <= half
    assert 950 - 30 <= covered <= 950 + 30  # four standard deviations of the count


def test_the_slope_is_that_of_the_mean_and_not_the_mean_of_the_slopes() -> None:
    logs = lognormal(0, 50_000, 0.4, 0.2)
    estimate = log_mean_slope(logs, DEPTHS)
    assert abs(estimate.value - 0.4) < 5 * estimate.standard_error
    slopes = (logs[:, 2] - logs[:, 0]) / 16
    assert float(slopes.mean()) < 0.4 - 0.2**2 / 2 + 0.002  # Jensen: averaging logarithms loses half the variance


def test_no_overflow_in_the_mean() -> None:
    logs = torch.tensor([[2000.0], [2000.0 + math.log(3)]], dtype=torch.float64)
    assert float(log_means(logs)[0]) == pytest.approx(2000 + math.log(2))


def test_diverged_runs_are_counted_and_not_averaged() -> None:
    logs = lognormal(3, 64, 0.4, 0.05)
    spoiled = torch.cat([logs, torch.tensor([[1.0, math.nan, 2.0], [0.0, 1.0, math.inf]], dtype=torch.float64)])
    clean, found = log_mean_slope(logs, DEPTHS), log_mean_slope(spoiled, DEPTHS)
    assert (found.value, found.standard_error) == (clean.value, clean.standard_error)
    assert (found.diverged, clean.diverged) == (2, 0)
    assert mean(torch.tensor([1.0, math.nan, 3.0])) == Estimate(2.0, pytest.approx(1.0), 2, 1, 1)


def test_too_little_is_refused() -> None:
    with pytest.raises(ValueError, match="two finite runs"):
        log_mean_slope(torch.tensor([[1.0, 2.0], [math.nan, 1.0]]), [1.0, 2.0])
    with pytest.raises(ValueError, match="two finite runs"):
        mean(torch.tensor([1.0]))
    with pytest.raises(ValueError, match="positions that differ"):
        log_mean_slope(torch.ones(3, 2), [2.0, 2.0])
    with pytest.raises(ValueError, match="one column a position"):
        log_mean_slope(torch.ones(3, 2), [1.0, 2.0, 3.0])


def test_extrapolation_removes_the_first_order() -> None:
    def at(n: int) -> Estimate:
        return Estimate(0.4 + 1.5 / n, 0.01, 100, 99)

    found = extrapolated(at(64), at(128))
    assert found.value == pytest.approx(0.4)
    assert found.standard_error == pytest.approx(0.01 * math.sqrt(5))
    assert combined([at(64), Estimate(1, 0, 5, 4, 2)], [1, 1]) == Estimate(pytest.approx(1.4 + 1.5 / 64), 0.01, 5, 4, 2)


def tail(t: float, freedom: int) -> mpmath.mpf:
    """P(|T| > t) by the incomplete beta function at 60 digits: at mpmath's usual 15 it is off by 1.5e-12 at times."""
    with mpmath.workdps(60):
        x = mpmath.mpf(freedom) / (freedom + mpmath.mpf(t) ** 2)
        return mpmath.betainc(mpmath.mpf(freedom) / 2, mpmath.mpf(1) / 2, 0, x, regularized=True)


@settings(max_examples=80, deadline=None)
@given(st.floats(-11.9, -0.31).map(lambda e: 10.0**e), st.integers(1, 400) | st.sampled_from([10**4, 10**6, 10**9]))
@example(1e-11, 3)
@example(0.5, 1)
def test_critical_values_against_the_incomplete_beta_function(level: float, freedom: int) -> None:
    """Too large by some units of the fourteenth digit and never too small: a smaller t alarms too often."""
    found = student_critical(level, freedom)
    assert tail(found, freedom) <= level < tail(found * (1 - 1e-13), freedom)


@pytest.mark.parametrize(("level", "freedom"), [(1e-3, 1), (1e-9, 1), (0.3, 1), (1e-11, 2), (0.1, 2)])
def test_critical_values_in_closed_form(level: float, freedom: int) -> None:
    """Cauchy's: cot(pi a/2); with two degrees of freedom t = (1 - a) sqrt(2/(a (2 - a)))."""
    with mpmath.workdps(40):
        a = mpmath.mpf(level)
        exact = mpmath.cot(mpmath.pi * a / 2) if freedom == 1 else (1 - a) * mpmath.sqrt(2 / (a * (2 - a)))
        assert exact <= student_critical(level, freedom) < exact * (1 + mpmath.mpf("1e-13"))


@pytest.mark.parametrize(("level", "freedom", "expected"), [(0.05, 1, 12.7062), (0.05, 10, 2.2281), (0.01, 30, 2.7500)])
def test_critical_values_as_tables_print_them(level: float, freedom: int, expected: float) -> None:
    assert student_critical(level, freedom) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(("level", "freedom"), [(0.0, 5), (1.0, 5), (0.05, 0), (1e-14, 5)])
def test_critical_values_that_do_not_exist(level: float, freedom: int) -> None:
    with pytest.raises(ValueError, match="false-alarm rate"):
        student_critical(level, freedom)
