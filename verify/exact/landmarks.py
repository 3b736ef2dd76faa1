"""Places of a scalar symbol where a claim is likely to fail and no draw goes: where a part of it vanishes, and between.

Kinks, poles and zeros of squares lie there; a claim can be false at one number, or between two numbers 10^-30 apart.
Parts are tried as they are at an instance: those that are affine in the symbol there have one zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from flint import fmpq

from theory import terms as t
from theory.statements.claims import Assumption, Claim
from theory.terms import Property, Symbol, Term
from theory.terms.rewrite import depends_on, free_symbols, unfold
from verify.exact.assumptions import CHECK_BITS, definitions_of, fraction, scope_of
from verify.exact.balls import Balls
from verify.exact.components import evaluate
from verify.exact.drawing import complete
from verify.exact.instances import Instance, scalar
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError

MOST = 16  # places of a symbol
LARGEST = 400  # nodes of a claim that are looked at


def landmarks(claim: Claim, assumptions: Sequence[Assumption], instance: Instance) -> Iterator[Instance]:
    """The instance with one scalar moved to where a part of a side vanishes, or between two such places; where one side
    is to be less, then with another one too, for sides may be equal at one point alone."""
    for place in _moved(claim, assumptions, instance):
        yield place
        if claim.relation == "<":
            yield from _moved(claim, assumptions, place)


def _moved(claim: Claim, assumptions: Sequence[Assumption], instance: Instance) -> Iterator[Instance]:
    defined = definitions_of(assumptions)
    parts = _parts(claim)
    symbols = {s for part in parts for s in free_symbols(part)}
    for symbol in sorted(symbols, key=lambda s: s.name):
        if symbol.is_scalar and symbol.name in instance.values and symbol.name not in defined:
            zeros = sorted({z for part in parts if (z := _zero(part, symbol, instance, assumptions)) is not None})
            between = [(low + high) / 2 for low, high in pairwise(zeros)]
            for place in [*zeros, *between][:MOST]:
                moved = replace(instance, values={**instance.values, symbol.name: scalar(place)})
                if (found := complete(moved, claim, assumptions)) is not None:
                    yield found


def _parts(claim: Claim) -> list[Term]:
    """The scalar parts of the sides that stand under no binder."""
    found: dict[Term, None] = {}
    for side in (claim.left, claim.right):
        todo = [unfold(side)]
        while todo and len(found) < LARGEST:
            node = todo.pop()
            if isinstance(node, t.Derivative | t.Expectation | t.Iterate):
                continue
            todo += node.children
            if node.is_scalar and isinstance(node, t.Sum | t.Scale | t.Product | t.Symbol):
                found[node] = None
    return list(found)


def _zero(part: Term, symbol: Symbol, instance: Instance, assumptions: Sequence[Assumption]) -> Fraction | None:
    """Where the part vanishes as the symbol moves, if it is affine in it there; None if it is not, or has no value."""
    if symbol.has(Property.DIMENSION) or not depends_on(part, symbol):
        return None
    values = []
    for place in range(3):
        moved = replace(instance, values={**instance.values, symbol.name: scalar(Fraction(place))})
        with Balls(CHECK_BITS, {}).active():
            try:
                ((value,),) = evaluate(part, scope_of(moved, definitions_of(assumptions), CHECK_BITS))
            except (UndefinedError, UncertainError, UnsupportedError):
                return None
        if type(value) is not fmpq:
            return None
        values.append(fraction(value))
    slope = values[1] - values[0]
    return -values[0] / slope if slope and values[2] - values[1] == slope else None
