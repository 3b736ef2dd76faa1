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

W, f, tanh = c.matrix("W", m, d), c.scalar_field("f", d), c.activation("tanh")
s = a.T @ x
BY_PARTS = {  # with the functions that Stein's identity is cited of
    "a number": (E(phi(s) * x), E(phi.prime(s)) * (S @ a), CENTRED, [phi(s)]),
    "a mean": (E(phi(s) * x), E(phi(s)) * mu + E(phi.prime(s)) * (S @ a), SHIFTED, [phi(s)]),
    "less the mean": (E(phi(s) * (x - mu)), E(phi.prime(s)) * (S @ a), SHIFTED, [phi(s)]),
    "an inner product": (E(phi(s) * (b.T @ x)), b.T @ S @ a * E(phi.prime(s)), CENTRED, [phi(s)]),
    "white": (E(phi(s) * x), E(phi.prime(s)) * a, WHITE, [phi(s)]),
    "a singular law": (
        E(phi(s) * x), E(phi.prime(s)) * (b.T @ a) * b, gaussian(x, mean=0, covariance=b @ b.T), [phi(s)],
    ),
    "a field": (E(f(x) * x), S @ E(f.gradient(x)), CENTRED, [f(x)]),
    "a slope": (E(f.gradient(x) @ x.T), E(f.hessian(x)) @ S, CENTRED, [f.gradient(x)]),
    "a layer": (E(phi(W @ x) @ x.T), E(c.diag(phi.prime(W @ x))) @ W @ S, CENTRED, [phi(W @ x)]),
    "its transpose": (E(x @ phi(W @ x).T), S @ W.T @ E(c.diag(phi.prime(W @ x))), CENTRED, [phi(W @ x)]),
    "twice": (
        E(phi(s) * x @ x.T), E(phi(s)) * S + E(phi.second(s)) * S @ a @ a.T @ S, CENTRED, [phi(s) * x, phi.prime(s)],
    ),
    "a square": (
        E(phi(s) * q(A)), E(phi(s)) * tr(A @ S) + E(phi.second(s)) * (a.T @ S @ A @ S @ a), CENTRED,
        [phi(s) * x, phi.prime(s)],
    ),
    "of the length": (
        E(phi(x.T @ x) * (x.T @ x)), d * E(phi(x.T @ x)) + 2 * E(phi.prime(x.T @ x) * (x.T @ x)), WHITE,
        [phi(x.T @ x) * x],
    ),
    "an inner product with a slope": (E(x.T @ f.gradient(x)), tr(S @ E(f.hessian(x))), CENTRED, [f.gradient(x)]),
    "with a mean": (
        E(x.T @ f.gradient(x)), mu.T @ E(f.gradient(x)) + tr(S @ E(f.hessian(x))), SHIFTED, [f.gradient(x)],
    ),
    "tanh": (E(tanh(s) * x), (1 - E(tanh(s) ** 2)) * (S @ a), CENTRED, [tanh(s)]),
    "a ratio": (E(x / (1 + s**2)), -2 * E(s / (1 + s**2) ** 2) * (S @ a), CENTRED, [1 / (1 + s**2)]),
    "of a number": (
        c.E(phi(z) * z, z), center * c.E(phi(z), z) + variance * c.E(phi.prime(z), z), NUMBER, [phi(z)],
    ),
}  # fmt: skip
NEARLY_BY_PARTS = {  # beside the true one above that has the same name
    "a number": E(phi(s)) * (S @ a),
    "a mean": E(phi.prime(s)) * (S @ a),
    "less the mean": E(phi.prime(s)) * a,
    "a field": E(f.gradient(x)),
    "a layer": E(c.diag(phi.prime(W @ x))) @ W,
    "an inner product with a slope": tr(E(f.hessian(x))),
    "with a mean": tr(S @ E(f.hessian(x))),
    "twice": E(phi(s)) * S + E(phi.second(s)) * S @ a @ a.T,
    "of the length": d * E(phi(x.T @ x)) + E(phi.prime(x.T @ x) * (x.T @ x)),
    "tanh": (1 + E(tanh(s) ** 2)) * (S @ a),
    "of a number": center * c.E(phi(z), z) + variance**2 * c.E(phi.prime(z), z),
}
