"""Normal laws that tests share, and what is true of their moments, with what is nearly true."""

from __future__ import annotations

import theory as c
from theory import gaussian
from theory.terms import Term

d, m = c.dimension("d"), c.dimension("m")
A, B, C = c.matrix("A", d), c.matrix("B", d), c.matrix("C", m, d)
H, K = c.symmetric("H", d), c.symmetric("K", d)
S, T = c.positive_semidefinite("S", d), c.positive_semidefinite("T", d)
a, b, mu = c.vector("a", d), c.vector("b", d), c.vector("mu", d)
x, y = c.random_vector("x", d), c.random_vector("y", d)
z, center, variance = c.random_vector("z", 1), c.real("center"), c.nonnegative("variance")
phi, s = c.activation("phi"), c.real("s")
CENTRED, SHIFTED = gaussian(x, mean=0, covariance=S), gaussian(x, mean=mu, covariance=S)
WHITE, OTHER = gaussian(x, mean=0, covariance=c.eye(d)), gaussian(y, mean=0, covariance=T)
NUMBER = gaussian(z, mean=center, covariance=variance)
tr = c.trace


def E(term: Term) -> Term:
    return c.E(term, x)


def q(matrix: Term, column: Term = x) -> Term:
    return column.T @ matrix @ column


TRUE = {
    "mean": (E(x), mu, SHIFTED),
    "second moment": (E(x @ x.T), S + mu @ mu.T, SHIFTED),
    "covariance": (E((x - mu) @ (x - mu).T), S, SHIFTED),
    "a form": (E(q(A)), tr(A @ S) + q(A, mu), SHIFTED),
    "two forms": (E(q(A) * q(B)), tr(A @ S) * tr(B @ S) + tr(A @ S @ B @ S) + tr(A @ S @ B.T @ S), CENTRED),
    "two symmetric forms": (E(q(H) * q(K)), tr(H @ S) * tr(K @ S) + 2 * tr(H @ S @ K @ S), CENTRED),
    "a square that is shifted": (
        E(q(H) ** 2) - E(q(H)) ** 2,
        2 * tr(H @ S @ H @ S) + 4 * mu.T @ H @ S @ H @ mu,
        SHIFTED,
    ),
    "|x|^4": (E((x.T @ x) ** 2), d**2 + 2 * d, WHITE),
    "s^2 I": (E((x.T @ x) ** 2), (d**2 + 2 * d) * s**4, gaussian(x, mean=0, covariance=s**2 * c.eye(d))),
    "x x'A x x'": (E(x @ x.T @ A @ x @ x.T), S @ (A + A.T) @ S + tr(A @ S) * S, CENTRED),
    "x x'A x": (E(x @ x.T @ A @ x), (q(A, mu) + tr(A @ S)) * mu + S @ (A + A.T) @ mu, SHIFTED),
    "(a'x)^3 C x": (E((a.T @ x) ** 3 * (C @ x)), 3 * q(S, a) * C @ S @ a, CENTRED),
    "a row": (E((a.T @ x) * (b.T @ x) * x.T), (a.T @ S @ b + a.T @ mu * (b.T @ mu)) * mu.T
              + a.T @ mu * (b.T @ S) + b.T @ mu * (a.T @ S), SHIFTED),
    "a multiple of I": (E((a.T @ x) ** 2 * c.eye(m)), q(S, a) * c.eye(m), CENTRED),
    "odd": (E((a.T @ x) ** 3 * (b.T @ x) ** 2), c.zero(), CENTRED),
    "degree 6": (E((a.T @ x) ** 6), 15 * q(S, a) ** 3, CENTRED),
    "a singular law": (E((a.T @ x) ** 4), 3 * (a.T @ b) ** 4, gaussian(x, mean=0, covariance=b @ b.T)),
    "no law at all": (E((a.T @ x) ** 4), (a.T @ mu) ** 4, gaussian(x, mean=mu, covariance=c.zero(d, d))),
    "a number": (c.E(z**4, z), center**4 + 6 * center**2 * variance + 3 * variance**2, NUMBER),
    "a number six times": (
        c.E(z**6, z),
        center**6 + 15 * center**4 * variance + 45 * center**2 * variance**2 + 15 * variance**3,
        NUMBER,
    ),
    "a number and a column": (c.E(z**2 * a, z), (center**2 + variance) * a, NUMBER),
    "what does not vary": (E(phi(a.T @ b) * (a.T @ x) ** 4), 3 * phi(a.T @ b) * q(S, a) ** 2, CENTRED),
}  # fmt: skip
NEAR = {  # beside the true one above that has the same name
    "two forms": tr(A @ S) * tr(B @ S) + 2 * tr(A @ S @ B @ S),
    "two symmetric forms": tr(H @ S) * tr(K @ S) + 3 * tr(H @ S @ K @ S),
    "second moment": S,
    "a form": tr(A @ S),
    "a square that is shifted": 2 * tr(H @ S @ H @ S),
    "|x|^4": d**2 + d,
    "x x'A x x'": 2 * S @ A @ S + tr(A @ S) * S,
    "x x'A x": q(A, mu) * mu + S @ (A + A.T) @ mu,
    "(a'x)^3 C x": q(S, a) * C @ S @ a,
    "a number": center**4 + 3 * variance**2,
    "a singular law": (a.T @ b) ** 4,
    "degree 6": 14 * q(S, a) ** 3,
}


NO_POLYNOMIALS = [  # and what a reader may take their means for
    (E(x.T @ phi(x)), c.zero()),
    (E(phi(x)), c.zero(d)),
    (E(phi(x) @ x.T), c.zero(d, d)),
    (E(a.T @ x * phi(x)), c.zero(d)),
    (E(c.norm(x)), c.zero()),
    (E(phi(a.T @ x)), phi(c.zero())),
    (E(phi(a.T @ x) * q(A)), tr(A @ S) * E(phi(a.T @ x))),
    (E(phi(a.T @ x) * x), S @ a * E(phi.prime(a.T @ x))),  # Stein's lemma, which asks for more of phi
    (E((a.T @ x) ** 2 * abs(b.T @ x)), q(S, a) * E(abs(b.T @ x))),
    (E(c.sqrt(1 + x.T @ x)), c.sqrt(1 + tr(S))),
    (E((1 + x.T @ x) ** -1), (1 + tr(S)) ** -1),
]
