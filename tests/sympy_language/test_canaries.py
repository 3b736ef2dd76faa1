"""What SymPy gets wrong, silently, so that nothing here asks it: if a canary dies, SymPy has mended it.

Then the row goes, and the page `docs/sympy.md` says less.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sympy as sp

import theory as c
from tests.sympy_language.letters import A, Own, d, u, v, w
from theory import from_sympy
from theory.sympy import E, Gradient, declare, random
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal

o = Own
plain = sp.Function("phi")
exp_of = v.applyfunc(sp.exp)
total = sp.Trace(sp.OneMatrix(1, d) * exp_of)

# body, variable, and what SymPy 1.14 says its derivative is
SAYS: dict[str, tuple[Callable[[], Any], Any, Any]] = {
    "a normalised projection": (
        lambda: (u.T * v)[0, 0] / sp.sqrt((v.T * A * v)[0, 0]), v, sp.ZeroMatrix(d, 1)),
    "the same, with traces": (
        lambda: sp.Trace(u.T * v) / sp.sqrt(sp.Trace(v.T * A * v)), v, u / sp.sqrt(sp.Trace(v.T * A * v))),
    "an activation": (lambda: plain(sp.Trace(u.T * v)), v, sp.ZeroMatrix(d, 1)),
    "an absolute value": (lambda: sp.Abs(sp.Trace(u.T * v)), v, sp.ZeroMatrix(d, 1)),
    "a sum of traces": (lambda: sp.Trace(A) + sp.Trace(A * A), A, sp.ZeroMatrix(d, d)),
    "log det": (lambda: sp.log(sp.Determinant(A)), A, sp.ZeroMatrix(d, d)),
    "log-sum-exp": (lambda: sp.log(total), v, sp.ZeroMatrix(d, 1)),
    "a normalised column": (lambda: v / sp.sqrt(sp.Trace(v.T * v)), v, sp.Identity(d) / sp.sqrt(sp.Trace(v.T * v))),
}  # fmt: skip


@pytest.mark.parametrize("name", SAYS)
def test_canary_a_derivative_in_a_matrix_is_silently_wrong(name: str) -> None:
    build, variable, says = SAYS[name]
    assert build().diff(variable) == says


length = c.norm_in(o.v, o.A)
TRUE = {
    "a normalised projection": o.u / length - (o.u.T @ o.v) * (o.A + o.A.T) @ o.v / (2 * length**3),
    "the same, with traces": o.u / length - (o.u.T @ o.v) * (o.A + o.A.T) @ o.v / (2 * length**3),
    "an activation": c.activation("phi", tex=r"\phi").prime(o.u.T @ o.v) * o.u,
    "an absolute value": (o.u.T @ o.v) / abs(o.u.T @ o.v) * o.u,
    "a sum of traces": c.eye(o.d) + 2 * o.A.T,
}


def test_canary_softmax_loses_a_term() -> None:
    """Its Jacobian is Diag(s) - s s'."""
    derivative = (exp_of / total).diff(v)
    assert isinstance(derivative, sp.MatMul)
    assert [type(factor) for factor in derivative.args] == [sp.Pow, sp.DiagMatrix]


@pytest.mark.parametrize("name", TRUE)
def test_ours_is_another(name: str) -> None:
    build, variable, says = SAYS[name]
    ours, context = from_sympy(Gradient(build(), variable)), Context(differentiate=carry_out)
    assert equal(ours, TRUE[name], context) is Answer.EQUAL
    assert equal(ours, from_sympy(says), context) is not Answer.EQUAL


def test_canary_a_product_carries_a_derivative_out_unasked() -> None:
    slope = sp.Derivative(sp.Trace(u.T * v) / sp.sqrt(sp.Trace(v.T * A * v)), v)
    assert not (A * slope).has(sp.Derivative)


def test_canary_two_subs_are_one_where_their_points_are_printed_alike() -> None:
    """So phi'(z) of a number that is not 0 may come out of SymPy's cache as phi'(z) of any: it is never written so."""
    some, other = sp.Symbol("z", real=True, nonzero=True), sp.Symbol("z", real=True)
    xi = sp.Dummy("xi")
    slope = sp.Derivative(plain(xi), xi)
    assert some != other
    assert sp.Subs(slope, xi, some) == sp.Subs(slope, xi, other)
    written = [c.to_sympy(o.phi.prime(z)) for z in (c.real("z", nonzero=True), c.real("z"))]
    assert written[0] != written[1]
    assert not any(expression.has(sp.Subs) for expression in written)


def test_canary_a_scalar_is_not_its_transpose() -> None:
    assert (u.T * A * v - v.T * A.T * u).doit() != sp.ZeroMatrix(1, 1)
    assert equal(from_sympy(u.T * A * v), from_sympy(v.T * A.T * u)) is Answer.EQUAL


def test_an_expectation_has_no_derivative_by_sympy() -> None:
    x = declare({sp.MatrixSymbol("x", d, 1): random})
    f = E(plain((x.T * w)[0, 0]), x)
    assert f.diff(w) == sp.ZeroMatrix(d, 1)  # a canary as well
    assert from_sympy(Gradient(f, w)) == c.gradient(c.E(c.activation("phi", tex=r"\phi")(o.w.T @ o.x)), o.w)
