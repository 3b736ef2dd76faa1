"""`x in R^d` and its like: what mathematicians and programmers write of a shape, and a column of k n entries."""

from __future__ import annotations

import pytest

from theory.grammar.misread import MisreadError
from theory.grammar.stating import read
from theory.terms import Property


@pytest.mark.parametrize(
    ("let", "shape"),
    [
        ("x: R^d", "d x 1"),
        ("x in R^d", "d x 1"),
        ("x ∈ ℝ^d", "d x 1"),
        ("x: R^{d}", "d x 1"),
        ("x in R^3", "3 x 1"),
        ("x: R^(m x d)", "m x d"),
        ("x in R^{m x d}", "m x d"),
        ("x ∈ ℝ^{m × d}", "m x d"),
        ("x: R^m x d", "m x d"),
        ("x: matrix(m, d)", "m x d"),
        ("x: matrix(d)", "d x d"),
        ("x: vector(d)", "d x 1"),
        ("x in R", "1 x 1"),
        ("x, y in R^d", "d x 1"),
    ],
)
def test_a_space_says_the_shape(let: str, shape: str) -> None:
    [symbol] = [s for s in read("tr(x x') >= 0", let=[let]).symbols if s.name == "x"]
    assert " x ".join(str(size) for size in symbol.shape) == shape


def test_words_stand_beside_a_space() -> None:
    [S] = [s for s in read("tr(S) >= 0", let=["S in R^{d x d}, psd"]).symbols if s.name == "S"]
    assert Property.POSITIVE_SEMIDEFINITE in S.properties
    names = {s.name: s for s in read("x'R x = 0", let=["x in R^d; R: d x d"]).symbols}
    assert names["R"].shape[1] is not None
    assert not names["R"].is_scalar


@pytest.mark.parametrize(
    ("let", "remedy"),
    [
        ("x: k n", 'vec(X), --let "X: n x k"'),
        ("x: vector(k*n)", 'vec(X), --let "X: n x k"'),
        ("x in R^", "one of"),
        ("in R^d", "S: positive definite"),
        ("x: R^{m x}", "one of"),
    ],
)
def test_what_is_no_shape_is_marked_with_what_to_write(let: str, remedy: str) -> None:
    with pytest.raises(MisreadError) as caught:
        read("tr(x x') >= 0", let=[let])
    assert remedy in str(caught.value.remedy)


@pytest.mark.parametrize("let", ["d: dimension; c: number", "d: dimension; c: number; x: d"])
def test_a_power_of_a_dimension_is_a_determinant_beside_columns_and_without(let: str) -> None:
    found = read("(c c)^d = c^d c^d", let=[let])
    assert found.claim is not None
    assert "det(c * I[d])" in repr(found.claim.right)
    assert not found.scalars
