r"""At eps = 0 the matrix P = I - 11'/m - yhat yhat'/m is an orthogonal projector of rank m - 2.

    P' = P,   P P = P,   P 1 = 0,   P yhat = 0,   tr P = m - 2

For eps > 0 it is no projector but still a contraction: symmetric, with its spectrum between 0 and 1.
"""

from theory import Bound, Identity, Part, Source, Theorem, start, surplus, trace, unfold, vector, zero
from theory.definitions.batch_norm import EVERYTHING, NOT_CONSTANT, eps, m, normalised, one, projection, variance, y
from theory.theorems.smoothness import normalised_batch

v = vector("v", m)
P, P_0 = projection(y, eps), projection(y, zero())
yhat, yhat_0 = normalised(y, eps), normalised(y, zero())
s2 = variance(y)
DEFINITIONS = unfold(*EVERYTHING)

t = yhat.T @ v / m
centred_v = v - (one.T @ v) / m * one
BELOW = start(zero()).at_most(
    v.T @ P @ v,
    surplus((centred_v - t * yhat).T @ (centred_v - t * yhat) + m * t**2 * (eps / (s2 + eps))),
    DEFINITIONS,
)
ABOVE = start(v.T @ P @ v).at_most(v.T @ v, surplus((one.T @ v) ** 2 / m + (yhat.T @ v) ** 2 / m), unfold(projection))
RANK = (
    start(trace(P_0))
    .equals(m - 1 - yhat_0.T @ yhat_0 / m, unfold(projection))
    .equals(m - 2, normalised_batch.THEOREM.part("length at eps = 0"))
)

NEAR_MISSES = {
    "a projector for eps > 0 as well": Identity(P @ P, P),
    "rank m - 1": Identity(trace(P_0), m - 1),
    "it fixes the normalised batch": Identity(P_0 @ yhat_0, yhat_0),
    "bounded away from the identity": Bound(v.T @ P_0 @ v, v.T @ v / 2),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("symmetric", Identity(P.T, P), start(P.T).equals(P, DEFINITIONS)),
        Part("idempotent", Identity(P_0 @ P_0, P_0), start(P_0 @ P_0).equals(P_0, DEFINITIONS)),
        Part("annihilates 1", Identity(P @ one, zero(m)), start(P @ one).equals(zero(m), DEFINITIONS)),
        Part("annihilates yhat", Identity(P_0 @ yhat_0, zero(m)), start(P_0 @ yhat_0).equals(zero(m), DEFINITIONS)),
        Part("rank", Identity(trace(P_0), m - 2), RANK),
        Part("from below", Bound(zero(), v.T @ P @ v), BELOW),
        Part("from above", Bound(v.T @ P @ v, v.T @ v), ABOVE),
    ),
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("santurkar2018", "Appendix C"),),
)
