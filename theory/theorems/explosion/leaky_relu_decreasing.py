r"""The leaky ReLU rate falls strictly as the batch grows, for every slope a >= 0 and all real B >= 4.

The rate is (n_0 + w n_1)/(d_0 + w d_1) with w = 2a/(1 + a^2) between 0 and 1, and the sign of its slope in
t = 1/(B - 1) is that of a sum of three brackets with the weights (1 - w)^2, w(1 - w) and w^2. All three are positive
for 0 <= t <= 1/3.
"""

from fractions import Fraction

from theory import Below, Numbers, Part, Source, Theorem, between, number, zero
from theory.definitions.mean_field import t
from theory.theorems.explosion import leaky_relu_slope
from theory.theorems.explosion.leaky_relu_slope import FIRST, LAST, MIDDLE, bracket, d_0, d_1, n_0, n_1

NEAR_MISSES = {
    "the mixed terms alone": Below(number(1), bracket(n_0, d_1) + bracket(n_1, d_0)),
    "it rises with the batch": Below(FIRST, zero()),
    "a slope of at least 1": Below(number(1), FIRST),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("ReLU", Below(zero(), FIRST), None),
        Part("in between", Below(zero(), MIDDLE), None),
        Part("identity", Below(zero(), LAST), None),
    ),
    near_misses=NEAR_MISSES,
    reads="the three brackets are positive: the rate grows with t = 1/(B - 1), and so falls as the batch grows",
    setting=Numbers((between(t, 0, Fraction(1, 3)),)),
    sources=(Source("yang2019", "Section 3.2, for ReLU"),),
    rests_on=(leaky_relu_slope.THEOREM,),
    meanings={"t": "1/(B - 1)"},
)
