r"""The weights of the degrees from two on lie a whole step above that of the first.

    k(B - 3 + k)/(B - 3) >= 2(B - 1)/(B - 3) = (B - 2)/(B - 3) + B/(B - 3),  k >= 2

So with a share s of the variance beyond degree one the rate is at least (B - 2)/(B - 3) + s B/(B - 3), and it is
(B - 2)/(B - 3) for affine activations alone. With one other degree k the last part is an equality. As the batch grows
the weights tend to k: E[phi'(Z)^2]/Var phi(Z) >= 1 + s, the Gaussian Poincare inequality and by how much it is strict.
"""

from theory import Bound, Identity, Numbers, Part, Source, Theorem, above, at_least, between, real, start, surplus
from theory.definitions.mean_field import B
from theory.theorems.explosion import degree_weights, share_beyond_linear
from theory.theorems.explosion.degree_weights import LEAST, WEIGHT, k

s = real("s")
SECOND, STEP = 2 * (B - 1) / (B - 3), B / (B - 3)
BEYOND = (k - 2) * (k + B - 1) / (B - 3)
MIXED = (1 - s) * LEAST + s * WEIGHT  # degree one and one other
LEFT_OVER = LEAST + s * STEP + s * BEYOND

NEAR_MISSES = {
    "the weight of degree three": Bound(3 * B / (B - 3), WEIGHT),
    "a step of 1": Identity(SECOND, LEAST + 1),
    "nothing left over": Identity(MIXED, LEAST + s * STEP),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("degree two", Identity(SECOND, LEAST + STEP), start(SECOND).equals(LEAST + STEP)),
        Part("at least the second", Bound(SECOND, WEIGHT), start(SECOND).at_most(WEIGHT, surplus(BEYOND))),
        Part("a share", Identity(MIXED, LEFT_OVER), start(MIXED).equals(LEFT_OVER)),
    ),
    near_misses=NEAR_MISSES,
    setting=Numbers((above(B, 3), at_least(k, 2), between(s, 0, 1))),
    sources=(Source("yang2019", "Section 3"),),
    rests_on=(degree_weights.THEOREM, share_beyond_linear.THEOREM),
    meanings={"k": "the degree", "s": "a share of the variance"},
)
