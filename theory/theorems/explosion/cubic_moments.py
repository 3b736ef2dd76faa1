r"""Moments of degree six on the sphere, and a mixed one of degree four: what a cubic activation needs.

    E y_1^3 y_2 = -3/(B + 1),  E y_1^6 = 15 (B - 1)^2/((B + 1)(B + 3)),
    E y_1^3 y_2^3 = -3 (3 B^2 - 6 B + 5)/((B^2 - 1)(B + 3))

A Gaussian moment over that of the length, as in `explosion.sphere-moments`: variance v = (B - 1)/B, covariance
k = -1/B, and by Isserlis E g_1^3 g_2 = 3 v k, E g_1^6 = 15 v^3, E g_1^3 g_2^3 = 9 v^2 k + 6 k^3.

Assumed, not derived: the direction of a centred Gaussian batch is uniform on the sphere, and independent of its length.
"""

from theory import Identity, Numbers, Part, Source, Term, Theorem, above, number, start
from theory.definitions.mean_field import B, x
from theory.statements.derivation import Reason
from theory.theorems.explosion import inverse_radius, sphere_moments
from theory.theorems.explosion.inverse_radius import mean, s
from theory.theorems.explosion.sphere_moments import FOURTH, POWER, v

k = -1 / B
SIXTH = mean((1 / B * x) ** 3)
CUBED = inverse_radius.THEOREM.at({s: 1 / B}, "sixth power")
third_first = -3 / (B + 1)
sixth = 15 * (B - 1) ** 2 / ((B + 1) * (B + 3))
cubes = -3 * (3 * B**2 - 6 * B + 5) / ((B**2 - 1) * (B + 3))

NEAR_MISSES = {
    "the sixth moment of a Gaussian": Identity(15 * v**3 / SIXTH, number(15)),
    "the cubes as they are for a Gaussian": Identity((9 * v**2 * k + 6 * k**3) / SIXTH, 9 * v**2 * k + 6 * k**3),
    "no minus sign": Identity(3 * v * k / FOURTH, 3 / (B + 1)),
}


def part(label: str, left: Term, right: Term, moment: Reason) -> Part:
    """A moment on the sphere: its value, by that of a power of the length."""
    return Part(label, Identity(left, right), start(left).equals(right, moment))


THEOREM = Theorem(
    __name__,
    parts=(
        part("third and first", 3 * v * k / FOURTH, third_first, POWER),
        part("sixth power", 15 * v**3 / SIXTH, sixth, CUBED),
        part("two cubes", (9 * v**2 * k + 6 * k**3) / SIXTH, cubes, CUBED),
    ),
    near_misses=NEAR_MISSES,
    setting=Numbers((above(B, 3),)),
    sources=(Source("yang2019", "Section 3"),),
    rests_on=(inverse_radius.THEOREM, sphere_moments.THEOREM),
    reads="for y uniform on the sphere 1'y = 0, |y|^2 = B, the right sides are (a) E[y_1^3 y_2], (b) E[y_1^6] and (c) "
    "E[y_1^3 y_2^3]: on the left a Gaussian moment stands over that of the length",
)
