r"""The worst gradient in the weights, with a square too many and without 1/m (Theorem 4.4 as printed).

    ghat_j <= (gamma^2/sigma^2) (g_j^2 - m mean(g)^2 - lam^2 (g'yhat)^2)

The largest squared gradients in the weights over inputs X with |X|_2 <= lam are g_j = lam^2 |g|^2 and
ghat_j = lam^2 |dL/dy|^2, the statistics being those of the batch: an X of rank one along the gradient attains them.
"""

from theory import Bound, Erratum, Source, gradient, positive, zero
from theory.definitions.batch_norm import NOT_CONSTANT, beta, deviation, gamma, m, mean, normalised, slope, through, y
from theory.theorems.smoothness import weight_gradient_bound

AT = (y, gamma, beta, zero())
g, v = slope(*AT), gradient(through(*AT), y)
yhat, sigma = normalised(y, zero()), deviation(y, zero())
lam = positive("lam", tex=r"\lambda")
plain = lam**2 * (g.T @ g)

ERRATUM = Erratum(
    __name__,
    Bound(lam**2 * (v.T @ v), gamma**2 / sigma**2 * (plain**2 - m * mean(g) ** 2 - lam**2 * (g.T @ yhat) ** 2)),
    assumptions=(NOT_CONSTANT,),
    why="Multiply the loss by a number: the left side grows by its square, the first term on the right by its fourth "
    "power. For a small loss the right side is negative.",
    truth=weight_gradient_bound.THEOREM,
    sources=(
        Source("santurkar2018", "Theorem 4.4 in arXiv v3 of 27 October 2018"),
        Source("wikipedia-batchnorm", "section on smoothness, which copies it"),
    ),
)
