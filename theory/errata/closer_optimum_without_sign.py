r"""The closer optimum is always the same network (Lemma 4.5 as copied without its condition).

    BN(X k W) = BN(X W),   k = W'W0/|W|^2,   W an optimum

It is where k > 0. For k < 0 the normalised batch changes its sign.
"""

from theory import Erratum, Identity, Source, at_most, dimension, matrix, vector, zero
from theory.definitions.batch_norm import batch_norm, beta, gamma, m, s_0, variance
from theory.theorems.smoothness import closer_initialisation

n = dimension("n")
X, W0, W = matrix("X", m, n), vector("W0", n, tex="W_0"), vector("W", n, nonzero=True, tex="W^*")
k = W.T @ W0 / (W.T @ W)
NOT_CONSTANT = at_most(s_0, variance(X @ (k * W)), note="the batch is not constant")

ERRATUM = Erratum(
    __name__,
    Identity(batch_norm(X @ (k * W), gamma, beta, zero()), batch_norm(X @ W, gamma, beta, zero())),
    assumptions=(NOT_CONSTANT,),
    why="Batch normalisation ignores a positive factor of the weights, not a negative one, and k is -1 where "
    "W0 is the negative of W.",
    truth=closer_initialisation.THEOREM,
    sources=(Source("wikipedia-batchnorm", "copy of Lemma 4.5 of Santurkar et al.", "recalled, not read again"),),
)
