"""Gradients of means in matrices, as of the loss of a layer: read off inside E, where nothing leaves it."""

from __future__ import annotations

from random import Random

import pytest
from calculus.drawn import holds_at_one

import theory as c
from tests.soundness.test_line_checker import one_line
from theory import DIFFERENTIATE, Identity
from theory.terms import Term
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import CannotDecide, Context

d, m = c.dimension("d"), c.dimension("m")
x, y = c.random_vector("x", d), c.random_vector("y", d)
W, V, X = c.matrix("W", m, d), c.matrix("V", d, m), c.matrix("X", d)
w, v, u, t = c.vector("w", d), c.vector("v", m), c.vector("u", m), c.real("t")
phi, f, g = c.activation("phi"), c.scalar_field("f", m), c.scalar_field("g", d)
EXCHANGE = (c.interchange(x), c.interchange(y))


def E(term: Term) -> Term:
    return c.E(term, x)


layer = phi(W @ x)
slope, g_slope = f.gradient(W @ x), g.gradient(V @ layer)
TRUE = {
    "a layer": (E(f(W @ x)), W, E(slope @ x.T)),
    "a layer with an activation": (E(f(layer)), W, E(c.hadamard(phi.prime(W @ x), f.gradient(layer)) @ x.T)),
    "squares": (E((layer - u).T @ (layer - u)), W, 2 * E(c.hadamard(phi.prime(W @ x), layer - u) @ x.T)),
    "weighted": (E(phi(w.T @ x) * f(W @ x)), W, E(phi(w.T @ x) * slope @ x.T)),
    "a square of a loss": (E(f(W @ x) ** 2), W, 2 * E(f(W @ x) * slope @ x.T)),
    "two layers, the second": (E(g(V @ layer)), V, E(g_slope @ layer.T)),
    "two layers, the first": (E(g(V @ layer)), W, E(c.hadamard(phi.prime(W @ x), V.T @ g_slope) @ x.T)),
    "a number": (E(f(t * (W @ x))), t, E(x.T @ W.T @ f.gradient(t * (W @ x)))),
    "a third moment": (E((x.T @ w) ** 3), w, 3 * E((x.T @ w) ** 2 * x)),
    "a column": (E(f(W @ x + u)), u, E(f.gradient(W @ x + u))),
    "beside a factor": (c.norm(v) ** 2 * E(f(W @ x)), W, c.norm(v) ** 2 * E(slope @ x.T)),
    "a mean of a mean": (
        c.E(E(phi(x.T @ X @ y) * (x.T @ y)), y), X,
        c.E(E(phi.prime(x.T @ X @ y) * (x.T @ y) * x @ y.T), y),
    ),
    "a product of means": (
        E(f(W @ x)) * c.E(f(W @ y), y), W,
        E(slope @ x.T) * c.E(f(W @ y), y) + E(f(W @ x)) * c.E(f.gradient(W @ y) @ y.T, y),
    ),
    "a power of a mean": (E(f(W @ x)) ** 3, W, 3 * E(f(W @ x)) ** 2 * E(slope @ x.T)),
}  # fmt: skip
NEAR = {
    "a layer": E(slope) @ E(x).T,
    "a layer with an activation": E(f.gradient(layer) @ x.T),
    "squares": 2 * E(c.hadamard(phi.prime(W @ x), layer) @ x.T),
    "weighted": E(phi(w.T @ x)) * E(slope @ x.T),
    "a square of a loss": 2 * E(f(W @ x)) * E(slope @ x.T),
    "two layers, the first": E(c.hadamard(phi.prime(W @ x), f.gradient(layer)) @ x.T),
    "a mean of a mean": c.E(E(phi.prime(x.T @ X @ y) * x @ y.T), y),
    "a power of a mean": 3 * E(f(W @ x)) * E(slope @ x.T),
}


@pytest.mark.parametrize("name", TRUE)
def test_it_is_derived_in_one_line_where_derivatives_may_be_taken_under_e(name: str) -> None:
    body, variable, expected = TRUE[name]
    left = c.gradient(body, variable)
    assert one_line(left, expected, DIFFERENTIATE, assumptions=EXCHANGE) == ""
    assert "under E over" in one_line(left, expected, DIFFERENTIATE)
    claim = Identity(left, expected)
    assert all(holds_at_one(claim, {"d": 2, "m": 3}, seed, EXCHANGE) for seed in range(3))


@pytest.mark.parametrize("name", NEAR)
def test_what_is_nearly_so_is_refused(name: str) -> None:
    body, variable, _ = TRUE[name]
    assert one_line(c.gradient(body, variable), NEAR[name], DIFFERENTIATE, assumptions=EXCHANGE) != ""


PIECES = [f(W @ x), f(layer), phi(v.T @ W @ x), layer.T @ layer, v.T @ W @ x, g(V @ layer), phi(w.T @ x), x.T @ x]


def read_off(left: Term) -> Term | None:
    try:
        return carry_out(Context(differentiate=carry_out, interchange=frozenset({x})), left)  # type: ignore[arg-type]
    except CannotDecide:
        return None


def test_what_is_read_off_at_random_is_the_gradient() -> None:
    found = 0
    for seed in range(60):
        coins = Random(f"gradients {seed}")
        body = coins.choice(PIECES) * coins.choice(PIECES) + coins.choice(PIECES)
        variable = coins.choice([W, W, V, v, w])
        left = c.gradient(E(body), variable)
        right = read_off(left) if variable in c.terms.rewrite.free_symbols(body) else None
        if right is not None:
            found += 1
            assert holds_at_one(Identity(left, right), {"d": 2, "m": 2}, seed, EXCHANGE)
    assert found > 25
