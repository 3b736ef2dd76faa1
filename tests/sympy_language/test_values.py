"""The value of an expression by SymPy's own arithmetic, and of the term that it is read as by balls: one, or none here.

Random expressions over matrices of symbolic size, which both sides then evaluate at 2 x 2 whole numbers. SymPy does it
on its expression, entry by entry; nothing of `theory.sympy` but the reader takes part.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
import sympy as sp
from flint import arb
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

from tests.sympy_language.letters import A, B, S, d, gamma, one_d, p, t, u, v, w
from theory import from_sympy
from theory.terms import CalculusError
from verify.exact.assumptions import scope_of
from verify.exact.balls import Balls
from verify.exact.components import evaluate
from verify.exact.instances import Instance
from verify.exact.number_system import UncertainError, UndefinedError

ENTRIES = st.integers(-3, 3)
OWN = {"relu": "relu", "abs": "abs"}
Expressions = st.SearchStrategy[Any]


def built(make: Callable[..., Any], *parts: Expressions) -> Expressions:
    """What SymPy makes of the parts. It cannot compare some sums of traces, and fails with errors of all kinds."""

    def attempt(*args: Any) -> Any:
        try:
            return make(*args)
        except (TypeError, ValueError, AttributeError, NotImplementedError):
            reject()

    return st.builds(attempt, *parts)


def scalars(depth: int) -> Expressions:
    leaves = st.sampled_from([gamma, t, p, sp.Integer(2), sp.Rational(-1, 2), d])
    if depth == 0:
        return leaves
    inner, columns, squares = scalars(depth - 1), vectors(depth - 1), tables(depth - 1)
    exponents = st.sampled_from([2, -1, sp.Rational(1, 2), sp.Rational(-3, 2), 3])
    return st.one_of(
        leaves,
        built(lambda a, b: a + b, inner, inner),
        built(lambda a, b: a * b, inner, inner),
        built(lambda a, k: a**k, inner, exponents),
        built(sp.Abs, inner),
        built(lambda a: sp.Max(0, a), inner),
        built(lambda a, b: (a.T * b)[0, 0], columns, columns),
        built(lambda a, m, b: (a.T * m * b)[0, 0], columns, squares, columns),
        built(lambda a, b: sp.Trace(a.T * b), columns, columns),
        built(sp.Trace, squares),
        built(lambda a: (one_d.T * a.applyfunc(lambda z: 2 * z**2 - z * gamma))[0, 0], columns),
        built(lambda a: (one_d.T * a.applyfunc(lambda z: sp.Max(0, z)))[0, 0], columns),
    )


def vectors(depth: int) -> Expressions:
    leaves = st.sampled_from([u, v, w, one_d])
    if depth == 0:
        return leaves
    inner, squares = vectors(depth - 1), tables(depth - 1)
    return st.one_of(
        leaves,
        built(lambda a, b: a + b, inner, inner),
        built(lambda a, b: a * b, scalars(depth - 1), inner),
        built(lambda m, a: m * a, squares, inner),
        built(sp.HadamardProduct, inner, inner),
        built(lambda a: sp.HadamardPower(a, 2), inner),
        built(lambda a: a.applyfunc(sp.Abs), inner),
    )


def tables(depth: int) -> Expressions:
    leaves = st.sampled_from([A, B, S, S.I, sp.Identity(d), u * v.T, sp.DiagMatrix(u), A.T])
    if depth == 0:
        return leaves
    inner = tables(depth - 1)
    return st.one_of(
        leaves,
        built(lambda a, b: a + b, inner, inner),
        built(lambda a, b: a * b, inner, inner),
        built(lambda a: a.T, inner),
        built(sp.HadamardProduct, inner, inner),
        built(lambda a, b: a * b, scalars(depth - 1), inner),
    )


@st.composite
def places(draw: st.DrawFn) -> dict[Any, Any]:
    """Whole numbers for every symbol; S positive definite, p positive, w not 0."""

    def matrix(columns: int) -> sp.ImmutableMatrix:
        return sp.ImmutableMatrix(2, columns, [draw(ENTRIES) for _ in range(2 * columns)])

    root = sp.ImmutableMatrix([[draw(st.integers(1, 3)), draw(ENTRIES)], [0, draw(st.integers(1, 3))]])
    found = {A: matrix(2), B: matrix(2), u: matrix(1), v: matrix(1), S: root.T * root}
    found[w] = sp.ImmutableMatrix([draw(st.integers(1, 3)), draw(ENTRIES)])
    numbers = {gamma: draw(ENTRIES), t: draw(ENTRIES), p: draw(st.integers(1, 3))}
    return found | {symbol: sp.Integer(number) for symbol, number in numbers.items()}


def by_sympy(expression: Any, place: dict[Any, Any]) -> Any:
    """SymPy's value, by entries: None where it has none that is real."""
    sized = expression.subs(d, 2)
    entries = {}
    for symbol, found in place.items():
        if symbol.is_Matrix:
            own = symbol.subs(d, 2)
            entries |= {own[i, j]: found[i, j] for i in range(2) for j in range(own.shape[1])}
        else:
            entries[symbol] = found
    sized = sized.replace(lambda part: isinstance(part, sp.Trace), lambda trace: trace.as_explicit())
    value = sized.doit().subs(entries).doit()
    return value if value.is_real and value.is_finite else None


