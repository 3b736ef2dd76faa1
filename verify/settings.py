"""What a run was asked to do: budget, seed, device. Frozen, part of every cache key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Budget(Enum):
    """How much work a run may spend; sizes are chosen by each rule and stated in its range."""

    QUICK = "quick"
    STANDARD = "standard"
    THOROUGH = "thorough"


@dataclass(frozen=True)
class Settings:
    """seed fixes every random choice; device is "cpu" or "cuda", already resolved from "auto"."""

    budget: Budget = Budget.STANDARD
    seed: int = 0
    device: str = "cpu"
