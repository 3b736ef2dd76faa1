"""Random numbers made of roots, absolute values and powers of all signs, against arithmetic in sixty digits: what the
normal form says they are, and are the size of, and which signs it sees."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random

import mpmath
import pytest

import theory as c
from theory import terms as t
from theory.terms import CalculusError, Symbol, Term
from theory.terms.text import text
from verify.proof.matrices import order, powers, signs
from verify.proof.matrices.forms import Context
from verify.proof.matrices.normal_form import normal_form
from verify.proof.matrices.unform import to_term

r, s = c.real("r"), c.real("s")
LETTERS = (r, s, c.real("z", nonzero=True), c.positive("p"), c.nonnegative("q"), c.negative("k"))
ROOTS = [
    Fraction(1, 2),
    Fraction(1, 4),
    Fraction(1, 3),
    Fraction(3, 2),
    Fraction(3, 4),
    Fraction(-1, 2),
    Fraction(5, 4),
]
WHOLE = [Fraction(n) for n in (2, 3, 4, -1, -2, -3)]
TINY = mpmath.mpf(10) ** -40


def number(coins: Random, deep: int) -> Term:
    if deep == 0 or coins.random() < 0.15:
        return coins.choice([*LETTERS, c.number(2), c.number(-1)])
    ways = (
        lambda: number(coins, deep - 1) + number(coins, deep - 1),
        lambda: number(coins, deep - 1) - number(coins, deep - 1),
        lambda: number(coins, deep - 1) * number(coins, deep - 1),
        lambda: number(coins, deep - 1) * number(coins, deep - 1),
        lambda: number(coins, deep - 1) ** coins.choice(ROOTS + WHOLE),
        lambda: number(coins, deep - 1) ** coins.choice(ROOTS),
        lambda: (number(coins, deep - 1) ** 2) ** coins.choice(ROOTS),
        lambda: abs(number(coins, deep - 1)),
        lambda: _side_by_side(coins, number(coins, deep - 1)),
    )
    return coins.choice(ways)()


def _side_by_side(coins: Random, base: Term) -> Term:
    """Roots of one square, whose exponents may come to a whole number."""
    half = coins.choice([Fraction(1, 4), Fraction(3, 4), Fraction(1, 2)])
    return (base**2) ** half * (coins.choice([1, 2]) * base**2) ** coins.choice([half, 1 - half])


class UndefinedHereError(Exception):
    """A root of what is negative, or a division by 0."""


def value(term: Term, at: Mapping[Term, mpmath.mpf]) -> mpmath.mpf:
    match term:
        case t.Number(exact):
            return mpmath.mpf(exact.numerator) / exact.denominator
        case Symbol():
            return at[term]
        case t.Sum(terms):
            return mpmath.fsum(value(one, at) for one in terms)
        case t.Scale() | t.Product():
            return mpmath.fprod(value(one, at) for one in term.children)
        case t.Abs(body):
            return abs(value(body, at))
        case t.Power(base, exponent):
            inside = value(base, at)
            if abs(inside) < TINY:
                inside = mpmath.mpf(0)
            if (exponent < 0 and not inside) or (exponent.denominator > 1 and inside < 0):
                raise UndefinedHereError
            return inside ** (mpmath.mpf(exponent.numerator) / exponent.denominator)
    raise AssertionError(type(term))


def points(coins: Random) -> Mapping[Term, mpmath.mpf]:
    found: dict[Term, mpmath.mpf] = {}
    for letter in LETTERS:
        size = mpmath.mpf(coins.randint(1, 40)) / coins.randint(1, 12)
        free = letter in (r, s) and coins.random() < 0.2
        side = -1 if letter.name == "k" or (letter.name in "rsz" and coins.random() < 0.5) else 1
        found[letter] = mpmath.mpf(0) if free else side * size
    return found


@pytest.mark.parametrize("part", range(4))
def test_a_normal_form_is_what_it_is_made_of(part: int) -> None:
    coins, looked = Random(f"roots {part}"), 0
    with mpmath.workdps(60):
        for _ in range(700):
            context = Context()
            try:
                term = number(coins, coins.choice([2, 3, 4]))
                form = normal_form(context, term)
                same, size = to_term(context, form), to_term(context, powers.absolute(context, form))
                least = signs.is_nonnegative(context, form) or order.nonnegative(context, term, ())
                more = signs.is_positive(context, form) or order.positive(context, term)
            except (CalculusError, ArithmeticError):
                continue
            for _ in range(4):
                at = points(coins)
                try:
                    here = value(term, at)
                    there, length = value(same, at), value(size, at)
                except (UndefinedHereError, OverflowError):
                    continue
                looked += 1
                close = mpmath.mpf(10) ** -25 * (1 + abs(here))
                assert abs(here - there) < close, text(term)
                assert abs(abs(here) - length) < close, text(term)
                assert not (least or more) or here > -close, text(term)
                assert not more or abs(here) > TINY, text(term)
    assert looked > 500
