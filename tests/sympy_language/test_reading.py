"""What is read of SymPy, class by class, and what is refused: never a meaning that the expression does not have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixElement

import theory as c
from tests.sympy_language.letters import (
    A,
    B,
    L,
    M,
    Own,
    Q,
    S,
    T,
    X,
    d,
    gamma,
    m,
    one_d,
    one_m,
    p,
    phi,
    t,
    u,
    v,
    w,
    x,
    y,
)
from theory.sympy import (
    E,
    Entry,
    Gradient,
    Hessian,
    Jacobian,
    Slope,
    activation_of,
    declare,
    define,
    differentiable,
    from_sympy,
    nonzero,
    positive_definite,
    prime,
    random,
    smooth,
    to_sympy,
    twice_differentiable,
)
from theory.terms import CalculusError, ShapeError, Term
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal

o, had = Own, c.hadamard
xi = sp.Dummy("xi")
free = sp.Function("psi")
psi = c.activation("psi", tex=r"\psi")
TANH, SIN, SOFTPLUS, ABS, RELU = (c.activation(name) for name in ("tanh", "sin", "softplus", "abs", "relu"))


def same(expression: Any, term: Term) -> bool:
    return equal(from_sympy(expression), term, Context(differentiate=carry_out)) is Answer.EQUAL


EXACTLY: dict[str, tuple[Any, Term]] = {
    "a column of ones": (one_d, o.one_d),
    "a row of ones": (sp.OneMatrix(1, d), o.one_d.T),
    "a matrix of ones": (sp.OneMatrix(d, m), o.one_d @ o.one_m.T),
    "one one": (sp.OneMatrix(1, 1), c.number(1)),
    "zero": (sp.ZeroMatrix(d, 1), c.zero(o.d)),
    "a declared matrix": (S, o.S),
    "a declared column": (x, o.x),
    "a size": (d, o.d),
    "the inverse": (S.I, c.inverse(o.S)),
    "a negative power": (sp.MatPow(A, -2), c.inverse(o.A) @ c.inverse(o.A)),
    "the trace of a number": (sp.Trace(u.T * v), o.u.T @ o.v),
    "the entry of a number": (MatrixElement(u.T * v, 0, 0), o.u.T @ o.v),
    "a number as a matrix": (u.T * v, o.u.T @ o.v),
    "its root": ((u.T * u) ** sp.Rational(1, 2), c.sqrt(o.u.T @ o.u)),
    "an entrywise product": (sp.HadamardProduct(u, v), had(o.u, o.v)),
    "an entrywise power": (sp.HadamardPower(A, 3), had(had(o.A, o.A), o.A)),
    "a diagonal matrix": (sp.DiagMatrix(u), c.diag(o.u)),
    "a diagonal matrix of a row": (sp.DiagMatrix(u.T), c.diag(o.u)),
    "a free function of a number": (free(gamma), psi(o.gamma)),
    "of 1 x 1": (free(u.T * v), psi(o.u.T @ o.v)),
    "of a column": (L(A * u), o.L(o.A @ o.u)),
    "of each entry": ((A * u).applyfunc(phi), o.phi(o.A @ o.u)),
    "of each entry of a matrix": (A.applyfunc(phi), o.phi(o.A)),
    "the slope of each entry": ((A * u).applyfunc(prime(phi)), o.phi.prime(o.A @ o.u)),
    "the slope of a free function of each entry": (
        (A * u).applyfunc(sp.Lambda(xi, sp.Derivative(free(xi), (xi, 2)))), psi.second(o.A @ o.u)),
    "a slope at a point of each entry": (
        u.applyfunc(lambda z: sp.Subs(sp.Derivative(free(xi), xi), xi, z)), psi.prime(o.u)),
    "a formula of each entry": (u.applyfunc(lambda z: 2 * phi(z) + z**2), had(o.u, o.u) + 2 * o.phi(o.u)),
    "a known function of each entry": (u.applyfunc(sp.tanh), TANH(o.u)),
    "of each entry of a row": (u.T.applyfunc(sp.Abs), ABS(o.u.T)),
    "another": (u.applyfunc(sp.sin), SIN(o.u)),
    "softplus": (u.applyfunc(lambda z: sp.log(1 + sp.exp(z))), SOFTPLUS(o.u)),
    "tanh of a number": (sp.tanh(gamma), TANH(o.gamma)),
    "relu of a number": (sp.Max(gamma, 0), RELU(o.gamma)),
    "an expectation": (E(phi((x.T * w)[0, 0]), x), c.E(o.phi(o.w.T @ o.x))),
    "of a matrix": (E(x * x.T), c.E(o.x @ o.x.T)),
    "a slope": (prime(phi)(gamma), o.phi.prime(o.gamma)),
    "the third": (phi(t).diff(t, 3).subs(t, p), o.phi.derivative(3, o.p)),
    "a slope as SymPy writes it": (free(2 * gamma).diff(gamma) / 2, psi.prime(2 * o.gamma)),
    "at its own letter": (sp.Derivative(free(t), (t, 2)), psi.second(o.t)),
    "a gradient of a field": (sp.Derivative(L(u), u), o.L.gradient(o.u)),
    "at another point": (Gradient(L(v), v, A * u), o.L.gradient(o.A @ o.u)),
    "its Hessian": (sp.Derivative(L(u), (u, 2)), o.L.hessian(o.u)),
    "a gradient": (sp.Derivative(sp.Trace(u.T * A * u), u), c.gradient(o.u.T @ o.A @ o.u, o.u)),
    "in a matrix": (sp.Derivative(sp.Trace(A * B), A), c.gradient(c.trace(o.A @ o.B), o.A)),
    "a Hessian": (Hessian(Entry(u.T * A * u), u, v), c.hessian(o.u.T @ o.A @ o.u, o.u, at=o.v)),
    "a Jacobian": (Jacobian(A * u, u), c.jacobian(o.A @ o.u, o.u)),
    "values put in": (sp.Subs(gamma**2 * t, (gamma, t), (t, gamma)), o.gamma * o.t**2),
    "a derivative at a point": (sp.Subs(sp.Derivative(t**2, t), t, p), c.derivative(o.t**2, o.t, at=o.p)),
    "nested": (sp.Derivative(gamma * t, gamma, t), c.derivative(c.derivative(o.gamma * o.t, o.gamma), o.t)),
    "twice": (sp.Derivative(t**3, (t, 2)), c.derivative(c.derivative(o.t**3, o.t), o.t)),
    "an integral": (sp.Integral(t**2, (t, 0, p)), c.integral(o.t**2, o.t, 0, o.p)),
    "a limit": (sp.Limit(1 / p, p, sp.oo), c.limit(1 / o.p, o.p, c.oo)),
    "Euler's number": (sp.E, c.exp(1)),
    "a power of any exponent": (p**gamma, c.raised(o.p, o.gamma)),
}  # fmt: skip


@pytest.mark.parametrize("name", EXACTLY)
def test_what_is_read_as_it_stands(name: str) -> None:
    expression, term = EXACTLY[name]
    assert from_sympy(expression) == term


# ---- sums over entries --------------------------------------------------------------------------------------
NUMBERS = {
    "a product": u.T * v,
    "a form": u.T * A * B * v,
    "with an inverse": u.T * (A + B).I * v,
    "of a sum": (u - v).T * (A + 2 * B) * (u + v),
    "with a diagonal": u.T * sp.DiagMatrix(v) * A * u,
    "with a projector": u.T * (sp.Identity(d) - w * w.T / sp.Trace(w.T * w)) * v,
    "with ones": one_d.T * A * one_d,
    "of entrywise products": one_d.T * sp.HadamardProduct(A, B) * u,
    "of three columns": one_d.T * sp.HadamardProduct(u, v, w),
    "of a power": one_m.T * sp.HadamardPower(X * u, 3),
    "of activations": y.T * (X * u).applyfunc(phi),
    "of their slopes": y.T * (X * u).applyfunc(prime(phi)),
    "of activations of activations": y.T * (X * v.applyfunc(phi)).applyfunc(phi),
    "of an expectation": u.T * E(x * x.T, x) * v,
    "of gradients": Gradient(L(u), u).T * A * v,
    "in another letter": y.T * X * u,
    "of a row": sp.MatrixSymbol("r", 1, d) * A * u,
}


@pytest.mark.parametrize("name", NUMBERS)
def test_the_entry_of_a_number_is_its_trace(name: str) -> None:
    """SymPy's sum over entries, read, is what the matrices themselves are read as."""
    matrix = NUMBERS[name]
    assert same(matrix[0, 0], from_sympy(sp.Trace(matrix)))
    assert not same(matrix[0, 0] + p, from_sympy(sp.Trace(matrix)))


