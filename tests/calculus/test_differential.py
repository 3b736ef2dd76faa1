"""Gradients, Jacobians and Hessians against known ones."""

from __future__ import annotations

import re

import pytest
import sympy as sp

import theory as c
from theory.definitions.bn_unit import bn_unit, gamma
from theory.sympy import explicit, from_sympy, to_sympy
from theory.terms import CalculusError
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import CannotDecide, Context
from verify.proof.matrices.normal_form import Answer, equal, normal_form

d, m = c.dimension("d"), c.dimension("m")
A, B, T, X = c.matrix("A", d), c.matrix("B", d), c.matrix("T", d), c.matrix("X", m, d)
S = c.positive_definite("S", d)
u, w, y = c.vector("u", d), c.vector("w", d, nonzero=True), c.vector("y", m)
a, p = c.real("a"), c.positive("p")
x = c.random_vector("x", d)
phi, L = c.activation("phi"), c.scalar_field("L", d)
one = c.ones(m)
K = c.inverse(c.kron(c.ones(m) @ c.ones(m).T, S) + c.eye(m * d))


def agrees(left, right):
    return equal(left, right, Context(differentiate=carry_out, interchange=frozenset({x}))) is Answer.EQUAL


KNOWN = {
    "linear": (c.gradient(u.T @ w, w), u),
    "quadratic": (c.gradient(w.T @ A @ w, w), (A + A.T) @ w),
    "length": (c.gradient(c.norm(w), w), w / c.norm(w)),
    "trace of a square": (c.gradient(c.trace(A @ A), A), 2 * A.T),
    "trace": (c.gradient(c.trace(A), A), c.eye(d)),
    "bilinear in a matrix": (c.gradient(u.T @ A @ w, A), u @ w.T),
    "the transposed matrix": (c.gradient(u.T @ A.T @ w, A), w @ u.T),
    "inverse": (c.gradient(u.T @ c.inverse(A) @ w, A), -c.inverse(A).T @ u @ w.T @ c.inverse(A).T),
    "least squares": (c.gradient((X @ w - y).T @ (X @ w - y), w), 2 * X.T @ (X @ w - y)),
    "elementwise": (c.jacobian(phi(X @ w), w), c.diag(phi.prime(X @ w)) @ X),
    "sum of activations": (c.gradient(one.T @ phi(X @ w), w), X.T @ phi.prime(X @ w)),
    "under E": (c.gradient(c.E(phi(x.T @ w)), w), c.E(phi.prime(x.T @ w) * x)),
    "Hessian under E": (c.hessian(c.E(phi(x.T @ w)), w), c.E(phi.second(x.T @ w) * x @ x.T)),
    "a scalar field": (c.gradient(L(A @ w), w), A.T @ L.gradient(A @ w)),
    "its Hessian": (c.hessian(L(A @ w), w), A.T @ L.hessian(A @ w) @ A),
    "at a point": (c.gradient(w.T @ S @ w, w, at=a * u), 2 * a * S @ u),
    "in a scalar": (c.derivative(c.sqrt(p), p), 1 / (2 * c.sqrt(p))),
    "absolute value": (c.derivative(abs(p * a), p), abs(a)),
    "a constant column": (c.jacobian(y, w), c.zero(m, d)),
    "a constant": (c.gradient(u.T @ u, w), c.zero(d)),
    "entrywise": (c.jacobian(c.hadamard(phi(w), A @ w), w), c.diag(phi(w)) @ A + c.diag(A @ w) @ c.diag(phi.prime(w))),
    "on a diagonal": (c.jacobian(c.diag(w) @ u, w), c.diag(u)),
    "on a diagonal within a trace": (
        c.gradient(c.trace(c.diag(A @ w) @ B), w),
        A.T @ c.hadamard(B, c.eye(d)) @ c.ones(d),
    ),
    "the same as a row": (c.jacobian(c.trace(c.diag(w) @ A) * u, w), u @ c.ones(d).T @ c.hadamard(c.eye(d), A)),
    "in an entrywise product": (c.gradient(u.T @ c.hadamard(A, B) @ w, A), c.diag(u) @ B @ c.diag(w)),
    "transposed in an entrywise product": (c.gradient(u.T @ c.hadamard(B, A.T) @ w, A), c.diag(w) @ B.T @ c.diag(u)),
    "between others in an entrywise product": (
        c.gradient(c.trace(c.hadamard(A @ B @ T, B) @ A), B) - A.T @ c.hadamard(A.T, B) @ T.T,
        c.hadamard(A @ B @ T, A.T),
    ),
    "in two entrywise products": (
        c.gradient(u.T @ c.hadamard(c.hadamard(A, B) @ T, B) @ w, A),
        c.hadamard(B, (c.diag(u) @ B @ c.diag(w)) @ T.T),
    ),
    "an entrywise cube": (c.gradient(c.trace(A.T @ c.hadamard(A, A)), A), 3 * c.hadamard(A, A)),
    "the diagonal of a product": (
        c.gradient(u.T @ c.hadamard(A @ B, c.eye(d)) @ c.ones(d), A),
        c.diag(u) @ B.T,
    ),
    "the diagonal of a product, as a row": (
        c.gradient((c.hadamard(A @ B, c.eye(d)) @ c.ones(d)).T @ u, A),
        c.diag(u) @ B.T,
    ),
    "between two diagonals": (
        c.gradient(c.trace(c.diag(w) @ A @ c.diag(w) @ B), w),
        c.hadamard(A, B.T) @ w + c.hadamard(A.T, B) @ w,
    ),
    "between three diagonals": (
        c.gradient(c.trace(c.diag(u) @ A @ c.diag(w) @ B @ c.diag(X.T @ y) @ T), w),
        c.hadamard(B @ c.diag(X.T @ y) @ T @ c.diag(u) @ A, c.eye(d)) @ c.ones(d),
    ),
    "a function of a matrix": (
        c.gradient(u.T @ phi(A @ T) @ w, A),
        c.diag(u) @ phi.prime(A @ T) @ c.diag(w) @ T.T,
    ),
    "within a trace": (c.gradient(c.trace(A @ B @ T), B), A.T @ T.T),
    "transposed within a trace": (c.gradient(c.trace(A @ B.T @ T), B), T @ A),
    "a scalar factor": (c.gradient(c.trace(B @ T) * (u.T @ A @ w), A), c.trace(B @ T) * u @ w.T),
    "a scalar times a column": (c.jacobian((u.T @ w) * y, w), y @ u.T),
    "of a number's column": (c.jacobian(a * p * u, a), p * u),
    "power 0": (c.derivative(a**0 + a**2, a), 2 * a),
    "a power of a root": (c.derivative(c.sqrt(p) ** 3, p), 3 * c.sqrt(p) / 2),
    "the root of a power": (c.derivative(c.sqrt(a**2), a), a / abs(a)),
    "a product of functions": (c.derivative(phi(a) * abs(a) / a**2, a), phi.prime(a) / abs(a) - phi(a) / (a * abs(a))),
    "exp of a number": (c.derivative(c.exp(a**2), a), 2 * a * c.exp(a**2)),
    "exp of each entry, twice": (c.hessian(c.ones(d).T @ c.exp(2 * w), w), 4 * c.diag(c.exp(2 * w))),
    "stacked columns": (c.gradient(c.vec(B).T @ c.vec(A @ T), A), B @ T.T),
    "a column between others": (c.jacobian(c.kron(y, w), w), c.kron(y, c.eye(d))),
    "a column of two that vary": (
        c.jacobian(c.kron(A @ w, B @ w), w),
        c.kron(A, B @ w) + c.kron(A @ w, B),
    ),
    "a column behind a matrix": (c.jacobian(c.kron(X, A) @ c.kron(w, u), w), c.kron(X, A @ u)),
    "a Kronecker product within another matrix": (
        c.jacobian(K @ c.kron(y, w), w),
        K @ c.kron(y, c.eye(d)),
    ),
    "twice": (c.gradient(c.gradient(w.T @ S @ w, w).T @ u, w), 2 * S @ u),
    "Jacobian of a gradient": (c.jacobian(c.gradient(w.T @ S @ w, w), w), 2 * S),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_derivatives(name):
    assert agrees(*KNOWN[name])


CUBE = (x.T @ w) ** 3
C = c.inverse(c.kron(S, S) + c.eye(d * d))
NOT_READ = {
    "a column of third moments": c.jacobian(c.E(CUBE * x), w),
    "a third moment beside a column": c.gradient(u.T @ c.E(CUBE * x), w),
    "the third derivative of a field": c.jacobian(L.hessian(w) @ u, w),
    "a third moment in a column of columns": c.jacobian(c.kron(y, c.E(CUBE * x)), w),
    "a matrix of columns before a column of others": c.jacobian(c.kron(B, c.diag(w)) @ C @ c.kron(u, u), w),
}


@pytest.mark.parametrize("name", NOT_READ)
def test_what_is_not_linear_in_the_direction_as_it_is_written_is_not_read_off(name):
    with pytest.raises(CannotDecide, match=r"cannot read off the derivative|no differential is known"):
        normal_form(Context(differentiate=carry_out, interchange=frozenset({x})), NOT_READ[name])


@pytest.mark.parametrize(
    ("derivative", "message"),
    [
        (c.gradient(u.T @ c.E(CUBE * x), w), "the derivative of u' E_x[(x' w~)^3 * x] in w:"),
        (c.jacobian(c.E(CUBE * x), w), "in w: its differential is not of the form G'dw"),
    ],
)
def test_it_says_of_what_and_in_what_it_cannot_be_read_off(derivative, message):
    with pytest.raises(CannotDecide, match=re.escape(message)):
        normal_form(Context(differentiate=carry_out, interchange=frozenset({x})), derivative)


def test_the_root_of_a_square_has_a_kink():
    assert not agrees(c.derivative(c.sqrt(a**2), a), c.number(1))


def test_a_derivative_is_not_carried_out_unasked():
    assert equal(*KNOWN["quadratic"], Context()) is not Answer.EQUAL


def test_a_folded_definition_is_not_differentiated():
    with pytest.raises(CannotDecide, match="Remedy: unfold"):
        normal_form(Context(differentiate=carry_out), c.gradient(bn_unit(w, gamma, c.zero()), w))


# ---- SymPy in, SymPy out ------------------------------------------------------------------------------------
n = sp.Symbol("n", integer=True, positive=True)


def test_round_trip_through_sympy():
    v = c.vector("v", d)
    for term in (A @ v + 2 * u, c.trace(A @ A), (v.T @ A @ u) ** 2, A @ A.T - u @ v.T, c.inverse(A) @ A.T, p * u):
        assert equal(term, from_sympy(to_sympy(term))) is Answer.EQUAL


def test_explicit_size_is_handed_to_sympys_dense_algebra():
    C = c.eye(m) - one @ one.T / m
    dense = explicit(C, {m: 3})
    assert dense * dense == dense
    assert dense.rank() == 2


def test_sympy_scalars_are_scalars():
    sigma = sp.Symbol("sigma", positive=True)
    assert equal(sp.sqrt(2) * w * sp.Rational(1, 2), w / c.sqrt(c.number(2))) is Answer.EQUAL
    assert equal(from_sympy(sigma**2 / sigma), from_sympy(sigma)) is Answer.EQUAL


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (sp.Symbol("z"), "may be complex"),
        (sp.Float(0.5), "cannot read"),
        (sp.tan(sp.Symbol("r", real=True)), "cannot read"),
        (sp.Eq(n**2 / n, n), "a relation is no term"),
        (sp.Symbol("r", real=True) ** n, "not a rational number"),
    ],
)
def test_what_sympy_says_and_we_do_not_speak_of(expression, message):
    with pytest.raises(CalculusError, match=message):
        from_sympy(expression)
