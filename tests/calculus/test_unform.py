"""Forms written as terms again: the normal form of what comes out is the form that went in, for every kind of part."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

import theory as c
from theory import terms as t
from theory.terms.text import text
from verify.proof.matrices import forms as f
from verify.proof.matrices import kinds as k
from verify.proof.matrices.forms import CannotDecide, Context
from verify.proof.matrices.normal_form import normal_form
from verify.proof.matrices.unform import to_term

m, n = c.dimension("m"), c.dimension("n")
A, B, G = c.matrix("A", m), c.matrix("B", m), c.matrix("G", m, n)
M, S = c.symmetric("M", m), c.positive_definite("S", m)
u, v, w = c.vector("u", m), c.vector("v", m), c.vector("w", m, nonzero=True)
a, b, p, q = c.real("a"), c.real("b"), c.positive("p"), c.positive("q")
x = c.random_vector("x", m)
phi, L = c.activation("phi"), c.scalar_field("L", m)
one = c.ones(m)
FOLDED, COLUMN = c.define("F", (p,), p + 1), c.define("C", (u, a), a * u)
dA = replace(A, name="dA", bound=-1)

PARTS = {
    "the number 0": c.zero(),
    "a number": c.number(Fraction(-3, 2)),
    "the zero matrix": c.zero(m, n),
    "the zero column": c.zero(m),
    "the identity": c.eye(m),
    "the identity of one row": c.eye(1),
    "a multiple of the identity": a * c.eye(m) / 2 - c.eye(m),
    "a size": m * c.eye(n),
    "blocks": c.blocks([[A, G], [G.T, 0]]),
    "a place": c.stack(c.eye(m), c.zero(n, m)),
    "a Kronecker product": c.kron(A, G),
    "stacked columns": a * c.vec(G),
    "symbols": a * A @ G + 2 * S @ G,
    "transposed symbols": u.T @ A.T - v.T,
    "ones": one @ c.ones(n).T,
    "powers": a**3 * p ** Fraction(-1, 2) * b**-1,
    "a scalar word": (u.T @ A @ v) ** 2 * u,
    "a trace": c.trace(A @ M @ B),
    "a determinant": c.det(A) * c.det(A + S) * G,
    "a largest eigenvalue": c.largest_eigenvalue(M + S) ** 2 * G,
    "a smallest eigenvalue": p / c.smallest_eigenvalue(S),
    "the diagonal of a matrix": c.hadamard(A, c.eye(m)) @ one,
    "a determinant of a wide product": c.det(G @ G.T),
    "a multiple of the identity under a determinant": c.det(-2 * p * A / 3),
    "exp and log": c.exp(a * b) * c.log(p + q) * G,
    "primes": c.sqrt(c.number(12)),
    "a sum below": 1 / (p + q),
    "the root of a sum": c.sqrt(p + 2 * q),
    "an absolute value": abs(a),
    "the absolute value of a sum": abs(a - b),
    "the mean of a function": c.E(phi(x.T @ u)),
    "the mean of a power": c.E((x.T @ u) ** 3 * phi(a + x.T @ v)),
    "a diagonal": A @ c.diag(u) @ B,
    "a diagonal of a word": A @ c.diag(G @ c.vector("z", n)) @ B,
    "the inverse of a factor": c.inverse(S),
    "a transposed inverse": c.inverse(A).T,
    "the inverse of a sum": c.inverse(A + S),
    "the transposed inverse of a sum": c.inverse(A + S).T,
    "an entrywise product": c.hadamard(G, A @ G),
    "a transposed entrywise product": A @ c.hadamard(G, A @ G) @ c.hadamard(A @ G, G).T,
    "an entrywise product with the identity": c.hadamard(A, c.eye(m)),
    "the identity in a transposed entrywise product": c.hadamard(c.eye(m), A).T,
    "the first moment": c.E(x),
    "a transposed first moment": c.E(x).T @ A,
    "a first moment with a weight": c.E(phi(x.T @ u) * x),
    "the second moment": c.E(x @ x.T),
    "a second moment with a weight": c.E(phi(x.T @ u) * x @ x.T),
    "a moment of entries": c.E(c.diag(x) @ A),
    "a transposed moment of entries": c.E(c.diag(x) @ A @ c.diag(x) @ B).T,
    "a moment of entries with a weight": c.E(phi(x.T @ u) * c.diag(x) @ A),
    "a moment that is not taken apart": c.E(phi(x) @ phi(x).T),
    "a transposed moment": c.E(phi(x) @ x.T).T,
    "a moment with a weight": c.E(phi(x.T @ u) * phi(x) @ x.T),
    "a function of a number": phi(a + b),
    "a function of a column": phi.prime(A @ u),
    "a function of a row": phi.second(u.T @ A),
    "a function of a matrix": phi(G),
    "a transposed function of a matrix": phi(G).T,
    "a field": L(A @ u),
    "a gradient": L.gradient(A @ u),
    "a Hessian": L.hessian(u) @ A,
    "a folded number": FOLDED(p * q),
    "a folded column": A @ COLUMN(A @ v, a + b),
    "a recursion of a number": c.iterate(p * q + a, b, p, c.steps("t")),
    "a recursion of a column": A @ c.iterate(A @ u + v, u, w + v, c.steps("t")),
    "a transposed power": A @ (B ** c.steps("t")).T,
    "a derivative": c.gradient(u.T @ A @ u, u),
    "the derivative in a number": c.derivative(c.sqrt(p), p),
    "a Jacobian": c.jacobian(phi(A @ u), u),
    "a transposed Jacobian": c.jacobian(phi(A @ u), u, at=v).T,
    "a direction": A @ dA @ B,
    "a transposed direction": A @ dA.T,
}


@pytest.mark.parametrize("name", PARTS)
def test_there_and_back(name):
    ctx = Context()
    form = normal_form(ctx, PARTS[name])
    term = to_term(ctx, form)
    assert term.shape == form.shape
    assert normal_form(ctx, term) == form


def test_every_kind_is_among_them():
    ctx = Context()
    for part in PARTS.values():
        normal_form(ctx, part)
    assert {type(node.what) for node in ctx.atoms} | {type(node.what) for node in ctx.factors.values()} == set(
        k.Kind.__args__
    )


@pytest.mark.parametrize(
    ("term", "written"),
    [
        (c.zero(), "0"),
        (c.zero(2, 3), "0"),
        (c.eye(m), "I[m]"),
        (c.eye(1), "1"),
        (c.number(1), "1"),
        (c.number(3) * a * b, "3 * a * b"),
        (a - 2 * b, "a - 2 * b"),
        (b - 2 * a, "b - 2 * a"),
        (a / 2 + b, "a / 2 + b"),
        (2 * A @ B - A + u @ v.T, "2 * A B + u v' - A"),
    ],
    ids=str,
)
def test_it_is_written_as_a_reader_would(term, written):
    ctx = Context()
    for symbol in (a, b, A, B, u, v):
        normal_form(ctx, symbol)
    assert text(to_term(ctx, normal_form(ctx, term))) == written


def test_the_parts_stand_in_the_order_of_their_symbols():
    ctx = Context()
    for symbol in (b, a):
        normal_form(ctx, symbol)
    assert text(to_term(ctx, normal_form(ctx, a * b))) == "b * a"


def test_what_is_no_atom_has_no_term():
    ctx = Context()
    with pytest.raises(CannotDecide, match="no term is known for Ones"):
        to_term(ctx, f.of_atom(ctx.atom(k.Ones(m))))
    assert isinstance(to_term(ctx, f.of_atom(ctx.atom(k.Prime(2)))), t.Number)
