r"""Length of a multiple.

|a w|^2 = a^2 |w|^2.
"""

from theory import ALGEBRA, Identity, Theorem, dimension, real, start, vector

d = dimension("d")
w = vector("w", d)
a = real("a")

CLAIM = Identity((a * w).T @ (a * w), a**2 * (w.T @ w))
DERIVATION = start((a * w).T @ (a * w)).equals(a**2 * (w.T @ w), ALGEBRA)
NEAR_MISSES = {"homogeneous of degree one": Identity((a * w).T @ (a * w), a * (w.T @ w))}

THEOREM = Theorem(__name__, CLAIM, DERIVATION, near_misses=NEAR_MISSES)
