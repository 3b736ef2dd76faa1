r"""When batch normalisation smooths the loss along the gradient (Theorem 4.2, second line, corrected).

    v'Hhat v <= (gamma^2/sigma^2) (g'Hg - (1/(m gamma)) (g'yhat) |v|^2)   if v'Hv <= g'Hg,   v = dL/dy

The condition is about these two vectors; that the Hessian "preserves relative norms" does not give it.
"""

from theory import (
    Bound,
    Identity,
    NearMiss,
    Source,
    Theorem,
    at_most,
    gap,
    gradient,
    hessian,
    real,
    start,
    surplus,
    zero,
)
from theory.definitions import batch_norm as bn
from theory.definitions.batch_norm import NOT_CONSTANT, beta, curvature, deviation, m, normalised, slope, through, y
from theory.theorems.smoothness import curvature_along_gradient

gamma = real("gamma", nonzero=True, tex=r"\gamma")
AT = (y, gamma, beta, zero())
g, H = slope(*AT), curvature(*AT)
yhat, sigma = normalised(y, zero()), deviation(y, zero())
v, HESSIAN = gradient(through(*AT), y), hessian(through(*AT), y)
LESS_CURVED = at_most(v.T @ H @ v, g.T @ H @ g, note="the plain loss is no more curved along v than along g")

LEFT = v.T @ HESSIAN @ v
RIGHT = gamma**2 / sigma**2 * (g.T @ H @ g - 1 / (m * gamma) * (g.T @ yhat) * (v.T @ v))
CLAIM = Bound(LEFT, RIGHT)
DERIVATION = (
    start(LEFT)
    .equals(
        gamma**2 / sigma**2 * (v.T @ H @ v) - gamma / (m * sigma**2) * (g.T @ yhat) * (v.T @ v),
        curvature_along_gradient.THEOREM.at({bn.gamma: gamma}),
    )
    .at_most(RIGHT, surplus(gamma**2 / sigma**2 * gap(LESS_CURVED)), LESS_CURVED)
)

NEAR_MISSES = {
    "without the condition": NearMiss(CLAIM, without=(LESS_CURVED,)),
    "without the factor gamma^2/sigma^2": Bound(LEFT, g.T @ H @ g - 1 / (m * gamma) * (g.T @ yhat) * (v.T @ v)),
    "an equality": Identity(LEFT, RIGHT),
}

THEOREM = Theorem(
    __name__,
    CLAIM,
    DERIVATION,
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT, LESS_CURVED),
    sources=(Source("santurkar2018", "Theorem 4.2"),),
)
