r"""The gradient through batch normalisation sums to zero and is orthogonal to the normalised batch.

    1' dL/dy = 0,   and yhat' dL/dy = 0 at eps = 0

A batch can be neither shifted nor stretched to lower the loss; checking a gradient through the sum of the
outputs is vacuous.
"""

from theory import Identity, Part, Source, Theorem, gradient, start, unfold, zero
from theory.definitions.batch_norm import (
    NOT_CONSTANT,
    beta,
    deviation,
    eps,
    gamma,
    mean,
    normalised,
    one,
    projection,
    slope,
    through,
    y,
)
from theory.theorems.smoothness import back_propagation, projector

AT, AT_0 = (y, gamma, beta, eps), (y, gamma, beta, zero())
GRADIENT, GRADIENT_0 = gradient(through(*AT), y), gradient(through(*AT_0), y)
yhat_0, sigma_0, P_0 = normalised(y, zero()), deviation(y, zero()), projection(y, zero())

SUM = Identity(one.T @ GRADIENT, zero())
ALONG = Identity(yhat_0.T @ GRADIENT_0, zero())

IT_IS = "it is the gradient"
PROOF_OF_SUM = (
    start(one.T @ GRADIENT)
    .equals(
        gamma / deviation(y, eps) * (one.T @ projection(y, eps) @ slope(*AT)),
        back_propagation.THEOREM.part(IT_IS),
    )
    .equals(zero(), unfold(projection, normalised, mean))
)
PROOF_ALONG = (
    start(yhat_0.T @ GRADIENT_0)
    .equals(
        gamma / sigma_0 * (yhat_0.T @ P_0 @ slope(*AT_0)),
        back_propagation.THEOREM.at({eps: zero()}, IT_IS),
    )
    .equals(
        gamma / sigma_0 * ((P_0 @ yhat_0).T @ slope(*AT_0)),
        unfold(projection),
    )
    .equals(zero(), projector.THEOREM.part("annihilates yhat"))
)

NEAR_MISSES = {
    "orthogonal to the batch itself for eps > 0": Identity(y.T @ GRADIENT, zero()),
    "orthogonal to the normalised batch for eps > 0": Identity(normalised(y, eps).T @ GRADIENT, zero()),
    "the gradient in z sums to zero": Identity(one.T @ slope(*AT), zero()),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("it sums to zero", SUM, PROOF_OF_SUM),
        Part("it is orthogonal to yhat", ALONG, PROOF_ALONG),
    ),
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("santurkar2018", "Appendix C"),),
)
