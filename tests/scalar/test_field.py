"""The relations of generators: what they put in place of powers has the value that it had, and the form it should."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.scalar.test_polynomials import m, tidy, value
from theory import cos, derivative, real, sin, sqrt
from verify.proof.numbers import polynomials as p
from verify.proof.numbers.field import Field, _even_powers, _replaced
from verify.proof.numbers.polynomials import ONE, Polynomial, Ratio
from verify.proof.numbers.reading import UnreadableError, read

F = Fraction
x, y = real("x"), real("y")

# Generator 1 has the value 9/25 there (see test_polynomials), 0 the value 4, 2 the value 49.
POWERS: list[Polynomial] = [
    {m((0, 1), (1, k)): F(2), m((1, j)): F(-3), m((2, 1)): F(5)}
    for k in (0, 1, 2, -1, -3, "1/2", "7/2", "-1/2")
    for j in (0, 3, -2, "3/2")
]
POWERS += [{m((1, k)): F(1)} for k in (1, 2, 3, -1, -2, "1/2", "3/2", "-3/2")] + [{ONE: F(1)}, {m((0, 1)): F(3)}]
WORTH = Ratio({m((0, 1)): F(9, 100)}, {ONE: F(1)})  # of generator 1, by the generator before it
BROKEN = Ratio({m((0, 1)): F(9), ONE: F(9)}, {m((0, 1)): F(25), ONE: F(25)})


@pytest.mark.parametrize("worth", [WORTH, BROKEN, Ratio({ONE: F(9)}, {ONE: F(25)})])
def test_whole_powers_of_a_root_are_replaced(worth):
    """Everything is multiplied by powers of the value's two sides alone, and no power outside [0, 1) is left."""
    for poly in POWERS:
        found = _replaced(poly, 1, worth)
        powers = [exponent.__floor__() for k in poly for exponent in [dict(k).get(1, F(0))]]
        over, under = value(worth.over), value(worth.under)
        assert tidy(found)
        assert value(found) == value(poly) * over ** -min(powers) * under ** max(powers)
        assert all(0 <= dict(k).get(1, F(0)) < 1 for k in found)


SINE = F(3, 5) ** 2
SQUARE = Ratio({m((0, 1)): SINE**2 / 4}, {ONE: F(1)})
HALVES = Ratio({m((0, 1)): SINE**2, ONE: SINE**2}, {m((0, 1)): F(1), ONE: F(1)})


