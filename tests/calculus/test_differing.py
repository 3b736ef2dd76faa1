"""Two terms are said to differ only where an instance shows it, and every instance is one."""

from __future__ import annotations

from fractions import Fraction

import pytest

import theory as c
from verify.proof.matrices.differing import TRIES, Instance, differs
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import Answer, equal, normal_form

m, n = c.dimension("m"), c.dimension("n")
A, B, G = c.matrix("A", m), c.matrix("B", m), c.matrix("G", m, n)
u, v, z = c.vector("u", m), c.vector("v", m), c.vector("z", n)
a, p, q = c.real("a"), c.positive("p"), c.positive("q")
x = c.random_vector("x", m)
one, I2 = c.ones(m), c.eye(2)
H, K, N = c.matrix("H", 2), c.symmetric("K", 2), c.projector("N", 2)
R, S, T = c.projector("R", m), c.symmetric("S", m), c.positive_definite("T", m)
g, h, k = c.vector("g", 2), c.vector("h", 2), c.ones(2)


def shown(term):
    ctx = Context()
    return differs(ctx, normal_form(ctx, term))


def gram(*columns):
    """The determinant of the inner products of three columns."""
    e = [[left.T @ right for right in columns] for left in columns]
    return sum(
        (
            sign * e[0][i] * e[1][j] * e[2][o]
            for i, j, o, sign in (
                (0, 1, 2, 1),
                (1, 2, 0, 1),
                (2, 0, 1, 1),
                (0, 2, 1, -1),
                (1, 0, 2, -1),
                (2, 1, 0, -1),
            )
        ),
        c.zero(),
    )


ODD = H - H.T  # of size 2: a multiple of J with J M J = M - tr(M) I for symmetric M
VANISHING = {
    "Cayley and Hamilton": H @ H - c.trace(H) * H + (c.trace(H) ** 2 - c.trace(H @ H)) / 2 * I2,
    "two by two and symmetric": ODD @ K @ ODD - c.trace(ODD @ ODD) / 2 * (c.trace(K) * I2 - K),
    "three columns of two entries": gram(g, h, H @ g),
    "three columns of two entries, one of them ones": gram(g, h, k),
    "over a product": gram(g, h, k) / (g.T @ h) ** 3,
    "over a trace": gram(g, h, k) / c.trace(H @ K),
    "a row": g.T @ (H @ H - c.trace(H) * H + (c.trace(H) ** 2 - c.trace(H @ H)) / 2 * I2).T,
}


@pytest.mark.parametrize("name", VANISHING)
def test_what_vanishes_at_its_size_alone_is_not_said_to_differ(name):
    assert equal(VANISHING[name], c.zero(*VANISHING[name].shape)) is Answer.UNKNOWN