i, j, k, n = sp.symbols("i j k n")
SUMS: dict[str, tuple[Any, Term]] = {
    "an entry": (A[i, j], o.e.T @ o.A @ o.f),
    "an entry of a column": (u[i, 0], o.e.T @ o.u),
    "an entry of a product": ((A * S)[i, j], o.e.T @ o.A @ o.S @ o.f),
    "an entry on the diagonal": (A[i, i], o.e.T @ o.A @ o.e),
    "a sum along a row": (sp.Sum(A[i, j], (j, 0, d - 1)), o.e.T @ o.A @ o.one_d),
    "a trace": (sp.Sum(A[i, i], (i, 0, d - 1)), c.trace(o.A)),
    "a weighted trace": (sp.Sum(A[i, i] * u[i, 0], (i, 0, d - 1)), c.trace(c.diag(o.u) @ o.A)),
    "a Frobenius product": (sp.Sum(A[i, j] * B[i, j], (i, 0, d - 1), (j, 0, d - 1)), c.trace(o.A.T @ o.B)),
    "parallel factors": (
        sp.Sum(A[i, j] * B[i, j] * M[i, k], (i, 0, d - 1), (j, 0, d - 1), (k, 0, d - 1)),
        o.one_d.T @ had(o.A, o.B).T @ o.M @ o.one_d),
    "a transposed factor": (sp.Sum(u[i, 0] * A[j, i] * v[j, 0], (i, 0, d - 1), (j, 0, d - 1)), o.v.T @ o.A @ o.u),
    "nothing of the index": (sp.Sum(gamma, (i, 0, d - 1)), o.d * o.gamma),
    "a column between two matrices": (
        sp.Sum(phi(sp.Sum(A[i, j] * v[j, 0] * B[j, k], (j, 0, d - 1))), (i, 0, d - 1), (k, 0, d - 1)),
        o.one_d.T @ o.phi(o.A @ c.diag(o.v) @ o.B) @ o.one_d),
    "a column in a trace": (
        sp.Sum(A[i, j] * v[j, 0] * B[j, i], (i, 0, d - 1), (j, 0, d - 1)), o.one_d.T @ had(o.A, o.B.T) @ o.v),
    "a sum of two": (sp.Sum(u[i, 0] + gamma * v[i, 0], (i, 0, d - 1)), o.one_d.T @ (o.u + o.gamma * o.v)),
    "with a constant": (sp.Sum((u[i, 0] - 1) ** 2, (i, 0, d - 1)), (o.u - o.one_d).T @ (o.u - o.one_d)),
    "rows and columns": (
        sp.Sum((A[i, j] + u[i, 0] + v[j, 0]) * w[j, 0], (i, 0, d - 1), (j, 0, d - 1)),
        o.one_d.T @ (o.A + o.u @ o.one_d.T + o.one_d @ o.v.T) @ o.w),
    "an outer product in a sum": (
        sp.Sum(phi(u[i, 0] * v[j, 0]), (i, 0, d - 1), (j, 0, d - 1)), o.one_d.T @ o.phi(o.u @ o.v.T) @ o.one_d),
    "a scaled row": (
        sp.Sum(phi(A[i, j] * u[i, 0]), (i, 0, d - 1), (j, 0, d - 1)),
        o.one_d.T @ o.phi(c.diag(o.u) @ o.A) @ o.one_d),
}  # fmt: skip


