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
    assert falling_rates.told(falling_rates.trend(phi)) == "falls for ever"


@pytest.mark.parametrize(
    ("phi", "words"),
    [
        ("z^3 - 3*z", "rises to 7, falls for ever"),
        ("z - z^3/6", "falls to 8, rises for ever"),
        ("exp(z^2/8)", "falls to 65, not known for ever"),
    ],
)
def test_a_rate_that_does_not(phi, words):
    assert falling_rates.told(falling_rates.trend(phi)) == words


def test_a_family_is_sorted_out():
    found = falling_rates.sorted_out("z^3 - {}*z", (0.25, 3.0))
    assert found == {"fall": [0.25], "rise": [3.0], "not known": [], "constant at first": []}
    found = falling_rates.sorted_out("max(z - {}, 0)", (1.0, 3.0))
    assert found["constant at first"] == [3.0]
