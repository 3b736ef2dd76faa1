"""Sums of squares by exact LDL': Gram matrices, and statements that need a square other than (u +- v)^2."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.grammar.stating import read
from verify.deriving import propose
from verify.deriving.squares_by_ldl import COLUMNS, ldl
from verify.proof.door import check, establish
from verify.proof.kernel import Verdict
from verify.running import answering

SEMIDEFINITE, SYMMETRIC, DEFINITE = (
    f"S: {what}" for what in ("positive semidefinite", "symmetric", "positive definite")
)
NUMBERS = "a, b, c: scalar"

TRUE = [
    ("|x - y|^2 <= 2 |x - z|^2 + 2 |z - y|^2", ""),
    ("|x - y|^2 <= 3 |x - z|^2 + 3 |z - y|^2", ""),
    ("(a - b)^2 <= 2 (a - c)^2 + 2 (c - b)^2", NUMBERS),
    ("|x - 2 y|^2 <= 5 |x|^2 + 5 |y|^2", ""),
    ("4 x'y <= 5 |x|^2 + |y|^2", ""),
    ("2 x'S y <= 3 x'S x + y'S y/3", SEMIDEFINITE),
    ("4 x'S y <= 3 eta x'S x + 2 y'S y/eta", f"{SEMIDEFINITE}; eta: positive"),
    ("2 eta x'A y <= 3 eta^2 |A'x|^2 + |y|^2/2", "eta: scalar"),
    ("(a + 2 b - 3 c)^2 <= 14 (a^2 + b^2 + c^2)", NUMBERS),
    ("4 a <= 5 a^2 + 1", NUMBERS),
    ("(|x| + 2|y| + 3|z|)^2 <= 14 (|x|^2 + |y|^2 + |z|^2)", ""),
    ("4 x'y <= 5 x'S x + y'S^-1 y", DEFINITE),
    ("3 x'x <= x'S x + 3 x'S^-1 x", DEFINITE),
    ("3 x'S x <= 3 x'S^2 x + x'x", SYMMETRIC),
    ("|A - B|_F^2 <= 2 |A - C|_F^2 + 2 |C - B|_F^2", ""),
    ("(A - 2 B)'(A - 2 B) <= 5 A'A + 5 B'B", ""),
    ("|x + y + z + w|^2 <= 10/3 |x|^2 + 5 |y|^2 + 10 |z|^2 + 5/2 |w|^2", ""),
]
FALSE = [
    ("|x - y|^2 <= 2 |x - z|^2 + 19/10 |z - y|^2", ""),
    ("(a - b)^2 <= 2 (a - c)^2 + 19/10 (c - b)^2", NUMBERS),
    ("|x - 2 y|^2 <= 5 |x|^2 + 19/4 |y|^2", ""),
    ("4 x'y <= 4 |x|^2 + 9/10 |y|^2", ""),
    ("2 x'S y <= 3 x'S x + y'S y/4", SEMIDEFINITE),
    ("2 x'S y <= 3 x'S x + y'S y/3", SYMMETRIC),
    ("2 eta x'A y <= 3 eta^2 |A'x|^2 + |y|^2/4", "eta: scalar"),
    ("(a + 2 b - 3 c)^2 <= 13 (a^2 + b^2 + c^2)", NUMBERS),
    ("(|x| + 2|y| + 3|z|)^2 <= 13 (|x|^2 + |y|^2 + |z|^2)", ""),
    ("3 x'x <= x'S x + 2 x'S^-1 x", DEFINITE),
    ("|A - B|_F^2 <= 2 |A - C|_F^2 + 19/10 |C - B|_F^2", ""),
    ("|x + y + z + w|^2 <= 10/3 |x|^2 + 5 |y|^2 + 10 |z|^2 + 2 |w|^2", ""),
]


def proved(says: str, let: str) -> bool:
    found = read(says, let=[let] if let else [])
    assert found.claim is not None
    proposal = propose(answering.stated(found.claim, found.assumptions, title="squares", scalars=found.scalars))
    return proposal.complete and establish(check(proposal.theorem)).verdict is Verdict.PROVED


@pytest.mark.parametrize(("says", "let"), TRUE)
def test_it_is_proved(says: str, let: str) -> None:
    assert proved(says, let)


@pytest.mark.parametrize(("says", "let"), FALSE)
def test_its_false_neighbour_is_not(says: str, let: str) -> None:
    assert not proved(says, let)


WHOLE = st.integers(-3, 3)
SQUARE = st.lists(st.lists(WHOLE, min_size=3, max_size=3), min_size=3, max_size=3)


def determinant(rows: list[list[Fraction]]) -> Fraction:
    if not rows:
        return Fraction(1)
    rest = (determinant([row[1:] for row in rows[:i] + rows[i + 1 :]]) for i in range(len(rows)))
    return sum(((-1) ** i * rows[i][0] * minor for i, minor in enumerate(rest)), Fraction(0))


@given(SQUARE)
def test_a_matrix_is_taken_apart_exactly_where_no_principal_minor_is_negative(entries: list[list[int]]) -> None:
    gram = [[Fraction(entries[max(i, j)][min(i, j)]) for j in range(3)] for i in range(3)]
    minors = (
        determinant([[gram[i][j] for j in some] for i in some]) for n in (1, 2, 3) for some in combinations(range(3), n)
    )
    rows = ldl(gram)
    assert (rows is not None) == all(minor >= 0 for minor in minors)
    for i in range(3) if rows is not None else ():
        assert [sum((d * row[i] * row[j] for d, row in rows or ()), Fraction(0)) for j in range(3)] == gram[i]
    assert all(weight > 0 for weight, _ in rows or ())


@given(SQUARE)
def test_a_matrix_made_of_squares_is_taken_apart(factor: list[list[int]]) -> None:
    gram = [[Fraction(sum(row[i] * row[j] for row in factor)) for j in range(3)] for i in range(3)]
    assert ldl(gram) is not None


def test_more_columns_than_it_looks_at_are_left_alone() -> None:
    weights = {f"x_{i}": i for i in range(2, COLUMNS + 3)}
    whole = " + ".join(f"{weight} {name}" for name, weight in weights.items())
    most = sum(weight**2 for weight in weights.values())
    assert not proved(f"|{whole}|^2 <= {most} ({' + '.join(f'|{name}|^2' for name in weights)})", "")
