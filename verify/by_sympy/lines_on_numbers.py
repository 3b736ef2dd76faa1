"""Each line of a derivation on numbers, put to SymPy: right by algebra, right at points of its ranges, or wrong there.

A claim that is enclosed over its range has no lines, and is looked at itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.statements.claims import symbols_of
from theory.statements.ranges import Range
from theory.statements.theorem import Part, Theorem
from theory.terms import Symbol, Term, rewrite
from verify.by_sympy.answers import Answer, Repeated, attempt, claims
from verify.by_sympy.atoms import Expr
from verify.by_sympy.real_numbers import Scalars, points, relation_at


def repeat(theorem: Theorem) -> tuple[tuple[Repeated, ...], ...]:
    """SymPy's answer for every line of every part."""
    scalars = Scalars()
    return tuple(
        tuple(_answer(theorem, part, scalars, n, *said) for n, said in enumerate(claims(part), 1))
        for part in theorem.parts
    )


def _answer(
    theorem: Theorem, part: Part, scalars: Scalars, number: int, before: Term, relation: str, after: Term
) -> Repeated:
    if relation == "=" and not attempt(lambda: scalars.everywhere(scalars.read(before), scalars.read(after))):
        return Repeated(number, Answer.EVERYWHERE)
    occurring = rewrite.free_symbols(before) | rewrite.free_symbols(after)
    named = sorted(symbols_of(part.claim) | occurring, key=lambda symbol: symbol.name)
    ranges = {s: found for s, found in theorem.setting.domain(named).items() if s in occurring}
    seen: list[Repeated] = []
    problem = attempt(lambda: seen.append(_at_points(scalars, number, before, relation, after, ranges, theorem.id)))
    return seen[0] if seen else Repeated(number, Answer.OPEN, problem)


def _at_points(
    scalars: Scalars, number: int, before: Term, relation: str, after: Term, ranges: Mapping[Symbol, Range], seed: str
) -> Repeated:
    left, right = scalars.read(before), scalars.read(after)
    seen, near = 0, ""
    for point in points(left, right, ranges, seed):
        holds = relation_at(relation, *scalars.at(left, right, point))
        if holds is None:
            near = f"the sides are too near to tell at {_listed(point)}"
        elif not holds:
            x, y, _ = scalars.at(left, right, point)
            return Repeated(number, Answer.DIFFERS, f"{_digits(x)} and {_digits(y)} at {_listed(point)}")
        seen += 1
    if near:
        return Repeated(number, Answer.OPEN, near)
    return Repeated(number, Answer.AT_POINTS, f"{seen} point{'s' if seen != 1 else ''}")


def _digits(value: Any) -> str:
    return f"{float(value):.12g}"


def _listed(point: Mapping[Expr, Fraction]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in point.items()) or "the numbers stated"
