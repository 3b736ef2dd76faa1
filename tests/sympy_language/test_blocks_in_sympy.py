"""Blocks, Kronecker products and stacked columns as SymPy has them, and back; and in the second deriver."""

from __future__ import annotations

from random import Random

import pytest
import sympy as sp

from tests.calculus.test_composites import SIZES, a_term
from theory import blocks, dimension, eye, from_sympy, kron, matrix, stack, to_sympy, vec, vector, zero
from theory.sympy import Vec
from theory.terms import CalculusError
from theory.terms.rewrite import free_symbols
from theory.terms.size_arithmetic import number_of
from verify.by_sympy.at_sizes import Entries
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal, normal_form
from verify.proof.matrices.unform import to_term

m, n = dimension("m"), dimension("n")
A, B, C, D = matrix("A", m), matrix("B", m, n), matrix("C", n, m), matrix("D", n)
u, x = vector("u", m), vector("x", n)
M, N = sp.symbols("m n", integer=True, positive=True)
a, b, c, d = (
    sp.MatrixSymbol("A", M, M),
    sp.MatrixSymbol("B", M, N),
    sp.MatrixSymbol("C", N, M),
    sp.MatrixSymbol("D", N, N),
)


@pytest.mark.parametrize("seed", range(60))
def test_a_term_comes_back(seed: int) -> None:
    coins = Random(f"blocks in sympy {seed}")
    term = a_term(coins, coins.choice(SIZES), coins.choice(SIZES), 2)
    again = from_sympy(to_sympy(term))
    assert again == term or equal(again, term) is Answer.EQUAL


def test_what_sympy_has_a_class_for_is_read() -> None:
    assert from_sympy(sp.BlockMatrix([[a, b], [c, d]])) == blocks([[A, B], [C, D]])
    assert from_sympy(sp.KroneckerProduct(a, d)) == kron(A, D)
    assert from_sympy(sp.BlockMatrix([[sp.Identity(M)], [sp.ZeroMatrix(N, M)]])) == stack(eye(m), zero(n, m))
    assert from_sympy(sp.Identity(M + 2 * N)) == eye(m + 2 * n)
    assert from_sympy(sp.Identity(M * N**2)) == eye(m * n * n)
    assert from_sympy(Vec(b)) == vec(B)
    assert to_sympy(vec(B)).shape == (M * N, 1)
    assert to_sympy(kron(A, B)).shape == (M**2, M * N)


def test_a_size_that_may_not_be_one_is_refused() -> None:
    with pytest.raises(CalculusError, match="a sum of products"):
        from_sympy(sp.Identity(M - 1))


@pytest.mark.parametrize("seed", range(40))
def test_the_second_deriver_has_the_same_entries(seed: int) -> None:
    """At sizes of one's own the words of a term and those of its normal form are one table of SymPy's symbols."""
    coins = Random(f"entries in sympy {seed}")
    rows, columns = coins.choice(SIZES), coins.choice(SIZES)
    term = a_term(coins, rows, columns, 2)
    sizes = {"m": 2, "n": 3}
    if any(symbol.properties - {*dimension("m").properties} for symbol in free_symbols(term)):
        return  # what is declared of a symbol is solved for elsewhere
    ctx = Context()
    one, other = (Entries((), sizes).value(side, {}) for side in (term, to_term(ctx, normal_form(ctx, term))))
    assert (len(one), len(one[0])) == (number_of(rows, sizes), number_of(columns, sizes))
    assert all(
        sp.expand(p - q) == 0 for left, right in zip(one, other, strict=True) for p, q in zip(left, right, strict=True)
    )
