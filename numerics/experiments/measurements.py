"""What can be measured, by name: each name builds a typed description, which plans cells and makes an estimate of them.

A new measurement is a frozen dataclass with `plan(seed, device)` and `outcome(results)`, and a line here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from numerics.experiments.cells import Result
from numerics.experiments.covariate_shift import Contrast
from numerics.experiments.growth import Growth
from numerics.experiments.insertion import OneAndMany
from numerics.experiments.outcome import Outcome, Plan
from numerics.experiments.shares import ResidualShare
from numerics.experiments.sphere import ForwardMap, Functional
from numerics.experiments.trainability import Trainability


class Measurement(Protocol):
    """A quantity with all its settings."""

    def plan(self, seed: int, device: str) -> Plan:
        """The cells to compute; equal cells of several measurements are computed once."""
        ...

    def outcome(self, results: Sequence[Result]) -> Outcome:
        """The estimate from the results of `plan`, in its order."""
        ...


KINDS: Mapping[str, Any] = {
    "contrast of normalisations": Contrast,
    "forward map": ForwardMap,
    "functional on the sphere": Functional,
    "growth of the gradient": Growth,
    "share of the residual branch": ResidualShare,
    "training accuracy": Trainability,
    "one batch norm and many": OneAndMany,
}


def measurement(name: str, settings: Mapping[str, Any]) -> Measurement:
    """The measurement of that name. Raises ValueError for an unknown name or settings that do not fit."""
    if name not in KINDS:
        raise ValueError(f"expected a measurement of {', '.join(KINDS)}; got {name!r}.")
    try:
        made: Measurement = KINDS[name](**settings)
    except TypeError as error:
        raise ValueError(f"{name}: {error}.") from None
    return made
