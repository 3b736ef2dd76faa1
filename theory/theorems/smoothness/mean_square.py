r"""The variance of a batch is the mean of the squares less the square of the mean.

    |y - mean(y) 1|^2 / m = y'y/m - mean(y)^2,   mean(y) = 1'y/m

An identity over the real numbers; in rounded arithmetic the two sides are different programs.
"""

from theory import ALGEBRA, Identity, Source, Theorem, start, unfold
from theory.definitions.batch_norm import m, mean, one, y

centred = y - mean(y) * one
VARIANCE, DIFFERENCE = centred.T @ centred / m, y.T @ y / m - mean(y) ** 2

CLAIM = Identity(VARIANCE, DIFFERENCE)

DERIVATION = (
    start(VARIANCE)
    .equals((y.T @ y - 2 * mean(y) * (one.T @ y)) / m + mean(y) ** 2, ALGEBRA)
    .equals(DIFFERENCE, unfold(mean))
)

NEAR_MISSES = {
    "the mean not squared": Identity(VARIANCE, y.T @ y / m - mean(y)),
    "the square of the sum": Identity(VARIANCE, y.T @ y / m - (one.T @ y) ** 2 / m),
    "1/(m + 1)": Identity(VARIANCE, y.T @ y / (m + 1) - mean(y) ** 2),
}

THEOREM = Theorem(
    __name__,
    CLAIM,
    DERIVATION,
    near_misses=NEAR_MISSES,
    sources=(Source("ioffe2015", "Algorithm 1"),),
)
