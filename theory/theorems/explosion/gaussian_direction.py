r"""The direction of a Gaussian batch feels B/(B + 1) of what the batch feels of a change of covariance.

    rho(B) = D'(1)/N'(1) = B/(B + 1),  N(Q) = E[2 x exp((1 - Q) x)],  D(Q) = B E[exp((1 - Q) x)]

In polar coordinates the density of covariance I + eps H at r e, |e| = 1, is the standard one times exp((1 - Q) r^2/2)
with Q = e'(I + eps H)^-1 e, over the root of a determinant that is 1 + O(eps^2), as tr H = 0. A function of degree two,
such as relu(g_1) relu(g_2), is r^2 f(e) for the Gaussian batch and B f(e) for the normalised one; with x = r^2/2 the
integral over r leaves N(Q) and D(Q) of it. To first order Q = 1 - eps e'He, so the ratio of the slopes at 1 is all.
"""

from theory import (
    DIFFERENTIATE,
    Identity,
    Numbers,
    Part,
    Source,
    Term,
    Theorem,
    above,
    exp,
    gamma_integral,
    integral,
    number,
    oo,
    start,
    unfold,
)
from theory.definitions.forward_map import Q, attenuation, by_direction, by_gaussian, half_square
from theory.definitions.mean_field import B, x
from theory.statements.derivation import Derivation
from theory.terms import Definition
from theory.theorems.explosion import covariance_eigenspaces, exchangeable_batch


def mean(value: Term) -> Term:
    """The expectation of a function of x, with the changed density of one direction."""
    return integral(value * half_square(x, B) * exp((1 - Q) * x), x, 0, oo)


GAUSSIAN, DIRECTION = mean(2 * x), B * mean(number(1))
RIGHT = B / (B + 1)

OF_GAUSSIAN = Identity(GAUSSIAN, by_gaussian(Q, B))
OF_DIRECTION = Identity(DIRECTION, by_direction(Q, B))
ATTENUATION = Identity(attenuation(B), RIGHT)


def moment(left: Term, power: int, value: Definition) -> Derivation:
    """The line from a mean to its value, by Euler's integral."""
    return start(left).equals(value(Q, B), unfold(half_square, value), gamma_integral((B - 1) / 2 + power, Q))


PROOF_OF_ATTENUATION = start(attenuation(B)).equals(RIGHT, unfold(attenuation), DIFFERENTIATE)

NEAR_MISSES = {
    "the radius does not feel it": Identity(attenuation(B), number(1)),
    "B - 1 for B": Identity(attenuation(B), (B - 1) / (B + 1)),
    "one radius for all": Identity(GAUSSIAN, (B - 1) / B * by_direction(Q, B)),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("Gaussian", OF_GAUSSIAN, moment(GAUSSIAN, 1, by_gaussian)),
        Part("direction", OF_DIRECTION, moment(DIRECTION, 0, by_direction)),
        Part("attenuation", ATTENUATION, PROOF_OF_ATTENUATION),
    ),
    headline="attenuation",
    near_misses=NEAR_MISSES,
    setting=Numbers((above(B, 3),)),
    sources=(Source("yang2019", "Section 3, for the fixed point"),),
    rests_on=(covariance_eigenspaces.THEOREM, exchangeable_batch.THEOREM),
    meanings={"Q": "the inverse squared length of a direction in the changed metric"},
)
