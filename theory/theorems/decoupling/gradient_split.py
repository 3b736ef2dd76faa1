r"""The gradient of the plain unit splits into a direction part and a length part.

    |grad f(wtilde)|_{S^-1}^2 = (|w|_S^2 / gamma^2) |grad_w f_BN|_{S^-1}^2 + (d f_BN / d gamma)^2

When both parts are small, the plain unit is nearly stationary at the effective weights.
"""

from theory import (
    ALGEBRA,
    DIFFERENTIATE,
    Identity,
    NearMiss,
    Source,
    Theorem,
    derivative,
    gradient,
    inverse,
    norm_in,
    real,
    start,
    unfold,
    zero,
)
from theory.definitions import bn_unit as unit
from theory.definitions.bn_unit import (
    CENTRED,
    EXCHANGE,
    SECOND_MOMENT,
    S,
    bn_unit,
    effective_weights,
    mean_slope,
    plain_unit,
    u,
    w,
)
from theory.theorems.decoupling import gradient as gradient_in_w
from theory.theorems.decoupling import gradient_in_gamma

gamma = real("gamma", nonzero=True, tex=r"\gamma")
q, v = norm_in(w, S), mean_slope(w, gamma)
PLAIN = gradient(plain_unit(u), u, at=effective_weights(w, gamma))
IN_W = gradient(bn_unit(w, gamma, zero()), w)
IN_GAMMA = derivative(bn_unit(w, unit.gamma, zero()), unit.gamma, at=gamma)
RIGHT = q**2 / gamma**2 * (IN_W.T @ inverse(S) @ IN_W) + IN_GAMMA**2

CLAIM = Identity(PLAIN.T @ inverse(S) @ PLAIN, RIGHT)

DERIVATION = (
    start(PLAIN.T @ inverse(S) @ PLAIN)
    .equals(v.T @ inverse(S) @ v, unfold(plain_unit, effective_weights, mean_slope), DIFFERENTIATE)
    .equals(v.T @ inverse(S) @ v - (w.T @ v) ** 2 / q**2 + (w.T @ v / q) ** 2, ALGEBRA)
    .equals(
        q**2 / gamma**2 * (IN_W.T @ inverse(S) @ IN_W) + (w.T @ v / q) ** 2,
        gradient_in_w.THEOREM.at({unit.gamma: gamma}),
    )
    .equals(RIGHT, gradient_in_gamma.THEOREM.at({unit.gamma: gamma}), unfold(mean_slope))
)

NEAR_MISSES = {
    "the factor upside down": Identity(
        PLAIN.T @ inverse(S) @ PLAIN, gamma**2 / q**2 * (IN_W.T @ inverse(S) @ IN_W) + IN_GAMMA**2
    ),
    "the length part left out": Identity(PLAIN.T @ inverse(S) @ PLAIN, q**2 / gamma**2 * (IN_W.T @ inverse(S) @ IN_W)),
    "Euclidean norms": Identity(PLAIN.T @ PLAIN, q**2 / gamma**2 * (IN_W.T @ IN_W) + IN_GAMMA**2),
    "inputs not centred": NearMiss(CLAIM, without=(CENTRED,)),
}

THEOREM = Theorem(
    __name__,
    CLAIM,
    DERIVATION,
    near_misses=NEAR_MISSES,
    assumptions=(CENTRED, SECOND_MOMENT, EXCHANGE),
    sources=(Source("kohler2019", "Section 4"),),
)
