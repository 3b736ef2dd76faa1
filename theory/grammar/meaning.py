"""A tree to a term: which rule of the grammar is read by what. The one table of all meanings."""

from __future__ import annotations

from collections.abc import Mapping

from theory.grammar import applying, arithmetic
from theory.grammar.declaring import Names
from theory.grammar.readings import Reader, Rule

RULES: Mapping[str, Rule] = {
    "sum": arithmetic.sum_of_terms,
    "scaled": arithmetic.scaled,
    "entrywise": arithmetic.entrywise,
    "product": arithmetic.product,
    "factor": arithmetic.factor,
    "number": arithmetic.number,
    "name": arithmetic.name,
    "group": arithmetic.group,
    "length": arithmetic.length,
    "eye": arithmetic.eye,
    "ones": arithmetic.ones,
    "blocks": arithmetic.blocks,
    "mean": applying.mean,
    "derived": applying.derived,
    "applied": applying.applied,
}


def reader(names: Names, source: str) -> Reader:
    """A reader of one text over names that other texts may share."""
    return Reader(names, source, RULES, frozenset(applying.FUNCTIONS))
