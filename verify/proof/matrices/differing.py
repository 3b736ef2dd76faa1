"""Do two terms differ somewhere? A polynomial in free symbols is evaluated at a few instances in whole numbers.

"Different" is said only where one of them shows it: over matrices of a fixed size a polynomial that is not zero as it
is written may still vanish everywhere (Cayley-Hamilton).
"""

from __future__ import annotations

from fractions import Fraction
from random import Random

from theory.terms import Dimension, Property, Symbol
from verify.proof.matrices import kinds as k
from verify.proof.matrices.forms import Context, Form
from verify.proof.matrices.kinds import Monomial, Word

Table = list[list[Fraction]]
TRIES = 4
Read = k.Named | k.Scalar | k.Trace  # the atoms that are read
DEFINITE = {Property.POSITIVE_DEFINITE: 1, Property.POSITIVE_SEMIDEFINITE: 0}


def differs(ctx: Context, form: Form) -> bool:
    """Is the form shown not to vanish, at an instance of its symbols? False means: not shown."""
    if not all(_is_read(ctx, monomial, word) for monomial, word in form.terms):
        return False
    return any(any(any(row) for row in _Instance(ctx, seed).form(form)) for seed in range(TRIES))


def _is_read(ctx: Context, monomial: Monomial, word: Word) -> bool:
    """Only declared symbols, ones and their products, to whole powers."""
    atoms = [ctx.atoms[a].what for a, _ in monomial]
    if not all(isinstance(a, Read) for a in atoms) or any(not isinstance(e, int) for _, e in monomial):
        return False
    pieces = [word, *(a.word for a in atoms if isinstance(a, k.Scalar | k.Trace))]
    factors = [ctx.factors[n].what for piece in pieces for n in piece]
    symbols = [what.symbol for what in (*atoms, *factors) if isinstance(what, k.Named)]
    bad = {Property.PROJECTOR, Property.RANDOM}
    return all(isinstance(x, k.Named | k.Ones) for x in factors) and not any(s.properties & bad for s in symbols)


class _Instance:
    """Small whole numbers for every symbol, by its properties; drawn as they are asked for."""

    def __init__(self, ctx: Context, seed: int) -> None:
        self.ctx, self.random, self.seed = ctx, Random(seed), seed
        self.values: dict[Symbol, Table] = {}
        self.sizes: dict[Symbol, int] = {}

    def size(self, size: Dimension) -> int:
        if isinstance(size, int):
            return size
        return self.sizes.setdefault(size, 2 + (len(self.sizes) + self.seed) % 3)

    def symbol(self, symbol: Symbol) -> Table:
        if symbol.has(Property.DIMENSION):
            return [[Fraction(self.size(symbol))]]
        if symbol not in self.values:
            rows, columns = (self.size(n) for n in symbol.shape)
            table = [[Fraction(self.random.randint(1, 9)) for _ in range(columns)] for _ in range(rows)]
            for prop, shift in DEFINITE.items():
                if symbol.has(prop):
                    table = _times(_flipped(table), table)
                    table = [[e + shift * (i == j) for j, e in enumerate(row)] for i, row in enumerate(table)]
            if symbol.has(Property.SYMMETRIC):
                table = [[table[min(i, j)][max(i, j)] for j in range(columns)] for i in range(rows)]
            sign = -1 if symbol.has(Property.NEGATIVE) else 1
            self.values[symbol] = [[sign * e for e in row] for row in table]
        return self.values[symbol]

    def word(self, word: Word, rows: int) -> Table:
        product = [[Fraction(i == j) for j in range(rows)] for i in range(rows)]
        for number in word:
            node = self.ctx.factors[number]
            if isinstance(node.what, k.Ones):
                table = [[Fraction(1)] for _ in range(self.size(node.what.size))]
            else:
                assert isinstance(node.what, k.Named)
                table = self.symbol(node.what.symbol)
            product = _times(product, _flipped(table) if node.transposed else table)
        return product

    def atom(self, atom: int) -> Fraction:
        what = self.ctx.atoms[atom].what
        if isinstance(what, k.Named):
            return self.symbol(what.symbol)[0][0]
        assert isinstance(what, k.Scalar | k.Trace)
        table = self.word(what.word, self.size(self.ctx.factors[what.word[0]].shape[0]))
        return sum((table[i][i] for i in range(len(table))), Fraction(0))  # a 1 x 1 word is its own trace

    def form(self, form: Form) -> Table:
        rows, columns = (self.size(n) for n in form.shape)
        total = [[Fraction(0)] * columns for _ in range(rows)]
        for (monomial, word), value in form.terms.items():
            scale = Fraction(value)
            for atom, exponent in monomial:
                base = self.atom(atom)
                if base == 0 and exponent < 0:
                    return [[Fraction(0)]]  # undefined here: this instance says nothing
                scale *= base ** int(exponent)
            table = self.word(word, rows)
            total = [[a + scale * b for a, b in zip(p, q, strict=True)] for p, q in zip(total, table, strict=True)]
        return total


def _flipped(table: Table) -> Table:
    return [list(column) for column in zip(*table, strict=True)]


def _times(a: Table, b: Table) -> Table:
    columns = _flipped(b)
    return [[sum((x * y for x, y in zip(row, c, strict=True)), Fraction(0)) for c in columns] for row in a]
