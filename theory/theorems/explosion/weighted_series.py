r"""A mean of weights is at least their lower bound, so the rate is at least that of the lowest degree.

    mu I <= W:  mu b'b <= b'W b

b holds sqrt(c_k) a_k for the first n degrees of the activation, b'b is the variance u and b'W b the numerator of the
rate. It holds for every n, so for the series. `explosion.share-beyond-linear` says by how much it is strict.
"""

from theory import (
    Bound,
    Source,
    Theorem,
    at_most,
    dimension,
    eye,
    gap,
    positive,
    positive_definite,
    start,
    surplus,
    vector,
)

n = dimension("n")
b = vector("b", n)
W = positive_definite("W", n)
mu = positive("mu", tex=r"\mu")
WEIGHTS = at_most(mu * eye(n), W, note="every weight is at least mu")

NEAR_MISSES = {
    "the other way": Bound(b.T @ W @ b, mu * (b.T @ b)),
    "twice the bound": Bound(2 * mu * (b.T @ b), b.T @ W @ b),
}

THEOREM = Theorem(
    __name__,
    Bound(mu * (b.T @ b), b.T @ W @ b),
    start(mu * (b.T @ b)).at_most(b.T @ W @ b, surplus(b.T @ gap(WEIGHTS) @ b), WEIGHTS),
    near_misses=NEAR_MISSES,
    assumptions=(WEIGHTS,),
    sources=(Source("magnus2019", "Chapter 11"),),
    meanings={
        "n": "how many degrees there are",
        "b": "the coefficients of the activation",
        "W": "their weights",
        "mu": "the least weight",
    },
)
