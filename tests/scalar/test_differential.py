"""Derivatives by the table against differences of values; what must hold around a point, written out."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import ctx

from theory import (
    Gamma,
    arccos,
    cos,
    define,
    derivative,
    erf,
    exp,
    gradient,
    integral,
    log,
    matrix,
    number,
    raised,
    real,
    sin,
    sqrt,
    vector,
)
from theory import terms as t
from theory.terms import CalculusError, Term
from verify.exact.number_system import UndefinedError
from verify.exact.scalar_balls import evaluate, rational
from verify.proof.numbers.differential import around, carried_out, derivative_of

F = Fraction
x, y, u, w = real("x"), real("y"), real("u"), real("w")
SHIFTED = define("shifted", (u, w), u**3 + sin(w) * u)
FLAT = define("flat", (u,), 0 * u + 7)
STEP = F(1, 2**60)

TERMS: dict[str, Term] = {
    "another symbol": y,
    "itself": x,
    "a sum": x + y + x**2,
    "a product": x * y * sin(x),
    "three factors": t.Product((x, sin(x), t.add(x, y))),
    "two factors": t.Product((exp(x), x)),
    "a power": (x**2 + 1) ** 3,
    "power 1": t.Power(sin(x), F(1)),
    "a power below 0": (x + 3) ** -2,
    "a root": sqrt(x**2 + 1),
    "a root of another power": (x + 5) ** F(5, 3),
    "an absolute value": abs(x**2 - 5),
    "an absolute value of what is negative": abs(-3 - x**2),
    "sin": sin(x**2),
    "cos": cos(x * y),
    "arccos": arccos(x / 4),
    "exp": exp(x / 3),
    "log": log(2 + x**2),
    "erf": erf(x / 2 + 1),
    "pow": raised(x + 3, y),
    "pow of a power": raised(2 + x**2, x * y),
    "pow of a number": raised(number(3), x**2),
    "a definition": SHIFTED(x**2, x),
    "a slope": derivative(u**3 * y + sin(u), u, at=x**2),
    "a slope of a slope": derivative(derivative(w**4 * u, w, at=u), u, at=x),
    "a slope that varies beside its point": derivative(u**2 * x**3, u, at=y),
}


def _value(term: Term, at: Fraction) -> object:
    return evaluate(term, {x: rational(at), y: rational(F(2, 3))})


@pytest.mark.parametrize("name", TERMS)
def test_a_derivative_agrees_with_differences(name):
    term = TERMS[name]
    with ctx.workprec(400):
        for at in (F(1, 3), F(-1, 2), F(1), F(9, 5)):
            slope = _value(derivative_of(term, x), at)
            difference = (_value(term, at + STEP) - _value(term, at - STEP)) / rational(2 * STEP)
            assert abs(difference - slope) < rational(F(1, 2**40))
            assert _value(carried_out(derivative(term, x) if term is not y else term - y), at).overlaps(slope)


def test_what_does_not_vary_has_the_slope_0():
    zero = number(0)
    for term in (y, abs(y), Gamma(y), t.Power(x, F(0)), integral(u, u, 0, y), number(3)):
        assert derivative_of(term, x) == zero
    assert derivative_of(3 * x + y, x) == number(3)
    assert derivative_of(log(x * 0 + y), x) == zero


A, v = matrix("A", 2), vector("v", 2)
ABSENT: dict[str, Term] = {
    "Gamma": Gamma(x),
    "an integral": integral(u, u, 0, x),
    "a limit": t.Limit(x * u, u, t.Special("oo")),
    "the gradient in a vector": v.T @ gradient((v.T @ v) * x, v),
    "a product of matrices": t.Product((v.T, x * A, v)),
    "a product with a matrix": t.Product((x, v.T, v)),
    "a product of one factor": t.Product((x,)),
    "a gradient": gradient(x, v),
}


@pytest.mark.parametrize("name", ABSENT)
def test_a_node_without_a_row_is_refused(name):
    with pytest.raises(CalculusError, match="no rule to differentiate"):
        derivative_of(ABSENT[name], x)


@pytest.mark.parametrize("name", ["Gamma", "an integral", "a limit", "the gradient in a vector", "a gradient"])
def test_nor_is_anything_known_around_a_point_of_it(name):
    with pytest.raises(CalculusError, match="no rule to differentiate"):
        list(around(ABSENT[name], x))


@pytest.mark.parametrize(
    ("term", "conditions"),
    [
        (y, []),
        (x, []),
        (sqrt(y) + x, []),
        (x * y + x**2 * exp(sin(x)) + erf(cos(x)), []),
        (t.Power(x, F(0)), []),
        (t.Power(x, F(1)), []),
        (sqrt(x), [(x, ">")]),
        (x ** F(3, 2), [(x, ">")]),
        (x ** F(-1, 2), [(x, ">")]),
        (x ** F(1, 3), [(x, ">")]),
        (1 / x, [(x, "!=")]),
        (x**-3, [(x, "!=")]),
        (abs(x), [(x, "!=")]),
        (log(x), [(x, ">")]),
        (raised(x, y), [(x, ">")]),
        (raised(y, x), [(y, ">")]),
        (arccos(x), [(1 - x**2, ">")]),
        (sqrt(abs(x)), [(abs(x), ">"), (x, "!=")]),
        (exp(log(x)) + sqrt(y * x), [(x, ">"), (y * x, ">")]),
        (SHIFTED(1 / x, abs(x)), [(x, "!="), (x, "!="), (x, "!=")]),
        (define("root", (u,), sqrt(u + 1))(x), [(x + 1, ">")]),
        (derivative(abs(u), u, at=x), [(x, "!="), (abs(x), "!=")]),
        (derivative(u**2, u, at=sqrt(x)), [(x, ">"), (x, ">"), (x, ">")]),
        (derivative(u ** F(3, 2) * x, u, at=y), [(y, ">")]),
        (derivative(y, u, at=sqrt(x)), [(x, ">")]),
    ],
)
def test_what_must_hold_around_a_point(term, conditions):
    found = [(condition.term, condition.sign) for condition in around(term, x)]
    assert set(found) == set(conditions)


def test_derivatives_are_carried_out_everywhere():
    nested = SHIFTED(derivative(u**2, u, at=x), derivative(sin(w), w, at=derivative(u**3, u, at=y)))
    done = carried_out(nested)
    assert not any(isinstance(node, t.Derivative | t.Call) for node in t.walk(done))
    with ctx.workprec(128):
        assert _value(done, F(2)).overlaps(evaluate(64 + 4 * sin(cos(3 * y**2)), {y: rational(F(2, 3))}))
        with pytest.raises(UndefinedError):
            _value(derivative_of(abs(x), x), F(0))
