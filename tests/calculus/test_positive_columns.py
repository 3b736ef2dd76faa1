"""Columns of positive or nonnegative entries: what rests on that in the normal form, and what does without."""

from __future__ import annotations

from fractions import Fraction

import pytest

import theory as c
from tests.soundness.random_terms import apart, instance_of, value
from theory.terms import Property, ShapeError, Symbol, Term
from theory.terms.text import text
from verify.proof.matrices import order
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal, normal_form
from verify.proof.matrices.properties import has_property
from verify.proof.matrices.unform import to_term

n = c.dimension("n")
p, q = c.vector("p", n, positive=True), c.vector("q", n, positive=True)
h, j = c.vector("h", n, nonnegative=True), c.vector("j", n, nonnegative=True)
u, v, w = c.vector("u", n), c.vector("v", n), c.vector("w", n, nonzero=True)
e, f, x = c.basis_vector("e", n), c.basis_vector("f", n), c.random_vector("x", n)
P, Q, A, S = c.permutation("P", n), c.orthogonal("Q", n), c.matrix("A", n), c.positive_definite("S", n)
a, eps, z, rows = c.real("a"), c.positive("eps"), c.real("z", nonzero=True), c.dimension("l")
one, eye, o, HALF = c.ones(n), c.eye(n), c.hadamard, Fraction(1, 2)
log, root, rsqrt, size = c.log, c.sqrt, c.activation("rsqrt"), c.activation("abs")
soft = c.activation("softplus")
relu, top, inverse = c.activation("relu"), c.largest_eigenvalue, c.inverse
R, T, FIFTH = c.diag(rsqrt(p)), c.diag(rsqrt(q)), c.diag(c.exp(5 * log(p)))


def all_of(column: Term) -> Term:
    return one.T @ column


