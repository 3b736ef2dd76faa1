r"""The gradient of a batch-normalised unit in its weights.

    grad_w f_BN = (gamma / |w|_S) (I - S w w' / |w|_S^2) v,   v = E[phi'(z) x],   z = gamma x'w / |w|_S

Derivatives are taken under E: that is assumed, and true if the law of x has finite support or phi' is bounded.
"""

from theory import (
    DIFFERENTIATE,
    LINEARITY,
    E,
    Identity,
    NearMiss,
    Source,
    Theorem,
    eye,
    gradient,
    norm_in,
    start,
    unfold,
    zero,
)
from theory.definitions.bn_unit import CENTRED, EXCHANGE, SECOND_MOMENT, S, bn_unit, d, gamma, mean_slope, phi, w, x, z
from theory.theorems.decoupling import reparametrisation

GRADIENT = gradient(bn_unit(w, gamma, zero()), w)
q = norm_in(w, S)
v = mean_slope(w, gamma)
RIGHT = gamma / q * (eye(d) - S @ w @ w.T / q**2) @ v

CLAIM = Identity(GRADIENT, RIGHT)

DERIVATION = (
    start(GRADIENT)
    .equals(gradient(E(phi(z)), w), reparametrisation.THEOREM.part("the S-norm"))
    .equals(E(phi.prime(z) * (gamma / q * x - gamma * (x.T @ w) / q**3 * S @ w)), DIFFERENTIATE)
    .equals(gamma / q * (v - S @ w @ w.T @ v / q**2), LINEARITY, unfold(mean_slope))
    .equals(RIGHT)
)

NEAR_MISSES = {
    "the projection without S": Identity(GRADIENT, gamma / q * (eye(d) - w @ w.T / q**2) @ v),
    "transposed": Identity(GRADIENT, gamma / q * (eye(d) - w @ w.T @ S / q**2) @ v),
    "no projection": Identity(GRADIENT, gamma / q * v),
    "divided by the square of the S-norm": Identity(GRADIENT, gamma / q**2 * (eye(d) - S @ w @ w.T / q**2) @ v),
    "inputs not centred": NearMiss(CLAIM, without=(CENTRED,)),
}

THEOREM = Theorem(
    __name__,
    CLAIM,
    DERIVATION,
    near_misses=NEAR_MISSES,
    assumptions=(CENTRED, SECOND_MOMENT, EXCHANGE),
    sources=(Source("kohler2019", "Section 4"), Source("magnus2019", "Chapter 9")),
)
