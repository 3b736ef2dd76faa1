r"""The gradient in the weights is bounded in the dual norm.

    |grad_w f_BN|_{S^-1}^2 = (gamma^2 / |w|_S^2) (|v|_{S^-1}^2 - (w'v)^2 / |w|_S^2) <= gamma^2 Phi^2 / |w|_S^2
    where v = E[phi'(z) x],  |phi'| <= Phi

The equality is the squared length of a projection, the bound is Bessel's inequality: long weights see small gradients.
"""

from theory import (
    ALGEBRA,
    Bound,
    E,
    Identity,
    NearMiss,
    Part,
    Source,
    Theorem,
    gradient,
    inverse,
    norm_in,
    start,
    sup_gap,
    surplus,
    unfold,
    zero,
)
from theory.definitions.bn_unit import (
    CENTRED,
    EXCHANGE,
    LIPSCHITZ,
    SECOND_MOMENT,
    Phi,
    S,
    bn_unit,
    gamma,
    mean_slope,
    phi,
    w,
    x,
    z,
)
from theory.theorems.decoupling import gradient as gradient_in_w

GRADIENT = gradient(bn_unit(w, gamma, zero()), w)
q, v = norm_in(w, S), mean_slope(w, gamma)
LEFT = GRADIENT.T @ inverse(S) @ GRADIENT
EXACT = gamma**2 / q**2 * (v.T @ inverse(S) @ v - (w.T @ v) ** 2 / q**2)

EQUALITY = Identity(LEFT, EXACT)
BOUND = Bound(LEFT, gamma**2 * Phi**2 / q**2)

PROOF_OF_EQUALITY = (
    start(LEFT)
    .equals(gradient_in_w.RIGHT.T @ inverse(S) @ gradient_in_w.RIGHT, gradient_in_w.THEOREM)
    .equals(EXACT, ALGEBRA)
)
RESIDUAL = phi.prime(z) - x.T @ inverse(S) @ v  # of phi'(z) after its projection on the inputs
PROOF_OF_BOUND = (
    PROOF_OF_EQUALITY.at_most(gamma**2 / q**2 * (v.T @ inverse(S) @ v), surplus(gamma**2 / q**4 * (w.T @ v) ** 2))
    .at_most(
        gamma**2 / q**2 * E(phi.prime(z) ** 2),
        surplus(gamma**2 / q**2 * E(RESIDUAL**2)),
        unfold(mean_slope),
        SECOND_MOMENT,
    )
    .at_most(BOUND.right, surplus(gamma**2 / q**2 * E(sup_gap(LIPSCHITZ, z))), LIPSCHITZ)
)

NEAR_MISSES = {
    "the projected part is added": Identity(LEFT, gamma**2 / q**2 * (v.T @ inverse(S) @ v + (w.T @ v) ** 2 / q**2)),
    "Phi for its square": Bound(LEFT, gamma**2 * Phi / q**2),
    "a quarter of the bound": Bound(LEFT, gamma**2 * Phi**2 / (4 * q**2)),
    "no Lipschitz bound": NearMiss(BOUND, without=(LIPSCHITZ,)),
    "S for its inverse": Bound(GRADIENT.T @ S @ GRADIENT, gamma**2 * Phi**2 / q**2),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("equality", EQUALITY, PROOF_OF_EQUALITY),
        Part("bound", BOUND, PROOF_OF_BOUND),
    ),
    headline="bound",
    near_misses=NEAR_MISSES,
    assumptions=(CENTRED, SECOND_MOMENT, LIPSCHITZ, EXCHANGE),
    sources=(Source("kohler2019", "Section 4"),),
)
