"""Recursions and powers as they are typed: read as what is printed, or refused at their place."""

from __future__ import annotations

import pytest

import theory as c
from theory.grammar.misread import MisreadError
from theory.grammar.stating import names_of, read, reread
from theory.terms.text import text

d, t, s = c.dimension("d"), c.steps("t"), c.steps("s")
A, w, u = c.matrix("A", d), c.vector("w", d), c.vector("u", d)
a, r = c.real("a"), c.real("r")

READ = {
    "A^t u": A**t @ u,
    "A^(t+1) u": A ** (t + 1) @ u,
    "iterate(w - A w, w, u, t)": c.iterate(w - A @ w, w, u, t),
    "iterate(w - A w, w, u, 2)": c.iterate(w - A @ w, w, u, 2),
    "iterate(w - A w, w, u, 0)": c.iterate(w - A @ w, w, u, 0),
    "iterate(w - A w, w, u, s+t)": c.iterate(w - A @ w, w, u, s + t),
    "iterate(w - v, w, u, A w, v, 0 u, t)": c.iterates(
        {w: (w - c.vector("v", d), u), c.vector("v", d): (A @ w, 0 * u)}, t
    )[0],
}


@pytest.mark.parametrize("written", READ)
def test_read(written):
    assert read(f"{written} = u").claim.left == READ[written]


@pytest.mark.parametrize(
    "term",
    [
        *READ.values(), (A**t).T @ A ** (s + t), c.inverse(A**t), c.sqrt(a**t), (a**t) ** 2, (a**s) ** t,
        c.iterate(r * r + a, r, a, t) ** t, (c.eye(d) - a * A) ** t, a ** (t + 1) * t,
        c.E(c.iterate(w + c.random_vector("x", d), w, u, t)),
        c.iterate(c.iterate(w - A @ w, w, w, s) + u, w, u, t),
    ],
    ids=text,
)  # fmt: skip
def test_what_is_printed_is_read_as_that_term(term):
    assert reread(text(term), names_of([term]), term.shape) == term


@pytest.mark.parametrize(
    ("written", "options", "why"),
    [
        ("iterate(detach(w) + w, w, u, t) = u", {}, "nothing is detached"),
        ("iterate(2 w, w, a, 3 w, w, b, t) = a", {}, "another of w"),
        ("iterate(w, w, u) = u", {}, "3 arguments"),
        ("iterate(w, 2 w, u, t) = u", {}, "a name that stands for what is iterated"),
        ("iterate(w, w, A, t) = u", {}, "a start of the shape of w"),
        ("iterate(A, w, u, t) = u", {}, "a step of the shape of w"),
        ("iterate(w, w, u, w) = u", {}, "a scalar as a number of steps"),
        ("iterate(w, w, u, r) = u", {"let": ["r: scalar"]}, "a number of steps"),
        ("iterate(w, w, u, t) = w", {"let": ["w: nonzero"]}, "nothing is declared"),
        ("A^r = A", {"let": ["r: scalar"]}, "a number of steps"),
        ("x = y", {"let": ["x: t; t: steps"]}, "the size of nothing"),
    ],
)
def test_refused(written, options, why):
    with pytest.raises(MisreadError, match=why):
        read(written, **options)
