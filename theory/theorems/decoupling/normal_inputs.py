r"""Under normal inputs the direction of the weights makes no difference to a batch-normalised unit.

    grad_w f_BN(w, gamma) = 0   for x ~ N(0, S)

For x'w / |w|_S is then a standard normal number whatever w is. Here it is seen by parts: the mean slope
v = E[phi'(z) x] is a multiple of S w, which the projection in the gradient takes away. Of other inputs only the part
along w vanishes.
"""

from theory import (
    ALGEBRA,
    DIFFERENTIATE,
    E,
    Identity,
    NearMiss,
    Part,
    Source,
    SteinIdentity,
    Theorem,
    eye,
    gaussian,
    gradient,
    norm_in,
    start,
    unfold,
    zero,
)
from theory.definitions.bn_unit import CENTRED, EXCHANGE, SECOND_MOMENT, S, bn_unit, d, gamma, mean_slope, phi, w, x, z
from theory.theorems.decoupling import gradient as gradient_in_w

NORMAL = gaussian(x, mean=zero(d), covariance=S, note="the inputs are normal")
BY_PARTS = SteinIdentity(phi.prime(z), x, zero(d), S)

GRADIENT = gradient(bn_unit(w, gamma, zero()), w)
q, v = norm_in(w, S), mean_slope(w, gamma)
ALONG = gamma / q * E(phi.second(z)) * S @ w

SLOPE = Identity(v, ALONG)
VANISHES = Identity(GRADIENT, zero(d))

SLOPE_DERIVATION = start(v).equals(E(phi.prime(z) * x), unfold(mean_slope)).equals(ALONG, DIFFERENTIATE, BY_PARTS)
VANISHES_DERIVATION = (
    start(GRADIENT)
    .equals(gradient_in_w.RIGHT, gradient_in_w.THEOREM)
    .equals(gamma / q * (eye(d) - S @ w @ w.T / q**2) @ ALONG, unfold(mean_slope), DIFFERENTIATE, BY_PARTS)
    .equals(zero(d), ALGEBRA)
)

NEAR_MISSES = {
    "inputs not normal": NearMiss(VANISHES, without=(NORMAL,)),
    "the mean slope vanishes": Identity(v, zero(d)),
    "the mean slope along w": Identity(v, gamma / q * E(phi.second(z)) * w),
    "the mean slope without the length": Identity(v, gamma * E(phi.second(z)) * S @ w),
}

THEOREM = Theorem(
    __name__,
    parts=(Part("the mean slope", SLOPE, SLOPE_DERIVATION), Part("the gradient", VANISHES, VANISHES_DERIVATION)),
    near_misses=NEAR_MISSES,
    assumptions=(CENTRED, SECOND_MOMENT, EXCHANGE, NORMAL),
    sources=(Source("kohler2019", "Section 4"),),
)
