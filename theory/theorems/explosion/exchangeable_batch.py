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

ORTHOGONAL = Identity(Q @ Q.T, eye(m))
FIXED = Identity(Q @ one, one)
ROTATED = Identity(Q @ Sigma @ Q.T, Sigma)
CENTRED = Identity(G @ Sigma @ G, q * (1 - c) * G)
TRACE = Identity(trace(Sigma), q * m)
VARIANCE = Identity(one.T @ Sigma @ one, q * m * (1 + (m - 1) * c))

PROOF_THAT_IT_IS_ORTHOGONAL = start(Q @ Q.T).equals(eye(m), unfold(normalised, deviation, variance))
PROOF_THAT_IT_FIXES_1 = start(Q @ one).equals(one, unfold(normalised, mean))
PROOF_OF_ROTATED = start(Q @ Sigma @ Q.T).equals(Sigma, unfold(*NORMALISED))
PROOF_OF_CENTRED = start(G @ Sigma @ G).equals(q * (1 - c) * G)
PROOF_OF_TRACE = start(trace(Sigma)).equals(q * m)
PROOF_OF_VARIANCE = start(one.T @ Sigma @ one).equals(q * m * (1 + (m - 1) * c))

NEAR_MISSES = {
    "centring changes nothing": Identity(G @ Sigma @ G, Sigma),
    "any reflection": Identity(y @ y.T @ Sigma, Sigma @ y @ y.T),
    "the correlation stays": Identity(G @ Sigma @ G, q * G),
    "the sum of independent samples": Identity(one.T @ Sigma @ one, q * m),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("orthogonal", ORTHOGONAL, PROOF_THAT_IT_IS_ORTHOGONAL),
        Part("fixes 1", FIXED, PROOF_THAT_IT_FIXES_1),
        Part("the same covariance", ROTATED, PROOF_OF_ROTATED),
        Part("centred", CENTRED, PROOF_OF_CENTRED),
        Part("trace", TRACE, PROOF_OF_TRACE),
        Part("variance of the sum", VARIANCE, PROOF_OF_VARIANCE),
    ),
    headline="the same covariance",
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("yang2019", "Section 3"),),
    meanings={"q": "the variance of one sample", "c": "the correlation of two samples"},
)
