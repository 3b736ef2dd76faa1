r"""Batch norm lowers a deep linear network's gradient correlation at rate 1e-7 and averaged loss.

The network and data of `deep-linear-at-1e-7`, with the loss averaged over the 1000 samples, which is the other way to
read the set-up. Then nothing moves: one step changes the weights by so little that both networks have a correlation of
1.000, and the published difference cannot be seen. The statement needs the sum.
Source: Santurkar et al. 2018, section 2.2.
"""

from fractions import Fraction

from theory import Experiment, Source
from theory.theorems.covariate_shift import _settings as s

COMPARISONS = s.linear("mean", Fraction(1, 10**7))

THEOREM = Experiment(
    __name__,
    comparisons=COMPARISONS,
    near_misses={**s.opposite(COMPARISONS), **s.large(COMPARISONS)},
    margins=s.MARGINS,
    false_alarm=s.FALSE_ALARM,
    long=True,
    expected={"quick": "refuted", "standard": "refuted", "thorough": "refuted"},
    expected_because=s.PILOT + "both networks had a mean correlation of 1.0000 over 200 steps",
    sources=(Source("santurkar2018", "section 2.2, definition 2.1"),),
)
