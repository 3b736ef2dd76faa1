"""From a float to a decision: a suspect becomes an exact rational instance and is decided in balls.

Floats are dyadic rationals, so free values are taken over as they are; what assumptions define is computed again,
exactly. Nothing of the float evaluation is believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from torch import Tensor

from theory.statements.claims import Assumption, Claim
from theory.terms import Symbol
from verify.exact.instances import Instance, Law, Rows
from verify.floating.building import Built
from verify.floating.needs import Setting


def promote(
    built: Built, index: int, setting: Setting, claim: Claim, assumptions: Sequence[Assumption]
) -> Instance | None:
    """The exact instance at this place of a batch; None if a function has no exact form or completion fails."""
    from verify.exact.activations import ACTIVATIONS, FIELDS
    from verify.exact.drawing import complete

    inputs = built.inputs
    if any(name not in ACTIVATIONS and name not in FIELDS for name in inputs.functions.values()):
        return None
    values = {s.name: _rows(inputs.symbols[s.name][index], s) for s in setting.drawn}
    laws = {x.name: _law(inputs.laws[x.name][index]) for x in setting.laws}
    return complete(Instance(dict(inputs.sizes), values, laws, dict(inputs.functions)), claim, assumptions)


def _rows(value: Tensor, symbol: Symbol) -> Rows:
    if value.dim() == 0:
        return ((Fraction(value.item()),),)
    table = value.tolist()
    if value.dim() == 2:
        return tuple(tuple(Fraction(e) for e in row) for row in table)
    column = tuple(Fraction(e) for e in table)
    return (column,) if symbol.rows == 1 else tuple((e,) for e in column)


def _law(points: Tensor) -> Law:
    """Equal rows become one point with their weight."""
    counts: dict[tuple[Fraction, ...], int] = {}
    for row in points.tolist():
        point = tuple(Fraction(e) for e in row)
        counts[point] = counts.get(point, 0) + 1
    total = points.shape[0]
    return Law(tuple(counts), tuple(Fraction(c, total) for c in counts.values()))
