r"""A Hessian that preserves relative norms is enough for the curvature bound (Theorem 4.2, second line, as printed).

    v'Hhat v <= (gamma^2/sigma^2) (g'Hg - (1/(m gamma)) (g'yhat) |v|^2),   v = dL/dy

The loss here is c/2 times the squared distance from t. Its Hessian is c I, which preserves relative norms in every
sense of the words: v'Hv / |v|^2 = g'Hg / |g|^2 for all v and g.
"""

from theory import Bound, Erratum, Source, define, gradient, hessian, positive, real, vector, zero
from theory.definitions.batch_norm import NOT_CONSTANT, batch_norm, beta, deviation, m, normalised, y
from theory.terms import rewrite
from theory.theorems.smoothness import smoothness_bound

gamma, c, t = real("gamma", nonzero=True, tex=r"\gamma"), real("c"), vector("t", m)
yhat, sigma = normalised(y, zero()), deviation(y, zero())
z = batch_norm(y, gamma, beta, zero())
loss = define("Lhat", (y, gamma, c), c / 2 * ((z - t).T @ (z - t)), tex=r"\hat L_{#2,#3}(#1)")
slope = define("g", (y, gamma, c), c * (z - t), tex="g_{#2,#3}")


def printed(c):
    """The printed line for the loss c/2 |z - t|^2 of z = BN(y): g = c (z - t) and H = c I."""
    g, v, curvature = slope(y, gamma, c), gradient(loss(y, gamma, c), y), hessian(loss(y, gamma, c), y)
    return Bound(
        v.T @ curvature @ v, gamma**2 / sigma**2 * (c * (g.T @ g) - 1 / (m * gamma) * (g.T @ yhat) * (v.T @ v))
    )


def with_gamma_equal_to_sigma(claim):
    """The claim where gamma happens to be the batch's deviation; gradients are still taken at fixed gamma."""
    return Bound(*(rewrite.substitute(side, {gamma: sigma}) for side in (claim.left, claim.right)))


ERRATUM = Erratum(
    __name__,
    printed(c),
    near_misses={
        "for convex losses, c > 0": printed(positive("c")),
        "for gamma equal to the deviation": with_gamma_equal_to_sigma(printed(c)),
    },
    assumptions=(NOT_CONSTANT,),
    why="The step from v'Hv to g'Hg needs v to be no longer than g, so gamma at most sigma, and H to be positive "
    "semidefinite. One of the two does not suffice.",
    truth=smoothness_bound.THEOREM,
    sources=(Source("santurkar2018", "Theorem 4.2, second line, in arXiv v3 of 27 October 2018"),),
)
