"""Printed claims that are to be false: the smallest certified counterexample that the adversary finds.

Search and shrinking are untrusted. What they find counts only after it was read back from its text and decided anew.
"""

from __future__ import annotations

from dataclasses import replace

from theory.statements.erratum import Erratum
from verify.adversary.attack import attack
from verify.adversary.deciding.by_witness import recalled
from verify.adversary.kept_findings import findings
from verify.adversary.lies import Lie
from verify.adversary.replaying import parse, replay
from verify.exact.outcomes import Outcome
from verify.exact.simplicity import measure
from verify.exact.witnesses import part_id
from verify.proof.observations import EnclosureTrace
from verify.rules import enclosure
from verify.settings import Settings

STARTS = 3  # searches from different places end at different counterexamples


def observe(erratum: Erratum, settings: Settings) -> EnclosureTrace:
    """The smallest of a few counterexamples, each shrunk; replayed. Where there is none, points as of a theorem."""
    [part] = erratum.parts
    lie = Lie(part_id(erratum, part), part.claim, erratum.assumptions)
    known = recalled(lie, findings(erratum, settings))
    attacks = (attack(lie, replace(settings, seed=settings.seed + start)) for start in range(STARTS))
    witnesses = [found.witness for found in ((known,) if known else attacks) if found.witness is not None]
    if not witnesses:
        return enclosure.observe(erratum, settings)
    witness = min(witnesses, key=lambda text: measure(parse(text)[1]))
    again = replay(witness, lambda name: erratum)
    certified = again.outcome is Outcome.DIFFERENT
    sizes = tuple((name, str(size)) for name, size in sorted(again.instance.sizes.items()))
    functions = ", ".join(sorted(again.instance.functions.values()))
    ranges = (*sizes, ("functions", functions)) if functions else sizes
    return EnclosureTrace(again.bits, 1, 1, 0, int(not certified), witness if certified else None, ranges)