def in_balls(expression: Any, place: dict[Any, Any]) -> Any:
    """The value of the term that is read: None where it has none, or balls cannot tell."""
    values = {}
    for symbol, found in place.items():
        table = found.tolist() if symbol.is_Matrix else [[found]]
        values[symbol.name] = tuple(tuple(Fraction(int(x)) for x in row) for row in table)
    term = from_sympy(expression)
    with Balls(256, OWN).active():
        try:
            ((entry,),) = evaluate(term, scope_of(Instance({"d": 2}, values, functions=OWN), {}, 256))
        except (UndefinedError, UncertainError):
            return None
        return arb(entry)


@given(expression=scalars(2), place=places())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_value_is_sympys_or_there_is_none(expression: Any, place: dict[Any, Any]) -> None:
    try:
        ours = in_balls(expression, place)
    except CalculusError:  # refused by name, which other tests look at
        reject()
    assume(ours is not None)
    try:
        theirs = by_sympy(expression, place)
    except (TypeError, ValueError, AttributeError, NotImplementedError):
        reject()
    assert theirs is not None, "the term has a value where the expression has none"
    assert ours.overlaps(arb(str(sp.N(theirs, 40))) + arb(0, 1e-30) * (1 + abs(arb(str(sp.N(theirs, 10))))))


def test_most_have_a_value() -> None:
    place = {A: sp.ImmutableMatrix([[1, 2], [0, 1]]), B: sp.eye(2), u: sp.ImmutableMatrix([1, -1]),
             v: sp.ImmutableMatrix([2, 1]), w: sp.ImmutableMatrix([1, 0]), S: sp.eye(2),
             gamma: sp.Integer(2), t: sp.Integer(1), p: sp.Integer(3)}  # fmt: skip
    for expression, known in (
        ((u.T * A * v)[0, 0], 3), (sp.sqrt((u.T * u)[0, 0]), 2**0.5), (sp.Trace(A * A.T), 6),
        ((one_d.T * v.applyfunc(lambda z: 2 * z**2 - z * gamma))[0, 0], 4), (sp.Max(0, -t), 0),
    ):  # fmt: skip
        assert float(by_sympy(expression, place)) == pytest.approx(known)
        assert float(in_balls(expression, place).mid()) == pytest.approx(known)
    assert by_sympy(sp.sqrt(-p), place) is None
    assert in_balls(sp.sqrt(-gamma), place) is None
