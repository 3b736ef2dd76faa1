"""S^(1/2) and S^(-1/2) of a matrix with a name.

Every positive definite S is R R for one positive definite R, and every such R R is positive definite; the same holds of
semidefinite ones. So a statement on S and its root is read as one on R, with R R wherever S stands.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce

from theory import terms as t
from theory.grammar.declaring import Root
from theory.grammar.extents import unify
from theory.grammar.readings import Read, Reader
from theory.grammar.tokens import in_ascii
from theory.terms import Term

MOST = 20  # factors that a power of a matrix is written as


def is_half(exponent: Fraction) -> bool:
    """Is it k/2 with an odd k that is small?"""
    return exponent.denominator == 2 and abs(exponent.numerator) <= MOST


def rooted(reader: Reader, base: Read, exponent: Fraction, start: int, end: int) -> Read:
    """The power S^(k/2) of a name. Raises MisreadError for one of anything else."""
    name = in_ascii(reader.source[base.start : base.end].strip("() "))
    found = reader.names.known.get(name)
    if found is None or found.kind != "symbol":
        raise reader.wrong(
            "a matrix with a name before ^(1/2)", reader.said(base), start, end,
            'only a matrix that is declared has one, S^(1/2) with --let "S: positive definite"',
        )  # fmt: skip
    if not unify(*base.extent):
        raise reader.wrong("a square matrix before ^", reader.said(base), start, end)
    root = reader.names.roots.setdefault(name, Root(reader.source, start, end))
    root.inverted |= exponent < 0

    def make() -> Term:
        symbol: Term = reader.names.symbol(root.name)
        return reduce(t.matmul, [t.inverse(symbol) if exponent < 0 else symbol] * abs(exponent.numerator))

    return reader.made(base.extent, make, start, end)
