r"""The closer optimum k W* is always the same network (Lemma 4.5 as copied without its condition).

    BN(X k W*) = BN(X W*),   k = W*'W0/|W*|^2

It is where k > 0. For k < 0 every output changes its sign.
"""

from theory.calculus import dimension, matrix, norm, vector, zero
from theory.claims import Identity, at_most
from theory.definitions.batch_norm import m, normalised, s_0, variance
from theory.erratum import Erratum
from theory.theorem import Source
from theory.theorems.smoothness import closer_initialisation

n = dimension("n")
X, W0, W = matrix("X", m, n), vector("W0", n, tex="W_0"), vector("W", n, nonzero=True, tex="W^*")
k = W.T @ W0 / norm(W) ** 2
NOT_CONSTANT = at_most(s_0, variance(X @ (k * W)), note="the batch is not constant")

ERRATUM = Erratum(
    __name__,
    Identity(normalised(X @ (k * W), zero()), normalised(X @ W, zero())),
    assumptions=(NOT_CONSTANT,),
    why="Batch normalisation ignores a positive factor of the weights, not a negative one; k has the sign of W*'W0, "
    "and for W0 = -W* it is -1.",
    truth=closer_initialisation.THEOREM,
    sources=(Source("wikipedia-batchnorm", "copy of Lemma 4.5 of Santurkar et al.; recalled, not read again"),),
)
