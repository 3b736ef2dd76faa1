"""Which integrals from 0 to oo are shown to converge: each term alone, and nothing by a sign that is not shown."""

from __future__ import annotations

from fractions import Fraction

import pytest

from theory import Gamma, arccos, cos, erf, exp, integral, log, number, oo, pi, raised, real, sin, sqrt
from theory import terms as t
from verify.proof.numbers.field import Field
from verify.proof.numbers.intervals import Interval, _is, converges
from verify.proof.numbers.reading import read

F = Fraction
u, a, b, c = real("u"), real("a"), real("b"), real("c")
BOX = {a: Interval(F(1), F(2)), b: Interval(F(-1), F(1))}
HALF = F(1, 2)

CONVERGE = (
    exp(-u),
    3 * u * exp(-u),
    u**-HALF * exp(-u),
    u ** F(-3, 4) * exp(-u),
    exp(-a * u),
    exp(-u / a),
    exp(-(u**2)),
    exp(-2 * sqrt(u)),
    exp(-raised(u, a)),
    exp(-raised(u, a) / u**HALF),
    raised(u, a - 1) * exp(-u),
    raised(u, -a / 4) * exp(-u),
    raised(u, a) ** 2 / u**2 * exp(-u),
    raised(u, b) * u * exp(-u),
    sin(u) * exp(-u),
    cos(b * u) ** 2 * exp(-u),
    erf(u) * cos(u) * exp(-u),
    exp(-u) + u**2 * exp(-3 * u),
    (1 + u) * exp(-u),
    b * exp(-u),
    exp(-u) * exp(-(u**2)),
    t.Power(t.Power(u, F(2)), F(-1, 4)) * exp(-u),
    exp(-sqrt(a**2) * u),
    raised(u, a + b) * exp(-u),
)
NOT_SHOWN = (
    number(1),
    u,
    sin(u),
    u**-1 * exp(-u),
    u**-2 * exp(-u),
    u ** F(-3, 2) * exp(-u),
    exp(u),
    exp(-b * u),
    exp(b * u),
    exp(c - u) * exp(-c * u),
    exp(-c * u),
    exp(u**2),
    exp(-1 / u),
    exp(-raised(u, b)),
    exp(-raised(u, -a)),
    exp(-raised(u, a) / u**3),
    exp(-sin(u) * u),
    exp(-number(2)),
    raised(u, b) * exp(-u),
    raised(u, -a) * exp(-u),
    raised(u, -c) * exp(-u),
    raised(u, a) ** -2 * exp(-u),
    raised(u, u) * exp(-u),
    raised(a, u) * exp(-u),
    raised(2 * u, -a) * exp(-u),
    raised(u**2, -a / 2) * exp(-u),
    exp(-u) / sin(u),
    exp(-u) / sqrt(cos(u)),
    log(1 + u) * exp(-u),
    Gamma(1 + u) * exp(-u),
    arccos(u) * exp(-u),
    exp(-u) / (1 + u),
    exp(-u) + u**-1 * exp(-3 * u),
    u**-1 * exp(-3 * u) + exp(-u),
    exp(-u) + 1,
    (1 + u) ** 9999 * exp(-u),
    sqrt((u - 1) ** 2) * exp(-u),
    sqrt(cos(u)) * exp(-u),
    raised(1 + u, a) * exp(-u),
    exp(-raised(1 + u, a)),
    exp(-(u**2) / (1 + u)),
    exp(-raised(u, -a / 4)),
    exp(-(u**-HALF)),
    raised(u, u**2) * exp(-u),  # its exponent is positive, and grows
    raised(u, a - pi) * exp(-u),
)


def shown(body: t.Term) -> bool:
    return converges(integral(body, u, 0, oo), BOX)


@pytest.mark.parametrize("body", CONVERGE, ids=repr)
def test_it_converges(body: t.Term) -> None:
    assert shown(body)


@pytest.mark.parametrize("body", NOT_SHOWN, ids=repr)
def test_it_is_not_shown(body: t.Term) -> None:
    assert not shown(body)


def test_a_base_is_the_variable_itself() -> None:
    """Not a multiple, a power, a product or a sum of it; that `raised` takes such bases apart is another matter."""
    field = Field(positive=lambda _: True)
    assert _is(field, read(field, u), u)
    for other in (2 * u, u**2, 1 / u, u * a, a * u, u + 1, a, number(1), 1 / (1 + u)):
        assert not _is(field, read(field, other + 0), u)
