"""How an instance meets what is assumed of it: with equality, narrowly, with room or from far; and what in it is 0.

Evidence from instances that all meet an inequality with equality says nothing of the others, so it is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flint import arb, fmpq

from theory import terms as t
from theory.statements.claims import Assumption, AtMost, SupBound
from verify.exact.activations import ACTIVATIONS
from verify.exact.assumptions import CHECK_BITS, definitions_of, positive_semidefinite, scope_of
from verify.exact.balls import Balls
from verify.exact.components import evaluate
from verify.exact.instances import Instance
from verify.exact.number_system import UncertainError, UndefinedError, UnsupportedError

STANDINGS = ("with equality", "narrowly", "with room", "from far")
NARROW, FAR = 64, 10  # sides nearer than a 64th of their size; sides that differ by a factor of 10 or in sign


def standings(instance: Instance, assumptions: Sequence[Assumption]) -> dict[AtMost | SupBound, str]:
    """How each inequality assumed is met by an instance that meets them; none for one that cannot be told."""
    definitions = definitions_of(assumptions)
    found: dict[AtMost | SupBound, str] = {}
    with Balls(CHECK_BITS, {}).active():
        scope = scope_of(instance, definitions, CHECK_BITS)
        for a in assumptions:
            try:
                if isinstance(a, SupBound):
                    sup = ACTIVATIONS[instance.functions[a.function.name]].sup(a.order)
                    bound = evaluate(a.bound, scope)
                    if sup is not None:
                        found[a] = _standing([[fmpq(sup.numerator, sup.denominator)]], bound)
                elif isinstance(a, AtMost):
                    found[a] = _standing(evaluate(a.left, scope), evaluate(a.right, scope))
            except (UndefinedError, UncertainError, UnsupportedError):
                continue
    return found


def _standing(left: list[list[Any]], right: list[list[Any]]) -> str:
    n = range(len(left))
    gap = [[right[i][j] - left[i][j] for j in n] for i in n]
    sizes = [max((_upper(table[i][j]) for i in n for j in n), default=fmpq(0)) for table in (left, right)]

    def clears(margin: Any) -> bool:
        """Is the gap more than this margin, in every direction?"""
        return (
            positive_semidefinite([[gap[i][j] - (margin if i == j else 0) for j in n] for i in n], definite=True)
            is True
        )

    if not clears(fmpq(0)):
        return STANDINGS[0]
    if not clears(max(sizes) / NARROW):
        return STANDINGS[1]
    return STANDINGS[3] if clears(max(sizes) * (FAR - 1) / FAR) else STANDINGS[2]


def _upper(value: Any) -> Any:
    if type(value) is fmpq:
        return abs(value)
    return arb(value).abs_upper()


def counted(seen: Iterable[Mapping[AtMost | SupBound, str]]) -> dict[AtMost | SupBound, Counter[str]]:
    """How often each inequality was met in which way."""
    found: dict[AtMost | SupBound, Counter[str]] = {}
    for standing in seen:
        for a, how in standing.items():
            found.setdefault(a, Counter())[how] += 1
    return found


def in_words(counts: Counter[str]) -> str:
    """`with equality 12, with room 5`."""
    return ", ".join(f"{how} {counts[how]}" for how in STANDINGS if counts[how])


def only_zero(instances: Sequence[Instance], symbols: Iterable[t.Symbol]) -> tuple[str, ...]:
    """Names of the symbols that are 0 at every one of the instances, though nothing defines them so."""
    found = []
    for s in sorted(symbols, key=lambda s: s.name):
        tables = [i.values.get(s.name) or (i.laws[s.name].points if s.name in i.laws else None) for i in instances]
        given = [table for table in tables if table is not None]
        if given and not any(e for table in given for row in table for e in row):
            found.append(s.name)
    return tuple(found)
