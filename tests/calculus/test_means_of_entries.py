"""Means of entrywise products: E[u o v] is the diagonal of E[u v'], E[Diag(u) A Diag(v)] is E[u v'] o A.

Both sides of each rule, and random words of columns, diagonal matrices and matrices under E, which come to what their
normal form comes to at every instance that is drawn.
"""

from __future__ import annotations

from functools import reduce
from operator import matmul
from random import Random

import pytest

from tests.soundness.random_terms import apart, instance_of, value
from theory import (
    E,
    activation,
    diag,
    dimension,
    exp,
    eye,
    hadamard,
    kron,
    matrix,
    ones,
    random_vector,
    real,
    sqrt,
    trace,
    vec,
    vector,
)
from theory.terms import Term
from theory.terms.text import text
from verify.proof.matrices.forms import CannotDecide, Context
from verify.proof.matrices.normal_form import Answer, add_rule, equal, normal_form
from verify.proof.matrices.unform import to_term

n = dimension("n")
x, u, v, a = random_vector("x", n), vector("u", n), vector("v", n), real("a")
A, B, phi, one, o = matrix("A", n), matrix("B", n), activation("phi"), ones(n), hadamard
M = E(x @ x.T)


def diagonal(square: Term) -> Term:
    return o(square, eye(n)) @ one


RULES = {  # equal, and no longer so
    "squares": (E(o(x, x)), diagonal(M), M @ one),
    "a row": (E(o(x, x).T), diagonal(M).T, one.T @ M),
    "products with matrices": (E(o(A @ x, B @ x)), diagonal(A @ M @ B.T), diagonal(A @ B.T)),
    "of a function": (E(o(phi(x), x)), diagonal(E(phi(x) @ x.T)), E(phi(x))),
    "beside a number": (E((u.T @ x) * o(x, v)), o(M @ u, v), M @ o(u, v)),
    "in a number": (E(u.T @ o(x, x)), trace(diag(u) @ M), u.T @ M @ one),
    "two diagonal matrices": (E(diag(x) @ A @ diag(x)), o(M, A), M @ A),
    "of two columns": (E(diag(x) @ A @ diag(B @ x)), o(M @ B.T, A), o(B @ M, A)),
    "nothing between": (E(diag(x) @ diag(x)), diag(diagonal(M)), M),
    "three diagonal matrices": (E(diag(x) @ diag(phi(x)) @ diag(x)), diag(E(o(o(x, phi(x)), x))), diag(E(o(x, x)))),
    "a matrix among three": (
        E(diag(x) @ A @ diag(phi(x)) @ diag(x)),
        E(diag(x) @ A @ diag(o(x, phi(x)))),
        diag(E(o(x, A @ o(phi(x), x)))),
    ),
    "a matrix and a diagonal one between": (
        E(diag(x) @ diag(phi(x)) @ A @ diag(x)),
        E(diag(o(phi(x), x)) @ A @ diag(x)),
        diag(E(o(o(x, phi(x)), A @ x))),
    ),
    "beside others": (E(B @ diag(x) @ x), B @ diagonal(M), diagonal(B @ M)),
    "moved": (E(o(x - u, x - u)), diagonal(M) - 2 * o(E(x), u) + o(u, u), diagonal(M) - o(u, u)),
}


