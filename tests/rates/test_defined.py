"""What a rate is given of must be defined on all of its range: random expressions with holes, held to exact values."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from fractions import Fraction

import pytest

from verify.errors import UserError
from verify.rates.rate import rate

Value = Fraction | float
Sample = tuple[str, Callable[[Fraction], Value]]
PLACES = [Fraction(a, b) for b in (1, 2, 3) for a in range(-2 * b, 2 * b + 1)]


def divided(a: Value, b: Value) -> Value:
    if b == 0:
        raise ZeroDivisionError
    return a / b


def rooted(a: Value) -> Value:
    if a < 0:
        raise ValueError
    return math.sqrt(a)


ONE: dict[str, Callable[[Value], Value]] = {
    "(1/({}))": lambda a: divided(Fraction(1), a),
    "sqrt({})": rooted,
    "log({})": lambda a: math.log(a),
    "({})^0": lambda a: Fraction(1),
    "(0*({}))": lambda a: 0 * a,
    "({})^(-2)": lambda a: divided(Fraction(1), a * a),
    "(({})^2)": lambda a: a * a,
    "abs({})": abs,
    "sign({})": lambda a: Fraction((a > 0) - (a < 0)),
    "exp({})": lambda a: math.exp(min(a, 50)),
    "tanh({})": lambda a: math.tanh(a),
    "(1 + ({})^2)": lambda a: 1 + a * a,
    "relu({})": lambda a: max(a, Fraction(0)),
}
TWO: dict[str, Callable[[Value, Value], Value]] = {
    "({} + {})": lambda a, b: a + b,
    "({} - {})": lambda a, b: a - b,
    "({})*({})": lambda a, b: a * b,
    "(({})/({}))": divided,
    "max({}, {})": max,
    "min({}, {})": min,
}


def sample(rng: random.Random, depth: int) -> Sample:
    if depth == 0 or rng.random() < 0.15:
        c = rng.choice([Fraction(0), Fraction(1), Fraction(-1), Fraction(1, 2), Fraction(2)])
        return rng.choice(
            [("z", lambda z: z), ("z", lambda z: z), (f"({c})", lambda z: c), (f"(z - ({c}))", lambda z: z - c)]
        )
    if rng.random() < 0.6:
        text, f = rng.choice(list(ONE.items()))
        inner, g = sample(rng, depth - 1)
        return text.format(inner), lambda z: f(g(z))
    text, h = rng.choice(list(TWO.items()))
    (a, f1), (b, f2) = sample(rng, depth - 1), (sample(rng, depth - 1))
    if rng.random() < 0.15:
        b, f2 = a, f1
    return text.format(a, b), lambda z: h(f1(z), f2(z))


def held(seed: int) -> bool:
    """Is a rate given, and phi defined wherever we look? False: no rate."""
    rng = random.Random(seed)
    text, f = sample(rng, 4)
    text, batch = f"z + {text}", rng.choice([5, None])
    try:
        rate(text, batch, 4)
    except UserError:
        return False
    for z in PLACES:
        if batch is None or z * z < batch - 1:
            try:
                f(z)
            except (ValueError, ZeroDivisionError):
                raise AssertionError(f"{text} has a rate at {batch} and no value at {z}") from None
    return True


def test_a_rate_is_given_only_of_what_is_defined() -> None:
    assert sum(held(seed) for seed in range(150)) > 25


@pytest.mark.long
def test_a_rate_is_given_only_of_what_is_defined_in_very_many_cases() -> None:
    assert sum(held(seed) for seed in range(10_000, 40_000)) > 5000
