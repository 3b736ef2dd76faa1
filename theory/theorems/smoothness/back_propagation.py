r"""The back-propagation formulas of batch normalisation compose to dL/dy = (gamma/sigma) P g.

    dL/dy = (gamma/sigma) P g,   dL/dgamma = g'yhat,   dL/dbeta = 1'g

The term with the sum of all centred samples in the derivative by the mean is identically zero: leaving it out
is no bug.
"""

from fractions import Fraction

from theory import (
    DIFFERENTIATE,
    Identity,
    Part,
    Source,
    Theorem,
    derivative,
    gradient,
    jacobian,
    start,
    unfold,
    vector,
    zero,
)
from theory.definitions.batch_norm import (
    NORMALISED,
    NOT_CONSTANT,
    batch_norm,
    beta,
    deviation,
    eps,
    gamma,
    loss,
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
from theory.theorems.smoothness import jacobian as first_derivative
from theory.theorems.smoothness import projector

g = vector("g", m)
sigma, yhat, P = deviation(y, eps), normalised(y, eps), projection(y, eps)
centred = y - mean(y) * one
AT = (y, gamma, beta, eps)
OUTPUT, SLOPE = gamma * yhat + beta * one, slope(*AT)  # BN(y) and the gradient of the loss there

VANISHING = one.T @ (-2 * centred)
d_yhat = gamma * g
d_variance = (d_yhat.T @ centred) * (variance(y) + eps) ** Fraction(-3, 2) / -2
d_mean = -(one.T @ d_yhat) / sigma + d_variance * VANISHING / m
D_Y = d_yhat / sigma + d_variance * (2 * centred / m) + d_mean * one / m
TRUE_GRADIENT = gradient(through(*AT), y)

VANISHES = Identity(VANISHING, zero())
COMPOSED = Identity(D_Y, gamma / sigma * (P @ g))
AUTOGRAD = Identity(TRUE_GRADIENT, gamma / sigma * (P @ SLOPE))
IN_GAMMA = Identity(derivative(through(*AT), gamma), SLOPE.T @ yhat)
IN_BETA = Identity(derivative(through(*AT), beta), one.T @ SLOPE)

PROOF_THAT_IT_VANISHES = start(VANISHING).equals(-2 * (one.T @ y) + 2 * m * mean(y)).equals(zero(), unfold(mean))
COMPOSE = (
    start(D_Y)
    .equals(d_yhat / sigma - (one.T @ d_yhat) / (m * sigma) * one + d_variance * (2 * centred / m), unfold(mean))
    .equals(gamma / sigma * (g - (one.T @ g) / m * one - (yhat.T @ g) / m * yhat), unfold(normalised, deviation))
    .equals(gamma / sigma * (P @ g), unfold(projection))
)
CHAIN_RULE = (
    start(TRUE_GRADIENT)
    .equals(gamma * jacobian(yhat, y).T @ SLOPE, unfold(through, slope, batch_norm, *NORMALISED), DIFFERENTIATE)
    .equals(gamma * (P / sigma).T @ SLOPE, first_derivative.THEOREM)
    .equals(gamma / sigma * (P @ SLOPE), projector.THEOREM.part("symmetric"))
)
CHAIN_RULE_IN_GAMMA = (
    start(IN_GAMMA.left)
    .equals(derivative(loss(OUTPUT), gamma), unfold(through, batch_norm))
    .equals(loss.gradient(OUTPUT).T @ yhat, DIFFERENTIATE)
    .equals(SLOPE.T @ yhat, unfold(slope, batch_norm))
)
CHAIN_RULE_IN_BETA = (
    start(IN_BETA.left)
    .equals(derivative(loss(OUTPUT), beta), unfold(through, batch_norm))
    .equals(one.T @ loss.gradient(OUTPUT), DIFFERENTIATE)
    .equals(one.T @ SLOPE, unfold(slope, batch_norm))
)

NEAR_MISSES = {
    "the mean is held fixed": Identity(TRUE_GRADIENT, gamma / sigma * (P @ SLOPE + one / m)),
    "the variance is held fixed": Identity(D_Y, gamma / sigma * (g - (one.T @ g) / m * one)),
    "the exponent -1/2 for -3/2": Identity(
        d_yhat / sigma
        + (d_yhat.T @ centred) * (variance(y) + eps) ** Fraction(-1, 2) / -2 * (2 * centred / m)
        - (one.T @ d_yhat) / (m * sigma) * one,
        gamma / sigma * (P @ g),
    ),
    "dL/dgamma = g'y": Identity(derivative(through(*AT), gamma), SLOPE.T @ y),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("the vanishing term", VANISHES, PROOF_THAT_IT_VANISHES),
        Part("the formulas compose", COMPOSED, COMPOSE),
        Part("it is the gradient", AUTOGRAD, CHAIN_RULE),
        Part("in gamma", IN_GAMMA, CHAIN_RULE_IN_GAMMA),
        Part("in beta", IN_BETA, CHAIN_RULE_IN_BETA),
    ),
    headline="it is the gradient",
    near_misses=NEAR_MISSES,
    assumptions=(NOT_CONSTANT,),
    sources=(Source("ioffe2015", "Section 3"),),
    meanings={"g": "the gradient in the outputs"},
)
