"""A statement at one instance in rational numbers, to see whether its sides differ there.

Random vectors have a few points, free functions are sines and powers; derivatives are still `sympy.diff` along a line.
Where the two sides differ in their first digits, they differ; where they agree, nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from random import Random
from typing import Any

import sympy as sp

from theory import terms as t
from theory.statements.claims import AtMost, Equal, Interchange, SupBound
from theory.terms import ENTRYWISE, Property, Symbol, Term
from theory.terms.known_functions import known_function
from verify.by_sympy.at_sizes import ONE, Entries, Table, table
from verify.by_sympy.atoms import Cannot, Expr
from verify.by_sympy.reader import Values

DIGITS = 40  # worked with
TOLD_APART = sp.Rational(1, 10**20)  # of the larger side: what rounding at `DIGITS` digits never makes
Z = sp.Symbol("z", real=True)
FUNCTIONS = (sp.sin(2 * Z), Z**2 / 2 + sp.cos(Z), sp.exp(Z / 2), Z**3 / 3 - Z)
CORNERS = {2: ((1, 1), (1, -1), (-1, 1), (-1, -1)), 3: ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))}


class Instance(Entries):
    """One draw of every symbol, law and function of a statement."""

    def __init__(self, assumptions: Iterable[Any], sizes: Mapping[str, int], rng: Random) -> None:
        super().__init__(assumptions, sizes)
        self.rng = rng
        self.laws: dict[Symbol, tuple[tuple[Expr, Table], ...]] = {}
        self.functions: dict[str, Expr] = {}

    def plain(self, symbol: Symbol) -> Table:
        if symbol.has(Property.DIMENSION):
            return self.scalar(self.size(symbol))
        if symbol.has(Property.RANDOM):
            raise Cannot(f"{symbol.name} outside E")
        rows, columns = (self.count(n) for n in symbol.shape)
        if symbol.has(Property.BASIS):
            place = self.rng.randrange(rows)
            return table(rows, 1, lambda i, j: sp.Integer(int(i == place)))
        if symbol.has(Property.PERMUTATION):
            order = self.rng.sample(range(rows), rows)
            return table(rows, rows, lambda i, j: sp.Integer(int(order[i] == j)))
        if symbol.has(Property.ORTHOGONAL):
            out = self.eye(rows)
            for _ in range(self.rng.randint(0, 2)):
                out = self.multiply(out, self.without(sp.Integer(2), self._numbers(rows, 1, nonzero=True)))
            return out
        if symbol.has(Property.PROJECTOR):
            return self.without(ONE, self._numbers(rows, 1, nonzero=True))
        if symbol.has(Property.POSITIVE_DEFINITE) or symbol.has(Property.POSITIVE_SEMIDEFINITE):
            root = self._numbers(rows, rows)
            return self.add(self.multiply(root, self.transpose(root)), self.eye(rows))
        if symbol.is_scalar:
            size = sp.Rational(self.rng.randint(1, 9), self.rng.randint(1, 3))
            negative = symbol.has(Property.NEGATIVE) or self.rng.random() < 0.5
            free = not (symbol.has(Property.POSITIVE) or symbol.has(Property.NONNEGATIVE))
            return self.scalar(-size if negative and free else size)
        made = self._numbers(rows, columns, nonzero=symbol.has(Property.NONZERO))
        while symbol.has(Property.INVERTIBLE) and sp.Matrix(made).det() == 0:
            made = self._numbers(rows, columns)
        if symbol.properties & ENTRYWISE:
            made = table(rows, columns, lambda i, j: abs(made[i][j]) or ONE)
        return self.add(made, self.transpose(made)) if symbol.has(Property.SYMMETRIC) else made

    def _numbers(self, rows: int, columns: int, *, nonzero: bool = False) -> Table:
        while True:
            made = table(rows, columns, lambda i, j: sp.Rational(self.rng.randint(-5, 5), self.rng.randint(1, 2)))
            if not nonzero or any(entry != 0 for row in made for entry in row):
                return made

    # ---- functions and laws ---------------------------------------------------------------------------------
    def function(self, name: str, order: int) -> Callable[[Expr], Expr]:
        if name == "exp":
            return super().function(name, order)
        if known_function(name) is not None:
            raise Cannot(f"{name}, which is no free function")
        body = self.functions.setdefault(name, self.rng.choice(FUNCTIONS))
        slope = sp.diff(body, Z, order) if order else body
        return lambda value: slope.xreplace({Z: value})

    def partial(self, name: str, places: tuple[int, ...], arguments: list[Expr]) -> Expr:
        """Of sin(u_1) + u_1 u_2 + sin(u_2)/2 + u_2 u_3 + ..., which is not symmetric in its variables."""
        names = [sp.Symbol(f"u{i}", real=True) for i in range(len(arguments))]
        body = sp.Add(*(sp.sin(u) / (i + 1) for i, u in enumerate(names)))
        body += sp.Add(*(u * v for u, v in pairwise(names)))
        for place in places:
            body = sp.diff(body, names[place])
        return body.xreplace(dict(zip(names, arguments, strict=True)))

    def value(self, term: Term, env: Values) -> Table:
        if not isinstance(term, t.Expectation):
            return super().value(term, env)
        total = self.zero(term.shape) if not term.is_scalar else self.scalar(sp.Integer(0))
        for weight, point in self.law(term.over):
            total = self.add(total, self.scaled(weight, self.value(term.body, {**env, term.over: point})))
        return total

    def law(self, over: Symbol) -> tuple[tuple[Expr, Table], ...]:
        """Weights and points: white where a second moment is said to be I, centred where the mean is said to be 0."""
        if over not in self.laws:
            size = self.count(over.rows)
            if self._says(t.Expectation(t.matmul(over, t.transpose(over)), over), t.Eye):
                if size not in CORNERS:
                    raise Cannot(f"a white law in dimension {size}")
                self.laws[over] = tuple((sp.Rational(1, 4), tuple((sp.Integer(x),) for x in p)) for p in CORNERS[size])
                return self.laws[over]
            points = [self._numbers(size, 1, nonzero=True) for _ in range(size + 2)]
            weight = sp.Rational(1, len(points))
            if self._says(t.Expectation(over, over), t.Zero, t.Number):
                middle = points[0]
                for point in points[1:]:
                    middle = self.add(middle, point)
                points = [self.add(point, self.scaled(-weight, middle)) for point in points]
            self.laws[over] = tuple((weight, point) for point in points)
        return self.laws[over]

    def _says(self, term: Term, *kinds: type[Term]) -> bool:
        pairs = ((a.left, a.right) for a in self.assumptions if isinstance(a, Equal))
        return any(
            (one == term and isinstance(other, kinds)) or (other == term and isinstance(one, kinds))
            for one, other in pairs
        )

    # ---- assumptions ----------------------------------------------------------------------------------------
    def assume(self) -> None:
        """Symbols that an equation defines are computed. Raises Cannot where an assumption is not met."""
        super().assume()
        if not all(map(self._met, self.assumptions)):
            raise Cannot("an instance that meets the assumptions")

    def is_defined_by_equations(self, symbol: Symbol) -> bool:
        return True

    def assume_equal(self, assumption: Equal) -> None:
        """It is looked at with all assumptions, once every symbol has its value."""

    def _met(self, assumption: object) -> bool:
        match assumption:
            case Equal(left, right):
                return bool(self.gap(self.read(left), self.read(right)) == 0)
            case AtMost(left, right):
                gap = self.add(self.read(right), self.scaled(sp.Integer(-1), self.read(left)))
                return bool(sp.Matrix(gap).evalf(DIGITS).is_positive_semidefinite)
            case Interchange() | SupBound():
                return True  # finite laws; a bound on a function enters no equation
        return False  # of a normal law as well: the laws are finite

    def gap(self, one: Table, other: Table) -> Expr:
        """How far apart two matrices are, of the size of the larger entries; 0 where they agree. Rational numbers are
        compared as they are, others to `TOLD_APART`."""
        widest = sp.Integer(0)
        for rows in zip(one, other, strict=True):
            for x, y in zip(*rows, strict=True):
                if (exact := x - y).is_Rational:
                    widest = max(widest, abs(exact) / max(abs(x), abs(y))) if exact else widest
                    continue
                left, right = (sp.N(side, DIGITS, maxn=400, strict=False) for side in (x, y))
                if not (left.is_real and right.is_real and left.is_finite and right.is_finite):
                    raise Cannot("an instance at which both sides have values")
                scale = max(abs(left), abs(right))
                if scale > 0 and abs(left - right) > TOLD_APART * max(scale, 1):
                    widest = max(widest, abs(left - right) / scale)
        return widest
