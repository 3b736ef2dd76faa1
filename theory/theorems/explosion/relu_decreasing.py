r"""The ReLU rate falls strictly as the batch grows, for every real batch size of at least 4.

With t = 1/(B - 1) in [0, 1/3] the rate is analytic in t, and its derivative in t is positive on the whole interval.
"""

from fractions import Fraction

from theory import Below, Numbers, Source, Theorem, between, derivative, number, zero
from theory.definitions.mean_field import relu_rate_in_t, t
from theory.theorems.explosion import relu_rate

SLOPE = derivative(relu_rate_in_t(t), t)

NEAR_MISSES = {
    "it rises with the batch": Below(SLOPE, zero()),
    "a slope of at least 2": Below(number(2), SLOPE),
}

THEOREM = Theorem(
    __name__,
    Below(zero(), SLOPE),
    near_misses=NEAR_MISSES,
    reads="the rate grows with t = 1/(B - 1), and so falls as the batch grows",
    setting=Numbers((between(t, 0, Fraction(1, 3)),)),
    sources=(Source("yang2019", "Section 3.2"),),
    rests_on=(relu_rate.THEOREM,),
    meanings={"t": "1/(B - 1)"},
)
