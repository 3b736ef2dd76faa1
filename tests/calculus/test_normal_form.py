"""The normal form on statements whose truth is known: equal, different, and honestly undecided."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

import theory as c
from theory import Identity
from theory.terms import CalculusError, ShapeError
from theory.terms.rewrite import free_symbols
from verify.exact.deciding import decide as decide_at
from verify.exact.drawing import draw
from verify.proof.matrices import products
from verify.proof.matrices.definedness import obligations
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import PAIR_LIMIT, CannotDecide, Context, Form
from verify.proof.matrices.normal_form import Answer, add_rule, equal, has_row, normal_form
from verify.proof.matrices.powers import limit_pairs
from verify.proof.matrices.products import of_word
from verify.proof.matrices.unform import to_term

m, n = c.dimension("m"), c.dimension("n")
A, B, G = c.matrix("A", m), c.matrix("B", m), c.matrix("G", m, n)
M, S, Q = c.symmetric("M", m), c.positive_definite("S", m), c.projector("Q", m)
K, H = c.matrix("K", 2), c.matrix("H", 2)
u, v, g = c.vector("u", m), c.vector("v", m), c.vector("g", m)
w = c.vector("w", m, nonzero=True)
yhat = c.vector("yhat", m)
a, b, p, q, s = c.real("a"), c.real("b"), c.positive("p"), c.positive("q"), c.positive("sigma")
neg = c.negative("k")
z = c.vector("z", n)
x = c.random_vector("x", m)
phi, L = c.activation("phi"), c.scalar_field("L", m)
one = c.ones(m)
o, eye, top = c.hadamard, c.eye(m), c.largest_eigenvalue
R = c.orthogonal("R", m)
sizes = c.activation("abs")
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
    "an inverse from the left": (c.inverse(A) @ A @ B, B),
    "an inverse from the right": (B @ A @ c.inverse(A), B),
    "an inverse in the middle": (B @ A @ c.inverse(A) @ B, B @ B),
    "a transposed inverse from the left": (c.inverse(A).T @ A.T @ u, u),
    "a transposed inverse from the right": (u.T @ A.T @ c.inverse(A).T, u.T),
    "the inverse of a transpose": (c.inverse(A.T), c.inverse(A).T),
    "the inverse of a sum with a number": (c.inverse(2 * A + B) @ (2 * A + B) @ u, u),
    "the inverse of a sum with a product": ((3 * A @ B + A) @ c.inverse(3 * A @ B + A) @ u, u),
    "the inverse of a sum with scalars": (c.inverse(p * S + A) @ A, c.eye(m) - p * c.inverse(p * S + A) @ S),
    "the inverses of two sums": (c.inverse(A + S) @ (A + S) @ c.inverse(B + S) @ (B + S), c.eye(m)),
    "the inverse of a sum with the identity": (c.inverse(p * A + c.eye(m)) @ u, c.inverse(c.eye(m) + A * p) @ u),
    "the inverse of the inverse of a sum": (c.inverse(c.inverse(A + S)) @ u, c.inverse(c.inverse(S + A)) @ u),
    "the inverse of a number": (c.inverse(2 * a * p), 1 / (a * p) / 2),
    "the inverse of a sum of numbers": (c.inverse(a + b), 1 / (b + a)),
    "a symmetric entrywise product": (c.hadamard(M, S).T @ u, c.hadamard(S, M) @ u),
    "an entrywise product of unlike shape": (c.hadamard(G.T, G.T @ A.T) @ u, c.hadamard(A @ G, G).T @ u),
    "the inverse of a sum of multiples": (c.inverse(p * S + a * A), c.inverse(a * A + S * p)),
    "a symmetric inverse": (c.inverse(M).T, c.inverse(M)),
    "a symmetric inverse of a sum": (c.inverse(M + S).T @ u, c.inverse(S + M) @ u),
    "a symmetric Hessian": (L.hessian(u).T @ v, L.hessian(u) @ v),
    "the inverse of an inverse": (c.inverse(c.inverse(A)), A),
    "the inverse of a transposed inverse": (c.inverse(c.inverse(A).T), A.T),
    "the inverse of a product with a transpose": (c.inverse(A.T @ B), c.inverse(B) @ c.inverse(A).T),
    "the inverse of a number and a product": (c.inverse(2 * p * A @ B), c.inverse(B) @ c.inverse(A) / (2 * p)),
    "inverses inside each other": (A @ B @ c.inverse(A @ B), c.eye(m)),
    "a projector between others": (A @ Q @ Q @ B, A @ Q @ B),
    "a projector and its scalar": (u.T @ Q @ Q @ v, v.T @ Q @ u),
    "a scalar in the middle of a word": (A @ u @ v.T @ B @ g @ yhat.T @ M, (g.T @ B.T @ v) * A @ u @ yhat.T @ M),
    "unlike shapes": (G.T @ A @ G @ z, (A.T @ G).T @ G @ z),
    "a row of unlike shape": (2 * u.T @ G, (G.T @ u).T * 2),
    "a column of unlike shape": ((a * G) @ (z * b), b * a * (G @ z)),
    "a column times a number": (G @ z @ (u.T @ v), (v.T @ u) * G @ z),
    "matrices of a size and ones": (K @ H @ c.ones(2), (H.T @ K.T).T @ c.ones(2)),
    "two roots at once": (a * c.sqrt(c.number(6)) ** 2, 6 * a),
    "a root times a root": (a * c.sqrt(c.number(6)) * c.sqrt(c.number(6)), 6 * a),
    "an absolute value and a root at once": ((abs(a) * c.sqrt(p + q)) * (c.sqrt(p + q) * abs(a)), a**2 * (p + q)),
    "two scalars in a word": (u @ v.T @ A @ g @ w.T @ B @ v, (v.T @ A @ g) * (w.T @ B @ v) * u),
    "the ones across a dyad": (one @ one.T @ one @ one.T, m * one @ one.T),
    "a row times a dyad": (u.T @ v @ g.T, (v.T @ u) * g.T),
    "diagonals before a matrix": (c.diag(v) @ c.diag(u) @ A, c.diag(u) @ c.diag(v) @ A),
    "diagonals side by side, transposed": ((A @ c.diag(u) @ c.diag(v)).T, c.diag(u) @ c.diag(v) @ A.T),
    "diagonals behind a matrix": (A @ c.diag(v) @ c.diag(u), A @ c.diag(u) @ c.diag(v)),
    "three diagonals between matrices": (
        A @ c.diag(g) @ c.diag(v) @ c.diag(u) @ B,
        A @ c.diag(v) @ c.diag(u) @ c.diag(g) @ B,
    ),
    "diagonals around a matrix": (c.diag(v) @ A @ c.diag(u) @ B, c.diag(v) @ A @ c.diag(u) @ B),
    "a row on a diagonal": (u.T @ c.diag(v), v.T @ c.diag(u)),
    "a row of ones on a diagonal": (one.T @ c.diag(v) @ A, v.T @ A),
    "a row on two diagonals": (u.T @ c.diag(v) @ c.diag(g), g.T @ c.diag(u) @ c.diag(v)),
    "a column on two diagonals": (c.diag(v) @ c.diag(g) @ u, c.diag(u) @ c.diag(v) @ g),
    "a column of matrices on a diagonal": (c.diag(A @ u) @ B @ v, c.diag(B @ v) @ A @ u),
    "a diagonal of a diagonal": (c.diag(c.diag(u) @ v) @ g, c.diag(u) @ c.diag(g) @ v),
    "the ones on two diagonals": (c.diag(u) @ c.diag(v) @ one, c.hadamard(v, u)),
    "the ones alone on a diagonal": (c.diag(one) @ one, one),
    "a scalar on one diagonal": (u.T @ c.diag(v) @ g, g.T @ c.diag(u) @ v),
    "a scalar on two diagonals": (u.T @ c.diag(v) @ c.diag(g) @ yhat, yhat.T @ c.diag(g) @ c.diag(u) @ v),
    "a scalar of ones on diagonals": (one.T @ c.diag(u) @ c.diag(v) @ one, v.T @ u),
    "a scalar of ones on one diagonal": (one.T @ c.diag(u) @ one, u.T @ one),
    "a scalar with a matrix before its diagonal": (u.T @ A @ c.diag(v) @ g, v.T @ c.diag(A.T @ u) @ g),
    "a matrix times a column on a diagonal": (A @ c.diag(u) @ v, A @ c.diag(v) @ u),
    "trace of a diagonal and matrices": (c.trace(c.diag(u) @ A @ B), c.trace(B.T @ A.T @ c.diag(u))),
    "trace around a longer cycle": (c.trace(A @ B @ A @ M), c.trace(M @ A.T @ B.T @ A.T)),
    "trace of a sum with scalars": (c.trace(a * A + b * c.eye(m) + u @ v.T), a * c.trace(A) + b * m + u.T @ v),
    "a row entrywise": (c.hadamard(u.T, v.T), c.hadamard(v, u).T),
    "matrices entrywise": (c.hadamard(A, 2 * B), 2 * c.hadamard(B, A)),
    "a transposed entrywise product": (c.hadamard(A, B).T, c.hadamard(B.T, A.T)),
    "sums entrywise": (c.hadamard(a * A + B, M), a * c.hadamard(M, A) + c.hadamard(B, M)),
    "the identity entrywise with a dyad": (c.hadamard(c.eye(m), u @ v.T), c.diag(u) @ c.diag(v)),
    "a dyad of words entrywise": (c.hadamard(A @ u @ v.T @ B, G @ G.T), c.diag(A @ u) @ G @ G.T @ c.diag(B.T @ v)),
    "two dyads entrywise": (o(u @ z.T, (A @ v) @ (G.T @ u).T), o(u, A @ v) @ o(z, G.T @ u).T),
    "three dyads entrywise": (o(o(u @ v.T, v @ yhat.T), g @ u.T), o(o(u, v), g) @ o(o(v, yhat), u).T),
    "a dyad of unlike shape entrywise": (c.hadamard(u @ z.T, G), c.diag(u) @ G @ c.diag(z)),
    "three entrywise within a trace": (c.trace(A.T @ o(B, M)), c.trace(o(A, B).T @ M)),
    "the sum of an entrywise product": (one.T @ o(A, B) @ one, c.trace(A.T @ B)),
    "the sum of an entrywise product of unlike shape": (one.T @ o(G, A @ G) @ c.ones(n), c.trace(G.T @ A @ G)),
    "diagonals at both ends within a trace": (c.trace(c.diag(u) @ A @ c.diag(v)), c.trace(c.diag(v) @ c.diag(u) @ A)),
    "two diagonals within a trace": (c.trace(c.diag(u) @ A @ c.diag(v) @ B.T), u.T @ o(A, B) @ v),
    "an entrywise product in another order": (o(o(A, B), M), o(A, o(M, B))),
    "row sums of an entrywise product": (o(A, B) @ one, o(A @ B.T, eye) @ one),
    "column sums of one of unlike shape": (one.T @ o(G, A @ G), c.ones(n).T @ o(G.T @ A @ G, c.eye(n))),
    "a diagonal out of an entrywise product": (o(c.diag(u) @ A @ c.diag(v), B), c.diag(u) @ o(A, B) @ c.diag(v)),
    "two diagonals out of an entrywise product": (
        o(A @ c.diag(u) @ c.diag(v), B),
        o(A, B) @ c.diag(u) @ c.diag(v),
    ),
    "a diagonal from one part to another": (o(G @ c.diag(z), c.diag(u) @ A @ G), o(c.diag(u) @ G, A @ G @ c.diag(z))),
    "three parts and two columns": (u.T @ o(A, o(B, M)) @ v, c.trace(o(c.diag(u) @ A, B) @ c.diag(v) @ M)),
    "the diagonal of a product": (o(A @ c.diag(u) @ B, eye) @ one, o(A, B.T) @ u),
    "diagonals of matrices": (o(A, eye) @ o(B, eye), o(o(A, B), eye)),
    "the diagonal of a matrix commutes": (o(A, eye) @ c.diag(u), c.diag(u) @ o(A, eye)),
    "the trace of a diagonal": (c.trace(o(A, eye)), c.trace(A)),
    "a diagonal within a trace": (c.trace(o(A, eye) @ B), c.trace(A @ o(B, eye))),
    "the square of an entrywise product": (c.trace(o(A, B).T @ o(A, B)), c.trace(o(o(A, A), B).T @ B)),
    "diagonals behind a matrix and before a column": ((A @ c.diag(u)) @ v, (A @ c.diag(v)) @ u),
    "diagonals that stand apart": (
        u.T @ c.diag(v) @ A @ c.diag(g) @ yhat,
        yhat.T @ c.diag(g) @ A.T @ c.diag(v) @ u,
    ),
    "the largest eigenvalue of a shifted matrix": (top(p * M - a * eye), p * top(M) - a),
    "the largest eigenvalue of a multiple of I": (top(a * eye), a),
    "the largest eigenvalue of nothing": (top(M - M), c.zero()),
    "the largest eigenvalue of a dyad": (top(u @ u.T), u.T @ u),
    "the largest eigenvalue of a product with its transpose": (top(G.T @ G), top(G @ G.T)),
    "the largest eigenvalue of an even multiple": (top(a**2 * M), a**2 * top(M)),
    "the largest eigenvalue of a turned matrix": (top(R @ M @ R.T + R @ S @ R.T), top(M + S)),
    "the largest eigenvalue of a square": (top(S @ S), top(S) ** 2),
    "the largest eigenvalue of a square of a product": (top(G.T @ G @ G.T @ G), top(G @ G.T) ** 2),
    "the largest eigenvalue of an inverse": (top(c.inverse(S)), 1 / c.smallest_eigenvalue(S)),
    "the smallest eigenvalue of an inverse": (c.smallest_eigenvalue(c.inverse(S)), 1 / top(S)),
    "the largest eigenvalue of the inverse of a sum": (top(c.inverse(S + G @ G.T)), -1 / top(-S - G @ G.T)),
    "the operator norm of an orthogonal matrix": (c.operator_norm(R), c.number(1)),
    "the operator norm of a multiple": (c.operator_norm(a * A), abs(a) * c.operator_norm(A.T)),
    "functions of rows": (phi(u.T @ A), phi(A.T @ u).T),
    "absolute values": (abs(-2 * p * a**3 * neg / b), -2 * p * neg * abs(a) ** 3 / abs(b)),
    "an absolute value to an odd power": (abs(a) ** 3, a**2 * abs(a)),
    "an absolute value below": (abs(a) ** -3, a**-4 * abs(a)),
    "an absolute value of a sum to an odd power": (abs(a + b) ** 3, (a + b) ** 2 * abs(a + b)),
    "the absolute value of an absolute value": (abs(-abs(a)), abs(a)),
    "the absolute value of what is positive": (abs(p + a**2), p + a**2),
    "roots of fractions": (c.sqrt(c.number(Fraction(8, 27))), 2 * c.sqrt(c.number(6)) / 9),
    "a root of a large number": (c.sqrt(c.number(2**3 * 9973**2)), 2 * 9973 * c.sqrt(c.number(2))),
    "a third root": (c.number(16) ** Fraction(1, 3), 2 * c.number(2) ** Fraction(1, 3)),
    "a root squared": (c.sqrt(p + q) ** 2, p + q),
    "a root to the fifth": (c.sqrt(p + q) ** 5, (p + q) ** 2 * c.sqrt(p + q)),
    "a root below": (c.sqrt(p + q) / (p + q), (p + q) ** Fraction(-1, 2)),
    "a negative sum to a power": ((-p - q) ** -2, (p + q) ** -2),
    "a negative sum to an odd power": ((-p - q) ** -3, -((p + q) ** -3)),
    "content below": ((2 * a * p + 4 * a * q) ** -1, 1 / (2 * a * (p + 2 * q))),
    "content of the lowest power": ((a**2 * p + a**3) ** -2, a**-4 * (p + a) ** -2),
    "a root of content with a square": (c.sqrt(a**2 * p + a**2 * q), abs(a) * c.sqrt(p + q)),
    "denominators of two sums": (1 / (p + q) + 1 / (p + s), (2 * p + q + s) / ((p + q) * (p + s))),
    "a denominator squared": (1 / (p + q) ** 2 - 1 / (p + q), (1 - p - q) / (p + q) ** 2),
    "a root in a denominator": (1 / (1 + c.sqrt(p)) - 1, -c.sqrt(p) / (1 + c.sqrt(p))),
    "one over a product": (phi(1 / (a * b)), phi(1 / a / b)),
    "a negative to a power": (phi((-a) ** -2), phi(a**-2)),
    "a negative to an odd power": (phi((-a) ** -3), phi(-(a**-3))),
    "a negative's root": (abs(neg) ** Fraction(1, 2), c.sqrt(-neg)),
    "an absolute value's root": (c.sqrt(abs(a * b)), c.sqrt(abs(b)) * c.sqrt(abs(a))),
    "an even root of an even power": ((a**4) ** Fraction(1, 4), abs(a)),
    "an even root of a negative": ((neg**4) ** Fraction(1, 2), neg**2),
    "a power below that holds a quotient": (phi((1 / a + b) ** Fraction(-1, 2)), phi((b + 1 / a) ** Fraction(-1, 2))),
    "a third root of a square": ((a**2 * p) ** Fraction(1, 3), p ** Fraction(1, 3) * abs(a) ** Fraction(2, 3)),
    "a root of a root": ((q ** Fraction(1, 2)) ** Fraction(1, 2), q ** Fraction(1, 4)),
    "a sum that is not divided": (phi((a + b) / (a + b * p)), phi(b / (a + b * p) + a / (a + p * b))),
    "a numerator divided": (phi(p**2 / (p + q)), phi(p - p * q / (p + q))),
    "a numerator divided twice": (phi((p + q) ** 2 / (p + q)), phi(q + p)),
    "a numerator with its coefficient": (phi(3 * p / (2 * p + q)), phi(Fraction(3, 2) - 3 * q / (4 * p + 2 * q))),
    "hadamard commutes": (c.hadamard(u, v), c.hadamard(v, u)),
    "hadamard is diag": (c.hadamard(u, v), c.diag(u) @ v),
    "diag of ones": (c.diag(one), c.eye(m)),
    "diagonals commute": (c.diag(u) @ c.diag(v) @ g, c.diag(v) @ c.diag(u) @ g),
    "sum of an entrywise product": (one.T @ c.hadamard(u, v), u.T @ v),
    "hadamard with a dyad": (c.hadamard(u @ v.T, A), c.diag(u) @ A @ c.diag(v)),
    "rational functions": (p / (p + q) + q / (p + q), c.number(1)),
    "inside a function": (phi(p / (p + q) + q / (p + q)), phi(c.number(1))),
    "cross multiplication": (1 / (p + q) - 1 / (p + 2 * q), q / ((p + q) * (p + 2 * q))),
    "a determinant of 1 or -1 squared, beside others": (a * b * c.det(R) ** 2, a * b),
    "and its third power": (a * b * c.det(R) ** 3, a * b * c.det(R)),
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
    "the product of two sums in an inverse": (
        c.inverse((S + c.eye(m)) @ (S + 2 * c.eye(m))),
        c.inverse(S + 2 * c.eye(m)) @ c.inverse(S + c.eye(m)),
    ),
    "pushed through": (c.inverse(p * A @ B + c.eye(m)) @ A, A @ c.inverse(c.eye(m) + p * B @ A)),
    "pushed through, transposed": (A.T @ c.inverse(B.T @ A.T + S).T, A.T @ c.inverse(A @ B + S)),
    "Woodbury": (
        c.inverse(S + A @ B),
        c.inverse(S) - c.inverse(S) @ A @ c.inverse(c.eye(m) + B @ c.inverse(S) @ A) @ B @ c.inverse(S),
    ),
    "Sherman and Morrison": (
        c.inverse(S + u @ v.T),
        c.inverse(S) - c.inverse(S) @ u @ v.T @ c.inverse(S) / (1 + v.T @ c.inverse(S) @ u),
    ),
    "Sherman and Morrison within a number": (
        w.T @ c.inverse(p * c.eye(m) + u @ v.T) @ w,
        w.T @ w / p - (w.T @ u) * (v.T @ w) / (p**2 * (1 + v.T @ u / p)),
    ),
    "a leverage": (1 - u.T @ c.inverse(S + u @ u.T) @ u, 1 / (1 + u.T @ c.inverse(S) @ u)),
    "a squared leverage": (
        (u.T @ c.inverse(S + u @ u.T) @ v) ** 2 * w,
        (u.T @ c.inverse(S) @ v) ** 2 / (1 + u.T @ c.inverse(S) @ u) ** 2 * w,
    ),
    "exp of a sum of columns": (c.exp(u + v) @ w.T, c.hadamard(c.exp(u), c.exp(v)) @ w.T),
    "exp and its reciprocal": (A @ c.diag(c.exp(u)) @ c.diag(c.exp(-u)) @ B, A @ B),
    "exp of a column entrywise its reciprocal": (c.hadamard(c.exp(u), c.exp(-u)), one),
    "exp of two columns in a number": (c.exp(u).T @ c.exp(v), one.T @ c.exp(u + v)),
    "exp and its reciprocal in a number": (c.exp(u).T @ c.exp(-u), m),
    "exp, a column and exp": (c.exp(u).T @ c.diag(v) @ c.exp(2 * u), v.T @ c.exp(3 * u)),
    "the determinant of a multiple of I and a step": (
        c.det(p * c.eye(m) + u @ v.T),
        c.det(p * c.eye(m)) * (1 + v.T @ u / p),
    ),
    "the difference of two inverses": (c.inverse(A) - c.inverse(B), c.inverse(A) @ (B - A) @ c.inverse(B)),
    "the parallel sum": (c.inverse(c.inverse(A) + c.inverse(S)), A @ c.inverse(A + S) @ S),
    "the parallel sum the other way": (A @ c.inverse(A + S) @ S, S @ c.inverse(A + S) @ A),
    "a column under a sum and its parts": (
        c.inverse(A + S) @ u,
        c.inverse(A) @ u - c.inverse(A) @ c.inverse(c.inverse(S) + c.inverse(A)) @ c.inverse(A) @ u,
    ),
    "a diagonal of an entrywise product": (c.diag(c.hadamard(u, v)) @ A, c.diag(v) @ c.diag(u) @ A),
    "the column of one 1": (c.ones(1), c.number(1)),
    "one entry on a diagonal": (c.diag(a), a),
    "an entrywise product of numbers": (c.hadamard(a, b), a * b),
    "zero to the power zero": ((a - a) ** 0, c.number(1)),
    "E of a third power and a matrix": (c.E((x.T @ u) ** 3 * A @ B), c.E((x.T @ u) ** 3) * A @ B),
    "E of a third power and the identity": (c.E((x.T @ u) ** 3 * c.eye(m)), c.E((x.T @ u) ** 3) * c.eye(m)),
    "E of a third power and a column": (c.E((x.T @ u) ** 2 * A @ x), A @ c.E((x.T @ u) ** 2 * x)),
    "E of a third power and a row": (c.E((x.T @ u) ** 2 * x.T @ A), c.E((x.T @ u) ** 2 * x).T @ A),
    "E of a fourth power and a matrix": (c.E((x.T @ u) ** 2 * A @ x @ x.T @ B), A @ c.E((x.T @ u) ** 2 * x @ x.T) @ B),
    "E of a scalar and a matrix": (c.E(phi(x.T @ u) * A), c.E(phi(x.T @ u)) * A),
    "E of a scalar and the identity": (c.E(phi(x.T @ u) * c.eye(m)), c.E(phi(x.T @ u)) * c.eye(m)),
    "E of a matrix": (c.E(A + 0 * x @ x.T), A),
    "E of a column": (c.E(A @ x), A @ c.E(x)),
    "E of a row": (c.E(x.T @ A), c.E(x).T @ A),
    "E of a column with a weight": (c.E(phi(x.T @ u) * A @ x), A @ c.E(phi(x.T @ u) * x)),
    "E of a dyad": (c.E(A @ x @ x.T @ B), A @ c.E(x @ x.T) @ B),
    "E of a dyad on one side": (c.E(A @ x @ u.T), A @ c.E(x) @ u.T),
    "E of a dyad on the other side": (c.E(u @ x.T @ B), u @ c.E(x).T @ B),
    "E of a column times a scalar": (c.E((x.T @ u) * A @ x), A @ c.E(x @ x.T) @ u),
    "E of a row times a scalar": (c.E((u.T @ x) * x.T @ A), u.T @ c.E(x @ x.T) @ A),
    "E of a dyad times a scalar": (c.E((x.T @ A @ u) * B @ x @ v.T), B @ c.E(x @ x.T) @ A @ u @ v.T),
    "E of two scalars and a matrix": (c.E((x.T @ A @ u) * (v.T @ x) * B), (v.T @ c.E(x @ x.T) @ A @ u) * B),
    "E of a length in a metric": (c.E(a * c.norm_in(x, S)), a * c.E(c.norm_in(x, S))),
    "E of a square of a scalar": (c.E((x.T @ A @ u) ** 2), u.T @ A.T @ c.E(x @ x.T) @ A @ u),
    "E of a length": (c.E(x.T @ x), c.trace(c.E(x @ x.T))),
    "E of a squared length": (c.E(c.norm(x) ** 2), c.trace(c.E(x @ x.T))),
    "E of a squared length in a metric": (c.E(c.norm_in(x, S) ** 2), c.trace(S @ c.E(x @ x.T))),
    "E of a weighted quadratic form": (c.E(phi(a) * (x.T @ A @ x)), phi(a) * c.trace(A @ c.E(x @ x.T))),
    "E of a quadratic form with its weight": (
        c.E(phi(x.T @ u) * (x.T @ A @ x)),
        c.trace(A @ c.E(phi(x.T @ u) * x @ x.T)),
    ),
    "E of a quadratic form and a matrix": (c.E((x.T @ A @ x) * B), c.trace(A @ c.E(x @ x.T)) * B),
    "E of x on a diagonal": (c.E(c.diag(x) @ A + A @ B), c.E(c.diag(x) @ A) + A @ B),
    "E of what varies in a function's matrix": (c.E(a * A @ c.diag(x) @ B), a * c.E(A @ c.diag(x) @ B)),
    "E of one over a scalar": (c.E(a / (1 + (x.T @ u) ** 2)), a * c.E(1 / (1 + (u.T @ x) ** 2))),
    "nested E": (c.E(x.T @ u - c.E(x.T @ u)), c.zero()),
    "exp of what shares make together": (c.exp(p / (p + q) + q / (p + q)), c.exp(1)),
    "log of what shares make together": (c.log(2 + p / (p + q) + q / (p + q)), c.log(3)),
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
    "exp of each entry of a matrix of zeros": (c.exp(c.zero(m, m)) @ u, (one.T @ u) * one),
    "exp of the square of a logarithm": (c.exp(c.log(p) ** 2), p),
    "exp of a logarithm beside another number": (c.exp(a * c.log(p)), p),
    "a determinant without its sign, which is 1 of an orthogonal matrix": (abs(c.det(A)), c.number(1)),
    "a true identity outside the theory": (c.sqrt(p**2 + 2 * p * q + q**2), p + q),
    "a step of rank one to a singular matrix": (c.inverse(S - u @ u.T / (u.T @ c.inverse(S) @ u)) @ v, v),
    "a function of a general matrix": (phi(A).T, phi(A)),
    "an inverse of a general sum": (c.inverse(A + S).T, c.inverse(A + S)),
    "an inverse of a general matrix": (c.inverse(A).T, c.inverse(A)),
    "a moment that is not symmetric": (c.E(c.diag(x) @ A).T, c.E(c.diag(x) @ A)),
    "an entrywise product that is not symmetric": (c.hadamard(A, B).T, c.hadamard(A, B)),
    "a missing transpose beside an entrywise product": (c.trace(A.T @ o(B, M)), c.trace(A @ o(B, M))),
    "an entrywise product and a product": (o(A, B), A @ B),
    "the length of values of any function": (phi(u).T @ phi(u), u.T @ u),
    "the length of sizes of a sum": (sizes(u + v).T @ sizes(u + v), u.T @ u),
    "the length of sizes of a sum, by its other part": (sizes(u + v).T @ sizes(u + v), v.T @ v),
    "sizes of a matrix times themselves": (sizes(A).T @ sizes(A), A.T @ A),
    "exp and a matrix times exp, entrywise": (o(c.exp(u), A @ c.exp(v)), c.exp(u + A @ v)),
    "the largest eigenvalue of a multiple of any sign": (top(a * M), a * top(M)),
    "the largest eigenvalue of a negative": (top(-M), -top(M)),
    "the largest eigenvalue of a sum": (top(M + S), top(M) + top(S)),
    "the largest eigenvalue of a turn without its inverse": (top(R @ M @ R), top(M)),
    "the largest eigenvalue of a matrix between others": (top(A @ M @ A.T), top(M)),
    "the largest eigenvalue of a square of any sign": (top(M @ M), top(M) ** 2),
    "the largest eigenvalue of a turn beside what is not turned": (top(R @ M @ R.T + S), top(M + S)),
    "the largest eigenvalue of a turn beside a single matrix": (top(R @ M @ R.T + S), top(M + eye)),
    "the largest eigenvalue of two turns": (top(R @ M @ R.T + R.T @ S @ R), top(M + S)),
    "the largest eigenvalue of a multiple of an inverse": (top(a * c.inverse(S)), 1 / c.smallest_eigenvalue(S)),
    "the largest eigenvalue of a multiple of a square": (top(a * S @ S), top(S) ** 2),
    "the largest eigenvalue of inverses around a matrix": (top(c.inverse(S) @ M @ c.inverse(S)), 1 / -top(-S)),
    "the largest eigenvalue of an inverse of any sign": (top(c.inverse(M)), 1 / c.smallest_eigenvalue(M)),
    "the largest eigenvalue of a dyad of two": (top(u @ v.T), u.T @ v),
    "the largest eigenvalue of a negative dyad": (top(-u @ u.T), c.zero()),
    "the largest eigenvalue of a product and of its other order": (top(M @ S), top(S @ M)),
    "the diagonal of a product and a product of diagonals": (o(A @ B, eye), o(A, eye) @ o(B, eye)),
    "a diagonal on the other side": (o(c.diag(u) @ A, B), o(A, B) @ c.diag(u)),
    "a part that stands twice": (o(o(A, A), B), o(A, B)),
    "a matrix and its diagonal": (o(A, eye), A),
    "a root of what is not positive": (c.sqrt(-p), -c.sqrt(p)),
    "a fourth root of a negative's square": ((neg**2) ** Fraction(1, 4) * (neg**2) ** Fraction(1, 4), neg),
    "a root of an odd power": (c.sqrt(a**3), a * c.sqrt(abs(a))),
    "a root of two unknown signs": (c.sqrt(a * b), c.sqrt(abs(a)) * c.sqrt(abs(b))),
    "an absolute value of a sum": (abs(a + b), a + b),
    "two functions": (phi(p), phi(q)),
    "a root with its sign": (c.sqrt(a**2), a),
    "third moments of unlike scalars": (c.E((x.T @ u) ** 3), c.zero()),
    "a moment of a product of entries": (c.E(c.diag(x) @ A @ c.diag(x)), c.E(c.diag(x)) @ A @ c.E(c.diag(x))),
    "a third moment and its column": (c.E((x.T @ u) ** 2 * x), c.E((x.T @ u) ** 2) * c.E(x)),
    "a fourth moment and its matrix": (c.E((x.T @ u) ** 2 * x @ x.T), c.E((x.T @ u) ** 2) * c.E(x @ x.T)),
    "the mean of a quotient": (c.E((x.T @ v) / (x.T @ u)), v.T @ c.E(x)),
    "the mean of an inverse alone": (c.E(1 / (x.T @ u)), c.number(1)),
    "the mean of an inverse": (c.E(1 / (x.T @ u)), 1 / (c.E(x).T @ u)),
    "a weight and its column": (c.E(phi(x.T @ u) * x), c.E(phi(x.T @ u)) * c.E(x)),
    "a quadratic form in means": (c.E(x.T @ A @ x), c.E(x).T @ A @ c.E(x)),
    "exp of two shares of different wholes": (c.exp(p / (p + q) + q / (p + 2 * q)), c.exp(1)),
    "log of a share beside another": (c.log(2 + p / (p + q) - q / (p + q)), c.log(3)),
    "a quadratic form that turns round": (c.E(phi(x.T @ u) * (x.T @ A @ c.diag(x) @ v)), c.zero()),
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


@pytest.mark.parametrize("term", [c.det(R) ** 2, abs(c.det(R)), c.det(R) ** 3 / c.det(R)])
def test_that_a_matrix_is_orthogonal_is_reported_where_its_determinant_is_1_or_minus_1(term):
    ctx = Context()
    assert normal_form(ctx, term).terms == {((), ()): 1}
    assert ctx.used == {"R orthogonal"}


def test_what_was_used_is_reported():
    ctx = Context()
    add_rule(ctx, "1'yhat = 0", one.T @ yhat, c.zero())
    assert equal(one.T @ yhat, c.zero(), ctx) is Answer.EQUAL
    assert ctx.used == {"1'yhat = 0"}
    ctx = Context()
    add_rule(ctx, "ab = q", a * b, q)
    assert equal(Q @ Q * (a * b), q * Q, ctx) is Answer.EQUAL
    assert ctx.used == {"Q is a projector", "ab = q"}
    assert normal_form(ctx, a * p * b) == normal_form(ctx, q * p)
    ctx = Context()
    add_rule(ctx, "A B = M", A @ B, M)
    assert equal(S @ A @ B, S @ M, ctx) is Answer.EQUAL
    assert ctx.used == {"A B = M"}
    ctx = Context()
    assert equal(c.inverse(A + S) @ (A + S) @ c.inverse(A) @ A, c.eye(m), ctx) is Answer.EQUAL
    assert not ctx.used
    assert equal(R @ R.T @ A, A, ctx) is Answer.EQUAL
    assert ctx.used == {"R orthogonal"}
    ctx = Context()
    e = c.basis_vector("e", m)
    assert equal(e.T @ e + e.T @ A @ v, e.T @ A @ v + 1, ctx) is Answer.EQUAL
    assert ctx.used == {"e a standard basis vector"}


def test_the_square_of_a_root_is_a_whole_power_in_a_rewrite():
    assert decide(a * p, q, [(a * c.sqrt(p) ** 2, q)]) is Answer.EQUAL


def test_a_product_of_sums_is_multiplied_out_up_to_a_limit_of_pairs():
    def of(terms):
        return Form((1, 1), {(((i, 1),), ()): 1 for i in range(terms)})

    most = PAIR_LIMIT // 100
    limit_pairs(of(100), of(most))
    for pair in ((of(100), of(most + 1)), (of(most), of(101))):
        with pytest.raises(CannotDecide, match="too large to expand"):
            limit_pairs(*pair)


def test_rewrites_that_go_in_a_circle_are_stopped():
    ctx = Context()
    add_rule(ctx, "grows", A @ u, A @ A @ u)
    with pytest.raises(CannotDecide, match="may go in a circle"):
        normal_form(ctx, A @ u)


def test_a_node_that_the_normal_form_does_not_know_is_refused():
    unknown = c.terms.Limit(a, c.terms.Symbol("b", bound=1), a)
    assert has_row(a)
    assert not has_row(unknown)
    with pytest.raises(CannotDecide, match="has no row for Limit"):
        normal_form(Context(), unknown)


def test_inverses_that_are_not_all_cleared_away_show_nothing():
    letters = [c.invertible(f"G{i}", m) for i in range(6)]
    total = c.terms.add(*(c.inverse(A + letter) for letter in letters))
    assert equal(total, A) is not Answer.EQUAL


@pytest.mark.parametrize("name", ["sin", "Gamma"])
def test_a_function_of_numbers_is_no_logarithm(name):
    with pytest.raises(CannotDecide, match=f"has no row for {name}"):
        normal_form(Context(), c.terms.Special(name, (p,)))


def test_nothing_is_taken_out_of_a_logarithm_of_each_entry_of_a_matrix():
    assert len(normal_form(Context(), c.log(4 * c.exp(G))).terms) == 1


def test_the_absolute_value_of_nothing_is_0():
    for nothing in (0 * u, 0 * u.T, 0 * A, a - a):
        assert equal(sizes(nothing), nothing) is Answer.EQUAL


@pytest.mark.parametrize(
    "body", [c.hadamard(A, c.diag(x) @ B), c.hadamard(c.diag(x) @ B, A), phi(x), c.diag(x), 1 / (x.T @ x)]
)
def test_what_varies_stays_under_its_mean(body):
    assert decide(c.E(body), body) is not Answer.EQUAL


def test_a_word_is_cut_wherever_it_is_a_number():
    ctx = Context()
    factors = [normal_form(ctx, x) for x in (u, v.T, g, w.T, yhat)]
    word = tuple(number for form in factors for _, piece in form.terms for number in piece)
    assert of_word(ctx, (m, 1), word).terms == normal_form(ctx, (v.T @ g) * (w.T @ yhat) * u).terms


def test_a_product_of_long_sums_is_not_multiplied_out():
    long = c.terms.add(*(c.real(f"a{i}") for i in range(224)))
    with pytest.raises(CannotDecide, match="a product of sums of 224 and 224 terms is too large"):
        normal_form(Context(), long * (long + 0))


def test_scalar_rewrites_that_go_in_a_circle_are_stopped():
    ctx = Context()
    add_rule(ctx, "grows", a * b, a * b * p)
    with pytest.raises(CannotDecide, match="may go in a circle"):
        normal_form(ctx, a * b)


def test_what_is_random_does_not_stand_alone():
    with pytest.raises(CannotDecide, match="random outside an expectation"):
        normal_form(Context(), c.define("f", (u,), x.T @ u)(v))
    assert decide(c.define("g", (u,), c.E(x.T @ u))(v), c.zero()) is Answer.UNKNOWN


@pytest.mark.parametrize("exponent", [Fraction(-1), Fraction(-1, 2)])
def test_nothing_is_zero_to_a_negative_power(exponent):
    with pytest.raises(CannotDecide, match="0 to a negative power"):
        normal_form(Context(), (a - a) ** exponent)


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
    found = {(str(o), repr(o.term)) for o in obligations(term, Context(differentiate=carry_out))}
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


@pytest.mark.parametrize(
    "side", [side for rows in (EQUAL, DIFFERENT, UNKNOWN) for row in rows.values() for side in row]
)
def test_a_normal_form_has_the_value_of_its_term(side):
    """By components, at a few instances: whatever both sides of a row make of it."""
    ctx = Context()
    form = normal_form(ctx, side)
    assert form.shape == side.shape
    claim = Identity(side, to_term(ctx, form))
    for seed, sizes in enumerate(({"m": 2, "n": 3}, {"m": 3, "n": 1})):
        instance = draw(claim, (), sizes, Random(seed))
        assert instance is None or decide_at(claim, (), instance).outcome != "different"


@pytest.mark.parametrize("name", EQUAL)
def test_a_normal_form_is_a_fixed_point(name):
    for side in EQUAL[name]:
        ctx = Context()
        form = normal_form(ctx, side)
        assert normal_form(ctx, to_term(ctx, form)).terms == form.terms


def test_ways_to_write_one_piece_that_come_round_end_in_the_first_of_them(monkeypatch):
    ctx = Context()
    (_, one), (_, other) = (next(iter(normal_form(ctx, term).terms)) for term in (u, v))
    monkeypatch.setattr(products, "simplify_piece", lambda _, word: {one: other, other: one}[word])
    assert of_word(ctx, (m, 1), one).terms == of_word(ctx, (m, 1), other).terms == {((), min(one, other)): 1}


def test_a_sum_on_the_left_is_turned_to_its_longest_word_and_to_nothing_else():
    """u + A v = g says A v = g - u, and neither that A v nor that u is 0 or g."""
    ctx = Context()
    add_rule(ctx, "turned", u + A @ v, g, turn=True)
    assert equal(A @ v, g - u, ctx) is Answer.EQUAL
    assert equal(B @ A @ v, B @ g - B @ u, ctx) is Answer.EQUAL
    for false in (g, -u, u - g, g + u, 2 * g - u, c.zero(m)):
        assert equal(A @ v, false, ctx) is not Answer.EQUAL
    ctx = Context()
    add_rule(ctx, "turned with a number", 2 * A @ v + u, 3 * g, turn=True)
    assert equal(2 * A @ v, 3 * g - u, ctx) is Answer.EQUAL
    assert equal(A @ v, 3 * g - u, ctx) is not Answer.EQUAL
    ctx = Context()
    add_rule(ctx, "turned numbers", a**2 * b + a * q, p, turn=True)
    assert equal(a**2 * b, p - a * q, ctx) is Answer.EQUAL


@pytest.mark.parametrize("left", [A @ v + B @ g, u + v, a * b + p * q])
def test_of_words_as_long_none_is_the_left_side(left):
    with pytest.raises(CannotDecide, match="its left side is a sum"):
        add_rule(Context(), "as long", left, yhat if left.shape == u.shape else s, turn=True)


def test_a_sum_is_turned_only_where_that_is_asked_for():
    with pytest.raises(CannotDecide, match="its left side is a sum"):
        add_rule(Context(), "not turned", u + A @ v, g)
    with pytest.raises(CannotDecide, match="its left side is a sum"):
        add_rule(Context(), "longest on the right", u + v, A @ g, turn=True)


def test_a_slope_is_a_column_and_a_curvature_symmetric():
    """What the derivatives of a field are, and what their transposes."""
    slope, curve = c.gradient(L(u), u), c.hessian(L(u), u)
    ctx = Context(differentiate=carry_out)
    assert equal(slope.T @ v, v.T @ slope, ctx) is Answer.EQUAL
    assert equal(slope @ v.T, (v @ slope.T).T, ctx) is Answer.EQUAL
    assert equal(slope @ v.T, v @ slope.T, ctx) is not Answer.EQUAL
    assert equal(curve @ v, curve.T @ v, ctx) is Answer.EQUAL
    assert equal(phi(A) @ v, phi(A).T @ v, ctx) is not Answer.EQUAL


def test_a_call_has_its_arguments_in_their_order():
    f = c.define("f", (u, v), A @ u - v)
    assert equal(f(u, v), f(v, u)) is not Answer.EQUAL
    assert equal(f(u + v, g), f(v + u, g)) is Answer.EQUAL
    square = c.define("times_A", (B,), A @ B)
    assert equal(square(M).T, square(M)) is not Answer.EQUAL
    random = c.define("r", (u,), u + x)
    with pytest.raises(CannotDecide, match="random outside an expectation"):
        normal_form(Context(), random(v))


Y, Z, t, y, h = c.matrix("Y", m), c.matrix("Z", m), c.steps("t"), c.real("y"), c.real("h")
DIFFERENCE = c.define("difference", (u, v), A @ u - v)


@pytest.mark.parametrize(
    "term",
    [
        DIFFERENCE(u, v), c.gradient(L(u), u, at=v), c.hessian(L(u), u, at=g), c.iterate(A @ Y + B, Y, M, t),
        c.iterate(c.inverse(A) @ Y, Y, eye, t), c.iterate(c.diag(u) @ Y, Y, eye, t),
        c.iterates({y: (a * y, 1), h: (h - y, b)}, t)[1],
    ],
    ids=repr,
)  # fmt: skip
def test_what_nothing_is_known_of_is_written_back_as_it_was(term):
    ctx = Context()
    assert to_term(ctx, normal_form(ctx, term)) == term


@pytest.mark.parametrize(
    "term",
    [
        c.iterate(A @ Y + B + 0 * (x @ x.T), Y, M, t),
        c.iterates({y: (a * y, 1), h: (h - y + 0 * (x.T @ x), b)}, t)[1],
    ],
    ids=repr,
)
def test_what_drops_out_of_a_step_is_not_written_back(term):
    ctx = Context()
    assert x in free_symbols(term)
    assert x not in free_symbols(to_term(ctx, normal_form(ctx, term)))
