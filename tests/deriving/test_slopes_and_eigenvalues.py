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
]
FALSE = [
    ("|phi(x) - phi(y)| <= K |x - y| / 2", BOUNDED),
    ("|phi(x)| <= K |x|", BOUNDED),
    ("|phi'(x) - phi'(y)| <= K |x - y|", BOUNDED),
    ("|sigmoid(x) - sigmoid(y)| <= |x - y| / 5", {}),
    ("opnorm((S + lambda I)^-1) <= 1/(2 lambda)", RIDGE),
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
