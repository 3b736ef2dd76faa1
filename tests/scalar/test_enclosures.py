"""Enclosures and signs of terms, node by node: the intervals they have, what is refused, and where the work ends."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.scalar.test_interval_arithmetic import shown, side
from theory import (
    Gamma,
    Range,
    derivative,
    exp,
    gradient,
    integral,
    log,
    matrix,
    negative,
    nonnegative,
    number,
    oo,
    positive,
    raised,
    real,
    sqrt,
)
from theory import terms as t
from theory.terms import Symbol
from verify.proof.numbers import intervals
from verify.proof.numbers.intervals import INNER, Boxes, NotDefinedError, _halves, domain_of, enclose, sign_of

F = Fraction
x, y, u = real("x"), real("y"), real("u")
p, q, z, k = positive("p"), negative("q"), nonnegative("z"), real("k", nonzero=True)
A = matrix("A", 2)
FIRST = t.Definition("first", (u, y), u + 1)
SQUARE = derivative(u**2, u, at=x)


@pytest.mark.parametrize(
    ("term", "of_x", "found"),
    [
        (number(3), "[0, 1]", "[3, 3]"),
        (x, "[0, 1)", "[0, 1)"),
        (x + y + 1, "[0, 1)", "(3, 5)"),
        (y + x, "(-oo, 1]", "(-oo, 4]"),
        (2 * x, "[1, 2)", "[2, 4)"),
        (x * y, "[-1, 2]", "[-3, 6]"),
        (t.Product((x, y, number(2))), "[1, 2]", "(4, 12]"),
        (t.Product((y, x)), "[0, 1]", "[0, 3]"),
        (t.Transpose(x), "[0, 1)", "[0, 1)"),
        (t.Trace(x), "[0, 1)", "[0, 1)"),
        (x**2, "(-1, 2]", "[0, 4]"),
        (x ** F(-1, 2), "(0, 4]", "[1/2, oo)"),
        (abs(x), "[-1, 2)", "[0, 2)"),
        (FIRST(x, log(y)), "[0, 1]", "[1, 2]"),
        (exp(x), "(-oo, oo)", "(0, oo)"),
        (Gamma(y), "[0, 1]", "(0, oo)"),
        (raised(y, x), "[0, 1]", "(0, oo)"),
        (SQUARE, "[1, 2)", "[2, 4)"),
        (derivative(abs(u), u, at=x), "(0, 1]", "(0, oo)"),
        (derivative(1 / u, u, at=x), "[-2, -1)", "(-1, -1/4]"),
        (derivative(y, u, at=x), "[-1, 1]", "[0, 0]"),
        (derivative(p**2, p, at=x), "(0, 1]", "(0, 2]"),
        (derivative(q**2, q, at=x), "[-1, 0)", "[-2, 0)"),
        (derivative(k**2, k, at=x), "[1, 2]", "[2, 4]"),
        (derivative(k**2, k, at=x), "[-2, -1]", "[-4, -2]"),
        (integral(x / u, u, 1, y), "[0, 1]", "(-oo, oo)"),
        (integral(1 / u, u, x, 3), "[1, 2]", "(-oo, oo)"),
        (integral(1 / u, u, x, -3), "[-2, -1]", "(-oo, oo)"),
        (integral(x * exp(-u), u, 0, oo), "[0, 1]", "(-oo, oo)"),
        (integral(raised(u, F(1, 2)) * exp(-u), u, 0, oo), "[0, 1]", "(-oo, oo)"),
        (1 / (x**2 - x + F(1, 2)), "[0, 1]", None),
    ],
)
def test_the_interval_of_a_term(term, of_x, found):
    """y lies in (2, 3]; None: that it has one is enough."""
    given = enclose(term, {x: side(of_x), y: side("(2, 3]")})
    assert found is None or shown(given) == shown(side(found))


@pytest.mark.parametrize(
    ("term", "of_x", "why"),
    [
        (1 / x, "[-1, 1]", "denominator"),
        (real("w"), "[0, 1]", "w has no range"),
        (0 * log(x), "[0, 1]", "positive"),
        (FIRST(x, log(x)), "[0, 1]", "positive"),
        (t.Limit(u, u, oo), "[0, 1]", "is defined"),
        (oo, "[0, 1]", "cannot stand here"),
        (t.Trace(A), "[0, 1]", "is defined"),
        (t.Product((A, A)), "[0, 1]", "is defined"),
        (t.Product((x, A)), "[0, 1]", "is defined"),
        (gradient(x, A), "[0, 1]", "is defined"),
        (derivative(abs(u), u, at=x), "[0, 1]", "smooth"),
        (derivative(sqrt(u), u, at=x), "[0, 1]", "smooth"),
        (derivative(abs(u), u, at=x), "[-1, 1]", "smooth"),
        (derivative(u ** F(3, 2), u, at=x), "[0, 1]", "smooth"),
        (derivative(u + (-(u**2)) ** F(3, 2), u, at=0 * x), "[0, 1]", "smooth"),
        (derivative(t.Power(sqrt(u + x), F(0)), u, at=number(-2)), "[0, 1]", ">= 0"),
        (derivative(y, u, at=1 / x), "[0, 1]", "denominator"),
        (derivative(Gamma(u), u, at=y), "[0, 1]", "no rule to differentiate Gamma"),
        (derivative(p**2, p, at=x), "[0, 1]", "declared"),
        (derivative(p**2, p, at=x), "[-2, -1]", "declared"),
        (derivative(q**2, q, at=x), "[-1, 0]", "declared"),
        (derivative(q**2, q, at=x), "[1, 2]", "declared"),
        (derivative(k**2, k, at=x), "[0, 1]", "declared"),
        (t.Derivative(z**2, z, x, "gradient"), "[1, 2]", "declared"),
        (integral(1 / u, u, -1, y), "[0, 1]", "denominator"),
        (integral(1 / u, u, x, 1), "[0, 1]", "denominator"),
        (integral(1 / u, u, 1, x), "[-1, 0]", "denominator"),
        (integral(u, u, 0, x), "[0, oo)", "not bounded"),
        (integral(u, u, x, 0), "(-oo, 0]", "not bounded"),
        (integral(exp(-u), u, 1, oo), "[0, 1]", "from 0 to oo"),
        (integral(exp(-u), u, x, oo), "[0, 1]", "from 0 to oo"),
        (integral(exp(u), u, 0, oo), "[0, 1]", "converges"),
        (integral(exp(-u) * log(x), u, 0, oo), "[0, 1]", "positive"),
        (integral(exp(-u) / (u - F(1, 2)), u, 0, oo), "[0, 1]", "denominator"),
        (integral(exp(-u) * sqrt(u - F(1, 2)), u, 0, oo), "[0, 1]", ">= 0"),
    ],
)
def test_what_may_be_undefined_is_refused(term, of_x, why):
    """y lies in (2, 3]; a matrix has no interval, even where one is given."""
    with pytest.raises(NotDefinedError, match=why):
        enclose(term, {x: side(of_x), y: side("(2, 3]"), A: side("[1, 2]")})


def test_a_bound_variable_may_be_any_number():
    inside = Symbol("u", bound=1)
    assert shown(enclose(inside, {})) == "(-oo, oo)"
    with pytest.raises(NotDefinedError, match="no range"):
        enclose(u, {})


DIPS = x**2 - x + F(3, 5)  # positive, which is seen only in parts of [0, 1]


@pytest.mark.parametrize(
    ("term", "of_x", "sign"),
    [
        (x, "(0, 1]", ">"),
        (x, "[0, 1]", ">="),
        (x, "[-1, 0)", "<"),
        (x, "[-1, 0]", "<="),
        (x, "[-1, 1]", ""),
        (x, "(-oo, oo)", ""),
        (x, "(-oo, 1/2]", ""),
        (x, "[0, oo)", ">="),
        (number(0), "[0, 1]", ">="),
        (x - F(1, 2), "[0, 1]", ""),
        (DIPS, "[0, 1]", ">"),
        (-DIPS, "[0, 1]", "<"),
        (x**2 * DIPS, "[0, 1]", ">="),
        (-(x**2) * DIPS, "[0, 1]", "<="),
        (x * DIPS, "[-1, 1]", ""),
        (1 / x, "[-1, 1]", ""),
        (log(x), "[0, 1]", ""),
        (1 / DIPS, "[0, 1]", ">"),
        (number(1) / 2 - abs(x), "[-1, 1/4]", ""),
    ],
)
def test_signs(term, of_x, sign):
    assert sign_of(term, {x: side(of_x)}) == sign


def test_a_range_gives_its_ends():
    for low_open, high_open in ((True, False), (False, True)):
        found = domain_of({x: Range(x, F(0), F(1), low_open, high_open)})
        assert (found[x].low, found[x].high) == (0, 1)
        assert (found[x].low_open, found[x].high_open) == (low_open, high_open)


@pytest.mark.parametrize(
    ("box", "symbol", "halves"),
    [
        ({x: "[0, 2)", y: "(0, 1]"}, x, ("[0, 1]", "[1, 2)")),
        ({x: "(0, 1]", y: "(1, 3)"}, y, ("(1, 2]", "[2, 3)")),
        ({x: "[-3, -1]", y: "[0, 1]"}, x, ("[-3, -2]", "[-2, -1]")),
        ({x: "[-2, 0]", y: "[3, 4]"}, x, ("[-2, -1]", "[-1, 0]")),
        ({x: "[0, 1/2]", y: "[0, oo)"}, x, ("[0, 1/4]", "[1/4, 1/2]")),
        ({x: "[0, 1/2]", y: "(-oo, 0]"}, x, ("[0, 1/4]", "[1/4, 1/2]")),
        ({x: "[0, 1/2]", y: "[7, 7]"}, x, ("[0, 1/4]", "[1/4, 1/2]")),
        ({x: "[1, 1]", y: "[0, oo)"}, x, None),
        ({}, x, None),
    ],
)
def test_a_box_is_cut_across_its_widest_side(box, symbol, halves):
    sides = {s: side(text) for s, text in box.items()}
    found = _halves(sides)
    if halves is None:
        assert found is None
    else:
        assert found == [{**sides, symbol: side(half)} for half in halves]


def test_symbols_of_one_name_are_told_apart():
    inside = Symbol("x", bound=1)
    found = _halves({x: side("[0, 1]"), inside: side("[0, 1]")})
    assert found is not None
    assert all(half.keys() == {x, inside} for half in found)


def test_as_many_boxes_are_looked_at_as_may_be():
    """A search draws on the boxes of the search around it, and says which limit it met."""
    domain = {x: side("[0, 1]")}
    work = Boxes(100)
    enclose(1 / DIPS, domain, work=work)
    needed = 100 - work.left
    assert needed == 5
    enclose(1 / DIPS, domain, pieces=3)
    with pytest.raises(NotDefinedError, match=r"not 0$"):
        enclose(1 / DIPS, domain, pieces=2)
    enclose(1 / DIPS, domain, work=Boxes(3))
    with pytest.raises(NotDefinedError, match="boxes of integrals were looked at"):
        enclose(1 / DIPS, domain, work=Boxes(2))
    inner = integral(1 / (u**2 - u + F(3, 5)), u, 0, 1)
    work = Boxes(100)
    enclose(inner + 1, {}, work=work)
    assert work.left == 100 - 1 - needed
    enclose(1 / DIPS, domain, pieces=INNER + 1)


def test_a_sign_is_looked_for_in_as_many_boxes(monkeypatch):
    cut, domain = [], {x: side("[-1, 1]")}

    def halves(box):
        cut.append(box)
        return _halves(box)

    monkeypatch.setattr(intervals, "_halves", halves)
    assert sign_of(2 + x, domain) == ">"
    assert len(cut) == 0  # a box that has a sign is not cut
    assert sign_of(1 / x, domain) == ""
    assert len(cut) == 32
    for left, sign in ((0, ""), (1, ">")):
        monkeypatch.setattr(intervals, "Boxes", lambda left=left: Boxes(left))
        assert sign_of(DIPS, domain) == sign
