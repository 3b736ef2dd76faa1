r"""The mean of 1/r^2 under a centred Gaussian batch is 1/(s(B - 3)).

    r^2 = s x with x chi-square of B - 1 degrees:  E[1/r^2] = 1/(s(B - 3)),  E[r^2] = s(B - 1),  E[r^4] = s^2(B^2 - 1),
    E[r^6] = s^3(B^2 - 1)(B + 3)

Batch normalisation divides by r. For B <= 3 the first integral diverges: this is the B - 3 in every rate of explosion
(`explosion.rate`). Assumed, not derived: that the squared length of the centred batch, over the
variance of its entries, is chi-square of B - 1 degrees.

Source: Yang et al. 2019, Section 3.
"""

from theory import (
    Identity,
    Numbers,
    Part,
    Source,
    Term,
    Theorem,
    above,
    gamma_integral,
    integral,
    number,
    oo,
    positive,
    start,
    unfold,
)
from theory.definitions.mean_field import B, chi_square, x
from theory.statements.derivation import Derivation

s = positive("s")
n = (B - 1) / 2


def mean(value: Term) -> Term:
    """The expectation of a function of the chi-square variable x."""
    return integral(value * chi_square(x, B), x, 0, oo)


MASS = Identity(mean(number(1)), number(1))
INVERSE_SQUARE = Identity(mean(1 / (s * x)), 1 / (s * (B - 3)))
SQUARE = Identity(mean(s * x), s * (B - 1))
FOURTH_POWER = Identity(mean((s * x) ** 2), s**2 * (B**2 - 1))
SIXTH_POWER = Identity(mean((s * x) ** 3), s**3 * (B**2 - 1) * (B + 3))


def moment(value: Term, power: int, right: Term) -> Derivation:
    """The line from a power of x under the density to its value, by Euler's integral."""
    return start(mean(value)).equals(right, unfold(chi_square), gamma_integral(n + power, number(1) / 2))


NEAR_MISSES = {
    "B - 2 for B - 3": Identity(mean(1 / (s * x)), 1 / (s * (B - 2))),
    "the inverse of the mean": Identity(mean(1 / (s * x)), 1 / (s * (B - 1))),
    "B degrees of freedom": Identity(mean(s * x), s * B),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part("total mass", MASS, moment(number(1), 0, number(1))),
        Part("inverse square", INVERSE_SQUARE, moment(1 / (s * x), -1, 1 / (s * (B - 3)))),
        Part("square", SQUARE, moment(s * x, 1, s * (B - 1))),
        Part("fourth power", FOURTH_POWER, moment((s * x) ** 2, 2, s**2 * (B**2 - 1))),
        Part("sixth power", SIXTH_POWER, moment((s * x) ** 3, 3, s**3 * (B**2 - 1) * (B + 3))),
    ),
    headline="inverse square",
    near_misses=NEAR_MISSES,
    setting=Numbers((above(B, 3),)),
    sources=(Source("yang2019", "Section 3"),),
    meanings={"s": "the variance of a sample beyond what it shares"},
    reads="the length r of a centred Gaussian batch, r^2 = s x with x chi-square of B - 1 degrees, has E[1/r^2] = "
    "1/(s (B - 3)), E[r^2] = s (B - 1), E[r^4] = s^2 (B^2 - 1) and E[r^6] = s^3 (B^2 - 1)(B + 3)",
)