# A rewrite where its side condition holds, and where it does not, or of another right side.
RULES: dict[str, tuple[tuple[Term, Term], tuple[Term, Term]]] = {
    "|p| = p": ((size(p), p), (size(u), u)),
    "|h| = h": ((size(h), h), (size(w), w)),
    "|p|_1 = 1'p": ((all_of(size(p)), all_of(p)), (all_of(size(v)), all_of(v))),
    "relu(h) = h": ((relu(h), h), (relu(u), u)),
    "relu(P p + h) = P p + h": ((relu(P @ p + h), P @ p + h), (relu(Q @ p), Q @ p)),
    "log(p o q) = log(p) + log(q)": ((log(o(p, q)), log(p) + log(q)), (log(o(u, v)), log(u) + log(v))),
    "log(u o u) = 2 log(u)": ((log(o(p, p)), 2 * log(p)), (log(o(w, w)), 2 * log(w))),
    "log(h o h) = 2 log(h), which is not defined": ((log(o(p, q)), log(o(q, p))), (log(o(h, h)), 2 * log(h))),
    "log(P exp(u)) = P u": ((log(P @ c.exp(u)), P @ u), (log(P @ c.exp(u)), u)),
    "log(P (p o q)) = P log(p) + P log(q)": (
        (log(P @ o(p, q)), P @ log(p) + P @ log(q)),
        (log(P @ o(p, q)), P @ log(p) + log(q)),
    ),
    "Diag(P p)^-1": (
        (inverse(c.diag(P @ p)), P @ inverse(c.diag(p)) @ P.T),
        (inverse(c.diag(P @ p)), inverse(c.diag(p))),
    ),
    "log(p + q)": ((log(2 * p), log(p) + log(c.number(2)) * one), (log(p + q), log(p) + log(q))),
    "rsqrt(p o q) = rsqrt(p) o rsqrt(q)": (
        (rsqrt(o(p, q)), o(rsqrt(p), rsqrt(q))),
        (rsqrt(o(u, v)), o(rsqrt(u), rsqrt(v))),
    ),
    "sqrt(p o p) = p": ((root(o(p, p)), p), (root(o(w, w)), w)),
    "log(rsqrt(p)) = -log(p)/2": ((log(rsqrt(p)), -HALF * log(p)), (log(rsqrt(p)), HALF * log(p))),
    "exp(log(p)) = p": ((c.exp(log(p)), p), (c.exp(log(p)), o(p, p))),
    "exp(-3/2 log(p)) o p = rsqrt(p)": (
        (o(c.exp(Fraction(-3, 2) * log(p)), p), rsqrt(p)),
        (o(c.exp(Fraction(-3, 2) * log(p)), p), root(p)),
    ),
    "exp(P log(p) + u) = P p o exp(u)": ((c.exp(P @ log(p) + u), o(P @ p, c.exp(u))), (c.exp(P @ log(p)), p)),
    "exp(a log(p)) o exp(-a log(p)) = 1": ((o(c.exp(a * log(p)), c.exp(-a * log(p))), one), (c.exp(a * log(p)), p)),
    "(Diag(p) + I)^-1 within a number": (
        (u.T @ inverse(c.diag(p) + eye) @ v, u.T @ c.diag(o(rsqrt(p + one), rsqrt(p + one))) @ v),
        (u.T @ inverse(c.diag(p) + eye) @ v, u.T @ c.diag(o(rsqrt(p), rsqrt(p))) @ v),
    ),
    "Diag(p^-10)^-1 = Diag(p)^10 and no part of a sum": (
        (inverse(c.diag(c.exp(-10 * log(p)))), FIFTH @ FIFTH),
        (inverse(c.diag(c.exp(-10 * log(p + q)))), FIFTH @ FIFTH),
    ),
    "Diag(p)^-1 p = 1": ((inverse(c.diag(p)) @ p, one), (inverse(c.diag(u)) @ u, 2 * one)),
    "Diag(p)^-1 = Diag(rsqrt(p)) Diag(rsqrt(p))": (
        (inverse(c.diag(p)), c.diag(o(rsqrt(p), rsqrt(p)))),
        (inverse(c.diag(p)), c.diag(rsqrt(p))),
    ),
    "(Diag(h) + eps I)^-1": (
        (inverse(c.diag(h) + eps * eye), c.diag(o(rsqrt(h + eps * one), rsqrt(h + eps * one)))),
        (inverse(c.diag(h) + eps * eye), c.diag(o(rsqrt(h), rsqrt(h)))),
    ),
    "(Diag(p) + eps I)^-1": (
        (inverse(c.diag(p) + eps * eye), c.diag(o(rsqrt(p + eps * one), rsqrt(p + eps * one)))),
        (inverse(c.diag(p) + eps * eye), c.diag(o(rsqrt(p), rsqrt(p)))),
    ),
    "det(Diag(p)^-1) = 1/det(Diag(p))": (
        (c.det(inverse(c.diag(p))), 1 / c.det(c.diag(p))),
        (c.det(inverse(c.diag(p))), c.det(c.diag(p))),
    ),
    "det(Diag(exp(u))) = exp(1'u)": ((c.det(c.diag(c.exp(u))), c.exp(all_of(u))), (c.det(c.diag(p)), all_of(p))),
    "log det(Diag(p)) = 1'log(p)": (
        (log(c.det(c.diag(p))), all_of(log(p))),
        (log(c.det(c.diag(u))), all_of(log(u))),
    ),
    "log det(c I) = n log(c)": (
        (log(c.det(eps * eye)), n * log(eps)),
        (log(c.det(a * eye)), n * log(a)),
    ),
    "log det(c I) of a negative c": ((log(c.det(eps * eye)), n * log(eps)), (log(c.det(-eps * eye)), n * log(-eps))),
    "log det(c I) of a nonzero c": (
        (log(c.det((1 + z**2) * eye)), n * log(1 + z**2)),
        (log(c.det(z * eye) ** 2), 2 * n * log(z)),
    ),
    "log det(c I), and c = 0 perhaps": (
        (log(c.det((1 + a**2) * eye)), n * log(1 + a**2)),
        (log(c.det(a**2 * eye)), 2 * n * log(a)),
    ),
    "log det(exp(a) I)": (
        (log(c.det(c.exp(a) * eye)), n * a),
        (log(c.det(c.exp(a) * eye)), a),
    ),
    "log(c sqrt(1 + a^2))": (
        (log(eps * root(1 + a**2)), log(eps) + HALF * log(1 + a**2)),
        (log(a * root(1 + a**2)), log(a) + HALF * log(1 + a**2)),
    ),
    "log det(2 I)": (
        (log(c.det(2 * eye)), n * log(c.number(2))),
        (log(c.det(-2 * eye)), n * log(c.number(2))),
    ),
    "log det(c I/2)": (
        (log(c.det(eps / 2 * eye)), n * log(eps) - n * log(c.number(2))),
        (log(c.det(eps / 2 * eye)), n * log(eps) - log(c.number(2))),
    ),
    "log det((c + 1) I)": (
        (log(c.det((eps + 1) * eye)), n * log(eps + 1)),
        (log(c.det((eps - 1) * eye)), n * log(eps - 1)),
    ),
    "log det(c I + S)": (
        (log(c.det(eps * eye + S)), n * log(eps) + log(c.det(eye + S / eps))),
        (log(c.det(eps * eye + S)), n * log(eps)),
    ),
    "log det(c I + A)": (
        (log(c.det(eps * eye + p @ p.T)), n * log(eps) + log(1 + p.T @ p / eps)),
        (log(c.det(eps * eye + A)), n * log(eps) + log(c.det(eye + A / eps))),
    ),
    "log det(c S)": (
        (log(c.det((1 + a**2) * S)), n * log(1 + a**2) + log(c.det(S))),
        (log(c.det(a * S)), n * log(a) + log(c.det(S))),
    ),
    "log det(c I), of the size of that I": (
        (log(c.det(eps * c.eye(rows))), rows * log(eps)),
        (log(c.det(eps * c.eye(rows))), n * log(eps)),
    ),
    "L(Diag(p)^-1) = 1/min(p)": (
        (top(inverse(c.diag(p))), 1 / c.smallest_entry(p)),
        (top(inverse(c.diag(u))), 1 / c.smallest_entry(u)),
    ),
    "max(rsqrt(p))^2 = 1/min(p)": (
        (c.largest_entry(rsqrt(p)) ** 2, 1 / c.smallest_entry(p)),
        (c.largest_entry(rsqrt(p)) ** 2, 1 / c.largest_entry(p)),
    ),
    "min(rsqrt(p)) = max(p)^(-1/2)": (
        (c.smallest_entry(rsqrt(p)), c.largest_entry(p) ** -HALF),
        (c.smallest_entry(rsqrt(p)), -(c.largest_entry(p) ** -HALF)),
    ),
    "e'rsqrt(p) = (e'p)^(-1/2)": ((e.T @ rsqrt(p), (e.T @ p) ** -HALF), (e.T @ rsqrt(p), (e.T @ p) ** HALF)),
    "L(-Diag(rsqrt(p)))": (
        (c.smallest_entry(rsqrt(p)) ** 2, 1 / c.largest_entry(p)),
        (c.smallest_entry(rsqrt(p)), c.largest_entry(rsqrt(p))),
    ),
    "L(R R R) of R = Diag(rsqrt(p))": (
        (top(R @ R @ R), top(R @ (R @ R))),
        (top(R @ R @ R), top(R)),
    ),
    "L(R T) of two such": ((top(R @ T), top(T @ R)), (top(R @ T), 1 / c.smallest_entry(p))),
    "L(Diag(exp(p)))": (
        (top(c.diag(c.exp(p))), c.largest_entry(c.exp(p))),
        (top(c.diag(c.exp(p))), top(R)),
    ),
    "exp(3 log(p)) = p o p o p": ((c.exp(3 * log(p)), o(p, o(p, p))), (c.exp(3 * log(p)), o(p, p))),
    "exp(A log(p))": ((c.exp(A @ log(p) - A @ log(p)), one), (c.exp(A @ log(p)), p)),
    "exp(u o log(p))": ((c.exp(o(u, log(p)) - o(u, log(p))), one), (c.exp(o(u, log(p))), p)),
    "exp(rsqrt(p))": ((c.exp(rsqrt(p)), c.exp(p - p + rsqrt(p))), (c.exp(rsqrt(p)), p)),
    "1'exp(a 1) = n exp(a)": ((all_of(c.exp(a * one)), n * c.exp(a)), (all_of(c.exp(a * one)), c.exp(a))),
    "log(P p + q)": ((log(P @ p + q), log(q + P @ p)), (log(P @ p + q), P @ log(p))),
    "log(q + P p)": ((log(2 * (q + P @ p)), log(q + P @ p) + log(c.number(2)) * one), (log(q + P @ p), log(q))),
    "log(p o q + h)": ((log(o(p, q) + h), log(h + o(q, p))), (log(o(p, q) + h), log(p) + log(q))),
    "log(rsqrt(p) + h)": ((log(rsqrt(p) + h), log(h + rsqrt(p))), (log(rsqrt(p) + h), -HALF * log(p))),
    "log(a p o q)": ((log(eps * o(p, q)), log(eps) * one + log(p) + log(q)), (log(a * o(p, q)), log(p) + log(q))),
    "log(-p o q)": ((log(o(p, q)), log(q) + log(p)), (log(-o(p, q)), log(p) + log(q))),
    "log(softplus(p))": ((log(soft(2 * p)), log(soft(p + p))), (log(soft(p)), -HALF * log(p))),
    "rsqrt(rsqrt(p))": ((rsqrt(rsqrt(p + p)), rsqrt(rsqrt(2 * p))), (rsqrt(rsqrt(p)), -HALF * rsqrt(p))),
    "log(sqrt(2)) = log(2)/2": (
        (log(root(c.number(2))), HALF * log(c.number(2))),
        (log(root(c.number(2))), log(c.number(2))),
    ),
    "log det(S + Diag(p))": (
        (log(c.det(S + c.diag(p)) ** 2), 2 * log(c.det(S + c.diag(p)))),
        (log(c.det(S + c.diag(p))), all_of(log(p))),
    ),
    "|1'p| = 1'p": ((abs(all_of(p)), all_of(p)), (abs(all_of(u)), all_of(u))),
    "|e'h| = e'h": ((abs(e.T @ h), e.T @ h), (abs(e.T @ w), e.T @ w)),
    "((p'h)^2)^(1/2) = p'h": ((root((p.T @ h) ** 2), p.T @ h), (root((p.T @ u) ** 2), p.T @ u)),
}


