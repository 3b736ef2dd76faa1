r"""The mean of the squares less the square of the mean, computed in float32, is a variance.

    s^2 = mean(y^2) - mean(y)^2

Over the real numbers it is. In float32 both terms are rounded before they are subtracted, and what is left can be zero
or negative for a batch that is not constant.
"""

from theory.claims import Identity
from theory.erratum import Erratum, Saying
from theory.theorem import Source
from theory.theorems.smoothness import mean_square
from theory.theorems.smoothness.mean_square import DIFFERENCE, VARIANCE

ERRATUM = Erratum(
    __name__,
    Identity(DIFFERENCE, VARIANCE),
    says=Saying.COMPUTED,
    dtype="float32",
    why="A square of a number of 12 bits needs 24, all that float32 has: of larger ones the last bits are rounded away "
    "and a small variance with them. The mean of (y - mean(y))^2 subtracts before it squares.",
    truth=mean_square.THEOREM,
    sources=(
        Source("ttmetal45968", "in bfloat16, in training"),
        Source("sherpa3857", "in float32"),
        Source("objax182"),
    ),
)
