"""Does the rate of gradient growth fall as the batch grows? A search for activations for which it does not.

Every answer speaks of all batch sizes and is certified (`normproof trend`).
`python benchmarks/falling_rates.py` takes some minutes.
"""

from __future__ import annotations

from collections.abc import Sequence

from verify.errors import UserError
from verify.rates.named import named
from verify.rates.trend import Stretch, trend

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


def told(stretches: Sequence[Stretch]) -> str:
    """`falls for ever`, or `falls to 8, rises for ever`."""
    words = []
    for stretch in stretches:
        way = "not known" if stretch.direction == "unknown" else stretch.direction
        words.append(f"{way} {'for ever' if stretch.last is None else f'to {stretch.last + 1}'}")
    return ", ".join(words)


def sorted_out(form: str, values: Sequence[float]) -> dict[str, list[float]]:
    """The members of a family by what their rates do: fall for ever, rise somewhere, not known, or none at first."""
    found: dict[str, list[float]] = {"fall": [], "rise": [], "not known": [], "constant at first": []}
    for w in values:
        try:
            ways = {stretch.direction for stretch in trend(form.format(f"{w:.4g}"))}
        except UserError:  # constant on the smallest batches
            found["constant at first"].append(w)
            continue
        found["rise" if "rises" in ways else "not known" if "unknown" in ways else "fall"].append(w)
    return found


def main() -> None:
    """Print one line an activation, one a family."""
    for phi in (*named(), *IN_USE, "z^3 - 3*z", "z - z^3/6", "sinh(z)", "exp(z)"):
        print(f"{phi:36} {told(trend(phi))}", flush=True)
    for name, (form, low, high, count) in FAMILIES.items():
        found = sorted_out(form, [low + (high - low) * k / (count - 1) for k in range(count)])
        words = [f"{way} {len(w)} ({min(w):.4g} to {max(w):.4g})" for way, w in found.items() if w]
        print(f"{name:36} w from {low} to {high}: {', '.join(words)}", flush=True)


if __name__ == "__main__":
    main()
