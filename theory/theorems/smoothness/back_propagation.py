r"""The back-propagation formulas of batch normalisation compose to dL/dy = (gamma/sigma) P g.

    dL/dy = (gamma/sigma) P g,   dL/dgamma = g'yhat,   dL/dbeta = 1'g

The term with the sum of all centred samples in the derivative by the mean is identically zero: leaving it out
is no bug.
"""

from fractions import Fraction

from theory import DIFFERENTIATE, Identity, Part, Source, Theorem, derivative, gradient, start, unfold, vector, zero
from theory.definitions.batch_norm import (
    EVERYTHING,
    NOT_CONSTANT,
    beta,
    deviation,
    eps,
    gamma,
    m,
    mean,
    normalised,
    one,
    projection,
    slope,
    through,
    variance,
    y,
)

g = vector("g", m)
sigma, yhat, P = deviation(y, eps), normalised(y, eps), projection(y, eps)
centred = y - mean(y) * one
AT = (y, gamma, beta, eps)
DEFINITIONS = unfold(*EVERYTHING)

VANISHING = one.T @ (-2 * centred)
d_yhat = gamma * g
d_variance = (d_yhat.T @ centred) * (variance(y) + eps) ** Fraction(-3, 2) / -2
d_mean = -(one.T @ d_yhat) / sigma + d_variance * VANISHING / m
D_Y = d_yhat / sigma + d_variance * (2 * centred / m) + d_mean * one / m
TRUE_GRADIENT = gradient(through(*AT), y)

COMPOSE = (
    start(D_Y)
    .equals(d_yhat / sigma - (one.T @ d_yhat) / (m * sigma) * one + d_variance * (2 * centred / m), unfold(mean))
    .equals(gamma / sigma * (g - (one.T @ g) / m * one - (yhat.T @ g) / m * yhat), unfold(normalised, deviation))
    .equals(gamma / sigma * (P @ g), unfold(projection))
)
AUTOGRAD = start(TRUE_GRADIENT).equals(gamma / sigma * (P @ slope(*AT)), DEFINITIONS, DIFFERENTIATE)
IN_GAMMA = start(derivative(through(*AT), gamma)).equals(slope(*AT).T @ yhat, DEFINITIONS, DIFFERENTIATE)
IN_BETA = start(derivative(through(*AT), beta)).equals(one.T @ slope(*AT), DEFINITIONS, DIFFERENTIATE)

NEAR_MISSES = {
    "the mean is held fixed": Identity(TRUE_GRADIENT, gamma / sigma * (P @ slope(*AT) + one / m)),
    "the variance is held fixed": Identity(D_Y, gamma / sigma * (g - (one.T @ g) / m * one)),
    "the exponent -1/2 for -3/2": Identity(
        d_yhat / sigma
        + (d_yhat.T @ centred) * (variance(y) + eps) ** Fraction(-1, 2) / -2 * (2 * centred / m)
        - (one.T @ d_yhat) / (m * sigma) * one,
        gamma / sigma * (P @ g),
    ),
    "dL/dgamma = g'y": Identity(derivative(through(*AT), gamma), slope(*AT).T @ y),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("the vanishing term", Identity(VANISHING, zero()), start(VANISHING).equals(zero(), unfold(mean))),
        Part("the formulas compose", Identity(D_Y, gamma / sigma * (P @ g)), COMPOSE),
        Part("it is the gradient", Identity(TRUE_GRADIENT, gamma / sigma * (P @ slope(*AT))), AUTOGRAD),
        Part("in gamma", Identity(derivative(through(*AT), gamma), slope(*AT).T @ yhat), IN_GAMMA),
        Part("in beta", Identity(derivative(through(*AT), beta), one.T @ slope(*AT)), IN_BETA),
    ),
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("ioffe2015", "Section 3"),),
)
