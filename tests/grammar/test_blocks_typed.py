"""Blocks, Kronecker products and stacked columns as they are typed: shapes that are found, texts read back, code."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

import pytest

import theory
from tests.calculus.test_composites import SIZES, a_term
from theory.grammar.misread import MisreadError
from theory.grammar.stating import names_of, read, reread
from theory.terms import Term, Zero, show, walk
from theory.terms.text import text
from theory.typeset.python_source import python_declarations, python_term
from verify.proof.matrices.normal_form import Answer, equal


def _without_zeros(coins: Random) -> Term:
    """A term in which no 0 stands by itself: of which shape it is, its text does not say."""
    while True:
        term = a_term(coins, coins.choice(SIZES), coins.choice(SIZES), 2)
        if not any(isinstance(node, Zero) for node in walk(term)):
            return term


@pytest.mark.parametrize("seed", range(80))
def test_a_text_is_read_back(seed: int) -> None:
    coins = Random(f"blocks typed {seed}")
    term = _without_zeros(coins)
    again = reread(text(term), names_of([term]), term.shape)
    assert again.shape == term.shape
    assert again == term or equal(again, term) is Answer.EQUAL


@pytest.mark.parametrize("seed", range(80))
def test_python_makes_the_term_again(seed: int) -> None:
    coins = Random(f"blocks in python {seed}")
    term = a_term(coins, coins.choice(SIZES), coins.choice(SIZES), 2)
    names: dict[str, Any] = {**vars(theory), "Fraction": Fraction}
    exec("\n".join(python_declarations([term])), names)
    again = eval(python_term(term), names)
    assert again == term or equal(again, term) is Answer.EQUAL


@pytest.mark.parametrize(
    ("typed", "shape", "more"),
    [
        ("[A, B; C, D]", "m+n x m+n", {"let": ["A: m x m; D: n x n"]}),
        ("[x; y; 1]", "m+n+1 x 1", {"let": ["x: m; y: n"]}),
        ("[A, x]'", "d+1 x m", {"let": ["A: m x d"]}),
        ("kron(A, B)", "m*p x d*n", {"let": ["A: m x d; B: p x n"]}),
        ("vec(A)", "d*m x 1", {"let": ["A: m x d"]}),
        ("kron(A, A)", "d*d x d*d", {"let": ["A: d x d"]}),
        ("I[2*m+n]", "2*m+n x 2*m+n", {"let": ["m, n: dimension"]}),
        ("1[m*n]", "m*n x 1", {"let": ["m, n: dimension"]}),
        ("[I, A; 0, I]", "m+n x m+n", {"let": ["A: m x n"]}),
        ("[2 I, 0; B, I]", "n+m x n+m", {"let": ["B: m x n"]}),
        ("vec([A, B]) + [vec(A); vec(B)]", "d*m+m*n x 1", {"let": ["A: m x d; B: m x n"]}),
        ("kron([A, B], C) - [kron(A, C), kron(B, C)]", "m*p x d*q+n*q", {"let": ["A: m x d; B: m x n; C: p x q"]}),
        ("kron(A, x) + B", "6 x 3", {"let": ["A: 2 x 3; x: 3; B: 6 x 3"]}),
    ],
)
def test_a_shape_is_found(typed: str, shape: str, more: Mapping[str, Any]) -> None:
    found = show(read(typed, **more).term.shape)
    assert {*found.replace(" x ", "+").split("+")} == {*shape.replace(" x ", "+").split("+")}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("[A, B; C] = 0", "rows of 2 blocks"),
        ("[A, x; x, A] = 0", "a block of"),
        ("2 [x] = 0", "round bracket"),
        ("[x; y] = x", "two sides of one shape"),
        ("kron(A) = A", "2 arguments of kron"),
        ("[I, 0; 0, I] = I", "a size that the statement determines"),
        ("[A'A, 0; 0, B'B] > 0", "matrices whose size has one name"),
        ("[A, B; = 0", "close"),
        ("I[m+] = 0", "a name, a number"),
    ],
)
def test_what_is_refused(typed: str, says: str) -> None:
    with pytest.raises(MisreadError, match=says):
        read(typed)
