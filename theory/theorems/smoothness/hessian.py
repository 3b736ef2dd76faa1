r"""The Hessian of the loss through batch normalisation.

    Hhat = (gamma^2/sigma^2) P H P - (gamma/(m sigma^2)) (P g yhat' + yhat (P g)' + (g'yhat) P)

It holds for every batch size and every eps >= 0.
"""

from theory import DIFFERENTIATE, Identity, Source, Theorem, hessian, start, unfold
from theory.definitions.batch_norm import (
    EVERYTHING,
    NOT_CONSTANT,
    beta,
    curvature,
    deviation,
    eps,
    gamma,
    m,
    normalised,
    projection,
    slope,
    through,
    y,
)

AT = (y, gamma, beta, eps)
g, H = slope(*AT), curvature(*AT)
yhat, sigma, P = normalised(y, eps), deviation(y, eps), projection(y, eps)
HESSIAN = hessian(through(*AT), y)
CURVED = P @ g @ yhat.T + yhat @ (P @ g).T + (g.T @ yhat) * P
RIGHT = gamma**2 / sigma**2 * (P @ H @ P) - gamma / (m * sigma**2) * CURVED

CLAIM = Identity(HESSIAN, RIGHT)
DERIVATION = start(HESSIAN).equals(RIGHT, unfold(*EVERYTHING), DIFFERENTIATE)

NEAR_MISSES = {
    "the Gauss-Newton part alone": Identity(HESSIAN, gamma**2 / sigma**2 * (P @ H @ P)),
    "without 1/m": Identity(HESSIAN, gamma**2 / sigma**2 * (P @ H @ P) - gamma / sigma**2 * CURVED),
    "without the transposed term": Identity(
        HESSIAN,
        gamma**2 / sigma**2 * (P @ H @ P) - gamma / (m * sigma**2) * (2 * P @ g @ yhat.T + (g.T @ yhat) * P),
    ),
    "the wrong sign of the curvature": Identity(
        HESSIAN, gamma**2 / sigma**2 * (P @ H @ P) + gamma / (m * sigma**2) * CURVED
    ),
}

THEOREM = Theorem(
    __name__,
    CLAIM,
    DERIVATION,
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("santurkar2018", "Appendix C"),),
)