def answer(left: Term, right: Term) -> Answer:
    return equal(left, right, Context(differentiate=carry_out))


def told_apart(left: Term, right: Term) -> bool:
    """Does an instance give the sides different values, or one of them none?"""
    for seed in range(60):
        instance = instance_of(left + right, seed)
        if instance is not None and (
            apart(left, right, instance) or "undefined" in (value(left, instance), value(right, instance))
        ):
            return True
    return False


@pytest.mark.parametrize("name", RULES)
def test_a_rewrite_on_both_sides_of_its_side_condition(name: str) -> None:
    good, bad = RULES[name]
    assert answer(*good) is Answer.EQUAL
    assert not told_apart(*good)
    assert answer(*bad) is not Answer.EQUAL
    assert told_apart(*bad)


@pytest.mark.parametrize(("matrix", "comes_to"), [
    (eye + S, "log(det(I[n] + S))"), (S + c.diag(p) + eye, "log(det(I[n] + S + Diag(p)))"),
    (2 * eye + S, "n * log(2) + log(det(I[n] + S / 2))"), (2 * eye, "n * log(2)"), (a * eye, "log(det(a * I[n]))"),
])  # fmt: skip
def test_of_the_determinant_of_a_sum_with_more_than_the_identity_nothing_is_taken(matrix: Term, comes_to: str) -> None:
    context = Context(differentiate=carry_out)
    assert text(to_term(context, normal_form(context, log(c.det(matrix))))) == comes_to


