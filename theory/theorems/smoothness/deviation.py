r"""The deviation of a batch grows along the normalised batch, and bends by the projection.

    grad sigma = yhat/m,   Hess sigma = P/(m sigma),   P = I - 11'/m - yhat yhat'/m

It is the root of the variance, whose gradient is 2 (y - mu 1)/m, with mu the mean; it holds for every batch size and
every eps >= 0.
"""

from theory import DIFFERENTIATE, Identity, Part, Source, Theorem, eye, gradient, hessian, start, unfold
from theory.definitions.batch_norm import (
    NOT_CONSTANT,
    deviation,
    eps,
    m,
    mean,
    normalised,
    one,
    projection,
    variance,
    y,
)

sigma, yhat, P = deviation(y, eps), normalised(y, eps), projection(y, eps)
s2, centred, G = variance(y), y - mean(y) * one, eye(m) - one @ one.T / m

GRADIENT = Identity(gradient(sigma, y), yhat / m)
HESSIAN = Identity(hessian(sigma, y), P / (m * sigma))

A_ROOT, OF_SQUARES = unfold(deviation, variance, mean), unfold(variance, mean)
PROOF_OF_GRADIENT = (
    start(gradient(sigma, y))
    .equals(gradient(s2, y) / (2 * sigma), A_ROOT, DIFFERENTIATE)
    .equals(centred / (m * sigma), OF_SQUARES, DIFFERENTIATE)
    .equals(yhat / m, unfold(normalised))
)
PROOF_OF_HESSIAN = (
    start(hessian(sigma, y))
    .equals(hessian(s2, y) / (2 * sigma) - gradient(s2, y) @ gradient(s2, y).T / (4 * sigma**3), A_ROOT, DIFFERENTIATE)
    .equals(G / (m * sigma) - centred @ centred.T / (m**2 * sigma**3), OF_SQUARES, DIFFERENTIATE)
    .equals(G / (m * sigma) - yhat @ yhat.T / (m**2 * sigma), unfold(normalised))
    .equals(P / (m * sigma), unfold(projection))
)

NEAR_MISSES = {
    "the gradient of the variance": Identity(gradient(sigma, y), 2 * yhat / m),
    "the batch for the normalised one": Identity(gradient(sigma, y), centred / m),
    "the batch is not projected off": Identity(hessian(sigma, y), G / (m * sigma)),
    "without 1/sigma": Identity(hessian(sigma, y), P / m),
}

THEOREM = Theorem(
    __name__,
    parts=(Part("gradient", GRADIENT, PROOF_OF_GRADIENT), Part("Hessian", HESSIAN, PROOF_OF_HESSIAN)),
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("ioffe2015", "Section 3"),),
)
