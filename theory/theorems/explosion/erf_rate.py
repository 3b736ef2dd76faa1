r"""In large batches an erf network explodes at the rate (2/sqrt(5))/arcsin(2/3) = 1.22570...

    E[erf'(Z)^2] = 4/(pi sqrt(5)),  Var erf(Z) = (2/pi) arcsin(2/3)

erf(Z) is the mean sign of Z + N/sqrt(2), with a second normal N: so E[erf(Z)^2] is the mean product of the signs of two
normal numbers of correlation 1/(1 + 1/2) = 2/3, which is four times the chance that both are positive, less one.
"""

from theory import (
    DIFFERENTIATE,
    Identity,
    Numbers,
    Part,
    Source,
    Theorem,
    arccos,
    derivative,
    erf,
    gamma_integral,
    number,
    pi,
    real,
    sqrt,
    start,
    unfold,
)
from theory.definitions.mean_field import arc_cosine_slope, both_positive, c
from theory.theorems.explosion import arc_cosine_kernel
from theory.theorems.explosion import rate as meaning
from theory.theorems.explosion.sine_rate import density, mean, z

x = real("x")
SLOPE = mean(derivative(erf(x), x, at=z) ** 2)
VARIANCE = 4 * both_positive(number(2) / 3) - 1
ARCSINE = pi / 2 - arccos(number(2) / 3)

NEAR_MISSES = {
    "the square root left out": Identity(SLOPE, number(4) / (5 * pi)),
    "correlation 1/2": Identity(VARIANCE, 4 * both_positive(number(1) / 2) - 1),
    "the angle for its complement": Identity(VARIANCE, 2 * arccos(number(2) / 3) / pi),
}

THEOREM = Theorem(
    __name__,
    setting=Numbers(),
    parts=(
        Part(
            "slope",
            Identity(SLOPE, 4 / (pi * sqrt(number(5)))),
            start(SLOPE).equals(
                4 / (pi * sqrt(number(5))), unfold(density), DIFFERENTIATE, gamma_integral(1, number(5) / 2, 2)
            ),
        ),
        Part(
            "variance",
            Identity(VARIANCE, 2 * ARCSINE / pi),
            start(VARIANCE)
            .equals(
                2 * arc_cosine_slope(number(2) / 3) - 1,
                arc_cosine_kernel.THEOREM.at({c: number(2) / 3}, "orthant"),
            )
            .equals(2 * ARCSINE / pi, unfold(arc_cosine_slope)),
        ),
        Part(
            "rate",
            Identity(4 / (pi * sqrt(number(5))) / (2 * ARCSINE / pi), 2 / (sqrt(number(5)) * ARCSINE)),
            start(4 / (pi * sqrt(number(5))) / (2 * ARCSINE / pi)).equals(2 / (sqrt(number(5)) * ARCSINE)),
        ),
    ),
    headline="rate",
    near_misses=NEAR_MISSES,
    sources=(Source("yang2019", "Section 3"),),
    speaks_of=(meaning.THEOREM,),
    reads="in large batches the rate is E[phi'(Z)^2] over the variance of phi(Z), with Z standard normal: (c) is (a) "
    "over (b); pi/2 - arccos(2/3) is the arcsine of 2/3",
)
