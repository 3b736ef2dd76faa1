r"""A normalised batch has mean zero and, at eps = 0, length sqrt(m).

1'yhat = 0,   yhat'yhat = m s^2 / (s^2 + eps),   which is m at eps = 0
"""

from theory import ALGEBRA, Identity, Part, Source, Theorem, start, unfold, zero
from theory.definitions.batch_norm import NOT_CONSTANT, deviation, eps, m, mean, normalised, one, variance, y

yhat, yhat_0 = normalised(y, eps), normalised(y, zero())

SUM = Identity(one.T @ yhat, zero())
LENGTH = Identity(yhat.T @ yhat, m * variance(y) / (variance(y) + eps))
LENGTH_0 = Identity(yhat_0.T @ yhat_0, m)

centred = y - mean(y) * one
PROOF_OF_SUM = (
    start(one.T @ yhat)
    .equals(one.T @ centred / deviation(y, eps), unfold(normalised))
    .equals((one.T @ y - m * mean(y)) / deviation(y, eps), ALGEBRA)
    .equals(zero(), unfold(mean))
)
PROOF_OF_LENGTH = (
    start(yhat.T @ yhat)
    .equals(centred.T @ centred / deviation(y, eps) ** 2, unfold(normalised))
    .equals(centred.T @ centred / (variance(y) + eps), unfold(deviation))
    .equals(m * variance(y) / (variance(y) + eps), unfold(variance))
)
PROOF_OF_LENGTH_0 = (
    start(yhat_0.T @ yhat_0)
    .equals(centred.T @ centred / variance(y), unfold(normalised, deviation))
    .equals(m, unfold(variance))
)

NEAR_MISSES = {
    "length m whatever eps": Identity(yhat.T @ yhat, m),
    "length m - 1": Identity(yhat_0.T @ yhat_0, m - 1),
    "eps outside the root": Identity(yhat.T @ yhat, m * variance(y) / (deviation(y, zero()) + eps) ** 2),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("sum", SUM, PROOF_OF_SUM),
        Part("length", LENGTH, PROOF_OF_LENGTH),
        Part("length at eps = 0", LENGTH_0, PROOF_OF_LENGTH_0),
    ),
    headline="length at eps = 0",
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("ioffe2015", "Algorithm 1"),),
)
