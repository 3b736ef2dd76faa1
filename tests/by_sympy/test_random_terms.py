"""What a term is in words is what it is in numbers: random terms with singular, thin and zero matrices, at instances.

Every letter of a word gets the matrix that it stands for, and every 1 x 1 piece its number; the sum of words must then
be the term's own value there, which is computed without any word.
"""

from __future__ import annotations

import os
from random import Random

import pytest
import sympy as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.soundness.random_terms import X, columns_of_X, n, scalars, squares, substitutions, vectors, z

from tests.soundness.random_terms import A, B, M, N, Q, S, p, put, u, v  # isort: skip
from theory import eye, inverse, trace
from theory.terms import CalculusError, Term
from verify.by_sympy.at_instances import Instance
from verify.by_sympy.at_sizes import Table
from verify.by_sympy.atoms import Cannot
from verify.by_sympy.dimension_free import Words
from verify.by_sympy.letters import Letter, Matrix, Word

FEW, MANY = int(os.environ.get("PYTEST_EXAMPLES", "80")), 20_000
QUICK = settings(max_examples=FEW, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(QUICK, max_examples=MANY, derandomize=False)
SKIPPED = (Cannot, CalculusError, ArithmeticError, ValueError, TypeError, RecursionError)


class Numbers:
    """The numbers that letters and pieces of words stand for at one instance."""

    def __init__(self, words: Words, instance: Instance) -> None:
        self.words, self.instance = words, instance
        self.inverses = {letter: value for value, letter in words._opaque.get("inverse", ())}
        self.exponentials = {letter: value for value, letter in words._opaque.get("exp'0", ())}
        self.wholes = {letter: value for value, letter in words._opaque.get("determinant", ())}
        self.symbols = {symbol.name: table for symbol, table in instance.symbols.items()}

    def of(self, value: Matrix, rows: int, columns: int) -> Table:
        total = self.instance.scaled(sp.Integer(0), tuple((sp.Integer(1),) * columns for _ in range(rows)))
        for word, entry in value.items():
            total = self.instance.add(total, self.instance.scaled(self.number(entry), self.word(word, rows)))
        return total

    def number(self, entry: sp.Expr) -> sp.Expr:
        return entry.xreplace({s: self.symbol(s) for s in entry.free_symbols})

    def symbol(self, symbol: sp.Symbol) -> sp.Expr:
        if symbol in self.words.pieces:
            table = self.word(self.words.pieces[symbol], 0)
            return sp.Add(*(table[i][i] for i in range(len(table))))
        if symbol in self.words.determinants:
            letter = self.words.determinants[symbol]
            return self.instance.determinant(self.letter(letter), self.count(letter.rows))
        if symbol.name in self.instance.sizes:
            return sp.Integer(self.instance.sizes[symbol.name])
        return self.symbols[symbol.name][0][0]

    def word(self, word: Word, size: int) -> Table:
        if not word:
            return self.instance.eye(size)
        out = None
        for letter, turned in word:
            table = self.letter(letter)
            table = self.instance.transpose(table) if turned else table
            out = table if out is None else self.instance.multiply(out, table)
        assert out is not None
        return out

    def letter(self, letter: Letter) -> Table:
        if letter in self.inverses:
            size = self.count(letter.rows)
            return self.instance.inverse(self.of(self.inverses[letter], size, size), size)
        if letter in self.exponentials:
            inner = self.of(self.exponentials[letter], self.count(letter.rows), 1)
            return self.instance.each(inner, sp.exp)
        if letter in self.wholes:
            size = self.count(letter.rows)
            return self.of(self.wholes[letter], size, size)
        if letter.column is not None:
            return self.instance.diagonal(self.word(letter.column, 1))
        if letter.name.startswith("1#"):
            return self.instance.ones(self.count(letter.rows))
        if letter.name.endswith("^-1"):
            pairs = (pattern for pattern in self.words.rules if len(pattern) == 2 and pattern[0][0] == letter)
            return self.instance.inverse(self.letter(next(pairs)[1][0]), self.count(letter.rows))
        return self.symbols[letter.name]

    def count(self, size: int | str) -> int:
        return size if isinstance(size, int) else self.instance.sizes[size]


def agree(term: Term, seed: int) -> bool:
    """Words and numbers of a term agree at an instance; False if one of the two has no value."""
    rng = Random(seed)
    words, instance = Words(), Instance((), {"n": rng.choice((1, 2, 3)), "l": rng.choice((1, 2, 3))}, rng)
    try:
        in_words, in_numbers = words.read(term), instance.read(term)
        rows, columns = (instance.count(size) for size in term.shape)
        gap = instance.gap(Numbers(words, instance).of(in_words, rows, columns), in_numbers)
    except SKIPPED:
        return False
    assert gap == 0, (term, seed, in_words)
    return True


# products that pass through both dimensions, and what may stand in them
FROM_N = [A, B, S, N, Q, M, inverse(S), inverse(S + p * eye(n)), u @ v.T, X @ X.T, inverse(A @ B), A.T]
FROM_L = [X.T @ X, inverse(X.T @ X), z @ z.T, inverse(X.T @ S @ X + eye(columns_of_X)), inverse(X.T @ X) @ X.T @ X]


@st.composite
def traces(draw: st.DrawFn) -> Term:
    """tr(...) of what goes from n to n, now and then by way of the other dimension."""
    out = draw(st.sampled_from(FROM_N))
    for _ in range(draw(st.integers(0, 3))):
        middle = draw(st.sampled_from(FROM_L))
        out = out @ draw(st.sampled_from([*FROM_N, X @ middle @ X.T, X @ middle @ inverse(X.T @ X) @ X.T]))
    return trace(out)


TERMS = st.one_of(scalars(2), scalars(3), vectors(2), squares(2), traces(), traces())


def both(term: Term, values: dict, seed: int) -> None:
    agree(term, seed)
    try:
        agree(put(term, values), seed)
    except CalculusError:
        return  # a value that may not be put there


@QUICK
@given(TERMS, substitutions(), st.integers(0, 2**20))
def test_words_are_what_they_stand_for(term: Term, values: dict, seed: int) -> None:
    both(term, values, seed)


@pytest.mark.long
@LONG
@given(TERMS, substitutions(), st.integers(0, 2**20))
def test_words_are_what_they_stand_for_at_length(term: Term, values: dict, seed: int) -> None:
    both(term, values, seed)


def test_most_random_terms_have_a_value_in_words_and_in_numbers() -> None:
    """So that the tests above compare something."""
    terms = [trace(X @ inverse(X.T @ X) @ X.T), trace(A @ B @ A.T), u.T @ A @ v, trace(Q @ A @ Q), trace(u @ v.T @ S)]
    assert sum(agree(term, seed) for term in terms for seed in range(12)) > 40
