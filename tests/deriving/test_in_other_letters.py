"""Bounds that come out in other letters, at each value of what is random, between assumed bounds, and by slopes."""

from __future__ import annotations

import pytest

from tests.corpus.statements import Entry
from theory.grammar.stating import read
from theory.statements.lemmas import LipschitzBound
from theory.statements.theorem import Theorem
from verify.deriving import propose
from verify.proof.door import check, establish
from verify.proof.kernel import Verdict
from verify.running import answering


def said(says: str, *, let: str = "", assume: str = "", law: str = "") -> Entry:
    options = {"let": let, "assume": assume, "law": law}
    return Entry("", says, True, "", tuple((name, text) for name, text in options.items() if text))


COLUMN = "y: m; m: dimension; eps: positive"
BETWEEN = "mu I <= S; S <= L I; eta L <= 1"
TRUE = [
    # a mean over rows is taken away
    said("|(I - 1 1'/m - yhat(y, eps) yhat(y, eps)'/m) v| <= |v|", let=COLUMN),
    said("|grad(L(yhat(y, 0)), y)| <= |grad L(yhat(y, 0))| / sqrt(var(y))", let="y: m", assume="var(y) > 0"),
    said("v'jac(yhat(y, eps), y) v <= (|v|^2 - (1'v)^2/m) / sqrt(var(y) + eps)", let=COLUMN),
    said("(e'yhat(y, eps))^2 <= m - 1", let=f"{COLUMN}; e: basis vector"),
    said("|e'yhat(y, eps)| <= sqrt(m)", let=f"{COLUMN}; e: basis vector"),
    said("(mean(x o y) - mean(x) mean(y))^2 <= var(x) var(y)"),
    said("(x'(I - 1 1'/m) y)^2 <= (x'(I - 1 1'/m) x)(y'(I - 1 1'/m) y)", let="x: m; m: dimension"),
    said("|yhat(x, eps)'yhat(y, eps)| <= m", let=f"x: m; {COLUMN}"),
    said("sqrt(var(x + y)) <= sqrt(var(x)) + sqrt(var(y))"),
    said("tr((X - 1 1'X/m)'(X - 1 1'X/m)) <= tr(X'X)", let="X: m x d; m: dimension"),
    # what a resolvent stands before
    said("(S + lambda I)^-1 S (S + lambda I)^-1 <= S^-1", let="S: positive definite; lambda: positive"),
    said("|(I + S)^-1 x - (I + S)^-1 y| <= |x - y|", let="S: positive semidefinite"),
    # at each value of what is random
    said("E[|yhat(x, eps)|^2] <= m", let="x: random; x: m; m: dimension; eps: positive"),
    said("E[1/sqrt(|x|^2 + 1)] <= 1", let="x: random"),
    said("E[|x - y|^2] <= 2 E[|x - u|^2] + 2 E[|y - u|^2]", law="x, y: independent"),
    said("E[|phi(u'x) - phi(v'x)|] <= K E[|x|] |u - v|", let="x: random; K: nonnegative", assume="|phi'| <= K"),
    # between assumed bounds
    said("|w - eta S w| <= (1 - eta mu) |w|", let="S: symmetric; eta, mu, L: positive", assume=BETWEEN),
    said("|w + eta S w| <= (1 + eta L) |w|", let="S: symmetric; eta, L: positive", assume="0 I <= S; S <= L I"),
    said("opnorm(I - eta S) <= 1 - eta mu", let="S: symmetric; eta, mu, L: positive", assume=BETWEEN),
    said("|iterate(w - eta S w, w, u, t)| <= (1 - eta mu)^t |u|", let="S: symmetric; eta, mu, L: positive; t: steps",
         assume=BETWEEN),
    # norms of matrices, by their images
    said("opnorm(jac(x / sqrt(|x|^2/d + eps), x)) <= 1/sqrt(eps)", let="x: d; d: dimension; eps: positive"),
    said("opnorm(I - 1 1'/m - z z'/m) <= 1", let="z: m; m: dimension", assume="z'z <= m; 1'z = 0"),
    said("opnorm(I - u u') <= 1", let="u: nonzero", assume="u'u <= 1"),
    said("opnorm(jac(softmax(x), x)) <= 1"),
    said("|jac(softmax(x), x) v| <= |v|"),
    said("|(I - u u') v| <= |v|", assume="u'u <= 2"),
    said("var(a x + b y) <= (|a| sqrt(var(x)) + |b| sqrt(var(y)))^2", let="a, b: scalar"),
    # squares that are completed, complements, what is commuted
    said("lambda |z|^2 + |z - x|^2 >= lambda/(1 + lambda) |x|^2", let="lambda: positive"),
    said("A A' >= (X'X)^-1", let="X: m x d; A: d x m", assume="A X = I"),
    said("B'A^-1 B <= D", let="A: positive definite; D: symmetric", assume="[A, B; B', D] >= 0"),
    said("S^2 <= tr(S) S", let="S: positive semidefinite"),
    said("|w|^2 <= |w|_S^2 / lambda_min(S)", let="S: positive definite"),
    said("max(diagonal(S)) <= lambda_max(S)", let="S: symmetric"),
    said("det([x'x, x'y; y'x, y'y]) >= 0"),
    # slopes
    said("|x / sqrt(|x|^2/d + eps) - y / sqrt(|y|^2/d + eps)| <= |x - y| / sqrt(eps)", let="x, y: d; eps: positive"),
    said("|sqrt(1 + |x|^2) - sqrt(1 + |y|^2)| <= |x - y|"),
    said("|log(1 + |x|^2) - log(1 + |y|^2)| <= |x - y|"),
    said("|softmax(x) - softmax(y)| <= |x - y|"),
    said("|relu(a) - relu(b)| <= |a - b|", let="a, b: scalar"),
]  # fmt: skip
FALSE = [
    said("|(I - 1 1'/m - yhat(y, eps) yhat(y, eps)'/m) v| <= |v|/2", let=COLUMN),
    said("(e'yhat(y, eps))^2 <= m - 2", let=f"{COLUMN}; e: basis vector"),
    said("(mean(x o y) - mean(x) mean(y))^2 <= var(x) var(y) / 2"),
    said("E[|yhat(x, eps)|^2] <= m/2", let="x: random; x: m; m: dimension; eps: positive"),
    said("|w - eta S w| <= (1 - eta L) |w|", let="S: symmetric; eta, mu, L: positive", assume=BETWEEN),
    said("|w - eta S w| <= (1 - eta mu) |w|", let="S: symmetric; eta, mu, L: positive",
         assume="mu I <= S; S <= L I; eta L <= 2"),
    said("opnorm(I - u u') <= 1", let="u: nonzero", assume="u'u <= 3"),
    said("A A' <= (X'X)^-1", let="X: m x d; A: d x m", assume="A X = I"),
    said("|sqrt(1 + |x|^2) - sqrt(1 + |y|^2)| <= |x - y|/2"),
    said("|yhat(x, eps) - yhat(y, eps)| <= |x - y|", let="eps: positive"),
    said("||x|^2 - |y|^2| <= |x - y|"),
    said("|softmax(x) - softmax(y)| <= |x - y|/3"),
    said("|x/|x| - y/|y|| <= |x - y|", let="x, y: nonzero"),
]  # fmt: skip


