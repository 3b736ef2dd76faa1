"""The title of a theorem as pages print it: one that is a statement as one types it is set as that statement.

`normproof check ... --to python` gives a file what was typed as its title. Any other title is words, with formulas here
and there.
"""

from __future__ import annotations

import functools
import re

from theory.statements.theorem import Theorem
from theory.terms import CalculusError
from theory.typeset.formulas import latex, relation_tex
from verify.press.pages.parts import Words
from verify.press.pages.wording import worded

_MAY_BE_READ = re.compile(r" (=|<=|>=|<|>) ")
_RELATIONS = {">=": "<=", ">": "<"}  # with the sides in the other order


def title(theorem: Theorem) -> Words:
    """The title as it is typed, and as it is set."""
    return Words(theorem.title, title_tex(theorem))


@functools.lru_cache(maxsize=256)
def title_tex(theorem: Theorem) -> str:
    """The title with formulas in dollars."""
    return _statement(theorem) or worded(theorem, theorem.title)


def _statement(theorem: Theorem) -> str:
    """The title read by the grammar over the names of the claims; empty where that is no statement."""
    if not _MAY_BE_READ.search(theorem.title) or not theorem.parts:
        return ""
    from theory.grammar.meaning import reader  # lark is loaded only for a title that may be a statement
    from theory.grammar.stating import names_of

    sides = [side for part in theorem.parts for side in (part.claim.left, part.claim.right)]
    try:
        names = names_of(sides)
        (left, right), relation = reader(names, theorem.title).text()
        names.settle()
        first, second = left.make(), right.make()
    except (CalculusError, ValueError):
        return ""
    if relation in _RELATIONS:
        first, second, relation = second, first, _RELATIONS[relation]
    return f"${latex(first)} {relation_tex(relation, first)} {latex(second)}$"
