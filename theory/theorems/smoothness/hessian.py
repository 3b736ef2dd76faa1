r"""The Hessian of the loss through batch normalisation.

    Hhat = (gamma^2/sigma^2) P H P - (gamma/(m sigma^2)) (P g yhat' + yhat (P g)' + (g'yhat) P)

The loss is bent in its own coordinates, and its slope g sees the batch normalisation bend. It holds for every batch
size and every eps >= 0.
"""

from theory import DIFFERENTIATE, Identity, Source, Theorem, hessian, jacobian, start, unfold
from theory.definitions.batch_norm import (
    NORMALISED,
    NOT_CONSTANT,
    batch_norm,
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
from theory.theorems.smoothness import jacobian as first_derivative
from theory.theorems.smoothness import projector, second_derivative
from theory.theorems.smoothness.second_derivative import bending, c

AT = (y, gamma, beta, eps)
g, H = slope(*AT), curvature(*AT)
yhat, sigma, P = normalised(y, eps), deviation(y, eps), projection(y, eps)
HESSIAN = hessian(through(*AT), y)
CURVED = P @ g @ yhat.T + yhat @ (P @ g).T + (g.T @ yhat) * P
RIGHT = gamma**2 / sigma**2 * (P @ H @ P) - gamma / (m * sigma**2) * CURVED

CLAIM = Identity(HESSIAN, RIGHT)

J, BENT = jacobian(yhat, y), bending(y, g, eps)
DERIVATION = (
    start(HESSIAN)
    .equals(
        gamma**2 * (J.T @ H @ J) + gamma * BENT,
        unfold(through, slope, curvature, batch_norm, *NORMALISED, bending),
        DIFFERENTIATE,
    )
    .equals(gamma**2 / sigma**2 * (P.T @ H @ P) + gamma * BENT, first_derivative.THEOREM)
    .equals(gamma**2 / sigma**2 * (P @ H @ P) + gamma * BENT, projector.THEOREM.part("symmetric"))
    .equals(RIGHT, second_derivative.THEOREM.at({c: g}))
)

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