@pytest.mark.parametrize("name", SUMS)
def test_sums_over_entries(name: str) -> None:
    expression, term = SUMS[name]
    assert same(expression, term)


# ---- what is refused ----------------------------------------------------------------------------------------
REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "a truth value": (lambda: sp.Eq(u, u), "a relation is no term"),
    "a relation": (lambda: sp.Eq(u, v, evaluate=False), "a relation is no term"),
    "a float": (lambda: sp.Float(0.5) * u, "a float is not exact"),
    "a complex symbol": (lambda: sp.Symbol("z"), "may be complex"),
    "one that may be infinite": (lambda: sp.Symbol("z", extended_real=True), "may be complex or infinite"),
    "the imaginary unit": (lambda: sp.I * gamma, "the calculus is real"),
    "a non-commutative number": (lambda: sp.Symbol("a", commutative=False), "is non-commutative"),
    "an assumption without a word": (lambda: sp.Symbol("a", integer=True), "assumed to be integer"),
    "another": (lambda: sp.Symbol("n", integer=True, positive=True, even=True), "assumed to be even"),
    "a Dummy": (lambda: sp.Dummy("a", real=True), "would be read as the same"),
    "two symbols of one name": (
        lambda: sp.Trace(S) + sp.Trace(sp.MatrixSymbol("S", d, d)), "two different .* called S"),
    "two functions of one name": (lambda: phi(gamma) - sp.Function("phi")(gamma), "two different .* called phi"),
    "division by zero": (lambda: sp.zoo, "divided by 0"),
    "a function of two numbers": (lambda: free(gamma, t), "one number or one column"),
    "a function of two matrices": (lambda: free(A, B), "one number or one column"),
    "a function of a matrix": (lambda: free(A), "A.applyfunc"),
    "a declared function of a column": (lambda: phi(u), "a function of one number"),
    "E over what is not random": (lambda: E(sp.Trace(u.T * v), u), r"u = declare\({u: random}\)"),
    "an entry": (lambda: A[0, 0], "no word for an entry at a number"),
    "an entry of a product": (lambda: (A * B)[0, 0], "no word for an entry at a number"),
    "a column of a sum": (lambda: sp.Sum(A[i, 0], (i, 0, d - 1)), "no word for an entry at a number"),
    "a part of the range": (lambda: sp.Sum(u[i, 0], (i, 1, d - 1)), "over its whole range"),
    "another range": (lambda: sp.Sum(u[i, 0], (i, 0, m - 1)), "no word for an entry at a number"),
    "a shifted index": (lambda: sp.Sum(u[i + 1, 0], (i, 0, d - 2)), "one symbol"),
    "a diagonal of two ranges": (
        lambda: sp.Sum(sp.KroneckerDelta(i, j) * u[i, 0], (i, 0, d - 1), (j, 0, m - 1)), "over its whole range"),
    "three open indices": (
        lambda: sp.Sum(phi(A[i, j] * B[j, k]), (i, 0, d - 1), (j, 0, d - 1), (k, 0, d - 1)), "every index joins"),
    "three matrices at one index": (
        lambda: sp.Sum(A[i, j] * B[i, k] * S[i, n] * M[j, k] * M[k, n] * Q[j, n],
                       *((index, 0, d - 1) for index in (i, j, k, n))), "every index joins"),
    "log of each entry": (lambda: u.applyfunc(sp.log), "no word for it as a function of each entry"),
    "the reciprocal of each entry": (lambda: sp.HadamardPower(u, -1), "whole powers from 1 on"),
    "as a function": (lambda: u.applyfunc(lambda z: 1 / z), "whole powers from 1 on"),
    "the power 0 of each entry": (lambda: sp.HadamardPower(u, 0), "whole powers from 1 on"),
    "a constant of each entry": (lambda: (A.I * u).applyfunc(sp.Lambda(xi, 3)), "does not depend on the entries"),
    "the root of a matrix": (lambda: sp.MatPow(S, sp.Rational(1, 2)), "a matrix has whole powers"),
    "an exponent of no sign": (lambda: gamma**t, "not known to be positive"),
    "an adjoint": (lambda: sp.Adjoint(A) * u, "the calculus is real"),
    "the diagonal of a matrix": (lambda: sp.DiagonalOf(A), "no word for the diagonal"),
    "cases": (lambda: sp.Piecewise((gamma, gamma > 0), (0, True)), "no cases"),
    "a maximum": (lambda: sp.Max(gamma, t), "which is relu"),
    "a matrix written out": (lambda: sp.Matrix([[1, 2], [3, 4]]) * 1, "a MatrixSymbol of a symbolic size"),
    "a size that is no symbol": (lambda: sp.MatrixSymbol("K", d + 1, 1), "one name each"),
    "a gradient that SymPy took for a number": (
        lambda: A * sp.Derivative(E(phi((x.T * w)[0, 0]), x), w), "does not keep its place"),
    "another, of a free function of a column": (lambda: L(gamma * u).diff(gamma), "does not keep its place"),
    "a derivative of a column": (lambda: sp.Derivative(A * u, u), "SymPy has no shape for it"),
    "a third derivative in a column": (lambda: sp.Derivative(L(A * u), (u, 3)), "twice at most in a column"),
    "a derivative in a size": (lambda: sp.Derivative(d * gamma, d), "a plain symbol"),
    "a derivative in a symmetric matrix": (lambda: Gradient(sp.Trace(S * A), S), "cannot move in every"),
    "a limit from above": (lambda: sp.Limit(1 / t, t, 0, "+"), "from below"),
    "an integral without ends": (lambda: sp.Integral(t, t), "both ends"),
    "a capture": (
        lambda: sp.Subs(E(gamma * Entry(x.T * u), x), gamma, Entry(x.T * u)), "would capture x"),
    "a slope beyond what is declared": (lambda: prime(phi, 4)(gamma), "3 times differentiable"),
    "a slope in SymPy beyond it": (lambda: phi(t).diff(t, 4), "3 times differentiable"),
    "a text": (lambda: "u + v", "a text is not evaluated"),
    "a list": (lambda: [u, v], "expected a SymPy expression"),
    "something else": (lambda: sp.zeta(gamma), r"\(zeta\): the calculus knows"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_why_and_what_to_do(name: str) -> None:
    build, message = REFUSED[name]
    with pytest.raises(CalculusError, match=message) as error:
        from_sympy(build())
    assert "Remedy" in str(error.value) or "divided by 0" in str(error.value) or "plain symbol" in str(error.value)


def test_a_tree_without_end_is_refused() -> None:
    deep, deeper = gamma, A
    for _ in range(120):
        deep = sp.Abs(sp.Add(deep, 1, evaluate=False), evaluate=False)
    with pytest.raises(CalculusError, match="at most 100 deep"):
        from_sympy(deep)
    for _ in range(3000):
        deeper = sp.Transpose(deeper)
    with pytest.raises(CalculusError, match="nested too deep"):
        from_sympy(deeper)


# ---- declarations -------------------------------------------------------------------------------------------
def test_what_is_declared_is_part_of_the_symbol() -> None:
    plain = sp.MatrixSymbol("S", d, d)
    assert plain != S
    assert from_sympy(plain) == c.matrix("S", o.d)  # whatever is declared of another symbol of that name
    assert declare({plain: positive_definite}) == S
    assert from_sympy(declare({S: positive_definite})) == o.S
    assert tuple(map(to_sympy, (o.Q, o.T, o.M))) == (Q, T, M)
    assert declare({sp.Function("phi"): smooth(2)}) == declare({sp.Function("phi"): twice_differentiable}) != phi


@pytest.mark.parametrize(
    ("declarations", "error", "message"),
    [
        ({}, CalculusError, "by symbol"),
        ({A: "random"}, CalculusError, "expected one of symmetric"),
        ({A: c.positive_definite}, CalculusError, "from theory.sympy import"),
        ({A: differentiable}, CalculusError, "said of functions"),
        ({A: random}, ShapeError, "said of columns"),
        ({X: positive_definite}, ShapeError, "said of square"),
        ({sp.Function("phi"): nonzero}, CalculusError, "how often it is differentiable"),
        ({sp.Function("phi"): (differentiable, twice_differentiable)}, CalculusError, "how often"),
        ({gamma: nonzero}, CalculusError, "SymPy's assumptions"),
        ({sp.Function("relu"): differentiable}, CalculusError, "relu"),
        ({sp.Function("elu"): differentiable}, CalculusError, "elu"),
    ],
)
def test_what_cannot_be_declared(declarations: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        declare(declarations)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: smooth(-1), "how often"),
        (lambda: E(gamma), "exactly one random column"),
        (lambda: E(gamma, A), "a random column"),
        (lambda: Gradient(A * u, u), "is of a scalar"),
        (lambda: Gradient(gamma**2, gamma), "sympy.Derivative"),
        (lambda: Gradient(Entry(u.T * v), u, y), "a point of its shape"),
        (lambda: Hessian(sp.Trace(A * A), A), "takes a column"),
        (lambda: Jacobian(A, u), "takes a column"),
        (lambda: prime(free), "differentiable"),
        (lambda: activation_of(prime(phi)), "a declared function"),
        (lambda: define("f", (u.T * u,), Entry(u.T * u)), "symbols as parameters"),
        (lambda: define("tanh", (u,), Entry(u.T * u)), "free name"),
    ],
)
def test_what_cannot_be_written(build: Callable[[], Any], message: str) -> None:
    with pytest.raises(CalculusError, match=message):
        build()


