r"""The fixed point of ReLU: q and c of the next layer do not depend on those of this one.

    q = E[relu(Z)^2] = 1/2,  q c = K(-1/(B - 1)) = J(-1/(B - 1))/2,  E[relu'(Z)^2] = 1/2

The moments of ReLU at y are those of standard normal numbers Z, or pairs of correlation -1/(B - 1), since its products
are homogeneous of degree two. For a batch of covariance q((1 - c) I + c 11') the q and c of the next layer are these,
whatever q and c were. Other batches approach it layer by layer, those that are near by the factors of
`explosion.forward-eigenvalues`. In the numerator of the rate a = p = 1/2, b = O and r = K, at that correlation.
"""

from theory import (
    Identity,
    Numbers,
    Part,
    Source,
    Theorem,
    at_least,
    gamma_integral,
    integral,
    number,
    oo,
    start,
    unfold,
)
from theory.definitions.mean_field import HALF, B, arc_cosine, c, correlation, relu_product
from theory.theorems.explosion import arc_cosine_kernel, sphere_moments
from theory.theorems.explosion.sine_rate import density, z

half = number(1) / 2
Q, SLOPE = integral(z**2 * density(z), z, 0, oo), integral(density(z), z, 0, oo)
c_0 = correlation(B)
KERNEL = arc_cosine_kernel.THEOREM.at({c: c_0}, "product")
C, U = relu_product(c_0) / HALF, HALF - relu_product(c_0)

NEAR_MISSES = {
    "both sides of z": Identity(Q, number(1)),
    "the correlation stays": Identity(C, c_0),
    "independent samples": Identity(C, arc_cosine(0)),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("q", Identity(Q, half), start(Q).equals(half, unfold(density), gamma_integral(3, half, 2))),
        Part("slope", Identity(SLOPE, half), start(SLOPE).equals(half, unfold(density), gamma_integral(1, half, 2))),
        Part("c", Identity(C, arc_cosine(c_0)), start(C).equals(arc_cosine(c_0), KERNEL)),
        Part(
            "u = q(1 - c)",
            Identity(U, HALF * (1 - arc_cosine(c_0))),
            start(U).equals(HALF * (1 - arc_cosine(c_0)), KERNEL),
        ),
    ),
    near_misses=NEAR_MISSES,
    reads="in the next layer q = 1/2 and c = J(c_0(B)), whatever they were",
    setting=Numbers((at_least(B, 4),)),
    sources=(Source("yang2019", "Section 3.2"),),
    rests_on=(sphere_moments.THEOREM,),
)
