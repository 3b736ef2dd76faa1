r"""The numerator of the rate of explosion is a mean over an exchangeable batch.

    E[(1 - 2/m) d'd - v'v/m + (1'd)^2/m^2 + (y'd)^2/m^2] = (m - 1)/m ((m - 1) a - p + b + r)

On the left is the mean of `explosion.squared-gradient`, for the normalised batch y, d = phi'(y) and v = y o d.
The numbers a and p are the means of d_i^2 and v_i^2 over the samples, b and r those of d_i d_j and v_i v_j over the
pairs i != j. In an exchangeable batch all samples have the same mean, and all pairs: the bracket is
E[(m - 1 - y_1^2) phi'(y_1)^2] + E[(1 + y_1 y_2) phi'(y_1) phi'(y_2)].
"""

from theory import (
    LINEARITY,
    E,
    Identity,
    NearMiss,
    Source,
    Term,
    Theorem,
    activation,
    at_most,
    equal,
    hadamard,
    number,
    random_vector,
    real,
    start,
)
from theory.definitions.batch_norm import m, one

y = random_vector("y", m)
phi = activation("phi", smoothness=1)
d = phi.prime(y)
v = hadamard(y, d)
a, b, p, r = real("a"), real("b"), real("p"), real("r")


def own(z: Term) -> Term:
    """The mean of z_i^2 over the samples i."""
    return E(z.T @ z, over=y) / m


def pair(z: Term) -> Term:
    """The mean of z_i z_j over the pairs of samples i != j."""
    return E((one.T @ z) ** 2 - z.T @ z, over=y) / (m * (m - 1))


SLOPE = equal(a, own(d), note="the mean square of a slope")
SLOPES = equal(b, pair(d), note="the mean product of two slopes")
WEIGHTED = equal(p, own(v), note="the mean square of an entry times its slope")
BOTH = equal(r, pair(v), note="the mean product of two of those")
TWO_SAMPLES = at_most(number(1), m - 1, note="at least two samples")

MEAN = E((1 - 2 / m) * (d.T @ d) - v.T @ v / m + (one.T @ d) ** 2 / m**2 + (y.T @ d) ** 2 / m**2, over=y)
NUMERATOR = (m - 1) / m * ((m - 1) * a - p + b + r)

NEAR_MISSES = {
    "m samples for m - 1": Identity(MEAN, (m - 1) / m * (m * a - p + b + r)),
    "the pairs left out": Identity(MEAN, (m - 1) / m * ((m - 1) * a - p)),
    "not divided by m": Identity(MEAN, (m - 1) * ((m - 1) * a - p + b + r)),
    "b of anything": NearMiss(Identity(MEAN, NUMERATOR), without=(SLOPES,)),
}

THEOREM = Theorem(
    __name__,
    Identity(MEAN, NUMERATOR),
    start(MEAN)
    .equals((m - 1) / m * ((m - 1) * own(d) - own(v) + pair(d) + pair(v)), LINEARITY)
    .equals(NUMERATOR, SLOPE, SLOPES, WEIGHTED, BOTH),
    near_misses=NEAR_MISSES,
    assumptions=(SLOPE, SLOPES, WEIGHTED, BOTH, TWO_SAMPLES),
    sources=(Source("yang2019", "Section 3"),),
    meanings={
        "a": "E phi'(y_1)^2",
        "p": "E y_1^2 phi'(y_1)^2",
        "b": "E phi'(y_1) phi'(y_2)",
        "r": "E y_1 y_2 phi'(y_1) phi'(y_2)",
        "y": "the normalised batch",
    },
)
