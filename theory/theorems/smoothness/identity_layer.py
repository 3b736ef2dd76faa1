r"""With gamma = sigma and beta = mu batch normalisation is the identity on its batch (Observation 4.3).

    BN(y) = y

What can be expressed without the layer can be expressed with it.
"""

from theory import ALGEBRA, Identity, Source, Theorem, start, unfold, zero
from theory.definitions.batch_norm import NOT_CONSTANT, batch_norm, deviation, eps, mean, normalised, one, variance, y

LAYER = batch_norm(y, deviation(y, eps), mean(y), eps)

CLAIM = Identity(LAYER, y)
DERIVATION = (
    start(LAYER)
    .equals(deviation(y, eps) * normalised(y, eps) + mean(y) * one, unfold(batch_norm))
    .equals((y - mean(y) * one) + mean(y) * one, unfold(normalised))
    .equals(y, ALGEBRA)
)

NEAR_MISSES = {
    "the variance for the standard deviation": Identity(batch_norm(y, variance(y), mean(y), eps), y),
    "without the mean": Identity(batch_norm(y, deviation(y, eps), zero(), eps), y),
    "the standard deviation without eps": Identity(batch_norm(y, deviation(y, zero()), mean(y), eps), y),
}

THEOREM = Theorem(
    __name__,
    CLAIM,
    DERIVATION,
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("santurkar2018", "Observation 4.3"), Source("ioffe2015", "Section 3")),
)
