"""E[...] over several random columns is read where they are declared independent: one mean after the other."""

from __future__ import annotations

import pytest

from theory.grammar.misread import MisreadError
from theory.grammar.stating import read
from theory.terms.text import text


@pytest.mark.parametrize(
    ("typed", "let", "law", "meant"),
    [
        ("E[x'y]", ["x, y: independent"], [], "E_x[E_y[x' y]]"),
        ("E[x'y] + E[x'x] + E[y'A x]", ["x, y: independent"], [], "E_x[E_y[x' y]] + E_x[x' x] + E_x[E_y[y' A x]]"),
        ("E[(x + y)'z]", ["x, y, z: independent"], [], "E_x[E_y[E_z[(x + y)' z]]]"),
        ("E[x'y]", [], ["x: E[x] = 0; y: E[y] = u; x, y: independent"], "E_x[E_y[x' y]]"),
        ("E[x'y]", ["x, y: d, independent"], ["y: E[y y'] = I"], "E_x[E_y[x' y]]"),
        ("E[x'y] + E[x'z]", ["x, y: independent; x, z: independent"], [], "E_x[E_y[x' y]] + E_x[E_z[x' z]]"),
        ("E[detach(x'y) x'y]", ["x, y: independent"], [], "E_x[E_y[x' y x' y]]"),
    ],
)
def test_one_after_the_other(typed: str, let: list[str], law: list[str], meant: str) -> None:
    assert text(read(typed, let=let, law=law, known={}).term).replace("(x' y)^2", "x' y x' y") == meant


@pytest.mark.parametrize(
    ("let", "names"),
    [
        (["x, y: random"], "x, y"),
        (["x: independent; y: random"], "x, y"),
        (["x: independent; y: independent"], "x, y"),
        (["x, z: independent; y, w: independent"], "x, y"),
        (["x, z: independent; y, z: independent"], "x, y"),
    ],
)
def test_what_is_not_said_to_be_independent_is_not_taken_so(let: list[str], names: str) -> None:
    with pytest.raises(MisreadError) as refused:
        read("E[x'y] = 0", let=let, known={})
    assert refused.value.got == names
    assert refused.value.remedy == f'name it, E_x[...]; or say that they are independent, --let "{names}: independent"'


def test_a_name_that_is_none_is_marked_in_the_users_text() -> None:
    with pytest.raises(MisreadError) as refused:
        read("E[x'y] = 0", law=["x: E[x] = 0; x, 2y: independent"], known={})
    problem = refused.value
    assert problem.source[problem.start : problem.end] == "2y"


def test_only_a_column_is_independent() -> None:
    with pytest.raises(MisreadError):
        read("E[x'A x] = 0", let=["x: independent; A: independent activation"], known={})


def test_what_is_independent_in_pairs_is_not_taken_so_of_three() -> None:
    with pytest.raises(MisreadError):
        read("E[x'y + y'z] = 0", let=["x, y: independent; y, z: independent"], known={})


def test_a_mean_inside_one_over_the_same_column_is_not_guessed() -> None:
    with pytest.raises(MisreadError):
        read("E_y[E[x'y]^2] = 0", let=["x, y: independent"], known={})
    assert text(read("E_y[E_x[x'y]^2]", let=["x, y: independent"], known={}).term) == "E_y[E_x[x' y]^2]"