@pytest.mark.parametrize("square", [SQUARE, HALVES])
def test_even_powers_of_a_sine_are_replaced(square):
    """Everything is multiplied by the power of the sine that leaves none below, and of the square's denominator."""
    for poly in POWERS:
        found = _even_powers(poly, 1, square)
        powers = [dict(k).get(1, F(0)) for k in poly]
        if any(power.denominator > 1 for power in powers):
            assert found == poly
            continue
        shift = max(0, -min(powers))
        steps = max((int(power + shift) // 2) for power in powers)
        assert tidy(found)
        assert value(found) == value(poly) * SINE ** int(shift) * value(square.under) ** steps
        assert all(dict(k).get(1, F(0)) in (0, 1) for k in found)


def test_sines_in_a_numerator():
    """The same quotient, so with no power of a sine put in, and none used where a sine stands below."""
    f = Field()
    c = f.generator("cos", "")
    s = f.generator("sin", "", relation="sine", value=p.term(m((c, 1))))
    other = f.generator("sum", "", relation="root", value=p.constant(7))
    square = {ONE: F(1), m((c, 2)): F(-1)}
    for poly, wanted in (
        ({m((s, 2)): F(1)}, square),
        ({m((s, 2)): F(1), ONE: F(2)}, p.add(square, {ONE: F(2)})),
        ({m((s, 3)): F(1)}, p.multiply(square, {m((s, 1)): F(1)})),
        ({m((s, 2)): F(1), m((c, 2)): F(1)}, {ONE: F(1)}),
        ({m((s, 2)): F(1), m((s, -1)): F(1)}, None),
        ({m((s, -2)): F(1)}, None),
        ({m((other, 2)): F(1)}, None),
        ({m((c, 2)): F(1)}, None),
        ({}, None),
    ):
        for under in ({ONE: F(1)}, {ONE: F(1), m((c, 1)): F(1)}):
            assert f.circular(Ratio(poly, under)) == Ratio(poly if wanted is None else wanted, under)


def test_a_cosine_that_is_a_quotient_is_left_alone_in_a_numerator():
    f = Field()
    c = f.generator("cos", "")
    below = f.generator("sin", "", relation="sine", value=Ratio({ONE: F(1)}, {ONE: F(1), m((c, 1)): F(1)}))
    sine = p.term(m((below, 2)))
    assert f.circular(sine) == sine
    assert not f.vanishes(p.minus(sine, p.constant(1)))
    cosine = f.generators[below].value
    assert cosine is not None
    assert f.vanishes(p.minus(p.plus(sine, p.power(cosine, 2)), p.constant(1)))


def test_the_zero_test_uses_each_relation():
    f = Field()
    two = f.generator("prime", 2, relation="root", value=p.constant(2), positive=True)
    c = f.generator("cos", "")
    s = f.generator("sin", "", relation="sine", value=p.term(m((c, 1))))
    nested = f.generator("sum", "", relation="root", value=p.plus(p.term(m((two, "1/2"))), p.term(m((s, 2)))))
    sine, first = p.term(m((s, 1))), p.term(m((nested, 1)))
    for zero in (
        p.minus(p.term(m((two, "3/2"))), p.term(m((two, "1/2")), 2)),
        p.minus(
            p.plus(p.power(sine, 4), p.power(p.term(m((c, 2))), 1)),
            p.plus(p.constant(1), p.term(m((c, 2), (s, 2)), -1)),
        ),
        p.minus(p.plus(p.term(m((s, 1))), p.term(m((s, -1), (c, 2)))), p.term(m((s, -1)))),
        p.minus(first, p.plus(p.term(m((two, "1/2"))), p.minus(p.constant(1), p.term(m((c, 2)))))),
        p.minus(p.product(p.term(m((nested, "-1/2"))), first), p.term(m((nested, "1/2")))),
        p.constant(0),
    ):
        assert f.vanishes(zero)
        assert not f.vanishes(p.plus(zero, p.term(m((two, "3/2")))))
        assert not f.vanishes(p.plus(zero, p.term(m((s, 2)))))
        assert not f.vanishes(p.plus(zero, p.term(m((nested, "3/2"), (c, 1)))))
    i = f.generator("integral", "")
    j = f.generator("integral", "of another")
    f.known[j] = p.constant(3)
    f.known[i] = p.product(p.term(m((j, 1))), p.term(m((two, "1/2"))))
    assert f.vanishes(p.minus(p.power(p.term(m((i, 1))), 2), p.constant(18)))
    assert f.vanishes(p.minus(p.term(m((j, "3/2"))), p.term(m((j, "1/2")), 3)))
    assert not f.vanishes(p.minus(p.term(m((i, 1))), p.constant(3)))


def test_a_generator_is_found_again_by_its_kind_name_and_arguments():
    f = Field()
    one, two = (f.generator("symbol", s, varies=frozenset({s})) for s in (x, y))
    u, v = p.term(m((one, 1))), p.term(m((two, 1)))
    same = f.generator("f", "name", (p.plus(u, v), u))
    assert f.generator("f", "name", (p.plus(v, u), p.minus(p.plus(u, v), v))) == same
    for kind, name, arguments in (
        ("g", "name", (p.plus(u, v), u)),
        ("f", "other", (p.plus(u, v), u)),
        ("f", "name", (p.plus(u, v), v)),
        ("f", "name", (v, u)),
        ("f", "name", (p.plus(u, v),)),
        ("f", "name", (p.plus(u, v), u, u)),
    ):
        assert f.generator(kind, name, arguments) == len(f.generators) - 1
    assert f.generators[same].varies == {x, y}
    assert f.varies(Ratio({m((one, 1)): F(1)}, {m((two, 1)): F(1), ONE: F(1)})) == {x, y}
    assert f.varies(u) == {x}
    assert f.varies(p.constant(3)) == frozenset()
    assert not f.generators[same].positive


def test_a_field_of_its_own_knows_no_sign_and_no_derivative():
    f = Field()
    assert not f.same(read(f, sqrt(x**2)), read(f, x))
    assert not f.same(read(f, sqrt(x * y)), read(f, sqrt(x) * sqrt(y)))
    with pytest.raises(UnreadableError):
        read(f, derivative(x**2, x))
    assert f.same(read(f, sin(x) ** 2), read(f, 1 - cos(x) ** 2))
