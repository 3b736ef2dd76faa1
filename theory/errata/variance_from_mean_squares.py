r"""The mean of the squares less the square of the mean, computed in float32, is a variance.

    s^2 = mean(y^2) - mean(y)^2

Over the real numbers it is. In float32 both terms are rounded before they are subtracted, and what is left can be zero
or negative for a batch that is not constant.
"""

from theory import Erratum, Identity, Saying, Source
from theory.theorems.smoothness import mean_square
from theory.theorems.smoothness.mean_square import DIFFERENCE, VARIANCE

ERRATUM = Erratum(
    __name__,
    Identity(DIFFERENCE, VARIANCE),
    says=Saying.COMPUTED,
    dtype="float32",
    why="The square of a number of 12 bits needs 24 bits, all that float32 has. Of larger ones the last are rounded "
    "away, and a small variance with them. Subtracting the mean before squaring avoids it.",
    truth=mean_square.THEOREM,
    sources=(
        Source("ttmetal45968", "in bfloat16, in training"),
        Source("sherpa3857", "in float32"),
        Source("objax182"),
    ),
)
