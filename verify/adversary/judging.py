"""Whether a candidate is a counterexample, decided once, within a number of decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from theory.claims import Assumption, Claim
from verify.adversary.simplicity import Measure, measure
from verify.exact.drawing import complete, free_part
from verify.exact.instances import Instance
from verify.rules.enclosure import decide

FAST = (128,)


@dataclass
class Judge:
    """Is a raw instance a counterexample? Decided once for each free part, and not at all after `trials` of them."""

    claim: Claim
    assumptions: Sequence[Assumption]
    trials: int
    _seen: dict[Instance, Instance | None] = field(default_factory=dict)

    def size(self, raw: Instance) -> Measure:
        return measure(free_part(raw, self.claim, self.assumptions))

    def finished(self, raw: Instance) -> Instance | None:
        """The completed counterexample, or None if it is none, cannot be told, or nothing is left to spend."""
        key = free_part(raw, self.claim, self.assumptions)
        if key not in self._seen and self.trials > 0:
            self.trials -= 1
            found = complete(key, self.claim, self.assumptions)
            different = found is not None and decide(self.claim, self.assumptions, found, FAST).outcome == "different"
            self._seen[key] = found if different else None
        return self._seen.get(key)
