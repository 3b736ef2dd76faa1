r"""The rate of every cubic z^3 + a z^2 + b z, as a mean of the rates of the degrees 1, 2 and 3.

    lambda = (w_1 A_1 + w_2 A_2 + w_3 A_3)/(A_1 + A_2 + A_3),   w_k = k(B - 3 + k)/(B - 3)

    A_1 = B/(B - 1) (b + 3(B - 1)/(B + 1))^2,  A_2 = 2 B (B - 2)/(B^2 - 1) a^2,
    A_3 = 6 B^2 (B - 2)(B - 3)/((B^2 - 1)(B + 1)(B + 3))

The moments of the cubic at y give its variance and the numerator of the rate; both fall apart into the three degrees of
the Gegenbauer series, c_k a_k^2 each. The batch size moves the weight between the degrees: for z^3 - 3z the linear part
A_1 = 36 B/((B - 1)(B + 1)^2) dies out as B grows, so its rate rises at first.
"""

from theory.calculus import Term, real
from theory.claims import Identity
from theory.definitions.mean_field import B, rate
from theory.derivation import start, unfold
from theory.scalar.ranges import above
from theory.scalar.theorem import ScalarTheorem
from theory.theorem import Part, Source
from theory.theorems.explosion import cubic_moments, sphere_moments
from theory.theorems.explosion.cubic_moments import cubes, sixth, third_first

a, b = real("a"), real("b")
pair, fourth, squares = -1 / (B - 1), 3 * (B - 1) / (B + 1), ((B - 1) ** 2 + 2) / (B**2 - 1)

# phi = z^3 + a z^2 + b z and phi' = 3 z^2 + 2 a z + b; moments of odd degree vanish, E y_1^2 = 1.
VARIANCE = sixth + (a**2 + 2 * b) * fourth + b**2 - (cubes + a**2 * squares + 2 * b * third_first + b**2 * pair)
slope = 9 * fourth + 4 * a**2 + 6 * b + b**2
PLAIN = (B - 1) * slope - (9 * sixth + (4 * a**2 + 6 * b) * fourth + b**2)
MIXED = (9 * squares + 6 * b + b**2 + 4 * a**2 * pair) + (
    9 * cubes + 6 * b * third_first + b**2 * pair + 4 * a**2 * squares
)
A_1 = B / (B - 1) * (b + fourth) ** 2
A_2 = 2 * B * (B - 2) / (B**2 - 1) * a**2
A_3 = 6 * B**2 * (B - 2) * (B - 3) / ((B**2 - 1) * (B + 1) * (B + 3))


def w(k: int) -> Term:
    """The rate of the degree k alone."""
    return k * (B - 3 + k) / (B - 3)


DEGREES = A_1 + A_2 + A_3
WEIGHTED = w(1) * A_1 + w(2) * A_2 + w(3) * A_3

NEAR_MISSES = {
    "the cubic has no linear part": Identity(VARIANCE, A_2 + A_3 + B / (B - 1) * b**2),
    "the weights of large batches": Identity(rate(B, DEGREES, PLAIN, MIXED), (A_1 + 2 * A_2 + 3 * A_3) / DEGREES),
    "the two samples independent": Identity(PLAIN, (B - 3) * WEIGHTED),
}

THEOREM = ScalarTheorem(
    __name__,
    parts=(
        Part("variance", Identity(VARIANCE, DEGREES), start(VARIANCE).equals(DEGREES)),
        Part("numerator", Identity(PLAIN + MIXED, (B - 3) * WEIGHTED), start(PLAIN + MIXED).equals((B - 3) * WEIGHTED)),
        Part(
            "rate",
            Identity(rate(B, DEGREES, PLAIN, MIXED), WEIGHTED / DEGREES),
            start(rate(B, DEGREES, PLAIN, MIXED)).equals(WEIGHTED / DEGREES, unfold(rate)),
        ),
    ),
    near_misses=NEAR_MISSES,
    ranges=(above(B, 3),),
    sources=(Source("yang2019", "Section 3"),),
    rests_on=(cubic_moments.THEOREM, sphere_moments.THEOREM),
)
