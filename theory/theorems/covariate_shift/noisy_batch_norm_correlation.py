r"""Noisy batch norm lowers a VGG network's gradient correlation at rates 0.1 and 0.01.

Batch norm followed by noise whose mean and variance change with every step, unit and sample, which makes the inputs of
every layer unstable on purpose. One step sees one noise: G and G' share it. On the digits even the noisy network has
the higher correlation. How the noise is drawn, and its size, are recalled from appendix A of the source and not read.
Source: Santurkar et al. 2018, section 2.2 and appendix A.
"""

from fractions import Fraction

from theory import Experiment, Source
from theory.theorems.covariate_shift import _settings as s

COMPARISONS = s.vgg(Fraction(1, 10), Fraction(1, 100), second="noisy")

THEOREM = Experiment(
    __name__,
    comparisons=COMPARISONS,
    near_misses={**s.large(COMPARISONS), **s.none(COMPARISONS)},
    margins=s.MARGINS,
    false_alarm=s.FALSE_ALARM,
    long=True,
    apart="rate",
    expected={"quick": "refuted", "standard": "refuted", "thorough": "refuted"},
    expected_because=s.PILOT
    + "the differences over 60 and 120 steps lay between -0.27 and -0.38 at four seeds, standard errors below 0.04",
    sources=(Source("santurkar2018", "section 2.2, appendix A; the noise recalled"),),
)
