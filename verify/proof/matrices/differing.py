"""Do two terms differ somewhere? A polynomial in free symbols is evaluated at a few instances in whole numbers.

"Different" is said only where one of them shows it: over matrices of a fixed size a polynomial that is not zero as it
is written may still vanish everywhere (Cayley-Hamilton). Of what symbols are declared to be, an instance has only what
ties their entries to each other: a polynomial that vanishes wherever signs and definiteness hold vanishes everywhere.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from random import Random

from theory.terms import Dimension, Property, Symbol
from theory.terms.size_arithmetic import dimensions_in, number_of
from verify.proof.matrices import kinds as k
from verify.proof.matrices.forms import CannotDecide, Context, Form
from verify.proof.matrices.kinds import Coefficient, Monomial, Word

Table = list[list[int]]
TRIES = 4
UNREAD = {Property.PROJECTOR, Property.ORTHOGONAL, Property.PERMUTATION, Property.BASIS, Property.RANDOM}


def differs(ctx: Context, form: Form) -> bool:
    """Is the form shown not to vanish, at an instance of its symbols? False means: not shown."""
    try:
        return any(Instance(ctx, seed).shows(form) for seed in range(TRIES))
    except CannotDecide:
        return False


class Instance:
    """Sizes, and entries above 0: no power of a product of them is undefined. Raises CannotDecide at what is neither
    symbols nor ones, nor their products to whole powers."""

    def __init__(self, ctx: Context, seed: int) -> None:
        self.ctx, self.random, self.seed = ctx, Random(seed), seed
        self.values: dict[Symbol, Table] = {}
        self.sizes: dict[Symbol, int] = {}

    def shows(self, form: Form) -> bool:
        """Has the form an entry here that is not 0?"""
        rows, columns = (self.size(n) for n in form.shape)
        unit = [[int(i == j) for j in range(columns)] for i in range(rows)]
        parts = [
            (self.scalar(monomial, value), self.word(word) if word else unit)
            for (monomial, word), value in form.terms.items()
        ]
        return any(sum(c * table[i][j] for c, table in parts) for i in range(rows) for j in range(columns))

    def scalar(self, monomial: Monomial, value: Coefficient) -> Fraction:
        out = Fraction(value)
        for atom, exponent in monomial:
            if exponent.denominator != 1:
                raise CannotDecide("a root is not read")
            out *= Fraction(self.atom(atom)) ** int(exponent)
        return out

    def atom(self, atom: int) -> int:
        match self.ctx.atoms[atom].what:
            case k.Named(symbol):
                return self.symbol(symbol)[0][0]
            case k.Scalar(word) | k.Trace(word):
                table = self.word(word)
                return sum(table[i][i] for i in range(len(table)))  # a 1 x 1 word is its own trace
        raise CannotDecide("this atom is not read")

    def word(self, word: Word) -> Table:
        return reduce(_times, (self.factor(number) for number in word))

    def factor(self, number: int) -> Table:
        node = self.ctx.factors[number]
        match node.what:
            case k.Ones(size):
                table = [[1] for _ in range(self.size(size))]
            case k.Named(symbol):
                table = self.symbol(symbol)
            case _:
                raise CannotDecide("this factor is not read")
        return [[row[j] for row in table] for j in range(len(table[0]))] if node.transposed else table

    def symbol(self, symbol: Symbol) -> Table:
        if symbol.has(Property.DIMENSION):
            return [[self.size(symbol)]]
        if symbol.properties & UNREAD:
            raise CannotDecide(f"{symbol.name} is not read")
        if symbol not in self.values:
            rows, columns = (self.size(n) for n in symbol.shape)
            table = [[self.random.randint(1, 9) for _ in range(columns)] for _ in range(rows)]
            if symbol.has(Property.SYMMETRIC):
                table = [[table[min(i, j)][max(i, j)] for j in range(columns)] for i in range(rows)]
            self.values[symbol] = table
        return self.values[symbol]

    def size(self, size: Dimension) -> int:
        if isinstance(size, Symbol):
            return self.sizes.setdefault(size, 2 + (len(self.sizes) + self.seed) % 3)
        return number_of(size, {symbol.name: self.size(symbol) for symbol in dimensions_in((size,))})


def _times(a: Table, b: Table) -> Table:
    return [[sum(row[i] * b[i][j] for i in range(len(b))) for j in range(len(b[0]))] for row in a]
