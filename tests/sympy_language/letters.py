"""SymPy symbols that the tests of the language share, plain and declared."""

from __future__ import annotations

import sympy as sp

import theory as c
from theory.sympy import (
    declare,
    nonzero,
    permutation,
    positive_definite,
    projector,
    random,
    smooth,
    symmetric,
)

d = sp.Symbol("d", integer=True, positive=True)
m = sp.Symbol("m", integer=True, positive=True)
gamma, t = sp.Symbol("gamma", real=True), sp.Symbol("t", real=True)
p = sp.Symbol("p", positive=True)
i, j = sp.symbols("i j", integer=True)
A, B, X = sp.MatrixSymbol("A", d, d), sp.MatrixSymbol("B", d, d), sp.MatrixSymbol("X", m, d)
u, v, y = sp.MatrixSymbol("u", d, 1), sp.MatrixSymbol("v", d, 1), sp.MatrixSymbol("y", m, 1)
S, Q, T, M, w, x = declare(
    {
        sp.MatrixSymbol("S", d, d): positive_definite,
        sp.MatrixSymbol("Q", d, d): projector,
        sp.MatrixSymbol("T", d, d): permutation,
        sp.MatrixSymbol("M", d, d): symmetric,
        sp.MatrixSymbol("w", d, 1): nonzero,
        sp.MatrixSymbol("x", d, 1): random,
    }
)
phi = declare({sp.Function("phi"): smooth(3)})
L = sp.Function("L")
one_d, one_m = sp.OneMatrix(d, 1), sp.OneMatrix(m, 1)


class Own:
    """The same in the calculus."""

    d, m = c.dimension("d"), c.dimension("m")
    gamma, t, p = c.real("gamma"), c.real("t"), c.positive("p")
    A, B, X = c.matrix("A", d), c.matrix("B", d), c.matrix("X", m, d)
    u, v, y = c.vector("u", d), c.vector("v", d), c.vector("y", m)
    S, Q, M = c.positive_definite("S", d), c.projector("Q", d), c.symmetric("M", d)
    T = c.permutation("T", d)
    w, x = c.vector("w", d, nonzero=True), c.random_vector("x", d)
    phi = c.activation("phi", smoothness=3)
    L = c.scalar_field("L", d)
    one_d, one_m = c.ones(d), c.ones(m)
    e, f = c.basis_vector("e_i", d), c.basis_vector("e_j", d)
