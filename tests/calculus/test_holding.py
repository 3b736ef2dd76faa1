"""Derivatives in which some terms are held: torch's `detach` computes the same, and code that is printed says so."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import torch

import theory
from theory import E, activation, dimension, eye, gradient, hessian, jacobian, ones, positive, sqrt, vector
from theory.terms import CalculusError, Symbol, Term, rewrite
from theory.typeset.python_source import python_declarations, python_term
from theory.typeset.torch_source import torch_functions
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal

m = dimension("m")
y, g, u, v, eps = vector("y", m), vector("g", m), vector("u", m), vector("v", m), positive("epsilon")
one = ones(m)
mu = one.T @ y / m
s = sqrt((y - mu * one).T @ (y - mu * one) / m + eps)
CENTRED = eye(m) - one @ one.T / m


def same(left: Term, right: Term, *moved: Symbol) -> bool:
    return equal(left, right, Context(differentiate=carry_out, interchange=frozenset(moved))) is Answer.EQUAL


@pytest.mark.parametrize("holding", [(s, mu), (mu, s)])
def test_statistics_that_are_held_leave_a_linear_map(holding: tuple[Term, ...]) -> None:
    """A held term may stand in another one, and is held where it stands by itself, in whatever order they come."""
    assert same(jacobian((y - mu * one) / s, y, holding=holding), eye(m) / s)


def test_what_is_not_held_moves() -> None:
    assert same(jacobian((y - mu * one) / s, y, holding=(s,)), CENTRED / s)
    whole = jacobian((y - mu * one) / s, y)
    assert not same(whole, CENTRED / s)


def test_at_a_point_what_is_held_stands_at_the_point() -> None:
    held = gradient((y.T @ y) * (g.T @ y), y, at=2 * v, holding=(y.T @ y,))
    assert same(held, 4 * (v.T @ v) * g)


def test_held_is_said_of_this_derivative_alone() -> None:
    once = gradient((y.T @ y) * (g.T @ y), y, holding=(y.T @ y,))  # y'y g
    assert same(jacobian(once, y), 2 * g @ y.T)
    twice = hessian((y.T @ y) ** 2 * (y.T @ y), y, holding=((y.T @ y) ** 2,))
    assert same(twice, 2 * (y.T @ y) ** 2 * eye(m))


def test_under_an_expectation() -> None:
    x, phi, psi = theory.random_vector("x", m), activation("phi"), activation("psi")
    held = gradient(E(phi(x.T @ y) * psi(x.T @ y), x), y, holding=(psi(x.T @ y),))
    meant = E(phi.prime(x.T @ y) * psi(x.T @ y) * x, x)
    assert same(held, meant, x)
    with pytest.raises(CalculusError, match="capture"):
        gradient(E(phi(x.T @ y) * psi(x.T @ y), x), y, at=x, holding=(psi(x.T @ y),))


@pytest.mark.parametrize("wrong", [g.T @ g, y.T @ g, (y - mu * one).T @ (y - mu * one) / m + 2 * eps])
def test_what_does_not_stand_there_is_refused(wrong: Term) -> None:
    with pytest.raises(CalculusError, match="holding: expected terms that stand in"):
        jacobian((y - mu * one) / s, y, holding=(wrong,))


def test_a_definition_is_written_out_where_it_hides_what_is_held() -> None:
    folded = theory.define("centred_held", (y,), y - mu * one)
    assert same(jacobian(folded(y), y, holding=(mu,)), eye(m))


TERMS = {
    "one is held": jacobian((y - mu * one) / s, y, holding=(s,)),
    "both are held": jacobian((y - mu * one) / s, y, holding=(s, mu)),
    "at a point": gradient((y.T @ y) * (g.T @ y), y, at=v, holding=(y.T @ y,)),
    "twice": hessian((y.T @ y) ** 2 * (y.T @ y), y, holding=((y.T @ y) ** 2,)),
    "a letter in two roles": rewrite.substitute(gradient((y.T @ y) * (g.T @ y), y, at=2 * u), {g: y}),
}


@pytest.mark.parametrize("name", TERMS)
def test_python_that_is_printed_means_the_same(name: str) -> None:
    term = TERMS[name]
    names: dict[str, Any] = {**vars(theory), "Fraction": Fraction}
    exec("\n".join(python_declarations([term])), names)
    again = eval(python_term(term), names)
    assert again == term or (name == "a letter in two roles" and same(again, term))


def _own(function: Callable[[torch.Tensor], torch.Tensor], at: torch.Tensor) -> torch.Tensor:
    return torch.autograd.functional.jacobian(function, at)  # type: ignore[no-untyped-call, no-any-return]


def test_torch_that_is_printed_computes_what_detach_does() -> None:
    code: dict[str, Any] = {}
    exec(torch_functions({"one": TERMS["one is held"], "both": TERMS["both are held"]}), code)
    at, small = (
        torch.tensor([[1.0], [-2.0], [0.5], [4.0]], dtype=torch.float64),
        torch.tensor(0.25, dtype=torch.float64),
    )

    def layer(z: torch.Tensor, *, shift: bool) -> torch.Tensor:
        mean = z.mean().detach() if shift else z.mean()
        return (z - mean) / (z.var(unbiased=False) + small).sqrt().detach()

    for name, shift in (("one", False), ("both", True)):
        own = _own(lambda z, shift=shift: layer(z, shift=shift), at)[:, 0, :, 0]  # type: ignore[misc]
        torch.set_default_dtype(torch.float64)
        try:
            printed = code[name](small, at)
        finally:
            torch.set_default_dtype(torch.float32)
        torch.testing.assert_close(printed, own)
