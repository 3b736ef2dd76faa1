r"""What a random gradient becomes behind an activation and batch normalisation, in the mean square.

    E|(1/sigma) P Diag(d) G h|^2 = (1/sigma^2) ((1 - 2/m) d'd - |d o yhat|^2/m + (1'd)^2/m^2 + (yhat'd)^2/m^2)

Here d = phi'(yhat), G = I - 11'/m, h is white, and (1/sigma) P is the Jacobian of the normalisation. The mean of the
bracket over exchangeable samples is (m - 1)/m times the numerator of the rate of explosion,
E[(m - 1 - y_1^2) phi'(y_1)^2] + E[(1 + y_1 y_2) phi'(y_1) phi'(y_2)].
"""

from theory.calculus import E, activation, diag, eye, gradient, hadamard, scalar_field, trace, zero
from theory.claims import Identity
from theory.definitions.batch_norm import (
    EVERYTHING,
    NOT_CONSTANT,
    deviation,
    m,
    normalised,
    one,
    projection,
    y,
)
from theory.derivation import DIFFERENTIATE, start, unfold
from theory.theorem import Part, Source, Theorem
from theory.theorems.explosion import white_noise
from theory.theorems.explosion.white_noise import WHITE, h

phi = activation("phi", smoothness=1)
loss = scalar_field("L", m, tex="L")
yhat, P, sigma = normalised(y, zero()), projection(y, zero()), deviation(y, zero())
d = phi.prime(yhat)
D, G = diag(d), eye(m) - one @ one.T / m
A = P @ D @ G / sigma

BEHIND = gradient(loss(phi(yhat)), y)
BACK = P @ D @ loss.gradient(phi(yhat)) / sigma
MEAN = E((A @ h).T @ (A @ h))
SUM = (
    (1 - 2 / m) * (d.T @ d)
    - hadamard(d, yhat).T @ hadamard(d, yhat) / m
    + (one.T @ d) ** 2 / m**2
    + (yhat.T @ d) ** 2 / m**2
)

SQUARE = (
    start(MEAN)
    .equals(trace(A.T @ A), white_noise.THEOREM.at({white_noise.A: A}))
    .equals(SUM / sigma**2, unfold(*EVERYTHING))
)

NEAR_MISSES = {
    "the noise is not centred": Identity(MEAN, SUM / sigma**2 + (d.T @ d) / (m * sigma**2)),
    "1 - 1/m for 1 - 2/m": Identity(MEAN, (SUM + (d.T @ d) / m) / sigma**2),
    "the variance is held fixed": Identity(MEAN, ((1 - 2 / m) * (d.T @ d) + (one.T @ d) ** 2 / m**2) / sigma**2),
    "no Jacobian of the normalisation": Identity(BEHIND, D @ loss.gradient(phi(yhat)) / sigma),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("gradient", Identity(BEHIND, BACK), start(BEHIND).equals(BACK, unfold(*EVERYTHING), DIFFERENTIATE)),
        Part("mean square", Identity(MEAN, SUM / sigma**2), SQUARE),
    ),
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT, WHITE),
    sources=(Source("yang2019", "Section 3"),),
)
