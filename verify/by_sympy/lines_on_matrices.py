"""Each line of a derivation on matrices, put to SymPy from the definitions: does it say so too?

A line `=` says that a difference is 0, a line `<=` that a difference is its certificate; signs stay with the line
checker. Nothing that a line cites is used but its certificate: definitions are unfolded, derivatives carried out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from theory.statements.claims import assumption_terms
from theory.statements.derivation import Line, Surplus
from theory.statements.theorem import Part, Theorem
from theory.terms import Property, Symbol, Term, rewrite
from theory.terms.size_arithmetic import dimensions_in
from verify.by_sympy.answers import Answer, Asked, Repeated, claims
from verify.by_sympy.at_instances import Instance
from verify.by_sympy.at_sizes import Entries, Table
from verify.by_sympy.atoms import Expr
from verify.by_sympy.dimension_free import Words
from verify.by_sympy.reader import Reader

SIZES = (2, 3)
DRAWS = 6  # instances, for each choice of sizes, at which a line that is not shown is tried


@dataclass(frozen=True)
class Equation:
    """`left = right + more`, the sides squared where a certificate compares squares: what a line says."""

    left: Term
    right: Term
    more: Term | None = None
    squared: bool = False

    @property
    def terms(self) -> tuple[Term, ...]:
        return (self.left, self.right, *(() if self.more is None else (self.more,)))

    def sides(self, reader: Reader[Any]) -> tuple[Any, Any]:
        left, right = reader.read(self.left), reader.read(self.right)
        if self.squared:
            left, right = reader.multiply(left, left), reader.multiply(right, right)
        return left, right if self.more is None else reader.add(right, reader.read(self.more))

    def holds(self, reader: Reader[Any]) -> bool:
        left, right = self.sides(reader)
        return reader.vanishes(reader.add(left, reader.scaled(-1, right)))


def equations(part: Part) -> tuple[Equation | None, ...]:
    """What each line of a part says; None for an inequality without a certificate, which is no equation. A part without
    lines says its claim, if that is an equation."""
    if part.derivation is None:
        return (Equation(part.claim.left, part.claim.right),) if part.claim.relation == "=" else ()
    pairs = zip(claims(part), part.derivation.lines, strict=True)
    return tuple(_equation(before, line) for (before, _, _), line in pairs)


def _equation(before: Term, line: Line) -> Equation | None:
    if line.relation == "=":
        return Equation(before, line.term)
    given = next((reason for reason in line.reasons if isinstance(reason, Surplus)), None)
    return None if given is None else Equation(line.term, before, given.term, given.squared)


def repeat(theorem: Theorem) -> tuple[tuple[Repeated, ...], ...]:
    """SymPy's answer for every line of every part."""
    asked, words = Asked(), Words(theorem.assumptions)
    _, problem = asked.ask(words.assume)

    def answer(number: int, equation: Equation | None) -> Repeated:
        if equation is None:
            return Repeated(number, Answer.OPEN, "an inequality without a certificate")
        return _answer(theorem, asked, equation, number, problem or asked.shown(lambda: equation.holds(words)))

    return tuple(tuple(answer(*line) for line in enumerate(equations(part), 1)) for part in theorem.parts)


def _answer(theorem: Theorem, asked: Asked, equation: Equation, number: int, problem: str) -> Repeated:
    """`problem`: why words did not show it for every dimension; then explicit sizes are tried, after instances."""
    if not problem:
        return Repeated(number, Answer.EVERYWHERE)
    if found := _difference(theorem, asked, equation):
        return Repeated(number, Answer.DIFFERS, found)
    sizes = list(_sizes(theorem, equation))
    if all(_holds_at(theorem, asked, equation, chosen) for chosen in sizes):
        return Repeated(number, Answer.AT_SIZES, "; ".join(dict.fromkeys(map(_listed, sizes))))
    return Repeated(number, Answer.OPEN, problem)


def _holds_at(theorem: Theorem, asked: Asked, equation: Equation, sizes: dict[str, int]) -> bool:
    entries = Entries(theorem.assumptions, sizes)
    _, problem = asked.ask(entries.assume)
    return not (problem or asked.shown(lambda: equation.holds(entries)))


def _sizes(theorem: Theorem, equation: Equation) -> Iterator[dict[str, int]]:
    """Two choices of sizes; names beside one another differ, so that a transposed matrix does not fit."""
    terms = [*equation.terms, *(side for a in theorem.assumptions for side in assumption_terms(a))]
    found = {n.name for term in terms for s in rewrite.free_symbols(term) for n in _dimensions(s)}
    for size in SIZES:
        yield {name: size + i % 2 for i, name in enumerate(sorted(found))}


def _dimensions(symbol: Symbol) -> Iterator[Symbol]:
    if symbol.has(Property.DIMENSION):
        yield symbol
    yield from dimensions_in(symbol.shape)


# ---- where the sides differ ---------------------------------------------------------------------------------
def _difference(theorem: Theorem, asked: Asked, equation: Equation) -> str:
    """An instance at which the line fails, in words; empty if a few show none."""
    for sizes in _sizes(theorem, equation):
        for draw in range(DRAWS):
            instance = Instance(theorem.assumptions, sizes, Random(f"{theorem.id}/{draw}"))
            gap, _ = asked.ask(partial(_gap, equation, instance))
            if gap:
                return f"the sides differ by {float(gap):.2g} of their size at {_where(instance, sizes)}"
    return ""


def _gap(equation: Equation, instance: Instance) -> Expr:
    instance.assume()
    return instance.gap(*equation.sides(instance))


def _where(instance: Instance, sizes: dict[str, int]) -> str:
    drawn = {s.name: table for s, table in instance.symbols.items() if not s.has(Property.DIMENSION)}
    laws = {s.name: law for s, law in instance.laws.items()}
    return ", ".join(
        [
            *([_listed(sizes)] if sizes else []),
            *(f"{name} = {_shown(table)}" for name, table in sorted(drawn.items())),
            *(f"{name} one of {', '.join(_shown(p) for _, p in law)}" for name, law in sorted(laws.items())),
            *(f"{name}(z) = {body}" for name, body in sorted(instance.functions.items())),
        ]
    )


def _shown(table: Table) -> str:
    if len(table) == len(table[0]) == 1:
        return str(table[0][0])
    rows = [str(row[0]) if len(row) == 1 else "(" + ", ".join(map(str, row)) + ")" for row in table]
    return "(" + ", ".join(rows) + ")"


def _listed(sizes: dict[str, int]) -> str:
    return ", ".join(f"{name} = {n}" for name, n in sizes.items()) or "the sizes stated"
