r"""The slope of the leaky ReLU rate in 1/(B - 1) is a positive combination of three functions of B.

    d/dt (n_0 + w n_1)/(d_0 + w d_1) = ((1 - w)^2 F + w(1 - w) M + w^2 L)/(d_0 + w d_1)^2

with W(n, d) = n' d - n d': F = W(n_0, d_0), L = W(n_0 + n_1, d_0 + d_1), M = W(n_0, d_1) + W(n_1, d_0) + 2 F.
"""

from fractions import Fraction

from theory import DIFFERENTIATE, Identity, Numbers, Source, Term, Theorem, between, derivative, real, start
from theory.definitions.mean_field import leaky_d0, leaky_d1, leaky_n0, leaky_n1, t
from theory.theorems.explosion import leaky_relu_rate

w = real("w")
n_0, n_1, d_0, d_1 = leaky_n0(t), leaky_n1(t), leaky_d0(t), leaky_d1(t)


def bracket(n: Term, d: Term) -> Term:
    """n'd - n d', the numerator of the slope of n/d."""
    return derivative(n, t) * d - n * derivative(d, t)


FIRST, LAST = bracket(n_0, d_0), bracket(n_0 + n_1, d_0 + d_1)
MIDDLE = bracket(n_0, d_1) + bracket(n_1, d_0) + 2 * FIRST
SLOPE = derivative((n_0 + w * n_1) / (d_0 + w * d_1), t)
RIGHT = ((1 - w) ** 2 * FIRST + w * (1 - w) * MIDDLE + w**2 * LAST) / (d_0 + w * d_1) ** 2

NEAR_MISSES = {
    "without the mixed terms": Identity(SLOPE, ((1 - w) ** 2 * FIRST + w**2 * LAST) / (d_0 + w * d_1) ** 2),
    "the denominator not squared": Identity(
        SLOPE, ((1 - w) ** 2 * FIRST + w * (1 - w) * MIDDLE + w**2 * LAST) / (d_0 + w * d_1)
    ),
}

THEOREM = Theorem(
    __name__,
    Identity(SLOPE, RIGHT),
    start(SLOPE).equals(RIGHT, DIFFERENTIATE),
    near_misses=NEAR_MISSES,
    setting=Numbers((between(t, 0, Fraction(1, 3)), between(w, 0, 1))),
    sources=(Source("yang2019", "Section 3.2, for ReLU"),),
    rests_on=(leaky_relu_rate.THEOREM,),
    meanings={"t": "1/(B - 1)", "w": "2a/(1 + a^2) for the slope a below 0"},
)
