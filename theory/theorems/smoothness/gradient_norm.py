r"""Batch norm shortens the gradient by what it projects off (Santurkar et al., Theorem 4.1, corrected).

    |dL/dy|^2 = (gamma^2/sigma^2) (|g|^2 - (1'g)^2/m - (g'yhat)^2/m)   at eps = 0
    |dL/dy| <= (|gamma|/sigma) |g|   for every eps >= 0

g is the gradient in what the normalisation returns, dL/dy the one in what goes into it, in the same network at the same
point; a network without batch normalisation is not spoken of. The first line is an equality: the gradient is no longer
than g where |gamma| <= sigma. The printed 1/sqrt(m) is wrong.
"""

from theory import Bound, Identity, Part, Source, Theorem, gradient, norm, sqrt, squares, start, unfold, zero
from theory.definitions.batch_norm import (
    NORMALISED,
    NOT_CONSTANT,
    beta,
    deviation,
    eps,
    gamma,
    m,
    normalised,
    one,
    projection,
    slope,
    through,
    variance,
    y,
)
from theory.theorems.smoothness import back_propagation, projector

AT, AT_0 = (y, gamma, beta, eps), (y, gamma, beta, zero())
g, g_0 = slope(*AT), slope(*AT_0)
GRADIENT, GRADIENT_0 = gradient(through(*AT), y), gradient(through(*AT_0), y)
yhat, yhat_0 = normalised(y, eps), normalised(y, zero())
sigma, sigma_0 = deviation(y, eps), deviation(y, zero())
P, P_0 = projection(y, eps), projection(y, zero())
IT_IS = "it is the gradient"
EXACT = gamma**2 / sigma_0**2 * (g_0.T @ g_0 - (one.T @ g_0) ** 2 / m - (g_0.T @ yhat_0) ** 2 / m)

EQUALITY = Identity(GRADIENT_0.T @ GRADIENT_0, EXACT)
CONTRACTION = Bound(norm(GRADIENT), abs(gamma) / sigma * norm(g))

FACTOR, TWICE_LESS_ONCE = gamma**2 / sigma_0**2, g_0.T @ (P_0 @ P_0 - P_0) @ g_0
PROOF_OF_EQUALITY = (
    start(GRADIENT_0.T @ GRADIENT_0)
    .equals(FACTOR * (g_0.T @ P_0.T @ P_0 @ g_0), back_propagation.THEOREM.at({eps: zero()}, IT_IS))
    .equals(FACTOR * (g_0.T @ P_0 @ g_0 + TWICE_LESS_ONCE), projector.THEOREM.at({eps: zero()}, "symmetric"))
    .equals(FACTOR * (g_0.T @ P_0 @ g_0), projector.THEOREM.part("idempotent"))
    .equals(EXACT, unfold(projection))
)
TAKEN_OFF = (one.T @ g) ** 2 / m + (1 + eps / (variance(y) + eps)) * (g.T @ yhat) ** 2 / m  # |g|^2 - |P g|^2
PROOF_OF_CONTRACTION = (
    start(norm(GRADIENT))
    .equals(norm(gamma / sigma * (P @ g)), back_propagation.THEOREM.part(IT_IS))
    .at_most(abs(gamma) / sigma * norm(g), squares(gamma**2 / sigma**2 * TAKEN_OFF), unfold(projection, *NORMALISED))
)

NEAR_MISSES = {
    "1/sqrt(m) for 1/m": Identity(
        GRADIENT_0.T @ GRADIENT_0,
        gamma**2 / sigma_0**2 * (g_0.T @ g_0 - (one.T @ g_0) ** 2 / m - (g_0.T @ yhat_0) ** 2 / sqrt(m)),
    ),
    "the mean's part left out": Identity(
        GRADIENT_0.T @ GRADIENT_0, gamma**2 / sigma_0**2 * (g_0.T @ g_0 - (g_0.T @ yhat_0) ** 2 / m)
    ),
    "an equality for eps > 0 as well": Identity(
        GRADIENT.T @ GRADIENT, gamma**2 / sigma**2 * (g.T @ g - (one.T @ g) ** 2 / m - (g.T @ yhat) ** 2 / m)
    ),
    "shorter without gamma <= sigma": Bound(norm(GRADIENT), norm(g)),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("equality", EQUALITY, PROOF_OF_EQUALITY),
        Part("contraction", CONTRACTION, PROOF_OF_CONTRACTION),
    ),
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("santurkar2018", "Theorem 4.1"),),
)
