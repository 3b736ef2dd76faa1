r"""At inference batch normalisation is affine; what its running variance should average is unbiased.

    BN(y) = gamma (y - r_mu 1)/sqrt(r_var + eps) + beta 1,   E[m/(m-1) s^2] = nu^2

Its Jacobian is constant; for uncorrelated samples of variance nu^2 the running average is to take m/(m-1) times
the batch's.
"""

from theory import (
    ALGEBRA,
    DIFFERENTIATE,
    LINEARITY,
    E,
    Identity,
    NearMiss,
    Part,
    Source,
    Theorem,
    at_most,
    equal,
    eye,
    jacobian,
    nonnegative,
    number,
    positive,
    random_vector,
    real,
    sqrt,
    start,
    trace,
)
from theory.definitions.batch_norm import beta, gamma, m, one, y

r_mu, r_var = real("r_mu", tex=r"r_\mu"), nonnegative("r_var", tex="r_{s}")
eps = positive("eps", tex=r"\varepsilon")
OUTPUT = gamma * (y - r_mu * one) / sqrt(r_var + eps) + beta * one
SLOPE = gamma / sqrt(r_var + eps)

e = random_vector("e", m)
WHITE = equal(E(e @ e.T), eye(m), note="uncorrelated noise of unit size")
nu, mu = real("nu", tex=r"\nu"), real("mu", tex=r"\mu")
x = mu * one + nu * e  # m samples: mu plus noise of size nu
TWO_SAMPLES = at_most(number(1), m - 1, note="at least two samples")
centred = x - (one.T @ x) / m * one
biased = centred.T @ centred / m

CONSTANT = Identity(jacobian(OUTPUT, y), SLOPE * eye(m))
UNBIASED = Identity(E(m / (m - 1) * biased), nu**2)

PROOF_OF_CONSTANT = start(jacobian(OUTPUT, y)).equals(SLOPE * eye(m), DIFFERENTIATE)
PROOF_OF_UNBIASED = (
    start(E(m / (m - 1) * biased))
    .equals(nu**2 * E(e.T @ e - (one.T @ e) ** 2 / m) / (m - 1), ALGEBRA)
    .equals(nu**2 * (trace(E(e @ e.T)) - one.T @ E(e @ e.T) @ one / m) / (m - 1), LINEARITY)
    .equals(nu**2 * (m - one.T @ one / m) / (m - 1), WHITE)
    .equals(nu**2, ALGEBRA)
)

NEAR_MISSES = {
    "the biased variance is unbiased": Identity(E(biased), nu**2),
    "m/(m+1)": Identity(E(m / (m + 1) * biased), nu**2),
    "correlated samples": NearMiss(UNBIASED, without=(WHITE,)),
    "eps outside the root": Identity(jacobian(OUTPUT, y), gamma / (sqrt(r_var) + eps) * eye(m)),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("constant Jacobian", CONSTANT, PROOF_OF_CONSTANT),
        Part("unbiased", UNBIASED, PROOF_OF_UNBIASED),
    ),
    near_misses=NEAR_MISSES,
    assumptions=(WHITE, TWO_SAMPLES),
    sources=(Source("ioffe2015", "Section 3.1"),),
    meanings={
        "e": "independent noise of mean 0 and variance 1",
        "mu": "the mean of a sample",
        "nu": "its deviation",
        "r_mu": "the running mean",
        "r_var": "the running variance",
        "eps": "what is added to the variance",
    },
)
