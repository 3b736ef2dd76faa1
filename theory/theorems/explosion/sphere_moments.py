r"""Moments on the sphere are Gaussian moments divided by those of the length.

    g = (r/sqrt(B)) y, f of degree k:  E f(y) = E f(g)/E[(r^2/B)^(k/2)],  r^2 chi-square of B - 1 degrees

The batch is Gaussian and centred, y its direction, r its length, and E f(g) is a product. g has variance v = (B - 1)/B
and covariance -1/B. At degree two E f(g) = v K, with K the value for standard normal numbers of correlation -1/(B - 1):
there y has the moments of that pair. At degree four it has not: Isserlis gives E g_1^4 = 3 v^2 and
E g_1^2 g_2^2 = v^2 + 2/B^2.

Assumed, not derived: the direction of a centred Gaussian batch is uniform on the sphere, and independent of its length.
"""

from theory import Identity, Numbers, Part, Source, Term, Theorem, above, real, start
from theory.definitions.mean_field import B, x
from theory.statements.derivation import Reason
from theory.theorems.explosion import homogeneous_activation, inverse_radius
from theory.theorems.explosion.inverse_radius import mean, s

K, v = real("K"), (B - 1) / B
SECOND, FOURTH = mean(1 / B * x), mean((1 / B * x) ** 2)
SQUARE = inverse_radius.THEOREM.at({s: 1 / B}, "square")
POWER = inverse_radius.THEOREM.at({s: 1 / B}, "fourth power")
MIXED = (v**2 + 2 / B**2) / FOURTH
KURTOSIS = 3 * v**2 / FOURTH

NEAR_MISSES = {
    "the length is B": Identity(v * K / SECOND, v * K),
    "the kurtosis of a Gaussian": Identity(KURTOSIS, 3 * v / v),
    "independent coordinates": Identity(MIXED, v / v),
}


def part(label: str, left: Term, right: Term, moment: Reason) -> Part:
    """A moment on the sphere: its value, by that of a power of the length."""
    return Part(label, Identity(left, right), start(left).equals(right, moment))


THEOREM = Theorem(
    __name__,
    parts=(
        part("degree two", v * K / SECOND, K, SQUARE),
        part("fourth power", KURTOSIS, 3 * (B - 1) / (B + 1), POWER),
        part("two squares", MIXED, ((B - 1) ** 2 + 2) / (B**2 - 1), POWER),
    ),
    near_misses=NEAR_MISSES,
    setting=Numbers((above(B, 3),)),
    sources=(Source("yang2019", "Section 3.1"),),
    rests_on=(homogeneous_activation.THEOREM,),
    reads="for y uniform on the sphere 1'y = 0, |y|^2 = B, (a) E f(y) = K for f of degree two, (b) E[y_1^4] = "
    "3 (B - 1)/(B + 1), (c) E[y_1^2 y_2^2] = ((B - 1)^2 + 2)/(B^2 - 1): on the left a Gaussian moment stands "
    "over that of the length",
    meanings={"K": "the mean of a product for standard normal numbers of correlation -1/(B - 1)"},
)
