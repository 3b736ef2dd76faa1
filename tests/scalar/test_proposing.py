"""SymPy proposes, the checker decides: its antiderivatives, limits and simplifications, and one that it gets wrong."""

from __future__ import annotations

import pytest

from theory import (
    DIFFERENTIATE,
    Identity,
    Numbers,
    Range,
    Theorem,
    arccos,
    between,
    cos,
    derivative,
    erf,
    exp,
    integral,
    log,
    number,
    pi,
    positive,
    raised,
    real,
    sin,
    sqrt,
    start,
)
from theory.definitions import mean_field as mf
from theory.statements.proposing import agrees, antiderivative, value
from theory.sympy import from_sympy, to_sympy
from theory.theorems.explosion import arc_cosine_kernel, relu_limit, relu_rate
from verify.proof import lines_on_numbers as scalar_lines
from verify.proof.kernel import Verdict, establish

x, y, c, a = real("x"), positive("y"), real("c"), real("a")
WHOLE = (between(x, -1, 1),)


def accepted(left, right, *reasons, ranges: tuple[Range, ...] = ()) -> bool:
    theorem = Theorem(
        "user.line", Identity(left, right), start(left).equals(right, *reasons),
        near_misses={"none": Identity(left, 0)}, setting=Numbers(ranges), docstring="A line.",
    )  # fmt: skip
    return establish(scalar_lines.observe(theorem)).verdict is Verdict.PROVED


@pytest.mark.parametrize("body", [x**2 + a, cos(2 * x), sin(x) * cos(x), exp(-2 * x) * x, cos(x) * cos(x - a)])
def test_antiderivatives_of_sympy_are_checked(body):
    proposal = antiderivative(body, x)
    left = integral(body, x, 0, 1)
    upper, lower = (_at(proposal.term, end) for end in (1, 0))
    assert accepted(left, upper - lower, proposal)
    assert not accepted(left, upper - lower + 1, proposal)


def _at(term, end):
    from theory.terms import as_term
    from theory.terms.rewrite import substitute

    return substitute(term, {x: as_term(end)})


def test_the_sector_of_the_arc_cosine_kernel():
    theta, alpha = mf.theta, real("alpha")
    body = cos(theta) * cos(theta - alpha)
    proposal = antiderivative(body, theta)
    by_hand = sin(2 * theta - alpha) / 4 + theta * cos(alpha) / 2
    assert accepted(derivative(proposal.term - by_hand, theta), number(0), DIFFERENTIATE)


@pytest.mark.parametrize("body", [erf(x) * exp(-(x**2)), sqrt(1 - x**2), arccos(x), raised(y, x), log(y) * x])
def test_derivatives_of_sympy_are_accepted(body):
    left = derivative(body, x)
    assert accepted(left, value(left), DIFFERENTIATE, ranges=(between(x, -1, 1, open=True),))


def test_the_limit_of_the_relu_rate():
    assert value(relu_limit.LIMIT) == pi / (pi - 1) or agrees(value(relu_limit.LIMIT), pi / (pi - 1))


def test_sympy_finds_the_closed_form_from_the_moments():
    j, j_1 = relu_rate.J, relu_rate.J_1
    moments = mf.rate(mf.B, (1 - j) / 2, (mf.B - 2) / 2, j_1 / 2 + j / 2)
    assert agrees(moments, mf.relu_rate(mf.B))
    assert not agrees(moments, mf.relu_rate(mf.B) + 1 / (mf.B - 3))
    assert agrees(arc_cosine_kernel.SECTOR, (sqrt(1 - c**2) + (pi - arccos(c)) * c) / 2)


def test_there_and_back():
    for term in (x**2 / 3, sin(x) * pi, exp(-(x**2)), raised(y, x), arccos(x / 2), erf(x), log(y)):
        assert agrees(from_sympy(to_sympy(term)), term)


def test_an_antiderivative_with_a_jump_is_not_accepted():
    """1/x has the antiderivative log(x), but not on a range with 0."""
    left = integral(1 / x, x, -1, 1)
    assert not accepted(left, number(0), antiderivative(1 / x, x))
