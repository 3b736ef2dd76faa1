"""Products of words: what letters obey beside one another, and the scalars that a product has before it.

A matrix is a sum of words, each with a SymPy scalar before it. An inverse stands beside what it inverts, 1'1 is a
dimension; a part of a product that is 1 x 1 is a commuting real SymPy symbol, and so x'w, w'Sw and w'Sv are plain
variables of scalar calculus, which is what SymPy does well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import sympy as sp

from theory import terms as t
from theory.terms import Property, Symbol
from verify.by_sympy.atoms import Cannot, Expr
from verify.by_sympy.letters import (
    ONE,
    Letter,
    Matrix,
    Size,
    Word,
    columns,
    diagonal_of,
    flip,
    key,
    length_of,
    ones,
    ones_word,
    outer,
    rows,
    segments,
    sign_of,
    text_of,
    varies_with,
    without_zeros,
)
from verify.by_sympy.reader import Reader, scalar_symbol

MOST_STEPS = 200  # rewrites of one word
MOST_TERMS = 5_000  # words of one matrix


class Products(Reader[Matrix]):
    """Sums, products, transposes, traces and diagonal matrices of words."""

    def __init__(self, assumptions: Iterable[Any] = ()) -> None:
        super().__init__(assumptions)
        self.pieces: dict[Expr, Word] = {}  # a symbol, and the 1 x 1 word or (closed) word under the trace that it is
        self.traces: set[Expr] = set()
        self.determinants: dict[Expr, Letter] = {}  # a symbol, and the letter of which it is the determinant
        self.facts: dict[Expr, Expr] = {}  # what an assumption says that a piece is
        self.rules: dict[Word, Matrix] = {}
        self._reductions: dict[Word, Matrix] = {}
        self._symbols: dict[tuple[Any, ...], Expr] = {}
        self._opaque: dict[str, list[tuple[Any, Letter]]] = {}
        self._fields: list[tuple[str, Matrix, tuple[Matrix, Matrix, Matrix]]] = []
        self._varying: dict[Expr, frozenset[str]] = {}

    # ---- scalars and leaves ---------------------------------------------------------------------------------
    def scalar(self, value: Expr) -> Matrix:
        return {(): value}

    def number(self, value: Matrix) -> Expr:
        if not set(value) <= {()}:
            raise Cannot("a matrix where a number is expected")
        return value.get((), sp.Integer(0))

    def size(self, size: t.Dimension) -> Expr:
        if isinstance(size, t.Size):
            raise Cannot("a size that is made of others")
        return sp.Integer(size) if isinstance(size, int) else sp.Symbol(size.name, positive=True)

    def plain(self, symbol: Symbol) -> Matrix:
        if symbol.has(Property.DIMENSION):
            return {(): self.size(symbol)}
        if symbol.has(Property.RANDOM) and symbol.is_scalar:
            made = scalar_symbol(symbol)
            self._varying[made] = frozenset({symbol.name})
            return {(): made}
        if symbol.is_scalar:
            return {(): scalar_symbol(symbol)}
        letter = Letter(
            symbol.name,
            length_of(symbol.rows),
            length_of(symbol.columns),
            symmetric=symbol.has(Property.SYMMETRIC),
            varies=frozenset({symbol.name} if symbol.has(Property.RANDOM) else ()),
            semidefinite=any(
                symbol.has(p) for p in (Property.POSITIVE_DEFINITE, Property.POSITIVE_SEMIDEFINITE, Property.PROJECTOR)
            ),
            nonzero=any(symbol.has(p) for p in (Property.NONZERO, Property.BASIS, Property.POSITIVE)),
            permutes=symbol.has(Property.PERMUTATION),
        )
        if symbol.has(Property.ORTHOGONAL):
            for pair in (((letter, True), (letter, False)), ((letter, False), (letter, True))):
                self.learn(pair, {(): ONE})
        if symbol.has(Property.PERMUTATION):
            for turned in (False, True):
                self.learn(((letter, turned), (ones(letter.rows), False)), {((ones(letter.rows), False),): ONE})
        if symbol.has(Property.BASIS):
            for other in (letter, ones(letter.rows)):
                self.learn(((other, True), (letter, False)), {(): ONE})
        if symbol.has(Property.PROJECTOR):
            self.learn(((letter, False), (letter, False)), {((letter, False),): ONE})
        return {((letter, False),): ONE}

    def eye(self, size: t.Dimension) -> Matrix:
        return {(): ONE}

    def ones(self, size: t.Dimension) -> Matrix:
        return {(): ONE} if size == 1 else {((ones(length_of(size)), False),): ONE}

    def zero(self, shape: t.Shape) -> Matrix:
        return {}

    def letter(self, name: str, size: Size, width: Size, **known: Any) -> Matrix:
        made = Letter(name, size, width, **known)
        return {((made, False),): ONE}

    def opaque(self, kind: str, of: Any, same: Callable[[Any], bool], new: Callable[[str], Letter]) -> Letter:
        """The letter that a construct is called by: the same for equal ones."""
        known = self._opaque.setdefault(kind, [])
        for other, letter in known:
            if same(other):
                return letter
        letter = new(f"{kind}#{len(known) + 1}")
        known.append((of, letter))
        return letter

    # ---- algebra --------------------------------------------------------------------------------------------
    def add(self, one: Matrix, other: Matrix) -> Matrix:
        out = dict(one)
        for word, value in other.items():
            out[word] = out[word] + value if word in out else value
        return without_zeros(out)

    def each(self, value: Matrix, change: Callable[[Expr], Expr]) -> Matrix:
        return without_zeros({word: change(entry) for word, entry in value.items()})

    def transpose(self, value: Matrix) -> Matrix:
        out: Matrix = {}
        for word, entry in value.items():
            out = self.add(out, {flip(word): entry})
        return out

    def multiply(self, one: Matrix, other: Matrix) -> Matrix:
        out: Matrix = {}
        for left, x in one.items():
            for right, y in other.items():
                for word, factor in self.reduced(left + right).items():
                    value = x * y * factor
                    out[word] = out[word] + value if word in out else value
        if len(out) > MOST_TERMS:
            raise Cannot(f"a matrix of more than {MOST_TERMS:,} words")
        return without_zeros(out)

    def product(self, *values: Matrix) -> Matrix:
        out = values[0]
        for value in values[1:]:
            out = self.multiply(out, value)
        return out

    def reduced(self, word: Word) -> Matrix:
        """A product of letters by what they obey, with its 1 x 1 pieces before it."""
        if word not in self._reductions:
            self._reductions[word] = self._reduce(word, 0)
        return self._reductions[word]

    def _reduce(self, word: Word, depth: int) -> Matrix:
        if depth > MOST_STEPS:
            raise Cannot(f"a product that {MOST_STEPS} rewrites do not end")
        for left, right in self._rewrites(word):
            out: Matrix = {}
            for middle, factor in right.items():
                more = self._reduce(left[0] + middle + left[1], depth + 1)
                out = self.add(out, {w: factor * x for w, x in more.items()})
            return out
        coefficient, rest = ONE, []
        for segment in segments(word):
            segment = self._diagonals(segment)
            if rows(segment[0]) == 1 and columns(segment[-1]) == 1:
                coefficient = coefficient * self.piece(segment)
            else:
                rest.append(segment)
        return {tuple(place for segment in rest for place in segment): coefficient}

    def _rewrites(self, word: Word) -> Iterator[tuple[tuple[Word, Word], Matrix]]:
        """What stands around a part of the word that can be replaced, and by what."""
        for pattern, value in self.rules.items():
            n = len(pattern)
            for i in range(len(word) - n + 1):
                if word[i : i + n] == pattern:
                    yield (word[:i], word[i + n :]), value

    def learn(self, pattern: Word, value: Matrix) -> None:
        """A word is a matrix, and so its transpose is that of the matrix; what is known stays."""
        if pattern not in self.rules:
            self.rules[pattern] = value
            self.rules.setdefault(flip(pattern), self.transpose(value))
            self._reductions.clear()

    # ---- diagonal matrices ----------------------------------------------------------------------------------
    def _diagonals(self, word: Word, outside: str = "") -> Word:
        """Diag(u) Diag(v) = Diag(v) Diag(u), Diag(u) v = Diag(v) u, Diag(u) 1 = u: the columns in their order, those
        that vary with `outside` at the ends."""
        for start, place in enumerate(word):
            if place[0].column is None:
                continue
            stop = start
            while stop < len(word) and word[stop][0].column is not None:
                stop += 1
            run: list[Word] = [word[i][0].column for i in range(start, stop)]  # type: ignore[misc]
            left, right = word[:start], self._diagonals(word[stop:], outside)
            ends_right = bool(right) and columns(right[-1]) == 1
            ends_left = bool(left) and rows(left[0]) == 1
            run += ([right] if ends_right else []) + ([flip(left)] if ends_left else [])
            run = [column for column in run if column != ones_word(rows(place))]
            run.sort(key=lambda column: (outside in varies_with(column), *key(column)))
            last = run.pop() if ends_right and run else None
            first = run.pop(-1 if run and outside in varies_with(run[-1]) else 0) if ends_left and run else None
            middle = tuple((diagonal_of(column), False) for column in run)
            if ends_right:
                right = last or ones_word(rows(place))
            if ends_left:
                left = flip(first or ones_word(rows(place)))
            return left + middle + right
        return word

    def place(self, term: t.Place) -> Matrix:
        raise Cannot("blocks")

    def kronecker(self, one: Matrix, other: Matrix) -> Matrix:
        raise Cannot("a Kronecker product")

    def vec(self, value: Matrix) -> Matrix:
        raise Cannot("the columns of a matrix below one another")

    def diagonal(self, value: Matrix) -> Matrix:
        out: Matrix = {}
        for column, entry in value.items():
            if column == ():
                return value  # a 1 x 1 matrix
            one = column == ones_word(rows(column[0]))
            out = self.add(out, {(() if one else ((diagonal_of(column), False),)): entry})
        return out

    def hadamard(self, one: Matrix, other: Matrix) -> Matrix:
        out: Matrix = {}
        for left, x in one.items():
            for right, y in other.items():
                out = self.add(out, self.scaled(x * y, self._entrywise_product(left, right)))
        return out

    def _entrywise_product(self, left: Word, right: Word) -> Matrix:
        """u o v = Diag(u) v; (u v') o A = Diag(u) A Diag(v)."""
        if left == () and right == ():
            return {(): ONE}  # the identity with itself, or numbers
        for word, other in ((left, right), (right, left)):
            split = outer(word)
            if split is not None:
                column, row = split
                value = self.multiply(self.diagonal({column: ONE}), self.reduced(other))
                return value if row == () else self.multiply(value, self.diagonal({flip(row): ONE}))
        raise Cannot("an entrywise product of two matrices")

    def trace(self, value: Matrix, size: t.Dimension) -> Expr:
        total = sp.Integer(0)
        for word, entry in value.items():
            total = total + entry * self._trace(word, self.size(size), 0)
        return total

    def _trace(self, word: Word, size: Expr, depth: int) -> Expr:
        if word == ():
            return size
        if depth > MOST_STEPS:
            raise Cannot("a trace that does not come to an end")
        if all(letter.column is not None for letter, _ in word):  # tr Diag(u) = 1'u
            ones = ones_word(rows(word[0]))
            return self.number(self.reduced(flip(ones) + word + ones))
        turns = [word[i:] + word[:i] for i in range(len(word))]
        for turn in turns:
            if rows(turn[0]) == 1:
                return self.number(self.reduced(turn))
        for turn in turns:
            better = self.reduced(turn)
            if set(better) != {turn} or better[turn] != 1:
                around = self.size_of(rows(turn[0]))  # what is left of X'(X X')^-1 X is no identity of X X'
                return sum((x * self._trace(w, around, depth + 1) for w, x in better.items()), start=sp.Integer(0))
        best = min((turn for w in (word, flip(word)) for turn in (w[i:] + w[:i] for i in range(len(w)))), key=key)
        made = self._symbol(("tr", *key(best)), f"tr[{text_of(best)}]", best, {"real": True})
        self.traces.add(made)
        return self.facts.get(made, made)

    # ---- 1 x 1 pieces ---------------------------------------------------------------------------------------
    def piece(self, word: Word) -> Expr:
        """The symbol of a 1 x 1 word."""
        if len(word) == 2 and word[0][0] == word[1][0] and word[0][0].name.startswith("1#"):
            return self.size_of(word[0][0].rows)
        best = min(word, flip(word), key=key)
        made = self._symbol(key(best), f"[{text_of(best)}]", best, sign_of(best))
        return self.facts.get(made, made)

    def size_of(self, size: Size) -> Expr:
        return sp.Integer(size) if isinstance(size, int) else sp.Symbol(size, positive=True)

    def _symbol(self, name: tuple[Any, ...], text: str, word: Word, known: dict[str, bool]) -> Expr:
        if name not in self._symbols:
            made = sp.Symbol(text, **known)
            self._symbols[name] = made
            self.pieces[made] = word
            self._varying[made] = varies_with(word)
        return self._symbols[name]
