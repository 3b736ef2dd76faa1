r"""Length and direction of the effective weights are separate parameters.

    |wtilde|_S = |gamma|,   wtilde = gamma w / |w|_S

The direction of wtilde is that of w up to the sign of gamma, every v is reached, and changing both signs changes
nothing: effective weights other than 0 determine length and direction up to the joint sign.
"""

from theory import ALGEBRA, Identity, Part, Source, Theorem, norm_in, real, start, unfold, vector
from theory.definitions.bn_unit import S, d, effective_weights, w

gamma = real("gamma", nonzero=True, tex=r"\gamma")
v = vector("v", d, nonzero=True)
wtilde = effective_weights(w, gamma)

LENGTH = Identity(norm_in(wtilde, S), abs(gamma))
DIRECTION = Identity((gamma / abs(gamma)) * wtilde / norm_in(wtilde, S), w / norm_in(w, S))
ONTO = Identity(effective_weights(v, norm_in(v, S)), v)
JOINT_SIGN = Identity(effective_weights(-w, -gamma), wtilde)

PROOF_OF_LENGTH = (
    start(norm_in(wtilde, S))
    .equals(norm_in(gamma * w / norm_in(w, S), S), unfold(effective_weights))
    .equals(abs(gamma), ALGEBRA)
)
PROOF_OF_DIRECTION = (
    start((gamma / abs(gamma)) * wtilde / norm_in(wtilde, S))
    .equals((gamma / abs(gamma)) * (gamma * w / norm_in(w, S)) / abs(gamma), unfold(effective_weights))
    .equals(w / norm_in(w, S), ALGEBRA)
)
PROOF_OF_ONTO = start(ONTO.left).equals(norm_in(v, S) * v / norm_in(v, S), unfold(effective_weights)).equals(v, ALGEBRA)
PROOF_OF_JOINT_SIGN = (
    start(JOINT_SIGN.left)
    .equals(-gamma * -w / norm_in(-w, S), unfold(effective_weights))
    .equals(gamma * w / norm_in(w, S), ALGEBRA)
    .equals(wtilde, unfold(effective_weights))
)

NEAR_MISSES = {
    "the length with its sign": Identity(norm_in(wtilde, S), gamma),
    "the direction without the sign of gamma": Identity(wtilde / norm_in(wtilde, S), w / norm_in(w, S)),
    "reached with the Euclidean length": Identity(effective_weights(v, (v.T @ v) ** 1), v),
    "one sign alone": Identity(effective_weights(-w, gamma), wtilde),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("length", LENGTH, PROOF_OF_LENGTH),
        Part("direction", DIRECTION, PROOF_OF_DIRECTION),
        Part("every v is reached", ONTO, PROOF_OF_ONTO),
        Part("joint sign", JOINT_SIGN, PROOF_OF_JOINT_SIGN),
    ),
    near_misses=NEAR_MISSES,
    sources=(Source("kohler2019", "Section 2"), Source("salimans2016", "Section 2")),
    meanings={"v": "a direction that another one may stand for"},
)