p = phi(x)
C, K = E(p @ p.T), E(p @ x.T)
RULES |= {
    "a number and a column": (E((u.T @ p) * p @ v.T), C @ u @ v.T, C @ v @ u.T),
    "a number and a row": (E((u.T @ p) * v @ p.T), v @ u.T @ C, u @ v.T @ C),
    "a number and a row alone": (E((u.T @ p) * p.T), u.T @ C, v.T @ C),
    "beside a quotient": (E((u.T @ p) / (v.T @ p) * p), E(1 / (v.T @ p) * p @ p.T) @ u, C @ u),
    "beside a root": (E((u.T @ p) * sqrt(exp(v.T @ p)) * p), E(sqrt(exp(v.T @ p)) * p @ p.T) @ u, C @ u),
    "stacked": (E(vec(diag(p) @ A)), vec(diag(E(p)) @ A), vec(A @ diag(E(p)))),
    "a row of what is stacked": (E(vec(diag(p) @ A).T), vec(diag(E(p)) @ A).T, vec(A @ diag(E(p))).T),
    "a trace": (trace(K @ A @ B), E(x.T @ A @ B @ p), E(p.T @ A @ B @ x)),
    "a trace around": (trace(A @ K @ B), E(x.T @ B @ A @ p), E(x.T @ A @ B @ p)),
    "a trace of the transpose": (trace(A @ K.T @ B), E(p.T @ B @ A @ x), E(x.T @ B @ A @ p)),
    "a trace beside a diagonal matrix": (trace(K @ diag(u) @ A), E(x.T @ diag(u) @ A @ p), E(p.T @ diag(u) @ A @ x)),
    "a trace beside an entrywise product": (trace(K @ o(A, B)), E(x.T @ o(A, B) @ p), E(p.T @ o(A, B) @ x)),
    "a trace of two": (trace(kron(A, K)), trace(A) * E(x.T @ p), trace(A) * E(x.T @ A @ p)),
    "a trace of both": (trace(kron(K, K)), E(x.T @ p) ** 2, E(x.T @ p)),
    "a trace of what is no dyad": (
        trace(E(diag(x) @ A @ diag(p) @ diag(x)) @ B),
        trace(B @ E(diag(x) @ A @ diag(p) @ diag(x))),
        trace(B.T @ E(diag(x) @ A @ diag(p) @ diag(x))),
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_a_mean_of_entries_is_a_diagonal(name: str) -> None:
    left, right, other = RULES[name]
    assert equal(left, right) is Answer.EQUAL
    assert equal(left, other) is not Answer.EQUAL
    same = different = 0
    for instance in (instance_of(left + right + other, seed) for seed in range(40)):
        if instance is not None:
            same += not apart(left, right, instance)
            different += apart(left, other, instance)
            assert not apart(left, right, instance)
    assert same > 5
    assert different > 0


def test_with_a_moment_that_is_assumed() -> None:
    context = Context()
    add_rule(context, "GIVEN", M, eye(n))
    assert equal(E(o(x, x)), one, context) is Answer.EQUAL
    assert equal(E(diag(x) @ A @ diag(x)), o(A, eye(n)), context) is Answer.EQUAL
    assert equal(E(o(x, x)), 2 * one, context) is not Answer.EQUAL


COLUMNS = [x, x, x, u, phi(x), A @ x, o(x, u), o(x, x), B @ phi(x), one, x + u]
SQUARES = [A, B, diag(x), diag(x), diag(u), diag(phi(x)), diag(A @ x), eye(n), x @ x.T, u @ x.T, diag(x + v)]
NUMBERS = [u.T @ x, x.T @ x, u.T @ phi(x), a, x.T @ A @ x]


def under_mean(coins: Random) -> Term:
    """E of one to three matrices and a column, a row, a number or a matrix at the end, beside a number now and then."""
    chain = reduce(matmul, [coins.choice(SQUARES) for _ in range(coins.randint(1, 3))])
    kind = coins.randrange(4)
    if kind < 2:
        chain = chain @ coins.choice(COLUMNS)
        chain = chain if kind == 0 else coins.choice(COLUMNS).T @ chain
    elif kind == 2:
        chain = coins.choice(COLUMNS).T @ chain
    return E((coins.choice(NUMBERS) * chain if coins.random() < 0.4 else chain), x)


@pytest.mark.parametrize("term", [
    E((u.T @ diag(p) @ A @ v) * x), E((u.T @ diag(p) @ A @ v) * p), E((u.T @ diag(p) @ A @ diag(p) @ v) * p.T),
    E((u.T @ p) * (u.T @ diag(p) @ A @ v) * p), E((u.T @ p) ** 3 * p), E((u.T @ p) * B @ p @ v.T @ A),
], ids=text)  # fmt: skip
def test_a_number_beside_what_varies_stays_beside_it(term: Term) -> None:
    form = to_term(context := Context(), normal_form(context, term))
    instances = [i for seed in range(20) if (i := instance_of(term + form, seed)) is not None]
    assert len(instances) > 5
    assert not any(apart(term, form, instance) for instance in instances)


@pytest.mark.parametrize("part", range(4))
def test_a_normal_form_comes_to_the_same(part: int) -> None:
    compared = 0
    for seed in range(150 * part, 150 * part + 150):
        term = under_mean(Random(f"means of entries {seed}"))
        try:
            form = to_term(context := Context(), normal_form(context, term))
        except CannotDecide:
            continue
        for instance in (instance_of(term + form, 3 * seed + i) for i in range(3)):
            if instance is not None and "unknown" not in (value(term, instance), value(form, instance)):
                compared += 1
                assert not apart(term, form, instance), text(term)
    assert compared > 50
