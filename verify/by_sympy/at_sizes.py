"""Matrices at explicit sizes: rows of SymPy scalars, with a symbol for each entry.

What words cannot say is said here, for the sizes at hand: an entrywise product of matrices, a function of every entry,
the inverse of anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from itertools import product
from typing import Any

import sympy as sp

from theory import terms as t
from theory.statements.claims import Equal, Gaussian
from theory.terms import Property, Symbol
from theory.terms.size_arithmetic import number_of
from verify.by_sympy.atoms import FUNCTIONS, Cannot, Expr
from verify.by_sympy.reader import Reader, assumed, scalar_symbol

Table = tuple[tuple[Expr, ...], ...]
ONE, NOTHING = sp.Integer(1), sp.Integer(0)


@lru_cache(maxsize=FUNCTIONS)
def scalar_field(name: str, size: int, places: tuple[int, ...]) -> Any:
    """A free function of `size` real variables, differentiated once in the variable at each place."""

    def fdiff(self: Any, argindex: int = 1) -> Expr:
        return scalar_field(name, size, tuple(sorted((*places, argindex - 1))))(*self.args)

    title = f"{name}_{''.join(map(str, places))}"
    return type(title, (sp.Function,), {"fdiff": fdiff, "is_real": True, "nargs": size})


class Entries(Reader[Table]):
    """Statements at the sizes given by the names of dimensions."""

    def __init__(self, assumptions: Iterable[Any], sizes: Mapping[str, int]) -> None:
        super().__init__(assumptions)
        self.sizes = sizes
        self.facts: dict[Expr, Expr] = {}  # what an assumption says that a mean is
        self._varying: dict[Expr, str] = {}

    # ---- leaves ---------------------------------------------------------------------------------------------
    def scalar(self, value: Expr) -> Table:
        return ((value,),)

    def number(self, value: Table) -> Expr:
        return value[0][0]

    def count(self, size: t.Dimension) -> int:
        return number_of(size, self.sizes)

    def steps(self, count: t.Dimension) -> int:
        return self.count(count)

    def size(self, size: t.Dimension) -> Expr:
        return sp.Integer(self.count(size))

    def plain(self, symbol: Symbol) -> Table:
        if symbol.has(Property.DIMENSION):
            return self.scalar(self.size(symbol))
        if symbol.has(Property.BASIS):  # any column, and mostly another one for another name
            place = sum(map(ord, symbol.name)) % self.count(symbol.rows)
            return table(self.count(symbol.rows), 1, lambda i, j: sp.Integer(int(i == place)))
        if symbol.has(Property.PERMUTATION):  # any turn of the columns, and mostly another one for another name
            turn, size = sum(map(ord, symbol.name)) % 2 + 1, self.count(symbol.rows)
            return table(size, size, lambda i, j: sp.Integer(int((i + turn) % size == j)))
        if symbol.has(Property.ORTHOGONAL):
            return self._less(sp.Integer(2), self.count(symbol.rows), sum(map(ord, symbol.name)) % 5 + 1)
        if symbol.has(Property.PROJECTOR):
            return self._less(ONE, self.count(symbol.rows), 1)
        if symbol.is_scalar and not symbol.has(Property.RANDOM):
            return self.scalar(scalar_symbol(symbol))
        definite = symbol.has(Property.POSITIVE_DEFINITE) or symbol.has(Property.POSITIVE_SEMIDEFINITE)
        rows, columns = (self.count(n) for n in symbol.shape)

        def entry(i: int, j: int) -> Expr:
            if symbol.has(Property.SYMMETRIC) and j < i:
                i, j = j, i
            known = {"nonnegative": True} if definite and i == j else assumed(symbol)
            return sp.Symbol(f"{symbol.name}[{i + 1}{f',{j + 1}' if columns > 1 else ''}]", **known)

        made = table(rows, columns, entry)
        if symbol.has(Property.RANDOM):
            self._varying.update({entry: symbol.name for row in made for entry in row})
        return made

    def _less(self, share: Expr, size: int, first: int) -> Table:
        """I - share u u'/u'u for u = (first, first + 1, ...): one such matrix is enough where words said nothing."""
        return self.without(share, tuple((sp.Integer(first + i),) for i in range(size)))

    def without(self, share: Expr, u: Table) -> Table:
        """I - share u u'/u'u: a projector for a share of 1, a reflection for 2."""
        outer = self.multiply(u, self.transpose(u))
        along = self.scaled(-share / self.trace(outer, len(u)), outer)
        return self.add(self.eye(len(u)), along)

    def eye(self, size: t.Dimension) -> Table:
        n = self.count(size)
        return table(n, n, lambda i, j: sp.Integer(int(i == j)))

    def ones(self, size: t.Dimension) -> Table:
        return table(self.count(size), 1, lambda i, j: ONE)

    def zero(self, shape: t.Shape) -> Table:
        return table(self.count(shape[0]), self.count(shape[1]), lambda i, j: NOTHING)

    # ---- algebra --------------------------------------------------------------------------------------------
    def add(self, one: Table, other: Table) -> Table:
        return tuple(tuple(x + y for x, y in zip(*rows, strict=True)) for rows in zip(one, other, strict=True))

    def multiply(self, one: Table, other: Table) -> Table:
        columns = self.transpose(other)
        return tuple(
            tuple(sp.Add(*(x * y for x, y in zip(row, column, strict=True))) for column in columns) for row in one
        )

    def transpose(self, value: Table) -> Table:
        return tuple(zip(*value, strict=True))

    def each(self, value: Table, change: Callable[[Expr], Expr]) -> Table:
        return tuple(tuple(map(change, row)) for row in value)

    def trace(self, value: Table, size: t.Dimension) -> Expr:
        return sp.Add(*(value[i][i] for i in range(len(value))))

    def determinant(self, value: Table, size: t.Dimension) -> Expr:
        return sp.Matrix(value).det(method="berkowitz")

    def inverse(self, value: Table, size: t.Dimension) -> Table:
        matrix = sp.Matrix(value)
        determinant = matrix.det(method="berkowitz")
        if determinant == 0:
            raise Cannot("the inverse of a singular matrix")
        return self.each(tuple(map(tuple, matrix.adjugate().tolist())), lambda entry: entry / determinant)

    def place(self, term: t.Place) -> Table:
        before = self.count(term.before)
        return table(self.count(term.whole), self.count(term.size), lambda i, j: sp.Integer(int(i == before + j)))

    def kronecker(self, one: Table, other: Table) -> Table:
        return tuple(tuple(x * y for x in row for y in below) for row in one for below in other)

    def vec(self, value: Table) -> Table:
        return tuple((entry,) for column in zip(*value, strict=True) for entry in column)

    def diagonal(self, value: Table) -> Table:
        return table(len(value), len(value), lambda i, j: value[i][0] if i == j else NOTHING)

    def hadamard(self, one: Table, other: Table) -> Table:
        return tuple(tuple(x * y for x, y in zip(*rows, strict=True)) for rows in zip(one, other, strict=True))

    def entrywise(self, name: str, order: int, value: Table, shape: t.Shape) -> Table:
        return self.each(value, self.function(name, order))

    def field(self, field: t.ScalarField, order: int, value: Table) -> Table:
        arguments = [row[0] for row in value]
        n = len(arguments)
        shape = ((1, 1), (n, 1), (n, n))[order]
        return table(*shape, lambda i, j: self.partial(field.name, (i, j)[:order], arguments))

    def partial(self, name: str, places: tuple[int, ...], arguments: list[Expr]) -> Expr:
        return scalar_field(name, len(arguments), tuple(sorted(places)))(*arguments)

    # ---- E --------------------------------------------------------------------------------------------------
    def expectation(self, value: Table, over: Symbol) -> Table:
        return self.each(value, lambda entry: self._expected(entry, over))

    def _depends(self, value: Expr, over: Symbol) -> bool:
        return any(self._varying.get(symbol) == over.name for symbol in value.free_symbols)

    def _expected(self, value: Expr, over: Symbol) -> Expr:
        if not self._depends(value, over):
            return value
        total = NOTHING
        for free, varying in self.shares(value, over, lambda e: self._depends(e, over)):
            total = total + free * self._moment(varying, over)
        return total

    def _moment(self, varying: Expr, over: Symbol) -> Expr:
        if varying == 1:
            return ONE
        powers, function = [], ONE
        for factor in sp.Mul.make_args(varying):
            base, power = factor.as_base_exp()
            if base in self._varying and power.is_Integer and power > 0:
                powers.append(factor)
            else:
                function = function * factor
        parts = tuple(sorted(powers, key=str))
        others = {symbol for symbol in varying.free_symbols if self._varying.get(symbol, over.name) != over.name}
        if others:
            raise Cannot("one expectation inside another")
        law = next((a for a in self.assumptions if isinstance(a, Gaussian) and a.over == over), None)
        if law is not None and function == 1:
            return self._of_normal_law(law, powers)
        if law is not None and parts and self._of_linear(function, over):
            return self._by_parts(law, varying, parts[0].as_base_exp()[0])
        made = self.mean(over, function, parts, lambda: sp.Symbol(f"E#{len(self._means) + 1}", real=True))
        return self.facts.get(made, made)

    def _of_normal_law(self, law: Gaussian, powers: list[Expr]) -> Expr:
        """The mean of a product of entries: over all ways to leave each alone or pair it, of means and covariances."""
        rows = {entry: i for i, (entry,) in enumerate(self.read(law.over))}
        mean, covariance = self.read(law.mean), self.read(law.covariance)

        def expected(places: tuple[int, ...]) -> Expr:
            if not places:
                return ONE
            first, rest = places[0], places[1:]
            pairs = (covariance[first][k] * expected(rest[:n] + rest[n + 1 :]) for n, k in enumerate(rest))
            return sp.Add(mean[first][0] * expected(rest), *pairs)

        split = (factor.as_base_exp() for factor in powers)
        return sp.expand(expected(tuple(rows[base] for base, power in split for _ in range(int(power)))))

    def _of_linear(self, function: Expr, over: Symbol) -> bool:
        """Is it a product of functions of what is linear in x? Then by parts there is one x less, and an end."""
        factors = [factor.as_base_exp()[0] for factor in sp.Mul.make_args(function)]
        return all(isinstance(factor, sp.Function) for factor in factors) and not any(
            self._depends(sp.diff(argument, entry), over)
            for factor in factors
            for argument in factor.args
            for entry in argument.free_symbols
            if self._varying.get(entry) == over.name
        )

    def _by_parts(self, law: Gaussian, varying: Expr, entry: Expr) -> Expr:
        """E[x_i g] is mu_i E[g] and the sum over j of S_ij E[dg/dx_j]."""
        entries = [entry for (entry,) in self.read(law.over)]
        place, rest = entries.index(entry), varying / entry
        mean, covariance = self.read(law.mean), self.read(law.covariance)
        slopes = [self._expected(sp.expand(sp.diff(rest, other)), law.over) for other in entries]
        whole = mean[place][0] * self._expected(rest, law.over)
        return sp.expand(whole + sp.Add(*(s * slope for s, slope in zip(covariance[place], slopes, strict=True))))

    def assume_equal(self, assumption: Equal) -> None:
        left, right = self.read(assumption.left), self.read(assumption.right)
        for one, other in ((left, right), (right, left)):
            pairs = [(x, y) for rows in zip(one, other, strict=True) for x, y in zip(*rows, strict=True)]
            means = {made for *_, made in self._means}
            if all(x in means and x not in y.free_symbols for x, y in pairs):
                self.facts.update(pairs)
                self._known.clear()
                return

    # ---- derivatives ----------------------------------------------------------------------------------------
    def direction(self, shape: t.Shape) -> Table:
        name = next(self._names)
        return table(
            self.count(shape[0]), self.count(shape[1]), lambda i, j: sp.Symbol(f"h#{name}[{i + 1},{j + 1}]", real=True)
        )

    def coefficient(self, value: Expr, direction: Table) -> Table:
        return self.each(direction, lambda h: sp.diff(value, h))

    def columns_of(self, value: Table, direction: Table) -> Table:
        return tuple(tuple(sp.diff(row[0], h) for (h,) in direction) for row in value)

    def vanishes(self, value: Table) -> bool:
        return all(self.test.zero(entry) for row in value for entry in row)


def table(rows: int, columns: int, entry: Callable[[int, int], Expr]) -> Table:
    rows_of: list[list[Expr]] = [[NOTHING] * columns for _ in range(rows)]
    for i, j in product(range(rows), range(columns)):
        rows_of[i][j] = entry(i, j)
    return tuple(map(tuple, rows_of))
