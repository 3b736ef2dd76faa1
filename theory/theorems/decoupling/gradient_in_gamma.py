r"""The derivative of a batch-normalised unit in its length parameter.

d f_BN / d gamma = E[phi'(z) x'w] / |w|_S,   z = gamma x'w / |w|_S
"""

from theory import DIFFERENTIATE, LINEARITY, E, Identity, NearMiss, Source, Theorem, derivative, norm_in, start, zero
from theory.definitions.bn_unit import CENTRED, EXCHANGE, SECOND_MOMENT, S, bn_unit, gamma, phi, w, x, z
from theory.theorems.decoupling import reparametrisation

SLOPE = derivative(bn_unit(w, gamma, zero()), gamma)
q = norm_in(w, S)

CLAIM = Identity(SLOPE, E(phi.prime(z) * (x.T @ w)) / q)

DERIVATION = (
    start(SLOPE)
    .equals(derivative(E(phi(z)), gamma), reparametrisation.THEOREM.part("the S-norm"))
    .equals(E(phi.prime(z) * (x.T @ w) / q), DIFFERENTIATE)
    .equals(E(phi.prime(z) * (x.T @ w)) / q, LINEARITY)
)

NEAR_MISSES = {
    "not divided by the S-norm": Identity(SLOPE, E(phi.prime(z) * (x.T @ w))),
    "a factor gamma too many": Identity(SLOPE, gamma * E(phi.prime(z) * (x.T @ w)) / q),
    "phi for its derivative": Identity(SLOPE, E(phi(z) * (x.T @ w)) / q),
    "inputs not centred": NearMiss(CLAIM, without=(CENTRED,)),
}

THEOREM = Theorem(
    __name__,
    CLAIM,
    DERIVATION,
    near_misses=NEAR_MISSES,
    assumptions=(CENTRED, SECOND_MOMENT, EXCHANGE),
    sources=(Source("kohler2019", "Section 4"),),
)
