"""Instances at the corners of a claim's range, made from an ordinary one: exact, and in floats.

A corner changes what is free; `complete` then computes what is defined again, and the assumptions decide whether the
claim speaks of the result at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

import torch

from theory import terms as t
from theory.terms import Property
from verify.exact.instances import Instance, Law, Rows
from verify.floating.needs import Setting
from verify.floating.torch_run import Inputs

Symbols = Mapping[str, t.Symbol]
Corner = Callable[[Instance, Symbols], Instance]
SPECIAL = {Property.PROJECTOR, Property.POSITIVE_DEFINITE, Property.POSITIVE_SEMIDEFINITE}


def _entries(
    instance: Instance,
    symbols: Symbols,
    change: Callable[[Rows], Rows],
    *,
    scalars: bool = False,
    matrices: bool = True,
    laws: bool = True,
) -> Instance:
    """Columns, matrices, points of laws and scalars changed, as asked. Projectors and definite matrices stay."""

    def touched(name: str) -> bool:
        symbol = symbols.get(name)
        if symbol is None or symbol.properties & SPECIAL:
            return False
        return scalars if symbol.is_scalar else matrices

    values = {k: change(v) if touched(k) else v for k, v in instance.values.items()}
    moved = {k: Law(change(v.points), v.weights) for k, v in instance.laws.items()} if laws else instance.laws
    return replace(instance, values=values, laws=moved)


def scaled(factor: Fraction, *, laws: bool = True, matrices: bool = True, scalars: bool = False) -> Corner:
    def change(rows: Rows) -> Rows:
        return tuple(tuple(factor * e for e in row) for row in rows)

    def corner(instance: Instance, symbols: Symbols) -> Instance:
        return _entries(instance, symbols, change, scalars=scalars, laws=laws, matrices=matrices)

    return corner


def constant(instance: Instance, symbols: Symbols) -> Instance:
    """Every batch constant, every point of a law the same."""
    return _entries(instance, symbols, lambda rows: tuple(tuple(rows[0][0] for _ in row) for row in rows))


def duplicated(instance: Instance, symbols: Symbols) -> Instance:
    """Rows repeat: the second half is the first."""
    return _entries(instance, symbols, lambda rows: tuple(rows[i % ((len(rows) + 1) // 2)] for i in range(len(rows))))


def no_gamma(instance: Instance, symbols: Symbols) -> Instance:
    """Every scalar 0 that is not declared otherwise: gamma, beta, steps."""
    signed = {Property.POSITIVE, Property.NEGATIVE, Property.NONZERO}
    free = {name for name, s in symbols.items() if s.is_scalar and not s.properties & signed}
    return replace(instance, values={k: ((Fraction(0),),) if k in free else v for k, v in instance.values.items()})


def conditioned(instance: Instance, symbols: Symbols) -> Instance:
    """Second moments with condition numbers about 10^12: later coordinates of points shrink to 10^-6, columns to
    10^-12, definite matrices become diagonal."""

    def falling(rows: Rows, last: Fraction) -> Rows:
        n = max(1, len(rows) - 1)
        return tuple(tuple(e * (last if i == n and len(rows) > 1 else 1) for e in row) for i, row in enumerate(rows))

    values = dict(instance.values)
    for name, rows in instance.values.items():
        symbol = symbols.get(name)
        if symbol is None or symbol.is_scalar:
            continue
        if symbol.properties & SPECIAL - {Property.PROJECTOR}:
            size = len(rows)
            values[name] = tuple(
                tuple(Fraction(1, 10**12) ** (i > 0) if i == j else Fraction(0) for j in range(size))
                for i in range(size)
            )
        elif not symbol.properties & SPECIAL:
            values[name] = falling(rows, Fraction(1, 10**12))
    laws = {
        k: Law(tuple(tuple(e * (Fraction(1, 10**6) if i else 1) for i, e in enumerate(p)) for p in v.points), v.weights)
        for k, v in instance.laws.items()
    }
    return replace(instance, values=values, laws=laws)


DENORMAL = Fraction(1, 2**1074)  # the smallest positive double
CORNERS: dict[str, Corner] = {
    "constant batch": constant,
    "duplicate rows": duplicated,
    "entries 1e-150": scaled(Fraction(1, 10**150)),
    "entries 1e150": scaled(Fraction(10**150)),
    "weights 1e150 and data 1e-150": lambda i, s: scaled(Fraction(1, 10**150), matrices=False)(
        scaled(Fraction(10**150), laws=False)(i, s), s
    ),
    "denormals": scaled(DENORMAL),
    "above the largest float32": scaled(Fraction(2**128)),
    "scalars 1e150": scaled(Fraction(10**150), scalars=True, matrices=False, laws=False),
    "scalars 1e-150": scaled(Fraction(1, 10**150), scalars=True, matrices=False, laws=False),
    "gamma = 0": no_gamma,
    "condition 1e12": conditioned,
}


# ---- floats -------------------------------------------------------------------------------------------------
def moved(inputs: Inputs, setting: Setting, exponent: int, what: str) -> Inputs:
    """Float instances times 2^exponent: "columns" (with matrices and points of laws), "scalars", or all but the first
    coordinate of points ("coordinates"). What one call shares, projectors and white laws stay."""
    shared = {name for name, _ in setting.per_call}
    symbols, laws = dict(inputs.symbols), dict(inputs.laws)
    for symbol in setting.drawn:
        free = symbol.name not in shared and not symbol.has(Property.PROJECTOR)
        if free and what == ("scalars" if symbol.is_scalar else "columns"):
            symbols[symbol.name] = _times(symbols[symbol.name], exponent)
    for name, points in inputs.laws.items():
        if name not in setting.white and what == "columns":
            laws[name] = _times(points, exponent)
        elif name not in setting.white and what == "coordinates":
            laws[name] = torch.cat([points[..., :1], _times(points[..., 1:], exponent)], dim=-1)
    return replace(inputs, symbols=symbols, laws=laws)


def _times(value: torch.Tensor, exponent: int) -> torch.Tensor:
    """In two steps: 2^exponent itself may be no float."""
    half = exponent // 2
    return torch.ldexp(torch.ldexp(value, torch.tensor(half)), torch.tensor(exponent - half))
