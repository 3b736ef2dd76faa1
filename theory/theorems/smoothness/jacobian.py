r"""The Jacobian of batch normalisation projects off the mean and the batch itself.

    d yhat / d y = (1/sigma) (I - 11'/m - yhat yhat'/m),   sigma = sqrt(s^2 + eps)

It holds for every batch size and every eps >= 0.
"""

from theory import DIFFERENTIATE, Identity, Part, Source, Theorem, eye, jacobian, start, unfold
from theory.definitions.batch_norm import (
    NORMALISED,
    NOT_CONSTANT,
    deviation,
    eps,
    m,
    mean,
    normalised,
    one,
    projection,
    y,
)

yhat, sigma, P = normalised(y, eps), deviation(y, eps), projection(y, eps)
JACOBIAN = jacobian(yhat, y)

CLAIM = Identity(JACOBIAN, P / sigma)

centred = y - mean(y) * one
DERIVATION = (
    start(JACOBIAN)
    .equals(
        (eye(m) - one @ one.T / m) / sigma - centred @ centred.T / (m * sigma**3), unfold(*NORMALISED), DIFFERENTIATE
    )
    .equals((eye(m) - one @ one.T / m - yhat @ yhat.T / m) / sigma, unfold(normalised))
    .equals(P / sigma, unfold(projection))
)

NEAR_MISSES = {
    "mean and variance held fixed": Identity(JACOBIAN, eye(m) / sigma),
    "the variance held fixed": Identity(JACOBIAN, (eye(m) - one @ one.T / m) / sigma),
    "the unbiased variance": Identity(JACOBIAN, (eye(m) - one @ one.T / m - yhat @ yhat.T / (m - 1)) / sigma),
    "without 1/sigma": Identity(JACOBIAN, P),
}

THEOREM = Theorem(
    __name__,
    parts=(Part("", CLAIM, DERIVATION),),
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("ioffe2015", "Section 3"),),
)
