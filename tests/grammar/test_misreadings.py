"""What cannot be read is refused once, at its place, with a remedy; nothing is evaluated, and nothing takes long."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import pytest

from theory.grammar.misread import MisreadError
from theory.grammar.stating import read

MISTAKES: list[tuple[str, Mapping[str, Any], str, str, str]] = [  # text, options, marked letters, words, remedy
    ("x y = 1", {}, "x y", "a column", "x' y for the inner product"),
    ("x' y = 1", {"let": ["x: 2; y: 3"]}, "x' y", "a row of 2", "declare what they are"),
    ("tr(I) = m n", {}, "I", "of any size", "I[d]"),
    ("A x = gama x", {}, "gama", "'gama'", "did you mean gamma"),
    ("sqr(x'x) = 1", {}, "sqr", "'sqr'", "did you mean sqrt"),
    ("rank(A) = 1", {}, "rank", "'rank'", '--let "rank: activation"'),
    ("det(X) = 1", {"let": ["X: m x d"]}, "X", "m x d", ""),
    ("cos(x) = x", {}, "cos(x)", "cos", "in statements on scalars alone"),
    ("sqrt(A) = A", {}, "A", "A, a matrix", ""),
    ("Diag(A) x = x", {}, "A", "A, a matrix", "diagonal(A) is the column"),
    ("diagonal(A) = x", {"let": ["A: m x d"]}, "A", "a matrix of m x d", ""),
    ("Ax = x", {}, "Ax", "'Ax'", "A x"),
    ("(x'y = 1", {}, "(", "the end of the text", "close it"),
    ("x'y) = 1", {}, ")", "closes nothing", "take it away"),
    ("|x + y = 1", {}, "|", "the end of the text", "close it"),
    ("(x'y] = 1", {}, "]", "']'", "close the inner bracket"),
    ("x + = y", {}, "=", "'='", "write one term there"),
    ("x = y = x", {}, "=", "'='", "state one relation"),
    ("x +", {}, "+", "the end of the text", "complete it"),
    ("x'x = x'x", {}, "x'x = x'x", "true by construction", "one term written twice"),
    ("||x||^2 = x'x", {}, "||x||^2 = x'x", "true by construction", "one term written twice"),
    ("a / 2 b = 1", {"let": ["a, b: scalar"]}, "2 b", "not clear how far", "/ (2 b)"),
    ("1/2a x'x = 1", {"let": ["a: scalar"]}, "2a x'x", "not clear how far", "/ (2a x'x)"),
    ("1 / a x'x = 1", {"let": ["a: scalar"]}, "a x'x", "not clear how far", "/ (a x'x)"),
    ("1 / a x'x y = y", {"let": ["a: scalar"]}, "a x'x y", "not clear how far", "in brackets"),
    ("x'y/|x||y| = 1", {"let": ["x, y: nonzero"]}, "|x||y|", "not clear how far", "/ (|x||y|)"),
    ("1/a(a + 1) = 1", {"let": ["a: positive"]}, "a(a + 1)", "not clear how far", "in brackets"),
    ("a/(b)(c) = 1", {"let": ["a, b, c: positive"]}, "(b)(c)", "not clear how far", "in brackets"),
    ("S^1/2 x = x", {}, "S^1/2", "S^1/2", "S^(1/2)"),
    ("S^-1/2 x = x", {}, "S^-1/2", "S^-1/2", "S^(-1/2)"),
    ("a^-1/2 = 1", {"let": ["a: positive"]}, "a^-1/2", "a^-1/2", "a^(-1/2)"),
    ("x / x y = y", {}, "x y", "a column", ""),
    ("2^3^2 = 64", {}, "^3^2", "two exponents of 2", "(2^...)^..."),
    ("a**2**3 = a^8", {"let": ["a: scalar"]}, "**2**3", "two exponents of a", "a^(...)"),
    ("A^-1^2 = A", {}, "^-1^2", "two exponents of A", "(A^...)^..."),
    ("A + 1 = A", {"let": ["A: d x d"]}, "1", "a column", ""),
    ("A x <= x", {}, "A x <= x", "a column", "|x| <= |y|"),
    ("x != y", {}, " != ", "!=", "to be refuted"),
    ("A x < x", {}, "A x < x", "a column", "|x| <= |y|"),
    ("x'x < x'x", {}, "x'x < x'x", "false by construction", "one term written twice"),
    ("X > 0", {"let": ["X: m x d"]}, "X > 0", "m x d", "entries"),
    ("a^2 = 1", {"let": ["a: nonzero"]}, "a^2", "a, a column", 'if a is a number, --let "a: nonzero scalar"'),
    ("tr(S) = 1", {"assume": ["diagonal(S) > 0"]}, "diagonal(S) > 0", "a column", "p > 0 of every entry"),
    ("0 < x'x < 1", {}, "<", "'<'", "state one relation"),
    ("x[1] = 0", {}, "[", "'['", "write ( and )"),
    ("__import__('os').system('true')", {}, "_", "the letter '_'", "no program"),
    ("(lambda: 1)()", {}, ":", "the letter ':'", "no program"),
    ('exec("x")', {}, '"', "the letter", "no program"),
    ("x; y", {}, ";", "the letter ';'", "no program"),
    ("", {}, " ", "an empty text", "such as"),
    ("   ", {}, " ", "an empty text", "such as"),
    ("E[x'y] = 0", {}, "E[x'y]", "none", '--law "x:'),
    ("x^2 = 1", {}, "x^2", "a column", "|x|^2"),
    ("det(c A) = c^a det(A)", {"let": ["c: positive; a: scalar; A: d x d"]}, "a", "a", "scalars alone"),
    ("|A|_inf = 1", {}, "|A|_inf", "the norm _inf", "sums of rows"),
    ("|A| = 1", {}, "|A|", "a matrix", "tr(A'A)"),
    ("grad(A x, x) = A", {}, "A x", "a column", "jac(f, x)"),
    ("cos(x'y) = 1", {}, "cos(x'y)", "cos", "in statements on scalars alone"),
    ("1 / 0 = 1", {}, "0", "0", ""),
    ("det(exp(A)) = exp(tr(A))", {"let": ["A: square"]}, "exp(A)", "a matrix", "not known here"),
    ("tr(sin(A)) = 0", {}, "sin(A)", "a matrix", "not known here"),
    ("there is K: |A x| <= K |x|", {}, "there is K", "'there is K'", "|A x| <= opnorm(A) |x|"),
    ("for some K, |x| <= K", {}, "for some K", "'for some K'", "for_some({K: operator_norm(A)}"),
    ("|A x| <= K |x| for some K", {}, "for some K", "'for some K'", "state it of the K that there is"),
    ("x'x >= 0, for all x", {}, "for all x", "'for all x'", "leave it out"),
    ("entry(x, i) <= |x|", {}, "entry", "'entry'", "e'x, one of A is e'A f, with --let"),
    ("diag_of(A) = x", {}, "diag_of", "'diag_of'", "diagonal(A) is the column"),
    ("rank(A) <= d", {}, "rank", "'rank'", "of a projector P it is tr(P)"),
    ("|max(x, 0)| <= |x|", {"let": ["x: d"]}, "x", "a column", "relu(x) is max(x, 0)"),
    ("|A|_inf <= opnorm(A)", {}, "|A|_inf", "the norm _inf", "of one row is |A'e|_1"),
    ("D x = x", {"let": ["D: diagonal"]}, "diagonal", "'diagonal'", "write Diag(v)"),
    ("for all x: x'x >= 0", {}, "for all x", "'for all x'", "every value of its names"),
    ("∀ x: x'x >= 0", {}, "∀ x", "'∀ x'", "leave it out"),
    ("x'x / (m - 1) = 1", {"assume": ["m = 1"]}, "m", "m = 1, where m - 1 is 0", "a larger number"),
]  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        "m x d, positive", "d, negative", "random, positive column", "basis vector, nonnegative", "2 x 1, scalar",
        "column, scalar", "matrix, column", "m x d, column", "symmetric, positive",
        "dimension, negative", "dimension, random", "dimension, d", "dimension, column", "activation, positive",
        "activation, nonzero", "activation, d", "function, m x d", "function, random", "activation, function",
    ],
)  # fmt: skip
def test_no_word_that_is_said_of_a_name_is_left_out(words: str) -> None:
    """x: m x d, positive was a positive number; a negative dimension was a dimension."""
    with pytest.raises(MisreadError, match="what can be true of x at once"):
        read("x = 1", let=[f"x: {words}"])


@pytest.mark.parametrize(
    "words",
    [
        "1, positive", "1 x 1, scalar", "random vector, d", "random scalar", "symmetric matrix, d x d", "column, d x 1",
        "real scalar, nonzero", "dimension, positive, nonzero", "dimension, scalar", "positive definite matrix",
    ],
)  # fmt: skip
def test_words_that_say_the_same_may_be_said_together(words: str) -> None:
    read("E_x[1] = 2" if "random" in words else "tr(x'x) = tr(2 x'x)", let=[f"x: {words}"])


@pytest.mark.parametrize(("typed", "options", "marked", "words", "remedy"), MISTAKES)
def test_a_mistake_is_marked_at_its_place(
    typed: str, options: Mapping[str, Any], marked: str, words: str, remedy: str
) -> None:
    with pytest.raises(MisreadError) as caught:
        read(typed, known={}, **options)
    problem = caught.value
    assert problem.source[problem.start : problem.end] == marked or (not marked.strip() and not typed.strip())
    assert words in problem.got
    assert remedy in problem.remedy
    above, below = problem.marked.split("\n")
    assert above[below.index("^") : len(below)] == marked or not typed.strip()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"let": ["a: positive; a: negative"]}, "contradict each other"),
        ({"let": ["S: positve definite"]}, "positve"),
        ({"let": ["S: positive negative"]}, "positive negative"),
        ({"let": ["S"]}, "'S'"),
        ({"let": ["2: scalar"]}, "'2'"),
        ({"let": ["x: 2; x: 3"]}, "a column of 2 and a column of 3"),
        ({"let": ["a: scalar"], "assume": ["a <= 1; a >= 2"]}, "which nothing meets"),
        ({"let": ["a: positive"], "assume": ["a <= -1"]}, "which nothing meets"),
        ({"let": ["S: symmetric"], "assume": ["S <= I", "2 I <= S"]}, "which nothing meets"),
        ({"let": ["a: scalar"], "assume": ["a = 1", "a = 2"]}, "which nothing meets"),
        ({"let": ["a: scalar"], "assume": ["a > 0; a < 0"]}, "negative and positive"),
        ({"assume": ["x < 0"]}, "<"),
        ({"assume": ["1 <= 0"]}, "which nothing meets"),
        ({"law": ["E[z] = 0"]}, "E[z] = 0"),
        ({"assume": ["y"]}, "'y'"),
    ],
)
def test_what_is_declared_and_assumed_is_marked_in_its_own_text(options: Mapping[str, Any], words: str) -> None:
    with pytest.raises(MisreadError) as caught:
        read("x'x = y'y", known={}, **options)
    assert words in caught.value.got
    texts = [text for name in ("assume", "let", "law") for text in options.get(name, [])]
    if "assume" in options:
        texts = list(options["assume"])
    assert caught.value.source in (*texts, "; ".join(texts))


@pytest.mark.parametrize(
    "typed",
    [
        "(" * 5_000 + "x" + ")" * 5_000,
        "x'x " * 2_500,
        "|" * 10_000,
        "A" * 10_000,
        "f(" * 3_000 + "x",
        "x" + "'" * 9_999,
        "1+" * 5_000 + "1",
        "x^" * 4_000,
        "9" * 10_000 + " = 1",
        "-" * 10_000,
    ],
)
def test_ten_thousand_letters_are_refused_at_once(typed: str) -> None:
    begin = time.process_time()
    with pytest.raises(MisreadError) as caught:
        read(typed, known={})
    assert time.process_time() - begin < 1
    assert len(caught.value.marked) < 200


@pytest.mark.parametrize("count", [10, 50])
def test_what_is_long_and_still_read_is_read_at_once(count: int) -> None:
    begin = time.process_time()
    read("x'x " * count + "+ 1", known={})
    assert time.process_time() - begin < 1


def test_a_definition_for_columns_of_another_size_is_written_out() -> None:
    with pytest.raises(MisreadError) as caught:
        read("yhat(z, eps) = yhat(z + 1, eps)", let=["z: n; n: dimension; eps: positive"])
    assert "of another size yhat is written out, (y - 1[m]' y / m * 1[m]) / (" in caught.value.remedy
