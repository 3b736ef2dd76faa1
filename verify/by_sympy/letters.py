"""Letters and words: matrices of which only the shape and a few properties are known, and their products."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sympy as sp

from theory import terms as t
from verify.by_sympy.atoms import Expr

Size = int | str


@dataclass(frozen=True)
class Letter:
    """A matrix as a name. `column` is set where it is the diagonal matrix of a column; `varies`: the random vectors
    that it depends on."""

    name: str
    rows: Size
    columns: Size
    symmetric: bool = False
    column: Word | None = field(default=None, compare=False)
    varies: frozenset[str] = field(default=frozenset(), compare=False)
    semidefinite: bool = field(default=False, compare=False)
    nonzero: bool = field(default=False, compare=False)
    permutes: bool = field(default=False, compare=False)


Place = tuple[Letter, bool]  # a letter, and whether it is transposed
Word = tuple[Place, ...]
Matrix = dict[Word, Expr]
ONE = sp.Integer(1)


def rows(place: Place) -> Size:
    return place[0].columns if place[1] else place[0].rows


def columns(place: Place) -> Size:
    return place[0].rows if place[1] else place[0].columns


def flip(word: Word) -> Word:
    """The word of the transpose."""
    return tuple((letter, not turned and not letter.symmetric) for letter, turned in reversed(word))


def key(word: Word) -> tuple[Any, ...]:
    return (len(word), *((letter.name, turned) for letter, turned in word))


def varies_with(word: Word) -> frozenset[str]:
    return frozenset[str]().union(*(letter.varies for letter, _ in word))


def without_zeros(value: Matrix) -> Matrix:
    return {word: entry for word, entry in value.items() if entry != 0}


def length_of(size: t.Dimension) -> Size:
    return size if isinstance(size, int) else str(size) if isinstance(size, t.Size) else size.name


def ones(size: Size) -> Letter:
    return Letter(f"1#{size}", size, 1, nonzero=True)


def ones_word(size: Size) -> Word:
    return ((ones(size), False),)


def diagonal_of(column: Word) -> Letter:
    n = rows(column[0])
    return Letter(f"Diag({text_of(column)})", n, n, True, column, varies_with(column))


def text_of(word: Word) -> str:
    return " ".join(letter.name + "'" * turned for letter, turned in word)


def contains(letter: Letter, h: Letter) -> bool:
    return letter == h or (letter.column is not None and any(contains(inner, h) for inner, _ in letter.column))


def segments(word: Word) -> Iterator[Word]:
    """The parts of a product between the places where it passes through dimension 1."""
    begin = 0
    for i in range(1, len(word)):
        if rows(word[i]) == 1:
            yield word[begin:i]
            begin = i
    if word:
        yield word[begin:]


def outer(word: Word) -> tuple[Word, Word] | None:
    """The column and the row of u v'; a column alone has no row."""
    if word == ():
        return None
    for i in range(1, len(word)):
        if rows(word[i]) == 1:
            return word[:i], word[i:]
    return (word, ()) if columns(word[-1]) == 1 else None


def sign_of(word: Word) -> dict[str, bool]:
    """What is known of u'Mu: it is >= 0 where M is positive semidefinite, and > 0 where u is not 0 besides."""
    half, odd = divmod(len(word), 2)
    if word != flip(word) or (odd and not word[half][0].semidefinite):
        return {"real": True}
    plain = word[half + odd :]
    if not odd and len(plain) == 1 and plain[0][0].nonzero:
        return {"positive": True}
    return {"nonnegative": True}


def linear_in(word: Word, x: Letter, name: str) -> bool:
    """Does every letter that varies with x be x itself?"""
    return all(letter == x or name not in letter.varies for letter, _ in word)


def beside(piece: Word, x: Letter) -> Word:
    """The column a of a'x."""
    return piece[1:] if piece[0][0] == x else flip(piece[:-1])
