r"""The curvature along the gradient through batch normalisation (Theorem 4.2, first line).

    v'Hhat v = (gamma^2/sigma^2) v'Hv - (gamma/(m sigma^2)) (g'yhat) |v|^2,   v = dL/dy

An equality, at eps = 0.
"""

from theory import Identity, Source, Theorem, gradient, hessian, sqrt, start, unfold, zero
from theory.definitions.batch_norm import (
    NORMALISED,
    NOT_CONSTANT,
    beta,
    curvature,
    deviation,
    eps,
    gamma,
    m,
    normalised,
    projection,
    slope,
    through,
    y,
)
from theory.theorems.smoothness import back_propagation, gradient_orthogonality
from theory.theorems.smoothness import hessian as full_hessian

AT = (y, gamma, beta, zero())
g, H = slope(*AT), curvature(*AT)
yhat, sigma, P = normalised(y, zero()), deviation(y, zero()), projection(y, zero())
v, HESSIAN = gradient(through(*AT), y), hessian(through(*AT), y)
RIGHT = gamma**2 / sigma**2 * (v.T @ H @ v) - gamma / (m * sigma**2) * (g.T @ yhat) * (v.T @ v)

CLAIM = Identity(v.T @ HESSIAN @ v, RIGHT)

CURVED = P @ g @ yhat.T + yhat @ (P @ g).T + (g.T @ yhat) * P
DERIVATION = (
    start(v.T @ HESSIAN @ v)
    .equals(
        v.T @ (gamma**2 / sigma**2 * (P @ H @ P) - gamma / (m * sigma**2) * CURVED) @ v,
        full_hessian.THEOREM.at({eps: zero()}),
    )
    .equals(
        gamma**2 / sigma**2 * (v.T @ P @ H @ P @ v)
        - gamma / (m * sigma**2) * (2 * (v.T @ P @ g) * (yhat.T @ v) + (g.T @ yhat) * (v.T @ P @ v)),
    )
    .equals(
        gamma**2 / sigma**2 * (v.T @ P @ H @ P @ v) - gamma / (m * sigma**2) * (g.T @ yhat) * (v.T @ P @ v),
        gradient_orthogonality.THEOREM.part("it is orthogonal to yhat"),
    )
    .equals(
        RIGHT,
        back_propagation.THEOREM.at({eps: zero()}, "it is the gradient"),
        unfold(projection, *NORMALISED),
    )
)

NEAR_MISSES = {
    "1/sqrt(m) for 1/m": Identity(
        v.T @ HESSIAN @ v,
        gamma**2 / sigma**2 * (v.T @ H @ v) - gamma / (sqrt(m) * sigma**2) * (g.T @ yhat) * (v.T @ v),
    ),
    "the curvature of the plain loss alone": Identity(v.T @ HESSIAN @ v, gamma**2 / sigma**2 * (v.T @ H @ v)),
    "gamma^2 in the second term": Identity(
        v.T @ HESSIAN @ v,
        gamma**2 / sigma**2 * (v.T @ H @ v) - gamma**2 / (m * sigma**2) * (g.T @ yhat) * (v.T @ v),
    ),
}

THEOREM = Theorem(
    __name__,
    CLAIM,
    DERIVATION,
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("santurkar2018", "Theorem 4.2"),),
)
