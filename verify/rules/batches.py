"""A growth rate that falls, or rises, from every batch size to the next: a box for each, then one for all larger ones.

The claim must be lambda(phi, B + 1) < lambda(phi, B), or the other way round, for every whole B from 4 or more on; phi
stands for the functions that the theorem names, and each has its own boxes. `verify.rates.trend` decides them.
"""

from __future__ import annotations

from fractions import Fraction

from theory.calculus import terms as t
from theory.calculus.terms import Symbol
from theory.claims import Claim
from theory.scalar.theorem import ScalarTheorem
from theory.theorem import Part
from verify.errors import UserError
from verify.exact.instances import Instance, scalar
from verify.exact.witnesses import part_id, witness_json
from verify.observations import Box, BoxPart
from verify.rates.trend import SMALLEST, Stretch, steps_of
from verify.rules.scalar_deciding import decide

OPPOSITE = {"falls": "rises", "rises": "falls"}


def over_batches(theorem: ScalarTheorem, part: Part) -> tuple[BoxPart, ...]:
    """One part for each function that the claim's activation stands for; none if the claim is of another kind."""
    found = _compared(part.claim)
    if found is None:
        return ()
    function, batch, wanted = found
    domain = theorem.domain[batch]
    if not domain.whole or domain.high is not None or domain.low is None or domain.low < SMALLEST:
        return ()
    return tuple(_of(theorem, part, (function, formula), batch, wanted) for formula in theorem.functions[function])


def _compared(claim: Claim) -> tuple[str, Symbol, str] | None:
    """The activation, the symbol of the batch size and the direction, if neighbouring batch sizes are compared."""
    left, right = claim.left, claim.right
    if not isinstance(left, t.GrowthRate) or not isinstance(right, t.GrowthRate) or claim.relation != "<":
        return None
    for larger, smaller, way in ((left, right, "falls"), (right, left, "rises")):
        batch = smaller.batch
        if isinstance(batch, Symbol) and larger.batch == batch + 1 and left.function == right.function:
            return left.function.name, batch, way
    return None


def _of(theorem: ScalarTheorem, part: Part, function: tuple[str, str], batch: Symbol, wanted: str) -> BoxPart:
    name, formula = function
    first = int(theorem.domain[batch].low or 0)
    boxes, witness = [], None
    try:
        for step in steps_of(formula):
            if step.last is None or step.last >= first:
                step = Stretch(max(step.first, first), step.last, step.direction)
                outcome = {wanted: "holds", OPPOSITE[wanted]: "fails"}.get(step.direction, "unknown")
                boxes.append(Box(str(step.first), "oo" if step.last is None else str(step.last), outcome))
                if outcome == "fails" and witness is None:
                    point = Instance({}, {batch.name: scalar(Fraction(step.first))}, {}, {name: formula})
                    witness = _certified(theorem, part, point)
    except UserError as problem:
        return BoxPart(f"{formula}: {problem}", batch.name, str(first), "oo", (), None, whole=True)
    return BoxPart(formula, batch.name, str(first), "oo", tuple(boxes), witness, whole=True)


def _certified(theorem: ScalarTheorem, part: Part, point: Instance) -> str | None:
    if decide(part.claim, theorem, point).outcome != "different":
        return None
    return witness_json(part_id(theorem, part), point)