THREE = c.matrix("H", 3)
DIFFERENT = {
    "Cayley and Hamilton of another size": THREE @ THREE
    - c.trace(THREE) * THREE
    + (c.trace(THREE) ** 2 - c.trace(THREE @ THREE)) / 2 * c.eye(3),
    "two by two and not symmetric": ODD @ H @ ODD - c.trace(ODD @ ODD) / 2 * (c.trace(H) * I2 - H),
    "one entry of many": H @ c.diag(c.zero(2)) + K - K.T + g @ h.T - h @ g.T,
    "a size for its square": m**2 - m * n,
    "a size of 2": m**2 - 2 * m,
    "a column of ones": one.T @ A @ one - c.trace(A),
    "a row of ones": one.T @ A - u.T,
    "unlike shapes": G @ z - u,
    "a transposed matrix of unlike shape": G.T @ u - z,
    "dyads": u @ z.T - G,
    "the identity": A - c.eye(m),
    "a power below": u / (u.T @ v) ** 2 - v / c.trace(A),
    "a fraction": p / 3 - q / 2,
    "a square of a root": c.sqrt(p) ** 2 - q,
    "symmetric": S @ A - A @ S,
    "definite": T - c.eye(m),
    "what is cancelled by more than itself": a * A - a * B,
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_does_not_vanish_is_shown(name):
    assert equal(DIFFERENT[name], c.zero(*DIFFERENT[name].shape)) is Answer.DIFFERENT


UNREAD = {
    "a projector": N @ H - H,
    "the trace of a projector": c.trace(N) * (c.trace(N) - 1) * (c.trace(N) - 2),
    "a projector of any size": u.T @ R @ v - u.T @ v,
    "a random vector": x.T @ u - v.T @ u,
    "a moment": c.E(x) - u,
    "the mean of a power": c.E((x.T @ u) ** 3) - a,
    "a root": c.sqrt(p) - q,
    "a root of a number": c.sqrt(c.number(2)) - 1,
    "a root beside a column": c.sqrt(p) * u - v,
    "an absolute value": abs(a) - a,
    "an inverse": c.inverse(A) - A,
    "an inverse within a number": u.T @ c.inverse(A) @ v - u.T @ v,
    "an inverse under a trace": c.trace(c.inverse(A)) - c.trace(A),
    "an entrywise product": c.hadamard(A, B) - A,
    "a diagonal": c.diag(u) - A,
    "a function": c.activation("phi")(u) - v,
}


@pytest.mark.parametrize("name", UNREAD)
def test_what_is_not_read_is_not_said_to_differ(name):
    assert not shown(UNREAD[name])
    assert equal(UNREAD[name], c.zero(*UNREAD[name].shape)) is Answer.UNKNOWN


def test_zero_does_not_differ():
    assert not shown(c.zero(m, n))
    assert not shown(u.T @ v - v.T @ u)


# ---- instances ----------------------------------------------------------------------------------------------
def test_an_instance_keeps_its_values():
    one, again, other = (Instance(Context(), seed) for seed in (0, 0, 1))
    assert one.symbol(G) == one.symbol(G) == again.symbol(G)
    assert one.symbol(G) != other.symbol(G)
    assert one.symbol(A) != one.symbol(B)


def test_entries_are_above_0():
    """So that no power below 0 of a product of them is undefined."""
    for seed in range(TRIES):
        instance = Instance(Context(), seed)
        for symbol in (a, p, c.negative("k"), A, G, S, T, u):
            assert all(type(e) is int and 1 <= e <= 9 for row in instance.symbol(symbol) for e in row)


def test_shapes_are_those_of_the_symbols():
    instance = Instance(Context(), 0)
    assert [instance.size(size) for size in (m, n, 7, m, c.dimension("k"), c.dimension("l"))] == [2, 3, 7, 2, 4, 2]
    assert instance.symbol(m) == [[2]]
    table = instance.symbol(G)
    assert (len(table), {len(row) for row in table}) == (2, {3})
    assert Instance(Context(), 1).size(m) == 3
    assert len({Instance(Context(), seed).size(m) for seed in range(TRIES)}) == 3


def test_entries_are_drawn_each_for_itself():
    for symbol in (c.matrix("A", 20), c.symmetric("S", 20)):
        table = Instance(Context(), 0).symbol(symbol)
        for line in (table[0], table[-1], [row[0] for row in table], [row[-1] for row in table]):
            assert len(set(line)) > 4
        assert {e for row in table for e in row} == set(range(1, 10))


def test_a_symmetric_symbol_is_symmetric():
    for seed in range(TRIES):
        table = Instance(Context(), seed).symbol(S)
        assert table == [list(row) for row in zip(*table, strict=True)]


def test_words_are_multiplied_out():
    ctx = Context()
    instance = Instance(ctx, 3)
    (rows, columns), table, column = (instance.size(m), instance.size(n)), instance.symbol(G), instance.symbol(z)

    def value(term):
        (((_, word), _),) = normal_form(ctx, term).terms.items()
        return instance.word(word)

    assert value(G) == table
    assert value(G.T) == [[table[i][j] for i in range(rows)] for j in range(columns)]
    assert value(G @ z) == [[sum(table[i][j] * column[j][0] for j in range(columns))] for i in range(rows)]
    assert value(c.matrix("r", 1, n).T) == [[e] for e in instance.symbol(c.matrix("r", 1, n))[0]]
    assert value(one @ z.T) == [[column[j][0] for j in range(columns)]] * rows
    (((monomial, _), _),) = normal_form(ctx, (one.T @ G @ z) ** 2 / m).terms.items()
    total = sum(map(sum, value(G @ z)))
    assert instance.scalar(monomial, 3) == Fraction(3 * total**2, rows)
    (((monomial, _), _),) = normal_form(ctx, c.trace(G @ G.T)).terms.items()
    assert instance.scalar(monomial, Fraction(1, 2)) == Fraction(sum(e * e for row in table for e in row), 2)
