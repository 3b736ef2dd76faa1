"""Printed claims on scalars that are to be false: the first simple point at which one certainly fails.

Points and activations are tried from small to large; what is found counts after it was read back from its text and
decided anew. A claim that withstands all of them is not refuted.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from functools import partial

from theory.statements.claims import Claim, functions_of
from theory.statements.erratum import Erratum
from theory.statements.ranges import Range
from theory.statements.theorem import NearMiss
from theory.terms import rewrite
from verify.adversary.deciding.by_witness import attacked, refuted
from verify.adversary.kept_findings import findings
from verify.adversary.lies import Lie, author_lie
from verify.adversary.replaying import WitnessError, replay
from verify.exact.instances import Instance, scalar
from verify.exact.outcomes import Outcome
from verify.exact.scalar_deciding import NEAR_FAR, decide
from verify.exact.witnesses import part_id, witness_json
from verify.proof.observations import EnclosureTrace
from verify.results.records import Fate, NearMissResult
from verify.settings import Budget, Settings

REACH = {Budget.QUICK: 8, Budget.STANDARD: 12, Budget.THOROUGH: 24}  # numbers tried of each symbol


def observe(erratum: Erratum, settings: Settings) -> EnclosureTrace:
    """The smallest counterexample, replayed; where there is none, how many points agreed."""
    [part] = erratum.parts
    name, satisfied, agreeing = part_id(erratum, part), 0, 0
    bits = 0
    kept = findings(erratum, settings).instance(Lie(name, part.claim, erratum.assumptions))
    if kept is not None:
        trace = _certified(erratum, name, kept)
        if not trace.unknown:
            return trace
    for point in points(part.claim, erratum, REACH[settings.budget]):
        decision = decide(part.claim, erratum, point, assumptions=erratum.assumptions)
        bits = max(bits, decision.bits)
        if decision.outcome is Outcome.UNSATISFIED:
            continue
        satisfied += 1
        agreeing += decision.outcome is Outcome.AGREE
        if decision.outcome is Outcome.DIFFERENT:
            return _certified(erratum, name, point)
    return EnclosureTrace(bits, satisfied, satisfied, agreeing, satisfied - agreeing)


def _certified(erratum: Erratum, name: str, point: Instance) -> EnclosureTrace:
    """The point as a counterexample, if it is one when it is read back from its text."""
    witness = witness_json(name, point)
    try:
        again = replay(witness, lambda _: erratum)
    except WitnessError:
        return EnclosureTrace(0, 1, 1, 0, 1)
    certified = again.outcome is Outcome.DIFFERENT
    return EnclosureTrace(again.bits, 1, 1, 0, int(not certified), witness if certified else None, _ranges(point))


def refute(erratum: Erratum, name: str, miss: NearMiss, settings: Settings) -> NearMissResult:
    """The smallest point at which a near miss certainly fails; "survived" if none is found."""
    lie = author_lie(erratum, name, miss)
    return attacked(erratum, lie, settings, partial(_searched, erratum, lie, settings))


def _searched(erratum: Erratum, lie: Lie, settings: Settings) -> NearMissResult:
    for point in points(lie.claim, erratum, REACH[settings.budget]):
        decision = decide(lie.claim, erratum, point, assumptions=lie.assumptions)
        if decision.outcome is Outcome.DIFFERENT:
            return refuted(lie, point, decision)
    return NearMissResult(lie.id, lie.origin, Fate.SURVIVED)


def points(claim: Claim, erratum: Erratum, reach: int) -> Iterator[Instance]:
    """Points of the domain from small to large: for each, the suspects in the order in which the erratum names them."""
    symbols = sorted(
        {s for side in (claim.left, claim.right) for s in rewrite.free_symbols(side)}, key=lambda s: s.name
    )
    functions = sorted(f.name for f in functions_of(claim))
    choices = [list(_numbers(erratum.domain[s], reach)) for s in symbols]
    places = itertools.product(*(range(len(c)) for c in choices))
    for place in sorted(places, key=lambda p: (max(p, default=0), sum(p), p)):
        values = {s.name: scalar(c[k]) for s, c, k in zip(symbols, choices, place, strict=True)}
        for chosen in itertools.product(*(erratum.suspects[f] for f in functions)):
            yield Instance({}, values, {}, dict(zip(functions, chosen, strict=True)))


def _numbers(wanted: Range, reach: int) -> Iterator[Fraction]:
    """Numbers of the range, simple ones first."""
    start = wanted.low if wanted.low is not None else Fraction(0)
    steps = range(reach) if wanted.whole else (Fraction(0), *NEAR_FAR[: reach - 1])
    for step in steps:
        value = start + step if wanted.low is not None or wanted.high is None else wanted.high - step
        if wanted.contains(value):
            yield value


def _ranges(point: Instance) -> tuple[tuple[str, str], ...]:
    numbers = tuple((name, str(rows[0][0])) for name, rows in sorted(point.values.items()))
    functions = ", ".join(sorted(point.functions.values()))
    return (*numbers, ("functions", functions)) if functions else numbers
