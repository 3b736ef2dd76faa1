"""The search for rates that rise with the batch: what it finds is certified, what it cannot tell it does not claim."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "benchmarks" / "falling_rates.py"
spec = importlib.util.spec_from_file_location("falling_rates", PATH)
falling_rates = importlib.util.module_from_spec(spec)
spec.loader.exec_module(falling_rates)


@pytest.mark.parametrize("phi", ["id", "relu", "tanh", "sin", "gelu"])
def test_a_rate_that_falls(phi):
    assert falling_rates.first_rise(phi, range(4, 13)) is None


@pytest.mark.parametrize(("phi", "place"), [("z^3 - 3*z", (4, 5)), ("z - z^3/6", (8, 9)), ("sinh(z)", (18, 19))])
def test_a_rate_that_rises(phi, place):
    small, large = falling_rates.first_rise(phi, range(4, 20))
    assert (small.batch, large.batch) == place
    assert large.value > small.value


def test_equal_rates_are_neither():
    with pytest.raises(ValueError, match="cannot be told apart"):
        falling_rates.first_rise("tanh", (8, 8))