# ---- in SymPy's hands ---------------------------------------------------------------------------------------
def test_nodes_keep_their_bound_variables_apart() -> None:
    f = E(phi((x.T * w)[0, 0]), x)
    assert f.subs(w, u).has(u)
    assert not f.subs(w, u).has(w)
    assert f.subs(x, sp.MatrixSymbol("y", d, 1)) == f
    with pytest.raises(CalculusError, match="capture x"):
        f.subs(w, x)
    slope = Gradient(Entry(u.T * A * v), u)
    assert slope.free_symbols == {A, u, v}
    assert slope.subs(u, v) == Gradient(Entry(u.T * A * v), u, v)
    assert slope.subs(u, v).free_symbols == {A, v}
    with pytest.raises(CalculusError, match="capture u"):
        slope.subs(v, 2 * u)
    number = Slope(gamma * t, t, p)
    assert (number.free_symbols, number.doit()) == ({gamma, p}, gamma)
    assert number.subs(gamma, 2).doit() == 2


def test_sympy_differentiates_declared_functions_and_leaves_the_rest() -> None:
    assert phi(2 * gamma).diff(gamma) == 2 * prime(phi)(2 * gamma)
    f = E(phi(gamma * (x.T * w)[0, 0]), x)
    assert (gamma * f).diff(gamma) == f + gamma * sp.Derivative(f, gamma)
    loss = to_sympy(o.L(o.gamma * o.u))
    assert loss.diff(gamma) == sp.Derivative(loss, gamma)
    with pytest.raises(CalculusError, match="carried_out"):
        E(gamma * x, x).diff(gamma)
    assert E(gamma * x, x).diff(t) == sp.ZeroMatrix(d, 1)


def test_folded_definitions_are_functions() -> None:
    mean = define("mean", (w,), E((x.T * w)[0, 0], x))
    slope = define("slope", (w,), E(phi((x.T * w)[0, 0]) * x, x), tex=r"s(#1)")
    assert from_sympy(mean(w)) == mean.definition(o.w)
    assert from_sympy((slope(w).T * u)[0, 0]) == o.u.T @ slope.definition(o.w)
    assert sp.latex(2 * slope(w)) == "2 s(w)"
    assert sp.latex(mean(w) ** 2) == r"mean^{2}\left(w\right)"
    assert c.to_sympy(slope.definition(o.w)) == slope(w)


def test_every_operator_of_a_term_takes_an_expression() -> None:
    assert activation_of(phi) == o.phi
    assert c.E(phi((x.T * w)[0, 0])) == c.E(o.phi(o.w.T @ o.x))
    assert c.surplus(gamma**2).term == c.squares(gamma**2).term == o.gamma**2
    assert o.A @ u == o.A @ o.u
    assert phi(gamma) * o.u == o.phi(o.gamma) * o.u
    assert o.gamma + E(phi(gamma), x) == o.gamma + c.E(o.phi(o.gamma), o.x)