ONE_MORE = {  # of any sign, beside factors of positive entries; and two of them
    "log": ((log(o(p, u)), log(p) + log(u)), (log(o(v, u)), log(v) + log(u))),
    "log, not of nonnegative ones": ((log(o(u, p)), log(u) + log(p)), (log(o(h, u)), log(h) + log(u))),
    "rsqrt": (
        (rsqrt(o(u, o(p, q))), o(rsqrt(p), o(rsqrt(q), rsqrt(u)))),
        (rsqrt(o(u, o(p, v))), o(rsqrt(p), o(rsqrt(v), rsqrt(u)))),
    ),
}


@pytest.mark.parametrize("name", ONE_MORE)
def test_one_factor_more_is_positive_where_the_product_is(name: str) -> None:
    (left, right), bad = ONE_MORE[name]
    assert answer(left, right) is Answer.EQUAL
    assert answer(*bad) is not Answer.EQUAL
    defined = 0
    for instance in (instance_of(left + right, seed) for seed in range(60)):
        values = [value(side, instance) for side in (left, right)] if instance is not None else []
        assert values.count("undefined") != 1
        if instance is not None and "undefined" not in values:
            defined += 1
            assert not apart(left, right, instance)
    assert defined > 3


def test_a_power_that_is_no_number_stays() -> None:
    assert answer(c.exp(a * log(p)), a * p) is not Answer.EQUAL
    assert answer(c.exp(6 * log(p + q)), c.exp(6 * log(q + p))) is Answer.EQUAL
    assert answer(c.exp(9 * log(p)), c.exp(9 * log(p)) + 0 * p) is Answer.EQUAL
    assert answer(c.exp(Fraction(1, 3) * log(p)), p) is not Answer.EQUAL


