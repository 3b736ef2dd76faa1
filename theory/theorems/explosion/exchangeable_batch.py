r"""A batch of exchangeable samples has a covariance that no rotation about 1 changes.

    Sigma = q((1 - c) I + c 11'):  Q Sigma Q' = Sigma, Q 1 = 1 for Q = I - (2/m) yhat yhat';  G Sigma G = q(1 - c) G

These reflections generate all rotations that fix 1. So a centred Gaussian batch has no preferred direction in the
hyperplane 1'y = 0: normalised, it is uniform on a sphere there. G = I - 11'/m removes the mean. The trace is m times
what any one sample has, and the sum of all entries m(m - 1) times any pair's beyond it.
"""

from theory import Identity, Part, Source, Theorem, eye, real, start, trace, unfold, zero
from theory.definitions.batch_norm import NORMALISED, NOT_CONSTANT, deviation, m, mean, normalised, one, variance, y

q, c = real("q"), real("c")
Sigma = q * ((1 - c) * eye(m) + c * (one @ one.T))
G = eye(m) - one @ one.T / m
yhat = normalised(y, zero())
Q = eye(m) - 2 * (yhat @ yhat.T) / m

FIXED = start(Q @ one).equals(one, unfold(normalised, mean))
ROTATED = start(Q @ Sigma @ Q.T).equals(Sigma, unfold(*NORMALISED))
ORTHOGONAL = start(Q @ Q.T).equals(eye(m), unfold(normalised, deviation, variance))
CENTRED = start(G @ Sigma @ G).equals(q * (1 - c) * G)
TRACE = start(trace(Sigma)).equals(q * m)
VARIANCE = start(one.T @ Sigma @ one).equals(q * m * (1 + (m - 1) * c))

NEAR_MISSES = {
    "centring changes nothing": Identity(G @ Sigma @ G, Sigma),
    "any reflection": Identity(y @ y.T @ Sigma, Sigma @ y @ y.T),
    "the correlation stays": Identity(G @ Sigma @ G, q * G),
    "the sum of independent samples": Identity(one.T @ Sigma @ one, q * m),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("orthogonal", Identity(Q @ Q.T, eye(m)), ORTHOGONAL),
        Part("fixes 1", Identity(Q @ one, one), FIXED),
        Part("the same covariance", Identity(Q @ Sigma @ Q.T, Sigma), ROTATED),
        Part("centred", Identity(G @ Sigma @ G, q * (1 - c) * G), CENTRED),
        Part("trace", Identity(trace(Sigma), q * m), TRACE),
        Part("variance of the sum", Identity(one.T @ Sigma @ one, q * m * (1 + (m - 1) * c)), VARIANCE),
    ),
    headline="the same covariance",
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("yang2019", "Section 3"),),
    meanings={"q": "the variance of one sample", "c": "the correlation of two samples"},
)
