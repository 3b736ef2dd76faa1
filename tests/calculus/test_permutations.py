"""Permutation matrices: what they pass, what they leave as it is, and what no other orthogonal matrix does."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

import theory as c
from tests.soundness.random_terms import Pi, put, turned_columns
from theory import Identity
from theory.terms import CalculusError, Property, Symbol, Term
from verify.exact.deciding import decide
from verify.exact.drawing import draw
from verify.proof.matrices import order
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, add_rule, equal, normal_form
from verify.proof.matrices.properties import has_property
from verify.proof.matrices.words import diagonal_entries, unturned, without_diagonals

d, n = c.dimension("d"), c.dimension("n")
P, R, T = c.permutation("P", d), c.permutation("R", d), c.permutation("T", n)
Q = c.orthogonal("Q", d)
A, B, X, Y = c.matrix("A", d), c.matrix("B", d), c.matrix("X", d, n), c.matrix("Y", d, n)
S, M = c.positive_definite("S", d), c.symmetric("M", d)
u, v, w, z = c.vector("u", d), c.vector("v", d), c.vector("w", d), c.vector("z", n)
x, e, f = c.random_vector("x", d), c.basis_vector("e", d), c.basis_vector("f", d)
a, p = c.real("a"), c.positive("p")
one, eye, o = c.ones(d), c.eye(d), c.hadamard
phi, L = c.activation("phi"), c.scalar_field("L", d)
magnitude, relu, top = c.activation("abs"), c.activation("relu"), c.largest_eigenvalue


def softmax(column: Term) -> Term:
    return c.exp(column) / (c.ones(column.rows).T @ c.exp(column))


def centred(column: Term) -> Term:
    return column - one @ one.T @ column / d


def diagonal(table: Term) -> Term:
    return o(table, eye) @ one


def normalised(column: Term) -> Term:
    return centred(column) / c.sqrt(centred(column).T @ centred(column) / d + p)


# A rewrite, and the same with an orthogonal matrix, or with another of its parts, where it does not hold.
Pair = tuple[Term, Term]
RULES: dict[str, tuple[Pair, Pair]] = {
    "P'P = P P' = I": ((P.T @ A @ P @ P.T, P.T @ A), (P @ P, eye)),
    "P 1 = 1": ((P @ one, one), (Q @ one, one)),
    "1'P = 1'": ((one.T @ P, one.T), (one.T @ Q, one.T)),
    "1'P u = 1'u": ((one.T @ P @ u, one.T @ u), (one.T @ P @ A @ u, one.T @ A @ u + 1)),
    "P'1 = 1": ((P.T @ R @ one, one), (P.T @ A @ one, A @ one)),
    "phi(P u) = P phi(u)": ((phi(P @ u), P @ phi(u)), (phi(Q @ u), Q @ phi(u))),
    "phi'(P u) = P phi'(u)": ((phi.prime(P @ u), P @ phi.prime(u)), (phi.prime(Q @ u), Q @ phi.prime(u))),
    "of a known function": ((relu(P.T @ u), P.T @ relu(u)), (relu(P @ u), P.T @ relu(u))),
    "phi(P u + a 1) = P phi(u + a 1)": (
        (phi(P @ u + a * one), P @ phi(u + a * one)),
        (phi(P @ u + a * v), P @ phi(u + a * v)),
    ),
    "phi(u + P v) = P phi(P'u + v)": ((phi(u + P @ v), P @ phi(P.T @ u + v)), (phi(u + P @ v), P @ phi(u + v))),
    "P phi(a 1) = phi(a 1)": ((P @ phi(a * one), phi(a * one)), (P @ phi(a * u), phi(a * u))),
    "P phi(1 z') = phi(1 z')": ((P @ phi(one @ z.T), phi(one @ z.T)), (phi(one @ z.T) @ T, phi(one @ z.T))),
    "phi(u 1') P = phi(u 1')": ((phi(u @ one.T) @ P, phi(u @ one.T)), (P @ phi(u @ one.T), phi(u @ one.T))),
    "P phi(1 + u), of which 1 is the same everywhere": (
        (P @ phi(one + u), phi(one + P @ u)),
        (P @ phi(one + u), phi(one + u)),
    ),
    "phi(P) = P phi(I)": ((phi(P), P @ phi(eye)), (P @ phi(eye), phi(eye))),
    "phi of a row": ((phi(u.T @ P), phi(u).T @ P), (phi(u.T @ Q), phi(u).T @ Q)),
    "phi(P X T) = P phi(X) T": ((phi(P @ X @ T), P @ phi(X) @ T), (phi(Q @ X), Q @ phi(X))),
    "phi(X + P Y T) = P phi(P'X T' + Y) T": (
        (phi(X + P @ Y @ T), P @ phi(P.T @ X @ T.T + Y) @ T),
        (phi(X + P @ Y @ T), P @ phi(X + Y) @ T),
    ),
    "phi(A P) = phi(A) P": ((phi(A @ P), phi(A) @ P), (phi(A @ Q), phi(A) @ Q)),
    "phi of two permutations": ((phi(P @ R @ u), P @ R @ phi(u)), (phi(P @ R @ u), R @ P @ phi(u))),
    "phi(P u)'phi(P v) = phi(u)'phi(v)": (
        (phi(P @ u).T @ phi(P @ v), phi(u).T @ phi(v)),
        (phi(P @ u).T @ phi(v), phi(u).T @ phi(v)),
    ),
    "exp(P u) = P exp(u)": ((c.exp(P @ u), P @ c.exp(u)), (c.exp(Q @ u), Q @ c.exp(u))),
    "exp(P u) o exp(v) = exp(P u + v)": (
        (o(c.exp(P @ u), c.exp(v)), P @ c.exp(u + P.T @ v)),
        (o(c.exp(P @ u), c.exp(v)), P @ c.exp(u + v)),
    ),
    "exp(u)'P exp(v) = 1'exp(P'u + v)": (
        (c.exp(u).T @ P @ c.exp(v), one.T @ c.exp(P.T @ u + v)),
        (c.exp(u).T @ P @ c.exp(v), one.T @ c.exp(u + v)),
    ),
    "exp(u)'exp(-u) = d": ((c.exp(u).T @ c.exp(-u), d), (c.exp(u).T @ c.exp(-v), d)),
    "exp(u)'P exp(-P'u) = d": ((c.exp(u).T @ P @ c.exp(-P.T @ u), d), (c.exp(u).T @ P @ c.exp(-u), d)),
    "|P u| = P |u|, entry by entry": (
        (magnitude(P @ u), P @ magnitude(u)),
        (magnitude(Q @ u), Q @ magnitude(u)),
    ),
    "|P u| o |P u| = P (u o u)": (
        (o(magnitude(P @ u), magnitude(P @ u)), P @ o(u, u)),
        (o(magnitude(P @ u), magnitude(u)), P @ o(u, u)),
    ),
    "|A u| o |A u|": (
        (o(P @ A @ magnitude(u), P @ A @ magnitude(u)), P @ o(A @ magnitude(u), A @ magnitude(u))),
        (o(A @ magnitude(u), A @ magnitude(u)), o(u, u)),
    ),
    "P u o P u": ((o(P @ u, P @ u), P @ o(u, u)), (o(P @ u, P @ u), o(P @ v, P @ v))),
    "exp(u)'exp(v) = 1'exp(u + v)": (
        (c.exp(P @ u).T @ c.exp(P @ v), one.T @ c.exp(u + v)),
        (c.exp(u).T @ A @ c.exp(v), c.exp(u).T @ A @ one),
    ),
    "P (u o v) = P u o P v": ((P @ o(u, v), o(P @ u, P @ v)), (Q @ o(u, v), o(Q @ u, Q @ v))),
    "the sum of P u o P v o P w": (
        (one.T @ o(P @ u, o(P @ v, P @ w)), one.T @ o(u, o(v, w))),
        (one.T @ o(P @ u, o(v, w)), one.T @ o(u, o(v, w))),
    ),
    "the sum of P u o v o w": (
        (one.T @ o(P @ u, o(v, w)), one.T @ o(u, o(P.T @ v, P.T @ w))),
        (one.T @ o(P @ u, o(v, w)), one.T @ o(u, o(P.T @ v, w))),
    ),
    "Diag(P u) = P Diag(u) P'": ((c.diag(P @ u), P @ c.diag(u) @ P.T), (c.diag(Q @ u), Q @ c.diag(u) @ Q.T)),
    "Diag(P u)^-1 = P Diag(u)^-1 P'": (
        (c.inverse(c.diag(P @ c.exp(u))), P @ c.inverse(c.diag(c.exp(u))) @ P.T),
        (c.inverse(c.diag(P @ c.exp(u))), c.inverse(c.diag(c.exp(u)))),
    ),
    "P (A o B) R = P A R o P B R": (
        (P @ o(A, B) @ R, o(P @ A @ R, P @ B @ R)),
        (P @ o(A, B) @ R, o(P @ A @ R, B)),
    ),
    "three parts": ((o(P @ o(A, B), P @ M), P @ o(A, o(M, B))), (o(P @ o(A, B), M), P @ o(A, o(M, B)))),
    "parts turned on the right": (
        (o(o(A, B) @ R, M), o(A @ R, o(B @ R, M))),
        (o(o(A, B) @ R, M), o(A @ R, o(B, M))),
    ),
    "parts turned twice on the right": (
        (o(o(A, B) @ R @ P, M), o(A @ R @ P, o(B @ R @ P, M))),
        (o(o(A, B) @ R @ P, M), o(A @ P @ R, o(B @ P @ R, M))),
    ),
    "A Diag(u) R P o B": (
        (o(A @ c.diag(u) @ R @ P, B), o(A @ R @ P, B) @ c.diag(P.T @ R.T @ u)),
        (o(A @ c.diag(u) @ R @ P, B), o(A @ R @ P, B) @ c.diag(P.T @ u)),
    ),
    "parts turned on both sides": (
        (o(P @ o(A, B) @ R, M), o(P @ A @ R, o(P @ B @ R, M))),
        (o(P @ o(A, B) @ R, M), o(P @ A, o(P @ B, M))),
    ),
    "A Diag(u) P o B = (A P o B) Diag(P'u)": (
        (o(A @ c.diag(u) @ P, B), o(A @ P, B) @ c.diag(P.T @ u)),
        (o(A @ c.diag(u) @ P, B), o(A @ P, B) @ c.diag(u)),
    ),
    "P o P = P": ((o(P, P), P), (o(Q, Q), Q)),
    "P A o P = P (A o I)": ((o(P @ A, P), P @ o(A, eye)), (o(P @ A, P), o(A, eye))),
    "the sum of an entrywise product": (
        (u.T @ o(P @ A, P @ B) @ v, u.T @ P @ o(A, B) @ v),
        (u.T @ o(P @ A, B) @ v, u.T @ P @ o(A, B) @ v),
    ),
    "the diagonal of P A P'": ((diagonal(P @ A @ P.T), P @ diagonal(A)), (diagonal(Q @ A @ Q.T), Q @ diagonal(A))),
    "the diagonal of P A": ((diagonal(P @ A), P @ diagonal(A @ P)), (diagonal(P @ A), P @ diagonal(A))),
    "the diagonal of P A Diag(u)": (
        (diagonal(P @ A @ c.diag(P @ u)), P @ o(diagonal(A @ P), u)),
        (diagonal(P @ A @ c.diag(u)), P @ o(diagonal(A @ P), u)),
    ),
    "tr(P'A P) = tr(A)": ((c.trace(P.T @ A @ P), c.trace(A)), (c.trace(P @ A), c.trace(A))),
    "tr(Diag(P u) A) = tr(Diag(u) P'A P)": (
        (c.trace(c.diag(P @ u) @ A), c.trace(c.diag(u) @ P.T @ A @ P)),
        (c.trace(c.diag(P @ u) @ A), c.trace(c.diag(u) @ A)),
    ),
    "tr with two diagonal matrices": (
        (c.trace(c.diag(P @ u) @ A @ c.diag(v) @ B), c.trace(c.diag(u) @ P.T @ A @ c.diag(v) @ B @ P)),
        (c.trace(c.diag(P @ u) @ A @ c.diag(v) @ B), c.trace(c.diag(u) @ A @ c.diag(v) @ B)),
    ),
    "(det P)^2 = 1": ((c.det(P @ A @ P), c.det(A)), (c.det(P), c.number(1))),
    "det Diag(P u) = det Diag(u)": ((c.det(c.diag(P @ u)), c.det(c.diag(u))), (c.det(c.diag(A @ u)), c.det(c.diag(u)))),
    "det(P M P' + u 1')": (
        (c.det(P @ A @ P.T + P @ u @ one.T + c.diag(P @ v)), c.det(A + u @ one.T + c.diag(v))),
        (c.det(P @ A @ P.T + u @ one.T + c.diag(v)), c.det(A + u @ one.T + c.diag(v))),
    ),
    "max(P u) = max(u)": (
        (c.largest_entry(P @ u + a * one), c.largest_entry(u) + a),
        (c.largest_entry(Q @ u), c.largest_entry(u)),
    ),
    "|P u|_inf = |u|_inf": ((c.max_norm(P @ u), c.max_norm(u)), (c.max_norm(Q @ u), c.max_norm(u))),
    "lambda_max(P S P' + Diag(P u))": (
        (top(P @ M @ P.T + c.diag(P @ u)), top(M + c.diag(u))),
        (top(P @ M @ P.T + c.diag(u)), top(M + c.diag(u))),
    ),
    "lambda_max(P M P' + 1 1')": (
        (top(P @ M @ P.T + one @ one.T), top(M + one @ one.T)),
        (top(Q @ M @ Q.T + one @ one.T), top(M + one @ one.T)),
    ),
    "e'phi(P u) = phi(e'P u)": ((e.T @ phi(P @ u), phi(e.T @ P @ u)), (e.T @ phi(P @ u), phi(e.T @ u))),
    "e'phi(P A R) f = phi(e'P A R f)": (
        (e.T @ phi(P @ A @ R) @ f, phi(e.T @ P @ A @ R @ f)),
        (e.T @ phi(P @ A @ R) @ f, phi(e.T @ A @ f)),
    ),
    "e'P (A o B) f": ((e.T @ P @ o(A, B) @ f, (e.T @ P @ A @ f) * (e.T @ P @ B @ f)), (e.T @ P @ f, e.T @ f)),
    "e'P 1 = 1": ((e.T @ P @ one, c.number(1)), (e.T @ P @ e, c.number(1))),
    "Diag(P e) = P e e'P'": ((c.diag(P @ e), P @ e @ e.T @ P.T), (c.diag(A @ e), A @ e @ e.T @ A.T)),
    "E[phi(P x)] = P E[phi(x)]": ((c.E(phi(P @ x)), P @ c.E(phi(x))), (c.E(phi(Q @ x)), Q @ c.E(phi(x)))),
    "softmax(P u) = P softmax(u)": ((softmax(P @ u), P @ softmax(u)), (softmax(Q @ u), Q @ softmax(u))),
    "normalising commutes with P": (
        (normalised(P @ u), P @ normalised(u)),
        (normalised(Q @ u), Q @ normalised(u)),
    ),
    "grad 1'phi(P u) = phi'(u)": (
        (c.gradient(one.T @ phi(P @ u), u), phi.prime(u)),
        (c.gradient(one.T @ phi(Q @ u), u), phi.prime(u)),
    ),
    "the Jacobian of phi(P u)": (
        (c.jacobian(phi(P @ u), u), P @ c.diag(phi.prime(u))),
        (c.jacobian(phi(P @ u), u), c.diag(phi.prime(u)) @ P),
    ),
    "the Jacobian of softmax(P u)": (
        (c.jacobian(softmax(P @ u), u), P @ c.jacobian(softmax(u), u)),
        (c.jacobian(softmax(P @ u), u), c.jacobian(softmax(u), u)),
    ),
}  # fmt: skip


def agrees(left: Term, right: Term, seed: int, size: int = 3) -> bool:
    claim = Identity(left, right)
    instance = draw(claim, (), {"d": size, "n": 2}, Random(seed))
    return instance is None or decide(claim, (), instance).outcome != "different"


def answer(left: Term, right: Term) -> Answer:
    return equal(left, right, Context(differentiate=carry_out))


@pytest.mark.parametrize("name", RULES)
def test_a_rule_holds(name: str) -> None:
    left, right = RULES[name][0]
    assert answer(left, right) is Answer.EQUAL
    assert all(agrees(left, right, seed, size) for seed in range(3) for size in (1, 2, 3))


@pytest.mark.parametrize("name", RULES)
def test_beyond_its_condition_it_is_not_used(name: str) -> None:
    left, right = RULES[name][1]
    assert answer(left, right) is not Answer.EQUAL
    assert not all(agrees(left, right, seed) for seed in range(30))


def test_fields_are_no_functions_of_each_entry() -> None:
    assert answer(L(P @ u), L(u)) is not Answer.EQUAL
    assert answer(L.gradient(P @ u), P @ L.gradient(u)) is not Answer.EQUAL
    assert answer(c.gradient(L(P @ u), u), P.T @ L.gradient(P @ u)) is Answer.EQUAL


@given(term=turned_columns(2) | turned_columns(3))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_done_entry_by_entry_commutes_with_permutations(term: Term) -> None:
    """Both ways round it comes to one form, whatever the column is."""
    function, other = c.activation("psi"), c.permutation("Pk", term.rows)
    try:
        normal_form(Context(differentiate=carry_out), term)
    except CalculusError:
        return
    assert answer(function(other @ term), other @ function(term)) is Answer.EQUAL
    assert answer(c.diag(other @ term), other @ c.diag(term) @ other.T) is Answer.EQUAL
    assert answer(c.ones(term.rows).T @ function(other @ term), c.ones(term.rows).T @ function(term)) is Answer.EQUAL
    swapped = put(term, {Pi: Pi.T})
    assert answer(function(other.T @ swapped), other.T @ function(swapped)) is Answer.EQUAL


# ---- signs --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("judge", "term", "shown"),
    [
        ("entrywise", P @ relu(u), True),
        ("entrywise", P @ u, False),
        ("entrywise", P, True),
        ("entrywise", Q, False),
        ("entrywise", one - P @ e, True),
        ("entrywise", one @ one.T - P @ R, True),
        ("entrywise", one @ one.T - Q, False),
        ("entrywise", one @ one.T - P @ A, False),
        ("entrywise", one @ one.T - P - R, False),
        ("nonnegative", e.T @ P @ relu(u), True),
        ("nonnegative", e.T @ P @ u, False),
        ("positive", e.T @ P @ c.exp(u), True),
        ("positive", one.T @ P @ relu(u), False),
        ("positive", c.trace(P), False),
        ("nonnegative", c.trace(P), True),
        ("nonnegative", c.trace(Q), False),
        ("nonnegative", c.trace(P @ A), False),
        ("semidefinite", P, False),
        ("semidefinite", c.diag(P @ relu(u)), True),
        ("semidefinite", c.diag(P @ u), False),
        ("semidefinite", P @ S @ P.T, True),
        ("semidefinite", c.diag(diagonal(P @ S @ P.T)), True),
        ("semidefinite", c.diag(diagonal(P @ S)), False),
    ],
)
def test_signs(judge: str, term: Term, shown: bool) -> None:
    assert bool(getattr(order, judge)(Context(), term, ())) is shown


# ---- what is a permutation, and what is declared one -----------------------------------------------------------
@pytest.mark.parametrize(
    ("term", "permutes", "orthogonal"),
    [
        (P, True, True),
        (P.T, True, True),
        (P @ R.T @ P, True, True),
        (eye, True, True),
        (P @ P.T, True, True),
        (c.inverse(P), True, True),
        (Q, False, True),
        (P @ Q, False, True),
        (-P, False, True),
        (2 * P, False, False),
        (P + R, False, False),
        (A, False, False),
        (P @ A @ P.T, False, False),
        (a * P, False, False),
        (c.zero(d, d), False, False),
        (e @ e.T, False, False),
        (c.number(1), True, True),
        (c.number(-1), False, True),
    ],
)
def test_what_is_shown_to_be_a_permutation(term: Term, permutes: bool, orthogonal: bool) -> None:
    ctx = Context()
    form = normal_form(ctx, term)
    assert has_property(ctx, form, Property.PERMUTATION) is permutes
    assert has_property(ctx, form, Property.ORTHOGONAL) is orthogonal
    assert has_property(ctx, form, Property.INVERTIBLE) or not orthogonal


def test_an_assumed_equality_is_used_beside_it() -> None:
    ctx = Context()
    add_rule(ctx, "P u = v", P @ u, v)
    assert equal(phi(v), P @ phi(u), ctx) is not Answer.DIFFERENT
    assert equal(one.T @ v, one.T @ P @ u, ctx) is Answer.EQUAL


def test_a_symmetric_one_is_its_own_inverse() -> None:
    swap = Symbol("P", (d, d), frozenset({Property.SYMMETRIC, Property.ORTHOGONAL, Property.PERMUTATION}))
    assert answer(swap @ swap, eye) is Answer.EQUAL
    assert answer(swap @ phi(swap @ u), phi(u)) is Answer.EQUAL


def test_of_size_1_it_is_a_number_of_which_nothing_is_known() -> None:
    """As of an orthogonal one, which is 1 or -1: a page that says so is all there is of it."""
    one_by_one = c.permutation("P", 1)
    assert answer(one_by_one * one_by_one, c.number(1)) is not Answer.EQUAL
    assert answer(phi(one_by_one * a), one_by_one * phi(a)) is not Answer.EQUAL
    assert all(agrees(one_by_one + 0, c.number(1), seed) for seed in range(4))
    assert not all(agrees(c.orthogonal("Q", 1) + 0, c.number(1), seed) for seed in range(9))


def test_no_derivative_is_taken_in_one() -> None:
    for body in (c.trace(P @ A), c.trace(P.T @ P @ A), one.T @ P @ u):
        with pytest.raises(CalculusError, match="no derivative is taken in P"):
            c.gradient(body, P)


def test_it_is_square() -> None:
    with pytest.raises(c.terms.ShapeError, match="cannot be declared permutation matrix"):
        Symbol("P", (d, n), frozenset({Property.PERMUTATION}))


@pytest.mark.parametrize(
    "term",
    [
        phi(P @ u), P @ one, one.T @ P, P @ c.diag(u), o(P @ A, P @ B), c.largest_entry(P @ u), P @ phi(one),
        one.T @ o(P @ u, o(P @ v, P @ w)), o(A @ c.diag(u) @ P, B), phi(A @ P), o(A @ P, B @ P),
        top(P @ M @ P.T + one @ one.T),
    ],
    ids=repr,
)  # fmt: skip
def test_a_reader_is_told_that_it_was_used(term: Term) -> None:
    ctx = Context()
    normal_form(ctx, term)
    assert "P a permutation matrix" in ctx.used


def test_a_reader_is_told_where_a_diagonal_matrix_passes_it() -> None:
    ctx = Context()
    [(_, word)] = normal_form(ctx, A @ c.diag(u) @ P).terms
    ctx.used.clear()
    without_diagonals(ctx, word)
    assert "P a permutation matrix" in ctx.used


def test_a_reader_is_told_where_it_is_taken_out_on_both_sides() -> None:
    ctx = Context()
    form = normal_form(ctx, P @ M @ P.T)
    ctx.used.clear()
    assert unturned(ctx, form) == normal_form(ctx, M)
    assert "P a permutation matrix" in ctx.used


@pytest.mark.parametrize(
    ("matrix", "entries"),
    [
        (c.diag(u) + a * c.diag(v), u + a * v),
        (c.diag(P @ u), P @ u),
        (c.diag(u) + M, None),
        (c.diag(u) @ M, None),
        (M, None),
        (eye, None),
    ],
)
def test_the_entries_of_a_diagonal_matrix(matrix: Term, entries: Term | None) -> None:
    ctx = Context()
    found = diagonal_entries(ctx, normal_form(ctx, matrix))
    assert found == (None if entries is None else normal_form(ctx, entries))
