r"""At eps = 0 the matrix P = I - 11'/m - yhat yhat'/m is an orthogonal projector of rank m - 2.

    P' = P,   P P = P,   P 1 = 0,   P yhat = 0,   tr P = m - 2

For eps > 0 it is no projector but still a contraction: symmetric, with its spectrum between 0 and 1.
"""

from theory import Bound, Identity, Part, Source, Theorem, eye, start, surplus, trace, unfold, vector, zero
from theory.definitions.batch_norm import NORMALISED, NOT_CONSTANT, eps, m, normalised, one, projection, variance, y
from theory.theorems.smoothness import normalised_batch

v = vector("v", m)
P, P_0 = projection(y, eps), projection(y, zero())
yhat, yhat_0 = normalised(y, eps), normalised(y, zero())
s2 = variance(y)

SYMMETRIC = Identity(P.T, P)
IDEMPOTENT = Identity(P_0 @ P_0, P_0)
ANNIHILATES_1 = Identity(P @ one, zero(m))
ANNIHILATES_YHAT = Identity(P_0 @ yhat_0, zero(m))
RANK = Identity(trace(P_0), m - 2)
BELOW = Bound(zero(), v.T @ P @ v)
ABOVE = Bound(v.T @ P @ v, v.T @ v)

WRITTEN_OUT = unfold(projection)
CENTRED = normalised_batch.THEOREM.part("sum")
CENTRED_0 = normalised_batch.THEOREM.at({eps: zero()}, "sum")
LENGTH_0 = normalised_batch.THEOREM.part("length at eps = 0")

length, total = yhat_0.T @ yhat_0, one.T @ yhat_0
TWICE = eye(m) - one @ one.T / m - (2 - length / m) / m * (yhat_0 @ yhat_0.T)
MIXED = total / m**2 * (one @ yhat_0.T + yhat_0 @ one.T)
PROOF_OF_IDEMPOTENT = (
    start(P_0 @ P_0)
    .equals(TWICE + MIXED, WRITTEN_OUT)
    .equals(TWICE, CENTRED_0)
    .equals(eye(m) - one @ one.T / m - yhat_0 @ yhat_0.T / m, LENGTH_0)
    .equals(P_0, WRITTEN_OUT)
)
PROOF_THAT_IT_ANNIHILATES_1 = start(P @ one).equals(-(one.T @ yhat) / m * yhat, WRITTEN_OUT).equals(zero(m), CENTRED)
PROOF_THAT_IT_ANNIHILATES_YHAT = (
    start(P_0 @ yhat_0)
    .equals(yhat_0 - total / m * one - length / m * yhat_0, WRITTEN_OUT)
    .equals(yhat_0 - length / m * yhat_0, CENTRED_0)
    .equals(zero(m), LENGTH_0)
)
PROOF_OF_RANK = start(trace(P_0)).equals(m - 1 - length / m, WRITTEN_OUT).equals(m - 2, LENGTH_0)

t = yhat.T @ v / m
centred_v = v - (one.T @ v) / m * one
PROOF_FROM_BELOW = start(zero()).at_most(
    v.T @ P @ v,
    surplus((centred_v - t * yhat).T @ (centred_v - t * yhat) + m * t**2 * (eps / (s2 + eps))),
    unfold(projection, *NORMALISED),
)
PROOF_FROM_ABOVE = start(v.T @ P @ v).at_most(
    v.T @ v, surplus((one.T @ v) ** 2 / m + (yhat.T @ v) ** 2 / m), WRITTEN_OUT
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
        Part("symmetric", SYMMETRIC, start(P.T).equals(P, WRITTEN_OUT)),
        Part("idempotent", IDEMPOTENT, PROOF_OF_IDEMPOTENT),
        Part("annihilates 1", ANNIHILATES_1, PROOF_THAT_IT_ANNIHILATES_1),
        Part("annihilates yhat", ANNIHILATES_YHAT, PROOF_THAT_IT_ANNIHILATES_YHAT),
        Part("rank", RANK, PROOF_OF_RANK),
        Part("from below", BELOW, PROOF_FROM_BELOW),
        Part("from above", ABOVE, PROOF_FROM_ABOVE),
    ),
    headline="idempotent",
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("santurkar2018", "Appendix C"),),
    meanings={"v": "a vector"},
)
