r"""Gradient and Hessian of a batch-normalised unit fall with the length of the weights.

    grad f_BN(a w) = grad f_BN(w) / a,   Hess f_BN(a w) = Hess f_BN(w) / a^2   (a > 0),   Hess(w) w = -grad(w)

The unit does not see the length of its weights, but its training does: longer weights turn more slowly.
"""

from theory import DIFFERENTIATE, E, Identity, Part, Source, Theorem, gradient, hessian, positive, start, zero
from theory.definitions.bn_unit import CENTRED, EXCHANGE, SECOND_MOMENT, bn_unit, gamma, phi, w, z
from theory.theorems.decoupling import reparametrisation

a = positive("a")
UNIT, REPARAMETRISED = bn_unit(w, gamma, zero()), E(phi(z))
SAME = reparametrisation.THEOREM.part("the S-norm")

GRADIENT = Identity(gradient(UNIT, w, at=a * w), gradient(UNIT, w) / a)
HESSIAN = Identity(hessian(UNIT, w, at=a * w), hessian(UNIT, w) / a**2)
EULER = Identity(hessian(UNIT, w) @ w, -gradient(UNIT, w))

PROOF_OF_GRADIENT = (
    start(gradient(UNIT, w, at=a * w))
    .equals(gradient(REPARAMETRISED, w, at=a * w), SAME)
    .equals(gradient(REPARAMETRISED, w) / a, DIFFERENTIATE)
    .equals(gradient(UNIT, w) / a, SAME)
)
PROOF_OF_HESSIAN = (
    start(hessian(UNIT, w, at=a * w))
    .equals(hessian(REPARAMETRISED, w, at=a * w), SAME)
    .equals(hessian(REPARAMETRISED, w) / a**2, DIFFERENTIATE)
    .equals(hessian(UNIT, w) / a**2, SAME)
)
PROOF_OF_EULER = (
    start(hessian(UNIT, w) @ w)
    .equals(hessian(REPARAMETRISED, w) @ w, SAME)
    .equals(-gradient(REPARAMETRISED, w), DIFFERENTIATE)
    .equals(-gradient(UNIT, w), SAME)
)

NEAR_MISSES = {
    "the gradient does not change": Identity(gradient(UNIT, w, at=a * w), gradient(UNIT, w)),
    "the Hessian falls like the gradient": Identity(hessian(UNIT, w, at=a * w), hessian(UNIT, w) / a),
    "the Hessian returns plus the gradient": Identity(hessian(UNIT, w) @ w, gradient(UNIT, w)),
    "w is in the kernel of the Hessian": Identity(hessian(UNIT, w) @ w, 0),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("gradient", GRADIENT, PROOF_OF_GRADIENT),
        Part("Hessian", HESSIAN, PROOF_OF_HESSIAN),
        Part("Euler", EULER, PROOF_OF_EULER),
    ),
    near_misses=NEAR_MISSES,
    assumptions=(CENTRED, SECOND_MOMENT, EXCHANGE),
    sources=(Source("arora2019", "Lemma 2.2"), Source("ioffe2015", "Section 3.3")),
    meanings={"a": "a positive factor"},
)
