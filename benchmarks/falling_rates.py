"""Does the rate of gradient growth fall as the batch grows? A search for activations for which it does not.

Every rate is a ball; a rise or a fall counts only if two balls lie apart.
`python benchmarks/falling_rates.py` takes some minutes.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Sequence

from verify.errors import UserError
from verify.rates.named import named
from verify.rates.rate import Rate, rate

DIGITS = 6
IN_USE = (
    "leaky_relu:0.2",
    "clip(z, -1, 1)",
    "clip(z, 0, 6)",
    "clip(z/6 + 1/2, 0, 1)",
    "z*clip(z + 3, 0, 6)/6",
    "max(z - 1/2, 0) + min(z + 1/2, 0)",
    "max(z, 0)^2",
    "z - tanh(z)",
    "z*sigmoid(1.702*z)",
    "atan(z)",
    "asinh(z)",
    "abs(z)",
    "exp(-z^2/2)",
    "z + sin(z)^2",
    "z*cos(z)",
)
FAMILIES = {
    "sin(w*z)": ("sin({}*z)", 0.1, 8.0, 80),
    "cos(w*z)": ("cos({}*z)", 0.1, 8.0, 80),
    "tanh(w*z)": ("tanh({}*z)", 0.25, 8.0, 32),
    "z*sigmoid(w*z)": ("z*sigmoid({}*z)", 0.25, 8.0, 32),
    "exp(-w*z^2)": ("exp(-{}*z^2)", 0.1, 3.0, 30),
    "z*exp(-w*z^2)": ("z*exp(-{}*z^2)", 0.1, 3.0, 30),
    "z + sin(w*z)^2/w": ("z + sin({0}*z)^2/{0}", 0.25, 8.0, 32),
    "tanh(z) - w*z": ("tanh(z) - {}*z", 0.05, 0.95, 19),
    "sin(z) - w*z": ("sin(z) - {}*z", 0.05, 0.95, 19),
    "z*cos(w*z)": ("z*cos({}*z)", 0.1, 4.0, 40),
    "z^3 - w*z": ("z^3 - {}*z", 0.25, 8.0, 32),
    "z^2 - w*z": ("z^2 - {}*z", 0.25, 8.0, 32),
}


def first_rise(phi: str, batches: Sequence[int], digits: int = DIGITS) -> tuple[Rate, Rate] | None:
    """The first two batch sizes, one after the other in the list, with a certified rise; None if all falls are certain.

    Raises ValueError if two neighbours cannot be told apart.
    """
    rates = [rate(phi, b, digits) for b in batches]
    for small, large in itertools.pairwise(rates):
        if large.value > small.value:
            return small, large
        if not large.value < small.value:
            raise ValueError(f"{phi}: B = {small.batch} and {large.batch} cannot be told apart at {digits} digits")
    return None


def main() -> None:
    """Print one line an activation, one a family."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=int, default=40, help="largest batch size")
    batches = range(4, parser.parse_args().to + 1)
    for phi in (*named(), *IN_USE, "z^3 - 3*z", "z - z^3/6", "sinh(z)", "exp(z)"):
        print(f"{phi:36} {_told(phi, batches)}")
    for name, (form, low, high, count) in FAMILIES.items():
        steps = [low + (high - low) * k / (count - 1) for k in range(count)]
        rising = [w for w in steps if _rises(form.format(f"{w:.4g}"), batches)]
        where = f"rises for {len(rising)}, from w = {rising[0]:.4g} to {rising[-1]:.4g}" if rising else "falls for all"
        print(f"{name:36} {count} values of w from {low} to {high}: {where}")


def _told(phi: str, batches: Sequence[int]) -> str:
    found = first_rise(phi, batches)
    if found is None:
        return f"falls from {batches[0]} to {batches[-1]}"
    small, large = found
    return f"rises: lambda({small.batch}) = {small.shown()}, lambda({large.batch}) = {large.shown()}"


def _rises(phi: str, batches: Sequence[int]) -> bool:
    try:
        return first_rise(phi, batches) is not None
    except UserError:  # a member of the family that is constant on the smallest batches
        return False


if __name__ == "__main__":
    main()
