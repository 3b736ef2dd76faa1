r"""The rate of explosion is what one layer makes of the squared gradient, on average over its batch.

    lambda = ((B - 1) a - p + b + r)/((B - 3) u)

With y the normalised batch, a = E phi'(y_1)^2, p = E y_1^2 phi'(y_1)^2, b = E phi'(y_1) phi'(y_2) and r = E y_1 y_2
phi'(y_1) phi'(y_2). Given the batch, a layer multiplies the squared gradient by B tr(A'A)/(R^2 (B - 1)), R the length
of the centred batch (`explosion.layer-gradient`). The batch is Gaussian and, centred, of covariance u G with u = q(1 -
c), so R^2 = u rho for a chi-square rho of B - 1 degrees. The mean of tr(A'A) given rho is T = (B - 1)/B times the
numerator, whatever rho is; the mean over rho is left. Assumed, not derived: infinite width, so that the batch is
Gaussian; eps = 0; the covariance at its fixed point; the direction of the batch independent of its length; the
gradient noise independent of the batch; in a network of several layers, that their factors multiply.
"""

from theory import Identity, Numbers, Part, Source, Theorem, above, positive, real, start, unfold
from theory.definitions.mean_field import B, rate, x
from theory.theorems.explosion import exchangeable_batch, inverse_radius, layer_gradient, numerator
from theory.theorems.explosion.inverse_radius import mean, s

u, a, b, p, r, rho = positive("u"), real("a"), real("b"), real("p"), real("r"), positive("rho")
NUMERATOR = (B - 1) * a - p + b + r
T = (B - 1) / B * NUMERATOR
GIVEN = B * T / (u * rho * (B - 1))
AVERAGE = mean(NUMERATOR / (u * x))
LAMBDA = rate(B, u, (B - 1) * a - p, b + r)

NEAR_MISSES = {
    "the mean length for its inverse": Identity(AVERAGE, NUMERATOR / ((B - 1) * u)),
    "the noise is not centred": Identity(GIVEN, B * T / (u * rho * B)),
    "a - p for (B - 1) a - p": Identity(AVERAGE, rate(B, u, a - p, b + r)),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("given the length", Identity(GIVEN, NUMERATOR / (u * rho)), start(GIVEN).equals(NUMERATOR / (u * rho))),
        Part(
            "on average",
            Identity(AVERAGE, LAMBDA),
            start(AVERAGE)
            .equals(NUMERATOR * mean(1 / (u * x)))
            .equals(NUMERATOR / (u * (B - 3)), inverse_radius.THEOREM.at({s: u}, "inverse square"))
            .equals(LAMBDA, unfold(rate)),
        ),
    ),
    headline="on average",
    near_misses=NEAR_MISSES,
    setting=Numbers((above(B, 3),)),
    sources=(Source("yang2019", "Section 3"),),
    rests_on=(exchangeable_batch.THEOREM, layer_gradient.THEOREM, numerator.THEOREM),
    meanings={
        "a": "E phi'(y_1)^2",
        "p": "E y_1^2 phi'(y_1)^2",
        "b": "E phi'(y_1) phi'(y_2)",
        "r": "E y_1 y_2 phi'(y_1) phi'(y_2)",
        "u": "E phi(y_1)^2 - E phi(y_1) phi(y_2), with y uniform on the sphere of radius sqrt(B) in "
        "the hyperplane 1'y = 0",
        "rho": "the squared length of the centred batch, over u",
    },
)
