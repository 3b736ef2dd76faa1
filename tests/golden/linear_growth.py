r"""Linear stacks with batch normalisation explode at (B-2)/(B-3) a layer."""

from fractions import Fraction

from theory import BUDGETS, Comparison, Experiment, Rate, measured, predicting, times

GROWTH = measured(
    "growth of the gradient", activation="identity", batch=8, widths=(32, 64), depths=(2, 6, 10), networks=512
)
LINEAR = Comparison("linear stacks", GROWTH, "=", Rate("identity", 8, log=True), margin=Fraction(4, 100))
COMPARISONS = dict.fromkeys(BUDGETS, (LINEAR,))
NEAR_MISSES = {"three times": predicting(COMPARISONS, times(3))}

THEOREM = Experiment(__name__, comparisons=COMPARISONS, margins="wide enough for a test", near_misses=NEAR_MISSES)
