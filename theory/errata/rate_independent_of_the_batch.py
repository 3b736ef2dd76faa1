r"""The rate of gradient growth depends on the activation only.

    lambda(phi, B) = lambda(phi, C)   for all batch sizes B, C >= 4

It depends on the batch size as well. Its limit for large batches depends on the activation alone.
"""

from theory import Erratum, Identity, Numbers, Source, activation, growth_rate, oo, real, whole_at_least
from theory.definitions.mean_field import B
from theory.theorems.explosion import identity_rate

phi, C = activation("phi"), real("C")

ERRATUM = Erratum(
    __name__,
    Identity(growth_rate(phi, B), growth_rate(phi, C)),
    near_misses={"from 128 samples on": Identity(growth_rate(phi, 128), growth_rate(phi, oo))},
    setting=Numbers((whole_at_least(B, 4), whole_at_least(C, 4))),
    suspects={"phi": ("id", "relu")},
    why="Linear networks already show it: their rate is (B - 2)/(B - 3).",
    truth=identity_rate.THEOREM.part("identity"),
    sources=(Source("wikipedia-vanishing", "on batch normalization, as read there"),),
)
