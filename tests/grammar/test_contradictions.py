"""Assumptions that contradict each other are refused at their place, where that is derived; others never are."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.grammar.misread import MisreadError
from theory.grammar.stating import Statement, read
from verify.command.cli import cli
from verify.running import contradictions

LET = "S, T: positive definite; a, b, t: scalar; w: nonzero; P: projector; Q: orthogonal; z: random"
CONTRADICTING = [  # what is assumed, and the words that are marked
    ("x'x = -1", "x'x = -1"),
    ("tr(S) = -1", "tr(S) = -1"),
    ("|x| <= -1", "|x| <= -1"),
    ("x'x < 0", "x'x < 0"),
    ("a <= 5; t > 2; t < 1", "t > 2; t < 1"),
    ("det(S) = 0; a = 1", "det(S) = 0"),
    ("A'A = I; tr(A'A) = 0", "A'A = I; tr(A'A) = 0"),
    ("A'A = -I", "A'A = -I"),
    ("x'x = 0; |x| = 1", "x'x = 0; |x| = 1"),
    ("w'w = 0", "w'w = 0"),
    ("w = 0", "w = 0"),
    ("a^2 = -1", "a^2 = -1"),
    ("a < b; b < t; t < a", "a < b; b < t; t < a"),
    ("x'x <= 1; y'y <= 1; x'y >= 3", "x'x <= 1; y'y <= 1; x'y >= 3"),
    ("lambda_max(S) < lambda_min(S)", "lambda_max(S) < lambda_min(S)"),
    ("S <= T; tr(T) < tr(S)", "S <= T; tr(T) < tr(S)"),
    ("tr(Q'Q) = 0", "tr(Q'Q) = 0"),
    ("tr(P) < 0", "tr(P) < 0"),
    ("E[z z'] = -I", "E[z z'] = -I"),
    ("a <= 1; b = 4; a >= 2", "a <= 1; b = 4; a >= 2"),
    ("b = 4; 1 <= 0", "1 <= 0"),
    ("a a = 1; b b = 1; a b = 0", "a a = 1; b b = 1; a b = 0"),
]
CONSISTENT = [
    "x'x = 0", "x'x = 1", "tr(S) = 1", "det(S) = 1", "|x| <= 0", "x'x <= 0", "t >= 1; t <= 1", "t > 1; t < 1.001",
    "A'A = I", "A'A = I; tr(A'A) = 3", "x'x = 2", "x'x <= 1; y'y <= 1; x'y >= 1", "a <= b; b <= t; t <= a",
    "lambda_max(S) <= lambda_min(S)", "S <= T; tr(T) <= tr(S)", "tr(P) = 0", "tr(P) <= 0", "a^2 = 0", "a^2 <= 0",
    "E[z z'] = 0 I", "E[z] = 0; E[z z'] = I", "|x + y| >= |x| + |y|", "det(A) = -1", "tr(A) = -1", "x'A x < 0",
    "x'y < 0", "a^2 = 2", "w'y = 0",
]  # fmt: skip


def _read(assumed: str) -> Statement:
    return read("u'v <= 7", let=[LET], assume=[assumed])


def _require_consistent(assumed: str) -> None:
    found = _read(assumed)
    contradictions.require_consistent(found.assumptions, found.said)


@pytest.mark.parametrize(("assumed", "marked"), CONTRADICTING)
def test_a_contradiction_is_marked_in_the_users_own_text(assumed: str, marked: str) -> None:
    with pytest.raises(MisreadError) as caught:
        _require_consistent(assumed)
    problem = caught.value
    assert problem.source[problem.start : problem.end] == marked
    assert problem.source == assumed


@pytest.mark.parametrize("assumed", CONSISTENT)
def test_nothing_is_derived_against_what_something_meets(assumed: str) -> None:
    """Whether or not an instance is drawn at once."""
    found = _read(assumed)
    contradictions.require_consistent(found.assumptions, found.said)
    assert contradictions.derived(found.assumptions, [item.assumption for item in found.said]) is None


TRUE_AT_ONE_INSTANCE = [  # x = (1, 2), y = (2, -1), u = (1, 1), A = [1, 2; 0, 1], S = diag(2, 1), b = 2
    "x'x = 5", "x'y = 0", "y'y = 5", "|x| <= |y|", "u'x = 3", "u'u < 5/2", "tr(A) = 2", "det(A) = 1", "tr(S) = 3",
    "det(S) = 2", "S <= T", "x'S x = 6", "lambda_max(S) = 2", "lambda_min(S) <= 1", "a + b = 1", "a < 0", "a b = -2",
    "a^2 <= 1", "|a| = 1", "u'A u = 4", "x'A y <= 0", "tr(A'A) = 6", "|x + y|^2 = 10", "2 <= b", "T = 2 I", "a != b",
]  # fmt: skip


@settings(max_examples=6)
@given(st.lists(st.sampled_from(TRUE_AT_ONE_INSTANCE), min_size=1, max_size=4, unique=True))
def test_nothing_is_derived_against_what_is_true_at_one_instance(assumed: list[str]) -> None:
    found = read("u'v <= 7", let=["S, T: positive definite; A: d x d; a, b: scalar"], assume=["; ".join(assumed)])
    assert contradictions.derived(found.assumptions, [item.assumption for item in found.said]) is None


NARROW = [  # what is declared and assumed, why nothing meets it
    ("U: 2 x 3", "U'U = I", "the rank of a product of a factor 2 wide is at most 2, that of I[3] is 3"),
    ("U: 2 x 3", "U'U = 4 I", "a factor 2 wide is at most 2, that of 4 * I[3] is 3"),
    ("U: m x d", "U'U = I; d >= m + 1", "that of I[d] is d, and m < d by d >= m + 1"),
    ("U: m x d", "U U' = I; m > d", "that of I[m] is m, and d < m by m > d"),
    ("U: m x d; S: positive definite", "U'S U = I; d >= m + 1", "that of I[d] is d, and m < d by d >= m + 1"),
    ("x: 3", "x x' = I", "the rank of a product of a factor 1 wide is at most 1, that of I[3] is 3"),
]
WIDE = [
    ("U: 3 x 2", "U'U = I"), ("U: 3 x 3", "U'U = I"), ("U: m x d", "U'U = I; m >= d"), ("U: m x d", "U'U = I"),
    ("U: 2 x 3", "U'U = 0"), ("U: 2 x 3", "U U' = I"), ("U: m x d", "U'U = I; d >= m"), ("x: d", "x x' = I"),
]  # fmt: skip


@pytest.mark.parametrize(("declared", "assumed", "why"), NARROW)
def test_no_product_has_a_larger_rank_than_a_factor(declared: str, assumed: str, why: str) -> None:
    found = read("u'v <= 7", let=[declared], assume=[assumed])
    with pytest.raises(MisreadError, match=re.escape(why)) as caught:
        contradictions.require_consistent(found.assumptions, found.said)
    assert caught.value.source == assumed


@pytest.mark.parametrize(("declared", "assumed"), WIDE)
def test_a_factor_that_is_wide_enough_is_not_refused(declared: str, assumed: str) -> None:
    found = read("u'v <= 7", let=[declared], assume=[assumed])
    assert contradictions.too_narrow(tuple(found.assumptions)) is None


@pytest.mark.parametrize("command", ["check", "derive"])
def test_the_commands_refuse_it_with_one_message(command: str) -> None:
    typed = "x'S x <= 3" if command == "check" else "x'S x"
    arguments = ["--let", "S: positive definite", "--assume", "x'x <= 1", "--assume", "x'x <= 2; tr(S) = -1"]
    result = CliRunner().invoke(cli, [command, typed, *arguments])
    assert result.exit_code == 3
    assert result.output == (
        "error: expected assumptions that do not contradict each other\n"
        "  got:    tr(S) = -1, where -1 < tr(S) is derived from S: positive definite\n"
        "  where:  x'x <= 2; tr(S) = -1\n"
        "                    ^^^^^^^^^^\n"
        "  remedy: leave one of them out\n"
    )
