r"""Every degree of an activation explodes at least as fast as the first.

    k(B - 3 + k)/(B - 3) >= (B - 2)/(B - 3),  k >= 1

On the sphere an activation is a sum of Gegenbauer polynomials of degree k, eigenfunctions of
f -> (1 - t^2) f'' - (B - 2) t f'
with eigenvalue -k(k + B - 3), to be read off their leading term t^k. The rate is a mean of the weights of the degrees
k >= 1; so it is at least (B - 2)/(B - 3) > 1 for every activation, with equality for affine ones alone
(`explosion.weights-beyond-linear`). As the batch grows the weight tends to k, that of the Hermite polynomial: the rate
tends to E[phi'(Z)^2]/Var phi(Z), which is at least 1 by the Gaussian Poincare inequality.
"""

from fractions import Fraction

from theory import (
    DIFFERENTIATE,
    Bound,
    Extension,
    Identity,
    Numbers,
    Part,
    Source,
    Theorem,
    above,
    at_least,
    derivative,
    limit,
    oo,
    positive,
    raised,
    real,
    start,
    surplus,
)
from theory.definitions.mean_field import HALF, B

k, t, s = real("k"), positive("t"), real("s")
WEIGHT, LEAST = k * (B - 3 + k) / (B - 3), (B - 2) / (B - 3)
power = raised(t, k)
OPERATOR = (1 - t**2) * derivative(derivative(power, t), t) - (B - 2) * t * derivative(power, t)
LEADING = -k * (k + B - 3) * power + k * (k - 1) * raised(t, k - 2)
LIMIT = limit(WEIGHT, B, oo)

NEAR_MISSES = {
    "a weight of k": Identity(WEIGHT, k),
    "at least B - 1 over B - 3": Bound((B - 1) / (B - 3), WEIGHT),
    "the eigenvalue k^2": Identity(OPERATOR, -(k**2) * power + k * (k - 1) * raised(t, k - 2)),
    "the limit k^2": Identity(LIMIT, k**2),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part(
            "at least the first",
            Bound(LEAST, WEIGHT),
            start(LEAST).at_most(WEIGHT, surplus((k - 1) * (k + B - 2) / (B - 3))),
        ),
        Part("eigenvalue", Identity(OPERATOR, LEADING), start(OPERATOR).equals(LEADING, DIFFERENTIATE)),
        Part(
            "large batches",
            Identity(LIMIT, k),
            start(LIMIT).equals(k, Extension(k * (1 - 2 * s + k * s) / (1 - 2 * s), s, Fraction(1), HALF / 2)),
        ),
    ),
    near_misses=NEAR_MISSES,
    setting=Numbers((above(B, 3), at_least(k, 1))),
    sources=(Source("yang2019", "Section 3"),),
    meanings={"k": "the degree", "t": "the cosine of an angle to one sample"},
)
