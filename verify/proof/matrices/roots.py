"""Values that stand twice among the columns of an entrywise product, or on both sides of a product of columns:

    relu(z) o relu(z) = z o relu(z)                 z o rsqrt(z) o rsqrt(z) = 1

The first holds whatever the signs of the entries. For the second: of z = c w + v, with w the first of its words in a
lexicographic order, w o rsqrt(z) o rsqrt(z) is (1 - v o rsqrt(z) o rsqrt(z))/c: it is replaced until it stands nowhere.
Each entry of z is positive where its root is defined, and c is positive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby

from verify.proof.matrices import forms as f
from verify.proof.matrices.forms import Context
from verify.proof.matrices.kinds import Coefficient, Monomial, Word
from verify.proof.matrices.signs import atom_positive
from verify.proof.matrices.words import argument, flattened, is_diagonal, on_diagonal, on_diagonals, ones

Columns = Counter[Word]  # of an entrywise product
Replaced = tuple[Coefficient, Monomial, Columns]
Term = tuple[Coefficient, Monomial, Word]


def without(ctx: Context, word: Word) -> list[Term] | None:
    """A word, cut nowhere, as a sum of words with one such pair less; None where there is none."""
    if not ctx.roots and not ctx.ramps:  # as in nearly every proof
        return None
    for start, end in _runs(ctx, word):
        before, run, after = word[:start], word[start:end], word[end:]
        first = before if ctx.factors[word[0]].shape[0] == 1 else ()
        last = after if ctx.factors[word[-1]].shape[1] == 1 else ()
        ends_too = [word for word in (ctx.transpose_word(first), last) if word]
        there = Counter(flattened(ctx, [*on_diagonals(ctx, run), *ends_too]))
        for value in [column for column in there if there[column] > 1]:
            found = _roots(ctx, value, there) if value[0] in ctx.roots else None
            found = _ramps(ctx, value, there) if value[0] in ctx.ramps else found
            if found is not None:
                one = ones(ctx, ctx.factors[word[start]].shape[0])
                ends = ((ctx.transpose_factor(one),) if first else before, (one,) if last else after)
                return [(value, monomial, _between(ctx, ends, columns)) for value, monomial, columns in found]
    return None


def _runs(ctx: Context, word: Word) -> Iterator[tuple[int, int]]:
    """Where the diagonal matrices side by side begin and end; of v'v without any, between the two."""
    for diagonal, places in groupby(range(len(word)), key=lambda place: is_diagonal(ctx, word[place])):
        if diagonal:
            run = [*places]
            yield run[0], run[-1] + 1
    if len(word) == 2 and word[0] == ctx.transpose_factor(word[1]) and ctx.factors[word[1]].shape[1] == 1:
        yield 1, 1


def _ramps(ctx: Context, ramp: Word, there: Columns) -> list[Replaced]:
    """The product with z in the place of one relu(z)."""
    left = there - Counter({ramp: 1})
    return [(value, monomial, left + columns) for value, monomial, columns in _argument(ctx, ramp)]


def _argument(ctx: Context, value: Word) -> list[Replaced]:
    """The terms of the z of a column f(z)."""
    terms = argument(ctx, value[0]).terms
    return [(value, monomial, Counter(flattened(ctx, [word]))) for (monomial, word), value in terms.items()]


def _roots(ctx: Context, root: Word, there: Columns) -> list[Replaced] | None:
    """The product with w o rsqrt(z) o rsqrt(z) replaced, where it holds that."""
    terms = _argument(ctx, root)
    letters = sorted({column for _, _, columns in terms for column in columns})

    def place(columns: Columns) -> list[int]:
        return [columns[letter] for letter in letters]

    value, monomial, lead = max(terms, key=lambda term: place(term[2]))
    alone = sum(columns == lead for _, _, columns in terms) == 1
    twice = Counter({root: 2})
    if not alone or not all(atom_positive(ctx, a) for a, _ in monomial) or not lead + twice <= there:
        return None
    left, inverse = there - lead - twice, tuple((a, -e) for a, e in monomial)
    rest = [(-v / Fraction(value), f.merge(m, inverse), left + twice + w) for v, m, w in terms if w != lead]
    return [(1 / Fraction(value), inverse, left), *rest]


def _between(ctx: Context, ends: tuple[Word, Word], columns: Columns) -> Word:
    """Diag of each column between the ends."""
    return (*ends[0], *(number for column in columns.elements() for number in on_diagonal(ctx, column)), *ends[1])
