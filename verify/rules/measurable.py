"""Is what an experiment asks for something that can be measured? Asked of a user's own files before anything runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, fields
from fractions import Fraction

from theory.statements.experiment import IMAGES, Comparison, Experiment, Measured, weakness
from theory.statements.theorem import Theorem
from theory.terms.limits import shown
from verify.errors import UserError, did_you_mean

MOST, LARGEST = 10**7, 10**4  # of steps and networks; of widths, depths, batches, which multiply one another's memory
_ONE_AFTER_ANOTHER = frozenset({"networks", "steps", "runs", "every", "epochs", "samples", "seeds", "draws"})
_SHIPPED = ("theory.theorems.", "theory.errata.")


def require_measurable(theorems: Sequence[Theorem]) -> None:
    """Every quantity, setting and activation of the experiments that are not shipped. Raises UserError.

    Those that ship are held to this by the tests, so that a cached run of them need not import torch.
    """
    for theorem in theorems:
        if isinstance(theorem, Experiment) and not theorem.module.startswith(_SHIPPED):
            for comparison in _comparisons(theorem):
                _require(comparison.measured, f"{theorem.id}: {comparison.label}")
            _require_resolution(theorem)


def _require_resolution(experiment: Experiment) -> None:
    from verify.rules.statistics import predicted

    if problem := weakness(experiment, lambda value: Fraction(predicted(value))):
        raise UserError(
            "expected margins that leave something to claim",
            got=problem,
            where=experiment.id,
            remedy="smaller margins and more networks",
        )


def _comparisons(experiment: Experiment) -> list[Comparison]:
    """Those of all budgets and near misses, one for each thing that is measured."""
    every = [experiment.comparisons, *(miss for _, miss in experiment.near_miss_list())]
    chosen = [comparison for budgets in every for some in budgets.values() for comparison in some]
    return list({repr(comparison.measured): comparison for comparison in reversed(chosen)}.values())[::-1]


def _require(measured: Measured, where: str) -> None:
    from numerics.activations import LIBRARY
    from numerics.experiments.measurements import KINDS, measurement
    from verify.rules.covering import DIGITS

    if measured.name not in KINDS:
        raise UserError(
            "expected a quantity that can be measured",
            got=repr(measured.name),
            where=where,
            remedy=did_you_mean(measured.name, KINDS) or "known are " + ", ".join(KINDS),
        )
    chosen = {name: DIGITS if value == IMAGES else value for name, value in measured.settings}
    known = [f.name for f in fields(KINDS[measured.name])]
    needed = [f.name for f in fields(KINDS[measured.name]) if f.default is MISSING and f.default_factory is MISSING]
    for name in chosen:
        if name not in known:
            raise UserError(
                f"expected settings of {measured.name!r}",
                got=name,
                where=where,
                remedy=did_you_mean(name, known) or "known are " + ", ".join(known),
            )
    missing = [name for name in needed if name not in chosen]
    if missing:
        raise UserError(
            f"expected all settings of {measured.name!r}",
            got=f"none for {', '.join(missing)}",
            where=where,
            remedy=f"measured({measured.name!r}, {', '.join(f'{name}=...' for name in missing)}, ...)",
        )
    activation = chosen.get("activation")
    if "activation" in chosen and activation not in LIBRARY:
        raise UserError(
            "expected an activation that networks are built with",
            got=repr(activation),
            where=where,
            remedy=did_you_mean(str(activation), LIBRARY) or "known are " + ", ".join(LIBRARY),
        )
    for name, value in chosen.items():
        _require_size(name, value, where)
    try:
        measurement(measured.name, chosen)
    except ValueError as error:
        expected = f"expected settings that fit {measured.name!r}"
        raise UserError(expected, got=str(error), where=where, remedy="change that setting") from None


def _require_size(name: str, value: object, where: str) -> None:
    """Raises UserError for a setting that no machine could finish, before anything is planned or allocated."""
    if isinstance(value, (tuple, list)):
        if len(value) > LARGEST:
            raise _too_large(name, f"{len(value):,} values", LARGEST, where)
        for item in value:
            _require_size(name, item, where)
    elif isinstance(value, (int, float)):
        most = MOST if name in _ONE_AFTER_ANOTHER else LARGEST
        if not abs(value) <= most:
            raise _too_large(name, shown(value) if isinstance(value, int) else str(value), most, where)


def _too_large(name: str, got: str, most: int, where: str) -> UserError:
    return UserError(f"expected {name} of at most {most:,}", got=got, where=where, remedy="a smaller experiment")
