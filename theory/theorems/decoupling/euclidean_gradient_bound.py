r"""The gradient in the weights is bounded in the Euclidean norm.

    |grad_w f_BN| <= |gamma| Phi sqrt(L_S) / |w|_S <= |gamma| Phi sqrt(L_S / mu_S) / |w|

Long weights see small gradients; what it costs to measure them without S is the root of the condition number of S.
"""

from theory import (
    Bound,
    NearMiss,
    Part,
    Source,
    Theorem,
    eye,
    gradient,
    inverse,
    norm,
    norm_in,
    sqrt,
    squares,
    start,
    surplus,
    zero,
)
from theory.definitions.bn_unit import (
    CENTRED,
    EXCHANGE,
    L_S,
    LIPSCHITZ,
    SECOND_MOMENT,
    SPECTRUM_ABOVE,
    SPECTRUM_BELOW,
    Phi,
    S,
    bn_unit,
    d,
    gamma,
    mu_S,
    w,
)
from theory.theorems.decoupling import gradient_bound, s_norm

GRADIENT = gradient(bn_unit(w, gamma, zero()), w)
q = norm_in(w, S)

IN_S_NORM = Bound(norm(GRADIENT), abs(gamma) * Phi * sqrt(L_S) / q)
EUCLIDEAN = Bound(abs(gamma) * Phi * sqrt(L_S) / q, abs(gamma) * Phi * sqrt(L_S / mu_S) / norm(w))

DUAL_GAP = gamma**2 * Phi**2 / q**2 - GRADIENT.T @ inverse(S) @ GRADIENT
PROOF_IN_S_NORM = (
    start(norm(GRADIENT))
    .at_most(
        sqrt(L_S) * norm_in(GRADIENT, inverse(S)),
        squares(L_S * (GRADIENT.T @ (inverse(S) - inverse(L_S * eye(d))) @ GRADIENT)),
        SPECTRUM_ABOVE,
    )
    .at_most(IN_S_NORM.right, squares(L_S * DUAL_GAP), gradient_bound.THEOREM.part("bound"))
)
LONGER = q - sqrt(mu_S) * norm(w)
PROOF_OF_EUCLIDEAN = start(EUCLIDEAN.left).at_most(
    EUCLIDEAN.right,
    surplus(EUCLIDEAN.left * LONGER / (sqrt(mu_S) * norm(w))),
    s_norm.THEOREM.part("from below"),
)

NEAR_MISSES = {
    "the smallest eigenvalue for the largest": Bound(norm(GRADIENT), abs(gamma) * Phi * sqrt(mu_S) / q),
    "without the condition number": Bound(norm(GRADIENT), abs(gamma) * Phi / norm(w)),
    "gamma with its sign": Bound(norm(GRADIENT), gamma * Phi * sqrt(L_S) / q),
    "no Lipschitz bound": NearMiss(IN_S_NORM, without=(LIPSCHITZ,)),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("in the S-norm", IN_S_NORM, PROOF_IN_S_NORM),
        Part("in the Euclidean norm", EUCLIDEAN, PROOF_OF_EUCLIDEAN),
    ),
    near_misses=NEAR_MISSES,
    assumptions=(CENTRED, SECOND_MOMENT, SPECTRUM_BELOW, SPECTRUM_ABOVE, LIPSCHITZ, EXCHANGE),
    sources=(Source("kohler2019", "Section 4"),),
)
