r"""The rate of explosion of deep ReLU networks with batch normalisation, in closed form for real B.

    lambda(B) = (J'(c_0) + B - 1)/((B - 3)(1 - J(c_0))) - 1/(B - 3),   c_0 = -1/(B - 1)

The moments of ReLU at y are those of a pair of standard normal numbers (`explosion.relu-fixed-point`), and signs do not
depend on the length of the batch. It is the rate of the SQUARED gradient norm.
"""

from theory import Identity, Numbers, Part, Source, Theorem, at_least, start, unfold
from theory.definitions.mean_field import (
    B,
    arc_cosine,
    arc_cosine_slope,
    both_positive,
    c,
    correlation,
    rate,
    relu_product,
    relu_rate,
    relu_rate_in_t,
)
from theory.theorems.explosion import arc_cosine_kernel, relu_fixed_point
from theory.theorems.explosion import rate as meaning

c_0 = correlation(B)
J, J_1 = arc_cosine(c_0), arc_cosine_slope(c_0)
MOMENTS = rate(B, (1 - 2 * relu_product(c_0)) / 2, (B - 2) / 2, both_positive(c_0) + relu_product(c_0))

CLOSED = Identity(MOMENTS, relu_rate(B))
IN_T = Identity(relu_rate(B), relu_rate_in_t(1 / (B - 1)))

KERNEL = arc_cosine_kernel.THEOREM
PROOF_OF_CLOSED = (
    start(MOMENTS)
    .equals(
        rate(B, (1 - J) / 2, (B - 2) / 2, J_1 / 2 + J / 2),
        KERNEL.at({c: c_0}, "product"),
        KERNEL.at({c: c_0}, "orthant"),
    )
    .equals(((B - 2) + J_1 + J) / ((B - 3) * (1 - J)), unfold(rate))
    .equals(relu_rate(B), unfold(relu_rate))
)
PROOF_IN_T = start(relu_rate(B)).equals(relu_rate_in_t(1 / (B - 1)), unfold(relu_rate, relu_rate_in_t, correlation))

NEAR_MISSES = {
    "J for J'": Identity(MOMENTS, (J + B - 1) / ((B - 3) * (1 - J)) - 1 / (B - 3)),
    "B for B - 1": Identity(MOMENTS, (J_1 + B) / ((B - 3) * (1 - J)) - 1 / (B - 3)),
    "independent samples": Identity(
        MOMENTS, (arc_cosine_slope(0) + B - 1) / ((B - 3) * (1 - arc_cosine(0))) - 1 / (B - 3)
    ),
}

THEOREM = Theorem(
    __name__,
    parts=(Part("closed form", CLOSED, PROOF_OF_CLOSED), Part("in 1/(B - 1)", IN_T, PROOF_IN_T)),
    near_misses=NEAR_MISSES,
    setting=Numbers((at_least(B, 4),)),
    sources=(Source("yang2019", "Section 3.2"),),
    speaks_of=(meaning.THEOREM, relu_fixed_point.THEOREM),
)
