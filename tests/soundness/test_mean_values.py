"""The mean value theorem in a line: with a bound that is assumed or known of the very function, and with no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

import theory as c
from tests.soundness.test_line_checker import one_line
from theory import MeanValue, surplus
from theory.statements.claims import Assumption
from theory.statements.theorem import smoothness
from theory.terms import Activation, CalculusError, Term
from verify.proof.lines_on_matrices import observe
from verify.proof.matrices import order
from verify.proof.matrices.forms import Context
from verify.proof.matrices.known_activations import STEEPEST

n = c.dimension("n")
u, v, w = c.vector("u", n), c.vector("v", n), c.vector("w", n)
a, b, K, M = c.real("a"), c.real("b"), c.nonnegative("K"), c.nonnegative("M")
x = c.random_vector("x", n)
phi, psi = c.activation("phi"), c.activation("psi")
tanh, sigmoid, relu = c.activation("tanh"), c.activation("sigmoid"), c.activation("relu")
BOUNDED = c.sup_bound(phi, 1, K)
one = c.ones(n)


def summed(lemma: MeanValue) -> Term:
    return lemma.gap if lemma.gap.is_scalar else one.T @ lemma.gap


def line(lemma: MeanValue, *assumptions: Assumption, cited: MeanValue | None = None) -> str:
    """Why the gap of the lemma is not accepted as nonnegative; nothing where it is."""
    gap = summed(lemma)
    return one_line(c.zero(), gap, surplus(gap), cited or lemma, assumptions=assumptions, relation="<=")


@pytest.mark.parametrize(("left", "right"), [(a, b), (a, c.number(0)), (u.T @ w, v.T @ w), (u, v), (u, c.zero(n, 1))])
def test_a_bound_that_is_assumed(left: Term, right: Term) -> None:
    lemma = MeanValue(phi, 1, K, left, right)
    assert line(lemma, BOUNDED) == ""
    assert "which the theorem does not assume" in line(lemma)
    assert "which the theorem does not assume" in line(replace(lemma, bound=M), BOUNDED)
    assert "which the theorem does not assume" in line(replace(lemma, function=psi), BOUNDED)
    assert "which the theorem does not assume" in line(replace(lemma, order=2), BOUNDED)
    assert "which the theorem does not assume" in line(lemma, c.sup_bound(phi, 2, K))
    assert "which the theorem does not assume" in line(lemma, c.sup_bound(phi, 0, K))
    assert "not visibly nonnegative" in line(lemma, BOUNDED, cited=MeanValue(phi, 1, K, 2 * left, right))
    assert "not visibly nonnegative" in one_line(
        c.zero(), -summed(lemma), surplus(-summed(lemma)), lemma, assumptions=(BOUNDED,), relation="<="
    )


def test_a_bound_that_stands_after_what_is_no_bound() -> None:
    lemma = MeanValue(phi, 1, K, a, b)
    assert line(lemma, c.at_most(K, M), BOUNDED) == ""
    assert "which the theorem does not assume" in line(lemma, c.at_most(K, M))


def test_of_a_bound_of_a_later_derivative_the_one_before_differs() -> None:
    lemma = MeanValue(phi, 2, K, a, b)
    assert line(lemma, c.sup_bound(phi, 2, K)) == ""
    assert lemma.gap == K**2 * ((a - b) * (a - b)) - (phi.prime(a) - phi.prime(b)) * (phi.prime(a) - phi.prime(b))
    assert "which the theorem does not assume" in line(lemma, BOUNDED)


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "softplus", "sin"])
def test_a_bound_that_is_known(name: str) -> None:
    known = c.activation(name)
    lemma = MeanValue(known, 1, STEEPEST[name], u, v)
    assert line(lemma) == ""
    half = MeanValue(known, 1, STEEPEST[name] / 2, u, v)
    assert "which is not known" in line(half)
    assert "which is not known" in line(replace(lemma, order=2))
    assert "which is not known" in line(replace(lemma, function=phi))
    assert "not visibly nonnegative" in line(half, cited=lemma)


def test_of_a_free_function_that_shares_nothing_but_a_name_nothing_is_known() -> None:
    class Loud(Activation):
        pass

    loud = Loud("tanh", 3)
    assert line(MeanValue(loud, 1, STEEPEST["tanh"], u, v)) != ""


def test_an_argument_that_is_undefined_is_refused() -> None:
    assert "may be undefined" in line(MeanValue(phi, 1, K, 1 / a, b), BOUNDED)
    assert line(MeanValue(phi, 1, K, 1 / (1 + a**2), b), BOUNDED) == ""
    lemma, z = MeanValue(phi, 1, K, c.number(1), b), c.real("z", nonzero=True)
    assert "may be undefined" in line(lemma, BOUNDED, cited=replace(lemma, left=a / a))
    assert line(lemma, BOUNDED, cited=replace(lemma, left=z / z)) == ""


def test_it_is_printed_among_what_the_proof_rests_on() -> None:
    gap = summed(MeanValue(phi, 1, K, u, v))
    theorem = c.Theorem(
        "sandbox.lipschitz", c.Bound(c.zero(), gap),
        c.start(c.zero()).at_most(gap, surplus(gap), MeanValue(phi, 1, K, u, v)),
        near_misses={"turned": c.Bound(gap, c.zero())}, assumptions=(BOUNDED,), docstring="a case",
    )  # fmt: skip
    [line_] = observe(theorem).parts[0].lines
    assert line_.accepted
    assert {"the mean value theorem", "|phi'| <= K"} <= set(line_.used)
    from theory.statements.premises import premises

    assert "the mean value theorem" in premises(theorem)


@pytest.mark.parametrize(
    ("function", "derivative", "left", "right"),
    [(phi, 0, a, b), (phi, True, a, b), (phi, 1, u, a), (phi, 1, c.matrix("A", n), c.matrix("B", n)), ("phi", 1, a, b)],
)
def test_what_is_no_lemma_is_refused_when_it_is_written(function, derivative, left, right) -> None:
    with pytest.raises(CalculusError, match="mean value theorem"):
        MeanValue(function, derivative, K, left, right)


def test_a_lemma_that_was_tampered_with_is_refused() -> None:
    lemma = MeanValue(phi, 1, K, a, b)
    for field, value in (("order", True), ("bound", c.number(0)), ("function", "phi"), ("order", 0)):
        wrong = MeanValue(phi, 1, K, a, b)
        object.__setattr__(wrong, field, value)
        gap = lemma.gap
        found = one_line(c.zero(), gap - 0 * a, surplus(gap), wrong, assumptions=(BOUNDED,), relation="<=")
        assert found != "" or (field, value) == ("order", True)  # which says the same


# ---- a bound of each entry ----------------------------------------------------------------------------------
def test_a_bound_is_one_of_every_entry_of_a_column() -> None:
    fact = order.SupFact("B", phi, 1, K)
    values = phi.prime(u)
    beneath = K**2 * one - c.hadamard(values, values)
    assert order.entrywise(Context(), beneath, [fact])
    assert order.nonnegative(Context(), c.hadamard(v, v).T @ beneath, [fact])
    assert not order.entrywise(Context(), beneath, [])
    assert not order.entrywise(Context(), -beneath, [fact])
    assert not order.entrywise(Context(), beneath - one, [fact])
    assert not order.nonnegative(Context(), v.T @ beneath, [fact])
    assert not order.entrywise(Context(), K**2 * one - c.hadamard(phi(u), phi(u)), [fact])
    assert not order.entrywise(Context(), M**2 * one - c.hadamard(values, values), [fact])
    assert not order.entrywise(Context(), K * one - c.hadamard(values, values), [fact])
    of_entries = phi.prime(c.matrix("A", c.dimension("m"), n))
    ones = c.ones(c.dimension("m")) @ one.T
    assert not order.entrywise(Context(), K**2 * ones - c.hadamard(of_entries, of_entries), [fact])


def test_a_page_says_how_often_the_function_must_be_differentiable() -> None:
    gap = summed(MeanValue(phi, 2, K, a, b))
    theorem = c.Theorem(
        "sandbox.lipschitz", c.Bound(c.zero(), c.number(1)),
        c.start(c.zero()).at_most(c.number(1), surplus(c.number(1))),
        near_misses={"turned": c.Bound(gap, c.zero())}, assumptions=(c.sup_bound(phi, 2, K),), docstring="a case",
    )  # fmt: skip
    assert smoothness(theorem, phi) == 2
    assert smoothness(replace(theorem, assumptions=(BOUNDED,)), phi) == 1
