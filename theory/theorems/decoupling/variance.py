r"""The variance of a pre-activation is a quadratic form of the weights.

    var_x[x'w] = w'Sw = |w|_S^2

For centred inputs the batch statistic is a function of the weights alone.
"""

from theory import LINEARITY, E, Identity, NearMiss, Source, Theorem, start, unfold
from theory.definitions.bn_unit import CENTRED, SECOND_MOMENT, S, batch_variance, w, x

CLAIM = Identity(batch_variance(w), w.T @ S @ w)

DERIVATION = (
    start(batch_variance(w))
    .equals(E((x.T @ w - E(x.T @ w)) ** 2), unfold(batch_variance))
    .equals(E((x.T @ w - E(x).T @ w) ** 2), LINEARITY)
    .equals(E((x.T @ w) ** 2), CENTRED)
    .equals(w.T @ E(x @ x.T) @ w, LINEARITY)
    .equals(w.T @ S @ w, SECOND_MOMENT)
)

NEAR_MISSES = {
    "inputs not centred": NearMiss(CLAIM, without=(CENTRED,)),
    "the standard deviation for the variance": Identity(batch_variance(w), (w.T @ S @ w) ** 2),
    "the Euclidean length for the S-norm": Identity(batch_variance(w), w.T @ w),
}

THEOREM = Theorem(
    __name__,
    CLAIM,
    DERIVATION,
    near_misses=NEAR_MISSES,
    assumptions=(CENTRED, SECOND_MOMENT),
    sources=(Source("kohler2019", "Section 2"),),
)
