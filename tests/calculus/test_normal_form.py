"""The normal form on statements whose truth is known: equal, different, and honestly undecided."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory import calculus as c
from theory.calculus.definedness import obligations
from theory.calculus.forms import CannotDecide, Context, Form
from theory.calculus.normal_form import Answer, add_rule, equal, normal_form
from theory.calculus.terms import CalculusError, ShapeError
from theory.calculus.unform import to_term

m, n = c.dimension("m"), c.dimension("n")
A, B, G = c.matrix("A", m), c.matrix("B", m), c.matrix("G", m, n)
M, S, Q = c.symmetric("M", m), c.positive_definite("S", m), c.projector("Q", m)
u, v, g = c.vector("u", m), c.vector("v", m), c.vector("g", m)
w = c.vector("w", m, nonzero=True)
yhat = c.vector("yhat", m)
a, b, p, q, s = c.real("a"), c.real("b"), c.positive("p"), c.positive("q"), c.positive("sigma")
neg = c.negative("k")
x = c.random_vector("x", m)
phi = c.activation("phi")
one = c.ones(m)
C = c.eye(m) - one @ one.T / m
BATCH = [(one.T @ yhat, c.zero()), (yhat.T @ yhat, m)]
P = C - yhat @ yhat.T / m


def decide(left, right, rules=(), **options):
    ctx = Context(**options)
    for name, (lhs, rhs) in enumerate(rules):
        add_rule(ctx, f"assumption {name}", lhs, rhs)
    return equal(left, right, ctx)


EQUAL = {
    "transposes": ((A @ B).T, B.T @ A.T),
    "a scalar is its transpose": (u.T @ A @ v, v.T @ A.T @ u),
    "symmetric": (u.T @ S @ v, v.T @ S @ u),
    "the order of scalars": (u @ (v.T @ A @ g), (g.T @ A.T @ v) * u),
    "trace is cyclic": (c.trace(A @ B @ M), c.trace(M @ A @ B)),
    "trace of a transpose": (c.trace(A @ B), c.trace(B.T @ A.T)),
    "trace of a dyad": (c.trace(u @ v.T), v.T @ u),
    "trace of the identity": (c.trace(c.eye(m)), m),
    "trace of a diagonal": (c.trace(c.diag(u)), one.T @ u),
    "trace of two diagonals": (c.trace(c.diag(u) @ c.diag(v)), v.T @ u),
    "trace of three diagonals": (c.trace(c.diag(u) @ c.diag(v) @ c.diag(g)), c.hadamard(u, g).T @ v),
    "ones": (one.T @ one, m),
    "inverse cancels": (S @ c.inverse(S) @ u, u),
    "inverse of a product": (c.inverse(S @ S), c.inverse(S) @ c.inverse(S)),
    "inverse of a multiple": (c.inverse(p * S), c.inverse(S) / p),
    "conjugation under a trace": (c.trace(S @ A @ c.inverse(S)), c.trace(A)),
    "projector": (Q @ Q @ Q, Q),
    "centring": (C @ C, C),
    "hadamard commutes": (c.hadamard(u, v), c.hadamard(v, u)),
    "hadamard is diag": (c.hadamard(u, v), c.diag(u) @ v),
    "diag of ones": (c.diag(one), c.eye(m)),
    "diagonals commute": (c.diag(u) @ c.diag(v) @ g, c.diag(v) @ c.diag(u) @ g),
    "sum of an entrywise product": (one.T @ c.hadamard(u, v), u.T @ v),
    "hadamard with a dyad": (c.hadamard(u @ v.T, A), c.diag(u) @ A @ c.diag(v)),
    "rational functions": (p / (p + q) + q / (p + q), c.number(1)),
    "inside a function": (phi(p / (p + q) + q / (p + q)), phi(c.number(1))),
    "cross multiplication": (1 / (p + q) - 1 / (p + 2 * q), q / ((p + q) * (p + 2 * q))),
    "root of a square": (c.sqrt(a**2), abs(a)),
    "root of a square of a negative": (c.sqrt(neg**2), -neg),
    "roots of numbers": (c.sqrt(c.number(8)) * c.sqrt(c.number(2)), c.number(4)),
    "rationalised": (1 / c.sqrt(c.number(2)), c.sqrt(c.number(2)) / 2),
    "powers add": (p ** Fraction(1, 2) * p ** Fraction(1, 3), p ** Fraction(5, 6)),
    "content leaves a root": (c.sqrt(p**2 * q + p**3), p * c.sqrt(q + p)),
    "absolute value of a product": (abs(a * p * b), p * abs(b) * abs(a)),
    "absolute value squared": (abs(a + b) ** 2, (a + b) ** 2),
    "absolute value of a difference": (abs(a - b), abs(b - a)),
    "E is linear": (c.E(2 * (x.T @ u) + a * (x.T @ v)), 2 * (c.E(x).T @ u) + a * (v.T @ c.E(x))),
    "E of a constant": (c.E(a * (x.T @ u) - a * (x.T @ u) + b), b),
    "second moments": (c.E((x.T @ u) * (x.T @ v)), u.T @ c.E(x @ x.T) @ v),
    "E of a quadratic form": (c.E(x.T @ A @ x), c.trace(A @ c.E(x @ x.T))),
    "weights leave E": (c.E(phi(x.T @ u) * (x.T @ v)), v.T @ c.E(phi(x.T @ u) * x)),
    "the inverse of a sum": (c.inverse(S + c.eye(m)) @ (S + c.eye(m)), c.eye(m)),
    "the inverse of a sum on the other side": ((p * c.eye(m) + S) @ c.inverse(S + p * c.eye(m)), c.eye(m)),
    "a sum around its inverse": (S @ c.inverse(A + S) @ A, S - S @ c.inverse(A + S) @ S),
    "the inverse of a transposed sum": ((A + S).T @ c.inverse(A + S).T @ u, u),
    "the column of one 1": (c.ones(1), c.number(1)),
    "one entry on a diagonal": (c.diag(a), a),
    "an entrywise product of numbers": (c.hadamard(a, b), a * b),
    "zero to the power zero": ((a - a) ** 0, c.number(1)),
    "nested E": (c.E(x.T @ u - c.E(x.T @ u)), c.zero()),
}


@pytest.mark.parametrize("name", EQUAL)
def test_equal(name):
    assert decide(*EQUAL[name]) is Answer.EQUAL


DIFFERENT = {
    "products do not commute": (A @ B, B @ A),
    "a missing transpose": (u.T @ A @ v, v.T @ A @ u),
    "trace of a product": (c.trace(A @ B), c.trace(A) * c.trace(B)),
    "trace of a product of diagonals": (c.trace(c.diag(u) @ c.diag(v)), (one.T @ u) * (one.T @ v)),
    "a wrong factor": (u.T @ v, 2 * (u.T @ v)),
    "general against symmetric": (A.T, A),
    "m for m^2": ((one.T @ u) ** 2, m * (u.T @ u)),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_different(name):
    assert decide(*DIFFERENT[name]) is Answer.DIFFERENT


UNKNOWN = {
    "a true identity outside the theory": (c.sqrt(p**2 + 2 * p * q + q**2), p + q),
    "the product of two sums in an inverse": (
        c.inverse((S + c.eye(m)) @ (S + 2 * c.eye(m))),
        c.inverse(S + 2 * c.eye(m)) @ c.inverse(S + c.eye(m)),
    ),
    "two functions": (phi(p), phi(q)),
    "a root with its sign": (c.sqrt(a**2), a),
    "third moments of unlike scalars": (c.E((x.T @ u) ** 3), c.zero()),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_unknown_is_neither_equal_nor_different(name):
    assert decide(*UNKNOWN[name]) is Answer.UNKNOWN


def test_batch_norm_projector_needs_both_assumptions():
    assert decide(P @ P, P, BATCH) is Answer.EQUAL
    assert decide(P @ P, P, BATCH[:1]) is Answer.UNKNOWN
    assert decide(P @ P, P, BATCH[1:]) is Answer.UNKNOWN


def test_theorem_4_1_holds_with_one_over_m_and_not_with_its_root():
    left = (a / s * P @ g).T @ (a / s * P @ g)
    true = a**2 / s**2 * (g.T @ g - (one.T @ g) ** 2 / m - (g.T @ yhat) ** 2 / m)
    false = a**2 / s**2 * (g.T @ g - (one.T @ g) ** 2 / m - (g.T @ yhat) ** 2 / c.sqrt(m))
    assert decide(left, true, BATCH) is Answer.EQUAL
    assert decide(left, false, BATCH) is Answer.UNKNOWN


def test_what_was_used_is_reported():
    ctx = Context()
    add_rule(ctx, "1'yhat = 0", one.T @ yhat, c.zero())
    assert equal(one.T @ yhat, c.zero(), ctx) is Answer.EQUAL
    assert ctx.used == {"1'yhat = 0"}


def test_rewrites_that_go_in_a_circle_are_stopped():
    ctx = Context()
    add_rule(ctx, "grows", A @ u, A @ A @ u)
    with pytest.raises(CannotDecide, match="may go in a circle"):
        normal_form(ctx, A @ u)


def test_a_sum_cannot_be_oriented():
    with pytest.raises(CannotDecide, match="its left side is a sum"):
        add_rule(Context(), "u + v = g", u + v, g)


CUBED = c.matrix("C", 2)  # Cayley-Hamilton: for 2 x 2 matrices this polynomial vanishes, though not as it is written


def test_different_is_shown_by_an_instance():
    term = CUBED @ CUBED - c.trace(CUBED) * CUBED + (c.trace(CUBED) ** 2 - c.trace(CUBED @ CUBED)) / 2 * c.eye(2)
    assert equal(term, c.zero(2, 2)) is Answer.UNKNOWN
    assert equal(term, c.eye(2)) is Answer.DIFFERENT


def test_a_word_is_inverted_factor_by_factor_only_if_each_is_square():
    X, n = c.matrix("X", m, c.dimension("n")), c.dimension("n")
    assert equal(X @ c.inverse(X.T @ X) @ X.T, c.eye(m)) is not Answer.EQUAL
    assert equal(c.inverse(X.T @ X) @ X.T @ X, c.eye(n)) is Answer.EQUAL
    assert equal(c.inverse(A @ B), c.inverse(B) @ c.inverse(A)) is Answer.EQUAL


def test_a_rewrite_of_a_multiple_of_the_identity_is_refused():
    with pytest.raises(c.CalculusError, match="no rewrite"):
        add_rule(Context(), "H", c.trace(A) * c.eye(m), A)


def test_no_float_is_a_coefficient():
    with pytest.raises(TypeError, match="a coefficient is an int or a Fraction"):
        Form((1, 1), {((), ()): 1.0})


def test_obligations_are_those_of_the_term_as_it_stands():
    y = c.real("y")
    h = c.define("h", (y,), c.sqrt(y**2))
    term = h(1 / a) + c.derivative(b, b, at=c.sqrt(p) / c.sqrt(b))
    found = {(str(o), repr(o.term)) for o in obligations(term, Context(differentiate=True))}
    assert {("nonzero", "a"), ("nonnegative", "b"), ("nonzero", "b")} <= found


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: G @ A, "inner dimensions n and m differ"),
        (lambda: u @ v, "inner dimensions 1 and m differ"),
        (lambda: u + G, "cannot add"),
        (lambda: u * v, "needs a scalar on one side"),
        (lambda: c.trace(G), "square matrix"),
        (lambda: c.inverse(G), "square matrix"),
        (lambda: c.hadamard(u, one.T), "one shape"),
        (lambda: c.diag(G), "needs a column"),
        (lambda: u**2, "needs a scalar base"),
        (lambda: abs(u), "abs needs a scalar"),
    ],
)
def test_shape_errors_name_both_shapes_where_the_term_is_built(build, message):
    with pytest.raises(ShapeError, match=message):
        build()


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: 0.5 * u, "exact scalar"),
        (lambda: bool(u), "no truth value"),
        (lambda: phi.derivative(3, a), "declared 2 times differentiable"),
        (lambda: c.E(u), "exactly one random vector"),
        (lambda: c.gradient(u.T @ v, x), "a derivative is taken in a plain symbol"),
        (lambda: "u" @ u, "expected a term"),
        (lambda: c.define("f", (a,), u.T @ v), "does not occur in the body"),
    ],
)
def test_other_mistakes_teach(build, message):
    with pytest.raises(CalculusError, match=message):
        build()


@pytest.mark.parametrize("name", EQUAL)
def test_a_normal_form_is_a_fixed_point(name):
    for side in EQUAL[name]:
        ctx = Context()
        form = normal_form(ctx, side)
        assert normal_form(ctx, to_term(ctx, form)).terms == form.terms
