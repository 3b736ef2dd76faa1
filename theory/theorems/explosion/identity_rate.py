r"""Linear batch-norm networks explode at the rate (B - 2)/(B - 3), square ones at 2(B - 1)/(B - 3).

Moments at y: E y_1^2 = 1, E y_1 y_2 = -1/(B - 1); those of degree four are B^2/E[r^4] times the Gaussian ones
(`explosion.sphere-moments`), with variance v = (B - 1)/B and covariance k = -1/B.

These are the weights k(B - 3 + k)/(B - 3) of the degrees k = 1 and 2.
"""

from theory import Identity, Numbers, Part, Source, Theorem, Written, at_least, start, unfold
from theory.definitions.mean_field import B, rate
from theory.theorems.explosion import rate as meaning
from theory.theorems.explosion import sphere_moments

v, k = (B - 1) / B, -1 / B
fourth, mixed = B**2 * 3 * v**2 / (B**2 - 1), B**2 * (v**2 + 2 * k**2) / (B**2 - 1)
LINEAR = rate(B, 1 + 1 / (B - 1), B - 2, 1 - 1 / (B - 1))
SQUARE = rate(B, fourth - mixed, 4 * (B - 1) - 4 * fourth, 4 * mixed - 4 / (B - 1))

NEAR_MISSES = {
    "no explosion": Identity(LINEAR, (B - 2) / (B - 2)),
    "B - 1 for B - 2": Identity(LINEAR, (B - 1) / (B - 3)),
    "twice the linear rate": Identity(SQUARE, 2 * (B - 2) / (B - 3)),
}

THEOREM = Theorem(
    __name__,
    parts=(
        Part(
            "identity",
            Identity(LINEAR, (B - 2) / (B - 3)),
            start(LINEAR).equals((B - 2) / (B - 3), unfold(rate)),
        ),
        Part(
            "square",
            Identity(SQUARE, 2 * (B - 1) / (B - 3)),
            start(SQUARE).equals(
                2 * (B - 1) / (B - 3), unfold(rate), Written(fourth - mixed, 2 * B * (B - 2) / (B**2 - 1))
            ),
        ),
    ),
    near_misses=NEAR_MISSES,
    setting=Numbers((at_least(B, 4),)),
    sources=(Source("yang2019", "Section 3.1"),),
    rests_on=(sphere_moments.THEOREM,),
    speaks_of=(meaning.THEOREM,),
    reads="from the moments on the sphere, (a) is the rate for phi(z) = z and (b) that for phi(z) = z^2",
)
