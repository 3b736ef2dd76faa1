"""Matrices of blocks and Kronecker products that are called definite, semidefinite or invertible are so at instances.

Random ones of declared and general matrices, most of which are none of these; what is claimed is looked at in floating
point, where the instances are in small whole numbers.
"""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

import theory as c
from tests.calculus.test_composites import NAMES, C, a, m, n, p, u, x
from theory import Identity, blocks, eye, inverse, kron, ones, zero
from theory.terms import Dimension, Property, Term
from verify.exact.assumptions import scope_of
from verify.exact.balls import Balls
from verify.exact.components import evaluate
from verify.exact.drawing import draw
from verify.exact.instances import Instance
from verify.proof.matrices import order
from verify.proof.matrices.definedness import first_undefined
from verify.proof.matrices.forms import CannotDecide, Context
from verify.proof.matrices.normal_form import normal_form
from verify.proof.matrices.properties import has_property

A, S, P = (NAMES[m, m][i] for i in (0, 1, 3))
D, R, Q = NAMES[n, n][:3]
[B] = NAMES[m, n]
T, G = c.positive_definite("T", n), c.positive_semidefinite("G", m)
ON_THE_DIAGONAL: dict[Dimension, list[Term]] = {
    m: [S, P, G, eye(m), A.T @ A, A + A.T, u @ u.T, -S, a * eye(m), p * S, B @ inverse(T) @ B.T, zero(m, m)],
    n: [R, T, eye(n), D.T @ D, C @ C.T, x @ x.T, -T, B.T @ inverse(S) @ B, T + B.T @ inverse(S) @ B, zero(n, n), Q],
}
BESIDE = [B, C.T, zero(m, n), u @ x.T, S @ B, A @ B, ones(m) @ ones(n).T]


def a_matrix(coins: Random) -> Term:
    def square(size: Dimension) -> Term:
        found = coins.choice(ON_THE_DIAGONAL[size])
        return found + coins.choice(ON_THE_DIAGONAL[size]) if coins.random() < 0.4 else found

    if coins.random() < 0.4:
        product = kron(square(m), square(n))
        return product + kron(square(m), eye(n)) if coins.random() < 0.3 else product
    beside = coins.choice(BESIDE)
    below = beside.T if coins.random() < 0.75 else coins.choice([C, zero(n, m)])
    made = blocks([[square(m), beside], [below, square(n)]])
    made = made + coins.choice([a, p, 1]) * eye(m + n) if coins.random() < 0.2 else made
    return inverse(made) if coins.random() < 0.2 else made


def numbers(term: Term, instance: Instance) -> np.ndarray:
    with Balls(128, {}).active():
        table = evaluate(term, scope_of(instance, {}, 128))
    return np.array([[float(entry) for entry in row] for row in table])


@pytest.mark.parametrize("part", range(4))
def test_what_is_called_definite_is_so(part: int) -> None:
    called = 0
    for seed in range(100 * part, 100 * part + 100):
        term, ctx = a_matrix(Random(f"signs of blocks {seed}")), Context()
        try:
            if first_undefined(term, ctx, []) is not None:
                continue
            form = normal_form(ctx, term)
            semidefinite = order.semidefinite(ctx, term, [])
            definite = has_property(ctx, form, Property.POSITIVE_DEFINITE)
            invertible = has_property(ctx, form, Property.INVERTIBLE)
        except CannotDecide:
            continue
        called += semidefinite or definite or invertible
        for draws in range(4 if semidefinite or definite or invertible else 0):
            coins = Random(f"{seed} {draws}")
            sizes = {"m": coins.randint(1, 2), "n": coins.randint(1, 3)}
            instance = draw(Identity(term, term), (), sizes, coins)
            if instance is None:
                continue
            table = numbers(term, instance)
            size, least = np.abs(table).max(), np.linalg.eigvalsh((table + table.T) / 2)[0]
            if semidefinite or definite:
                assert np.abs(table - table.T).max() <= 1e-9 * size, term
                assert least >= -1e-8 * size, term
            assert not definite or least > 0, term
            assert not invertible or np.linalg.matrix_rank(table) == len(table), term
    assert called > 15
