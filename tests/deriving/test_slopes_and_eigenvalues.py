"""Activations of bounded slope, and bounds of largest eigenvalues, from the statement alone; false neighbours."""

from __future__ import annotations

import pytest

from theory.grammar.stating import read
from verify.running import answering

BOUNDED = {"assume": ["|phi'| <= K"]}
RIDGE = {"let": ["S: positive semidefinite; lambda: positive"]}
TRUE = [
    ("|phi(x) - phi(y)| <= K |x - y|", BOUNDED),
    ("|phi(W x) - phi(W y)| <= K opnorm(W) |x - y|", BOUNDED),
    ("|V phi(x) - V phi(y)| <= K opnorm(V) |x - y|", BOUNDED),
    ("|phi'(x) o y| <= K |y|", BOUNDED),
    ("|phi'(x) - phi'(y)| <= K |x - y|", {"assume": ["|phi''| <= K"]}),
    ("|grad(phi(w'x), w)| <= K |x|", BOUNDED),
    ("|tanh(x)| <= |x|", {}),
    ("|sigmoid(x) - sigmoid(y)| <= |x - y| / 4", {}),
    ("opnorm(Diag(phi'(x)) W) <= K opnorm(W)", BOUNDED),
    ("lambda_max((S + lambda I)^-1) <= 1/lambda", RIDGE),
    ("opnorm((S + lambda I)^-1) <= 1/lambda", RIDGE),
    ("opnorm(S (S + lambda I)^-1) <= 1", RIDGE),
    ("|(A'A + lambda I)^-1 A'b|^2 <= |b|^2 / (4 lambda)", {"let": ["lambda: positive"]}),
    ("4 lambda (S + lambda I)^-1 S (S + lambda I)^-1 <= I", RIDGE),
    ("logdet(S) <= d log(tr(S)/d)", {"let": ["S: positive definite, d"]}),
    ("logdet((S + T)/2) >= (logdet(S) + logdet(T))/2", {"let": ["S, T: positive definite"]}),
    ("logdet(c S) = d log(c) + logdet(S)", {"let": ["S: positive definite, d; c: positive"]}),
    ("hess(lse(x), x) <= I", {}),
    ("E[x'x]^2 <= E[|x|^4]", {"let": ["x: random"]}),
    ("|(1-t) x + t y| <= (1-t)|x| + t|y|", {"let": ["t: scalar"], "assume": ["0 <= t; t <= 1"]}),
    ("|w - eta A'A (w - u) - u|^2 <= |w - u|^2", {"assume": ["A'A <= I; eta <= 2; eta >= 0"]}),
    ("grad(tr((A + X)^-1), X) = -((A + X)^-2)'", {}),
]
FALSE = [
    ("|phi(x) - phi(y)| <= K |x - y| / 2", BOUNDED),
    ("|phi(x)| <= K |x|", BOUNDED),
    ("|phi'(x) - phi'(y)| <= K |x - y|", BOUNDED),
    ("|sigmoid(x) - sigmoid(y)| <= |x - y| / 5", {}),
    ("opnorm((S + lambda I)^-1) <= 1/(2 lambda)", RIDGE),
    ("|(A'A + lambda I)^-1 A'b|^2 <= |b|^2 / (5 lambda)", {"let": ["lambda: positive"]}),
    ("logdet(S) <= d log(tr(S)/d) - 1", {"let": ["S: positive definite, d"]}),
    ("logdet(c S) = log(c) + logdet(S)", {"let": ["S: positive definite; c: positive"]}),
    ("hess(lse(x), x) <= I / 8", {}),
    ("|(1-t) x + t y| <= (1-t)|x| + t|y|", {"let": ["t: scalar"], "assume": ["0 <= t"]}),
    ("|w - eta A'A (w - u) - u|^2 <= |w - u|^2", {"assume": ["A'A <= I; eta <= 3; eta >= 0"]}),
]


def verdict(text: str, said: dict[str, list[str]]) -> str:
    found = read(text, **said)  # type: ignore[arg-type]
    assert found.claim is not None
    theorem = answering.stated(found.claim, found.assumptions, title="A statement", scalars=found.scalars)
    return answering.answer(theorem).verdict.value


@pytest.mark.parametrize(("text", "said"), TRUE)
def test_what_holds_is_proved(text: str, said: dict[str, list[str]]) -> None:
    assert verdict(text, said) == "proved"


@pytest.mark.parametrize(("text", "said"), FALSE)
def test_what_does_not_is_refuted(text: str, said: dict[str, list[str]]) -> None:
    assert verdict(text, said) == "refuted"
