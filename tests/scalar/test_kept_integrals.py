"""Integrals at points: computed once for the same numbers and precision, and counted as if they were computed again."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import acb, arb, ctx

from theory import exp, integral, oo, positive, real, sin, sqrt
from verify.exact import complex_balls, scalar_balls
from verify.exact.complex_balls import complex_function
from verify.exact.number_system import UncertainError
from verify.exact.scalar_balls import EACH, ExhaustedError, Work, evaluate
from verify.proof.numbers.interval_arithmetic import Interval

x, u, a = positive("x"), real("u"), real("a")
AREA = integral(exp(-x * u), u, 0, oo)
PLENTY = 10 * EACH


def at(number, term=AREA, work=None, bits=128):
    """The term where x is a number, and the work that it cost."""
    work = work or Work(PLENTY)
    before = work.left
    with ctx.workprec(bits):
        ball = evaluate(term, {x: Interval(Fraction(number), Fraction(number))}, work=work)
    return ball, before - work.left


@pytest.fixture
def asked(monkeypatch):
    """The integrals that are computed, none of which is kept from before."""
    found, before = [], scalar_balls._integrated
    monkeypatch.setattr(scalar_balls, "_integrated", lambda term, scope: found.append(term) or before(term, scope))
    scalar_balls._place_of.cache_clear()
    return found


def test_it_is_computed_once_and_counted_each_time(asked):
    first, cost = at(3)
    again, as_much = at(3)
    assert len(asked) == 1
    assert (again.str(60), as_much) == (first.str(60), cost)
    assert cost > 0
    assert first.overlaps(arb(1) / 3)


def test_other_numbers_and_other_bits_are_computed(asked):
    assert not at(3)[0].overlaps(at(4)[0])
    assert at(3, bits=256)[0].rad() < at(3)[0].rad() / 2**100
    assert len(asked) == 3


def test_what_little_work_allows_is_not_taken_from_what_much_did(asked):
    _, cost = at(3)
    with pytest.raises(ExhaustedError):
        at(3, work=Work(1))
    assert at(3, work=Work(EACH + cost - 1))[1] == cost
    assert len(asked) == 3
    at(3, work=Work(EACH + cost))
    assert len(asked) == 3


def test_what_little_work_allowed_is_not_kept(asked):
    at(3, work=Work(EACH))
    at(3)
    at(3)
    assert len(asked) == 2


def test_on_a_box_it_is_computed(asked):
    box = {x: Interval(Fraction(1), Fraction(2))}
    for _ in range(2):
        evaluate(integral(sin(x * u), u, 0, 1), box)
    assert len(asked) == 2


def test_what_has_an_integral_in_it_is_computed(asked):
    """Which may be known at the point already, or not: it costs work only once."""
    whole = integral(AREA * u, u, 0, 1)
    assert at(3, whole)[1] == at(3, whole)[1]
    assert asked.count(whole) == 2
    assert asked.count(AREA) == 1


def test_a_refusal_is_refused_again(asked):
    for _ in range(2):
        with pytest.raises(UncertainError, match="nothing shows"):
            at(3, integral(sqrt(u - x), u, 0, 1))
    assert len(asked) == 2


# ---- bodies at complex balls ----------------------------------------------------------------------------------
def test_what_a_body_has_in_it_twice_is_computed_once(monkeypatch):
    taken, power = [], complex_balls._complex_power
    monkeypatch.setattr(complex_balls, "_complex_power", lambda *given: taken.append(given) or power(*given))
    z = acb(1, 1)
    found = complex_function(exp(sin(u) ** 2) + a * sin(u) ** 2, {a: arb(2)})(z, True)
    square = z.sin() ** 2
    assert found.overlaps(square.exp() + 2 * square)
    assert len(taken) == 1


def test_a_body_without_a_row_is_refused_before_it_is_integrated():
    with pytest.raises(UncertainError, match="no integral over Integral"):
        complex_function(sin(u) + AREA, {})
