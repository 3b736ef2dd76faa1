r"""Batch norm lowers a deep linear network's gradient correlation at rate 1e-7 and summed loss.

25 layers of 10 x 10, 1000 Gaussian samples, targets A x with a Gaussian A, full batch, Glorot's initialisation. The
standard network's gradients hardly move when the layers below are updated; those of the network with batch norm do,
the more the longer it trains: there is more internal covariate shift with batch norm, not less. The published set-up
writes the squared norm without an average; this is the reading as a sum over the samples.
Source: Santurkar et al. 2018, section 2.2.
"""

from fractions import Fraction

from theory import Experiment, Source
from theory.theorems.covariate_shift import _settings as s

COMPARISONS = s.linear("sum", Fraction(1, 10**7))

THEOREM = Experiment(
    __name__,
    comparisons=COMPARISONS,
    near_misses={**s.opposite(COMPARISONS), **s.none(COMPARISONS)},
    margins=s.MARGINS,
    false_alarm=s.FALSE_ALARM,
    long=True,
    sources=(Source("santurkar2018", "section 2.2, definition 2.1"),),
)
