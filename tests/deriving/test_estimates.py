"""Lengths and operator norms put up from the inside out: layers in a row, residual layers, powers, recursions."""

from __future__ import annotations

import pytest

from tests.corpus.statements import Entry, answered
from theory.grammar.stating import read
from theory.statements.lemmas import RootBound
from verify.deriving.asking import Asking
from verify.deriving.estimates import STEPS, estimated
from verify.running import answering

SLOPE = ("assume", "|phi'| <= K")


def entry(says: str, *options: tuple[str, str], holds: bool = True) -> Entry:
    return Entry("", says, holds, "", options)


TRUE = [
    entry("|x + phi(W x) - y - phi(W y)| <= (1 + K opnorm(W)) |x - y|", SLOPE),
    entry("|x + V phi(W x) - y - V phi(W y)| <= (1 + K opnorm(V) opnorm(W)) |x - y|", SLOPE),
    entry("|x + relu(W x) - y - relu(W y)| <= (1 + opnorm(W)) |x - y|"),
    entry("|V phi(W phi(U x)) - V phi(W phi(U y))| <= K^2 opnorm(V) opnorm(W) opnorm(U) |x - y|", SLOPE),
    entry("|A^t x| <= |x|", ("let", "A: square; t: steps"), ("assume", "opnorm(A) <= 1")),
    entry("opnorm(A^t) <= opnorm(A)^t", ("let", "A: square; t: steps")),
    entry("|iterate(tanh(W x), x, u, t)| <= opnorm(W)^t |u|", ("let", "W: square")),
    entry(
        "|iterate(phi(W x), x, u, t) - iterate(phi(W x), x, v, t)| <= (K opnorm(W))^t |u - v|",
        ("let", "W: square"), SLOPE,
    ),
    entry("lambda_max(S^t) <= lambda_max(S)^t", ("let", "S: positive semidefinite; t: steps")),
    entry(
        "|iterate(phi(W x + b), x, u, t) - iterate(phi(W x + b), x, v, t)| <= |u - v|",
        ("let", "W: square; b: column"), ("assume", "|phi'| <= K; K opnorm(W) <= 1"),
    ),
    entry(
        "|iterate(w - eta (S w - b), w, u, t) - iterate(w - eta (S w - b), w, v, t)| <= |u - v|",
        ("let", "S: positive semidefinite; eta: nonnegative"), ("assume", "eta S <= I"),
    ),
    entry("|iterate(Q x + w, x, u, t) - iterate(Q x + w, x, v, t)| = |u - v|", ("let", "Q: orthogonal; x: column")),
    entry("|w'phi(W x) - w'phi(W y)| <= K |w| opnorm(W) |x - y|", SLOPE),
    entry("|w'tanh(W x)| <= |w| opnorm(W) |x|"),
    entry("|a'x + b'x| <= |a + b| |x|"),
    entry("E[|A x|] <= opnorm(A) E[|x|]", ("let", "x: random")),
    entry("E[|phi(W x) - phi(W y)|] <= K opnorm(W) E[|x - y|]", ("let", "x: random"), SLOPE),
]  # fmt: skip
FALSE = [
    entry("|w'A x - w'A y| <= |w| opnorm(A) |x + y|", holds=False),
    entry("|iterate(Q x + w, x, u, t)| = |u|", ("let", "Q: orthogonal; x: column"), holds=False),
    entry("lambda_max(S)^t <= lambda_max(S^t) / 2", ("let", "S: positive semidefinite; t: steps"), holds=False),
    entry("|x + phi(W x) - y - phi(W y)| <= K opnorm(W) |x - y|", SLOPE, holds=False),
    entry("|A^t x| <= opnorm(A) |x|", ("let", "A: square; t: steps"), holds=False),
    entry("opnorm(A)^t <= opnorm(A^t)", ("let", "A: square; t: steps"), holds=False),
    entry("|iterate(phi(W x), x, u, t)| <= (K opnorm(W))^t |u|", ("let", "W: square"), SLOPE, holds=False),
]


@pytest.mark.parametrize("said", TRUE, ids=lambda entry: entry.command)
def test_it_is_proved(said: Entry) -> None:
    assert answered(said).verdict == "proved"


@pytest.mark.parametrize("said", FALSE, ids=lambda entry: entry.command)
def test_it_is_refuted(said: Entry) -> None:
    assert answered(said).verdict == "refuted"


def asked(says: str, *assumed: str, limit: int = 200) -> tuple[Asking, object]:
    found = read(says, assume=[*assumed])
    assert found.claim is not None
    theorem = answering.stated(found.claim, found.assumptions, title="a case", scalars=found.scalars)
    asking = Asking(theorem, limit)
    return asking, estimated(asking, found.claim.left, found.claim.right)


def test_it_takes_few_steps_and_writes_lines_that_are_accepted() -> None:
    asking, chain = asked(TRUE[0].says, "|phi'| <= K")
    assert chain is not None
    assert len(chain.lines) <= STEPS
    assert asking.asked < 60
    assert any(isinstance(reason, RootBound) for line in chain.lines for reason in line.reasons)


def test_what_has_no_length_in_it_is_left_alone() -> None:
    asking, chain = asked("tr(A'A) >= 0")
    assert (asking.asked, chain) == (0, None)


def test_an_assumption_that_leads_in_a_circle_ends() -> None:
    asking, chain = asked("|x| <= |z|", "|x| <= |y|", "|y| <= |x|")
    assert chain is None
    assert asking.asked < 60