def stated(entry: Entry) -> Theorem:
    found = read(entry.says, **{name: [text] for name, text in entry.options})  # type: ignore[arg-type]
    assert found.claim is not None
    return answering.stated(found.claim, found.assumptions, title="a case", scalars=found.scalars)


@pytest.mark.parametrize("entry", TRUE, ids=lambda entry: entry.command)
def test_it_is_derived_and_every_line_is_accepted(entry: Entry) -> None:
    found = propose(stated(entry))
    assert found.complete
    assert establish(check(found.theorem)).verdict is Verdict.PROVED


@pytest.mark.parametrize("entry", FALSE, ids=lambda entry: entry.command)
def test_of_what_is_false_no_line_is_found(entry: Entry) -> None:
    assert not propose(stated(entry), limit=1_000).complete


def test_a_slope_is_cited_with_letters_that_nobody_speaks_of() -> None:
    theorem = propose(stated(said("|sqrt(1 + |z|^2) - sqrt(1 + |u|^2)| <= |z - u|"))).theorem
    [part] = theorem.parts
    assert part.derivation is not None
    [lemma] = [r for line in part.derivation.lines for r in line.reasons if isinstance(r, LipschitzBound)]
    assert not {lemma.letter, lemma.direction} & {*theorem.symbols}
    assert {lemma.left.name, lemma.right.name} == {"z", "u"}  # type: ignore[attr-defined]
