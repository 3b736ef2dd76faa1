"""A matrix that is a second moment by a law is semidefinite, unless more is said of it."""

from __future__ import annotations

import pytest

from theory.grammar.stating import read
from theory.terms import Property, Symbol

SEMIDEFINITE = frozenset({Property.SYMMETRIC, Property.POSITIVE_SEMIDEFINITE})
DEFINITE = frozenset({Property.SYMMETRIC, Property.POSITIVE_DEFINITE})


def matrix(text: str, *, law: str, let: list[str] | None = None, assume: list[str] | None = None) -> Symbol:
    found = read(text, law=[law], let=let or [], assume=assume or [], known={})
    return next(symbol for symbol in found.symbols if symbol.name == "S")


@pytest.mark.parametrize(
    "law",
    [
        "x: E[x x'] = S",
        "x: E_x[x x'] = S",
        "x: E[x xᵀ] = S",
        "x: E[x] = 0, E[x x'] = S",
        "x: E[x] = u, E[(x - u)(x - u)'] = S",
        "x: E[x] = u, E[(x - u) (x - u)'] = S",
    ],
)
def test_it_is_semidefinite(law: str) -> None:
    assert matrix("w'S w + E[x'x] + u'u", law=law).properties == SEMIDEFINITE


@pytest.mark.parametrize(
    "law",
    [
        "x: E[x y'] = S",
        "x: E[(x - u)(x + u)'] = S",
        "x: E[A x] = S w",
        "x: E[x x'] = S + u u'",
        "x: E[x x'] = 2 S",
        "x: E[(x x')(A)(x x')(A)'] = S",
        "x: E[(x x') - (B)(x x') - (B)'] = S",
    ],
)
def test_what_is_no_such_mean_is_as_it_was(law: str) -> None:
    assert not matrix("w'S w + E[x'x] + u'u + y'y", law=law).properties


@pytest.mark.parametrize(
    ("law", "numbers"),
    [
        ("x: E[x^2] = s^2", {"s"}),
        ("x: E[x^2] = v", {"v"}),
        ("x: E[x] = u, E[(x - u)^2] = v", {"u", "v"}),
        ("x: E[w x] = u", {"u", "w"}),
        ("x: E[x^2] = w'w", set()),
        ("x: E[x^2] = v + f(u)", {"v"}),
    ],
)
def test_what_is_said_of_a_random_number_is_said_with_numbers(law: str, numbers: set[str]) -> None:
    found = read("E[x^2] = E[x^2 + 0 x]", law=[law], let=["x: number, random"], assume=[], known={})
    others = {Property.RANDOM, Property.DIMENSION}
    assert {s.name for s in found.symbols if s.is_scalar and not s.properties & others} == numbers


def test_below_an_inverse_it_is_definite() -> None:
    assert matrix("E[x'S^-1 x]", law="x: E[x x'] = S").properties == DEFINITE


def test_what_is_said_of_it_counts() -> None:
    assert matrix("E[x'S x]", law="x: E[x x'] = S", let=["S: symmetric"]).properties == {Property.SYMMETRIC}
    assert matrix("E[x'S x]", law="x: E[x x'] = S", let=["S: positive definite"]).properties == DEFINITE
    assert matrix("E[x'S x]", law="x: E[x x'] = S", assume=["S > 0"]).properties == DEFINITE


def test_the_identity_is_no_name() -> None:
    assert {s.name for s in read("E[x'x]", law=["x: E[x x'] = I"], let=["x: d"], known={}).symbols} == {"x", "d"}
