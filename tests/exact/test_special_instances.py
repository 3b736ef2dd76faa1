"""Bounds that fail from some size on are refuted at the plainest instance there; true ones never are."""

from __future__ import annotations

import pytest

from theory.grammar.stating import Statement, read
from verify.adversary.replaying import parse
from verify.exact.activations import CONSTANT_FIELDS, CONSTANTS
from verify.exact.deciding import decide
from verify.exact.drawing import satisfied
from verify.exact.outcomes import Outcome
from verify.exact.special_instances import constant_counterexample, special_counterexample
from verify.proof.kernel import Verdict
from verify.running.answering import answer, stated
from verify.settings import Budget, Settings

FALSE = [  # the statement, what is declared, the sizes at which it is refuted
    ("tr(A'A) <= 4 opnorm(A)^2", "", {"d": 5, "m": 5}),
    ("tr(A)^2 <= 3 tr(A A')", "", {"d": 4}),
    ("tr(A'A) < 15 opnorm(A)^2 + 1", "", {"d": 16, "m": 16}),
    ("tr(A)^2 <= 31 tr(A A')", "", {"d": 32}),
    ("lse(x) <= max(x) + 2", "", {"d": 8}),
    ("tr(P) <= 6", "P: projector", {"d": 7}),
    ("tr(S) <= 7 lambda_max(S)", "S: positive definite", {"d": 8}),
]
TRUE = [
    ("|A x| <= opnorm(A) |x|", ""),
    ("tr(A)^2 <= d tr(A A')", "A: d x d"),
    ("tr(A'A) <= d opnorm(A)^2", "A: m x d"),
    ("det(S) <= prod(diagonal(S))", "S: positive definite"),
    ("sum(x)^2 <= d |x|^2", "x: d"),
    ("tr(P) <= d", "P: d x d, projector"),
]
CONSTANT = [  # false where a function that may be any is constant, with what they have for a law
    ("E[phi(x)^2] > 0", "x: normal(0, 1)"),
    ("E[phi'(x)^2] > 0", "x: normal(0, 1)"),
    ("E[phi(x)^2] - E[phi(x)]^2 > 0", "x: normal(0, 1)"),
    ("E[f(x)^2] - E[f(x)]^2 > 0", "x: normal(0, I)"),
    ("E[|grad f(x)|^2] > 0", "x: normal(0, I)"),
    ("E[phi(w'x)^2] <= E[phi(w'x)]^2 + E[f(x)^2] - 1", "x: normal(0, I)"),
]
QUICK = Settings(Budget.QUICK)


def _read(text: str, declared: str) -> Statement:
    return read(text, let=[declared] if declared else [])


@pytest.mark.parametrize(("text", "declared", "sizes"), FALSE)
def test_a_constant_that_is_too_small_is_refuted_at_the_smallest_size(
    text: str, declared: str, sizes: dict[str, int]
) -> None:
    found = _read(text, declared)
    assert found.claim is not None
    instance = special_counterexample(found.claim, found.assumptions)
    assert instance is not None
    assert dict(instance.sizes) == sizes
    assert satisfied(instance, found.claim, found.assumptions).holds
    assert decide(found.claim, found.assumptions, instance).outcome is Outcome.DIFFERENT


@pytest.mark.parametrize(("text", "declared"), TRUE)
def test_what_is_true_at_every_size_fails_at_none(text: str, declared: str) -> None:
    found = _read(text, declared)
    assert found.claim is not None
    assert special_counterexample(found.claim, found.assumptions) is None


@pytest.mark.parametrize("text", ["tr(A'A) <= 4 opnorm(A)^2", "tr(A)^2 <= 3 tr(A A')"])
def test_a_false_statement_that_is_typed_is_refuted(text: str) -> None:
    found = read(text)
    assert found.claim is not None
    said = answer(stated(found.claim, found.assumptions, title=text), QUICK)
    assert said.verdict is Verdict.REFUTED
    assert said.counterexample is not None


def test_sizes_that_assumptions_allow_alone_are_taken() -> None:
    found = read("tr(A'A) <= 4 opnorm(A)^2", let=["A: m x d"], assume=["m >= d + 1"])
    assert found.claim is not None
    instance = special_counterexample(found.claim, found.assumptions)
    assert instance is not None
    assert instance.sizes["m"] > instance.sizes["d"] > 4


def test_identities_derivatives_and_numbers_are_not_looked_at() -> None:
    for text in ("tr(A'A) = 4 opnorm(A)^2", "d^2 <= 60 d", "|grad(|x|^2, x)|_1 <= 3 |x|"):
        found = read(text)
        assert found.claim is not None
        assert special_counterexample(found.claim, found.assumptions) is None


@pytest.mark.parametrize(
    ("text", "sizes", "entries"), [("d^2 <= 60 d", {"d": 61}, set()), ("|x|_1 <= 7 |x|", {"d": 50}, {"1"})]
)
def test_what_is_found_far_away_is_told_at_the_least_size_and_at_ones(
    text: str, sizes: dict[str, int], entries: set[str]
) -> None:
    found = read(text)
    assert found.claim is not None
    said = answer(stated(found.claim, found.assumptions, title=text), QUICK)
    assert said.counterexample is not None
    assert said.counterexample.witness is not None
    _, instance = parse(said.counterexample.witness)
    assert dict(instance.sizes) == sizes
    assert {str(e) for rows in instance.values.values() for row in rows for e in row} == entries


@pytest.mark.parametrize(("text", "law"), CONSTANT)
def test_what_fails_of_constant_functions_is_refuted(text: str, law: str) -> None:
    said = read(text, law=[law])
    assert said.claim is not None
    found = constant_counterexample(said.claim, said.assumptions)
    assert found is not None
    assert decide(said.claim, said.assumptions, found).outcome is Outcome.DIFFERENT
    assert set(found.functions.values()) <= {*CONSTANTS, *CONSTANT_FIELDS}


@pytest.mark.parametrize(
    "text", ["E[phi(x)^2] >= E[phi(x)]^2", "E[phi(x)^2] + 1 > 0", "E[tanh(x)^2] > 0", "E[phi(x)] = 0"]
)
def test_of_what_holds_of_them_nothing_is_found(text: str) -> None:
    said = read(text, law=["x: normal(0, 1)"])
    assert said.claim is not None
    assert constant_counterexample(said.claim, said.assumptions) is None
