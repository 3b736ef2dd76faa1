r"""Checking a backward pass through the sum of the outputs finds its errors.

    d/dy 1'BN(y)   is said to tell a right backward pass from a wrong one

The check is vacuous. The sum of the outputs is m beta whatever the batch, its gradient is zero, and wrong backward
passes give zero as well. Weights c in place of 1 make the same check see them.
"""

from theory import DIFFERENTIATE, Erratum, Identity, Part, Saying, Source, eye, gradient, start, unfold, vector, zero
from theory.definitions.batch_norm import (
    NOT_CONSTANT,
    batch_norm,
    beta,
    deviation,
    eps,
    gamma,
    m,
    mean,
    normalised,
    one,
    projection,
    variance,
    y,
)
from theory.theorems.smoothness import gradient_orthogonality

sigma, c = deviation(y, eps), vector("c", m)
outputs = batch_norm(y, gamma, beta, eps)


def variance_held_fixed(g):
    """A backward pass that forgets the path through the variance."""
    return gamma / sigma * ((eye(m) - one @ one.T / m) @ g)


def gamma_lost(g):
    """A backward pass that forgets the factor gamma."""
    return 1 / sigma * (projection(y, eps) @ g)


def checked(backward, weights):
    """The check: the gradient of the weighted sum of the outputs is what the backward pass makes of the weights."""
    return Identity(gradient(weights.T @ outputs, y), backward(weights))


SUM = gradient(one.T @ outputs, y)
BY = (unfold(batch_norm, normalised, deviation, variance, mean), DIFFERENTIATE)

ERRATUM = Erratum(
    __name__,
    parts=(
        Part("the sum has a gradient", Identity(SUM, zero(m)), start(SUM).equals(zero(m), *BY)),
        Part(
            "the path through the variance is checked",
            checked(variance_held_fixed, one),
            start(SUM).equals(variance_held_fixed(one), *BY),
        ),
        Part(
            "the factor gamma is checked",
            checked(gamma_lost, one),
            start(SUM).equals(gamma_lost(one), unfold(projection), *BY),
        ),
    ),
    near_misses={
        "with weights c the variance held fixed passes": checked(variance_held_fixed, c),
        "with weights c the lost gamma passes": checked(gamma_lost, c),
    },
    assumptions=(NOT_CONSTANT,),
    says=Saying.DIFFER,
    why="The normalised batch adds up to zero, so the sum of the outputs is m times beta: it does not depend on y.",
    truth=gradient_orthogonality.THEOREM.part("it sums to zero"),
    sources=(Source("odyssey5107", "the tests before this change", "which replaces the check by one with weights"),),
    see_also=(Source("mnemosyne310", qualifier="which finds, rightly, that the zero is no error"),),
)