# ---- signs --------------------------------------------------------------------------------------------------
# What is positive, what is only nonnegative, and what may be negative.
SIGNS: dict[str, tuple[list[Term], list[Term], list[Term]]] = {
    "a sum": ([all_of(p), all_of(p + h), c.norm(p)], [all_of(h), all_of(o(u, u))], [all_of(u), all_of(p - q)]),
    "an entry": ([e.T @ p, e.T @ P @ p, e.T @ o(p, q)], [e.T @ h, e.T @ o(p, h)], [e.T @ w, e.T @ Q @ p]),
    "two places": ([(e.T @ p) * (f.T @ q)], [e.T @ c.diag(p) @ f, e.T @ P @ f], [e.T @ A @ p]),
    "a product": ([p.T @ q, p.T @ c.diag(q) @ p], [p.T @ h, h.T @ j, w.T @ c.diag(h) @ w], [p.T @ u, p.T @ S @ q]),
    "a form": ([w.T @ c.diag(p) @ w], [u.T @ c.diag(p) @ u, u.T @ c.diag(h) @ u], [u.T @ c.diag(w) @ u]),
    "an inverse": (
        [w.T @ inverse(c.diag(p)) @ w, c.trace(inverse(c.diag(p)))],
        [u.T @ inverse(c.diag(p)) @ u, u.T @ inverse(c.diag(h) + eps * eye) @ u],
        [u.T @ inverse(c.diag(w)) @ u, u.T @ inverse(c.diag(u) + eps * eye) @ u, w.T @ inverse(c.diag(u)) @ w],
    ),
    "a determinant": ([c.det(c.diag(p)), c.det(c.diag(h) + S)], [c.det(c.diag(h))], [c.det(c.diag(w))]),
    "an end": ([c.smallest_entry(p), c.largest_entry(p)], [c.smallest_entry(h)], [c.smallest_entry(u)]),
    "a trace": ([c.trace(c.diag(p))], [c.trace(c.diag(h)), c.trace(c.diag(h) @ S)], [c.trace(c.diag(u))]),
}


