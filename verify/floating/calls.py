"""Which calls of definitions torch's references compute, and what such a call takes as one number for a whole batch.

A call whose reference does not fit (none, no derivative where one is taken, an argument that may not vary) has its body
evaluated instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from numerics.reference import REFERENCES
from theory import terms as t
from theory.terms import Call, Property, Symbol, Term
from theory.terms.rewrite import depends_on, free_symbols, unfold


def has_reference(call: Call, variables: Sequence[Symbol] = ()) -> bool:
    """Does torch compute this call, when derivatives are taken in these variables?"""
    reference = REFERENCES.get(call.definition.reference)
    if reference is None:
        return False
    if not reference.differentiable and any(depends_on(call, v) for v in variables):
        return False
    fixed = [argument for place, argument in enumerate(call.arguments) if place in reference.per_call]
    return not any(depends_on(a, v) for a in fixed for v in variables) and not any(
        s.has(Property.RANDOM) and depends_on(a, s) for a in fixed for s in free_symbols(a)
    )


def per_call(terms: Sequence[Term]) -> dict[str, tuple[float, ...]]:
    """Symbols that reach an argument which torch takes as one number for a whole call, by name.

    With the values worth trying where the symbol is that argument itself, without any where it only occurs in it.
    """
    found: dict[str, tuple[float, ...]] = {}
    for call in _calls(terms):
        reference = REFERENCES.get(call.definition.reference)
        for place, values in reference.per_call.items() if reference else ():
            if place >= len(call.arguments):
                continue  # the definition is another one of this name, which the pairing reports
            argument = call.arguments[place]
            for symbol in free_symbols(argument):
                found[symbol.name] = found.get(symbol.name, ()) or (values if argument == symbol else ())
    return found


def _calls(terms: Sequence[Term]) -> set[Call]:
    """Every call in the terms, those in bodies that may be evaluated included."""
    found: set[Call] = set()
    waiting = list(terms)
    while waiting:
        calls = {node for node in t.walk(waiting.pop()) if isinstance(node, Call)} - found
        found |= calls
        waiting += [unfold(call, frozenset({call.definition})) for call in calls]
    return found
