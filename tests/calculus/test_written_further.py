"""relu written by sizes, sigmoid, tanh and softplus by exp, values from -1 to 1: both sides of each, and at random."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from operator import add
from random import Random

import pytest
from calculus.drawn import holds_at_one, how_many_are_so, is_called

import theory as c
from theory import Bound, activation, diag, dimension, exp, hadamard, log, nonnegative, ones, real, vector
from theory.terms import Term
from verify.proof.matrices import order
from verify.proof.matrices.forms import CannotDecide, Context
from verify.proof.matrices.known_activations import written_further
from verify.proof.matrices.normal_form import Answer, equal

d = dimension("d")
x, y, a, b, q = vector("x", d), vector("y", d), real("a"), real("b"), nonnegative("q")
one, HALF, QUARTER = ones(d), Fraction(1, 2), Fraction(1, 4)
relu, sigmoid, tanh, softplus, absolute, erf, sin = map(
    activation, ("relu", "sigmoid", "tanh", "softplus", "abs", "erf", "sin")
)


def called(term: Term) -> bool:
    return is_called(order.nonnegative, term)


def holds(term: Term, seed: int) -> bool:
    return holds_at_one(Bound(c.number(0), term), {"d": 3}, seed)


EQUAL = {  # and not so
    "sigmoid": (sigmoid(a), 1 / (1 + exp(-a)), 1 / (1 + exp(a))),
    "sigmoid of a product": (sigmoid(x.T @ y), exp(x.T @ y) / (1 + exp(y.T @ x)), exp(x.T @ y)),
    "its slope": (sigmoid.derivative(1, a), exp(a) / (1 + exp(a)) ** 2, exp(a) / (1 + exp(a))),
    "its second": (sigmoid.derivative(2, a), (exp(a) - exp(2 * a)) / (1 + exp(a)) ** 3, exp(a) / (1 + exp(a)) ** 3),
    "tanh": (tanh(a), (exp(a) - exp(-a)) / (exp(a) + exp(-a)), (exp(a) - exp(-a)) / 2),
    "tanh and sigmoid": (tanh(a), 2 * sigmoid(2 * a) - 1, 2 * sigmoid(a) - 1),
    "the slope of tanh": (tanh.derivative(1, a), 4 / (exp(a) + exp(-a)) ** 2, 4 / (exp(a) + exp(-a))),
    "softplus": (softplus(a), log(1 + exp(a)), log(1 + exp(-a))),
    "softplus and sigmoid": (softplus(-a), -log(sigmoid(a)), log(sigmoid(a))),
    "its slope, too": (softplus.derivative(1, a), exp(a) / (1 + exp(a)), 1 / (1 + exp(a))),
    "relu": (relu(x), (x + absolute(x)) / 2, (x - absolute(x)) / 2),
    "relu of a number": (relu(a), (a + abs(a)) / 2, abs(a)),
    "sizes": (absolute(x), relu(x) + relu(-x), relu(x) - relu(-x)),
    "as it is written": (HALF * (x + absolute(x)), relu(x), x),
    "inside": (exp(sigmoid(a)), exp(1 / (1 + exp(-a))), exp(1 / (1 + exp(a)))),
}


@pytest.mark.parametrize("name", EQUAL)
def test_what_is_written_further_is_the_same(name: str) -> None:
    left, right, other = EQUAL[name]
    assert equal(left, right) is Answer.EQUAL
    assert equal(left, other) is not Answer.EQUAL
    difference = left - right if left.is_scalar else y.T @ (left - right)
    assert all(holds(difference, seed) and holds(-difference, seed) for seed in range(4))


def test_nothing_else_is_written_further() -> None:
    for term in (sigmoid(x), tanh(x), softplus(x), erf(a), sin(a), exp(a), activation("phi")(a), x.T @ y):
        assert written_further(term) == term
    assert written_further(relu(a)) == HALF * (a + abs(a))
    assert written_further(sin(relu(a))) == sin(HALF * (a + abs(a)))
    assert equal(sin(sigmoid(a)), tanh(sigmoid(a))) is not Answer.EQUAL


def test_what_an_instance_tells_apart_stays_so_where_no_instance_reads_what_is_written_further() -> None:
    for left, right in ((relu(relu(a)), relu(a)), (sigmoid(a) + sigmoid(-a), c.number(1)), (tanh(-a), -tanh(a))):
        assert equal(left, right) is Answer.EQUAL
        assert equal(left + b, right) is Answer.DIFFERENT


SIDES = {  # what is >= 0, and what is so no longer
    "relu above 0": (one.T @ (relu(x) - x), one.T @ (relu(x) - 2 * x)),
    "below the size": (one.T @ (absolute(x) - relu(x)), one.T @ (absolute(x) - 2 * relu(x))),
    "of a sum": (one.T @ (relu(x) + relu(y) - relu(x + y)), one.T @ (relu(x) - relu(x + y))),
    "of two": (relu(x).T @ relu(-y), relu(x).T @ (relu(-y) - y)),
    "tanh of a column": ((one - tanh(x)).T @ (one + tanh(x)), (one - 2 * tanh(x)).T @ (one + tanh(x))),
    "one sided": (one.T @ (one + tanh(x)), one.T @ (one + tanh(x) + sin(x))),
    "sigmoid of a column": (one.T @ (one - sigmoid(x)), one.T @ (one - sigmoid(x) - tanh(x))),
    "sigmoid is positive": (one.T @ (one - sigmoid(x) + sigmoid(y)), one.T @ (one - sigmoid(x) - sigmoid(y))),
    "products": (one.T @ (one - hadamard(tanh(x), erf(y))), one.T @ (one - hadamard(tanh(x), y))),
    "no matrix of others before it": (one.T @ (one - tanh(x)), one.T @ (one - c.matrix("K", d, d) @ tanh(x))),
    "no matrix before it": (one.T @ (one - diag(tanh(x)) @ tanh(x)), one.T @ (one - diag(x) @ tanh(x))),
    "of softplus nothing": (one.T @ (one - erf(x)), one.T @ (one - softplus(x))),
    "tanh of a number": (1 - tanh(a) ** 2, 1 - 2 * tanh(a) ** 2),
    "an odd power": (1 + erf(a) ** 3, 1 + 2 * erf(a) ** 3),
    "times a number": (q - q * sin(a), b - b * sin(a)),
    "no root": (1 - erf(a), 1 - erf(a) - abs(erf(a)) ** HALF),
    "no quotient": (1 - sin(a), 1 - 1 / sin(a)),
    "no quotient of a sigmoid": (q + q * erf(a), q - q / erf(a)),
    "an odd power of what has no sign": (1 + sin(a) ** 3 + q, b - b * sin(a) ** 2),
    "no more than there is": (3 - 2 * sin(a) - sin(b), 2 - 2 * sin(a) - sin(b)),
    "values that nothing outweighs": (sin(a) ** 2 + 1 + erf(b), 1 + erf(b) - sin(a) ** 2),
    "roots": (1 - sigmoid(a) ** HALF, 1 - 2 * sigmoid(a) ** HALF),
    "two of them": (2 - sin(a) - erf(b), 1 - sin(a) - erf(b)),
    "beside another": (1 - sin(a) ** 2 + x.T @ x, 1 - sin(a) ** 2 - x.T @ x),
    "no slope": (1 - sin(a), 1 - erf.derivative(1, a)),
    "sigmoid by exp": (sigmoid(a) / (1 + exp(a)), 1 - 2 * sigmoid(a)),
}


@pytest.mark.parametrize("name", SIDES)
def test_values_must_be_so(name: str) -> None:
    within, beyond = SIDES[name]
    assert called(within)
    assert not called(beyond)
    assert all(holds(within, seed) for seed in range(6))


def test_a_value_below_one_is_so_strictly() -> None:
    assert order.positive(Context(), exp(a) / (1 + exp(a)))
    assert order.positive(Context(), sigmoid(a))
    assert not order.positive(Context(), relu(a))
    assert not order.positive(Context(), 1 - tanh(a) ** 2 - QUARTER)


def test_what_is_above_0_only_where_it_is_written_out_is_so() -> None:
    assert order.positive(Context(), relu(a), (order.Fact("F", a + abs(a), strict=True),))
    assert not order.positive(Context(), relu(a), (order.Fact("F", a + abs(a)),))
    assert order.positive(Context(), 2 - tanh(a))
    assert not order.positive(Context(), 1 - 2 * tanh(a))


COLUMNS = [
    one, x, relu(x), relu(y), relu(x + y), relu(-x), relu(x - y), absolute(x), absolute(x + y), tanh(x), sigmoid(x),
    sin(y), erf(x), hadamard(tanh(x), sin(y)), hadamard(tanh(x), tanh(x)), hadamard(x, tanh(x)), softplus(x), exp(x),
    sigmoid(-x), tanh(-y), c.zero(d, 1), diag(sigmoid(x)) @ relu(y),
]  # fmt: skip
NUMBERS = [
    c.number(1), a, q, tanh(a), tanh(a) ** 2, sigmoid(a), sigmoid(b), sin(a), erf(a) ** 3, sin(a) * erf(b), relu(a),
    relu(a + b), relu(-a), abs(a), softplus(a), exp(a), sigmoid(a) ** 2, tanh(a + b), q * sin(a), abs(tanh(a)),
    sigmoid(-a), 1 / (1 + exp(a)), log(1 + exp(b)),
]  # fmt: skip


def a_sum(coins: Random) -> Term:
    """Two to four numbers, or sums of the entries of columns, with signs; or a product of two such columns."""
    if coins.random() < 0.5:
        terms = [coins.choice([1, 1, -1, -1, 2, -2]) * coins.choice(NUMBERS) for _ in range(coins.randint(2, 4))]
        return reduce(add, terms) * coins.choice([c.number(1), q, sigmoid(b)])
    columns = [
        reduce(add, [coins.choice([1, 1, -1, -1, 2]) * coins.choice(COLUMNS) for _ in range(coins.randint(2, 3))])
        for _ in range(2)
    ]
    left = coins.choice([one, one, relu(y), columns[1]])
    return left.T @ columns[0]


@pytest.mark.parametrize("part", range(4))
def test_what_is_called_nonnegative_is_so(part: int) -> None:
    seeds = range(700 * part, 700 * part + 700)
    terms = ((seed, a_sum(Random(f"written further {seed}"))) for seed in seeds)
    assert how_many_are_so(terms, called, holds, 5) > 20


def test_what_is_called_positive_is_so() -> None:
    found = 0
    for seed in range(600):
        term = a_sum(Random(f"written further, above 0, {seed}"))
        try:
            shown = order.positive(Context(), term)
        except CannotDecide:
            continue
        if shown:
            found += 1
            assert all(holds_at_one(c.Below(c.number(0), term), {"d": 3}, seed + i) for i in range(5))
    assert found > 5
