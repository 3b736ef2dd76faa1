"""Exact instances: sizes, rational values, finite laws and concrete functions for the symbols of a claim.

An instance is data. It does not know which assumptions it was drawn for; `verify.exact.drawing.satisfied` checks them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from types import MappingProxyType
from typing import Any

from theory.terms import limits
from theory.terms.lettering import LONGEST_NAME
from verify.exact.function_words import in_words

LARGEST = 100  # a size in a witness: exact matrices of this size are inverted in seconds
LARGEST_NUMBER = 10**2100  # a dimension that is the size of nothing, only a number
POINTS = 4_096  # of a law in a witness
Rows = tuple[tuple[Fraction, ...], ...]


class InstanceError(ValueError):
    """Data that is no instance; the message says what was expected, what came, where, and the remedy."""


@dataclass(frozen=True)
class Law:
    """A finite weighted point set: `points` are columns of one length, `weights` are positive and sum to 1."""

    points: Rows
    weights: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        if not self.points or len(self.points) != len(self.weights):
            raise InstanceError(
                f"a law needs as many weights as points, at least one: got {len(self.points)} points and "
                f"{len(self.weights)} weights."
            )
        if len({len(p) for p in self.points}) != 1:
            raise InstanceError(
                "a law's points need one length; got " + ", ".join(str(len(p)) for p in self.points) + "."
            )
        if any(w <= 0 for w in self.weights) or sum(self.weights) != 1:
            listed, total = ", ".join(map(_short, self.weights)), _short(sum(self.weights, Fraction(0)))
            raise InstanceError(f"a law's weights are positive and sum to 1; got {listed:.200} with sum {total}.")

    @property
    def size(self) -> int:
        """Entries of each point."""
        return len(self.points[0])


@dataclass(frozen=True)
class Instance:
    """Values for every free symbol of a claim.

    sizes: dimension name -> size. values: symbol name -> rows x columns (a scalar is ((v,),)).
    laws: random vector name -> law. functions: activation or scalar field name -> concrete library name.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, Rows] = field(default_factory=dict)
    laws: Mapping[str, Law] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("sizes", "values", "laws", "functions"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    def __getstate__(self) -> dict[str, Any]:
        return {name: dict(getattr(self, name)) for name in ("sizes", "values", "laws", "functions")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, MappingProxyType(value))

    def __hash__(self) -> int:
        return hash(tuple(frozenset(m.items()) for m in (self.sizes, self.values, self.laws, self.functions)))

    def __str__(self) -> str:
        return display(self)


def column(*entries: int | Fraction) -> Rows:
    """A column of exact numbers."""
    return tuple((Fraction(e),) for e in entries)


def scalar(value: int | Fraction) -> Rows:
    """A 1 x 1 value."""
    return ((Fraction(value),),)


def to_json(instance: Instance) -> dict[str, Any]:
    """Plain data for `json.dumps`; rationals are strings such as "-3/2"."""
    return {
        "sizes": dict(sorted(instance.sizes.items())),
        "values": {k: [[str(e) for e in row] for row in v] for k, v in sorted(instance.values.items())},
        "laws": {
            k: {"points": [[str(e) for e in p] for p in v.points], "weights": [str(w) for w in v.weights]}
            for k, v in sorted(instance.laws.items())
        },
        "functions": dict(sorted(instance.functions.items())),
    }


def from_json(data: object) -> Instance:
    """The instance of `to_json`. Raises InstanceError for anything else, naming the place."""
    top = _mapping(data, "the instance")
    unknown = sorted(set(top) - {"sizes", "values", "laws", "functions"})
    if unknown:
        raise InstanceError(f"an instance has sizes, values, laws and functions; got also {', '.join(unknown)}.")
    sizes = _mapping(top.get("sizes", {}), "sizes")
    for name, size in sizes.items():
        if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= LARGEST_NUMBER:
            got = limits.shown(size) if isinstance(size, int) else f"{size!r:.60}"
            raise InstanceError(
                f"sizes.{name}: expected a whole number from 1 to {LARGEST} (to 10^2100 if it is the size of nothing), "
                f"got {got}."
            )
    functions = _mapping(top.get("functions", {}), "functions")
    for name, concrete in functions.items():
        if not isinstance(concrete, str) or not concrete.isprintable():
            raise InstanceError(f"functions.{name}: expected a name, got {concrete!r:.60}.")
    laws: dict[str, Law] = {}
    for name, law in _mapping(top.get("laws", {}), "laws").items():
        parts = _mapping(law, f"laws.{name}")
        points = _rows(parts.get("points"), f"laws.{name}.points")
        weights = _row(parts.get("weights"), f"laws.{name}.weights")
        _require_common_denominator(weights, f"laws.{name}.weights")
        laws[name] = Law(points, weights)
    values = {k: _rows(v, f"values.{k}") for k, v in _mapping(top.get("values", {}), "values").items()}
    return Instance(sizes, values, laws, functions)


def display(instance: Instance) -> str:
    """One line for people: `d = 2, w = (1, 2), x in {(1, 0): 1/2, (-1, 0): 1/2}, phi = tanh`."""
    parts = [f"{k} = {v}" for k, v in sorted(instance.sizes.items())]
    parts += [f"{k} = {_show(v)}" for k, v in sorted(instance.values.items())]
    for name, law in sorted(instance.laws.items()):
        even = len(set(law.weights)) == 1
        points = (f"{_tuple(p)}" + ("" if even else f": {w}") for p, w in zip(law.points, law.weights, strict=True))
        parts.append(f"{name} in {{{', '.join(points)}}}" + (" equally likely" if even and len(law.points) > 1 else ""))
    parts += [f"{k} = {in_words(v)}" for k, v in sorted(instance.functions.items()) if k != v]
    return ", ".join(parts)


def _show(rows: Rows) -> str:
    if len(rows) == 1 and len(rows[0]) == 1:
        return _short(rows[0][0])
    if all(len(r) == 1 for r in rows):
        return _tuple(tuple(r[0] for r in rows))
    return "[" + "; ".join(" ".join(_short(e) for e in r) for r in rows) + "]"


def _tuple(entries: tuple[Fraction, ...]) -> str:
    return "(" + ", ".join(_short(e) for e in entries) + ")"


def _short(value: Fraction) -> str:
    if limits.problem_of_number(value):
        return "a longer number"
    exact = str(value)
    return exact if len(exact) <= 24 else f"{float(value):.6g}..." if abs(value) < 10**300 else exact[:12] + "..."


def _mapping(data: object, where: str) -> dict[str, Any]:
    if not isinstance(data, Mapping) or not all(isinstance(k, str) for k in data):
        raise InstanceError(f"{where}: expected an object with names as keys, got {type(data).__name__}.")
    for name in data:
        if not name.isprintable() or len(name) > LONGEST_NAME:
            raise InstanceError(f"{where}: expected the names of symbols, got {name!r:.60}.")
    return dict(data)


def _rows(data: object, where: str) -> Rows:
    if not isinstance(data, list) or not data:
        raise InstanceError(f"{where}: expected a list of rows, got {data!r:.60}.")
    if len(data) > POINTS:
        raise InstanceError(f"{where}: expected at most {POINTS:,} rows, got {len(data):,}.")
    rows = tuple(_row(row, f"{where}[{i}]") for i, row in enumerate(data))
    if len({len(r) for r in rows}) != 1:
        raise InstanceError(f"{where}: rows have different lengths.")
    return rows


def _row(data: object, where: str) -> tuple[Fraction, ...]:
    if not isinstance(data, list) or not data:
        raise InstanceError(f"{where}: expected a list of rationals as strings, got {data!r:.60}.")
    if len(data) > POINTS:
        raise InstanceError(f"{where}: expected at most {POINTS:,} entries, got {len(data):,}.")
    return tuple(_fraction(e, f"{where}[{i}]") for i, e in enumerate(data))


def _require_common_denominator(weights: tuple[Fraction, ...], where: str) -> None:
    """One that is no longer than any number here; without one, their sum would be longer than all of them together."""
    common = 1
    for weight in weights:
        common = lcm(common, weight.denominator)
        if problem := limits.problem_of_bits(common.bit_length()):
            raise InstanceError(f"{where}, over a common denominator: {problem}")


def _fraction(data: object, where: str) -> Fraction:
    try:
        if isinstance(data, str):
            return limits.rational(data)
    except ValueError as problem:
        raise InstanceError(f"{where}: {problem}.") from None
    raise InstanceError(f'{where}: expected a rational as a string such as "-3/2", got {data!r:.60}.')
