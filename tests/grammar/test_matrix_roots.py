"""S^(1/2) is read as a positive definite R with R R in place of S, and nothing else is said of R than of S."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from theory.grammar.misread import MisreadError
from theory.grammar.stating import read
from theory.terms import Property
from theory.terms.text import text

DEFINITE = frozenset({Property.SYMMETRIC, Property.POSITIVE_DEFINITE})
SEMIDEFINITE = frozenset({Property.SYMMETRIC, Property.POSITIVE_SEMIDEFINITE})


@pytest.mark.parametrize(
    ("typed", "said", "meant", "properties"),
    [
        ("S^(1/2) x", {}, "R x", DEFINITE),
        ("S^{1/2} S x", {}, "R R R x", DEFINITE),
        ("S^(-1/2) S^-1 x", {}, "R^-1 (R R)^-1 x", DEFINITE),
        ("S^(3/2) x", {}, "R R R x", DEFINITE),
        ("S^(-3/2) x", {"let": ["S: positive definite"]}, "R^-1 R^-1 R^-1 x", DEFINITE),
        ("S^(1/2) x", {"let": ["S: psd"]}, "R x", SEMIDEFINITE),
        ("S^(1/2) x", {"assume": ["S >= 0"]}, "R x", SEMIDEFINITE),
        ("S^(-1/2) x", {"assume": ["S > 0"]}, "R^-1 x", DEFINITE),
        ("|x|_S S^0.5 x", {}, "(x' R R x)^(1/2) * R x", DEFINITE),
        ("S^(1/2) R x", {}, "Q R x", None),
        ("S^(1/2) T^(1/2) x", {}, "R Q x", None),
        ("(S)^(1/2) x", {}, "R x", DEFINITE),
        ("Σ^(1/2) x", {}, "R x", DEFINITE),
    ],
)  # fmt: skip
def test_what_a_root_is_read_as(
    typed: str, said: Mapping[str, Any], meant: str, properties: frozenset[Property] | None
) -> None:
    found = read(typed, known={}, **said)
    assert text(found.term) == meant
    [*roots] = [root.name for root in found.names.roots.values()]
    assert roots
    assert properties in (None, found.names.symbol(roots[0]).properties)
    assert not {"S", "T"} & {symbol.name for symbol in found.symbols}


def test_laws_and_assumptions_speak_of_the_same_root() -> None:
    found = read("E[|S^(-1/2) x|^2] = d", law=["x: E[x x'] = S"], assume=["S <= 2 I"], let=["x: d"], known={})
    assert {symbol.name for symbol in found.symbols} == {"R", "x", "d"}
    assert found.names.symbol("R").properties == DEFINITE


@pytest.mark.parametrize(
    ("typed", "said", "place", "words"),
    [
        ("S^(-1/2) x", {"let": ["S: psd"]}, "S^(-1/2)", "positive definite"),
        ("S^(1/2) x", {"let": ["S: symmetric"]}, "S^(1/2)", "positive semidefinite"),
        ("S^(1/2) x", {"let": ["S: square"]}, "S^(1/2)", "positive semidefinite"),
        ("S^(1/2) x", {"let": ["S: orthogonal"]}, "S^(1/2)", "positive semidefinite"),
        ("P^(1/2) x", {"let": ["P: projector"]}, "P^(1/2)", "positive semidefinite"),
        ("S^(1/2) x", {"let": ["S: m x d"]}, "S^(1/2)", "a square matrix"),
        ("(A'A)^(1/2) x", {}, "(A'A)^(1/2)", "a matrix with a name"),
        ("(S + I)^(1/2) x", {}, "(S + I)^(1/2)", "a matrix with a name"),
        ("I^(1/2) x", {"let": ["x: d"]}, "I^(1/2)", "a matrix with a name"),
        ("S^(1/3) x", {}, "1/3", "a whole number"),
        ("S^(41/2) x", {}, "41/2", "a whole number"),
        ("x^(1/2)", {}, "x^(1/2)", "a scalar or a square matrix"),
        ("grad(tr(S^(1/2)), S)", {}, "grad(tr(S^(1/2)), S)", "a term that can be built"),
        ("grad(x'S^(1/2) S x, x, S x) + 0 * grad(x'S x, S) x", {}, "grad(x'S x, S)", "a term that can be built"),
    ],
)  # fmt: skip
def test_what_has_no_root_is_refused(typed: str, said: Mapping[str, Any], place: str, words: str) -> None:
    with pytest.raises(MisreadError) as refused:
        read(typed, known={}, **said)
    problem = refused.value
    assert words in problem.expected
    assert problem.source[problem.start : problem.end] == place


@pytest.mark.parametrize(
    "typed",
    [
        "f_BN(w, gamma) + w'S^(1/2) w",
        "w'S^(1/2) w + f_BN(w, gamma)",
        "|S^(1/2) w|^2 - s_norm(w)^2",
        "s_norm(w)^2 - |S^(1/2) w|^2",
        "|S^(1/2) wtilde(w, gamma)|",
    ],
)
def test_the_matrix_of_a_definition_has_none(typed: str) -> None:
    for let in (["w: nonzero"], ["w: nonzero; S: positive definite"]):
        if "f_BN" in typed and len(let[0]) > 12:
            continue  # S is declared to be another one there
        with pytest.raises(MisreadError, match="not part of a definition"):
            read(typed, let=let)
