"""Determinants: what takes one apart where its side condition holds, and what stays one where it does not."""

from __future__ import annotations

import pytest

import theory as c
from tests.calculus.test_composites import agrees
from theory.terms import Term
from verify.proof.matrices.forms import Context
from verify.proof.matrices.kinds import Determinant
from verify.proof.matrices.normal_form import Answer, equal, normal_form
from verify.proof.matrices.unform import to_term

m, n = c.dimension("m"), c.dimension("n")
A, S, B, C, D = c.matrix("A", m), c.symmetric("S", m), c.matrix("B", m, n), c.matrix("C", n, m), c.matrix("D", n)
K, u, v = c.matrix("K", 3), c.vector("u", m), c.vector("v", m)
a, b, p, z = c.real("a"), c.real("b"), c.positive("p"), c.real("z", nonzero=True)
det, diag, eye, kron, o, one = c.det, c.diag, c.eye, c.kron, c.hadamard, c.ones(m)
exp, rsqrt, soft, tanh = map(c.activation, ("exp", "rsqrt", "softplus", "tanh"))

# An equality, and one like it that is none, or not everywhere.
RULES: dict[str, tuple[tuple[Term, Term], tuple[Term, Term]]] = {
    "det(c A) of three rows": ((det(-2 * K), -8 * det(K)), (det(-2 * K), -2 * det(K))),
    "det(c I) of three rows": ((det(a * eye(3)), a**3), (det(a * eye(3)), a**2)),
    "det(c A)": ((det(-2 * a * A), det(-2 * a * eye(m)) * det(A)), (det(2 * A), -det(-2 * A))),
    "det(c I) of a root": ((det(c.sqrt(c.number(2)) * eye(m)) ** 2, det(2 * eye(m))), (det(2 * eye(m)), c.number(2))),
    "det(c I + B C) = det(c I) det(I + C B/c)": (
        (det(z * eye(m) + B @ C), det(z * eye(m)) * det(eye(n) + C @ B / z)),
        (det(z * eye(m) + B @ C), det(z * eye(m)) * det(z * eye(n) + C @ B)),
    ),
    "det(I + B C) of the transposes and in turn": (
        (det(eye(m) + B @ C), det(eye(n) + B.T @ C.T)),
        (det(eye(m) + B @ C), det(eye(m) - B @ C)),
    ),
    "det(A + S) of the transpose": ((det(A + S), det(S + A.T)), (det(A + S), det(A) + det(S))),
    "det(Diag(exp(u)))": ((det(diag(exp(u))), c.exp(one.T @ u)), (det(diag(tanh(u))), c.exp(one.T @ u))),
    "det(Diag(rsqrt(w)))": (
        (det(diag(rsqrt(soft(u)))) ** 2, 1 / det(diag(soft(u)))),
        (det(diag(tanh(u))) ** 2, 1 / det(diag(u))),
    ),
    "det(A (x) D)": (
        (det(kron(A, D)), det(det(A) * eye(n)) * det(det(D) * eye(m))),
        (det(kron(A, D)), det(A) * det(D)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_a_rule_on_both_sides_of_its_side_condition(name: str) -> None:
    (left, right), (other, wrong) = RULES[name]
    assert equal(left, right) is Answer.EQUAL
    assert all(agrees(left, right, seed) for seed in range(6))
    assert equal(other, wrong) is not Answer.EQUAL
    assert not all(agrees(other, wrong, seed) for seed in range(20))


WHOLE: dict[str, Term] = {  # of which no rule takes anything
    "a product of rectangular parts": kron(B, C),
    "one square part among others that are not": kron(A, kron(B, C)),
    "a number that may be 0, and a product": a * eye(m) + B @ C,
    "a rectangular product": B @ B.T,
    "values that are not those of exp or rsqrt": diag(tanh(u)),
    "values of exp that are multiplied": diag(exp(A) @ u),
    "a sum": A + S,
}


@pytest.mark.parametrize("name", WHOLE)
def test_what_no_rule_takes_apart_stays_one_determinant(name: str) -> None:
    ctx = Context()
    form = normal_form(ctx, det(WHOLE[name]))
    (((((atom, exponent),), _), value),) = form.terms.items()
    assert isinstance(ctx.atoms[atom].what, Determinant)
    assert (exponent, value) == (1, 1)
    assert equal(to_term(ctx, form), det(WHOLE[name])) is Answer.EQUAL


@pytest.mark.parametrize("matrix", [eye(m) + B @ C, p * eye(m) - 2 * B @ C, eye(n) + C @ B, A + u @ v.T, A + S])
def test_what_is_made_of_a_determinant_has_its_value(matrix: Term) -> None:
    ctx = Context()
    again = to_term(ctx, normal_form(ctx, det(matrix)))
    assert all(agrees(det(matrix), again, seed) for seed in range(6))
