"""A formula executed in floats, step by step, on the smallest batch on which its value is not positive as it should be.

The batches are two neighbouring whole numbers a and a + 1, a = 1, 2, 3, ...: the first that fails is the smallest, and
a reader can follow it by hand. Exact arithmetic looks for it; torch then executes each operation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from theory.statements.erratum import Erratum
from theory.terms import Property
from verify.exact.assumptions import definitions_of, fit, fraction, scope_of
from verify.exact.balls import Balls
from verify.exact.components import Matrix, Scope, evaluate
from verify.exact.instances import Instance, InstanceError, column
from verify.exact.number_system import UndefinedError, UnsupportedError
from verify.exact.rounded import FORMATS, Format, Rounded
from verify.exact.witnesses import part_id, witness_json
from verify.proof.observations import RoundingTrace
from verify.settings import Budget, Settings

REACH = {Budget.QUICK: 2**12, Budget.STANDARD: 2**13, Budget.THOROUGH: 2**14}
BITS = 256


def observe(erratum: Erratum, settings: Settings) -> RoundingTrace:
    """The smallest failing pair, executed; without a failing pair, a trace without steps."""
    form = FORMATS[erratum.dtype]
    for first in range(1, REACH[settings.budget]):
        instance = _pair(erratum, first)
        if instance is None:
            break
        if _value(erratum, instance, Rounded(form)) <= 0 < _truth(erratum, instance):
            return executed(erratum, instance)
    return RoundingTrace(erratum.dtype, "cpu", (), "0")


def executed(erratum: Erratum, instance: Instance) -> RoundingTrace:
    """Every operation of the left side on one instance, by exact arithmetic and by torch.

    Raises InstanceError if the instance does not fit, or holds what is no float of the format.
    """
    [part] = erratum.parts
    fit(instance, part.claim, erratum.assumptions)
    form = FORMATS[erratum.dtype]
    numbers = Rounded(form, lambda sign, operands: _by_torch(form, sign, operands))
    try:
        _value(erratum, instance, numbers)
    except (UndefinedError, UnsupportedError) as problem:
        raise InstanceError(f"the formula cannot be executed in {form.name} on this instance: {problem}") from None
    sizes = tuple((name, str(size)) for name, size in sorted(instance.sizes.items()))
    truth = _truth(erratum, instance)
    witness = witness_json(part_id(erratum, part), instance)
    return RoundingTrace(form.name, "cpu", tuple(numbers.steps), str(truth), witness, sizes)


def _pair(erratum: Erratum, first: int) -> Instance | None:
    """The batch (first, first + 1) for a claim about one column of a symbolic length; None for any other claim."""
    dimensions = [s for s in erratum.symbols if s.has(Property.DIMENSION)]
    others = [s for s in erratum.symbols if not s.has(Property.DIMENSION)]
    if len(dimensions) != 1 or len(others) != 1 or others[0].shape != (dimensions[0], 1):
        return None
    return Instance({dimensions[0].name: 2}, {others[0].name: column(first, first + 1)})


def _value(erratum: Erratum, instance: Instance, numbers: Rounded) -> Fraction:
    values: Mapping[str, Matrix[Fraction]] = {
        name: [[numbers.rational(e) for e in row] for row in rows] for name, rows in instance.values.items()
    }
    return evaluate(erratum.parts[0].claim.left, Scope(numbers, instance.sizes, values, {}))[0][0]


def _truth(erratum: Erratum, instance: Instance) -> Fraction:
    scope = scope_of(instance, definitions_of(erratum.assumptions), BITS)
    with Balls(BITS, {}).active():
        return fraction(evaluate(erratum.parts[0].claim.right, scope)[0][0])


def _by_torch(form: Format, sign: str, operands: Sequence[Fraction]) -> Fraction:
    """One operation as the processor does it."""
    import torch

    a, b = (torch.tensor(float(x), dtype=getattr(torch, form.name)) for x in operands)
    found = a + b if sign == "+" else a * b if sign == "*" else a / b
    return Fraction(found.item())
