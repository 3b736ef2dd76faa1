"""Terms as plain text: what a reader of a message sees."""

from __future__ import annotations

from fractions import Fraction

import pytest

import theory as c
from theory import raised
from theory.definitions.bn_unit import E, S, bn_unit, d, gamma, phi, w, x, z
from theory.terms.text import text

u, v, A = c.vector("u", d), c.vector("v", d), c.matrix("A", d)
a, b = c.real("a"), c.positive("b")


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (E(phi(z)), "E_x[phi(gamma * x' w / (w' S w)^(1/2))]"),
        (a / b, "a / b"),
        (-u, "-u"),
        (u - v, "u - v"),
        (u - 2 * v, "u - 2 * v"),
        (a * u / (2 * b), "a * u / (2 * b)"),
        ((a + b) * u, "(a + b) * u"),
        (1 / b, "1 / b"),
        (b ** Fraction(-3, 2), "1 / b^(3/2)"),
        ((a * b) ** 2, "(a * b)^2"),
        ((-a) ** 2, "(-a)^2"),
        (c.sqrt(a**2), "(a^2)^(1/2)"),
        (b / c.sqrt(a**2), "b / (a^2)^(1/2)"),
        (raised(b**2, a), "(b^2)^(a)"),
        (c.sqrt(b) ** 3, "b^(3/2)"),
        (A.T @ (u + v), "A' (u + v)"),
        ((A + c.eye(d)) @ u, "(A + I[d]) u"),
        (c.inverse(S) @ u, "S^-1 u"),
        (abs(a - b), "|a - b|"),
        (phi.second(a), "phi''(a)"),
        (c.hadamard(u, v), "u o v"),
        (c.gradient(bn_unit(w, gamma, c.zero()), w), "gradient_w[f_BN(w, gamma, 0)]"),
        (c.hessian(x.T @ w * (x.T @ w), w, at=u), "hessian_w~[x' w~ * x' w~](u)"),
        (c.number(Fraction(-1, 2)), "-1/2"),
    ],
    ids=str,
)
def test_text(term, expected):
    assert text(term) == expected
