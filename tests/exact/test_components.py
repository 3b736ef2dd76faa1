"""Terms evaluated in components against values worked out by hand, and jets against Hessians known in closed form."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from theory import (
    E,
    Identity,
    Term,
    diag,
    dimension,
    eye,
    gradient,
    hadamard,
    hessian,
    inverse,
    jacobian,
    largest_eigenvalue,
    matrix,
    norm,
    number,
    ones,
    random_vector,
    real,
    scalar_field,
    sqrt,
    symmetric,
    trace,
    variance,
    vector,
    zero,
)
from theory.terms import FieldValue, Property, Symbol
from theory.terms.symbols import activation, define
from verify.exact.assumptions import check, scope_of
from verify.exact.balls import Balls
from verify.exact.components import evaluate
from verify.exact.instances import Instance, Law, column, scalar
from verify.exact.number_system import UndefinedError, UnsupportedError

d, m = dimension("d"), dimension("m")
u, v = vector("u", d), vector("v", d)
A, B = matrix("A", d), symmetric("B", d)
c = real("c")
x = random_vector("x", d)
phi = activation("phi", smoothness=3)
loss = scalar_field("L", d)

LAW = Law(((Fraction(1), Fraction(0)), (Fraction(-1), Fraction(2))), (Fraction(1, 4), Fraction(3, 4)))
HAND = Instance(
    {"d": 2, "m": 3},
    {
        "u": column(1, 2),
        "v": column(3, -1),
        "A": ((Fraction(1), Fraction(2)), (Fraction(0), Fraction(4))),
        "B": ((Fraction(2), Fraction(1)), (Fraction(1), Fraction(3))),
        "c": scalar(-2),
    },
    {"x": LAW},
    {"phi": "cube", "L": "cubic"},
)


def entries(term: Term, instance: Instance = HAND, definitions: Mapping[str, Term] | None = None) -> list[list[object]]:
    with Balls(256, {}).active():
        return evaluate(term, scope_of(instance, definitions or {}, 256))


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (u.T @ v, [[1]]),
        (A @ u, [[5], [8]]),
        (A.T @ u, [[1], [10]]),
        (trace(A @ B), [[16]]),
        (inverse(A), [[1, -0.5], [0, 0.25]]),
        (hadamard(u, v), [[3], [-2]]),
        (diag(u) @ v, [[3], [-2]]),
        (abs(c) * (eye(d) @ u), [[2], [4]]),
        (ones(m).T @ ones(m) + m, [[6]]),
        (zero(d) + u, [[1], [2]]),
        (c**-3, [[-0.125]]),
        (sqrt(number(9) * c**2), [[6]]),
        (phi(u), [[1], [8]]),
        (phi.second(u), [[6], [12]]),
        (E(x), [[-0.5], [1.5]]),
        (E(x @ x.T), [[1, -1.5], [-1.5, 3]]),
        (variance(x.T @ u), [[0.75]]),
        (E(phi(x.T @ u)), [[20.5]]),
        (gradient(u.T @ B @ u, u), [[8], [14]]),
        (hessian(u.T @ B @ u, u), [[4, 2], [2, 6]]),
        (gradient(trace(A.T @ A), A), [[2, 4], [0, 8]]),
        (jacobian(phi(A @ u), u), [[75, 150], [0, 768]]),
        (gradient(u.T @ u, u, at=v), [[6], [-2]]),
        (gradient(loss(u), u), [[11], [13.5]]),
        (FieldValue(loss, 2, u), [[7, 6], [6, 8]]),
        (hessian(loss(u), u), [[7, 6], [6, 8]]),
        (hessian(E(phi(x.T @ u)), u), [[15, -27], [-27, 54]]),
    ],
)
def test_values_worked_out_by_hand(term: Term, expected: list[list[float]]) -> None:
    assert entries(term) == [[fmpq(Fraction(e).numerator, Fraction(e).denominator) for e in row] for row in expected]


def test_hessian_of_a_length() -> None:
    found = entries(hessian(norm(u), u))
    with ctx.workprec(256):
        expected = entries((eye(d) - u @ u.T / (u.T @ u)) / norm(u))
        assert all(p.overlaps(q) for a, b in zip(found, expected, strict=True) for p, q in zip(a, b, strict=True))
        assert found[0][1].rad() < 1e-70


def test_a_derivative_inside_a_derivative() -> None:
    inner = gradient((u.T @ u) ** 2, u)
    assert entries(gradient(inner.T @ inner, u)) == entries(number(96) * (u.T @ u) ** 2 * u)


def test_calls_keep_fixed_symbols_and_the_point_of_an_expectation() -> None:
    inner = define("inner", (u,), x.T @ u)
    mean = define("mean", (u,), E(x.T @ u))
    assert entries(E((inner(v) - mean(v)) ** 2)) == entries(variance(x.T @ v))
    outer = define("outer", (v,), mean(v) * c)
    assert entries(outer(u)) == [[fmpq(-5)]]


def test_a_symbol_defined_by_a_term_may_be_irrational() -> None:
    sigma = real("sigma")
    with ctx.workprec(256):
        value = entries(sigma**2, HAND, {"sigma": norm(u)})[0][0]
        assert value.contains(5)
        assert value.rad() < 1e-70


@pytest.mark.parametrize(
    ("properties", "points", "meets"),
    [
        ({Property.NONZERO}, [(0, 1), (2, 0)], True),
        ({Property.NONZERO}, [(0, 1), (0, 0)], False),
        ({Property.BASIS}, [(0, 1), (1, 0)], True),
        ({Property.BASIS}, [(0, 1), (2, 0)], False),
        (set(), [(0, 0), (0, 0)], True),
    ],
)
def test_every_point_of_a_law_is_what_its_random_vector_is_declared_to_be(
    properties: set[Property], points: list[tuple[int, int]], meets: bool
) -> None:
    """A law with a point 0 refuted E[y'y] > 0 of a y that is never 0, beside a proof."""
    y = Symbol("y", (2, 1), frozenset({Property.RANDOM, *properties}))
    law = Law(tuple(tuple(map(Fraction, point)) for point in points), (Fraction(1, 2),) * 2)
    claim = Identity(E(y.T @ y, y), number(0))
    assert check(Instance({}, {}, {"y": law}, {}), claim, ()).holds is meets


@pytest.mark.parametrize(
    "term", [sqrt(c), (c + 2) ** -1, inverse(u @ u.T), norm(u - u) ** -1, gradient(norm(v), v, at=u - u)]
)
def test_undefined_is_an_error(term: Term) -> None:
    with pytest.raises(UndefinedError):
        entries(term)


@given(st.lists(st.integers(-5, 5), min_size=3, max_size=3), st.sampled_from(["cubic", "sine"]))
def test_hessians_are_symmetric_and_jacobians_of_gradients(point: list[int], name: str) -> None:
    instance = Instance({"d": 3}, {"u": column(*point)}, {}, {"L": name})
    with ctx.workprec(256):
        first = entries(hessian(loss(u), u), instance)
        second = entries(jacobian(gradient(loss(v), v, at=u), u), instance)
        for i in range(3):
            for j in range(3):
                for other in (first[j][i], second[i][j]):
                    assert abs(arb(first[i][j]) - other) < 1e-60


def test_precision_is_restored() -> None:
    before = ctx.prec
    entries(hessian(norm(u), u))
    assert ctx.prec == before


def test_the_second_algorithm_does_not_load_the_first() -> None:
    program = (
        "import sys, verify.exact.components, verify.exact.balls, verify.exact.rationals"
        ", verify.rules.dense, verify.rules.enclosure\n"
        "first = {'normal_form', 'differential', 'signs', 'order', 'expectation'}\n"
        "print([m for m in sys.modules if m in ('torch', 'sympy') or m.rsplit('.', 1)[-1] in first])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _largest(term: Term) -> Term:
    return largest_eigenvalue(diag(term))


def _at(term: Term, *entries: int) -> list[list[Fraction]]:
    instance = Instance({"d": len(entries)}, {"u": column(*entries)})
    with Balls(128, {}).active():
        found = evaluate(term, scope_of(instance, {}, 128, []))
    return [[Fraction(int(entry.p), int(entry.q)) for entry in row] for row in found]


def test_the_largest_entry_is_differentiated_where_one_entry_is_the_largest() -> None:
    assert _at(gradient(_largest(u), u), 1, 5, -7) == [[0], [1], [0]]
    assert _at(gradient(_largest(hadamard(u, u)), u), 1, 5, -7) == [[0], [0], [-14]]
    assert _at(gradient(-_largest(-u), u), 1, 5, -7) == [[0], [0], [1]]
    assert _at(hessian(_largest(hadamard(u, u)), u), 2, -3) == [[0, 0], [0, 2]]
    assert _at(hessian(_largest(u) ** 2, u), 2, -3) == [[2, 0], [0, 0]]
    assert _at(gradient(_largest(u), u), 4) == [[1]]


@pytest.mark.parametrize("term", [gradient(_largest(u), u), hessian(_largest(hadamard(u, u)), u)])
def test_it_has_no_derivative_where_two_entries_are(term: Term) -> None:
    with pytest.raises(UndefinedError, match="two entries are the largest"):
        _at(term, 3, 3, 1)


def test_of_two_entries_that_are_one_nothing_is_said() -> None:
    """Their derivative is there; it is not worked out."""
    with pytest.raises(UnsupportedError, match="no entry is certainly more"):
        _at(gradient(_largest(hadamard(u, u)), u), 0, 0)


def test_an_eigenvalue_of_another_matrix_is_not_differentiated() -> None:
    with pytest.raises(UnsupportedError, match="but for a diagonal matrix"):
        _at(gradient(largest_eigenvalue(u @ u.T), u), 1, 2)


def test_a_call_is_carried_out_once_for_the_same_arguments_and_points() -> None:
    inner = define("inner", (u,), u.T @ x)
    one, two = (define(name, (u,), factor * inner(u)) for name, factor in (("one", 2), ("two", 3)))
    with Balls(256, {}).active():
        scope = scope_of(HAND, {}, 256)
        found = evaluate(E(one(v) * two(v), x) + c * E(inner(v), x) + E(inner(u) * one(v), x), scope)
    # v'x is 3 and -5, u'x is 1 and 3, with weights 1/4 and 3/4
    assert found == [[fmpq(6 * 21) + fmpq(-2 * -3) + fmpq(2 * -42, 4)]]
    assert [call[0].name for call in scope.called].count("inner") == 4  # of u and of v, at each point
