"""Whether a candidate is a counterexample, decided once, within a number of decisions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from theory.statements.claims import Assumption, Claim
from verify.exact.deciding import decide
from verify.exact.drawing import complete, freeing
from verify.exact.instances import Instance
from verify.exact.outcomes import Outcome
from verify.exact.simplicity import Measure, measure

FAST = (128,)


@dataclass
class Judge:
    """Is a raw instance a counterexample? Decided once for each free part, and not at all after `trials` of them."""

    claim: Claim
    assumptions: Sequence[Assumption]
    trials: int
    _free: Callable[[Instance], Instance] = field(init=False)
    _seen: dict[Instance, Instance | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._free = freeing(self.claim, self.assumptions)

    def size(self, raw: Instance) -> Measure:
        """The measure of the free part."""
        return measure(self._free(raw))

    def finished(self, raw: Instance) -> Instance | None:
        """The completed counterexample, or None if it is none, cannot be told, or nothing is left to spend."""
        key = self._free(raw)
        if key not in self._seen and self.trials > 0:
            self.trials -= 1
            found = complete(key, self.claim, self.assumptions)
            different = (
                found is not None and decide(self.claim, self.assumptions, found, FAST).outcome is Outcome.DIFFERENT
            )
            self._seen[key] = found if different else None
        return self._seen.get(key)
