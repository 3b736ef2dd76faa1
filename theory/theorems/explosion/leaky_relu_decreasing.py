r"""The leaky ReLU rate falls strictly as the batch grows, for every real batch size of at least 4 and every slope a >= 0.

The rate is (n_0 + w n_1)/(d_0 + w d_1) with w = 2a/(1 + a^2) between 0 and 1. Its slope in t = 1/(B - 1) has the sign of
    (1 - w)^2 (n_0, d_0) + w(1 - w) ((n_0, d_1) + (n_1, d_0) + 2 (n_0, d_0)) + w^2 (n_0 + n_1, d_0 + d_1)
where (n, d) = n'd - n d'. All three brackets are positive on the whole interval 0 <= t <= 1/3.
"""

from fractions import Fraction

from theory.calculus import Term, derivative, number, zero
from theory.claims import Below
from theory.definitions.mean_field import leaky_d0, leaky_d1, leaky_n0, leaky_n1, t
from theory.scalar.ranges import between
from theory.scalar.theorem import ScalarTheorem
from theory.theorem import Part

n_0, n_1, d_0, d_1 = leaky_n0(t), leaky_n1(t), leaky_d0(t), leaky_d1(t)


def bracket(n: Term, d: Term) -> Term:
    """n'd - n d', the numerator of the slope of n/d."""
    return derivative(n, t) * d - n * derivative(d, t)


FIRST, LAST = bracket(n_0, d_0), bracket(n_0 + n_1, d_0 + d_1)
MIDDLE = bracket(n_0, d_1) + bracket(n_1, d_0) + 2 * bracket(n_0, d_0)

NEAR_MISSES = {
    "the mixed terms alone": Below(number(1), bracket(n_0, d_1) + bracket(n_1, d_0)),
    "it rises with the batch": Below(FIRST, zero()),
    "a slope of at least 1": Below(number(1), FIRST),
}

THEOREM = ScalarTheorem(
    __name__,
    parts=(
        Part("ReLU", Below(zero(), FIRST), None),
        Part("in between", Below(zero(), MIDDLE), None),
        Part("identity", Below(zero(), LAST), None),
    ),
    near_misses=NEAR_MISSES,
    ranges=(between(t, 0, Fraction(1, 3)),),
)
