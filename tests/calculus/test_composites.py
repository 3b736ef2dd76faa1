"""Blocks, Kronecker products and stacked columns: the normal form against components, on random terms of all shapes.

The generator makes terms of a shape from terms of others: a size m + n is cut or stacked, a size m n is a Kronecker
product's or a stacked matrix's. Each rule is held on both sides of its side condition further down.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import theory as c
from theory import Identity, beside, blocks, det, eye, inverse, kron, ones, stack, trace, vec, zero
from theory.terms import CalculusError, Dimension, ShapeError, Size, Term
from theory.terms.size_arithmetic import minus, number_of, plus, times
from verify.exact.deciding import decide
from verify.exact.drawing import draw
from verify.proof.matrices import blocks as by_blocks
from verify.proof.matrices import order
from verify.proof.matrices.differential import carry_out
from verify.proof.matrices.forms import CannotDecide, Context
from verify.proof.matrices.kinds import Inverse
from verify.proof.matrices.normal_form import Answer, equal, normal_form
from verify.proof.matrices.properties import has_property
from verify.proof.matrices.unform import to_term

m, n = c.dimension("m"), c.dimension("n")
NAMES: dict[tuple[Dimension, Dimension], list[Term]] = {
    (1, 1): [c.real("a"), c.positive("p"), c.number(2), c.number(Fraction(-1, 2))],
    (m, 1): [c.vector("u", m), c.vector("v", m)],
    (n, 1): [c.vector("x", n), c.vector("y", n)],
    (m, m): [c.matrix("A", m), c.positive_definite("S", m), c.invertible("V", m), c.projector("P", m), eye(m)],
    (n, n): [c.matrix("D", n), c.symmetric("R", n), c.orthogonal("Q", n), c.permutation("T", n), eye(n)],
    (m, n): [c.matrix("B", m, n)],
    (n, m): [c.matrix("C", n, m)],
}
SUM, PRODUCT = plus(m, n), times(m, n)
SIZES: list[Dimension] = [1, m, n, SUM, PRODUCT]
PARTS = {SUM: (m, n), PRODUCT: (m, n)}


def a_term(coins: Random, rows: Dimension, columns: Dimension, depth: int) -> Term:
    """A random term of a shape."""
    leaves = _leaves(rows, columns)
    if depth > 0 and (coins.random() < 0.8 or not leaves):
        return coins.choice(_made(coins, rows, columns, depth - 1))()
    return coins.choice(leaves)() if leaves else zero(rows, columns)


def _leaves(rows: Dimension, columns: Dimension) -> list[Callable[[], Term]]:
    found = [lambda term=term: term for term in NAMES.get((rows, columns), [])]  # type: ignore[misc]
    found += [lambda term=term: term.T for term in NAMES.get((columns, rows), [])]  # type: ignore[misc]
    if rows == columns != 1:
        found.append(lambda: eye(rows))
    if columns == 1 != rows:
        found.append(lambda: ones(rows))
    if rows != 1 and columns != 1:
        found.append(lambda: ones(rows) @ ones(columns).T)
    return found


def _made(coins: Random, rows: Dimension, columns: Dimension, depth: int) -> list[Callable[[], Term]]:
    def some(a: Dimension, b: Dimension) -> Term:
        return a_term(coins, a, b, depth)

    def through() -> Term:
        inner = coins.choice(SIZES)
        return some(rows, inner) @ some(inner, columns)

    ways = [
        lambda: some(rows, columns) + some(rows, columns),
        lambda: some(1, 1) * some(rows, columns),
        lambda: some(columns, rows).T,
        through,
    ]
    if rows == SUM:
        ways.append(lambda: stack(some(m, columns), some(n, columns)))
        if columns == SUM:
            ways += [lambda: blocks([[some(m, m), some(m, n)], [some(n, m), some(n, n)]])] * 3
    if columns == SUM:
        ways.append(lambda: beside(some(rows, m), some(rows, n)))
    if rows == PRODUCT:
        first, second = coins.choice([(m, n), (n, m)])
        left, right = coins.choice([(1, columns), (columns, 1)] if columns != PRODUCT else [(m, n), (n, m)])
        ways += [lambda: kron(some(first, left), some(second, right))] * 3
        if columns == 1:
            ways += [lambda: vec(some(first, second))] * 3
    if rows == columns == 1:
        size = coins.choice(SIZES[1:])
        ways += [lambda: trace(some(size, size)), lambda: det(some(m, m))]

        def extreme() -> Term:
            square = some(size, size)
            return c.largest_eigenvalue(coins.choice([square + square.T, square.T @ square]))

        ways.append(extreme)
    if rows == columns and rows in (m, n, SUM):
        ways.append(lambda: c.hadamard(some(rows, columns), some(rows, columns)))
    return ways


def agrees(left: Term, right: Term, seed: int) -> bool:
    claim = Identity(left, right)
    coins = Random(seed)
    instance = draw(claim, (), {"m": coins.randint(1, 2), "n": coins.randint(1, 3)}, coins)
    return instance is None or decide(claim, (), instance).outcome != "different"


quick = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
shapes = st.tuples(st.sampled_from(SIZES), st.sampled_from(SIZES))


@given(shape=shapes, seed=st.integers(0, 2**30))
@quick
def test_a_term_and_its_normal_form_have_one_value(shape: tuple[Dimension, Dimension], seed: int) -> None:
    term = a_term(Random(seed), *shape, 3)
    ctx = Context()
    try:
        again = to_term(ctx, normal_form(ctx, term))
    except CannotDecide:
        return
    assert again.shape == term.shape
    assert agrees(term, again, seed)


def assert_carried_out(derivative: c.Term, seed: int) -> None:
    """Assert that a derivative and what the calculus makes of it have one value, where it can make anything of it."""
    ctx = Context(differentiate=carry_out)
    try:
        carried_out = to_term(ctx, normal_form(ctx, derivative))
    except (CannotDecide, CalculusError):
        return
    assert agrees(derivative, carried_out, seed)


@given(
    seed=st.integers(0, 2**30), variable=st.sampled_from([*NAMES[m, 1], *NAMES[m, n], NAMES[m, m][0], NAMES[1, 1][0]])
)
@quick
def test_a_gradient_and_its_jet_have_one_value(seed: int, variable: c.Term) -> None:
    derivative = c.gradient(a_term(Random(seed), 1, 1, 3), variable)  # type: ignore[arg-type]
    assert_carried_out(derivative, seed)


@given(seed=st.integers(0, 2**30), rows=st.sampled_from(SIZES[1:]))
@quick
def test_a_jacobian_and_its_jet_have_one_value(seed: int, rows: Dimension) -> None:
    derivative = c.jacobian(a_term(Random(seed), rows, 1, 3), NAMES[m, 1][0])  # type: ignore[arg-type]
    assert_carried_out(derivative, seed)


@given(shape=shapes, seed=st.integers(0, 2**30))
@quick
def test_two_ways_to_write_a_term_are_one(shape: tuple[Dimension, Dimension], seed: int) -> None:
    """What is called equal is: a term against another of its shape, mostly different, and against its double half."""
    one, other = a_term(Random(seed), *shape, 2), a_term(Random(seed + 1), *shape, 2)
    try:
        answer = equal(one, other)
    except CannotDecide:
        return
    if answer is Answer.EQUAL:
        assert all(agrees(one, other, seed + i) for i in range(4))
    if answer is Answer.DIFFERENT:
        assert any(not agrees(one, other, seed + i) for i in range(40))


# ---- each rule, on both sides of its side condition ---------------------------------------------------------
A, S, V, P, D, R, Q, B, C = (
    NAMES[m, m][0], NAMES[m, m][1], NAMES[m, m][2], NAMES[m, m][3], NAMES[n, n][0], NAMES[n, n][1], NAMES[n, n][2],
    NAMES[m, n][0], NAMES[n, m][0],
)  # fmt: skip
u, v, x, y, a, p = NAMES[m, 1][0], NAMES[m, 1][1], NAMES[n, 1][0], NAMES[n, 1][1], NAMES[1, 1][0], NAMES[1, 1][1]
W, T = c.invertible("W", n), c.positive_definite("T", n)
H, K = c.symmetric("H", m), inverse(kron(S, T) + eye(m * n))
M = blocks([[A, B], [C, D]])
E, F, LAST = c.stack(eye(m), zero(n, m)), c.stack(zero(m, n), eye(n)), c.stack(zero(m), c.number(1))

LARGEST = c.largest_eigenvalue

EQUAL = {
    "blocks times blocks": (M @ stack(u, x), stack(A @ u + B @ x, C @ u + D @ x)),
    "transposed": (M.T, blocks([[A.T, C.T], [B.T, D.T]])),
    "taken out": (E.T @ M @ F, B),
    "places that have nothing in common": (E.T @ F, zero(m, n)),
    "a place in a place": (stack(E @ u, x), stack(u, zero(n), x)),
    "a place out of a larger one": (stack(M, zero(n, m + n)).T @ stack(E, zero(n, m)), M.T @ E),
    "the projectors of all places": (E @ E.T + F @ F.T, eye(m + n)),
    "a number between a place and itself": (
        LAST @ x.T @ (y @ LAST.T + x @ ones(m + 1).T),
        (x.T @ y) * LAST @ LAST.T + (x.T @ x) * LAST @ ones(m + 1).T,
    ),
    "a place taken out of ones": (F.T @ ones(m + n), ones(n)),
    "ones of all places": (stack(ones(m), ones(n)), ones(n + m)),
    "a column beside a matrix": (beside(A, u) @ stack(v, a), A @ v + a * u),
    "the trace": (trace(M), trace(A) + trace(D)),
    "a determinant with a 0": (det(blocks([[A, B], [0, D]])), det(A) * det(D)),
    "a determinant with the other 0": (det(blocks([[A, 0], [C, D]])), det(A) * det(D)),
    "a determinant by the first block": (det(blocks([[V, B], [C, D]])), det(V) * det(D - C @ inverse(V) @ B)),
    "a determinant by the second block": (det(blocks([[A, B], [C, W]])), det(W) * det(A - B @ inverse(W) @ C)),
    "a bordered determinant": (det(blocks([[V, u], [v.T, a]])), det(V) * (a - v.T @ inverse(V) @ u)),
    "an inverse": (inverse(blocks([[V, B], [0, W]])) @ blocks([[V, B], [0, W]]), eye(m + n)),
    "its blocks": (
        inverse(blocks([[V, B], [0, W]])),
        blocks([[inverse(V), -inverse(V) @ B @ inverse(W)], [0, inverse(W)]]),
    ),
    "a swap": (blocks([[0, eye(m)], [eye(m), 0]]) @ stack(u, v), stack(v, u)),
    "mixed products": (kron(A, D) @ kron(B, C), kron(A @ B, D @ C)),
    "mixed products of three": (kron(kron(A, D), u) @ kron(V, W), kron(A @ V, kron(D @ W, u))),
    "a product with one part alone": (kron(A, x) @ B, kron(A @ B, x)),
    "products with columns and rows in them": (kron(u, D) @ kron(R, y.T), kron(kron(u, D @ R), y.T)),
    "a row before a column": (kron(x.T, A) @ kron(y, V), (x.T @ y) * A @ V),
    "a product transposed": (kron(A, B).T, kron(A.T, B.T)),
    "the trace of a product": (trace(kron(A, D)), trace(A) * trace(D)),
    "the inverse of a product": (inverse(kron(V, W)), kron(inverse(V), inverse(W))),
    "the inverse of a product within a number": (
        kron(u, x).T @ inverse(kron(V, W)) @ kron(v, y),
        (u.T @ inverse(V) @ v) * (x.T @ inverse(W) @ y),
    ),
    "the determinant of a product": (det(kron(A, D)), det(det(A) * eye(n)) * det(det(D) * eye(m))),
    "a column and a row": (kron(u, x.T), u @ x.T),
    "a row and a column": (kron(x.T, u), u @ x.T),
    "a number": (kron(A, a), a * A),
    "a column beside a dyad": (kron(u, x @ y.T), kron(u, x) @ y.T),
    "a row beside a dyad": (kron(u.T, x @ y.T), x @ kron(u, y).T),
    "ones": (kron(ones(m), ones(n)), ones(m * n)),
    "rows of ones": (kron(ones(m).T, ones(n).T), ones(m * n).T),
    "ones behind a column": (kron(u, D) @ ones(n), kron(u, D @ ones(n))),
    "a product of symmetric parts": (kron(S, R).T, kron(S, R)),
    "a product in a transposed one": (kron(A.T @ S, B.T).T @ kron(u, x), kron(S @ A @ u, B @ x)),
    "inverses side by side": (kron(V, W) @ kron(inverse(V), inverse(W)), eye(m * n)),
    "identities": (kron(eye(m), eye(n)), eye(m * n)),
    "ones in a product": (kron(A, D) @ ones(m * n), kron(A @ ones(m), D @ ones(n))),
    "dyads": (kron(u @ v.T, x @ y.T), kron(u, x) @ kron(v, y).T),
    "inner products": (kron(u, x).T @ kron(v, y), (u.T @ v) * (x.T @ y)),
    "stacked columns": (vec(A @ B @ D), kron(D.T, A) @ vec(B)),
    "stacked columns of a dyad": (vec(u @ x.T), kron(x, u)),
    "what comes to one column": (kron(x.T, A) @ vec(B), A @ B @ x),
    "what comes to one row": (kron(D, u.T) @ vec(B), D @ B.T @ u),
    "a product of stacked columns": (
        (vec(B) @ vec(B).T + eye(m * n)) @ vec(C.T),
        trace(B.T @ C.T) * vec(B) + vec(C.T),
    ),
    "stacked columns of the identity": (vec(eye(m)).T @ vec(A), trace(A)),
    "an inner product of matrices": (vec(B).T @ vec(C.T), trace(B.T @ C.T)),
    "the sum of all entries": (ones(m * n).T @ vec(B), ones(m).T @ B @ ones(n)),
    "what an entry of a form is": (kron(x, u).T @ vec(B), u.T @ B @ x),
    "a product behind another matrix": (K @ kron(A, D) @ kron(V, R), K @ kron(A @ V, D @ R)),
    "a vec behind another matrix": (
        (K @ kron(D, A) + K) @ vec(B),
        K @ vec(A @ B @ D.T) + K @ vec(B),
    ),
    "the largest eigenvalue of a product": (LARGEST(kron(S, T)), LARGEST(S) * LARGEST(T)),
    "of one with the identity": (LARGEST(-kron(R, eye(m))), LARGEST(-R)),
    "the operator norm of a product": (c.operator_norm(kron(B, D)), c.operator_norm(B) * c.operator_norm(D)),
    "Lyapunov's equation": ((kron(eye(m), A) + kron(A, eye(m))) @ vec(S), vec(A @ S + S @ A.T)),
}


@pytest.mark.parametrize("name", EQUAL)
def test_a_rule_holds(name: str) -> None:
    left, right = EQUAL[name]
    assert equal(left, right) is Answer.EQUAL
    assert all(agrees(left, right, seed) for seed in range(6))


DIFFERENT = {
    "a block transposed": (M, blocks([[A.T, B], [C, D]])),
    "a swapped product": (kron(A, D), kron(D, A)),
    "a number between a place and itself, lost": (
        LAST @ x.T @ (y @ LAST.T + x @ ones(m + 1).T),
        LAST @ LAST.T + (x.T @ x) * LAST @ ones(m + 1).T,
    ),
    "stacked rows": (vec(A), vec(A.T)),
    "a determinant without a 0": (det(M), det(A) * det(D)),
    "a determinant of parts of another size": (det(kron(A, D)), det(A) * det(D)),
    "a trace of parts": (trace(kron(B, C)), ones(m).T @ B @ C @ ones(m)),
    "a trace of three parts, of which two are not square": (trace(kron(A, kron(B, C))), trace(kron(A, kron(C, B)))),
    "a product in the wrong order": (kron(A, D) @ kron(S, R), kron(S @ A, R @ D)),
    "an inner product of matrices of other shapes": (vec(B).T @ vec(C), trace(B @ C)),
    "a vec with a transpose missing": (vec(A @ B @ D), kron(D, A) @ vec(B)),
    "the largest eigenvalue of a product of any two": (LARGEST(kron(R, A + A.T)), LARGEST(R) * LARGEST(A + A.T)),
    "the largest eigenvalue of a product of symmetric matrices": (LARGEST(kron(H, R)), LARGEST(H) * LARGEST(R)),
    "of one that is semidefinite and one that is not": (LARGEST(kron(S, R)), LARGEST(S) * LARGEST(R)),
    "of one around another matrix": (LARGEST(kron(H, eye(n)) @ K @ kron(H, eye(n))), LARGEST(H)),
    "the largest eigenvalue of a negative product": (LARGEST(-kron(S, T)), LARGEST(-S) * LARGEST(-T)),
    "ones taken out of a block": (E.T @ M @ ones(m + n), A @ ones(m)),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_is_no_rule_is_not_used(name: str) -> None:
    left, right = DIFFERENT[name]
    assert equal(left, right) is not Answer.EQUAL
    assert not all(agrees(left, right, seed) for seed in range(12))


def test_a_product_is_inverted_part_by_part_only_if_each_is_square() -> None:
    """One of other parts that is square has its inverse just where all of them are, and that stays what it is."""
    for parts in ([B, C], [A, B, C], [C, D, B]):
        ctx, term = Context(), reduce(kron, parts)
        (((_, word), _),) = normal_form(ctx, inverse(term)).terms.items()
        (inside,) = normal_form(ctx, term).terms
        assert [ctx.factors[number].what for number in word] == [Inverse(inside[1][0])]


def test_the_determinant_of_four_numbers_asks_for_nothing() -> None:
    a, b, d, e = (c.real(name) for name in "abde")
    v, y = NAMES[m, 1]
    two = blocks([[a, b], [d, e]])
    assert equal(det(two), a * e - b * d) is Answer.EQUAL
    assert equal(det(two), a * e - b * b) is not Answer.EQUAL
    assert equal(det(two), a * e + b * d) is not Answer.EQUAL
    assert equal(det(blocks([[b, a], [e, d]])), b * d - a * e) is Answer.EQUAL
    assert equal(det(blocks([[0 * a, b], [d, e]])), -b * d) is Answer.EQUAL
    assert equal(det(two.T @ two), (a * e - b * d) ** 2) is Answer.EQUAL
    gram = blocks([[v.T @ v, v.T @ y], [y.T @ v, y.T @ y]])
    assert equal(det(gram), v.T @ v * (y.T @ y) - (v.T @ y) ** 2) is Answer.EQUAL


def test_the_determinant_by_a_block_asks_that_it_is_invertible() -> None:
    """Of blocks that are only square it stays a determinant, though it is that product where A is invertible."""
    assert equal(det(M), det(A) * det(D - C @ inverse(A) @ B)) is not Answer.EQUAL
    assert len(normal_form(Context(), det(M)).terms) == 1


DEFINITE = {
    "by the first block": (blocks([[S, B], [B.T, T + B.T @ inverse(S) @ B]]), True),
    "by the second block": (blocks([[S + B @ inverse(T) @ B.T, B], [B.T, T]]), True),
    "with zeros beside": (blocks([[S, 0], [0, T]]), True),
    "one that is not symmetric": (blocks([[S, B], [C, T + C @ inverse(S) @ B]]), False),
    "zeros on one side alone": (blocks([[S, B], [0, T]]), False),
    "a first block that is not definite": (
        blocks([[H, B], [B.T, T + B.T @ inverse(H) @ B]]),
        False,
    ),
    "a complement that is 0": (blocks([[S, B], [B.T, B.T @ inverse(S) @ B]]), False),
    "a complement of which nothing is known": (blocks([[S, B], [B.T, T]]), False),
}


@pytest.mark.parametrize("name", DEFINITE)
def test_what_is_definite_by_its_blocks(name: str) -> None:
    term, definite = DEFINITE[name]
    context = Context()
    assert by_blocks.definite(context, normal_form(context, term)) is definite
    one = blocks([[u], [x]])
    seen = [agrees(abs(value), value, seed) for seed in range(12) for value in [one.T @ term @ one]]
    assert all(seen) or not definite


def test_what_is_semidefinite_by_its_blocks() -> None:
    """Where the complement is 0, and where both on the diagonal are and all else is 0; with nothing beside alone."""
    halved = blocks([[S, B], [B.T, B.T @ inverse(S) @ B]])
    assert order.semidefinite(Context(), halved, ())
    assert order.semidefinite(Context(), blocks([[G, 0], [0, T]]), ())
    assert not order.semidefinite(Context(), blocks([[G, B], [0, T]]), ())
    assert not order.semidefinite(Context(), blocks([[G, B], [B.T, T]]), ())
    assert not order.semidefinite(Context(), blocks([[S, B], [C, C @ inverse(S) @ B]]), ())
    first, last = trace(G) * eye(m) - G, trace(T) * eye(n) - T
    assert order.semidefinite(Context(), blocks([[first, 0], [0, last]]), ())
    assert not order.semidefinite(Context(), blocks([[first, 0], [0, -T]]), ())
    assert not order.semidefinite(Context(), blocks([[-S, 0], [0, last]]), ())
    assert not order.semidefinite(Context(), blocks([[-S, B], [B.T, T - B.T @ inverse(S) @ B]]), ())


INVERTIBLE = {
    "with zeros on one side": (blocks([[V, B], [0, W]]), blocks([[V, B], [0, D]])),
    "by the first block": (
        blocks([[V, B], [C, W + C @ inverse(V) @ B]]), blocks([[V, B], [C, D + C @ inverse(V) @ B]]),
    ),
    "a border": (blocks([[V, u], [v.T, p + v.T @ inverse(V) @ u]]), blocks([[V, u], [v.T, a + v.T @ inverse(V) @ u]])),
}  # fmt: skip


@pytest.mark.parametrize("name", INVERTIBLE)
def test_what_is_invertible_by_its_blocks(name: str) -> None:
    for term, invertible in zip(INVERTIBLE[name], (True, False), strict=True):
        context = Context()
        assert has_property(context, normal_form(context, term), c.terms.Property.INVERTIBLE) is invertible


def test_places_of_which_sizes_say_nothing_stay_as_they_are() -> None:
    """The first n of 2 m + n entries, and the m behind m others: how they lie is not said by sizes."""
    whole = plus(m, m, n)
    one, other = c.terms.Place(0, n, whole), c.terms.Place(m, m, whole)
    assert normal_form(Context(), one.T @ other).terms != {}
    assert equal(one.T @ other, zero(n, m)) is not Answer.EQUAL
    assert equal(c.terms.Place(0, m, whole).T @ other, zero(m, m)) is Answer.EQUAL


PARTS: tuple[Dimension, ...] = (m, n, 1, m)
PLACES = {
    (start, end): c.terms.Place(plus(0, *PARTS[:start]), plus(*PARTS[start:end]), plus(*PARTS))
    for start in range(4)
    for end in range(start + 1, 5)
    if (start, end) != (0, 4)
}


def is_what_it_is(term: Term) -> list[tuple[int, ...]]:
    """The words of its normal form, which has its values."""
    context = Context()
    form = normal_form(context, term)
    assert all(agrees(term, to_term(context, form), seed) for seed in range(2))
    return [word for _, word in form.terms]


@pytest.mark.parametrize("one", PLACES)
def test_a_place_beside_places_and_ones(one: tuple[int, int]) -> None:
    """Of two places that have nothing in common nothing is left, of one within another one place; they stay two where
    they overlap. With ones and with itself turned a place is a difference of first entries."""
    place, whole = PLACES[one], ones(plus(*PARTS))
    for other, beside_it in PLACES.items():
        words = is_what_it_is(place.T @ beside_it)
        if one[1] <= other[0] or other[1] <= one[0]:
            assert words == []
        elif (one[0] <= other[0] and other[1] <= one[1]) or (other[0] <= one[0] and one[1] <= other[1]):
            assert [len(word) for word in words] == [one != other]
        else:
            assert [len(word) for word in words] == [2]
    some = ones(place.columns)
    assert equal(place.T @ whole, some) is equal(whole.T @ place, some.T) is Answer.EQUAL
    assert equal((place @ some).T, some.T @ place.T) is Answer.EQUAL
    assert len(is_what_it_is(place @ place.T)) == (2 if one[0] else 1)
    for term in (place @ some, some.T @ place.T):  # a column is its own first entries
        assert len(is_what_it_is(term)) == (2 if one[0] and place.columns != 1 else 1)


def test_one_place_beside_a_row_of_ones_is_a_dyad() -> None:
    one = c.terms.Place(m, 1, plus(m, 1))
    for term in (one @ ones(n).T, ones(n) @ one.T, one @ ones(plus(m, 1)).T, one @ one.T @ ones(plus(m, 1))):
        is_what_it_is(term)
    assert equal(one @ ones(n).T @ x, (ones(n).T @ x) * one) is Answer.EQUAL


def test_a_place_in_a_place_in_a_place() -> None:
    inner, middle = c.terms.Place(m, n, plus(m, n)), c.terms.Place(1, plus(m, n), plus(m, n, 1))
    outer = c.terms.Place(n, plus(m, n, 1), plus(m, n, n, 1))
    whole = c.terms.Place(plus(n, 1, m), n, plus(m, n, n, 1))
    assert equal(outer @ middle @ inner, whole) is Answer.EQUAL
    assert equal((outer @ middle @ inner).T, whole.T) is Answer.EQUAL
    assert equal(inner.T @ middle.T @ outer.T, whole.T) is Answer.EQUAL
    assert agrees(outer @ middle @ inner, whole, 0)


WIDE = [kron(one, other) for one in (A, u.T, eye(m)) for other in (D, x.T)]
WIDE += [kron(other, one) for one in (A, u.T, eye(m)) for other in (D, x.T)]
WIDE += [kron(kron(u, A), D), kron(kron(A, x), D), kron(kron(A, D), u), kron(kron(D, x), A), kron(u.T, kron(x.T, y))]
LONG = [kron(one, other) for one in (A, u, ones(m)) for other in (D, x)]
LONG += [kron(other, one) for one in (A, u, ones(m)) for other in (D, x)]
LONG += [
    kron(kron(u.T, A), D),
    kron(kron(A, x.T), D),
    kron(kron(A, D), u.T),
    kron(kron(u, v.T), x),
    kron(D, kron(x.T, A)),
]
LONG += [ones(m * n), vec(B), vec(C), vec(u @ x.T), vec(x @ u.T), kron(u, ones(n)) @ v.T]


@pytest.mark.parametrize("left", WIDE)
def test_a_kronecker_product_beside_what_is_as_long(left: Term) -> None:
    """Whether its parts fit those of the other or not."""
    for right in LONG:
        is_what_it_is(left @ right)
        is_what_it_is(right.T @ left.T)


@pytest.mark.parametrize("left", LONG)
def test_what_is_long_beside_what_is_as_long(left: Term) -> None:
    for right in LONG:
        is_what_it_is(left.T @ right)


z, phi = c.random_vector("z", m), c.activation("phi")
G = c.positive_semidefinite("G", m)
MEANS = {
    "of stacked columns": (c.E(vec(B.T @ z @ x.T)), vec(B.T @ c.E(z) @ x.T)),
    "of a product with one part that varies": (c.E(kron(D, z @ u.T)), kron(D, c.E(z) @ u.T)),
    "of two columns that vary": (c.E(kron(z, phi(z))), vec(c.E(phi(z) @ z.T))),
    "of a row of them": (c.E(kron(z, z).T, z), vec(c.E(z @ z.T)).T),
    "of a block": (c.E(stack(z, a * phi(z))), stack(c.E(z), a * c.E(phi(z)))),
    "with a number": (c.E(phi(u.T @ z) * kron(x, z)), kron(x, c.E(phi(u.T @ z) * z))),
}


@pytest.mark.parametrize("name", MEANS)
def test_a_mean_is_taken_within(name: str) -> None:
    left, right = MEANS[name]
    assert equal(left, right) is Answer.EQUAL
    assert all(agrees(left, right, seed) for seed in range(6))


def test_no_mean_is_taken_of_a_product_of_two_that_vary() -> None:
    left, right = c.E(kron(z @ u.T, z @ v.T)), kron(c.E(z) @ u.T, c.E(z) @ v.T)
    assert equal(left, right) is not Answer.EQUAL
    assert not all(agrees(left, right, seed) for seed in range(12))


# ---- sizes --------------------------------------------------------------------------------------------------
def test_sizes_are_polynomials() -> None:
    assert (plus(m, n), times(m, n), plus(m, m)) == (plus(n, m), times(n, m), times(2, m))
    assert plus(m, n) != times(m, n)
    assert (times(plus(m, n), 2), plus(0, m), times(1, m), plus(2, 3)) == (plus(m, n, m, n), m, m, 5)
    assert (minus(plus(m, n), n), minus(plus(m, n), plus(n, m))) == (m, 0)
    assert (minus(m, n), minus(m, 1), minus(times(m, n), m)) == (None, None, None)
    assert number_of(plus(times(m, n, n), 3), {"m": 2, "n": 5}) == 53
    assert str(plus(times(2, m, n), 1)) == "2*m*n+1"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: c.vector("z", plus(m, n)), "the sizes of a symbol have one name each"),
        (lambda: blocks([[A, B], [C, A]]), "blocks: expected"),
        (lambda: blocks([[A, B], [C]]), "rows of as many blocks each"),
        (lambda: blocks([]), "rows of as many blocks each"),
        (lambda: stack(u, B), "blocks: expected"),
        (lambda: c.eye(m - n), "a sum of products of dimensions"),
        (lambda: c.eye(p * m), "expected a size"),
        (lambda: c.terms.Place(m, n, m), "a block within"),
        (lambda: c.terms.Place(0, m, m), "and not all of it"),
        (lambda: c.eye(Size((((c.vector("z", m),), 1),))), "expected a size"),
    ],
)
def test_what_is_no_size_or_block_is_refused(wrong: Callable[[], Term], says: str) -> None:
    with pytest.raises((CalculusError, ShapeError), match=says):
        wrong()
