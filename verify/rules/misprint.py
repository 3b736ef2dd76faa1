"""Printed claims that are to be false: the smallest certified counterexample that the adversary finds.

Search and shrinking are untrusted. What they find counts only after it was read back from its text and decided anew.
"""

from __future__ import annotations

from theory.erratum import Erratum
from verify.adversary.attack import attack
from verify.adversary.lies import Lie
from verify.adversary.replaying import replay
from verify.observations import EnclosureTrace
from verify.rules import enclosure
from verify.settings import Settings


def observe(erratum: Erratum, settings: Settings) -> EnclosureTrace:
    """One counterexample, shrunk and replayed; where there is none, the claim at point instances as of a theorem."""
    [part] = erratum.parts
    found = attack(Lie(enclosure.part_id(erratum, part), part.claim, erratum.assumptions), settings)
    if found.witness is None:
        return enclosure.observe(erratum, settings)
    again = replay(found.witness, lambda name: erratum)
    certified = again.outcome == "different"
    sizes = tuple((name, str(size)) for name, size in sorted(again.instance.sizes.items()))
    functions = ", ".join(sorted(again.instance.functions.values()))
    ranges = (*sizes, ("functions", functions)) if functions else sizes
    return EnclosureTrace(again.bits, 1, 1, 0, int(not certified), found.witness if certified else None, ranges)
