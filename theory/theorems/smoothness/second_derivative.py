r"""The second derivative of a normalised batch, in every direction c of its outputs.

    Hess c'yhat = -(1/(m sigma^2)) (P c yhat' + yhat (P c)' + (c'yhat) P)

c'yhat is the quotient of c'(y - mean 1), which is linear in y, and of sigma. The rest is the quotient rule.
"""

from theory import DIFFERENTIATE, Identity, Source, Theorem, define, eye, gradient, hessian, start, unfold, vector
from theory.definitions.batch_norm import (
    NOT_CONSTANT,
    deviation,
    eps,
    m,
    mean,
    normalised,
    one,
    projection,
    variance,
    y,
)
from theory.theorems.smoothness import deviation as derivatives_of_the_deviation

c = vector("c", m)
bending = define("bending", (y, c, eps), hessian(c.T @ normalised(y, eps), y), tex="B_{#3}(#2)")
sigma, yhat, P = deviation(y, eps), normalised(y, eps), projection(y, eps)
CURVED = P @ c @ yhat.T + yhat @ (P @ c).T + (c.T @ yhat) * P

CLAIM = Identity(bending(y, c, eps), -CURVED / (m * sigma**2))

n, dn = c.T @ (y - mean(y) * one), (eye(m) - one @ one.T / m) @ c  # the numerator and its gradient
ds, dds = gradient(sigma, y), hessian(sigma, y)
DERIVATION = (
    start(bending(y, c, eps))
    .equals(hessian(c.T @ yhat, y), unfold(bending))
    .equals(
        -(dn @ ds.T + ds @ dn.T) / sigma**2 + 2 * n / sigma**3 * (ds @ ds.T) - n / sigma**2 * dds,
        unfold(normalised, deviation, variance, mean),
        DIFFERENTIATE,
    )
    .equals(
        -(dn @ yhat.T + yhat @ dn.T) / (m * sigma**2)
        + 2 * n / (m**2 * sigma**3) * (yhat @ yhat.T)
        - n / (m * sigma**3) * P,
        derivatives_of_the_deviation.THEOREM,
    )
    .equals(
        -(dn @ yhat.T + yhat @ dn.T - 2 * (c.T @ yhat) / m * (yhat @ yhat.T) + (c.T @ yhat) * P) / (m * sigma**2),
        unfold(normalised),
    )
    .equals(CLAIM.right, unfold(projection))
)

NEAR_MISSES = {
    "the other sign": Identity(CLAIM.left, CURVED / (m * sigma**2)),
    "sigma for its square": Identity(CLAIM.left, -CURVED / (m * sigma)),
    "c is not projected": Identity(CLAIM.left, -(c @ yhat.T + yhat @ c.T + (c.T @ yhat) * P) / (m * sigma**2)),
    "the numerator alone is bent": Identity(CLAIM.left, -(P @ c @ yhat.T + yhat @ (P @ c).T) / (m * sigma**2)),
}

THEOREM = Theorem(
    __name__,
    CLAIM,
    DERIVATION,
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("santurkar2018", "Appendix C"),),
    meanings={"c": "the weights of the outputs in a sum"},
)