@pytest.mark.parametrize("name", SIGNS)
def test_a_sign_is_shown_of_what_has_it(name: str) -> None:
    positive, nonnegative, neither = SIGNS[name]
    for term in positive:
        assert order.positive(Context(), term), term
    for term in nonnegative:
        assert order.nonnegative(Context(), term, ()), term
        assert not order.positive(Context(), term), term
    for term in neither:
        assert not order.nonnegative(Context(), term, ()), term


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        (p, {Property.POSITIVE, Property.NONNEGATIVE, Property.NONZERO}),
        (h, {Property.NONNEGATIVE}),
        (w, {Property.NONZERO}),
        (p + h, {Property.POSITIVE, Property.NONNEGATIVE, Property.NONZERO}),
        (p - q, set()),
        (-p, {Property.NONZERO}),
        (a * p, set()),
        (a**2 * p, {Property.NONNEGATIVE}),
        (eps * p, {Property.POSITIVE, Property.NONNEGATIVE, Property.NONZERO}),
        (o(p, h), {Property.NONNEGATIVE}),
        (o(p, q), {Property.POSITIVE, Property.NONNEGATIVE, Property.NONZERO}),
        (e, {Property.NONNEGATIVE, Property.NONZERO}),
        (e + h, {Property.NONNEGATIVE}),
        (P @ p, {Property.POSITIVE, Property.NONNEGATIVE, Property.NONZERO}),
        (P @ e, {Property.NONNEGATIVE, Property.NONZERO}),
        (Q @ p, {Property.NONZERO}),
        (A @ p, set()),
        (0 * p, {Property.NONNEGATIVE}),
        (c.exp(u), {Property.POSITIVE, Property.NONNEGATIVE, Property.NONZERO}),
        (p @ (p.T @ q), {Property.POSITIVE, Property.NONNEGATIVE, Property.NONZERO}),
        (p @ (p.T @ u), set()),
        (c.stack(p, q), set()),  # not seen
    ],
    ids=lambda side: repr(side) if isinstance(side, Term) else str(len(side)),  # sets have no order
)
def test_what_is_shown_of_a_column(column: Term, shown: set[Property]) -> None:
    ctx = Context()
    form = normal_form(ctx, column)
    asked = (Property.POSITIVE, Property.NONNEGATIVE, Property.NONZERO)
    assert {prop for prop in asked if has_property(ctx, form, prop)} == shown


def test_the_reader_is_told_what_a_sign_rests_on() -> None:
    ctx = Context()
    assert order.positive(ctx, p.T @ q)
    assert ctx.used == {"p > 0", "q > 0"}
    ctx = Context()
    assert not order.nonnegative(ctx, one.T @ v, ())
    assert ctx.used == set()


def test_no_matrix_is_one() -> None:
    ctx = Context()
    assert not has_property(ctx, normal_form(ctx, c.exp(A)), Property.POSITIVE)
    assert not has_property(ctx, normal_form(ctx, c.exp(A)), Property.NONNEGATIVE)


# ---- declarations -------------------------------------------------------------------------------------------
def test_positive_says_the_rest() -> None:
    assert c.vector("p", n, positive=True, nonnegative=True, nonzero=True) == p
    assert c.vector("p", 1, positive=True) == c.positive("p")
    assert Property.POSITIVE not in c.vector("h", n, nonnegative=True, nonzero=True).properties


@pytest.mark.parametrize("prop", [Property.POSITIVE, Property.NONNEGATIVE, Property.NEGATIVE])
def test_matrices_and_random_columns_have_no_signs(prop: Property) -> None:
    with pytest.raises(ShapeError, match="cannot be declared"):
        Symbol("A", (n, n), frozenset({prop}))
    with pytest.raises(ShapeError, match="cannot be declared"):
        Symbol("x", (n, 1), frozenset({prop, Property.RANDOM}))


def test_a_derivative_is_taken_in_a_positive_column_and_not_in_a_nonnegative_one() -> None:
    assert answer(c.gradient(p.T @ log(p), p), log(p) + one) is Answer.EQUAL
    assert answer(c.hessian(p.T @ log(p), p), c.diag(o(rsqrt(p), rsqrt(p)))) is Answer.EQUAL
    assert answer(c.jacobian(root(p), p), HALF * c.diag(rsqrt(p))) is Answer.EQUAL
    assert answer(c.gradient(c.norm(p), p), p / c.norm(p)) is Answer.EQUAL
    with pytest.raises(c.CalculusError, match="cannot move in every direction"):
        c.gradient(all_of(h), h)


def test_a_direction_has_no_sign() -> None:
    """The differential of p o p - p'p p is linear in dp, whatever the signs of that are."""
    assert answer(c.gradient(all_of(o(p, p)) - p.T @ p, p), 0 * p) is Answer.EQUAL
    assert answer(c.gradient(abs(all_of(p) - all_of(q)), p, at=2 * q), one) is Answer.EQUAL
    assert answer(c.gradient(abs(all_of(p) - all_of(q)), p, at=q / 2), one) is not Answer.EQUAL
