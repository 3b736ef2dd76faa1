"""What makes one counterexample simpler than another: the order in which shrinking goes down."""

from __future__ import annotations

from fractions import Fraction

from verify.exact.activations import ACTIVATIONS, FIELDS
from verify.exact.instances import Instance

RANK = {name: i for library in (ACTIVATIONS, FIELDS) for i, name in enumerate(library)}

Measure = tuple[int, int, int, int]


def measure(instance: Instance) -> Measure:
    """What shrinking lowers, in this order: sizes, points of laws, rank of functions (letters of an expression),
    length of entries.

    Ask it of the free part: values that follow from others should not count.
    """
    entries = [e for rows in instance.values.values() for row in rows for e in row]
    entries += [e for law in instance.laws.values() for row in law.points for e in row]
    for law in instance.laws.values():  # points that are equally likely share one weight, for a reader as well
        entries += set(law.weights) if len(set(law.weights)) == 1 else law.weights
    points = sum(len(law.points) for law in instance.laws.values())
    return (
        sum(instance.sizes.values()),
        points,
        sum(RANK.get(f, len(f)) for f in instance.functions.values()),
        sum(cost(e) for e in entries),
    )


def cost(value: Fraction) -> int:
    """0 costs nothing, 1 little, small whole numbers more, signs and denominators most."""
    if value == 0:
        return 0
    size = abs(value.numerator) if abs(value.numerator) < 8 else 8 * abs(value.numerator).bit_length()
    return size + (value < 0) + (0 if value.denominator == 1 else 4 + 4 * value.denominator.bit_length())
