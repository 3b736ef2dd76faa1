r"""The gradient of a batch-normalised unit is orthogonal to its weights.

    w' grad_w f_BN(w, gamma) = 0

This is Euler's identity: the unit does not see the length of w, so it cannot ask for more of it.
"""

from theory import ALGEBRA, Identity, Source, Theorem, gradient, norm_in, start, zero
from theory.definitions.bn_unit import CENTRED, EXCHANGE, SECOND_MOMENT, S, bn_unit, gamma, mean_slope, w
from theory.theorems.decoupling import gradient as gradient_in_w

GRADIENT = gradient(bn_unit(w, gamma, zero()), w)
q, v = norm_in(w, S), mean_slope(w, gamma)

CLAIM = Identity(w.T @ GRADIENT, zero())

DERIVATION = (
    start(w.T @ GRADIENT)
    .equals(w.T @ gradient_in_w.RIGHT, gradient_in_w.THEOREM)
    .equals(gamma / q * (w.T @ v - (w.T @ S @ w) * (w.T @ v) / q**2), ALGEBRA)
    .equals(zero(), ALGEBRA)
)

NEAR_MISSES = {
    "orthogonal in the S-product": Identity(w.T @ S @ GRADIENT, zero()),
    "the plain gradient is orthogonal": Identity(w.T @ v, zero()),
    "the whole gradient vanishes": Identity(GRADIENT, 0),
}

THEOREM = Theorem(
    __name__,
    CLAIM,
    DERIVATION,
    near_misses=NEAR_MISSES,
    assumptions=(CENTRED, SECOND_MOMENT, EXCHANGE),
    sources=(Source("arora2019", "Lemma 2.1"), Source("kohler2019", "Section 4")),
)
