r"""A square lies above its tangent.

2 t - 1 <= t^2 for 0 <= t <= 3.
"""

from theory import Bound, Numbers, Theorem, between, real, start, surplus

t = real("t")

CLAIM = Bound(2 * t - 1, t**2)
DERIVATION = start(2 * t - 1).at_most(t**2, surplus((t - 1) ** 2))
NEAR_MISSES = {"without the one": Bound(2 * t, t**2)}

THEOREM = Theorem(__name__, CLAIM, DERIVATION, near_misses=NEAR_MISSES, setting=Numbers((between(t, 0, 3),)))
