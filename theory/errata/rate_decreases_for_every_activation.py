r"""For any fixed activation the rate of gradient growth decreases as the batch grows.

    lambda(phi, C) < lambda(phi, B)   for all batch sizes C > B >= 4

It is so for ReLU and 26 other activations in use. But the cubic z^3 - 3z, whose rates are rational numbers, has 18/5 at
a batch of 4 and 99/26 at one of 5; its rate rises up to a batch of 7. And an activation that is linear near 0 and steep
further out shows its steep part to large batches only, because a batch of B samples has no normalised coordinate beyond
sqrt(B - 1).
"""

from theory import Below, Erratum, NearMiss, Numbers, Source, activation, at_most, growth_rate, oo, real, whole_at_least
from theory.definitions.mean_field import B
from theory.theorems.explosion import rates_decreasing

phi, C = activation("phi"), real("C")
CUBIC = "z^3 - 3*z"
STEEP = "clip(z, -2, 2) + 0.6*sign(z)*sin(12*max(abs(z) - 2, 0))"
LARGER = at_most(B + 1, C, "a larger batch")

ERRATUM = Erratum(
    __name__,
    Below(growth_rate(phi, C), growth_rate(phi, B)),
    near_misses={
        "it is smaller at 128 than at 5": NearMiss(Below(growth_rate(phi, 128), growth_rate(phi, 5)), (LARGER,)),
        "its limit is smaller than at 5": NearMiss(Below(growth_rate(phi, oo), growth_rate(phi, 5)), (LARGER,)),
    },
    assumptions=(LARGER,),
    setting=Numbers((whole_at_least(B, 4), whole_at_least(C, 4))),
    suspects={"phi": (CUBIC, STEEP)},
    why="Small batches meet an activation on a small range only. A cubic that turns back at 1 has its larger rates "
    "where they reach a little beyond; the other activation is linear on [-2, 2], and its steep waves "
    "0.6 sin(12 max(|z| - 2, 0)) lie beyond 2, which 5 samples cannot exceed.",
    truth=rates_decreasing.THEOREM,
    sources=(Source("wikipedia-vanishing", "on batch normalization, as read there"),),
)
