r"""The gradient bound with 1/sqrt(m) in its last term (Theorem 4.1 as printed).

    |dL/dy|^2 <= (gamma^2/sigma^2) (|g|^2 - (1'g)^2/m - (g'yhat)^2/sqrt(m))

With 1/m the two sides are equal.
"""

from theory import Bound, Erratum, Source, gradient, sqrt, zero
from theory.definitions.batch_norm import NOT_CONSTANT, beta, deviation, gamma, m, normalised, one, slope, through, y
from theory.theorems.smoothness import gradient_norm

AT = (y, gamma, beta, zero())
g, v = slope(*AT), gradient(through(*AT), y)
yhat, sigma = normalised(y, zero()), deviation(y, zero())

ERRATUM = Erratum(
    __name__,
    Bound(v.T @ v, gamma**2 / sigma**2 * (g.T @ g - (one.T @ g) ** 2 / m - (g.T @ yhat) ** 2 / sqrt(m))),
    assumptions=(NOT_CONSTANT,),
    why="For g equal to the normalised batch the last term is m^2/sqrt(m), more than the first, which is m: the bound "
    "is negative.",
    truth=gradient_norm.THEOREM.part("equality"),
    sources=(
        Source("santurkar2018", "Theorem 4.1 in arXiv v3 of 27 October 2018"),
        Source("santurkar2018", "eq. 17 of a later version, whose theorem has 1/m"),
    ),
)
