r"""For any fixed activation the rate of gradient growth decreases as the batch grows.

    lambda(phi, C) < lambda(phi, B)   for all batch sizes C > B >= 4

It is so for ReLU and for the usual smooth activations. But a batch of B samples shows phi only for |z| <= sqrt(B - 1):
an activation that is steep further out has a larger rate at larger batches.
"""

from theory.calculus import activation, real
from theory.claims import Below, at_most
from theory.definitions.mean_field import B
from theory.scalar import growth_rate, oo
from theory.scalar.erratum import ScalarErratum
from theory.scalar.ranges import whole_at_least
from theory.theorem import NearMiss, Source
from theory.theorems.explosion import relu_decreasing

phi, C = activation("phi"), real("C")
STEEP = "clip(z, -2, 2) + 0.6*sign(z)*sin(12*max(abs(z) - 2, 0))"
LARGER = at_most(B + 1, C, "a larger batch")

ERRATUM = ScalarErratum(
    __name__,
    Below(growth_rate(phi, C), growth_rate(phi, B)),
    near_misses={
        "it is smaller at 128 than at 5": NearMiss(Below(growth_rate(phi, 128), growth_rate(phi, 5)), (LARGER,)),
        "its limit is smaller than at 5": NearMiss(Below(growth_rate(phi, oo), growth_rate(phi, 5)), (LARGER,)),
    },
    assumptions=(LARGER,),
    ranges=(whole_at_least(B, 4), whole_at_least(C, 4)),
    suspects={"phi": (STEEP,)},
    why="In batches of at most 5 samples no normalised coordinate exceeds 2, and up to 2 this activation is linear. "
    "Larger batches reach the steep waves beyond.",
    truth=relu_decreasing.THEOREM,
    sources=(Source("wikipedia-vanishing", "on batch normalization, as read there"),),
)
