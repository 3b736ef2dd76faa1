"""Each line of a derivation on numbers, put to SymPy: right by algebra, right at points of its ranges, or wrong there.

A claim that is enclosed over its range has no lines, and is looked at itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.statements.theorem import Theorem
from theory.terms import Term, rewrite
from verify.by_sympy.answers import Answer, Asked, Repeated, claims
from verify.by_sympy.atoms import Expr
from verify.by_sympy.real_numbers import Scalars, points, relation_at
from verify.plural import plural


def repeat(theorem: Theorem) -> tuple[tuple[Repeated, ...], ...]:
    """SymPy's answer for every line of every part."""
    asked, scalars = Asked(), Scalars()

    def answer(number: int, said: tuple[Term, str, Term]) -> Repeated:
        before, relation, after = said
        if relation == "=" and not asked.shown(lambda: scalars.everywhere(scalars.read(before), scalars.read(after))):
            return Repeated(number, Answer.EVERYWHERE)
        found, problem = asked.ask(lambda: _at_points(theorem, scalars, *said))
        return Repeated(number, *(found or (Answer.OPEN, problem)))

    return tuple(tuple(answer(*line) for line in enumerate(claims(part), 1)) for part in theorem.parts)


def _at_points(theorem: Theorem, scalars: Scalars, before: Term, relation: str, after: Term) -> tuple[Answer, str]:
    occurring = rewrite.free_symbols(before) | rewrite.free_symbols(after)
    ranges = theorem.setting.domain(sorted(occurring, key=lambda symbol: symbol.name))
    left, right = scalars.read(before), scalars.read(after)
    seen, near = 0, ""
    for point in points(left, right, ranges, theorem.id):
        x, y, digits = scalars.at(left, right, point)
        holds = relation_at(relation, x, y, digits)
        if holds is None:
            near = f"the sides are too near to tell at {_listed(point)}"
        elif not holds:
            return Answer.DIFFERS, f"{_digits(x)} and {_digits(y)} at {_listed(point)}"
        seen += 1
    if near:
        return Answer.OPEN, near
    return Answer.AT_POINTS, plural(seen, "point")


def _digits(value: Any) -> str:
    return f"{float(value):.12g}"


def _listed(point: Mapping[Expr, Fraction]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in point.items()) or "the numbers stated"
