"""Polynomials and their quotients: every operation against exact values, and the one form that each result has."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest

from verify.proof.numbers import polynomials as p
from verify.proof.numbers.polynomials import ONE, Monomial, Polynomial, Ratio, TooLargeError

F = Fraction
ROOTS = (F(2), F(3, 5), F(7))  # each generator has the square of one of these as its value


def value(poly: Polynomial) -> F:
    """The value where a generator is the square of its root; exponents are multiples of 1/2."""
    total = F(0)
    for monomial, coefficient in poly.items():
        for generator, exponent in monomial:
            coefficient *= ROOTS[generator] ** int(2 * exponent)
        total += coefficient
    return total


def quotient(ratio: Ratio) -> F:
    return value(ratio.over) / value(ratio.under)


def m(*pairs: tuple[int, object]) -> Monomial:
    return tuple((g, F(str(e))) for g, e in pairs)


X, Y, ROOT = m((0, 1)), m((1, 1)), m((0, "1/2"))
POLYNOMIALS: list[Polynomial] = [
    {},
    {ONE: F(1)},
    {ONE: F(-2)},
    {X: F(3)},
    {ROOT: F(1)},
    {m((0, -1)): F(1, 2)},
    {X: F(1), Y: F(1)},
    {X: F(1), Y: F(-1)},
    {ONE: F(1), X: F(-1)},
    {ROOT: F(1), m((0, "-1/2"), (1, 2)): F(5), m((2, 1)): F(-1)},
]
RATIOS = [Ratio(over, under) for over in POLYNOMIALS for under in POLYNOMIALS[1:] if len(under) != 1 and over != under]
RATIOS += [Ratio(over, {ONE: F(1)}) for over in POLYNOMIALS]


def tidy(poly: Polynomial) -> bool:
    """Sorted monomials without a power 0, and no coefficient 0."""
    return all(c and list(k) == sorted(k) and all(e for _, e in k) for k, c in poly.items())


def test_monomials():
    assert p.times(X, Y) == p.times(Y, X) == m((0, 1), (1, 1))
    assert p.times(ROOT, ROOT) == X
    assert p.times(m((0, 1), (1, 2)), m((0, -1), (2, 1))) == m((1, 2), (2, 1))
    assert p.times(X, ONE) == p.times(ONE, X) == X
    assert p.times(X, m((0, -1))) == ONE
    assert p.to_the(m((0, 1), (1, -2)), F(1, 2)) == m((0, "1/2"), (1, -1))
    assert p.to_the(X, F(0)) == ONE


def test_polynomials_have_the_values_of_what_they_are_made_of():
    for a, b in itertools.product(POLYNOMIALS, repeat=2):
        for found, wanted in ((p.add(a, b), value(a) + value(b)), (p.multiply(a, b), value(a) * value(b))):
            assert tidy(found)
            assert value(found) == wanted
    for a, number in itertools.product(POLYNOMIALS, (F(0), F(-3), F(1, 2))):
        assert tidy(p.scaled(a, number))
        assert value(p.scaled(a, number)) == number * value(a)
    for a, n in itertools.product(POLYNOMIALS, range(4)):
        assert value(p.whole_power(a, n)) == value(a) ** n


def test_quotients_have_the_values_of_what_they_are_made_of():
    for a, b in itertools.product(RATIOS[::4], repeat=2):
        assert quotient(p.plus(a, b)) == quotient(a) + quotient(b)
        assert quotient(p.minus(a, b)) == quotient(a) - quotient(b)
        assert quotient(p.product(a, b)) == quotient(a) * quotient(b)
    for a in RATIOS:
        assert quotient(p.negative(a)) == -quotient(a)
        for n in range(-2 if a.over else 0, 4):
            assert quotient(p.power(a, n)) == quotient(a) ** n
        if a.over:
            assert quotient(p.inverse(a)) == 1 / quotient(a)


def test_the_form_of_a_quotient():
    """0 is 0/1, a denominator of one term moves up, equal denominators stay one, equal polynomials cancel."""
    sum_, difference, one = {X: F(1), Y: F(1)}, {X: F(1), Y: F(-1)}, {ONE: F(1)}
    a, b = Ratio({X: F(1)}, sum_), Ratio({Y: F(1)}, sum_)
    assert p.minus(a, a) == p.constant(0) == p.term(X, 0) == Ratio({}, one)
    assert p.minus(a, b) == Ratio(difference, sum_)
    assert p.plus(a, b) == Ratio(sum_, sum_)
    assert p.product(a, Ratio(sum_, one)) == p.product(Ratio(sum_, one), a) == p.term(X)
    assert p.product(a, Ratio(sum_, difference)) == Ratio({X: F(1)}, difference)
    assert p.inverse(p.term(m((0, 2), (1, -1)), -4)) == p.term(m((0, -2), (1, 1)), F(-1, 4))
    assert p.inverse(p.term(X, 2)).under == one
    assert p.power(a, 0) == p.constant(1)
    assert p.power(p.constant(0), 0) == p.constant(1)
    for exponent in (-1, -2):
        with pytest.raises(ZeroDivisionError):
            p.power(p.constant(0), exponent)


def test_what_is_one_term_or_one_number():
    wide = {X: F(1), Y: F(1)}
    for ratio, monomial, number in (
        (p.term(X, 3), (X, F(3)), None),
        (p.constant(3), (ONE, F(3)), F(3)),
        (p.constant(0), None, F(0)),
        (Ratio({}, wide), None, F(0)),
        (Ratio(wide, {ONE: F(1)}), None, None),
        (Ratio({ONE: F(1), X: F(1)}, {ONE: F(1)}), None, None),
        (Ratio({X: F(1)}, wide), None, None),
        (Ratio({ONE: F(1)}, wide), None, None),
        (Ratio({ONE: F(1)}, {ONE: F(2)}), None, None),
    ):
        assert (ratio.monomial, ratio.number) == (monomial, number)


def test_what_grows_too_large_is_given_up(monkeypatch):
    def terms(count: int) -> Polynomial:
        return {m((0, k)) if k else ONE: F(1) for k in range(count)}

    assert p.whole_power({X: F(1)}, 1000) == {m((0, 1000)): F(1)}
    assert p.power(p.term(X), -1000) == p.term(m((0, -1000)))
    for power in (lambda: p.whole_power({X: F(1)}, 1001), lambda: p.power(p.term(X), 1001)):
        with pytest.raises(TooLargeError, match="a power of 1001"):
            power()
    monkeypatch.setattr(p, "LARGEST", 4)
    assert len(p.multiply(terms(3), terms(2))) == 4
    for a, b, why in ((4, 2, "polynomial of 5"), (20, 10, "polynomial of 29"), (67, 3, "product of 67 and 3")):
        with pytest.raises(TooLargeError, match=why):
            p.multiply(terms(a), terms(b))
