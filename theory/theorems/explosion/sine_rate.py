r"""In large batches a sine network explodes at the rate coth(1) = 1.31304...

    E[cos(Z)^2] / Var sin(Z) = (1 + e^-2)/(1 - e^-2),  Z standard normal

The mean of the sine is zero, and both expectations are even: twice their integrals from 0 to infinity.
"""

from theory import (
    Identity,
    Numbers,
    Part,
    Source,
    Term,
    Theorem,
    cos,
    define,
    exp,
    gamma_integral,
    gaussian_cosine,
    integral,
    number,
    oo,
    pi,
    real,
    sin,
    sqrt,
    start,
    unfold,
)
from theory.theorems.explosion import rate as meaning

z = real("z")
density = define("p", (z,), exp(-(z**2) / 2) / sqrt(2 * pi), source="the standard normal density")


def mean(even: Term) -> Term:
    """E[f(Z)] of an even function of z."""
    return 2 * integral(even * density(z), z, 0, oo)


SLOPE, VARIANCE = mean(cos(z) ** 2), mean(sin(z) ** 2)
half = number(1) / 2
INTEGRALS = (unfold(density), gamma_integral(1, half, 2), gaussian_cosine(2, half))
RATE = (1 + exp(-2)) / (1 - exp(-2))

NEAR_MISSES = {
    "the variance of a uniform phase": Identity(VARIANCE, half),
    "e^-1 for e^-2": Identity(SLOPE, (1 + exp(-1)) / 2),
    "the slope of the linear part": Identity(SLOPE, exp(-1)),
}

THEOREM = Theorem(
    __name__,
    setting=Numbers(),
    parts=(
        Part("slope", Identity(SLOPE, (1 + exp(-2)) / 2), start(SLOPE).equals((1 + exp(-2)) / 2, *INTEGRALS)),
        Part("variance", Identity(VARIANCE, (1 - exp(-2)) / 2), start(VARIANCE).equals((1 - exp(-2)) / 2, *INTEGRALS)),
        Part(
            "rate",
            Identity((1 + exp(-2)) / 2 / ((1 - exp(-2)) / 2), RATE),
            start((1 + exp(-2)) / 2 / ((1 - exp(-2)) / 2)).equals(RATE),
        ),
    ),
    headline="rate",
    near_misses=NEAR_MISSES,
    sources=(Source("yang2019", "Section 3"),),
    speaks_of=(meaning.THEOREM,),
    reads="in large batches the rate is E[phi'(Z)^2] over the variance of phi(Z), with Z standard normal: (c) is (a) "
    "over (b), which is coth(1)",
)
