"""Means of maxima and log-sum-exps, entropies, sizes from both signs, traces as matrices, determinants through their
logarithms: from the statement alone."""

from __future__ import annotations

import pytest

from tests.corpus.statements import Entry, answered


def entry(says: str, *options: tuple[str, str], holds: bool = True) -> Entry:
    return Entry("", says, holds, "", options)


RANDOM = ("let", "x: random")
SEMIDEFINITE = ("let", "S: positive semidefinite")
WEIGHED = ("let", "a: scalar"), ("assume", "a >= 0; a <= 1")
DEFINITE = ("let", "S: d x d positive definite")
PAIR = ("let", "S: positive definite; T: positive semidefinite")
TRUE = [
    entry("max(E[x]) <= E[max(x)]", RANDOM),
    entry("lse(E[x]) <= E[lse(x)]", RANDOM),
    entry("lse((x + y)/2) <= (lse(x) + lse(y))/2"),
    entry("lse(y) >= lse(x) + softmax(x)'(y - x)"),
    entry("|lse(x) - lse(y)| <= |x - y|_inf"),
    entry("|max(x) - max(y)| <= |x - y|_inf"),
    entry("max(a x + (1 - a) y) <= a max(x) + (1 - a) max(y)", *WEIGHED),
    entry("softmax(x)'log(softmax(x)) <= 0"),
    entry("x'softmax(x) <= lse(x)"),
    entry("mean(x) <= x'softmax(x)"),
    entry("lambda_max(jac(softmax(x), x)) <= 1"),
    entry("tr((S + T)^-1) <= tr(S^-1)", PAIR),
    entry("((S + T)/2)^-1 <= (S^-1 + T^-1)/2", ("let", "S, T: positive definite")),
    entry("tr(((S + T)/2)^-1) <= (tr(S^-1) + tr(T^-1))/2", ("let", "S, T: positive definite")),
    entry("tr(S (S + lambda I)^-1) <= tr(S) / lambda", ("let", "S: positive semidefinite; lambda: positive")),
    entry("|tr(S A)| <= tr(S) opnorm(A)", SEMIDEFINITE),
    entry("det(S) <= lambda_max(S)^d", DEFINITE),
    entry("det(S) <= (tr(S)/d)^d", DEFINITE),
    entry("det(S) <= prod(diagonal(S))", DEFINITE),
    entry("logdet(S) <= sum(log(diagonal(S)))", DEFINITE),
    entry("prod(p) <= (sum(p)/d)^d", ("let", "p: d, positive column")),
    entry("det(S) det(T) <= det((S + T)/2)^2", ("let", "S, T: positive definite")),
    entry("det(I + S) <= exp(tr(S))", SEMIDEFINITE),
    entry("opnorm(S) <= L", ("let", "S: symmetric; L: positive"), ("assume", "S <= L I; -L I <= S")),
    entry("|A x|_inf <= opnorm(A) |x|"),
    entry("|A x|_inf <= |A|_F |x|"),
    entry("|x + y|_inf <= |x| + |y|"),
    entry("sum(x - y) <= |x - y|_1"),
    entry("p'(x - y) <= |x - y|_inf", ("let", "p: positive column"), ("assume", "sum(p) = 1")),
]
FALSE = [
    entry("det(S) >= prod(diagonal(S))", DEFINITE, holds=False),
    entry("prod(p) <= sum(p)/d", ("let", "p: d, positive column"), holds=False),
    entry("det(S) <= lambda_min(S)^d", DEFINITE, holds=False),
    entry("det(S) <= tr(S)/d", DEFINITE, holds=False),
    entry("det(S) det(T) >= det((S + T)/2)^2", ("let", "S, T: positive definite"), holds=False),
    entry("((S + T)/2)^-1 >= (S^-1 + T^-1)/2", ("let", "S, T: positive definite"), holds=False),
    entry("E[max(x)] <= max(E[x])", RANDOM, holds=False),
    entry("lse(E[x]) >= E[lse(x)]", RANDOM, holds=False),
    entry("lse(x) - lse(y) <= |x - y|_inf / 2", holds=False),
    entry("|tr(S A)| <= tr(S) opnorm(A)", ("let", "S: symmetric; A: square"), holds=False),
    entry("tr((S + T)^-1) <= tr(S^-1)/2", PAIR, holds=False),
    entry("opnorm(S) <= L", ("let", "S: symmetric; L: positive"), ("assume", "S <= L I"), holds=False),
    entry("sum(x + y) <= |x - y|_1", holds=False),
    entry("|A x|_inf <= |x|_inf opnorm(A)", holds=False),
    entry("x'softmax(x) >= lse(x)", holds=False),
    entry("max(a x + (1 - a) y) >= a max(x) + (1 - a) max(y)", *WEIGHED, holds=False),
]


@pytest.mark.parametrize("said", TRUE, ids=lambda entry: entry.command)
def test_it_is_proved(said: Entry) -> None:
    assert answered(said).verdict == "proved"


@pytest.mark.parametrize("said", FALSE, ids=lambda entry: entry.command)
def test_it_is_refuted(said: Entry) -> None:
    assert answered(said).verdict == "refuted"
