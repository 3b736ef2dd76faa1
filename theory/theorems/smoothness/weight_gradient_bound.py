r"""The worst gradient in the weights of a batch-normalised layer (Theorem 4.4, corrected).

    |X' dL/dy|^2 <= (gamma^2/sigma^2) (g_max - lam^2 m mean(g)^2 - (lam^2/m) (g'yhat)^2),   |X|_2 <= lam

The worst gradient in the weights of the plain layer is g_max = lam^2 |g|^2. The statistics are those of the batch.
"""

from theory import (
    ALGEBRA,
    Bound,
    NearMiss,
    Source,
    Theorem,
    at_most,
    dimension,
    eye,
    gap,
    gradient,
    matrix,
    positive,
    start,
    surplus,
    zero,
)
from theory.definitions.batch_norm import (
    NOT_CONSTANT,
    beta,
    deviation,
    gamma,
    m,
    normalised,
    one,
    slope,
    through,
    y,
)
from theory.theorems.smoothness import gradient_norm

d = dimension("d")
X, lam2 = matrix("X", m, d), positive("lam2", tex=r"\lambda^2")
SPECTRAL = at_most(X @ X.T, lam2 * eye(m), note="the spectral norm of X is at most lambda")
AT = (y, gamma, beta, zero())
g, v = slope(*AT), gradient(through(*AT), y)
yhat, sigma = normalised(y, zero()), deviation(y, zero())
mean_g = one.T @ g / m

LEFT = (X.T @ v).T @ (X.T @ v)
RIGHT = gamma**2 / sigma**2 * (lam2 * (g.T @ g) - lam2 * m * mean_g**2 - lam2 / m * (g.T @ yhat) ** 2)
CLAIM = Bound(LEFT, RIGHT)
DERIVATION = (
    start(LEFT)
    .at_most(lam2 * (v.T @ v), surplus(v.T @ gap(SPECTRAL) @ v), SPECTRAL)
    .equals(lam2 * gradient_norm.EXACT, gradient_norm.THEOREM.part("equality"))
    .equals(RIGHT, ALGEBRA)
)

NEAR_MISSES = {
    "as printed, without lam^2 and 1/m": Bound(
        LEFT, gamma**2 / sigma**2 * (lam2 * (g.T @ g) - m * mean_g**2 - lam2 * (g.T @ yhat) ** 2)
    ),
    "no bound on the spectral norm": NearMiss(CLAIM, without=(SPECTRAL,)),
    "without gamma^2/sigma^2": Bound(LEFT, lam2 * (g.T @ g)),
}

THEOREM = Theorem(
    __name__,
    CLAIM,
    DERIVATION,
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT, SPECTRAL),
    sources=(Source("santurkar2018", "Theorem 4.4"),),
    meanings={
        "d": "the dimension of the inputs",
        "X": "the layer's inputs, whatever they are within the bound",
        "lam2": "the square of a bound on the spectral norm of X",
    },
    reads="the right side bounds the worst gradient, max_X |X'v|^2 with v = dL/dy over all X within the bound, as it "
    "is free of X",
)
