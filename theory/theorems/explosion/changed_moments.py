r"""How the second moments of ReLU change with the covariance of a batch, at the fixed point.

    dV = (J'(c_0) h_12 + (J(c_0) - c_0 J'(c_0))(h_1 + h_2)/2)/2

V is the arc-cosine kernel of two samples of variances v and w, as relu(s x) = s relu(x) for s > 0. At the fixed point
these are (B - 1)/B, which stands before V, and the correlation is c_0; h_1, h_2 and h_12 are the samples' entries of
the change H. Of one sample alone E[relu(X)^2] is half its variance, which changes by h_1/2.
"""

from theory import DIFFERENTIATE, Identity, Numbers, Source, Theorem, above, start, unfold
from theory.definitions.forward_map import c_0, h_1, h_2, h_12, moment_change, second_moment
from theory.definitions.mean_field import B, arc_cosine, arc_cosine_slope, correlation
from theory.theorems.explosion import arc_cosine_kernel, exchangeable_batch

J, J_1 = arc_cosine(c_0), arc_cosine_slope(c_0)
LEFT = moment_change(B, h_1, h_2, h_12)
RIGHT = (J_1 * h_12 + (J - c_0 * J_1) * (h_1 + h_2) / 2) / 2

NEAR_MISSES = {
    "the variances are held fixed": Identity(LEFT, J_1 * h_12 / 2),
    "the correlation is held fixed": Identity(LEFT, J * (h_1 + h_2) / 4),
    "without the half": Identity(LEFT, 2 * RIGHT),
}

THEOREM = Theorem(
    __name__,
    Identity(LEFT, RIGHT),
    start(LEFT).equals(
        RIGHT, unfold(moment_change, second_moment, arc_cosine, arc_cosine_slope, correlation), DIFFERENTIATE
    ),
    near_misses=NEAR_MISSES,
    setting=Numbers((above(B, 3),)),
    sources=(Source("cho2009", "Section 2, for the kernel"),),
    rests_on=(arc_cosine_kernel.THEOREM, exchangeable_batch.THEOREM),
    meanings={
        "h_1": "the change of the first variance",
        "h_2": "the change of the second variance",
        "h_12": "the change of the covariance",
    },
)
