r"""Behind batch normalisation the gradient norm of a ReLU network grows at the rate pi/(pi - 1) a layer.

    lim lambda(B) = pi/(pi - 1) = 1.46694...   is printed as the growth of |gradient|

It is the growth of |gradient|^2. The norm grows by the root of it, 1.21117... a layer: over 20 layers the print
overstates the growth 46-fold.
"""

from theory import Erratum, Identity, Numbers, Source, limit, oo, pi, sqrt
from theory.definitions.mean_field import B, relu_rate
from theory.theorems.explosion import relu_limit

NORM = sqrt(limit(relu_rate(B), B, oo))

ERRATUM = Erratum(
    __name__,
    Identity(NORM, pi / (pi - 1)),
    setting=Numbers(),
    why="The rate is defined as the factor of the expected squared norm. What it is the square of grows by its root.",
    truth=relu_limit.THEOREM,
    sources=(Source("wikipedia-vanishing", "on batch normalization, as read there"),),
    see_also=(Source("yang2019", "Section 3", "defines the rate, rightly, as that of the square"),),
)
